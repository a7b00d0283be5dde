"""How well a dataset matches a concept, and why: the strength of each way in which a fact can follow.

The strengths order the ways by how directly a source says so; they were set by that order and not fitted to any collection.
"""

from dataclasses import dataclass
from typing import Final

from kg.knowledge.criteria import PROPERTY_OF, Group
from kg.knowledge.values import DatasetView, Knowledge
from kg.namespaces import BFO_PART_OF, IKG

__all__ = ["Match", "match", "match_group", "nearness"]

EXACT: Final = 1.0
NARROWER: Final = 0.9
PART: Final = 0.8
COMPONENT: Final = 0.85
IMPLIED: Final = 0.7
LOCATED: Final = 0.65
DERIVED: Final = 0.55
INFERRED: Final = 0.6


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """One way in which a dataset has a concept.

    Attributes:
        strength: 1 for an asserted concept, less for each step of inference; 0 when the dataset does not have it.
        reason: The step in one sentence.
        via: IRI of the asserted concept from which it follows.
    """

    strength: float
    reason: str
    via: str = ""


def match(knowledge: Knowledge, dataset: DatasetView, facet: str, concept: str) -> Match | None:
    """The strongest way in which the dataset has the concept, or None when it has not."""
    own = dataset.asserted.get(facet, frozenset())
    wanted = knowledge.label(concept)
    if concept in own:
        return Match(EXACT, f"{facet} is {wanted}", concept)
    ways = [Match(NARROWER, f"{knowledge.label(v)} is a kind of {wanted}", v) for v in own if _under(knowledge, v, concept)]
    if facet == "modality":
        ways += _along(knowledge, dataset, "modality", str(IKG.hasComponent), concept, COMPONENT, "{0} includes {1}")
    if facet == "task":
        ways += _along(knowledge, dataset, "task", str(IKG.derivableTo), concept, DERIVED, "{0} labels yield {1} labels")
    if facet == "anatomy":
        ways += _along(knowledge, dataset, "anatomy", str(BFO_PART_OF), concept, PART, "{0} is part of {1}")
        ways += _along(knowledge, dataset, "modality", str(IKG.images), concept, IMPLIED, "{0} shows {1}")
        ways += _imaged(knowledge, dataset, concept)
        ways += _along(knowledge, dataset, "condition", str(IKG.hasLocation), concept, LOCATED, "{0} sits in {1}")
    if not ways and dataset.has(PROPERTY_OF.get(facet, facet), concept):
        basis = sorted(knowledge.label(v) for p in ("modality", "anatomy") for v in dataset.asserted.get(p, ()))
        ways.append(Match(INFERRED, f"{wanted} follows from {', '.join(basis[:4])}"))
    return max(ways, key=lambda m: (m.strength, m.reason)) if ways else None


def _under(knowledge: Knowledge, value: str, concept: str) -> bool:
    return concept in knowledge.taxonomy.supers.get(value, ())


def _along(
    knowledge: Knowledge, dataset: DatasetView, facet: str, prop: str, concept: str, strength: float, sentence: str
) -> list[Match]:
    return [
        Match(strength, sentence.format(knowledge.label(value), knowledge.label(concept)), value)
        for value in sorted(dataset.asserted.get(facet, ()))
        if concept in knowledge.taxonomy.along(prop, value)
    ]


def _imaged(knowledge: Knowledge, dataset: DatasetView, concept: str) -> list[Match]:
    """What a modality always shows is part of the concept: a fundus photograph shows the retina, hence the eye."""
    taxonomy = knowledge.taxonomy
    return [
        Match(IMPLIED, f"{knowledge.label(m)} shows {knowledge.label(site)}, part of {knowledge.label(concept)}", m)
        for m in sorted(dataset.asserted.get("modality", ()))
        for site in sorted(taxonomy.along(str(IKG.images), m))
        if concept in taxonomy.along(str(BFO_PART_OF), site)
    ]


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
    found = [m for c in group.concepts if (m := match(knowledge, dataset, group.facet, c)) is not None]
    return max(found, key=lambda m: (m.strength, m.reason)) if found else None
