"""What one dataset is for each target label, and towards which targets each of its labels counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.label_facts import EXACT, LOCATION, MERGED, LabelFacts, relation
from kg.knowledge import DatasetView, Knowledge

__all__ = ["SERVES", "STATES", "MapRow", "State", "map_of", "state_of"]

STATES: Final = ("labelled", "derivable", "part-only", "coarser", "unlabelled", "not-in-view", "unknown")
"""What a dataset can be for a target label; the first two serve it."""
SERVES: Final = frozenset(("labelled", "derivable"))
"""The states that serve a target."""


@dataclass(frozen=True, slots=True)
class State:
    """What one dataset is for one target label.

    Attributes:
        target: IRI of the label.
        state: One of :data:`STATES`.
        labels: The labels of the dataset that make it so.
        text: The state in words.
    """

    target: str
    state: str
    labels: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """One label of a dataset and a target label that it counts towards.

    Attributes:
        relation: ``exact`` · ``kind`` · ``part`` (merge it) · ``location`` (a lesion in the organ).
        axioms: What entails it; empty for the same concept.
    """

    label: str
    target: str
    relation: str
    axioms: tuple[Mapping[str, Any], ...] = ()


def state_of(facts: LabelFacts, dataset: DatasetView, target: str, knowledge: Knowledge) -> State:
    """What one dataset is for one target label, with a sentence."""
    label, name = knowledge.label, knowledge.label(target)
    own = facts.own(dataset)
    served = facts.served(own, target)
    by = " and ".join(label(c) for c in served.labels)
    if served.state:
        text = {
            "labelled": f"{name} is labelled",
            "derivable": f"{name} is made up of {by}, which are labelled",
            "part-only": f"of {name} only {by} is labelled",
            "coarser": f"{name} is labelled only within {by} and cannot be split off",
        }[served.state]
        return State(target, served.state, served.labels, text)
    if facts.hidden(dataset, target):
        return State(target, "not-in-view", (), f"no image of this modality can show {name}")
    if dataset.label_set_complete and own:
        place = "is in the field of view" if facts.viewed(dataset, target) else "may be in the field of view"
        return State(target, "unlabelled", (), f"{name} is not labelled and {place}: unlabelled is not background")
    return State(target, "unknown", (), f"whether {name} is labelled is not known")


def map_of(facts: LabelFacts, dataset: DatasetView, targets: Sequence[str], knowledge: Knowledge) -> Iterator[MapRow]:
    """The labels of a dataset and the targets that each counts towards; only what the ontology entails."""
    own = facts.own(dataset)
    for label in sorted(own, key=lambda c: (knowledge.label(c), c)):
        for target in targets:
            kind = relation(knowledge.taxonomy, label, target)
            if kind == EXACT:
                yield MapRow(label, target, kind)
            elif kind in MERGED:
                served = facts.served(own, target)
                made = (facts.cover_axiom(target),) if served.state == "derivable" and label in served.labels else ()
                yield MapRow(label, target, kind, (facts.axiom(label, target, kind), *made))
            elif kind == LOCATION and facts.served(own, target).state in SERVES:
                yield MapRow(label, target, kind, (facts.axiom(label, target, kind),))
