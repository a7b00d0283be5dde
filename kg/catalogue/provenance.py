"""Where the facts come from, as triples: sources, records, claims, decisions, conflicts, and the build itself (PROV-O)."""

from collections.abc import Iterable, Iterator

from rdflib import OWL, PROV, RDF, RDFS, XSD, Literal, URIRef

from kg.catalogue.facts import Conflict
from kg.catalogue.tables import Catalogue, Source
from kg.catalogue.triples import RELATION, Triple, address, property_iri, series_iri
from kg.identity import slug_of
from kg.model import CURATOR, NOTHING, Claim, Override, Relation
from kg.namespaces import BASE, CATALOGUE, DCAT, DCTERMS, IKG, IKGD, IKGG, IKGS, INFERRED, expand
from kg.version import __version__

__all__ = ["build_triples", "claim_iri", "claim_triples", "conflict_triples", "provenance_triples", "record_iri", "record_of"]


def record_iri(source: str, record: int | str) -> URIRef:
    """The IRI of a source record; a curator's record is named after the dataset that it is about."""
    return IKGS[f"{source}/{record}"]


def record_of(claim: Claim) -> URIRef:
    """The IRI of the record that a claim comes from."""
    return record_iri(claim.source, claim.dataset if claim.source == CURATOR else claim.record)


def claim_iri(claim: Claim, number: int) -> URIRef:
    """The IRI of a claim: its record, its field and its place among the claims of that field."""
    return URIRef(f"{record_of(claim)}#{claim.field.replace(' ', '-')}-{number}")


def numbered(claims: Iterable[Claim]) -> Iterator[tuple[Claim, int]]:
    """Claims with their place among those of the same record and field, from 1."""
    count: dict[tuple[URIRef, str], int] = {}
    for claim in sorted(claims):
        key = (record_of(claim), claim.field)
        count[key] = count.get(key, 0) + 1
        yield claim, count[key]


def claim_triples(claims: Iterable[Claim], values_are_concepts: frozenset[str]) -> Iterator[Triple]:
    """The claims of one source. ``values_are_concepts`` names the properties whose values are CURIEs."""
    for claim, number in numbered(claims):
        node = claim_iri(claim, number)
        yield node, RDF.type, IKG.Claim
        yield node, IKG.about, IKGD[claim.dataset]
        yield node, PROV.wasDerivedFrom, record_of(claim)
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
    """The sources, which record describes which dataset, what curators decided about cells, and the evidence of relations."""
    for source in catalogue.sources:
        yield from _source(source)
    for row in catalogue.identity:
        record = record_iri(row.source, row.record)
        yield record, RDF.type, PROV.Entity
        yield record, DCTERMS.isPartOf, IKGS[row.source]
        yield record, IKG.position, Literal(row.record)
        yield record, IKG.describes, IKGD[row.dataset]
        yield record, IKG.identifiedBy, Literal(row.rule)
    yield IKGS[CURATOR], RDF.type, PROV.Agent
    yield IKGS[CURATOR], DCTERMS.title, Literal("the curators of imaging-kg", lang="en")
    for dataset in sorted({row.dataset for row in catalogue.curated}):
        record = record_iri(CURATOR, dataset)
        yield record, RDF.type, PROV.Entity
        yield record, PROV.wasAttributedTo, IKGS[CURATOR]
        yield record, IKG.describes, IKGD[dataset]
    for override in catalogue.overrides:
        yield from _override(override)
    for relation in catalogue.relations:
        yield from _relation(relation)
    for retired in catalogue.retired:
        node = IKGD[retired.id]
        yield node, OWL.deprecated, Literal(True)
        yield node, RDFS.comment, Literal(retired.reason, lang="en")
        if retired.replacement != NOTHING:
            yield node, DCTERMS.isReplacedBy, IKGD[retired.replacement]


def _override(override: Override) -> Iterator[Triple]:
    record = record_iri(override.source, override.record)
    node = URIRef(f"{record}#override-{override.field}-{slug_of(override.raw)}")
    yield node, RDF.type, IKG.Override
    yield node, PROV.wasAttributedTo, IKGS[CURATOR]
    yield node, PROV.wasDerivedFrom, record
    yield node, IKG.field, Literal(override.field)
    yield node, IKG.raw, Literal(override.raw)
    yield node, IKG.flag, Literal(override.flag.value)
    yield node, RDFS.comment, Literal(override.reason, lang="en")
    for value in override.values:
        if expand(value) != value:
            yield node, IKG.reads, URIRef(expand(value))
    if override.reference.startswith("http"):
        yield node, DCTERMS.references, address(override.reference)


def _relation(relation: Relation) -> Iterator[Triple]:
    node = URIRef(f"{BASE}relation/{relation.dataset}/{relation.relation}/{relation.other}")
    other = series_iri(relation.other) if relation.relation == "inSeries" else IKGD[relation.other]
    yield node, RDF.type, RDF.Statement
    yield node, RDF.subject, IKGD[relation.dataset]
    yield node, RDF.predicate, RELATION[relation.relation]
    yield node, RDF.object, other
    yield node, IKG.evidence, Literal(relation.evidence)
    yield node, IKG.confidence, Literal(relation.confidence.value)
    if relation.detail:
        yield node, RDFS.comment, Literal(relation.detail, lang="en")


def conflict_triples(conflicts: Iterable[Conflict]) -> Iterator[Triple]:
    """Where sources cannot all be right, one node a conflict."""
    for conflict in conflicts:
        node = URIRef(f"{IKGD[conflict.dataset]}#conflict-{conflict.property}")
        yield node, RDF.type, IKG.Conflict
        yield node, IKG.about, IKGD[conflict.dataset]
        yield node, IKG.property, property_iri(conflict.property)
        for value in conflict.values:
            yield node, IKG.against, URIRef(expand(value))
        if conflict.chosen:
            yield node, IKG.reads, URIRef(expand(conflict.chosen))


def build_triples(catalogue: Catalogue, ontology: str) -> Iterator[Triple]:
    """The build as a PROV activity: what it used, what it made, and by which software. It has no time, so that equal inputs give equal bytes.

    Args:
        catalogue: The curated tables.
        ontology: Digest of the ontology's axioms.
    """
    activity = URIRef(f"{BASE}activity/build")
    software = URIRef(f"{BASE}software/imaging-kg/{__version__}")
    yield activity, RDF.type, PROV.Activity
    yield activity, RDFS.label, Literal("build of a release", lang="en")
    yield activity, PROV.wasAssociatedWith, software
    yield software, RDF.type, PROV.SoftwareAgent
    yield software, DCTERMS.title, Literal(f"imaging-kg {__version__}")
    for source in catalogue.sources:
        yield activity, PROV.used, IKGS[source.name]
    yield activity, PROV.used, IKGS[CURATOR]
    yield activity, PROV.used, IKGG.ontology
    yield IKGG.ontology, RDF.type, PROV.Entity
    yield IKGG.ontology, IKG.sha256, Literal(ontology)
    for graph in (CATALOGUE, INFERRED):
        yield graph, RDF.type, PROV.Entity
        yield graph, PROV.wasGeneratedBy, activity
    yield INFERRED, PROV.wasDerivedFrom, CATALOGUE
    yield INFERRED, PROV.wasDerivedFrom, IKGG.ontology


def _source(source: Source) -> Iterator[Triple]:
    node = IKGS[source.name]
    yield node, RDF.type, PROV.Entity
    yield node, RDF.type, DCAT.Dataset
    yield node, DCTERMS.title, Literal(source.title, lang="en")
    yield node, DCAT.version, Literal(source.version)
    yield node, DCTERMS.license, address(source.licence) if source.licence.startswith("http") else Literal(source.licence)
    if source.homepage:
        yield node, DCAT.landingPage, address(source.homepage)
    if source.retrieved:
        yield node, IKG.retrieved, Literal(source.retrieved, datatype=XSD.date)
    yield node, IKG.sha256, Literal(source.sha256)
    yield node, IKG.records, Literal(source.records)
