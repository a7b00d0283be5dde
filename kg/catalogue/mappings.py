"""The SSSOM tables: our concepts and those of other terminologies, one table a target (https://mapping-commons.github.io/sssom/)."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from kg.errors import CatalogueError
from kg.namespaces import PREFIXES, expand

__all__ = ["COLUMNS", "NO_TERM", "Mapping", "canonical", "check_mappings", "mapping_files", "read_mappings", "read_table"]

COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence",
    "author_label", "mapping_tool", "object_source_version", "comment",
)  # fmt: skip
NO_TERM: Final = "sssom:NoTermFound"
"""The object of a row that says: a curator looked, and the target has no such concept."""

_PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
_JUSTIFICATIONS: Final = ("semapv:LexicalMatching", "semapv:ManualMappingCuration", "semapv:UnspecifiedMatching")


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """One mapping, in IRIs.

    Attributes:
        subject: Our concept.
        predicate: A SKOS mapping property.
        object: The foreign concept.
        object_label: What the foreign terminology calls it; empty where that may not be repeated.
        justification: CURIE of the kind of evidence (SEMAPV).
        confidence: 0 to 1, by whoever is named.
        by: Who or what made the mapping.
        source_version: The state of the foreign terminology that was looked at.
    """

    subject: str
    predicate: str
    object: str
    object_label: str = ""
    justification: str = ""
    confidence: float = 1.0
    by: str = ""
    source_version: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]
    mapping: Mapping | None  # None: no term found


def mapping_files(folder: Path) -> tuple[Path, ...]:
    """The tables of ``folder/mappings``, in name order."""
    return tuple(sorted((folder / "mappings").glob("*.sssom.tsv")))


def read_mappings(folder: Path) -> tuple[Mapping, ...]:
    """Every mapping of ``folder/mappings/*.sssom.tsv``, sorted, each once; rows that found no term are left out.

    Raises:
        CatalogueError: A header or a row is malformed, or a prefix is not declared in the file's ``curie_map``.
    """
    return tuple(sorted({row.mapping for path in mapping_files(folder) for row in _rows(path) if row.mapping is not None}))


def read_table(path: Path) -> tuple[tuple[str, ...], ...]:
    """The rows of one table as cells, checked; also those that found no term."""
    return tuple(row.cells for row in _rows(path))


def check_mappings(folder: Path, labels: Table[str, str]) -> None:
    """Hold every table against the ontology.

    Args:
        folder: The ontology's folder.
        labels: Concept IRI → its label.

    Raises:
        CatalogueError: A subject is no concept or is called otherwise, one subject has two exact matches in one target, or one foreign
            concept is the exact match of two subjects.
    """
    for path in mapping_files(folder):
        exact_of: dict[str, str] = {}
        twins: dict[str, str] = {}
        for row in _rows(path):
            subject, label = row.cells[0], row.cells[1]
            known = labels.get(expand(subject))
            if known is None:
                raise CatalogueError(
                    str(path), row.line, "subject_id", f"{subject} is no concept of the ontology; remove the row"
                )
            if label != known:
                raise CatalogueError(str(path), row.line, "subject_label", f"{subject} is called {known!r}, not {label!r}")
            if row.mapping is None or row.cells[2] != "skos:exactMatch":
                continue
            target = row.cells[3]
            if exact_of.setdefault(subject, target) != target:
                rule = f"{subject} has two exact matches, {exact_of[subject]} and {target}; only one can be exact"
                raise CatalogueError(str(path), row.line, "object_id", rule)
            if twins.setdefault(target, subject) != subject:
                raise CatalogueError(str(path), row.line, "object_id", f"{target} is the exact match of {twins[target]} too")


def canonical(text: str) -> str:
    """The one form of a table: header lines as they stand, rows sorted, each once."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    rows = sorted({line for line in lines[start + 1 :] if line.strip()})
    return "\n".join((*lines[: start + 1], *rows)) + "\n"


def _rows(path: Path) -> Iterator[_Row]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line.removeprefix("#") for line in lines if line.startswith("#"))
    declared = yaml.safe_load(header) or {}
    prefixes = PREFIXES | dict(declared.get("curie_map") or {})
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if start == len(lines) or tuple(lines[start].split("\t")) != COLUMNS:
        raise CatalogueError(str(path), start + 1, "header", f"the columns are {', '.join(COLUMNS)}")
    seen: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(lines[start + 1 :], start + 2):
        cells = tuple(line.split("\t"))
        _check_row(path, number, cells)
        seen[cells[:4] + cells[-1:]] += 1
        if seen[cells[:4] + cells[-1:]] > 1:
            raise CatalogueError(str(path), number, "row", f"{cells[0]} {cells[2]} {cells[3]} stands twice")
        subject, predicate = (_expand(path, number, c, prefixes) for c in (cells[0], cells[2]))
        if cells[3] == NO_TERM:
            yield _Row(number, cells, None)
            continue
        target = _expand(path, number, cells[3], prefixes)
        mapping = Mapping(subject, predicate, target, cells[4], cells[5], float(cells[6]), cells[7] or cells[8], cells[9])
        yield _Row(number, cells, mapping)


def _check_row(path: Path, number: int, cells: tuple[str, ...]) -> None:
    def refuse(field: str, rule: str) -> CatalogueError:
        return CatalogueError(str(path), number, field, rule)

    if len(cells) != len(COLUMNS):
        raise refuse("row", f"{len(cells)} cells where {len(COLUMNS)} are wanted")
    if cells[2] not in _PREDICATES:
        raise refuse("predicate_id", f"{cells[2]!r} is none of {', '.join(_PREDICATES)}")
    if cells[5] not in _JUSTIFICATIONS:
        raise refuse("mapping_justification", f"{cells[5]!r} is none of {', '.join(_JUSTIFICATIONS)}")
    try:
        sure = 0 < float(cells[6]) <= 1
    except ValueError:
        sure = False
    if not sure:
        raise refuse("confidence", f"{cells[6]!r} is no number above 0 and up to 1")
    if not (cells[7] or cells[8]):
        raise refuse("author_label", "neither an author nor a tool is named")
    if not cells[9]:
        raise refuse("object_source_version", "the state of the target that was looked at is missing")


def _expand(path: Path, number: int, text: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = text.partition(":")
    if prefix not in prefixes or not local:
        raise CatalogueError(str(path), number, "curie", f"{text!r} has no declared prefix")
    return f"{prefixes[prefix]}{local}"
