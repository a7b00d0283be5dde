"""The linter: every rule that a catalogue must keep beyond the form of its rows."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.catalogue.policy import CONCEPT_PROPERTIES
from kg.catalogue.tables import CLAIMS, DATASETS, IDENTITY, OVERRIDES, RELATIONS, SOURCES, TABLES, Catalogue
from kg.catalogue.tsv import Table, read_exact
from kg.errors import CatalogueError
from kg.model import UNDECIDED, Concept
from kg.namespaces import expand
from kg.terms.lexicon import Lexicon

__all__ = ["check", "not_canonical"]


def not_canonical(folder: Path) -> tuple[Path, ...]:
    """The tables of a folder whose text is not the canonical one."""
    return tuple(
        table.path(folder)
        for table in TABLES
        if table.path(folder).exists() and read_exact(table.path(folder)) != table.text(table.read(folder))
    )


def check(folder: Path, catalogue: Catalogue, lexicon: Lexicon) -> tuple[CatalogueError, ...]:
    """Every broken rule of a catalogue, in file and line order. An empty answer means that it is sound."""
    known = {d.id for d in catalogue.datasets}
    concepts = lexicon.concepts
    return (
        *_unique(folder, catalogue),
        *_claims(folder, catalogue, known, concepts),
        *_identity(folder, catalogue, known),
        *_relations(folder, catalogue, known),
        *_overrides(folder, catalogue, concepts),
    )


def _unique(folder: Path, catalogue: Catalogue) -> Iterator[CatalogueError]:
    tables: tuple[tuple[Table[Any], tuple[Any, ...]], ...] = (
        (DATASETS, catalogue.datasets),
        (CLAIMS, catalogue.claims),
        (IDENTITY, catalogue.identity),
        (RELATIONS, catalogue.relations),
        (OVERRIDES, catalogue.overrides),
        (SOURCES, catalogue.sources),
    )
    for table, rows in tables:
        seen: set[object] = set()
        for line, row in enumerate(rows, 2):
            key = table.key(row)
            if key in seen:
                yield CatalogueError(str(table.path(folder)), line, "row", f"stands twice: {key}")
            seen.add(key)


def _claims(folder: Path, catalogue: Catalogue, known: set[str], concepts: Mapping[str, Concept]) -> Iterator[CatalogueError]:
    path = str(CLAIMS.path(folder))
    rows = {(i.source, i.record): i.dataset for i in catalogue.identity}
    sources = {s.name: s.records for s in catalogue.sources}
    for line, claim in enumerate(catalogue.claims, 2):
        if claim.dataset not in known:
            yield CatalogueError(path, line, "dataset", f"{claim.dataset!r} is not in datasets.tsv")
        if rows.get((claim.source, claim.record)) != claim.dataset:
            where = rows.get((claim.source, claim.record), "no dataset")
            yield CatalogueError(path, line, "record", f"identity.tsv gives record {claim.record} to {where}")
        if claim.source not in sources:
            yield CatalogueError(path, line, "source", f"{claim.source!r} is not in sources.tsv")
        if claim.property in CONCEPT_PROPERTIES:
            iri = expand(claim.value)
            if iri not in concepts:
                yield CatalogueError(path, line, "value", f"{claim.value} is no concept of the ontology")
            elif concepts[iri].facet != claim.property:
                rule = f"{claim.value} belongs to {concepts[iri].facet}, not to {claim.property}"
                yield CatalogueError(path, line, "property", rule)


def _identity(folder: Path, catalogue: Catalogue, known: set[str]) -> Iterator[CatalogueError]:
    path = str(IDENTITY.path(folder))
    described: set[str] = set()
    sizes = {source.name: source.records for source in catalogue.sources}
    for line, row in enumerate(catalogue.identity, 2):
        described.add(row.dataset)
        if row.dataset not in known:
            yield CatalogueError(path, line, "dataset", f"{row.dataset!r} is not in datasets.tsv")
        if row.source not in sizes:
            yield CatalogueError(path, line, "source", f"{row.source!r} is not in sources.tsv")
        elif row.record >= sizes[row.source]:
            yield CatalogueError(path, line, "record", f"{row.source} has {sizes[row.source]} records, counted from 0")
    for source in catalogue.sources:
        have = {row.record for row in catalogue.identity if row.source == source.name}
        for record in sorted(set(range(source.records)) - have):
            yield CatalogueError(path, 1, "record", f"record {record} of {source.name} belongs to no dataset")
    for line, dataset in enumerate(catalogue.datasets, 2):
        if dataset.id not in described:
            yield CatalogueError(str(DATASETS.path(folder)), line, "id", f"no source record describes {dataset.id}")


def _relations(folder: Path, catalogue: Catalogue, known: set[str]) -> Iterator[CatalogueError]:
    path = str(RELATIONS.path(folder))
    for line, row in enumerate(catalogue.relations, 2):
        for field, slug in (("dataset", row.dataset), ("other", row.other)):
            if slug not in known:
                yield CatalogueError(path, line, field, f"{slug!r} is not in datasets.tsv")
        if row.dataset == row.other:
            yield CatalogueError(path, line, "other", "a dataset is not related to itself")


def _overrides(folder: Path, catalogue: Catalogue, concepts: Mapping[str, Concept]) -> Iterator[CatalogueError]:
    path = str(OVERRIDES.path(folder))
    cells = {(c.source, c.record, c.field, c.raw) for c in catalogue.claims}
    for line, row in enumerate(catalogue.overrides, 2):
        for value in row.values:
            if expand(value) not in concepts and row.values != (UNDECIDED,):
                yield CatalogueError(path, line, "values", f"{value} is no concept of the ontology")
        if catalogue.claims and (row.source, row.record, row.field, row.raw) not in cells:
            yield CatalogueError(path, line, "raw", f"record {row.record} says no such thing under {row.field}")
