"""How well a dataset matches a concept, and why: the strength of each way in which a fact can follow.

The strengths order the ways by how directly a source says so; they were set by that order and not fitted to any collection.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.knowledge.criteria import PROPERTY_OF, Group
from kg.knowledge.values import DatasetView, Knowledge
from kg.namespaces import BFO_PART_OF, IKG
from kg.reason.taxonomy import Taxonomy

__all__ = ["DERIVED", "INFERRED", "SOURCES", "Match", "Step", "match", "match_group", "nearness", "step"]

EXACT: Final = 1.0
NARROWER: Final = 0.9
PART: Final = 0.8
COMPONENT: Final = 0.85
IMPLIED: Final = 0.7
LOCATED: Final = 0.65
DERIVED: Final = 0.55
INFERRED: Final = 0.6
_MARKED: Final = 0.85  # one of the structures that are labelled, where the set may be about another
_SHOWN: Final = 0.75  # what lies in the field of view is seen and not studied

_STEPS_KEPT: Final = 200_000

_PART_OF: Final = str(BFO_PART_OF)
_LOCATION: Final = str(IKG.hasLocation)
_IMAGES: Final = str(IKG.images)
_COMPRISES: Final = str(IKG.comprises)


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """One way in which a dataset has a concept.

    Attributes:
        strength: 1 for an asserted concept, less for each step of inference; 0 when the dataset does not have it.
        reason: The step in one sentence.
        via: IRI of the asserted concept from which it follows.
        prop: Property (local name) in which the dataset stands to that concept.
        edge: IRI of the property along which the wanted concept follows from it; empty for the same concept and for a kind of it.
    """

    strength: float
    reason: str
    via: str = ""
    prop: str = ""
    edge: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """How one asserted fact leads to a concept; the sentence takes the labels of the fact's concept and of the wanted one."""

    strength: float
    sentence: str
    edge: str = ""


_Edges = tuple[tuple[str, float, str], ...]
# Facet → property of the asserted fact → (strength of the fact itself, its sentence, what follows along edges)
_WAYS: Final[dict[str, dict[str, tuple[float, str, _Edges]]]] = {
    "modality": {"modality": (EXACT, "modality is {1}", ((str(IKG.hasComponent), COMPONENT, "{0} includes {1}"),))},
    "task": {"task": (EXACT, "task is {1}", ((str(IKG.derivableTo), DERIVED, "{0} labels yield {1} labels"),))},
    "anatomy": {
        "anatomy": (EXACT, "anatomy is {1}", ((_PART_OF, PART, "{0} is part of {1}"), (_COMPRISES, PART, "{0} comprises {1}"))),
        "annotates": (_MARKED, "its labels mark {1}", (
            (_PART_OF, PART, "its labels mark {0}, part of {1}"), (_LOCATION, LOCATED, "its labels mark {0}, which sits in {1}"),
        )),
        "fieldOfView": (_SHOWN, "the pictures show {1}", (
            (_COMPRISES, INFERRED, "the pictures show {0}, which comprises {1}"), (_PART_OF, INFERRED, "the pictures show {0}, part of {1}"),
        )),
        "modality": (0.0, "", ((_IMAGES, IMPLIED, "{0} shows {1}"),)),
        "condition": (0.0, "", ((_LOCATION, LOCATED, "{0} sits in {1}"),)),
    },
}  # fmt: skip

SOURCES: Final = {facet: tuple(ways) for facet, ways in _WAYS.items()}
"""Facet → the properties whose asserted values may satisfy it. A facet that is not named is its own only source."""


def step(taxonomy: Taxonomy, facet: str, prop: str, value: str, concept: str) -> Step | None:
    """The strongest way in which one asserted fact (property, value) leads to a concept of a facet, or None when it does not."""
    own, sentence, edges = _WAYS.get(facet, {facet: (EXACT, f"{facet} is {{1}}", ())}).get(prop, (0.0, "", ()))
    if value == concept and own:
        return Step(own, sentence)
    found = [Step(strength, said, edge) for edge, strength, said in edges if concept in taxonomy.along(edge, value)]
    if own and concept in taxonomy.supers.get(value, ()):
        found.append(Step(own * NARROWER, "{0} is a kind of {1}"))
    if facet == "anatomy" and prop == "modality" and not found:
        found += _imaged(taxonomy, value, concept)
    return max(found, default=None)


def _imaged(taxonomy: Taxonomy, modality: str, concept: str) -> Iterator[Step]:
    """What a modality always shows is part of the concept: a fundus photograph shows the retina, hence the eye."""
    if any(concept in taxonomy.along(_PART_OF, site) for site in taxonomy.along(_IMAGES, modality)):
        yield Step(IMPLIED, "{0} shows a part of {1}", _IMAGES)


class _Steps(dict[tuple[str, str, str, str], Step | None]):
    """(facet, property, value, concept) → the step, worked out once for a knowledge: a few facts lead to what is asked for, again and again."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        self._taxonomy = knowledge.taxonomy

    def __missing__(self, key: tuple[str, str, str, str]) -> Step | None:
        if len(self) >= _STEPS_KEPT:
            self.clear()
        found = self[key] = step(self._taxonomy, *key)
        return found


def match(knowledge: Knowledge, dataset: DatasetView, facet: str, concept: str) -> Match | None:
    """The strongest way in which the dataset has the concept, or None when it has not."""
    if not dataset.has(PROPERTY_OF.get(facet, facet), concept):
        return None
    wanted, known = knowledge.label(concept), knowledge.kept(_Steps)
    ways = [
        Match(found.strength, found.sentence.format(knowledge.label(value), wanted), value, prop, found.edge)
        for prop in SOURCES.get(facet, (facet,))
        for value in dataset.asserted.get(prop, ())
        if (found := known[facet, prop, value, concept]) is not None
    ]
    if not ways:
        basis = sorted(knowledge.label(v) for p in ("modality", "anatomy") for v in dataset.asserted.get(p, ()))
        return Match(INFERRED, f"{wanted} follows from {', '.join(basis[:4])}")
    return max(ways, key=lambda m: (m.strength, m.reason))


def nearness(knowledge: Knowledge, dataset: DatasetView, group: Group) -> float:
    """How near the dataset comes to a group that it does not meet: the information that its nearest concept shares with a wanted one.

    Returns:
        0 (nothing but the facet's root in common) up to below 1; by the Jaccard measure over superclasses, each weighed by its
        information content, so that a glioma set is near to glioblastoma and a set of another cancer much less so.
    """
    prop = PROPERTY_OF.get(group.facet, group.facet)
    best = 0.0
    for own in dataset.asserted.get(group.facet, ()):
        mine = knowledge.taxonomy.up(own)
        for wanted in group.concepts:
            theirs = knowledge.taxonomy.up(wanted)
            whole = sum(knowledge.information(prop, c) for c in mine | theirs)
            shared = sum(knowledge.information(prop, c) for c in mine & theirs)
            best = max(best, shared / whole if whole else 0.0)
    return best


def match_group(knowledge: Knowledge, dataset: DatasetView, group: Group) -> Match | None:
    """The strongest match of any of a group's concepts."""
    found = [m for f, c in group.choices if (m := match(knowledge, dataset, f, c)) is not None]
    return max(found, key=lambda m: (m.strength, m.reason)) if found else None
