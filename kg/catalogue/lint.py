"""The linter: every rule that a catalogue must keep beyond the form of its rows."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kg.catalogue.properties import CONCEPT_PROPERTIES, FACETS_OF
from kg.catalogue.tables import CLAIMS, CURATED, DATASETS, IDENTITY, LINKS, OVERRIDES, RELATIONS, RETIRED, TABLES, Catalogue
from kg.catalogue.tsv import read_exact
from kg.errors import CatalogueError
from kg.model import CURATOR, NOTHING, UNDECIDED, Concept
from kg.namespaces import expand
from kg.terms.lexicon import Lexicon
from kg.terms.text import fold

__all__ = ["LONGEST", "check", "not_canonical"]

LONGEST: Final = 400
"""The longest line of a table, in characters: more is not reviewable."""
# Relations that lead one way, so that a ring of them is a mistake.
_ONE_WAY: Final = frozenset(("derivedFrom", "partOf", "relabels", "versionOf"))
_CURATED_LITERALS: Final = frozenset(
    (
        "alias",
        "byteSize",
        "classes",
        "description",
        "extent",
        "issued",
        "labelSetComplete",
        "labelled",
        "landingPage",
        "publisher",
        "subjects",
        "title",
    )
)


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
        *_curated(folder, catalogue, known, concepts),
        *_links(folder, catalogue, known),
        *_retired(folder, catalogue, known),
        *_long(folder),
    )


def _unique(folder: Path, catalogue: Catalogue) -> Iterator[CatalogueError]:
    for table in TABLES:
        rows: tuple[Any, ...] = getattr(catalogue, table.name)
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
            elif concepts[iri].facet not in FACETS_OF.get(claim.property, (claim.property,)):
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
    homes = {(i.source, i.record) for i in catalogue.identity} | {(u.source, u.record) for u in catalogue.unlinked}
    for source in catalogue.sources:
        for record in range(source.records):
            if (source.name, record) not in homes:
                rule = f"record {record} of {source.name} belongs to no dataset and is not in unlinked.tsv"
                yield CatalogueError(path, 1, "record", rule)
    described |= {row.dataset for row in catalogue.curated}
    for line, dataset in enumerate(catalogue.datasets, 2):
        if dataset.id not in described:
            yield CatalogueError(
                str(DATASETS.path(folder)), line, "id", f"neither a source record nor a curator describes {dataset.id}"
            )


def _relations(folder: Path, catalogue: Catalogue, known: set[str]) -> Iterator[CatalogueError]:
    path = str(RELATIONS.path(folder))
    series = {one.id for one in catalogue.series}
    for line, row in enumerate(catalogue.relations, 2):
        if row.dataset not in known:
            yield CatalogueError(path, line, "dataset", f"{row.dataset!r} is not in datasets.tsv")
        if row.relation == "inSeries":
            if row.other not in series:
                yield CatalogueError(path, line, "other", f"{row.other!r} is not in series.tsv")
        elif row.other not in known:
            yield CatalogueError(path, line, "other", f"{row.other!r} is not in datasets.tsv")
        if row.dataset == row.other and row.relation != "inSeries":
            yield CatalogueError(path, line, "other", "a dataset is not related to itself")
    lines = {(r.dataset, r.relation, r.other): n for n, r in enumerate(catalogue.relations, 2)}
    for cycle in _cycles({(r.dataset, r.other) for r in catalogue.relations if r.relation in _ONE_WAY}):
        line = min(n for (a, _, b), n in lines.items() if (a, b) in set(zip(cycle, (*cycle[1:], cycle[0]), strict=True)))
        yield CatalogueError(path, line, "other", f"goes in a circle: {' → '.join((*cycle, cycle[0]))}")


def _cycles(edges: set[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Every ring of edges once, beginning with its smallest name."""
    onward: dict[str, list[str]] = {}
    for a, b in sorted(edges):
        onward.setdefault(a, []).append(b)
    done: set[str] = set()
    for start in sorted(onward):
        stack: list[tuple[str, tuple[str, ...]]] = [(start, ())]
        while stack:
            node, path = stack.pop()
            if node in path:
                ring = path[path.index(node) :]
                if min(ring) == ring[0] and ring[0] not in done:
                    done.add(ring[0])
                    yield ring
            elif node not in done:
                stack += [(after, (*path, node)) for after in onward.get(node, ())]
        done.add(start)


def _overrides(folder: Path, catalogue: Catalogue, concepts: Mapping[str, Concept]) -> Iterator[CatalogueError]:
    path = str(OVERRIDES.path(folder))
    cells = {(c.source, c.record, c.field, fold(c.raw)) for c in catalogue.claims}
    for line, row in enumerate(catalogue.overrides, 2):
        for value in row.values:
            if expand(value) not in concepts and row.values != (UNDECIDED,):
                yield CatalogueError(path, line, "values", f"{value} is no concept of the ontology")
        if catalogue.claims and (row.source, row.record, row.field, fold(row.raw)) not in cells:
            yield CatalogueError(path, line, "raw", f"record {row.record} says no such thing under {row.field}")


def _curated(folder: Path, catalogue: Catalogue, known: set[str], concepts: Mapping[str, Concept]) -> Iterator[CatalogueError]:
    path = str(CURATED.path(folder))
    values: dict[tuple[str, str], set[str]] = {}
    labelled = {row.dataset for row in catalogue.curated if row.property == "annotates" and row.value != NOTHING}
    labelled |= {claim.dataset for claim in catalogue.claims if claim.property == "annotates" and claim.asserts}
    for line, row in enumerate(catalogue.curated, 2):
        if row.property == "labelSetComplete" and row.dataset not in labelled:
            yield CatalogueError(
                path, line, "property", "says of labels that nobody states whether they are all; add annotates rows"
            )
        own = values.setdefault((row.dataset, row.property), set())
        own.add(row.value)
        if NOTHING in own and len(own) > 1:
            yield CatalogueError(path, line, "value", f"{row.property} has no value and a value")
        if row.property == "labelSetComplete" and len(own) > 1:
            yield CatalogueError(path, line, "value", "a label set is complete or it is not")
        if row.dataset not in known:
            yield CatalogueError(path, line, "dataset", f"{row.dataset!r} is not in datasets.tsv")
        if row.property not in CONCEPT_PROPERTIES:
            if row.property not in _CURATED_LITERALS:
                yield CatalogueError(path, line, "property", f"{row.property!r} is no property that a curator states")
        elif row.value != NOTHING:
            concept = concepts.get(expand(row.value))
            if concept is None:
                yield CatalogueError(path, line, "value", f"{row.value} is no concept of the ontology")
            elif concept.facet not in FACETS_OF.get(row.property, (row.property,)):
                yield CatalogueError(path, line, "property", f"{row.value} belongs to {concept.facet}, not to {row.property}")
            elif row.label != concept.label:
                yield CatalogueError(path, line, "label", f"{row.value} is called {concept.label!r}, not {row.label!r}")


def _links(folder: Path, catalogue: Catalogue, known: set[str]) -> Iterator[CatalogueError]:
    path = str(LINKS.path(folder))
    sources = {s.name for s in catalogue.sources}
    for line, row in enumerate(catalogue.links, 2):
        if row.dataset != NOTHING and row.dataset not in known:
            yield CatalogueError(path, line, "dataset", f"{row.dataset!r} is not in datasets.tsv")
        if row.source not in sources or row.source == CURATOR:
            yield CatalogueError(path, line, "source", f"{row.source!r} is not in sources.tsv")


def _retired(folder: Path, catalogue: Catalogue, known: set[str]) -> Iterator[CatalogueError]:
    path = str(RETIRED.path(folder))
    for line, row in enumerate(catalogue.retired, 2):
        if row.id in known:
            yield CatalogueError(
                path, line, "id", f"{row.id!r} is in datasets.tsv; if it means the same set as ever, delete this row"
            )
        if row.replacement != NOTHING and row.replacement not in known:
            yield CatalogueError(path, line, "replacement", f"{row.replacement!r} is not in datasets.tsv")


def _long(folder: Path) -> Iterator[CatalogueError]:
    """Lines that nobody can review in a diff."""
    for table in TABLES:
        if table.path(folder).exists():
            for number, line in enumerate(read_exact(table.path(folder)).split("\n"), 1):
                if len(line) > LONGEST:
                    yield CatalogueError(str(table.path(folder)), number, "row", f"{len(line)} characters; at most {LONGEST}")
