"""Facts and claims as triples, in the graph's own vocabulary. No blank nodes: every node can be linked to."""

from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import PROV, RDF, RDFS, SKOS, XSD, Literal, URIRef
from rdflib.term import Node

from kg.catalogue.policy import Facts
from kg.catalogue.tables import Catalogue, Source
from kg.model import Claim, Relation
from kg.namespaces import BASE, DCAT, DCTERMS, IKG, IKGD, IKGS, expand

__all__ = ["CATALOG", "Triple", "catalogue_triples", "claim_iri", "claim_triples", "provenance_triples"]

Triple = tuple[Node, Node, Node]

CATALOG: Final = URIRef(f"{BASE}catalogue")

_RELATION: Final = {
    "partOf": DCTERMS.isPartOf,
    "versionOf": DCTERMS.isVersionOf,
    "derivedFrom": PROV.wasDerivedFrom,
    "relabels": IKG.relabels,
    "sharesSubjectsWith": IKG.sharesSubjectsWith,
}


_SHARED: Final = {"title": DCTERMS.title, "issued": DCTERMS.issued, "landingPage": DCAT.landingPage}


def property_iri(name: str) -> URIRef:
    """The IRI of a property of the catalogue: a shared vocabulary's where there is one, else ours."""
    return _SHARED.get(name, IKG[name])


def _iri(text: str) -> URIRef:
    """An address from a source as an IRI; characters that no IRI may hold are percent-encoded."""
    return URIRef("".join(c if c.isascii() and c not in ' <>"{}|\\^`' else _percent(c) for c in text))


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def catalogue_triples(facts: Iterable[Facts], relations: Iterable[Relation]) -> Iterator[Triple]:
    """What the graph asserts of the datasets."""
    yield CATALOG, RDF.type, DCAT.Catalog
    yield CATALOG, DCTERMS.title, Literal("imaging-kg", lang="en")
    for fact in facts:
        yield from _dataset(fact)
    for relation in relations:
        yield IKGD[relation.dataset], _RELATION[relation.relation], IKGD[relation.other]


def _dataset(fact: Facts) -> Iterator[Triple]:
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
        yield node, DCAT.landingPage, _iri(row.homepage)
    if row.year:
        yield node, DCTERMS.issued, Literal(row.year, datatype=XSD.gYear)
    if fact.labelled is not None:
        yield node, IKG.labelled, Literal(fact.labelled)
    for prop, values in fact.concepts.items():
        for value in values:
            yield node, IKG[prop], URIRef(expand(value))
    for extent in fact.extents:
        count = URIRef(f"{node}#extent-{extent.value}-{extent.unit}-{extent.certainty}")
        yield node, IKG.extent, count
        yield count, RDF.type, IKG.Extent
        yield count, IKG.value, Literal(extent.value)
        yield count, IKG.unit, Literal(extent.unit)
        yield count, IKG.certainty, Literal(extent.certainty)


def record_iri(source: str, record: int) -> URIRef:
    """The IRI of a source record."""
    return IKGS[f"{source}/{record}"]


def claim_iri(claim: Claim, number: int) -> URIRef:
    """The IRI of a claim: its record, its field and its place among the claims of that field."""
    return URIRef(f"{record_iri(claim.source, claim.record)}#{claim.field}-{number}")


def numbered(claims: Iterable[Claim]) -> Iterator[tuple[Claim, int]]:
    """Claims with their place among those of the same record and field, from 1."""
    count: dict[tuple[str, int, str], int] = {}
    for claim in sorted(claims):
        key = (claim.source, claim.record, claim.field)
        count[key] = count.get(key, 0) + 1
        yield claim, count[key]


def claim_triples(claims: Iterable[Claim], values_are_concepts: frozenset[str]) -> Iterator[Triple]:
    """The claims of one source. ``values_are_concepts`` names the properties whose values are CURIEs."""
    for claim, number in numbered(claims):
        node = claim_iri(claim, number)
        yield node, RDF.type, IKG.Claim
        yield node, IKG.about, IKGD[claim.dataset]
        yield node, PROV.wasDerivedFrom, record_iri(claim.source, claim.record)
        yield node, IKG.field, Literal(claim.field)
        yield node, IKG.raw, Literal(claim.raw)
        yield node, IKG.status, Literal(claim.status.value)
        if claim.value:
            concept = claim.property in values_are_concepts
            yield node, IKG.property, property_iri(claim.property)
            yield node, IKG.reads, URIRef(expand(claim.value)) if concept else Literal(claim.value)
        if claim.note:
            yield node, RDFS.comment, Literal(claim.note, lang="en")


def provenance_triples(catalogue: Catalogue) -> Iterator[Triple]:
    """The sources, and which record describes which dataset."""
    for source in catalogue.sources:
        yield from _source(source)
    for row in catalogue.identity:
        record = record_iri(row.source, row.record)
        yield record, RDF.type, PROV.Entity
        yield record, DCTERMS.isPartOf, IKGS[row.source]
        yield record, IKG.position, Literal(row.record)
        yield record, IKG.describes, IKGD[row.dataset]
        yield record, IKG.identifiedBy, Literal(row.rule)


def _source(source: Source) -> Iterator[Triple]:
    node = IKGS[source.name]
    yield node, RDF.type, PROV.Entity
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, Literal(source.title, lang="en")
    yield node, DCAT.version, Literal(source.version)
    yield node, DCTERMS.license, _iri(source.licence) if source.licence.startswith("http") else Literal(source.licence)
    if source.homepage:
        yield node, DCAT.landingPage, _iri(source.homepage)
    yield node, IKG.sha256, Literal(source.sha256)
    yield node, IKG.records, Literal(source.records)
