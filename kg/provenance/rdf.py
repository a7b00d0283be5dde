"""The receipts as triples, in the terms that the graph has: PROV-O, and RDF's own statements about statements."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rdflib import PROV, RDF, XSD, Literal, URIRef

from kg.catalogue.triples import Triple, property_iri
from kg.namespaces import BASE, CATALOGUE, CLAIMS, DCTERMS, IKGS, INFERRED, PREFIXES, PROVENANCE
from kg.store.port import TripleStore
from kg.store.written import from_ntriples

__all__ = ["fact_iri", "history_triples", "receipt_triples"]

_BUILD: Final = URIRef(f"{BASE}activity/build")
_GRAPHS: Final = {"asserted": CATALOGUE, "guessed": CATALOGUE, "inferred": INFERRED}
_PREFIXES: Final = "".join(
    f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("dcat", "dcterms", "ikg", "owl", "prov", "rdf", "rdfs", "skos")
)
_CLAIMS: Final = (
    """CONSTRUCT {{ ?c ?p ?o }} WHERE {{ GRAPH ?g {{ ?c ikg:about <{iri}> ; ?p ?o }} FILTER(STRSTARTS(STR(?g), "{claims}")) }}"""
)
_RECORDS: Final = """CONSTRUCT {{ ?n ?p ?o }} WHERE {{ GRAPH <{graph}> {{
  {{ ?n ikg:describes <{iri}> ; ?p ?o }} UNION {{ ?r ikg:describes <{iri}> . ?n a ikg:Override ; prov:wasDerivedFrom ?r ; ?p ?o }}
  UNION {{ ?n ikg:about <{iri}> ; ?p ?o }} UNION {{ ?n a rdf:Statement ; rdf:subject <{iri}> ; ?p ?o }}
  UNION {{ ?n a rdf:Statement ; rdf:object <{iri}> ; ?p ?o }}
  UNION {{ ?n a dcat:Dataset ; ?p ?o FILTER(STRSTARTS(STR(?n), "{sources}")) }} }} }}"""


def fact_iri(dataset: str, prop: str, value: str) -> str:
    """The IRI of the statement that a dataset has a value: a fragment of the provenance document, a digest where the value is a sentence."""
    plain = re.fullmatch(r"[A-Za-z0-9:_-]+", value)
    return f"{dataset}/provenance#{prop}-{value if plain else hashlib.sha256(value.encode()).hexdigest()[:16]}"


def receipt_triples(store: TripleStore, body: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """The receipts of a dataset.

    Each fact is an ``rdf:Statement`` that says which graph it is in, from which claims (asserted) or statements (inferred) it was
    derived, and that the build made it. Claims, records, sources, decisions, conflicts and relations are as the graph has them; what
    sources say and nobody asserts is there as claims alone.

    Args:
        store: The store that the receipts were read from.
        body: What :func:`kg.provenance.receipts` gave.
    """
    iri = body["dataset"]["iri"]
    for query in (_CLAIMS.format(iri=iri, claims=CLAIMS), _RECORDS.format(iri=iri, graph=PROVENANCE, sources=IKGS)):
        yield from from_ntriples(store.serialise(_PREFIXES + query, "application/n-triples"))
    for fact in body["facts"]:
        if fact["state"] in _GRAPHS:
            yield from _statement(iri, fact)


def _statement(iri: str, fact: Mapping[str, Any]) -> Iterator[Triple]:
    value = fact["value"]
    node = URIRef(fact_iri(iri, fact["property"], _key(value)))
    yield node, RDF.type, RDF.Statement
    yield node, RDF.subject, URIRef(iri)
    yield node, RDF.predicate, property_iri(fact["property"])
    yield node, RDF.object, _object(value)
    yield node, DCTERMS.isPartOf, _GRAPHS[fact["state"]]
    yield node, PROV.wasGeneratedBy, _BUILD
    for statement in fact.get("statements", ()):
        yield node, PROV.wasDerivedFrom, URIRef(statement["claim"])
    for premise in fact.get("from", ()):
        yield node, PROV.wasDerivedFrom, URIRef(fact_iri(iri, premise["property"], _key(premise["value"])))


def _key(value: Mapping[str, str]) -> str:
    return value.get("curie") or value["text"]


def _object(value: Mapping[str, str]) -> URIRef | Literal:
    if "iri" in value:
        return URIRef(value["iri"])
    datatype = value.get("datatype")
    return Literal(value["text"], lang=value.get("language"), datatype=URIRef(datatype) if datatype else None)


_HISTORY: Final = """CONSTRUCT {{ ?s ?p ?o }} WHERE {{
  {{ VALUES ?p {{ {told} }} <{iri}> ?p ?o BIND(<{iri}> AS ?s) }}
  UNION {{ VALUES ?p {{ {told} }} ?s ?p <{iri}> BIND(<{iri}> AS ?o) }}
  UNION {{ {{ <{iri}> ?link ?s }} UNION {{ ?s ?link <{iri}> }} VALUES ?link {{ {told} }} VALUES ?p {{ dcterms:issued dcterms:title }} ?s ?p ?o }}
  UNION {{ ?s dcterms:isReplacedBy <{iri}> . VALUES ?p {{ owl:deprecated rdfs:comment }} ?s ?p ?o }}
  UNION {{ ?s ikg:describes <{iri}> . VALUES ?p {{ ikg:describes dcterms:isPartOf }} ?s ?p ?o }}
  UNION {{ ?r ikg:describes <{iri}> ; dcterms:isPartOf ?s . VALUES ?p {{ dcterms:title dcat:version ikg:retrieved }} ?s ?p ?o }} }}"""
_TOLD: Final = (
    "dcat:inSeries dcterms:isPartOf dcterms:isReplacedBy dcterms:issued dcterms:isVersionOf dcterms:title ikg:relabels "
    "ikg:sharesSubjectsWith prov:wasDerivedFrom skos:altLabel"
)


def history_triples(store: TripleStore, body: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """The history of a dataset, as far as PROV and Dublin Core have terms: what each release changed stands in the JSON alone.

    Args:
        store: The store that the history was read from.
        body: What :func:`kg.provenance.history` gave.
    """
    query = _HISTORY.format(iri=body["dataset"]["iri"], told=_TOLD)
    yield from from_ntriples(store.serialise(_PREFIXES + query, "application/n-triples"))
    for release in body["releases"]:
        node = URIRef(f"{BASE}release/{release['release']}")
        yield node, RDF.type, PROV.Entity
        yield node, DCTERMS.available, Literal(release["date"], datatype=XSD.dateTime)
        if release["since"]:
            yield node, PROV.wasRevisionOf, URIRef(f"{BASE}release/{release['since']}")
