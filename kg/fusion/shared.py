"""Which datasets share subjects or images, by what the relations imply, and how much of a set is counted twice.

What follows for certain: whatever draws on a part of a whole, or is one, draws on the whole. Two sets that draw on one source share its
subjects *possibly*, and so do a set and what its source draws on in turn: each may have taken others, so that this is said and never
counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.apart import groups, heaviest, inside
from kg.knowledge import DatasetView, Knowledge

__all__ = ["Shared", "effective", "shared"]

_WHOLE: Final = ("isPartOf", "isVersionOf")
_DRAWS: Final = (*_WHOLE, "wasDerivedFrom", "relabels", "sharesSubjectsWith")


@dataclass(frozen=True, slots=True, order=True)
class Shared:
    """Two datasets that share subjects, and the datasets over which this follows.

    Attributes:
        certain: False when both only draw on one source, or the first on what draws on the second.
        via: The datasets between the two, in order; empty for a stated relation.
        chained: When not certain, whether the first draws on the second by way of others.
    """

    one: str
    other: str
    certain: bool
    via: tuple[str, ...] = ()
    chained: bool = False

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The pair as JSON with its sentence."""
        name = {i: knowledge.datasets[i].name for i in (self.one, self.other, *self.via)}
        if self.certain:
            path = " and ".join(f"of {name[i]}" for i in self.via)
            reason = f"{name[self.one]} holds data of {name[self.other]}, by way {path}" if self.via else (
                f"{name[self.one]} and {name[self.other]} share data"
            )  # fmt: skip
        elif self.chained:
            path = ", which draws on ".join(name[i] for i in (*self.via, self.other))
            reason = f"{name[self.one]} draws on {path}, and may hold its data"
        else:
            reason = f"{name[self.one]} and {name[self.other]} both draw on {name[self.via[0]]} and may share its subjects"
        certainty = "certain" if self.certain else "possible"
        return {"datasets": [self.one, self.other], "certainty": certainty, "via": list(self.via), "reason": reason}


def _reached(dataset: DatasetView, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Every dataset whose data the dataset holds for certain → the datasets on the way there."""
    first = {o for relation in _DRAWS for o in dataset.related.get(relation, ())} & knowledge.datasets.keys()
    found: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(first - {dataset.id}), ())
    waiting = list(found)
    while waiting:
        here = waiting.pop(0)
        wholes = {
            o for relation in _WHOLE for o in knowledge.datasets[here].related.get(relation, ())
        } & knowledge.datasets.keys()
        for further in sorted(wholes - found.keys() - {dataset.id}):
            found[further] = (*found[here], here)
            waiting.append(further)
    return found


def _chained(dataset: str, reached: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """Every further dataset on which some source of the dataset draws → the datasets on the way there, the shortest way."""
    found = dict(reached.get(dataset, {}))
    waiting = list(found)
    while waiting:
        here = waiting.pop(0)
        for further, way in reached.get(here, {}).items():
            if further not in found and further != dataset:
                found[further] = (*found[here], here, *way)
                waiting.append(further)
    return {o: way for o, way in found.items() if o not in reached.get(dataset, {})}


class _Reach(dict[str, dict[str, tuple[str, ...]]]):
    """Dataset → what it reaches, made for a knowledge when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__((i, _reached(d, knowledge)) for i, d in knowledge.datasets.items() if d.related)
        self.chained = {i: _chained(i, self) for i in self}


def shared(ids: Iterable[str], knowledge: Knowledge) -> tuple[Shared, ...]:
    """Every pair of the datasets that shares subjects, for certain or possibly, sorted; each pair once."""
    chosen = frozenset(ids)
    everything = knowledge.kept(_Reach)
    reached = {i: everything[i] for i in sorted(chosen & everything.keys())}
    found: dict[frozenset[str], Shared] = {}
    for one, ways in reached.items():
        for other in sorted(ways.keys() & chosen):
            pair, way = frozenset((one, other)), ways[other]
            if pair not in found or len(way) < len(found[pair].via):
                found[pair] = Shared(one, other, certain=True, via=way)
    for one in reached:
        for other in sorted(everything.chained[one].keys() & chosen):
            found.setdefault(frozenset((one, other)), Shared(one, other, False, everything.chained[one][other], chained=True))
    drawers: dict[str, list[str]] = {}
    for one, ways in reached.items():
        for source in ways:
            drawers.setdefault(source, []).append(one)
    for source, users in sorted(drawers.items()):
        for n, one in enumerate(users):
            for other in users[n + 1 :]:
                found.setdefault(frozenset((one, other)), Shared(one, other, certain=False, via=(source,)))
    return tuple(sorted(found.values()))


def effective(members: Sequence[DatasetView], pairs: Iterable[Shared]) -> dict[str, Any]:
    """How large a set is when shared data count once, as JSON.

    For each unit: what the members list together, and what there is at least: of members that are connected by data which they share for
    certain only such count of which no two share any, not even possibly. Members whose size is unknown are counted apart.
    """
    everything = list(pairs)
    certain = [(p.one, p.other) for p in everything if p.certain]
    connected = groups([m.id for m in members], certain)
    listed: dict[str, int] = {}
    counts: dict[str, dict[str, int]] = {}
    for member in members:
        for unit, value in {c.unit: c.value for c in reversed(member.counts)}.items():
            listed[unit] = listed.get(unit, 0) + value
            counts.setdefault(unit, {})[member.id] = value
    least = dict(listed)  # a dataset that shares nothing counts whole, and most do
    several = [group for group in connected if len(group) > 1]
    for group, near in zip(several, inside(several, [(p.one, p.other) for p in everything]), strict=True):
        for unit, own in counts.items():
            known = {i: own[i] for i in group if i in own}
            if len(known) > 1:
                least[unit] -= sum(known.values()) - sum(known[i] for i in heaviest(known, near))
    return {
        "datasets": {"listed": len(members), "groups": len(connected)},
        "extent": {u: {"listed": listed[u], "atLeast": least[u]} for u in sorted(listed)},
        "unknown": sum(not m.counts for m in members),
    }
