"""Datasets together for one use: the verdict, who stands in the way, the licence of what is made of them, and what has to be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from kg.errors import QuestionError
from kg.knowledge import DatasetView, Knowledge
from kg.licence.attribution import asking, credit
from kg.licence.book import OwnTerms, book_of
from kg.licence.conditions import conditions, notes, strictest
from kg.licence.derivative import derivative
from kg.licence.uses import MERGED, parse_use
from kg.licence.verdict import ALLOWED, REFUSED, UNKNOWN, UNSETTLED, MemberVerdict, member_verdict

__all__ = ["NOTICE", "Combination", "combine"]

NOTICE: Final = (
    "Not legal advice: read the terms at the source before use. "
    "What is listed is what the catalogue knows, with the mistakes of its sources."
)
_ANSWER: Final[Mapping[str, str]] = {ALLOWED: "yes", UNSETTLED: "unsettled", UNKNOWN: "unknown", REFUSED: "no"}


@dataclass(frozen=True)
class Combination:
    """Datasets that shall be used together.

    Attributes:
        knowledge: The graph.
        members: The datasets, each once, in the order given.
        use: A key of :data:`kg.licence.uses.USES`.
    """

    knowledge: Knowledge
    members: tuple[DatasetView, ...]
    use: str

    @cached_property
    def verdicts(self) -> tuple[MemberVerdict, ...]:
        """The verdict on each member alone."""
        return tuple(member_verdict(self.knowledge, m, self.use) for m in self.members)

    @cached_property
    def own(self) -> tuple[OwnTerms, ...]:
        """The terms of each member."""
        book = book_of(self.knowledge)
        return tuple(book.of(m) for m in self.members)

    @cached_property
    def derivative(self) -> dict[str, Any]:
        """The licence of what is merged of all members, or why there is none; see :func:`kg.licence.derivative.derivative`."""
        return derivative(self.knowledge, self.members, self.own)

    def ids(self, verdict: str) -> list[str]:
        """The members of one verdict."""
        return list(self._by_verdict.get(verdict, ()))

    @cached_property
    def _by_verdict(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for member, verdict in zip(self.members, self.verdicts, strict=True):
            found.setdefault(verdict.verdict, []).append(member.id)
        return found

    @cached_property
    def verdict(self) -> str:
        """Whether all may be used together: yes, no, unsettled or unknown; a further member never makes it better."""
        if self.ids(REFUSED) or (self.use == MERGED.key and self.derivative["clash"]):
            return _ANSWER[REFUSED]
        worst = next((v for v in (UNKNOWN, UNSETTLED) if self.ids(v)), ALLOWED)
        return _ANSWER[worst]

    @cached_property
    def reason(self) -> str:
        """The verdict in one sentence."""
        worst = next((v for v in (REFUSED, UNKNOWN, UNSETTLED) if self.ids(v)), ALLOWED)
        if self.verdict == _ANSWER[REFUSED] and worst != REFUSED:
            return str(self.derivative["reason"])
        if worst == ALLOWED:
            return (
                "it may be used for this" if len(self.members) == 1 else f"all {len(self.members)} may be used together for this"
            )
        counts = ", ".join(f"{len(ids)} {verdict}" for verdict in (REFUSED, UNKNOWN, UNSETTLED) if (ids := self.ids(verdict)))
        place = next(n for n, v in enumerate(self.verdicts) if v.verdict == worst)
        return f"{counts} of {len(self.members)}; {self.members[place].name}: {self.verdicts[place].reason}"

    def summary(self) -> dict[str, Any]:
        """The combination as JSON without a line for every member: those alone are told that may not join."""
        told = [
            {"id": m.id, "name": m.name, "verdict": v.verdict, "reason": v.reason}
            for m, v in zip(self.members, self.verdicts, strict=True)
            if not v.allowed
        ]
        return {
            "use": self.use, "verdict": self.verdict, "reason": self.reason,
            "allowed": self.ids(ALLOWED), "refused": self.ids(REFUSED), "unsettled": self.ids(UNSETTLED), "unknown": self.ids(UNKNOWN),
            "against": told,
            "strictest": strictest(self.knowledge, self.members, self.own),
            "derivative": self.derivative,
            "conditions": conditions(self.knowledge, self.members, self.own, self.verdicts, self.use),
            "licenceUnknown": [m.id for m, own in zip(self.members, self.own, strict=True) if not own.known],
            "notes": notes(self.knowledge, self.members, self.own, self.use),
            "notice": NOTICE,
        }  # fmt: skip

    def body(self) -> dict[str, Any]:
        """The whole combination as JSON, with each member's terms, the attribution and what to ask whom."""
        found = self.summary()
        del found["against"]
        return found | {
            "members": [
                {"id": m.id, "name": m.name, "verdict": v.verdict, "reason": v.reason, "licences": self._licences(own)}
                | ({"alsoSaid": [self.knowledge.label(i) for i in own.also_said]} if own.also_said else {})
                for m, v, own in zip(self.members, self.verdicts, self.own, strict=True)
            ],
            "attribution": [credit(self.knowledge, m, own) for m, own in zip(self.members, self.own, strict=True)],
            "toAsk": self.to_ask(),
        }

    def _licences(self, own: OwnTerms) -> list[dict[str, Any]]:
        knowledge = self.knowledge
        return [
            {
                "scope": scope, "iri": terms.iri, "label": knowledge.label(terms.iri), "kind": terms.kind,
                "page": knowledge.pages.get(terms.iri),
            }
            for scope, terms in own.parts
        ]  # fmt: skip

    def to_ask(self) -> list[dict[str, Any]]:
        """What to ask whom of each member whose terms are unknown or unsettled for the use."""
        return [
            asking(self.knowledge, m, own, v, self.use)
            for m, v, own in zip(self.members, self.verdicts, self.own, strict=True)
            if v.verdict in {UNKNOWN, UNSETTLED}
        ]


def combine(knowledge: Knowledge, datasets: Sequence[DatasetView], use: str) -> Combination:
    """Whether datasets may be used together for a use.

    Args:
        knowledge: The graph.
        datasets: At least one; the same one again counts once.
        use: An intended use, as :func:`kg.licence.uses.parse_use` reads it.

    Raises:
        QuestionError: There is no dataset, or the use is none.
    """
    members = tuple({d.id: d for d in datasets}.values())
    if not members:
        raise QuestionError("datasets", "name at least one")
    return Combination(knowledge, members, parse_use(use))
