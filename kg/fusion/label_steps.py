"""What has to be done to the labels of one dataset before it can be trained on with others."""

from collections.abc import Iterable, Sequence
from typing import Final

from kg.fusion.label_conflicts import listed
from kg.fusion.label_facts import LOCATION, MERGED
from kg.fusion.label_states import MapRow, State
from kg.fusion.steps import Step
from kg.knowledge import Knowledge
from kg.namespaces import IKG

__all__ = ["steps_of"]

_MASKED: Final = ("part-only", "unlabelled", "unknown")
_NAMED: Final = 8  # labels in a sentence; the states and the map have them all
_LOCATION: Final = str(IKG.hasLocation)


def steps_of(
    knowledge: Knowledge,
    own: frozenset[str],
    states: Sequence[State],
    rows: Sequence[MapRow],
    *,
    rare: Sequence[str],
    organ_only: frozenset[str],
) -> tuple[Step, ...]:
    """The steps of one member: label map, sub-label masking, loss masking, resampling.

    Args:
        knowledge: The graph.
        own: The labels of the member.
        states: What it is for each target.
        rows: Its label map.
        rare: Targets that it serves and few others do.
        organ_only: Organs that another member labels without the lesions in them.
    """
    found: list[Step] = []
    if text := _mapping(knowledge, own, states, rows):
        found.append(Step("label-map", text))
    found += _sub_labels(knowledge, states, rows, organ_only)
    if masked := [s.target for s in states if s.state in _MASKED]:
        found.append(
            Step("loss-masking", f"leave {_and(knowledge, masked)} out of the loss: what is not labelled is not background")
        )
    if rare:
        text = f"sample {_and(knowledge, rare)} more often: few of the datasets label it"
        found.append(Step("resample", text))
    return tuple(found)


def _mapping(knowledge: Knowledge, own: frozenset[str], states: Sequence[State], rows: Sequence[MapRow]) -> str:
    """What becomes of labels that are no target themselves, and of labels that lie in a target."""
    made = {s.target: s.labels for s in states if s.state == "derivable"}
    said = [f"merge {_and(knowledge, labels)} into {knowledge.label(target)}" for target, labels in made.items()]
    towards: dict[str, list[str]] = {}
    for row in rows:
        if row.relation in MERGED and row.target not in made:
            towards.setdefault(row.target, []).append(row.label)
    said += [f"count {_and(knowledge, labels)} to {knowledge.label(target)}" for target, labels in towards.items()]
    if aside := sorted(own - {r.label for r in rows}, key=knowledge.label):
        said.append(f"set aside {_and(knowledge, aside)}")
    return "; ".join(said)


def _sub_labels(
    knowledge: Knowledge, states: Sequence[State], rows: Sequence[MapRow], organ_only: frozenset[str]
) -> Iterable[Step]:
    label, taxonomy = knowledge.label, knowledge.taxonomy
    targets = {s.target for s in states}
    for row in rows:  # the organ of others holds its lesions, or may
        if row.relation == LOCATION and (row.target in organ_only or row.label not in targets):
            organ = label(row.target)
            text = f"count {label(row.label)} to {organ} if the {organ} of the others contains its lesions"
            yield Step("sub-label-masking", text)
    served = [s.target for s in states if s.state in {"labelled", "derivable"}]
    within: dict[tuple[str, ...], list[str]] = {}
    for state in states:
        if state.state == "coarser":
            within.setdefault(state.labels, []).append(state.target)
        elif state.state in {"unlabelled", "unknown"} and (
            organs := [o for o in served if o in taxonomy.along(_LOCATION, state.target)]
        ):
            text = f"mask the loss of {label(state.target)} inside {_and(knowledge, organs)}: lesions there are not labelled"
            yield Step("sub-label-masking", text)
    for wholes, targets_in in within.items():
        text = f"mask the loss of {_and(knowledge, targets_in)} inside {_and(knowledge, wholes)}, which cannot be split"
        yield Step("sub-label-masking", text)


def _and(knowledge: Knowledge, concepts: Iterable[str]) -> str:
    return listed([knowledge.label(c) for c in concepts], _NAMED)
