"""The index of texts: the names, words and descriptions of every dataset, for the words of a question that are no concepts."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, Self

from kg.catalogue.facts import Facts
from kg.knowledge import Knowledge
from kg.model import Concept
from kg.namespaces import expand
from kg.terms.text import fold

__all__ = ["COMMON", "Row", "TextIndex", "find_text", "rows_of", "write_index", "write_rows"]

COMMON: Final = 5000
"""Words that more datasets hold are too common to rank by."""

Row = tuple[str, str, str, str, str]
_WEIGHTS: Final = "0.0, 10.0, 8.0, 1.0, 2.0"  # id, names, aliases, labels of concepts, what is told


def write_index(path: Path, facts: Iterable[Facts], concepts: Mapping[str, Concept]) -> None:
    """Write the index; the same facts give the same bytes."""
    rows = []
    for fact in facts:
        values = (v for prop in sorted(fact.concepts) for v in fact.concepts[prop])
        labels = " ; ".join(concepts[expand(v)].label for v in values if expand(v) in concepts)
        told = " ; ".join(text for prop in ("description", "publisher") for text in fact.literals.get(prop, ()))
        rows.append((fact.row.id, fold(fact.row.name), fold(" ; ".join(fact.row.aliases)), fold(labels), fold(told)))
    write_rows(path, rows)


def rows_of(knowledge: Knowledge) -> Iterator[Row]:
    """The rows of an index, from a graph that was read: what the release's own index holds, in another order of words."""
    for d in knowledge.datasets.values():
        # The graph says the licence twice, by our property and by DCTERMS' (license); and a guess is no label.
        properties = (p for p in sorted(d.asserted) if p != "license" and not p.startswith("guessed"))
        values = (c for prop in properties for c in sorted(d.asserted[prop]))
        labels = " ; ".join(knowledge.label(c) for c in values)
        # Two spellings of one publisher are one organisation in the graph, with both names.
        told = " ".join(dict.fromkeys(fold(text) for text in (d.description, *d.publishers)))
        yield d.id, fold(d.name), fold(" ; ".join(d.aliases)), fold(labels), told


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write an index of rows: id, name, aliases, labels, told; folded."""
    with closing(sqlite3.connect(path)) as db:
        _fill(db, rows)


def _fill(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    db.execute("CREATE VIRTUAL TABLE names USING fts5(id UNINDEXED, name, aliases, words, told, tokenize='unicode61')")
    db.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?)", sorted(rows))
    db.execute("INSERT INTO names(names) VALUES ('optimize')")
    db.execute("CREATE VIRTUAL TABLE holders USING fts5vocab(names, row)")
    db.commit()
    db.execute("VACUUM")


class TextIndex:
    """An index opened for reading; may be asked from several threads.

    Attributes:
        path: The file; None for one in memory.
    """

    def __init__(self, path: Path | None, rows: Iterable[Row] = ()) -> None:
        self.path = path
        if path is None:
            self._db = sqlite3.connect(":memory:", check_same_thread=False)
            _fill(self._db, rows)
        else:
            uri = f"file:{path.as_posix()}?mode=ro&immutable=1"
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._held: dict[str, int] = {}

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """An index of rows, in memory."""
        return cls(None, rows)

    def find(self, words: Iterable[str], limit: int = 50, *, every: bool = False) -> dict[str, float]:
        """Datasets whose names, aliases, labels or descriptions hold some of the words (or each of them), with a BM25 score.

        A higher score is better; names weigh most, then aliases, then descriptions, then the labels of their concepts. Words that
        more than :data:`COMMON` datasets hold tell nothing about the order, and are passed over unless every word is wanted.
        """
        tokens = list(dict.fromkeys(t for word in words for t in fold(word).split()))
        if not every:
            tokens = [t for t in tokens if self._holders(t) <= COMMON]
        if not tokens:
            return {}
        query = (" AND " if every else " OR ").join(f'"{t}"' for t in tokens)
        found = self._db.cursor().execute(
            f"SELECT id, -bm25(names, {_WEIGHTS}) AS score FROM names WHERE names MATCH ? ORDER BY score DESC, id LIMIT ?",  # noqa: S608  # a constant
            (query, limit),
        )
        return dict(found.fetchall())

    def _holders(self, token: str) -> int:
        """How many datasets hold a word."""
        if token not in self._held:
            row = self._db.cursor().execute("SELECT doc FROM holders WHERE term = ?", (token,)).fetchone()
            self._held[token] = row[0] if row else 0
        return self._held[token]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def find_text(path: Path, words: Iterable[str], limit: int = 50) -> dict[str, float]:
    """:meth:`TextIndex.find` on a file that is opened for this one question."""
    with closing(TextIndex(path)) as index:
        return index.find(words, limit)
