"""What a reason rests on: the triple that the catalogue states, and the axiom that leads from it to what is wanted."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from kg.catalogue.triples import RELATION
from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.matching import Match
from kg.namespaces import BFO_PART_OF, DCTERMS, IKG, curie, local_name

__all__ = ["against", "axiom_text", "evidence", "evidence_of", "related"]

_NAMES: Final = {
    str(BFO_PART_OF): "part of", str(IKG.hasLocation): "has location", str(IKG.images): "images", str(IKG.comprises): "comprises",
    str(IKG.hasComponent): "has component", str(IKG.derivableTo): "derivable to",
}  # fmt: skip
_LITERALS: Final = {"year": str(DCTERMS.issued), "labelled": str(IKG.labelled)}
_RELATIONS: Final = {local_name(str(iri)): str(iri) for name, iri in RELATION.items() if name != "inSeries"}


def evidence(knowledge: Knowledge, dataset: DatasetView, facet: str, concept: str, match: Match) -> dict[str, Any]:
    """The triples and axioms of one reason, as JSON.

    Returns:
        ``facet``, ``reason``, ``triples`` (what the catalogue states), ``axioms`` (what the ontology entails, in Manchester syntax with
        labels) and ``explain``: where the fewest asserted axioms behind it are told.
    """
    if match.via:
        triples = [_triple(dataset, match.prop, match.via)]
        axioms = _axiom(knowledge, match, concept)
    else:  # it follows from several facts together
        triples = [_triple(dataset, p, v) for p in ("modality", "anatomy") for v in sorted(dataset.asserted.get(p, ()))]
        axioms = []
    return {
        "facet": facet, "reason": match.reason, "triples": triples, "axioms": axioms,
        "explain": f"/v1/datasets/{dataset.id}/explain?concept={curie(concept)}",
    }  # fmt: skip


def evidence_of(dataset: DatasetView, prop: str, concept: str) -> dict[str, Any]:
    """The same for a concept that a dataset has in a property (local name), to which an expression adds its axioms."""
    return {
        "facet": prop, "reason": "", "triples": [_triple(dataset, prop, concept)], "axioms": [],
        "explain": f"/v1/datasets/{dataset.id}/explain?concept={curie(concept)}",
    }  # fmt: skip


def against(dataset: DatasetView, prop: str, reason: str) -> dict[str, Any]:
    """What the catalogue states where a dataset does not have what is asked for, as JSON; no triples where it states nothing.

    Args:
        dataset: The dataset.
        prop: The property that is asked about, or ``year`` or ``labelled``.
        reason: What stands against the dataset.
    """
    if prop in _LITERALS:
        value = getattr(dataset, prop)
        told = [] if value is None else [{"subject": dataset.iri, "predicate": _LITERALS[prop], "object": str(value).lower()}]
    else:
        told = [_triple(dataset, prop, v) for v in sorted(dataset.asserted.get(prop, ()))]
    return {"facet": prop, "reason": reason, "against": True, "triples": told, "axioms": []}


def related(reason: str, makers: Iterable[DatasetView], others: Iterable[DatasetView]) -> dict[str, Any]:
    """The relations between datasets behind a reason, in either direction, as JSON."""
    pairs = [(m, o) for m in makers for o in others]
    told = [
        {"subject": one.iri, "predicate": predicate, "object": other.iri}
        for m, o in pairs for one, other in ((m, o), (o, m)) for name, predicate in _RELATIONS.items()
        if other.id in one.related.get(name, ())
    ]  # fmt: skip
    return {"facet": "relations", "reason": reason, "triples": told, "axioms": []}


@cache
def _predicate(prop: str) -> str:
    return str(IKG[prop])


def _triple(dataset: DatasetView, prop: str, value: str) -> dict[str, str]:
    return {"subject": dataset.iri, "predicate": _predicate(prop), "object": value}


def _axiom(knowledge: Knowledge, match: Match, concept: str) -> list[dict[str, str]]:
    if match.via == concept:
        return []
    if not match.edge or concept in knowledge.taxonomy.along(match.edge, match.via):
        text = axiom_text(knowledge, match.via, match.edge, concept)
    else:  # what a modality shows is part of the concept
        text = f"'{knowledge.label(match.via)}' SubClassOf 'images' some ('part of' some '{knowledge.label(concept)}')"
    return [{"sub": match.via, "property": match.edge, "super": concept, "text": text}]


def axiom_text(knowledge: Knowledge, below: str, edge: str, above: str) -> str:
    """A subsumption in Manchester syntax with labels; without an edge the two are kinds of each other."""
    whole = f"'{knowledge.label(above)}'"
    return f"'{knowledge.label(below)}' SubClassOf " + (f"'{_NAMES.get(edge, local_name(edge))}' some {whole}" if edge else whole)
