"""Reading the graph of a store into memory: a handful of SELECTs, the same for every adapter."""

from collections.abc import Iterator
from typing import Final

from rdflib import Literal
from rdflib.term import Node

from kg.knowledge.values import Count, DatasetView, Knowledge
from kg.model import Concept, Word, WordKind
from kg.namespaces import CATALOGUE, INFERRED, MAPPINGS, ONTOLOGY, PREFIXES, curie, local_name
from kg.reason.taxonomy import FOLLOWED, Taxonomy
from kg.store.port import Selects
from kg.terms.modules import WORD_PROPERTIES

__all__ = ["load_knowledge"]

_PREFIXES: Final = "".join(
    f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("dcat", "dcterms", "foaf", "ikg", "obo", "owl", "rdf", "rdfs", "skos")
)
# The organs of the views that the ontology holds to be disjoint: no view shows two of them.
_APART: Final = f"""SELECT ?organ {{ GRAPH <{ONTOLOGY}> {{ ?all a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?view .
  ?view owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first ?part . ?part owl:onProperty ikg:viewSite ; owl:someValuesFrom ?organ }} }}"""
_KINDS: Final = {curie(str(prop)): kind for prop, kind in WORD_PROPERTIES}


def load_knowledge(store: Selects) -> Knowledge:
    """Read everything that search and fusion need from a store that holds a release.

    Raises:
        StoreUnavailable: The store gives no answer.
    """
    concepts = _concepts(store)
    general = {str(c) for (c,) in _rows(store, f"SELECT ?c {{ GRAPH <{ONTOLOGY}> {{ ?c ikg:generalTerm true }} }}")}
    apart = {str(o) for (o,) in _rows(store, _APART)}
    steps, pages = _said(store, "ikg:accessSteps"), _said(store, "rdfs:seeAlso")
    datasets = _datasets(store, frozenset(concepts))
    return Knowledge(datasets, concepts, _taxonomy(store), _mapped(store), general, _covers(store), apart, steps, pages)


def _covers(store: Selects) -> dict[str, frozenset[str]]:
    """Structure → the kinds or parts outside of which nothing of it lies."""
    found: dict[str, set[str]] = {}
    for whole, part in _rows(store, f"SELECT ?c ?o {{ GRAPH <{ONTOLOGY}> {{ ?c ikg:coveredBy ?o }} }}"):
        found.setdefault(str(whole), set()).add(str(part))
    return {whole: frozenset(parts) for whole, parts in found.items()}


def _said(store: Selects, predicate: str) -> dict[str, str]:
    """Concept → the one thing that the ontology says of it; of several the first."""
    rows = sorted(_rows(store, f"SELECT ?c ?t {{ GRAPH <{ONTOLOGY}> {{ ?c {predicate} ?t }} }}"), reverse=True)
    return {str(c): str(t) for c, t in rows}


def _rows(store: Selects, query: str) -> Iterator[tuple[Node, ...]]:
    for row in store.select(_PREFIXES + query).rows:
        yield tuple(term for term in row if term is not None)


def _concepts(store: Selects) -> dict[str, Concept]:
    words: dict[str, list[Word]] = {}
    kinds = " ".join(_KINDS)
    for concept, predicate, text in _rows(
        store, f"SELECT ?c ?p ?t {{ GRAPH <{ONTOLOGY}> {{ VALUES ?p {{ {kinds} }} ?c ?p ?t }} }}"
    ):
        if isinstance(text, Literal):
            word = Word(str(text), _KINDS[_short(predicate)], text.language or "")
            words.setdefault(str(concept), []).append(word)
    definitions = {str(c): str(t) for c, t in _rows(store, f"SELECT ?c ?t {{ GRAPH <{ONTOLOGY}> {{ ?c skos:definition ?t }} }}")}
    facets: dict[str, str] = {}
    for concept, _, facet in sorted(_rows(store, "SELECT ?c ?r ?f { ?r ikg:facet ?f . ?c rdfs:subClassOf ?r }")):
        facets.setdefault(str(concept), local_name(str(facet)))
    found: dict[str, Concept] = {}
    for iri, facet_name in sorted(facets.items()):
        own = tuple(sorted(words.get(iri, ()), key=lambda w: (list(WordKind).index(w.kind), w.lang, w.text)))
        label = next((w.text for w in own if w.kind is WordKind.LABEL and w.lang in {"en", ""}), local_name(iri))
        found[iri] = Concept(iri, label, facet_name, own, definitions.get(iri, ""))
    return found


def _short(node: Node) -> str:
    return curie(str(node))


def _taxonomy(store: Selects) -> Taxonomy:
    supers: dict[str, set[str]] = {}
    for child, parent in _rows(store, f"SELECT ?c ?o {{ GRAPH <{INFERRED}> {{ ?c rdfs:subClassOf ?o }} }}"):
        supers.setdefault(str(child), set()).update({str(parent)} - {str(child)})
    edges: dict[str, dict[str, set[str]]] = {}
    values = " ".join(f"<{p}>" for p in FOLLOWED)
    query = f"SELECT ?c ?p ?o {{ VALUES ?p {{ {values} }} GRAPH <{INFERRED}> {{ ?c ?p ?o }} }}"
    for child, prop, target in _rows(store, query):
        edges.setdefault(str(prop), {}).setdefault(str(child), set()).add(str(target))
    return Taxonomy(
        {c: frozenset(above) for c, above in supers.items()},
        {p: {c: frozenset(targets) for c, targets in reach.items()} for p, reach in edges.items()},
    )


def _mapped(store: Selects) -> dict[str, str]:
    """Foreign IRI → our concept; an exact match wins over a close one."""
    found: dict[str, str] = {}
    for predicate in ("skos:exactMatch", "skos:closeMatch"):
        for concept, foreign in sorted(_rows(store, f"SELECT ?c ?o {{ GRAPH <{MAPPINGS}> {{ ?c {predicate} ?o }} }}")):
            found.setdefault(str(foreign), str(concept))
    return found


Links = dict[str, dict[str, frozenset[str]]]


def _links(store: Selects, graph: str) -> Links:
    """Dataset → property (local name) → objects that are IRIs, in one graph."""
    found: dict[str, dict[str, set[str]]] = {}
    query = f"SELECT ?d ?p ?o {{ ?d a ikg:ImagingDataset . GRAPH <{graph}> {{ ?d ?p ?o }} FILTER(isIRI(?o)) }}"
    for dataset, prop, target in _rows(store, query):
        found.setdefault(str(dataset), {}).setdefault(local_name(str(prop)), set()).add(str(target))
    return {d: {p: frozenset(values) for p, values in props.items()} for d, props in found.items()}


def _datasets(store: Selects, concepts: frozenset[str]) -> Iterator[DatasetView]:
    asserted, inferred = _links(store, str(CATALOGUE)), _links(store, str(INFERRED))
    literals: dict[str, dict[str, list[str]]] = {}
    query = "SELECT ?d ?p ?o { ?d a ikg:ImagingDataset ; ?p ?o FILTER(isLiteral(?o)) }"
    for dataset, prop, value in _rows(store, query):
        literals.setdefault(str(dataset), {}).setdefault(local_name(str(prop)), []).append(str(value))
    counts: dict[str, list[Count]] = {}
    query = "SELECT ?d ?v ?u ?c { ?d ikg:extent ?e . ?e ikg:value ?v ; ikg:unit ?u ; ikg:certainty ?c }"
    for dataset, value, unit, certainty in _rows(store, query):
        counts.setdefault(str(dataset), []).append(Count(int(str(value)), str(unit), str(certainty)))
    publishers: dict[str, list[str]] = {}
    for dataset, name in _rows(store, "SELECT ?d ?n { ?d a ikg:ImagingDataset ; dcterms:publisher ?o . ?o foaf:name ?n }"):
        publishers.setdefault(str(dataset), []).append(str(name))
    disputed: dict[str, dict[str, set[str]]] = {}
    query = "SELECT ?d ?p ?v { ?c a ikg:Conflict ; ikg:about ?d ; ikg:property ?p ; ikg:against ?v }"
    for dataset, prop, value in _rows(store, query):
        disputed.setdefault(str(dataset), {}).setdefault(local_name(str(prop)), set()).add(str(value))
    families = {str(s): str(n) for s, n in _rows(store, "SELECT ?s ?n { ?s a dcat:DatasetSeries ; dcterms:title ?n }")}
    for iri, said in literals.items():
        links = asserted.get(iri, {})
        own = {p: values & concepts for p, values in links.items() if values & concepts}
        more = {p: values & concepts for p, values in inferred.get(iri, {}).items()}
        pages = sorted(links.get("landingPage", ()))
        yield DatasetView(
            local_name(iri),
            said["title"][0],
            tuple(sorted(said.get("altLabel", ()))),
            int(said["issued"][0][:4]) if "issued" in said else None,
            pages[0] if pages else "",
            said["labelled"][0] == "true" if "labelled" in said else None,
            tuple(sorted(counts.get(iri, ()), key=lambda c: (-c.value, c.unit, c.certainty))),
            own,
            {p: own.get(p, frozenset()) | more.get(p, frozenset()) for p in {*own, *more}},
            _related(links, literals),
            max((int(n) for n in said.get("classes", ())), default=None),
            tuple(sorted(families[s] for s in links.get("inSeries", ()) if s in families)),
            said.get("description", [""])[0],
            tuple(sorted(publishers.get(iri, ()))),
            max((int(n) for n in said.get("byteSize", ())), default=None),
            said["labelSetComplete"][0] == "true" if "labelSetComplete" in said else None,
            {p: frozenset(values) for p, values in disputed.get(iri, {}).items()},
        )


def _related(links: dict[str, frozenset[str]], known: dict[str, dict[str, list[str]]]) -> dict[str, frozenset[str]]:
    found = {p: frozenset(local_name(v) for v in values if v in known) for p, values in links.items()}
    return {p: ids for p, ids in found.items() if ids}
