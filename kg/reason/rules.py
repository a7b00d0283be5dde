"""The ontology's dataset rules: general class axioms of the form "a dataset with p1 some A and p2 some B has q some C".

They are OWL (see ``dataset-rules.ttl``), so the reasoner knows them; the closure applies the same axioms to materialise them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.term import Node

from kg.namespaces import IKG, local_name

__all__ = ["Rule", "rules_of"]


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """When a dataset has every premise (property local name, concept IRI), it has the conclusion."""

    premises: tuple[tuple[str, str], ...]
    conclusion: tuple[str, str]


def _existential(graph: Graph, node: Node) -> tuple[str, str] | None:
    prop, filler = graph.value(node, OWL.onProperty), graph.value(node, OWL.someValuesFrom)
    return (local_name(str(prop)), str(filler)) if prop is not None and isinstance(filler, URIRef) else None


def rules_of(graph: Graph) -> tuple[Rule, ...]:
    """Every dataset rule of the ontology, sorted."""
    return tuple(sorted(set(_rules(graph))))


def _rules(graph: Graph) -> Iterator[Rule]:
    for left, right in graph.subject_objects(RDFS.subClassOf):
        conjuncts = graph.value(left, OWL.intersectionOf)
        conclusion = _existential(graph, right)
        if conjuncts is None or isinstance(left, URIRef) or conclusion is None:
            continue
        parts = list(graph.items(conjuncts))
        if IKG.ImagingDataset in parts:
            premises = tuple(sorted(e for p in parts if (e := _existential(graph, p)) is not None))
            if len(premises) == len(parts) - 1:
                yield Rule(premises, conclusion)
