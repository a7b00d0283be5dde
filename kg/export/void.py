"""What is in the graph, counted: a VoID description with class and property partitions, named graphs and linksets.

It describes the default graph of a query (the union of the named graphs but the claims) without the description itself. An editor
reads from the partitions which property leads from which class to which (https://www.w3.org/TR/void/, https://rdf.ldf.fi/void-ext).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import RDF, SKOS, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.catalogue.triples import CATALOG, Triple
from kg.export.examples import ENDPOINT
from kg.identity import slug_of
from kg.namespaces import BASE, DCTERMS, FOAF, IKGD, IKGG, IKGS, PREFIXES, VOID, curie

__all__ = ["KG", "LICENCE", "PUBLISHER", "void_triples"]

KG: Final = URIRef(f"{BASE}void#imaging-kg")
"""The graph as a VoID dataset; every document links back to it by ``void:inDataset``."""
LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")
"""Of the ontology and the tables, as the README states it."""
PUBLISHER: Final = IKGS["curator"]
_EXT: Final = Namespace("http://ldf.fi/void-ext#")
_SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_EXAMPLES: Final = 3  # resources worth looking at


def void_triples(graphs: Mapping[URIRef, Iterable[Triple]], claims: Mapping[URIRef, int], mappings: URIRef) -> Iterator[Triple]:
    """The description of a release's graph.

    Args:
        graphs: Named graph → its triples; all of the default graph's.
        claims: Named graph of claims → how many triples it holds.
        mappings: Which of the graphs links to other terminologies.
    """
    held = {name: frozenset(triples) for name, triples in graphs.items()}
    whole = frozenset().union(*held.values())
    yield from _about(whole)
    for name, count in sorted({**{n: len(t) for n, t in held.items()}, **claims}.items()):
        node = URIRef(f"{BASE}void#graph-{str(name).removeprefix(str(IKGG)).replace('/', '-')}")
        yield KG, VOID.subset, node
        yield node, RDF.type, VOID.Dataset
        yield node, DCTERMS.title, Literal(str(name).removeprefix(str(IKGG)))
        yield node, _SD.name, name
        yield node, VOID.triples, Literal(count)
    yield from _statistics(whole)
    yield from _partitions(whole)
    yield from _linksets(held[mappings])


def _about(whole: frozenset[Triple]) -> Iterator[Triple]:
    yield KG, RDF.type, VOID.Dataset
    yield KG, DCTERMS.title, Literal("imaging-kg", lang="en")
    text = "Open medical-imaging datasets as a knowledge graph: what each shows, of whom, labelled how, under which terms."
    yield KG, DCTERMS.description, Literal(text, lang="en")
    yield KG, DCTERMS.license, LICENCE
    yield KG, DCTERMS.publisher, PUBLISHER
    yield KG, FOAF.homepage, URIRef(BASE)
    yield KG, VOID.sparqlEndpoint, ENDPOINT
    yield KG, VOID.dataDump, URIRef(f"{BASE}dumps/latest/imaging-kg.nq.gz")
    yield KG, VOID.openSearchDescription, URIRef(f"{BASE}opensearch.xml")
    yield KG, VOID.uriSpace, Literal(BASE)
    yield KG, VOID.uriLookupEndpoint, URIRef(f"{BASE}resolve?iri=")
    yield KG, VOID.rootResource, CATALOG
    for feature in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD"):
        yield KG, VOID.feature, URIRef(f"http://www.w3.org/ns/formats/{feature}")
    said = Counter(s for s, _, _ in whole if str(s).startswith(str(IKGD)) and "#" not in str(s))
    for node, _ in sorted(said.items(), key=lambda item: (-item[1], item[0]))[:_EXAMPLES]:
        yield KG, VOID.exampleResource, node


def _statistics(whole: frozenset[Triple]) -> Iterator[Triple]:
    predicates = {p for _, p, _ in whole}
    classes = {o for _, p, o in whole if p == RDF.type}
    yield KG, VOID.triples, Literal(len(whole))
    yield KG, VOID.entities, Literal(len({s for s, _, _ in whole if str(s).startswith(BASE)}))
    yield KG, VOID.classes, Literal(len(classes))
    yield KG, VOID.properties, Literal(len(predicates))
    yield KG, VOID.distinctSubjects, Literal(len({s for s, _, _ in whole}))
    yield KG, VOID.distinctObjects, Literal(len({o for _, _, o in whole}))
    used = {name for name in (_namespace(node) for node in (*predicates, *classes)) if name}
    for name in sorted(used):
        yield KG, VOID.vocabulary, URIRef(name)


def _namespace(node: Node) -> str:
    text = str(node)
    return text[: max(text.rfind("/"), text.rfind("#")) + 1] if isinstance(node, URIRef) else ""


def _tag(node: Node) -> str:
    """A term's name inside an IRI of a partition: its CURIE with a hyphen, or its address made plain."""
    short = curie(str(node))
    return short.replace(":", "-").replace("/", "-") if not short.startswith("http") else slug_of(short)


def _partitions(whole: frozenset[Triple]) -> Iterator[Triple]:
    # Numbers in the place of terms: hashing a term is slow, and each stands in many triples.
    number: dict[Node, int] = {}
    coded = [
        (number.setdefault(s, len(number)), number.setdefault(p, len(number)), number.setdefault(o, len(number)))
        for s, p, o in whole
    ]
    terms = list(number)
    datatypes = {n: _datatype(t) for n, t in enumerate(terms) if isinstance(t, Literal)}
    is_a = number[RDF.type]
    kinds: dict[int, list[int]] = defaultdict(list)
    for subject, predicate, found in coded:
        if predicate == is_a and isinstance(terms[found], URIRef):
            kinds[subject].append(found)
    members = Counter(kind for found in kinds.values() for kind in found)
    pairs: Counter[tuple[int, int]] = Counter()
    leads: Counter[tuple[int, int, int]] = Counter()
    typed: Counter[tuple[int, int, URIRef]] = Counter()
    overall = Counter(predicate for _, predicate, _ in coded)
    for subject, predicate, target in coded:
        for kind in kinds.get(subject, ()):
            pairs[kind, predicate] += 1
            for led in kinds.get(target, ()):
                leads[kind, predicate, led] += 1
            if target in datatypes:
                typed[kind, predicate, datatypes[target]] += 1
    for predicate, count in overall.items():
        node = URIRef(f"{BASE}void#property-{_tag(terms[predicate])}")
        yield KG, VOID.propertyPartition, node
        yield node, VOID.property, terms[predicate]
        yield node, VOID.triples, Literal(count)
    for kind, count in members.items():
        node = URIRef(f"{BASE}void#class-{_tag(terms[kind])}")
        yield KG, VOID.classPartition, node
        yield node, VOID["class"], terms[kind]
        yield node, VOID.entities, Literal(count)
    for (kind, predicate), count in pairs.items():
        node = _within(terms[kind], terms[predicate])
        yield URIRef(f"{BASE}void#class-{_tag(terms[kind])}"), VOID.propertyPartition, node
        yield node, VOID.property, terms[predicate]
        yield node, VOID.triples, Literal(count)
    for (kind, predicate, led), count in leads.items():
        yield from _led(_within(terms[kind], terms[predicate]), VOID.classPartition, VOID["class"], terms[led], count)
    for (kind, predicate, datatype), count in typed.items():
        yield from _led(_within(terms[kind], terms[predicate]), _EXT.datatypePartition, _EXT.datatype, datatype, count)


def _within(kind: Node, predicate: Node) -> URIRef:
    """The partition of a class by a property."""
    return URIRef(f"{BASE}void#class-{_tag(kind)}-property-{_tag(predicate)}")


def _led(above: URIRef, part: URIRef, prop: URIRef, led: Node, count: int) -> Iterator[Triple]:
    """Where a property of a class leads: to a class, or to literals of a datatype."""
    node = URIRef(f"{above}-to-{_tag(led)}")
    yield above, part, node
    yield node, prop, led
    yield node, VOID.triples, Literal(count)


def _datatype(literal: Literal) -> URIRef:
    if literal.language:
        return RDF.langString
    return literal.datatype or XSD.string


def _linksets(links: frozenset[Triple]) -> Iterator[Triple]:
    """One linkset a foreign terminology and predicate, by the prefix of the terminology."""
    counts = Counter((curie(str(o)).partition(":")[0], p) for _, p, o in links)
    for prefix, predicate in sorted(counts):
        other = URIRef(f"{BASE}void#terminology-{prefix}")
        node = URIRef(f"{BASE}void#links-{prefix}-{_tag(predicate)}")
        yield KG, VOID.subset, node
        yield node, RDF.type, VOID.Linkset
        yield node, VOID.subjectsTarget, KG
        yield node, VOID.objectsTarget, other
        yield node, VOID.linkPredicate, predicate
        yield node, VOID.triples, Literal(counts[prefix, predicate])
        yield other, RDF.type, VOID.Dataset
        yield other, SKOS.notation, Literal(prefix)
        if prefix in PREFIXES:
            yield other, VOID.uriSpace, Literal(PREFIXES[prefix])
