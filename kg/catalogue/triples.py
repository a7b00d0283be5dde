"""Facts and claims as triples, in the graph's own vocabulary. No blank nodes: every node can be linked to."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from rdflib import PROV, RDF, SKOS, XSD, Literal, URIRef
from rdflib.term import Node

from kg.catalogue.facts import Facts
from kg.identity import slug_of
from kg.model import Relation, Series
from kg.namespaces import BASE, DCAT, DCTERMS, FOAF, IKG, IKGD, expand

__all__ = ["CATALOG", "RELATION", "Triple", "address", "catalogue_triples", "property_iri"]

Triple = tuple[Node, Node, Node]

CATALOG: Final = URIRef(f"{BASE}catalogue")

RELATION: Final = {
    "inSeries": DCAT.inSeries,
    "partOf": DCTERMS.isPartOf,
    "versionOf": DCTERMS.isVersionOf,
    "derivedFrom": PROV.wasDerivedFrom,
    "relabels": IKG.relabels,
    "sharesSubjectsWith": IKG.sharesSubjectsWith,
}


_SHARED: Final = {
    "alias": SKOS.altLabel, "description": DCTERMS.description, "issued": DCTERMS.issued, "landingPage": DCAT.landingPage,
    "publisher": DCTERMS.publisher, "title": DCTERMS.title,
}  # fmt: skip
_CREATIVE_COMMONS: Final = "https://creativecommons.org/"


def property_iri(name: str) -> URIRef:
    """The IRI of a property of the catalogue: a shared vocabulary's where there is one, else ours."""
    return _SHARED.get(name, IKG[name])


def address(text: str) -> URIRef:
    """An address from a source as an IRI; characters that no IRI may hold are percent-encoded."""
    return URIRef("".join(c if c.isascii() and c not in ' <>"{}|\\^`' else _percent(c) for c in text))


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def catalogue_triples(
    facts: Iterable[Facts],
    relations: Iterable[Relation],
    series: Iterable[Series] = (),
    licence_page: Callable[[str], str] = lambda _: "",
) -> Iterator[Triple]:
    """What the graph asserts of the datasets.

    Args:
        facts: The facts, one value a dataset.
        relations: Relations between datasets, and of datasets to series.
        series: The series that the relations name.
        licence_page: CURIE of a licence → the address of its text, if it has one.
    """
    yield CATALOG, RDF.type, DCAT.Catalog
    yield CATALOG, DCTERMS.title, Literal("imaging-kg", lang="en")
    for one in series:
        node = series_iri(one.id)
        yield node, RDF.type, DCAT.DatasetSeries
        yield node, DCTERMS.title, Literal(one.name)
        if one.homepage:
            yield node, DCAT.landingPage, address(one.homepage)
    for fact in facts:
        yield from _dataset(fact, licence_page)
    for relation in relations:
        other = series_iri(relation.other) if relation.relation == "inSeries" else IKGD[relation.other]
        yield IKGD[relation.dataset], RELATION[relation.relation], other


def series_iri(slug: str) -> URIRef:
    """The IRI of a series of datasets."""
    return URIRef(f"{BASE}series/{slug}")


def _dataset(fact: Facts, licence_page: Callable[[str], str]) -> Iterator[Triple]:
    row = fact.row
    node = IKGD[row.id]
    yield CATALOG, DCAT.dataset, node
    yield node, RDF.type, DCAT.Dataset
    yield node, RDF.type, IKG.ImagingDataset
    yield node, DCTERMS.identifier, Literal(row.id)
    yield node, DCTERMS.title, Literal(row.name)
    for alias in row.aliases:
        yield node, SKOS.altLabel, Literal(alias)
    if row.homepage:
        yield node, DCAT.landingPage, address(row.homepage)
    if row.year:
        yield node, DCTERMS.issued, Literal(row.year, datatype=XSD.gYear)
    if fact.labelled is not None:
        yield node, IKG.labelled, Literal(fact.labelled)
    for prop, values in fact.concepts.items():
        for value in values:
            yield node, IKG[prop], URIRef(expand(value))
    for value in fact.concepts.get("licence", ()):
        page = licence_page(value)
        yield node, DCTERMS.license, URIRef(page or expand(value))
    for prop, values in fact.guessed.items():
        for value in values:
            yield node, IKG[f"guessed{prop[0].upper()}{prop[1:]}"], URIRef(expand(value))
    yield from _told(fact, node)
    yield from _counts(fact, node)


def _told(fact: Facts, node: URIRef) -> Iterator[Triple]:
    for text in fact.literals.get("description", ()):
        yield node, DCTERMS.description, Literal(text, lang="en")
    for size in fact.literals.get("byteSize", ()):
        yield node, IKG.byteSize, Literal(int(size))
    for text in fact.literals.get("labelSetComplete", ()):
        yield node, IKG.labelSetComplete, Literal(text == "true")
    if fact.literals.get("classes"):  # records describe parts of a dataset: the fullest list of labels counts
        yield node, IKG.classes, Literal(max(int(n) for n in fact.literals["classes"]))
    for name in fact.literals.get("publisher", ()):
        agent = URIRef(f"{BASE}organisation/{slug_of(name)}")
        yield node, DCTERMS.publisher, agent
        yield agent, RDF.type, FOAF.Organization
        yield agent, FOAF.name, Literal(name)


def _counts(fact: Facts, node: URIRef) -> Iterator[Triple]:
    for extent in fact.extents:
        count = URIRef(f"{node}#extent-{extent.value}-{extent.unit}-{extent.certainty}")
        yield node, IKG.extent, count
        yield count, RDF.type, IKG.Extent
        yield count, IKG.value, Literal(extent.value)
        yield count, IKG.unit, Literal(extent.unit)
        yield count, IKG.certainty, Literal(extent.certainty)
    for group in fact.subjects:
        count = URIRef(f"{node}#subjects-{group.group.partition(':')[2]}")
        yield node, IKG.subjects, count
        yield count, RDF.type, IKG.SubjectGroup
        yield count, IKG.group, URIRef(expand(group.group))
        yield count, IKG.value, Literal(group.count)
