"""The hand-written tables of a slim: which classes are wanted, how they hang together, which words we add.

Each table is UTF-8, tab-separated, with a header line, sorted rows and no quoting. Empty lines and lines that begin
with ``#`` are skipped. ``ontology/slim/README.md`` says what the columns mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from kg.errors import CatalogueError

__all__ = ["AddedWord", "AddedWordKind", "Edge", "Relation", "Seed", "SlimTables", "read_tables"]

_LANGUAGES: Final = frozenset({"en", "de", "fr", "es", "zh"})


class Relation(StrEnum):
    """How two classes hang together."""

    IS_A = "is_a"
    PART_OF = "part_of"
    HAS_LOCATION = "has_location"


class AddedWordKind(StrEnum):
    """What is done with a word of the synonyms table."""

    ALT = "alt"
    LAY = "lay"
    ABBREVIATION = "abbreviation"
    PLURAL = "plural"
    MISSPELLING = "misspelling"
    HIDDEN = "hidden"
    DROP = "drop"


_IN_A_LANGUAGE: Final = frozenset({AddedWordKind.ALT, AddedWordKind.LAY, AddedWordKind.PLURAL, AddedWordKind.MISSPELLING})


@dataclass(frozen=True, slots=True, order=True)
class Seed:
    """A class that is wanted by name; the label guards against a mistyped id."""

    id: str
    label: str
    note: str


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One direct link from a class to another, and whose statement it is."""

    child: str
    relation: Relation
    parent: str
    source: str


@dataclass(frozen=True, slots=True, order=True)
class AddedWord:
    """A word that we add to a class, or one of the source's words that we leave out."""

    id: str
    kind: AddedWordKind
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class SlimTables:
    """The three tables of one slim."""

    seeds: tuple[Seed, ...]
    edges: tuple[Edge, ...]
    words: tuple[AddedWord, ...]


def read_tables(folder: Path, name: str) -> SlimTables:
    """Read ``name-seeds.tsv``, ``name-edges.tsv`` and ``name-synonyms.tsv`` from a folder.

    Raises:
        CatalogueError: A row breaks a rule; the error names the file, the line and the column.
    """
    seeds = folder / f"{name}-seeds.tsv"
    edges = folder / f"{name}-edges.tsv"
    words = folder / f"{name}-synonyms.tsv"
    return SlimTables(
        tuple(Seed(*cells) for _, cells in _rows(seeds, ("id", "label", "note"))),
        tuple(_edge(edges, line, cells) for line, cells in _rows(edges, ("child", "relation", "parent", "source"))),
        tuple(_word(words, line, cells) for line, cells in _rows(words, ("id", "kind", "text", "lang"))),
    )


def _rows(path: Path, header: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows with their line numbers; header, width, order and doubles are checked on the way."""
    before: tuple[str, ...] = ()
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != list(header):
        raise CatalogueError(path.name, 1, "header", f"must be: {' '.join(header)}")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if len(cells) != len(header):
            raise CatalogueError(path.name, number, "row", f"has {len(cells)} cells instead of {len(header)}")
        if cells <= before:
            raise CatalogueError(path.name, number, header[0], "the row is out of order or stands twice")
        before = cells
        yield number, cells


def _edge(path: Path, line: int, cells: tuple[str, ...]) -> Edge:
    child, relation, parent, source = cells
    if relation not in set(Relation):
        raise CatalogueError(path.name, line, "relation", f"{relation!r} is none of {', '.join(Relation)}")
    return Edge(child, Relation(relation), parent, source)


def _word(path: Path, line: int, cells: tuple[str, ...]) -> AddedWord:
    subject, kind, text, lang = cells
    if kind not in set(AddedWordKind):
        raise CatalogueError(path.name, line, "kind", f"{kind!r} is none of {', '.join(AddedWordKind)}")
    if kind in _IN_A_LANGUAGE and lang not in _LANGUAGES:
        raise CatalogueError(path.name, line, "lang", f"{lang!r} is none of {', '.join(sorted(_LANGUAGES))}")
    if kind not in _IN_A_LANGUAGE and lang:
        raise CatalogueError(path.name, line, "lang", f"must be empty for kind {kind!r}")
    return AddedWord(subject, AddedWordKind(kind), text, lang)
