"""Labels that another set made for the images of a dataset: BraTS 2021 has masks for the images of TCGA-GBM, which has none."""

from collections.abc import Mapping
from typing import Final

from kg.knowledge import Knowledge, grid_of
from kg.knowledge.grid import Flags

__all__ = ["borrowed"]

_OF_LABELS: Final = ("anatomy", "task", "condition")
"""What a set of labels may add to images; the modality stays what it is."""


class _Pairs(tuple[tuple[int, int], ...]):
    """(place of the set that labels, place of the set whose images it labels), made for a knowledge when first asked for."""

    __slots__ = ()

    def __new__(cls, knowledge: Knowledge) -> "_Pairs":
        place = grid_of(knowledge).place
        found = (
            (place[d.id], place[o])
            for d in knowledge.datasets.values()
            for o in sorted(d.related.get("relabels", ()))
            if o in place
        )
        return super().__new__(cls, tuple(sorted(found)))


def borrowed(knowledge: Knowledge, wanted: Mapping[str, Flags], derived: Flags | None) -> dict[int, tuple[str, ...]]:
    """Datasets that lack labels which another set made for their images.

    Args:
        wanted: Wanted thing (facet) → which datasets have it.
        derived: Which datasets have the wanted task only by deriving it; None when no task is wanted, and then nothing is borrowed: what
            asks for no labels needs none.

    Returns:
        Place of a dataset → ids of the sets whose labels it needs; only where these labels are all that it lacks.
    """
    if derived is None:
        return {}
    ids = grid_of(knowledge).ids
    found: dict[int, list[str]] = {}
    for lender, lent in knowledge.kept(_Pairs):
        lacks = [name for name, flags in wanted.items() if not flags[lent]]
        if lacks and set(lacks) <= set(_OF_LABELS) and not derived[lender] and all(wanted[n][lender] for n in {*lacks, "task"}):
            found.setdefault(lent, []).append(ids[lender])
    return {lent: tuple(lenders) for lent, lenders in found.items()}
