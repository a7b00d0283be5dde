"""The ontology's logical axioms as values: RDF graph → OWL functional syntax, one axiom a line.

Only the constructs that the ontology uses are read (OWL 2 EL and disjointness); anything else is an error, not a silent omission.
Source: OWL 2 Web Ontology Language, Mapping to RDF Graphs (https://www.w3.org/TR/owl2-mapping-to-rdf/).
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from kg.errors import ReasonerError

__all__ = ["axioms_of", "classes_of", "content_hash", "document", "some"]

_FORBIDDEN: Final = (
    OWL.unionOf, OWL.complementOf, OWL.allValuesFrom, OWL.cardinality, OWL.minCardinality, OWL.maxCardinality,
    OWL.qualifiedCardinality, OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality, OWL.inverseOf, OWL.oneOf,
    OWL.hasSelf, OWL.hasValue, OWL.disjointUnionOf, OWL.propertyDisjointWith, OWL.equivalentProperty, OWL.hasKey, OWL.onDataRange,
    RDFS.domain, RDFS.range,
)  # fmt: skip
_FORBIDDEN_TYPES: Final = (
    OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.SymmetricProperty, OWL.AsymmetricProperty,
    OWL.ReflexiveProperty, OWL.IrreflexiveProperty, OWL.AllDisjointProperties, OWL.NamedIndividual,
)  # fmt: skip


def some(prop: str, filler: str) -> str:
    """The class expression "has ``prop`` to some ``filler``" over two IRIs."""
    return f"ObjectSomeValuesFrom(<{prop}> <{filler}>)"


def classes_of(graph: Graph) -> tuple[str, ...]:
    """The named classes of the graph, sorted."""
    return tuple(sorted(str(c) for c in set(graph.subjects(RDF.type, OWL.Class)) if isinstance(c, URIRef)))


def _expression(graph: Graph, node: Node) -> str:
    if isinstance(node, URIRef):
        return f"<{node}>"
    prop, filler = graph.value(node, OWL.onProperty), graph.value(node, OWL.someValuesFrom)
    if prop is not None and filler is not None:
        return f"ObjectSomeValuesFrom(<{prop}> {_expression(graph, filler)})"
    conjuncts = graph.value(node, OWL.intersectionOf)
    if conjuncts is not None:
        return f"ObjectIntersectionOf({' '.join(sorted(_expression(graph, c) for c in graph.items(conjuncts)))})"
    msg = f"a class expression that is neither an existential nor an intersection: {dict(graph.predicate_objects(node))}"
    raise ReasonerError(msg)


def _class_axioms(graph: Graph) -> Iterator[str]:
    for sub, sup in graph.subject_objects(RDFS.subClassOf):
        yield f"SubClassOf({_expression(graph, sub)} {_expression(graph, sup)})"
    for left, right in graph.subject_objects(OWL.equivalentClass):
        yield f"EquivalentClasses({_expression(graph, left)} {_expression(graph, right)})"
    for left, right in graph.subject_objects(OWL.disjointWith):
        yield f"DisjointClasses({_expression(graph, left)} {_expression(graph, right)})"
    for group in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        members = graph.value(group, OWL.members)
        if members is not None:
            yield f"DisjointClasses({' '.join(sorted(_expression(graph, m) for m in graph.items(members)))})"


def _property_axioms(graph: Graph) -> Iterator[str]:
    properties = set(graph.subjects(RDF.type, OWL.ObjectProperty))
    for prop in properties:
        yield f"Declaration(ObjectProperty(<{prop}>))"
        yield from (f"SubObjectPropertyOf(<{prop}> <{p}>)" for p in graph.objects(prop, RDFS.subPropertyOf))
        for chain in graph.objects(prop, OWL.propertyChainAxiom):
            links = " ".join(f"<{link}>" for link in graph.items(chain))
            yield f"SubObjectPropertyOf(ObjectPropertyChain({links}) <{prop}>)"
    for prop in graph.subjects(RDF.type, OWL.TransitiveProperty):
        yield f"TransitiveObjectProperty(<{prop}>)"


def _refuse_the_rest(graph: Graph) -> None:
    """What is not read is refused wherever it stands, so that no axiom is lost without a word."""
    used = [p for p in _FORBIDDEN if (None, p, None) in graph]
    used += [t for t in _FORBIDDEN_TYPES if (None, RDF.type, t) in graph]
    used += [OWL.intersectionOf for s in graph.subjects(OWL.intersectionOf) if isinstance(s, URIRef)]
    if used:
        msg = f"{used[0]} is outside the OWL 2 EL that is read here"
        raise ReasonerError(msg)


def axioms_of(graph: Graph) -> tuple[str, ...]:
    """Every declaration and logical axiom of the graph in functional syntax, sorted, each once.

    Raises:
        ReasonerError: An axiom lies outside OWL 2 EL with disjointness.
    """
    _refuse_the_rest(graph)
    declared = (f"Declaration(Class(<{c}>))" for c in classes_of(graph))
    return tuple(sorted({*declared, *_class_axioms(graph), *_property_axioms(graph)}))


def document(axioms: Iterable[str]) -> str:
    """A whole ontology document in functional syntax."""
    return "\n".join(("Ontology(<urn:imaging-kg:classified>", *axioms, ")"))


def content_hash(axioms: Iterable[str]) -> str:
    """The key under which a classification is kept: it changes with the logic and with nothing else (labels, order, layout)."""
    return hashlib.sha256("\n".join(sorted(axioms)).encode()).hexdigest()
