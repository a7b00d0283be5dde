"""What was fused before: sets made from several others are experts' own fusions, and say which datasets went together."""

from collections.abc import Sequence
from math import log1p
from typing import Final

import numpy as np

from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.grid import Weights

__all__ = ["Precedents", "precedents_of"]

_DRAWS_ON: Final = ("wasDerivedFrom", "relabels", "sharesSubjectsWith")
_USES: Final = (*_DRAWS_ON, "isPartOf", "isVersionOf")
_MANY: Final = 10  # from so many uses on, one more says nothing new


class Precedents:
    """Which datasets were drawn upon together, and how often each was drawn upon at all.

    Attributes:
        reuse: For each dataset in id order, 0 (nothing in the catalogue draws on it) to 1 (ten sets or more do), by the logarithm.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._place = {i: n for n, i in enumerate(knowledge.datasets)}
        self._makers: dict[str, set[str]] = {}
        self._sources: dict[str, tuple[str, ...]] = {}
        users: dict[str, set[str]] = {}
        for maker in knowledge.datasets.values():
            drawn = {o for relation in _DRAWS_ON for o in maker.related.get(relation, ())} & self._place.keys()
            self._sources[maker.id] = tuple(sorted(drawn))
            for source in drawn:
                self._makers.setdefault(source, set()).add(maker.id)
            for used in {o for relation in _USES for o in maker.related.get(relation, ())}:
                users.setdefault(used, set()).add(maker.id)
        self._uses = {i: len(makers) for i, makers in users.items()}
        self.reuse: Weights = np.array(
            [log1p(min(self._uses.get(i, 0), _MANY)) / log1p(_MANY) for i in self._place], dtype=np.float32
        )

    def uses(self, dataset: str) -> int:
        """How many sets of the catalogue were made from a dataset, are part of it or share its subjects."""
        return self._uses.get(dataset, 0)

    def together(self, seed: str) -> Weights:
        """1 for each dataset that some set draws upon beside the seed, else 0."""
        found = np.zeros(len(self._place), dtype=np.float32)
        for maker in self._makers.get(seed, ()):
            found[[self._place[s] for s in self._sources[maker]]] = 1
        return found

    def makers(self, dataset: str, seeds: Sequence[DatasetView]) -> tuple[tuple[str, str], ...]:
        """The (set, seed) pairs in which the dataset was fused with a seed before, sorted."""
        own = self._makers.get(dataset, set())
        return tuple(sorted((m, s.id) for s in seeds if s.id != dataset for m in own & self._makers.get(s.id, set())))


def precedents_of(knowledge: Knowledge) -> Precedents:
    """The precedents of a knowledge, made once."""
    return knowledge.kept(Precedents)
