"""The index of names: every name and alias of every dataset, for looking up and for the words that are no concepts."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from kg.catalogue.policy import Facts
from kg.model import Concept
from kg.namespaces import expand
from kg.terms.text import fold

__all__ = ["find_text", "write_index"]


def write_index(path: Path, facts: Iterable[Facts], concepts: Mapping[str, Concept]) -> None:
    """Write the index; the same facts give the same bytes."""
    rows = []
    for fact in facts:
        values = (v for prop in sorted(fact.concepts) for v in fact.concepts[prop])
        labels = " ; ".join(concepts[expand(v)].label for v in values if expand(v) in concepts)
        rows.append((fact.row.id, fold(fact.row.name), fold(" ; ".join(fact.row.aliases)), fold(labels)))
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIRTUAL TABLE names USING fts5(id UNINDEXED, name, aliases, words, tokenize='unicode61')")
        db.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", sorted(rows))
        db.execute("INSERT INTO names(names) VALUES ('optimize')")
        db.commit()
        db.execute("VACUUM")


def find_text(path: Path, words: Iterable[str], limit: int = 50) -> dict[str, float]:
    """Datasets whose names, aliases or words hold some of the given words, with a BM25 score (higher is better).

    Names weigh most, then aliases, then the labels of their concepts.
    """
    tokens = [t for word in words for t in fold(word).split()]
    if not tokens:
        return {}
    query = " OR ".join(f'"{t}"' for t in dict.fromkeys(tokens))
    uri = f"file:{path.as_posix()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as db:
        found = db.execute(
            "SELECT id, -bm25(names, 0.0, 10.0, 8.0, 1.0) AS score FROM names WHERE names MATCH ? ORDER BY score DESC, id LIMIT ?",
            (query, limit),
        ).fetchall()
    return dict(found)
