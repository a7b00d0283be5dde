"""How alike datasets are to seeds: shared information over all information, part by part, for the whole catalogue at once.

The seeds make one pooled description: a concept counts in it by the share of the seeds that have it. The measure is simGIC (C. Pesquita et
al., *Metrics for GO based protein semantic similarity*, BMC Bioinformatics 2008) between that description and each dataset: the information
content of what both have, over that of what either has. A concept's information content is -log of the share of datasets that have it, so
that a shared "liver" weighs much and a shared "organ" next to nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.fusion.precedent import precedents_of
from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.knowledge.grid import Flags, Weights

__all__ = ["FACET_WEIGHTS", "PART_WEIGHTS", "SAID", "Similarity"]

# Facet → the entailed property that speaks for it, and its weight. All weights were set by hand and rounded, none was fitted to a
# collection. Where the anatomy is not shared, little can be fused; modality and task decide which network can read the set at all, the
# condition whether it is studied for the same end; dimensionality, access and setting decide whether one loader reads it, the same team
# can get it, and it can be treated alike.
FACET_WEIGHTS: Final[Mapping[str, tuple[str, float]]] = {
    "anatomy": ("relevantTo", 0.16),
    "modality": ("modality", 0.12),
    "task": ("servesTask", 0.11),
    "condition": ("condition", 0.12),
    "dimensionality": ("dimensionality", 0.05),
    "accessLevel": ("accessLevel", 0.05),
    "acquisition": ("acquisition", 0.02),
}
SAID: Final = ("anatomy", "modality", "task", "condition")
"""Facets in which being described in just the same concepts counts beyond what follows from them."""

PART_WEIGHTS: Final[Mapping[str, float]] = {
    **{facet: weight for facet, (_, weight) in FACET_WEIGHTS.items()},
    "asserted": 0.08,  # sources describe it in just the seeds' concepts: the same field of work
    "labels": 0.03,  # the same structures are labelled; few label sets are known, so that it must not decide
    "kinship": 0.03,  # another year or part of a seed's series: one protocol, one reader
    "precedent": 0.13,  # somebody drew on it and on a seed before: the strongest proof that they can be fused
    "reuse": 0.07,  # other sets draw upon it: its files were found fit for use
    "originality": 0.03,  # its images are not known to come from another set: it adds images, and does not bring them twice
}
"""Part of the score → its weight; they sum to 1."""

_NOTHING: Final = 1e-12

Sets = Callable[[DatasetView], Iterable[str]]


class Similarity:
    """Similarity between the datasets of one release."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        grid, datasets = grid_of(knowledge), list(knowledge.datasets.values())
        self._place = grid.place
        self._precedents = precedents_of(knowledge)
        follow = {f: p for f, (p, _) in FACET_WEIGHTS.items() if f != "accessLevel"} | {"labels": "annotates"}
        self._spaces: dict[str, _Space] = {}
        for part, prop in follow.items():
            holders = grid.having(prop)
            worths = {c: self.information(prop, c) for c in holders}
            self._spaces[part] = _Space(len(datasets), partial(_entailed, prop), holders, worths)
        # Access levels are compared as they are: that what is open could also be had under an agreement makes nobody's work easier.
        stated: dict[str, Sets] = {"accessLevel": partial(_asserted, "accessLevel"), "kinship": _series}
        for name, of in (stated | {f"said {f}": partial(_asserted, f) for f in SAID}).items():
            self._spaces[name] = _Space(len(datasets), of, _postings(map(of, datasets)))
        self.original: Flags = np.array([not (_drawn(d) & knowledge.datasets.keys()) for d in datasets], dtype=np.bool_)

    def information(self, prop: str, concept: str) -> float:
        """Information content of a concept under a property, see :meth:`kg.knowledge.Knowledge.information`."""
        return self.knowledge.information(prop, concept)

    def row(self, facet: str, seed: DatasetView) -> Weights:
        """Similarity of every dataset to a seed in one facet, 0 to 1, in id order; 0 where either says nothing about it."""
        return self._spaces[facet].row((seed,))

    def facet(self, facet: str, one: DatasetView, other: DatasetView) -> float | None:
        """Similarity of two datasets in one facet, 0 to 1; None when either says nothing about it."""
        prop = FACET_WEIGHTS[facet][0]
        if not one.entailed.get(prop) or not other.entailed.get(prop):
            return None
        return float(self.row(facet, other)[self._place[one.id]])

    def parts(self, seeds: Sequence[DatasetView]) -> dict[str, Weights]:
        """Part of the score → its weighted value for every dataset in id order; the parts sum to 1 at most.

        The order of the seeds does not matter, nor does one that is named twice.
        """
        chosen = [self.knowledge.datasets[i] for i in sorted({s.id for s in seeds})]
        if not chosen:
            return {}
        found = {part: self._spaces[part].row(chosen) for part in (*FACET_WEIGHTS, "labels", "kinship")}
        found["asserted"] = np.mean([self._spaces[f"said {f}"].row(chosen) for f in SAID], axis=0)
        found["precedent"] = np.mean([self._precedents.together(s.id) for s in chosen], axis=0)
        found["reuse"] = self._precedents.reuse
        found["originality"] = self.original.astype(np.float32)
        return {part: (weight * found[part]).astype(np.float32) for part, weight in PART_WEIGHTS.items()}


def _entailed(prop: str, dataset: DatasetView) -> Iterable[str]:
    return dataset.entailed.get(prop, ())


def _asserted(prop: str, dataset: DatasetView) -> Iterable[str]:
    return dataset.asserted.get(prop, ())


def _series(dataset: DatasetView) -> Iterable[str]:
    return dataset.series


def _drawn(dataset: DatasetView) -> frozenset[str]:
    """Ids of the sets whose images a dataset consists of."""
    return frozenset().union(*(dataset.related.get(r, frozenset()) for r in ("wasDerivedFrom", "relabels")))


def _postings(sets: Iterable[Iterable[str]]) -> dict[str, npt.NDArray[np.int32]]:
    """Member → places of the sets that have it, ascending."""
    found: dict[str, list[int]] = {}
    for number, own in enumerate(sets):
        for member in own:
            found.setdefault(member, []).append(number)
    return {member: np.array(found[member], dtype=np.int32) for member in sorted(found)}


class _Space:
    """Sets of weighted members, one a dataset, and the Jaccard measure between a pool of some and each.

    Attributes:
        of: The set of a dataset.
    """

    def __init__(
        self, size: int, of: Sets, holders: Mapping[str, npt.NDArray[np.int32]], worths: Mapping[str, float] | None = None
    ) -> None:
        self.of = of
        self._holders = holders
        self._worth = {member: 1.0 if worths is None else worths[member] for member in holders}
        self._whole, self._filled = np.zeros(size), np.zeros(size, dtype=np.bool_)
        for member, rows in holders.items():
            self._whole[rows] += self._worth[member]
            self._filled[rows] = True

    def row(self, seeds: Sequence[DatasetView]) -> Weights:
        """The measure between the pool of the seeds' sets and every set, 0 to 1; where a set is empty, 0.

        A member counts in the pool by the share of the seeds that have it. Sets without any information in them are alike.
        """
        counts = Counter(member for seed in seeds for member in self.of(seed))
        if not counts:
            return np.zeros(len(self._whole), dtype=np.float32)
        pool = {member: count / len(seeds) * self._worth[member] for member, count in sorted(counts.items())}
        shared = np.zeros(len(self._whole))
        for member, worth in pool.items():
            if worth > _NOTHING:
                shared[self._holders[member]] += worth
        union = self._whole + sum(pool.values()) - shared
        measure = np.divide(shared, union, out=np.ones_like(shared), where=union > _NOTHING)
        found: Weights = np.where(self._filled, np.minimum(measure, 1), 0.0).astype(np.float32)
        return found
