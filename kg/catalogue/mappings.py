"""The SSSOM tables: our concepts and those of other terminologies (https://mapping-commons.github.io/sssom/)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from kg.errors import CatalogueError
from kg.namespaces import PREFIXES

__all__ = ["COLUMNS", "Mapping", "read_mappings"]

COLUMNS: Final = ("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification")
_PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """One mapping, in IRIs."""

    subject: str
    predicate: str
    object: str
    object_label: str = ""


def read_mappings(folder: Path) -> tuple[Mapping, ...]:
    """Every mapping of ``folder/mappings/*.sssom.tsv``, sorted, each once.

    Raises:
        CatalogueError: A header or a row is malformed, or a prefix is not declared in the file's ``curie_map``.
    """
    return tuple(sorted({m for path in sorted((folder / "mappings").glob("*.sssom.tsv")) for m in _file(path)}))


def _file(path: Path) -> Iterator[Mapping]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = "\n".join(line.removeprefix("#") for line in lines if line.startswith("#"))
    declared = yaml.safe_load(header) or {}
    prefixes = PREFIXES | dict(declared.get("curie_map") or {})
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if start == len(lines) or tuple(lines[start].split("\t")) != COLUMNS:
        raise CatalogueError(str(path), start + 1, "header", f"the columns are {', '.join(COLUMNS)}")
    for number, line in enumerate(lines[start + 1 :], start + 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            raise CatalogueError(str(path), number, "row", f"{len(cells)} cells where {len(COLUMNS)} are wanted")
        if cells[2] not in _PREDICATES:
            raise CatalogueError(str(path), number, "predicate_id", f"{cells[2]!r} is none of {', '.join(_PREDICATES)}")
        subject, predicate, target = (_expand(path, number, c, prefixes) for c in (cells[0], cells[2], cells[3]))
        yield Mapping(subject, predicate, target, cells[4])


def _expand(path: Path, number: int, text: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = text.partition(":")
    if prefix not in prefixes or not local:
        raise CatalogueError(str(path), number, "curie", f"{text!r} has no declared prefix")
    return f"{prefixes[prefix]}{local}"
