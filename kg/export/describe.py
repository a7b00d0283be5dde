"""What the graph says of one thing, as triples for a document about it, and what in the graph uses a concept."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from rdflib import FOAF, RDF, Literal, URIRef

from kg.catalogue.triples import Triple
from kg.errors import QuerySyntaxError
from kg.export.void import KG, LICENCE
from kg.knowledge import Knowledge
from kg.namespaces import DCTERMS, IKGD, IKGS, PREFIXES, VOID, curie, local_name
from kg.store.port import TripleStore

__all__ = ["Retirement", "about", "document_triples", "graph_of", "is_known", "members_of", "retired_of", "uses_of"]

_MOST: Final = 5000  # triples that lead to a thing from elsewhere; a concept at the top of a facet has many
_LABELS: Final = "rdfs:label|dcterms:title|foaf:name"
_PREFIXES: Final = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("dcterms", "foaf", "owl", "prov", "rdf", "rdfs", "skos"))
# What is said of it; the nodes that are a part of it (IRI#…); what names its values; the class expressions that hang on it.
_ABOUT: Final = """CONSTRUCT {{ <{iri}> ?p ?o . ?o rdfs:label ?label . ?part ?pp ?po . ?node ?np ?no }} WHERE {{
  {{ <{iri}> ?p ?o . OPTIONAL {{ ?o rdfs:label ?label }} }}
  UNION {{ <{iri}> ?link ?part . ?part ?pp ?po . FILTER(STRSTARTS(STR(?part), "{iri}#")) }}
  UNION {{ <{iri}> rdfs:subClassOf|owl:equivalentClass ?top . FILTER(isBlank(?top))
    ?top (owl:intersectionOf|owl:someValuesFrom|owl:unionOf|rdf:first|rdf:rest)* ?node . FILTER(isBlank(?node)) ?node ?np ?no }}
}}"""
_USED: Final = """CONSTRUCT {{ ?s ?p <{iri}> . ?s ?called ?name }} WHERE {{
  {{ SELECT DISTINCT ?s ?p WHERE {{ ?s ?p <{iri}> . FILTER(isIRI(?s) && ?s != <{iri}> && !CONTAINS(STR(?s), "#")) }}
     ORDER BY ?s ?p LIMIT {most} }}
  OPTIONAL {{ VALUES ?called {{ rdfs:label dcterms:title foaf:name }} ?s ?called ?name }} }}"""

_CLAIMED: Final = "CONSTRUCT {{ ?c ?p ?o }} WHERE {{ GRAPH ?g {{ ?c prov:wasDerivedFrom <{iri}> ; ?p ?o }} }}"


@dataclass(frozen=True, slots=True)
class Retirement:
    """What became of a slug: the one that means the same today (``""``: none), and why."""

    replacement: str
    reason: str


def about(store: TripleStore, iri: str) -> bytes:
    """What the default graph says of a thing and what leads to it, as N-Triples.

    Args:
        store: The store.
        iri: The thing; must be a valid IRI.
    """
    said = store.serialise(_PREFIXES + _ABOUT.format(iri=iri), "application/n-triples")
    if iri.startswith(str(IKGS)):  # a record of a source: its claims stand outside the default graph
        said += store.serialise(_PREFIXES + _CLAIMED.format(iri=iri), "application/n-triples")
    return said + store.serialise(_PREFIXES + _USED.format(iri=iri, most=_MOST), "application/n-triples")


def graph_of(store: TripleStore, name: str) -> bytes:
    """A named graph, as N-Triples."""
    return store.serialise(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", "application/n-triples")


def document_triples(document: str, thing: str) -> Iterator[Triple]:
    """What a document says of itself: its topic, the graph that it is a part of, its licence (VoID, 6.3 and 7.1)."""
    node = URIRef(document)
    yield node, RDF.type, FOAF.Document
    yield node, FOAF.primaryTopic, URIRef(thing)
    yield node, VOID.inDataset, KG
    yield node, DCTERMS.license, LICENCE


def is_known(store: TripleStore, iri: str) -> bool:
    """Whether the default graph says anything of a thing or leads to it; nothing does of what is no IRI."""
    try:
        return store.ask(f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} UNION {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} }}")
    except QuerySyntaxError:  # only the engine knows all that an IRI may not hold
        return False


def members_of(store: TripleStore, iri: str, most: int = 200) -> dict[str, list[tuple[str, str, str]]]:
    """What a page about a thing shows: property (CURIE) → values as (text, IRI or ``""``, ``""`` or ``of``), those that lead to it last.

    Args:
        store: The store.
        iri: The thing.
        most: How many values of one property at most.
    """
    query = f"""{_PREFIXES} SELECT DISTINCT ?way ?p ?o ?name WHERE {{
      {{ <{iri}> ?p ?o BIND("" AS ?way) }} UNION {{ ?o ?p <{iri}> BIND("of" AS ?way) FILTER(isIRI(?o)) }}
      FILTER(!isBlank(?o)) OPTIONAL {{ ?o {_LABELS} ?name }} }}"""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for way, prop, value, name in sorted(store.select(query).rows, key=lambda row: [str(t or "") for t in row]):
        address = "" if isinstance(value, Literal) else str(value)
        line = (str(name) if name is not None else curie(str(value)), address, str(way))
        values = found.setdefault(f"is {curie(str(prop))} of" if str(way) else curie(str(prop)), [])
        if len(values) < most and (not values or values[-1][1] != address or not address):
            values.append(line)
    return found


def retired_of(store: TripleStore) -> dict[str, Retirement]:
    """The slugs that named a dataset once."""
    query = f"""{_PREFIXES} SELECT ?d ?new ?why WHERE {{ ?d owl:deprecated true ; rdfs:comment ?why .
      OPTIONAL {{ ?d dcterms:isReplacedBy ?new }} FILTER(STRSTARTS(STR(?d), "{IKGD}")) }}"""
    return {
        local_name(str(d)): Retirement(local_name(str(new)) if new is not None else "", str(why))
        for d, new, why in store.select(query).rows
    }


def uses_of(knowledge: Knowledge, iri: str) -> dict[str, Any]:
    """What in the graph uses a concept, as JSON: datasets by property, those that are told and those that follow, and concepts."""
    datasets: dict[str, dict[str, list[dict[str, str]]]] = {}
    for view in knowledge.datasets.values():
        for prop, values in view.entailed.items():
            if iri in values:
                told = "asserted" if iri in view.asserted.get(prop, frozenset()) else "inferred"
                places = datasets.setdefault(prop, {"asserted": [], "inferred": []})
                places[told].append({"id": view.id, "iri": view.iri, "name": view.name})
    concepts: dict[str, list[dict[str, str]]] = {}
    for prop, reach in sorted(knowledge.taxonomy.edges.items()):
        users = sorted((knowledge.label(c), c) for c, targets in reach.items() if iri in targets and c != iri)
        if users:
            concepts[curie(prop)] = [{"iri": c, "curie": curie(c), "label": label} for label, c in users]
    return {"datasets": dict(sorted(datasets.items())), "concepts": concepts}
