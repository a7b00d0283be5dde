"""What has to be kept when datasets are used, and the strictest thing that any of them says."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kg.knowledge import DatasetView, Knowledge
from kg.licence.book import OwnTerms, book_of
from kg.licence.uses import (
    ATTRIBUTE,
    COMMERCIAL,
    DERIVE,
    DISTRIBUTE,
    INDEX_ONLY,
    MERGED,
    NOTICE,
    SHARE_ALIKE,
    SHARE_DERIVATIVE,
    USES,
    Use,
)
from kg.licence.verdict import REFUSED, MemberVerdict, member_verdict

__all__ = ["conditions", "notes", "strictest"]

_DRAWS_ON: Final = ("wasDerivedFrom", "relabels")  # a part of a larger set may well have freer terms than the whole

_CLAUSES: Final = (
    ("no-redistribution", "the data may not be passed on", DISTRIBUTE, "prohibits"),
    ("no-derivatives", "adaptations may not be shared", SHARE_DERIVATIVE, "prohibits"),
    ("no-derivatives", "adaptations may not be made", DERIVE, "prohibits"),
    ("non-commercial", "no commercial use", COMMERCIAL, "prohibits"),
    ("share-alike", "derivatives must have the same licence", SHARE_ALIKE, "requires"),
    ("attribution", "the authors must be named", ATTRIBUTE, "requires"),
    ("notice", "the licence notice must be kept", NOTICE, "requires"),
)
"""Clauses from the strictest on: (key, what it says, action, property)."""


def strictest(knowledge: Knowledge, members: Sequence[DatasetView], own: Sequence[OwnTerms]) -> dict[str, Any] | None:
    """The strictest clause among the known terms, and who brings it; None when no known term restricts anything.

    Where sources differ on a licence, a clause that each of them gives is known all the same.
    """
    book = book_of(knowledge)
    for key, meaning, action, prop in _CLAUSES:
        by = [
            {"id": m.id, "name": m.name, "licence": knowledge.label(terms.iri)}
            for m, o in zip(members, own, strict=True)
            for terms in (*(t for _, t in o.parts), *o.conditions)
            if action in getattr(terms, prop)
        ]
        by += [
            {"id": m.id, "name": m.name, "licence": " or ".join(knowledge.label(i) for i in o.differing)}
            for m, o in zip(members, own, strict=True)
            if o.differing and all(action in getattr(book.terms(i), prop) for i in o.differing)
        ]
        if by:
            return {"clause": key, "meaning": meaning, "by": by}
    return None


def conditions(
    knowledge: Knowledge, members: Sequence[DatasetView], own: Sequence[OwnTerms], verdicts: Sequence[MemberVerdict], use: str
) -> list[dict[str, Any]]:
    """What has to be kept for the use by those who are not refused, each with the members that ask for it."""
    found: dict[tuple[str, str], list[str]] = {}
    kept = {o: tuple(dict.fromkeys(_kept(knowledge, o, USES[use]))) for o in dict.fromkeys(own)}
    for member, terms, verdict in zip(members, own, verdicts, strict=True):
        if verdict.verdict != REFUSED:
            for condition in kept[terms]:
                found.setdefault(condition, []).append(member.id)
    return [{"condition": key, "meaning": meaning, "by": ids} for (key, meaning), ids in found.items()]


def notes(knowledge: Knowledge, members: Sequence[DatasetView], own: Sequence[OwnTerms], use: str) -> list[str]:
    """What the verdicts do not weigh and a reader should: other licences that some source gives, and what members draw on.

    Whoever publishes a set that is made from another one cannot give away more than the other one's terms let them.
    """
    found = []
    for member, terms in zip(members, own, strict=True):
        if terms.also_said:
            said = " and ".join(knowledge.label(i) for i in terms.also_said)
            found.append(f"{member.name}: another source gives {said}")
        for origin in sorted({i for r in _DRAWS_ON for i in member.related.get(r, ())}):
            source = knowledge.datasets[origin]
            verdict = member_verdict(knowledge, source, use)
            if verdict.verdict == REFUSED:
                found.append(f"{member.name} draws on {source.name}, which does not allow this: {verdict.reason}")
    return found


def _kept(knowledge: Knowledge, own: OwnTerms, use: Use) -> Iterator[tuple[str, str]]:
    if use is INDEX_ONLY:
        return
    for _, terms in own.parts:
        for key, _, action, prop in _CLAUSES:
            if action in getattr(terms, prop) and (said := _SAID.get((key, use.key))):
                yield key, said
    named = {c.iri for c in own.conditions} | {c for _, terms in own.parts for c in terms.conditions}
    for iri in sorted(named):
        yield "data-use", f"data use condition: {knowledge.label(iri)}"
    for iri in own.access:
        yield "access", f"at the source: {knowledge.label(iri)}"


_SAID: Final = {
    ("no-redistribution", "private-training"): "the data stay with whoever was given them",
    ("no-redistribution", "commercial-model"): "the data stay with whoever was given them",
    ("no-derivatives", "private-training"): "adapted data (slices, changed labels) stay in the house",
    ("no-derivatives", "redistribute-unmodified"): "the copies are not changed in any way",
    ("non-commercial", "private-training"): "only a non-commercial party trains, for a purpose that is not commercial",
    ("non-commercial", "redistribute-unmodified"): "nobody is charged, and whoever gets copies may not use them commercially",
    ("non-commercial", MERGED.key): "nobody is charged, and whoever gets the derivative may not use it commercially",
    (
        "share-alike",
        "private-training",
    ): "adapted data that leave the house have the same licence; whether model weights must is unsettled",
    ("share-alike", "commercial-model"): "whether the model's weights must have the same licence is unsettled",
    ("share-alike", MERGED.key): "the derivative has the same licence",
    ("share-alike", "redistribute-unmodified"): "the copies keep their licence",
    ("attribution", "commercial-model"): "the authors are named where data are shared",
    ("attribution", "redistribute-unmodified"): "the authors are named",
    ("attribution", MERGED.key): "the authors are named, and that the data were changed",
    ("notice", "redistribute-unmodified"): "the licence notice goes with the copies",
    ("notice", MERGED.key): "the licence notices go with the derivative",
}
"""(clause, use) → what it means for the use; a clause that the use does not touch is not listed."""
