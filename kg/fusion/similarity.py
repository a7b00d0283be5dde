"""How alike datasets are to seeds: shared information over all information, facet by facet, for the whole catalogue at once.

The measure is simGIC (C. Pesquita et al., *Metrics for GO based protein semantic similarity*, BMC Bioinformatics 2008): the
information content of what both entail, over that of what either entails. A concept's information content is -log of the share of datasets
that have it, so that a shared "liver" weighs much and a shared "organ" next to nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from kg.fusion.precedent import precedents_of
from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.knowledge.grid import Weights

__all__ = ["FACET_WEIGHTS", "PRECEDENT", "REUSE", "Similarity"]

# Facet → the entailed property that speaks for it, its weight, and how much of it is for what the sources say in just the same concepts.
# Set by hand and rounded: where the anatomy is not shared, little can be fused; task and dimensionality decide which network and which
# loader can read the set at all; a disease is studied under one name, so that the same words count as much there as kinship does;
# setting and access decide whether the same team can get the sets and treat them alike.
FACET_WEIGHTS: Final[Mapping[str, tuple[str, float, float]]] = {
    "anatomy": ("relevantTo", 0.20, 0.3),
    "modality": ("modality", 0.16, 0.3),
    "task": ("servesTask", 0.13, 0.3),
    "condition": ("condition", 0.13, 0.5),
    "dimensionality": ("dimensionality", 0.06, 0.0),
    "accessLevel": ("accessLevel", 0.06, 1.0),
    "acquisition": ("acquisition", 0.03, 0.0),
    "topic": ("topic", 0.03, 0.0),
}
PRECEDENT: Final = 0.13
"""Weight of having been fused with a seed before."""
REUSE: Final = 0.07
"""Weight of being drawn upon by other sets: its files were found fit for use."""


class Similarity:
    """Similarity between the datasets of one release."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._grid = grid_of(knowledge)
        self._precedents = precedents_of(knowledge)
        self._follows = {f: _Sets(self._views("entailed", p), self._worths(p)) for f, (p, _, _) in FACET_WEIGHTS.items()}
        self._said = {f: _Sets(self._views("asserted", f), None) for f, (_, _, same) in FACET_WEIGHTS.items() if same}

    def _views(self, kind: str, prop: str) -> list[frozenset[str]]:
        return [getattr(d, kind).get(prop, frozenset()) for d in self.knowledge.datasets.values()]

    def _worths(self, prop: str) -> dict[str, float]:
        return {c: self.information(prop, c) for c in self.knowledge.populations.get(prop, {})}

    def information(self, prop: str, concept: str) -> float:
        """Information content of a concept under a property, see :meth:`kg.knowledge.Knowledge.information`."""
        return self.knowledge.information(prop, concept)

    def row(self, facet: str, seed: DatasetView) -> Weights:
        """Similarity of every dataset to a seed in one facet, 0 to 1, in id order; 0 where either says nothing about it."""
        place, same = self._grid.place[seed.id], FACET_WEIGHTS[facet][2]
        found = (1 - same) * self._follows[facet].row(place)
        return found + same * self._said[facet].row(place) if same else found

    def facet(self, facet: str, one: DatasetView, other: DatasetView) -> float | None:
        """Similarity of two datasets in one facet, 0 to 1; None when either says nothing about it."""
        prop = FACET_WEIGHTS[facet][0]
        if not one.entailed.get(prop) or not other.entailed.get(prop):
            return None
        return float(self.row(facet, other)[self._grid.place[one.id]])

    def parts(self, seeds: Sequence[DatasetView]) -> dict[str, Weights]:
        """Part of the score → its weighted value for every dataset in id order, averaged over the seeds; the parts sum to 1 at most."""
        if not seeds:
            return {}
        found = {f: self._mean([self.row(f, s) for s in seeds], weight) for f, (_, weight, _) in FACET_WEIGHTS.items()}
        found["precedent"] = self._mean([self._precedents.together(s.id) for s in seeds], PRECEDENT)
        found["reuse"] = self._mean([self._precedents.reuse], REUSE)
        return found

    @staticmethod
    def _mean(rows: Sequence[Weights], weight: float) -> Weights:
        found: Weights = (weight * np.mean(rows, axis=0)).astype(np.float32)
        return found


class _Sets:
    """Sets of weighted concepts, one a dataset, and the Jaccard measure between one of them and all."""

    def __init__(self, sets: Sequence[Iterable[str]], worths: Mapping[str, float] | None) -> None:
        self._sets = [tuple(sorted(s)) for s in sets]
        holders: dict[str, list[int]] = {}
        for number, own in enumerate(self._sets):
            for concept in own:
                holders.setdefault(concept, []).append(number)
        self._worth = {c: 1.0 if worths is None else worths[c] for c in holders}
        self._holders = {c: np.array(rows, dtype=np.int32) for c, rows in holders.items()}
        self._whole = np.array([sum(self._worth[c] for c in own) for own in self._sets])
        self._filled = np.array([bool(own) for own in self._sets], dtype=np.bool_)

    def row(self, place: int) -> Weights:
        """The measure between the set at a place and every set: 0 to 1; two sets without any information in them are alike."""
        shared = np.zeros(len(self._sets))
        for concept in self._sets[place]:
            shared[self._holders[concept]] += self._worth[concept]
        union = self._whole + self._whole[place] - shared
        measure = np.divide(shared, union, out=np.ones_like(shared), where=union > 1e-12)
        found: Weights = np.where(self._filled & self._filled[place], measure, 0.0).astype(np.float32)
        return found
