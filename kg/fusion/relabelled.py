"""Labels that another set has for the images of a dataset: BraTS 2021 has masks for the images of TCGA-GBM, which has none.

Where A labels the images of B anew, the images of A are images of B, so that either has the labels of the other for the asking.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kg.knowledge import Knowledge, grid_of
from kg.knowledge.grid import Flags
from kg.namespaces import BFO_PART_OF

__all__ = ["borrowed"]

_OF_LABELS: Final = ("anatomy", "task", "condition")
"""What a set of labels may add to images; the modality stays what it is."""
_PART_OF: Final = str(BFO_PART_OF)


class _Lent:
    """Which sets have labels for which images, and where these labels lie; made for a knowledge when first asked for.

    Attributes:
        pairs: (place of the set that has labels, place of the set with the same images), sorted.
        within: For each pair what each structure that the lender is about lies in, itself included.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        grid, taxonomy = grid_of(knowledge), knowledge.taxonomy
        anew = [
            (grid.place[d.id], grid.place[o])
            for d in knowledge.datasets.values()
            for o in d.related.get("relabels", ())
            if o in grid.place
        ]
        self.pairs = tuple(sorted({*anew, *((lent, lender) for lender, lent in anew)}))
        about = [knowledge.datasets[grid.ids[lender]].asserted.get("anatomy", frozenset()) for lender, _ in self.pairs]
        self.within = tuple([frozenset((*taxonomy.up(v), *taxonomy.along(_PART_OF, v))) for v in sorted(own)] for own in about)


def borrowed(
    knowledge: Knowledge, wanted: Mapping[str, Flags], derived: Flags | None, regions: Sequence[str] = ()
) -> dict[int, tuple[str, ...]]:
    """Datasets that lack labels which another set has for their images.

    Args:
        knowledge: The graph.
        wanted: Wanted thing (facet) → which datasets have it.
        derived: Which datasets have the wanted task only by deriving it; None when no task is wanted, and then nothing is borrowed: what
            asks for no labels needs none.
        regions: IRIs of the wanted structures. Images are shown to hold one by the labels of a set that labels nothing else; of a set
            that labels several regions it is not known which it labels where.

    Returns:
        Place of a dataset → ids of the sets whose labels it needs; only where these labels are all that it lacks.
    """
    if derived is None:
        return {}
    ids, known = grid_of(knowledge).ids, knowledge.kept(_Lent)
    found: dict[int, list[str]] = {}
    for (lender, lent), within in zip(known.pairs, known.within, strict=True):
        lacks = [name for name, flags in wanted.items() if not flags[lent]]
        if not lacks or not set(lacks) <= set(_OF_LABELS) or derived[lender]:
            continue
        if "anatomy" in lacks and (not within or any(places.isdisjoint(regions) for places in within)):
            continue
        if all(wanted[n][lender] for n in {*lacks, "task"}):
            found.setdefault(lent, []).append(ids[lender])
    return {lent: tuple(lenders) for lent, lenders in found.items()}
