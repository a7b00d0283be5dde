"""How often each member of a set is drawn in training: its size to a power, no more than a cap, shared data drawn once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from kg.fusion.apart import groups, heaviest, inside
from kg.fusion.choose import items
from kg.fusion.profile import Profile
from kg.fusion.shared import Shared
from kg.knowledge import COUNTED, Bound, DatasetView, Knowledge
from kg.namespaces import IKG

__all__ = ["STATED", "Size", "Weight", "mixed", "sizes", "unit_of", "weights"]

STATED: Final = "stated"
_LEAST: Final = "at least"
_MOST: Final = "at most"
_MEDIAN: Final = "median"
_PLACES: Final = 6
_OF_PERSONS: Final = ("patient", "study")  # one person, one visit: images of several modalities do not make them more
_COMPONENT: Final = str(IKG.hasComponent)


@dataclass(frozen=True, slots=True)
class Size:
    """How many items a member holds, in the unit of the plan.

    Attributes:
        items: The number; None when no member's is known.
        basis: ``stated``; ``at least``: a coarser unit is counted and there are no fewer; ``at most``: the count takes in items of other
            modalities than those wanted, so that only as many are taken as it has persons, or else the median; ``median``: unknown, the
            median of the others.
    """

    items: float | None
    basis: str

    def body(self) -> dict[str, Any]:
        """The size as JSON."""
        return {"items": None if self.items is None else round(self.items), "itemsBasis": self.basis}


@dataclass(frozen=True, slots=True)
class Weight:
    """The share of draws that a member gets; all of a plan sum to 1.

    Attributes:
        capped: Whether the cap made it smaller.
        sharing: How many other members hold data that it holds too, for certain; they share the weight of these data.
    """

    value: float
    capped: bool = False
    sharing: int = 0


def unit_of(members: Sequence[DatasetView], profile: Profile) -> str:
    """The unit in which a set is weighed, a key of :data:`kg.knowledge.COUNTED`: the one asked for, else the one known of most members."""
    choice = profile.choice
    if choice.size_budget is not None or choice.cap is not None:
        return choice.unit
    named = next((b.unit for b in profile.bounds if b.field == "size" and b.unit), "")
    return named or max(COUNTED, key=lambda u: sum(items(m, u) is not None for m in members))


def mixed(members: Sequence[DatasetView], wanted: Sequence[str], knowledge: Knowledge) -> frozenset[str]:
    """Ids of the members that hold other modalities beside the wanted ones: their counts say too much."""
    asked = set(wanted)

    def of_them(value: str) -> bool:
        up = knowledge.taxonomy.up
        return bool(asked & (up(value) | knowledge.taxonomy.along(_COMPONENT, value))) or any(value in up(w) for w in asked)

    return frozenset(m.id for m in members if asked and not all(map(of_them, m.asserted.get("modality", ()))))


def sizes(members: Sequence[DatasetView], unit: str, mixtures: frozenset[str] = frozenset()) -> dict[str, Size]:
    """Dataset id → its size in a unit.

    Args:
        members: The datasets.
        unit: A key of :data:`kg.knowledge.COUNTED`.
        mixtures: Ids of members whose counts take in other items than those wanted, see :func:`mixed`; persons are not multiplied by that.
    """
    coarser = [u for u in Bound("size", unit=unit).lower_units if u not in COUNTED[unit]]
    found: dict[str, Size] = {}
    broad: dict[str, int] = {}
    for member in members:
        own = items(member, unit)
        least = max((c.value for c in member.counts if c.unit in coarser), default=None)
        if own is not None and member.id in mixtures and unit not in _OF_PERSONS:
            if least is None:
                broad[member.id] = own
            else:
                found[member.id] = Size(min(own, least), _MOST)
        elif own is not None or least is not None:
            found[member.id] = Size(least, _LEAST) if own is None else Size(own, STATED)
    middle = median(s.items for s in found.values() if s.items is not None) if found else None
    found |= {i: Size(own if middle is None else min(own, middle), _MOST) for i, own in broad.items()}
    return {m.id: found.get(m.id, Size(middle, _MEDIAN)) for m in members}


def weights(
    members: Sequence[DatasetView], sized: Mapping[str, Size], pairs: Iterable[Shared], *, alpha: float, cap: int | None
) -> dict[str, Weight]:
    """Dataset id → its weight.

    A member of ``n`` items weighs ``min(n, cap) ** alpha``: 1 draws in proportion to size, 0 all members alike. Members that share data
    for certain would have these drawn once for each of them. So a connected group of such members weighs together what the heaviest of its
    selections without shared data does, and its members take their parts of that.
    """
    raw: dict[str, float] = {}
    capped: dict[str, bool] = {}
    for member in members:
        size = sized[member.id].items
        known = 1.0 if size is None else float(size)
        capped[member.id] = size is not None and cap is not None and known > cap
        raw[member.id] = max(min(known, cap) if cap is not None else known, 1.0) ** alpha
    everything = list(pairs)
    certain = [(p.one, p.other) for p in everything if p.certain]
    found: dict[str, float] = {}
    connected = groups([m.id for m in members], certain)
    for group, near in zip(connected, inside(connected, [(p.one, p.other) for p in everything]), strict=True):
        own = {i: raw[i] for i in group}
        share = sum(own[i] for i in heaviest(own, near)) / sum(own.values())
        found |= {i: value * share for i, value in own.items()}
    sharing = Counter(i for p in certain for i in p)
    total = sum(found.values())
    return {m.id: Weight(round(found[m.id] / total, _PLACES), capped[m.id], sharing[m.id]) for m in members}
