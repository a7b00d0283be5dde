"""What the labels that a profile asks for do to the verdict on a dataset."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from kg.fusion.label_conflicts import listed
from kg.fusion.label_facts import LabelFacts
from kg.fusion.labels import label_space
from kg.fusion.steps import Step
from kg.knowledge import DatasetView, Flags, Knowledge, grid_of

__all__ = ["Labelling"]


class Labelling:
    """The wanted labels held against every dataset whose labels are known; what is unknown stays as it is.

    Args:
        knowledge: The graph.
        targets: IRIs of the wanted labels; without any nothing is asked.
    """

    def __init__(self, knowledge: Knowledge, targets: Sequence[str]) -> None:
        self._knowledge, self._targets = knowledge, tuple(targets)
        self._facts = knowledge.kept(LabelFacts)

    @cached_property
    def useless(self) -> Flags:
        """Datasets whose label set is stated to be complete and has nothing of any wanted label."""
        return self._where(lambda d: d.label_set_complete is True and not self._has_any(d))

    @cached_property
    def stepped(self) -> Flags:
        """Datasets with known labels that are not the wanted ones to the letter."""
        wanted = set(self._targets)
        return self._where(lambda d: self._facts.own(d) != wanted)

    def _has_any(self, dataset: DatasetView) -> bool:
        own = self._facts.own(dataset)
        return any(self._facts.served(own, target).state for target in self._targets)

    def _where(self, test: Callable[[DatasetView], bool]) -> Flags:
        found = np.zeros(len(grid_of(self._knowledge)), dtype=np.bool_)
        if self._targets:
            for place, dataset in enumerate(self._knowledge.datasets.values()):
                found[place] = bool(self._facts.own(dataset)) and test(dataset)
        return found

    def judge(self, dataset: DatasetView, *, fits: bool) -> tuple[tuple[Step, ...], tuple[str, ...]]:
        """What one dataset needs for the wanted labels whatever it is put together with, and what stands against it."""
        if not self._targets:
            return (), ()
        if self.useless[grid_of(self._knowledge).place[dataset.id]]:
            return (), (self._against(dataset),)
        steps = label_space(self._knowledge, (dataset,), self._targets).steps(self._knowledge) if fits else {}
        return steps.get(dataset.id, ()), ()

    def _against(self, dataset: DatasetView) -> str:
        label = self._knowledge.label
        own = listed(sorted(label(c) for c in self._facts.own(dataset)))
        return f"its labels are {own}: nothing of {listed([label(t) for t in self._targets])}"
