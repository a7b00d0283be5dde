"""Whether one dataset may be used as intended: allowed, refused, unsettled or unknown, with the sentence that says why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.knowledge import DatasetView, Knowledge
from kg.licence.book import DATA, LABELS, OwnTerms, book_of
from kg.licence.terms import Terms
from kg.licence.uses import ACTIONS, INDEX_ONLY, MERGED, USES, Use

__all__ = ["ALLOWED", "REFUSED", "UNKNOWN", "UNSETTLED", "VERDICTS", "MemberVerdict", "member_verdict"]

ALLOWED: Final = "allowed"
UNSETTLED: Final = "unsettled"
UNKNOWN: Final = "unknown"
REFUSED: Final = "refused"
VERDICTS: Final = (ALLOWED, UNSETTLED, UNKNOWN, REFUSED)
"""From the best to the worst. ``unsettled``: the terms are known by name, but not what they say of this use, or the law has not settled
it. ``unknown``: no terms are known. Neither is a yes."""

_DOUBT: Final = "whether a trained model is an adaptation is unsettled"
_WHOSE: Final = {DATA: "its licence", LABELS: "the licence of its annotations"}


@dataclass(frozen=True, slots=True)
class MemberVerdict:
    """Whether one dataset may be used as intended.

    Attributes:
        verdict: One of :data:`VERDICTS`.
        reason: Why, as a sentence.
        clause: The action that decides, if one does.
    """

    verdict: str
    reason: str
    clause: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it may; what is unknown or unsettled may not."""
        return self.verdict == ALLOWED


def member_verdict(knowledge: Knowledge, dataset: DatasetView, use: str) -> MemberVerdict:
    """Whether a dataset may be used as intended, by the licence of its data and of its annotations and by its conditions of use.

    Args:
        knowledge: The graph.
        dataset: The dataset.
        use: A key of :data:`kg.licence.uses.USES`.
    """
    return knowledge.kept(_Judged).of(book_of(knowledge).of(dataset), USES[use])


class _Judged:
    """The verdicts on distinct terms, each made once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._found: dict[tuple[OwnTerms, str], MemberVerdict] = {}

    def of(self, own: OwnTerms, use: Use) -> MemberVerdict:
        """The verdict on terms for a use."""
        if (own, use.key) not in self._found:
            self._found[own, use.key] = _judge(self._knowledge, own, use)
        return self._found[own, use.key]


def _judge(knowledge: Knowledge, own: OwnTerms, wanted: Use) -> MemberVerdict:
    if wanted is INDEX_ONLY:
        return MemberVerdict(ALLOWED, "nothing of the data itself is copied or passed on")
    found = list(_findings(knowledge, own, wanted))
    worst = max(found, key=lambda v: VERDICTS.index(v.verdict), default=None)
    if worst is not None:
        return worst
    names = dict.fromkeys(knowledge.label(terms.iri) for _, terms in own.parts)
    return MemberVerdict(ALLOWED, f"{' and '.join(names)} permit{'s' if len(names) == 1 else ''} it")


def _findings(knowledge: Knowledge, own: OwnTerms, use: Use) -> Iterator[MemberVerdict]:
    """Everything that stands against the use or leaves it open."""
    if own.differing:
        names = "; ".join(sorted(knowledge.label(i) for i in own.differing))
        each = [list(_of_licence(knowledge, DATA, book_of(knowledge).terms(i), use)) for i in own.differing]
        clauses = [next((v.clause for v in found if v.verdict == REFUSED), "") for found in each]
        if all(clauses):  # whoever is right, the answer is no; that all would allow it is no yes
            what = " or ".join(dict.fromkeys(ACTIONS[c] for c in clauses))
            yield MemberVerdict(REFUSED, f"its sources differ on the licence ({names}), and each prohibits {what}", clauses[0])
        else:
            yield MemberVerdict(UNKNOWN, f"its sources differ on the licence: {names}")
    elif not own.known:
        yield MemberVerdict(UNKNOWN, "its licence is unknown")
    for scope, terms in own.parts:
        if terms.known:
            yield from _of_licence(knowledge, scope, terms, use)
    for terms in own.conditions:
        for action in (*use.needs, *use.never):
            if action in terms.prohibits:
                yield MemberVerdict(REFUSED, f"its condition of use is {knowledge.label(terms.iri)}", action)
    if use is MERGED and own.known and not own.silent and (why := own.demands.clash(book_of(knowledge).rules)):
        names = " and ".join(dict.fromkeys(knowledge.label(terms.iri) for _, terms in own.parts))
        yield MemberVerdict(REFUSED, f"its own terms ({names}) cannot be met together: {why}")


def _of_licence(knowledge: Knowledge, scope: str, terms: Terms, use: Use) -> Iterator[MemberVerdict]:
    said = f"{_WHOSE[scope]}, {knowledge.label(terms.iri)},"
    for action in (*use.needs, *use.never):
        if action in terms.prohibits:
            yield MemberVerdict(REFUSED, f"{said} prohibits {ACTIONS[action]}", action)
    silent = [a for a in use.needs if a not in terms.permits | terms.prohibits]
    if silent:
        yield MemberVerdict(
            UNSETTLED, f"{said} has terms of its own: read there whether they permit {' and '.join(ACTIONS[a] for a in silent)}",
            silent[0],
        )  # fmt: skip
        return
    prohibited = next((a for a in (*use.doubts, *use.shies) if a in terms.prohibits), "")
    if prohibited:
        yield MemberVerdict(UNSETTLED, f"{said} prohibits {ACTIONS[prohibited]}, and {_DOUBT}", prohibited)
    for action in use.doubts:
        if action not in terms.permits | terms.prohibits:
            yield MemberVerdict(UNSETTLED, f"{said} does not tell whether it permits {ACTIONS[action]}, and {_DOUBT}", action)
