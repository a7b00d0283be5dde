"""HermiT, the judge: a complete OWL 2 DL reasoner (Java, through owlready2) on the same triples that pyELK classifies.

It reads the RDF itself and not the axioms that :mod:`kg.reason.axioms` made of it, so that it judges that reading too. It is never
needed to build; a test asks whether both reasoners say the same.
"""

import io
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import owlready2
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.errors import ReasonerError
from kg.reason.expressions import Anything, Both, ClassExpression, Either, Named, Some
from kg.reason.taxonomy import Taxonomy

__all__ = ["available", "instances", "judge", "logical"]

_LOGICAL: Final = frozenset((
    RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.disjointWith, OWL.members,
    OWL.intersectionOf, OWL.onProperty, OWL.someValuesFrom, OWL.propertyChainAxiom,
))  # fmt: skip
_WITHOUT_LOGIC: Final = (OWL.Ontology, OWL.AnnotationProperty, OWL.DatatypeProperty)
_HELPER: Final = "urn:imaging-kg:some:"
_THING: Final = str(OWL.Thing)
_NOTHING: Final = str(OWL.Nothing)


def available() -> bool:
    """Whether a Java runtime is there and starts."""
    java = shutil.which(owlready2.JAVA_EXE)
    return java is not None and subprocess.run([java, "-version"], capture_output=True, check=False).returncode == 0  # noqa: S603


def logical(graph: Graph) -> Graph:
    """The triples that carry logic: labels, words, definitions and headers are left out."""
    bare = {subject for kind in _WITHOUT_LOGIC for subject in graph.subjects(RDF.type, kind)}
    found = Graph()
    for triple in graph:
        if triple[1] in _LOGICAL and triple[0] not in bare and not isinstance(triple[2], Literal):
            found.add(triple)
    return found


def judge(graph: Graph, classes: Iterable[str], edges: Iterable[tuple[str, str]] = ()) -> Taxonomy:
    """What HermiT entails.

    Args:
        graph: The ontology.
        classes: The named classes whose place is wanted.
        edges: (property, filler) pairs: for each, every class ``⊑ ∃property.filler`` is found. Each costs HermiT a class more.

    Raises:
        ReasonerError: The ontology is inconsistent or has an unsatisfiable class.
    """
    names = sorted(classes)
    helpers = {f"{_HELPER}{number}": edge for number, edge in enumerate(sorted(set(edges)))}
    asked = logical(graph)
    for helper, (prop, filler) in helpers.items():
        asked.add((URIRef(helper), RDF.type, OWL.Class))
        asked.add((URIRef(helper), OWL.equivalentClass, _restriction(asked, prop, filler)))
    above = _ancestors(asked, names)
    empty = sorted(name for name in names if _NOTHING in above[name])
    if empty:
        msg = f"no thing can belong to {', '.join(empty[:5])}: the axioms contradict each other there"
        raise ReasonerError(msg)
    reach: dict[str, dict[str, frozenset[str]]] = {}
    for name in names:
        for helper in sorted(above[name] & helpers.keys()):
            prop, filler = helpers[helper]
            found = reach.setdefault(prop, {})
            found[name] = found.get(name, frozenset()) | {filler}
    supers = {name: frozenset(above[name] - helpers.keys() - {name, _THING}) for name in names}
    return Taxonomy(supers, reach)


Restricted = tuple[str, Sequence[tuple[str, str]]]
"""A class and the (property, filler) pairs of which a member has some: ``class ⊓ ∃p.A ⊓ ∃q.B``, over IRIs."""


def instances(graph: Graph, individuals: Mapping[str, Restricted], queries: Mapping[str, ClassExpression]) -> dict[str, set[str]]:
    """HermiT's instance retrieval: query → the individuals that belong to it.

    Args:
        graph: The ontology.
        individuals: Individual → what is asserted of it.
        queries: Name of a query → the class expression that is asked.

    Raises:
        ReasonerError: The ontology and the individuals contradict each other, or a query is no OWL.
    """
    asked = logical(graph)
    for name, expression in queries.items():
        asked.add((URIRef(name), RDF.type, OWL.Class))
        asked.add((URIRef(name), OWL.equivalentClass, _node(asked, expression)))
    for name, (cls, restrictions) in individuals.items():
        asked.add((URIRef(name), RDF.type, OWL.NamedIndividual))
        asked.add((URIRef(name), RDF.type, URIRef(cls)))
        for prop, filler in restrictions:
            asked.add((URIRef(name), RDF.type, _restriction(asked, prop, filler)))
    with _reasoned(asked) as world:
        # Read as triples: owlready2 makes a class for every combination of types of an individual, and there are a thousand of them.
        members: dict[str, set[str]] = defaultdict(set)
        for individual, kind in world.as_rdflib_graph().subject_objects(RDF.type):
            members[str(kind)].add(str(individual))
        below = {name: {str(cls.iri) for cls in world[name].descendants()} for name in queries}
    return {name: set().union(*(members[cls] & individuals.keys() for cls in below[name])) for name in queries}


def _node(graph: Graph, expression: ClassExpression) -> Node:
    """A class expression in RDF, see https://www.w3.org/TR/owl2-mapping-to-rdf/."""
    match expression:
        case Anything():
            return OWL.Thing
        case Named(iri):
            return URIRef(iri)
        case Some(prop, filler):
            return _restricted(graph, prop, _node(graph, filler))
        case Both(parts) | Either(parts):
            node = BNode()
            graph.add((node, RDF.type, OWL.Class))
            Collection(graph, first := BNode(), [_node(graph, p) for p in parts])
            graph.add((node, OWL.intersectionOf if isinstance(expression, Both) else OWL.unionOf, first))
            return node
    msg = "what is not known is no class that a reasoner could be asked about"
    raise ReasonerError(msg)


def _restriction(graph: Graph, prop: str, filler: str) -> BNode:
    return _restricted(graph, prop, URIRef(filler))


def _restricted(graph: Graph, prop: str, filler: Node) -> BNode:
    node = BNode()
    graph.add((node, RDF.type, OWL.Restriction))
    graph.add((node, OWL.onProperty, URIRef(prop)))
    graph.add((node, OWL.someValuesFrom, filler))
    return node


def _ancestors(graph: Graph, names: Iterable[str]) -> dict[str, set[str]]:
    """Class → every named class above it or equivalent to it, itself included."""
    with _reasoned(graph) as world:
        return {name: {str(cls.iri) for cls in world[name].ancestors()} for name in names}


@contextmanager
def _reasoned(graph: Graph) -> "Iterator[owlready2.World]":
    """A world in which HermiT has classified and realised the graph."""
    world = owlready2.World()
    try:
        text = graph.serialize(format="nt", encoding="utf-8")
        ontology = world.get_ontology("urn:imaging-kg:judged#").load(fileobj=io.BytesIO(text))
        with ontology:
            owlready2.sync_reasoner_hermit(world, debug=0)
        yield world
    except owlready2.OwlReadyInconsistentOntologyError as error:
        msg = "the ontology contradicts itself"
        raise ReasonerError(msg) from error
    finally:
        world.close()
