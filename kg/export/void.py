"""What is in the graph, counted: a VoID description with class and property partitions, named graphs and linksets.

It describes the default graph of a query (the union of the named graphs but the claims), of which it is a part: it counts itself too,
so that a query finds the numbers that it tells. An editor reads from the partitions which property leads from which class to which
(https://www.w3.org/TR/void/, https://rdf.ldf.fi/void-ext).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import RDF, SKOS, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from kg.catalogue.triples import CATALOG, Triple
from kg.export.examples import ENDPOINT
from kg.identity import slug_of
from kg.namespaces import BASE, DCTERMS, FOAF, IKGD, IKGG, IKGS, PREFIXES, VOID, VOID_GRAPH, curie

__all__ = ["KG", "LICENCE", "PUBLISHER", "void_triples"]

KG: Final = URIRef(f"{BASE}void#imaging-kg")
"""The graph as a VoID dataset; every document links back to it by ``void:inDataset``."""
LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")
"""Of the ontology and the tables, as the README states it."""
PUBLISHER: Final = IKGS["curator"]
Code = tuple[int, int, int]
_EXT: Final = Namespace("http://ldf.fi/void-ext#")
_SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_ROUNDS: Final = 12
_EXAMPLES: Final = 3  # resources worth looking at


def void_triples(graphs: Mapping[URIRef, Iterable[Triple]], claims: Mapping[URIRef, int], mappings: URIRef) -> frozenset[Triple]:
    """The description of a release's graph.

    Args:
        graphs: Named graph → its triples; all of the default graph's but the description's own.
        claims: Named graph of claims → how many triples it holds.
        mappings: Which of the graphs links to other terminologies.
    """
    held = {name: frozenset(triples) for name, triples in graphs.items()}
    counts = _Coded()
    whole = counts.coded(frozenset().union(*held.values()))
    sizes = {name: len(triples) for name, triples in held.items()} | dict(claims)
    fixed = frozenset((*_about(held), *_linksets(held[mappings])))
    # What it says of itself first adds terms, then changes numbers, and then stays as it is. Only the number of distinct objects may be
    # one that is never true: to say it can add an object. It is then not said.
    for left_out in (frozenset[Node](), frozenset((VOID.distinctObjects,))):
        found = fixed
        for _ in range(_ROUNDS):
            everything = whole | counts.coded(found)
            said = (*_named(sizes | {VOID_GRAPH: len(found)}), *counts.statistics(everything), *counts.partitions(everything))
            before, found = found, fixed.union(triple for triple in said if triple[1] not in left_out)
            if found == before:
                return found
    msg = "the graph's description of itself does not settle"
    raise RuntimeError(msg)


def _named(sizes: Mapping[URIRef, int]) -> Iterator[Triple]:
    for name, count in sorted(sizes.items()):
        node = URIRef(f"{BASE}void#graph-{str(name).removeprefix(str(IKGG)).replace('/', '-')}")
        yield KG, VOID.subset, node
        yield node, RDF.type, VOID.Dataset
        yield node, DCTERMS.title, Literal(str(name).removeprefix(str(IKGG)))
        yield node, _SD.name, name
        yield node, VOID.triples, Literal(count)


def _about(held: Mapping[URIRef, frozenset[Triple]]) -> Iterator[Triple]:
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
    said = Counter(s for s, _, _ in frozenset().union(*held.values()) if str(s).startswith(str(IKGD)) and "#" not in str(s))
    for node, _ in sorted(said.items(), key=lambda item: (-item[1], item[0]))[:_EXAMPLES]:
        yield KG, VOID.exampleResource, node


def _namespace(node: Node) -> str:
    text = str(node)
    return text[: max(text.rfind("/"), text.rfind("#")) + 1] if isinstance(node, URIRef) else ""


def _tag(node: Node) -> str:
    """A term's name inside an IRI of a partition: its CURIE with a hyphen, or its address made plain."""
    short = curie(str(node))
    return short.replace(":", "-").replace("/", "-") if not short.startswith("http") else slug_of(short)


class _Coded:
    """Triples with numbers in the place of terms: hashing a term is slow, and each stands in many triples."""

    def __init__(self) -> None:
        self._number: dict[Node, int] = {}
        self.terms: list[Node] = []

    def coded(self, triples: Iterable[Triple]) -> frozenset[Code]:
        """Triples as numbers; the same term has the same number ever after."""
        number = self._number
        found = frozenset(
            (number.setdefault(s, len(number)), number.setdefault(p, len(number)), number.setdefault(o, len(number)))
            for s, p, o in triples
        )
        self.terms = list(number)
        return found

    def statistics(self, whole: frozenset[Code]) -> Iterator[Triple]:
        """The numbers of VoID, section 4.5, and the vocabularies in use."""
        terms, is_a = self.terms, self._number[RDF.type]
        predicates = {p for _, p, _ in whole}
        classes = {o for _, p, o in whole if p == is_a}
        subjects = {s for s, _, _ in whole}
        yield KG, VOID.triples, Literal(len(whole))
        yield KG, VOID.entities, Literal(sum(str(terms[s]).startswith(BASE) for s in subjects))
        yield KG, VOID.classes, Literal(len(classes))
        yield KG, VOID.properties, Literal(len(predicates))
        yield KG, VOID.distinctSubjects, Literal(len(subjects))
        yield KG, VOID.distinctObjects, Literal(len({o for _, _, o in whole}))
        used = {name for name in (_namespace(terms[n]) for n in predicates | classes) if name}
        for name in sorted(used):
            yield KG, VOID.vocabulary, URIRef(name)

    def partitions(self, whole: frozenset[Code]) -> Iterator[Triple]:
        """What each class and property has, and which property leads from which class to which."""
        terms = self.terms
        datatypes = {n: _datatype(t) for n, t in enumerate(terms) if isinstance(t, Literal)}
        is_a = self._number[RDF.type]
        kinds: dict[int, list[int]] = defaultdict(list)
        for subject, predicate, found in whole:
            if predicate == is_a and isinstance(terms[found], URIRef):
                kinds[subject].append(found)
        members = Counter(kind for found in kinds.values() for kind in found)
        pairs: Counter[tuple[int, int]] = Counter()
        leads: Counter[tuple[int, int, int]] = Counter()
        typed: Counter[tuple[int, int, URIRef]] = Counter()
        overall = Counter(predicate for _, predicate, _ in whole)
        for subject, predicate, target in whole:
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
