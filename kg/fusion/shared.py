"""Which datasets share subjects or images, by what the relations imply, and how much of a set is counted twice.

What follows for certain: whatever draws on a part of a whole, or is one, draws on the whole. Two sets that draw on one source share its
subjects *possibly*: each may have taken others, so that this is said and never counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.knowledge import DatasetView, Knowledge

__all__ = ["Shared", "effective", "shared"]

_WHOLE: Final = ("isPartOf", "isVersionOf")
_DRAWS: Final = (*_WHOLE, "wasDerivedFrom", "relabels", "sharesSubjectsWith")


@dataclass(frozen=True, slots=True, order=True)
class Shared:
    """Two datasets that share subjects, and the datasets over which this follows.

    Attributes:
        certain: False when both only draw on one source.
        via: The datasets between the two, in order; empty for a stated relation.
    """

    one: str
    other: str
    certain: bool
    via: tuple[str, ...] = ()

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The pair as JSON with its sentence."""
        name = {i: knowledge.datasets[i].name for i in (self.one, self.other, *self.via)}
        if self.certain:
            path = " and ".join(f"of {name[i]}" for i in self.via)
            reason = f"{name[self.one]} holds data of {name[self.other]}, by way {path}" if self.via else (
                f"{name[self.one]} and {name[self.other]} share data"
            )  # fmt: skip
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


class _Reach(dict[str, dict[str, tuple[str, ...]]]):
    """Dataset → what it reaches, made for a knowledge when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__((i, _reached(d, knowledge)) for i, d in knowledge.datasets.items() if d.related)


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

    For each unit: what the members list together, and what there is at least, where of members that share data for certain only the
    largest counts. Members whose size is unknown are counted apart.
    """
    group = {m.id: m.id for m in members}

    def root(i: str) -> str:
        while group[i] != i:
            i = group[i]
        return i

    for pair in pairs:
        if pair.certain:
            first, second = sorted((root(pair.one), root(pair.other)))
            group[second] = first
    listed: dict[str, int] = {}
    largest: dict[str, dict[str, int]] = {}
    for member in members:
        for unit, value in {c.unit: c.value for c in reversed(member.counts)}.items():
            listed[unit] = listed.get(unit, 0) + value
            own = largest.setdefault(unit, {})
            own[root(member.id)] = max(own.get(root(member.id), 0), value)
    return {
        "datasets": {"listed": len(members), "groups": len({root(m.id) for m in members})},
        "extent": {u: {"listed": listed[u], "atLeast": sum(largest[u].values())} for u in sorted(listed)},
        "unknown": sum(not m.counts for m in members),
    }
