"""How much a set holds: items by unit, counted once where data are certainly shared, and storage; what is unknown stands apart."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from kg.fusion.shared import Shared, effective
from kg.knowledge import DatasetView

__all__ = ["amounts"]

_EXACT: Final = "exact"


def amounts(members: Sequence[DatasetView], pairs: Iterable[Shared], mixtures: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Items and bytes of a set as JSON.

    Args:
        members: The datasets.
        pairs: Those of them that share data.
        mixtures: Ids of members whose counts take in items of other modalities than those wanted; they are listed.

    Returns:
        ``extent``: for each unit what the members that state it list together, what there is at least when shared data count once, how
        many state it and of how many this is an approximation; ``storage``: bytes listed, of how many members, and how many are unknown.
    """
    counted = effective(members, pairs)
    extent = []
    for unit, figures in counted["extent"].items():
        known = [m for m in members if any(c.unit == unit for c in m.counts)]
        about = sum(max((c for c in m.counts if c.unit == unit), key=lambda c: c.value).certainty != _EXACT for m in known)
        extent.append({"unit": unit, **figures, "known": len(known), "unknown": len(members) - len(known), "approximate": about})
    sizes = [m.size for m in members if m.size is not None]
    return {
        "datasets": counted["datasets"],
        "extent": extent,
        "withoutCount": [m.id for m in members if not m.counts],
        "mixed": [m.id for m in members if m.id in mixtures],
        "labelled": {
            "yes": sum(m.labelled is True for m in members), "no": sum(m.labelled is False for m in members),
            "unknown": sum(m.labelled is None for m in members),
        },
        "storage": {"bytes": sum(sizes), "known": len(sizes), "unknown": len(members) - len(sizes)},
    }  # fmt: skip
