"""How alike two datasets are: shared information over all information, facet by facet.

The measure is simGIC (C. Pesquita et al., *Metrics for GO based protein semantic similarity*, BMC Bioinformatics 2008): the
information content of what both entail, over that of what either entails. A concept's information content is -log of the share of datasets
that have it, so that a shared "liver" weighs much and a shared "organ" next to nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from kg.knowledge import DatasetView, Knowledge

__all__ = ["FACET_WEIGHTS", "Similarity"]

# Which entailed property speaks for a facet, and its weight. Set by hand: where the anatomy is not shared, little can be fused; task and
# dimensionality decide which network and which loader can read the set at all.
FACET_WEIGHTS: Final[Mapping[str, tuple[str, float]]] = {
    "anatomy": ("relevantTo", 0.30),
    "modality": ("modality", 0.25),
    "task": ("servesTask", 0.20),
    "dimensionality": ("dimensionality", 0.15),
    "condition": ("condition", 0.10),
}
# What the sources say in the same concepts counts beside what follows: of two equally related sets the one that was made for just
# the same things comes first.
_ASSERTED: Final = 0.3


class Similarity:
    """Similarity between the datasets of one release."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def information(self, prop: str, concept: str) -> float:
        """Information content of a concept under a property, see :meth:`kg.knowledge.Knowledge.information`."""
        return self._knowledge.information(prop, concept)

    def _weight(self, prop: str, concepts: Iterable[str]) -> float:
        return sum(self.information(prop, c) for c in sorted(concepts))

    def facet(self, facet: str, one: DatasetView, other: DatasetView) -> float | None:
        """Similarity in one facet, 0 to 1; None when either says nothing about it."""
        prop = FACET_WEIGHTS[facet][0]
        a, b = one.entailed.get(prop, frozenset()), other.entailed.get(prop, frozenset())
        if not a or not b:
            return None
        union = self._weight(prop, a | b)
        follows = self._weight(prop, a & b) / union if union else 1.0
        said, told = one.asserted.get(facet, frozenset()), other.asserted.get(facet, frozenset())
        same = len(said & told) / len(said | told) if said and told else 0.0
        return (1 - _ASSERTED) * follows + _ASSERTED * same

    def parts(self, one: DatasetView, other: DatasetView) -> dict[str, float]:
        """Facet → weighted part of the score. What neither can be compared in takes no part; the rest is scaled up to the whole."""
        found = {f: (w, s) for f, (_, w) in FACET_WEIGHTS.items() if (s := self.facet(f, one, other)) is not None}
        whole = sum(w for w, _ in found.values())
        known = 0.5 + 0.5 * whole / sum(w for _, w in FACET_WEIGHTS.values())
        return {f: w * s / whole * known for f, (w, s) in found.items()} if whole else {}
