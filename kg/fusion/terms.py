"""The terms of use of datasets against an intended use: who may join, who may not, and whom to ask."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.knowledge.grid import Flags
from kg.licence import (
    INDEX_ONLY,
    UNKNOWN,
    UNSETTLED,
    Combination,
    MemberVerdict,
    allowed_pattern,
    asking,
    book_of,
    member_verdict,
)

if TYPE_CHECKING:
    from kg.fusion.answer import Question

__all__ = ["TermsOfUse"]

_SHOWN: Final = 50
_OPEN: Final = frozenset((UNKNOWN, UNSETTLED))


class _Verdicts:
    """The verdicts on all datasets for each use that was asked, in id order; made once, for they depend on nothing else."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._kept: dict[str, tuple[tuple[MemberVerdict, ...], Flags, Flags]] = {}

    def of(self, use: str) -> tuple[tuple[MemberVerdict, ...], Flags, Flags]:
        """The verdicts, which are yes, and which are open."""
        if use not in self._kept:
            found = tuple(member_verdict(self._knowledge, d, use) for d in self._knowledge.datasets.values())
            self._kept[use] = (
                found,
                np.array([v.allowed for v in found], dtype=np.bool_),
                np.array([v.verdict in _OPEN for v in found], dtype=np.bool_),
            )
        return self._kept[use]


class TermsOfUse:
    """What the licences of the catalogue say of one intended use.

    A dataset whose licence is unknown or unsettled is not allowed: it is listed with what to ask whom. Where no use was given, none is
    refused, and what is said of the set is said for an index of links and scripts, which gives out no data.
    """

    def __init__(self, knowledge: Knowledge, use: str) -> None:
        self._knowledge, self.use = knowledge, use or INDEX_ONLY.key
        self._grid = grid_of(knowledge)
        self._verdicts, self.allowed, self._open = knowledge.kept(_Verdicts).of(self.use)

    def against(self, dataset: DatasetView) -> str:
        """Why a dataset may not join, or what is not known."""
        return f"{self._verdicts[self._grid.place[dataset.id]].reason}; {self.use} is intended"

    def pattern(self) -> tuple[str, ...]:
        """The demand as SPARQL patterns on ``?dataset``."""
        return (found,) if (found := allowed_pattern(self.use)) else ()

    def apart(self) -> tuple[str, ...]:
        """Ids of the datasets whose own licences clash with each other, which the pattern does not tell."""
        book = book_of(self._knowledge)
        known = self._knowledge.datasets
        return tuple(
            i for i, v in zip(self._grid.ids, self._verdicts, strict=True)
            if not v.allowed and not v.clause and len(book.of(known[i]).parts) > 1
        )  # fmt: skip

    def unknown(self, members: Sequence[DatasetView]) -> int:
        """How many of the members have no known licence."""
        book = book_of(self._knowledge)
        return sum(not book.of(m).known for m in members)

    def together(self, members: Sequence[DatasetView]) -> dict[str, Any] | None:
        """What the terms of the members say together; None without members."""
        return Combination(self._knowledge, tuple(members), self.use).summary() if members else None

    def to_ask(self, question: "Question") -> list[dict[str, Any]]:
        """Datasets that fit but for their unknown or unsettled terms, the best first, with what to ask whom."""
        judge = question.judge
        named = {s.id for s in question.seeds}
        places = [n for n in np.flatnonzero(judge.fits_otherwise & self._open) if self._grid.ids[n] not in named]
        places.sort(key=lambda n: (-judge.scores[n], n))
        book, known = book_of(self._knowledge), self._knowledge.datasets
        waiting = [known[self._grid.ids[n]] for n in places[:_SHOWN]]
        return [
            asking(self._knowledge, d, book.of(d), self._verdicts[self._grid.place[d.id]], self.use) for d in (*question.seeds, *waiting)
            if self._open[self._grid.place[d.id]]
        ]  # fmt: skip
