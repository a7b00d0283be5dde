"""A suggested division of a set into training and test data: whole groups of datasets that share nothing with the other side."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.apart import groups, heaviest, inside
from kg.fusion.shared import Shared
from kg.fusion.weights import STATED, Size
from kg.knowledge import DatasetView, Knowledge
from kg.model import FACETS
from kg.namespaces import IKG

__all__ = ["TEST", "TRAIN", "Group", "Split", "split"]

TRAIN: Final = "train"
TEST: Final = "test"
_TOO_MUCH: Final = 1.25  # a group that takes the test side beyond this much of what was asked for stays in training
_ENOUGH: Final = 0.9
_ARTIFICIAL: Final = tuple(
    (facet, str(IKG[name]))
    for facet, name in (
        ("population", "SyntheticSubject"), ("population", "Phantom"), ("acquisition", "SimulatedImage"), ("acquisition", "GeneratedImage"),
    )
)  # fmt: skip
_TOO_LITTLE: Final = 0.02  # of what was asked for: too few items to measure anything by


@dataclass(frozen=True, slots=True)
class Group:
    """Members that are connected by data which they share or may share, and so stay together.

    Attributes:
        items: How many different items they hold at least; medians stand in for unknown sizes.
        external: Whether their publishers are all known and publish no other member: another source than what is trained on.
    """

    ids: tuple[str, ...]
    items: float
    external: bool
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class Split:
    """A division of the members.

    Attributes:
        asked: The share of the items that the test side should have.
        groups: The largest first.
        notes: What the division cannot do, and what to know before it is used.
    """

    asked: float
    groups: tuple[Group, ...]
    notes: tuple[str, ...]

    def side(self, dataset: str) -> str:
        """The side on which a member is."""
        return next(g.side for g in self.groups if dataset in g.ids)

    def body(self, unit: str) -> dict[str, Any]:
        """The division as JSON."""
        total = sum(g.items for g in self.groups)

        def side(name: str) -> dict[str, Any]:
            own = [g for g in self.groups if g.side == name]
            items = sum(g.items for g in own)
            return {
                "datasets": [i for g in own for i in g.ids],
                "items": round(items),
                "share": round(items / total, 4) if total else 0,
            }

        return {
            "asked": self.asked, "unit": unit, TRAIN: side(TRAIN), TEST: side(TEST),
            "groups": [
                {"datasets": list(g.ids), "items": round(g.items), "external": g.external, "side": g.side, "reason": g.reason}
                for g in self.groups
            ],
            "notes": list(self.notes),
        }  # fmt: skip


def split(
    members: Sequence[DatasetView],
    sized: Mapping[str, Size],
    pairs: Iterable[Shared],
    knowledge: Knowledge,
    *,
    share: float,
    stepped: frozenset[str] = frozenset(),
) -> Split:
    """Divide a set so that no two datasets that share data, not even possibly, are on different sides.

    The test side takes whole groups until it holds the share that was asked for: first those whose publishers are on no other member, then
    those with labels of their own, then those of a known size, then single datasets; of equal ones the largest that still goes in. What
    holds too many of the items, or connects too many of the members, is trained on; so is what is too small to test with, and what shows
    phantoms or computed images.

    Args:
        members: The set.
        sized: Dataset id → its size.
        pairs: The members that share data, for certain or possibly.
        knowledge: The graph.
        share: The share of the items for the test side, 0 to 1.
        stepped: Members that are only compatible after a step: their labels are derived or lent, so that they test less well.
    """
    everything = [(p.one, p.other) for p in pairs]
    own = {m.id: m for m in members}
    publishers = {m.id: frozenset(m.publishers) for m in members}
    weight = {i: float(s.items or 1) for i, s in sized.items()}
    connected = groups(list(own), everything)
    held = {}
    for group, near in zip(connected, inside(connected, everything), strict=True):
        theirs = {i: weight[i] for i in group}
        held[group] = sum(theirs[i] for i in heaviest(theirs, near))
    target = share * sum(held.values())
    published = Counter(p for names in publishers.values() for p in names)

    def external(group: Sequence[str]) -> bool:
        here = Counter(p for i in group for p in publishers[i])
        return all(publishers[i] for i in group) and all(published[p] == n for p, n in here.items())

    outside = {g: external(g) for g in connected}

    def wish(group: tuple[str, ...]) -> tuple[bool, bool, bool, bool, float, tuple[str, ...]]:
        labelled = all(own[i].labelled is True and i not in stepped for i in group)
        return not outside[group], not labelled, any(sized[i].basis != STATED for i in group), len(group) > 1, -held[group], group

    most = max(1.0, _TOO_MUCH * share * len(own))
    refused = {g: reason for g in connected if (reason := _refused([own[i] for i in g], held[g], target, most))}
    tested: set[tuple[str, ...]] = set()
    reached = 0.0
    for group in sorted(connected, key=wish):
        fits = reached < _ENOUGH * target and reached + held[group] <= _TOO_MUCH * target
        if fits and group not in refused and len(tested) + 1 < len(connected):
            tested.add(group)
            reached += held[group]
    found = [
        Group(g, held[g], outside[g], TEST if g in tested else TRAIN, _together(g, knowledge) + (
            _tested(g, outside[g], publishers) if g in tested else f"trained on: {refused.get(g, 'the test side is full without it')}"
        ))
        for g in sorted(connected, key=lambda g: (-held[g], g))
    ]  # fmt: skip
    return Split(share, tuple(found), tuple(_notes(found, target, sized, own, knowledge)))


def _refused(group: Sequence[DatasetView], items: float, target: float, most: float) -> str:
    """Why a group cannot go to the test side, whatever else is there; empty when it can."""
    if not target:
        return "no test side was asked for"
    if items > _TOO_MUCH * target:
        return "it holds too many of the items"
    if len(group) > most:
        return "it connects too many of the members"
    if any(m.has(facet, concept) for m in group for facet, concept in _ARTIFICIAL):
        return "it shows phantoms or computed images"
    return "it is too small to test with" if items < _TOO_LITTLE * target else ""


def _together(group: Sequence[str], knowledge: Knowledge) -> str:
    names = ", ".join(knowledge.datasets[i].name for i in group[:3]) + (f" and {len(group) - 3} more" if len(group) > 3 else "")
    return f"{names} share data or may do so and stay together; " if len(group) > 1 else ""


def _tested(group: Sequence[str], external: bool, publishers: Mapping[str, frozenset[str]]) -> str:
    theirs = ", ".join(sorted(frozenset[str]().union(*(publishers[i] for i in group))))
    if external:
        return f"external test: no other member is published by {theirs}"
    known = f"its publisher ({theirs}) publishes other members too" if theirs else "its publisher is unknown"
    return f"tested on: it shares no data with what is trained on, but {known}"


def _notes(
    found: Sequence[Group], target: float, sized: Mapping[str, Size], own: Mapping[str, DatasetView], knowledge: Knowledge
) -> list[str]:
    tested = [g for g in found if g.side == TEST]
    notes = []
    if target and not tested:
        notes.append(
            "no whole group fits the test side: what shares data holds too much of the set; divide by subject inside a dataset instead"
        )
    reached = sum(g.items for g in tested)
    if tested and reached < target * _ENOUGH:
        notes.append(
            f"the test side holds {round(reached):,} of the {round(target):,} items that were asked for: no other group fits"
        )
    if unsure := [i for g in found for i in g.ids if sized[i].basis != STATED]:
        notes.append(
            f"{len(unsure)} members are counted by what they hold at least or by the median, for want of their own count"
        )
    sides = {side: [own[i] for g in found if g.side == side for i in g.ids] for side in (TRAIN, TEST)}
    for facet in FACETS:
        seen = {v for m in sides[TRAIN] for v in m.entailed.get(facet, ())}
        alone = sorted({knowledge.label(v) for m in sides[TEST] for v in m.asserted.get(facet, ()) if v not in seen})
        if alone:
            notes.append(f"{facet} on the test side only: {', '.join(alone[:8])}{' and others' if len(alone) > 8 else ''}")
    if tested:
        notes.append(
            "subjects who are in two sets without any source that says so are not known here: compare identifiers before use"
        )
    return notes
