"""The graph as plain tables, for people who want a data frame and no RDF. CSV, Parquet and SQLite hold the same ones."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.export.record import Record
from kg.knowledge import Knowledge
from kg.namespaces import CLAIMS, MAPPINGS, PREFIXES, curie, local_name
from kg.store.port import TripleStore

__all__ = ["TABLES", "Cell", "Data", "Table"]

Cell = str | int | bool | None
_PREFIXES: Final = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("ikg", "prov", "rdfs", "skos"))


@dataclass(frozen=True)
class Data:
    """What the tables are made of."""

    knowledge: Knowledge
    records: dict[str, Record]
    store: TripleStore

    @cached_property
    def claims(self) -> list[tuple[Cell, ...]]:
        """The rows of the largest table, read once for its three forms."""
        return list(_claims(self))


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Its name, and the stem of its file.
        about: One row of it, in words.
        columns: Name → type: ``text``, ``integer`` or ``boolean``; a cell may be None where nothing is known.
        rows: Its rows, in a fixed order.
    """

    name: str
    about: str
    columns: dict[str, str]
    rows: Callable[[Data], Iterable[tuple[Cell, ...]]]


def _datasets(data: Data) -> Iterator[tuple[Cell, ...]]:
    for r in data.records.values():
        v = r.view
        yield (
            v.id, v.iri, v.name, v.description or None, v.homepage or None, r.doi or None, v.year, v.labelled, v.classes, v.size,
            "|".join(r.named("accessLevel")) or None, "|".join(t.label for t in r.licences) or None, "|".join(r.licence_pages) or None,
            r.modified or None,
        )  # fmt: skip


def _names(data: Data) -> Iterator[tuple[Cell, ...]]:
    return ((r.view.id, alias) for r in data.records.values() for alias in sorted(r.view.aliases))


def _publishers(data: Data) -> Iterator[tuple[Cell, ...]]:
    return ((r.view.id, a.name, a.iri) for r in data.records.values() for a in r.publishers)


def _dataset_concepts(data: Data) -> Iterator[tuple[Cell, ...]]:
    for view in data.knowledge.datasets.values():
        for prop in sorted(view.entailed):
            own = view.asserted.get(prop, frozenset())
            yield from ((view.id, prop, curie(c), c in own) for c in sorted(view.entailed[prop]))


def _extents(data: Data) -> Iterator[tuple[Cell, ...]]:
    return ((r.view.id, c.value, c.unit, c.certainty) for r in data.records.values() for c in r.view.counts)


def _subjects(data: Data) -> Iterator[tuple[Cell, ...]]:
    return ((r.view.id, curie(t.iri), t.label, n) for r in data.records.values() for t, n in r.subjects)


def _relations(data: Data) -> Iterator[tuple[Cell, ...]]:
    for record in data.records.values():
        for relation, others in (record.related or {}).items():
            yield from ((record.view.id, relation, local_name(other.iri)) for other in others)
        yield from ((record.view.id, "inSeries", local_name(s.iri)) for s in record.series)


def _concepts(data: Data) -> Iterator[tuple[Cell, ...]]:
    return (
        (curie(c.iri), c.iri, c.label, c.facet, c.definition or None)
        for c in sorted(data.knowledge.concepts.values(), key=lambda c: c.iri)
    )


def _words(data: Data) -> Iterator[tuple[Cell, ...]]:
    for concept in sorted(data.knowledge.concepts.values(), key=lambda c: c.iri):
        yield from ((curie(concept.iri), w.text, w.kind.value, w.lang or None) for w in concept.words)


def _broader(data: Data) -> Iterator[tuple[Cell, ...]]:
    taxonomy = data.knowledge.taxonomy
    for child in sorted(taxonomy.supers):
        yield from ((curie(child), "subClassOf", curie(above)) for above in sorted(taxonomy.supers[child]))
    for prop in sorted(taxonomy.edges):
        for child in sorted(taxonomy.edges[prop]):
            yield from ((curie(child), curie(prop), curie(above)) for above in sorted(taxonomy.edges[prop][child]))


def _mappings(data: Data) -> Iterator[tuple[Cell, ...]]:
    found = _select(data, f"SELECT ?s ?p ?o {{ GRAPH <{MAPPINGS}> {{ ?s ?p ?o }} }}")
    return ((curie(s), local_name(p), curie(o)) for s, p, o in found)


def _claims(data: Data) -> Iterator[tuple[Cell, ...]]:
    query = (
        "SELECT ?d ?g ?r ?f ?raw ?s ?p ?v ?n { GRAPH ?g { ?c ikg:about ?d ; prov:wasDerivedFrom ?r ; ikg:field ?f ; ikg:raw ?raw ; "
        f"ikg:status ?s OPTIONAL {{ ?c ikg:property ?p ; ikg:reads ?v }} OPTIONAL {{ ?c rdfs:comment ?n }} }} "
        f"FILTER(STRSTARTS(STR(?g), '{CLAIMS}')) }}"
    )
    for d, g, r, f, raw, s, p, v, n in _select(data, query):
        yield (
            local_name(d),
            g.removeprefix(str(CLAIMS)),
            local_name(r),
            f,
            raw,
            s,
            local_name(p) or None,
            curie(v) or None,
            n or None,
        )


def _select(data: Data, query: str) -> list[tuple[str, ...]]:
    rows = data.store.select(_PREFIXES + query).rows
    return sorted(tuple("" if t is None else str(t) for t in row) for row in rows)


_TEXT: Final = "text"


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, _TEXT)


TABLES: Final = (
    Table(
        "datasets", "a dataset",
        _texts("id", "iri", "name", "description", "homepage", "doi") | {"year": "integer", "labelled": "boolean", "classes": "integer",
        "bytes": "integer"} | _texts("access", "licence", "licence_page", "modified"), _datasets,
    ),
    Table("names", "another name of a dataset", _texts("dataset", "name"), _names),
    Table("publishers", "a dataset and an organisation that publishes it", _texts("dataset", "name", "iri"), _publishers),
    Table(
        "dataset_concepts", "a dataset, a property and a concept, asserted or inferred",
        _texts("dataset", "property", "concept") | {"asserted": "boolean"}, _dataset_concepts,
    ),
    Table("extents", "a count of what a dataset holds", {"dataset": _TEXT, "value": "integer"} | _texts("unit", "certainty"), _extents),
    Table("subjects", "a group of subjects of a dataset", _texts("dataset", "group", "label") | {"count": "integer"}, _subjects),
    Table("relations", "a dataset, how it stands to another or to a series, and that", _texts("dataset", "relation", "other"), _relations),
    Table("concepts", "a concept", _texts("concept", "iri", "label", "facet", "definition"), _concepts),
    Table("words", "a word for a concept", _texts("concept", "text", "kind", "lang"), _words),
    Table("hierarchy", "a concept and one above it, however far", _texts("concept", "relation", "above"), _broader),
    Table("mappings", "a concept and its match in another terminology", _texts("concept", "match", "target"), _mappings),
    Table(
        "claims", "what a source says in one cell, and how it was read",
        _texts("dataset", "source", "record", "field", "raw", "status", "property", "value", "note"), lambda data: data.claims,
    ),
)  # fmt: skip
"""Every table of a dump."""
