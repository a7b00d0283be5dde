"""How a set spreads over the values of each facet: datasets and items, for charts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kg.fusion.weights import STATED, Size
from kg.knowledge import DatasetView, Knowledge
from kg.model import FACETS

__all__ = ["BALANCED", "balance"]

BALANCED: Final = (
    *FACETS, "dimensionality", "population", "acquisition", "accessLevel", "licence", "platform", "year", "publisher",
)  # fmt: skip
"""The facets whose stated values are counted."""


def balance(members: Sequence[DatasetView], sized: Mapping[str, Size], knowledge: Knowledge) -> list[dict[str, Any]]:
    """For each facet its values with datasets, items and members of unknown size, as JSON; the most frequent value first.

    A dataset of several values counts for each of them, so that the values of a facet may sum to more than the whole. ``unknown``
    counts the members of which no value is known.
    """
    return [{"facet": f, **_spread(f, members, sized, knowledge)} for f in BALANCED]


def _values(facet: str, dataset: DatasetView) -> list[str]:
    if facet == "year":
        return [] if dataset.year is None else [str(dataset.year)]
    return sorted(dataset.publishers if facet == "publisher" else dataset.asserted.get(facet, ()))


def _spread(facet: str, members: Sequence[DatasetView], sized: Mapping[str, Size], knowledge: Knowledge) -> dict[str, Any]:
    holders: dict[str, list[DatasetView]] = {}
    unknown = []
    for member in members:
        own = _values(facet, member)
        for value in own:
            holders.setdefault(value, []).append(member)
        if not own:
            unknown.append(member)
    rows = [
        ({"iri": v, "label": knowledge.label(v)} if v in knowledge.concepts else {"label": v}) | _amount(own, sized)
        for v, own in holders.items()
    ]
    return {"values": sorted(rows, key=lambda r: (-r["datasets"], r["label"])), "unknown": _amount(unknown, sized)}


def _amount(members: Sequence[DatasetView], sized: Mapping[str, Size]) -> dict[str, int]:
    known = [int(s.items) for m in members if (s := sized[m.id]).items is not None and s.basis == STATED]
    return {"datasets": len(members), "items": sum(known), "itemsUnknown": len(members) - len(known)}
