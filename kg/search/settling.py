"""Settling what was read: of the meanings of each mention one, by the company that it keeps."""

from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz

from kg.model import WordKind
from kg.search.notes import Draft, Notes
from kg.search.reading import Mention, Reading
from kg.search.vocabulary import Vocabulary
from kg.terms.lexicon import Entry
from kg.terms.text import fold

__all__ = ["settled"]

_AT_HOME: Final = 0.2  # of the company that its best meaning keeps


def settled(text: str, notes: Notes, vocabulary: Vocabulary) -> Reading:
    """Choose the meanings: those of one meaning first, then each ambiguous one by the company that it keeps."""
    sure = tuple(
        (e.concept.facet, e.concept.iri) for d in notes.drafts if len(d.entries) == 1 and not d.negated for e in d.entries
    )
    found: list[Mention] = []
    for draft in notes.drafts:
        own = [d for d in notes.drafts if d.group != draft.group]
        facets = {e.concept.facet for d in own if len(d.entries) == 1 for e in d.entries}
        entry = _best(draft, sure, facets, vocabulary)
        others = tuple(e.concept.iri for e in draft.entries if e is not entry)
        form = draft.form or _corrected(entry)
        found.append(
            Mention(draft.text, entry.concept.iri, entry.concept.facet, form, entry.word.kind, draft.negated, draft.group, others)
        )
    return Reading(
        text, _absorbed(found, vocabulary), tuple(notes.bounds), tuple(dict.fromkeys(notes.names)),
        tuple(dict.fromkeys(notes.besides)), tuple(dict.fromkeys(notes.unread)), asides=tuple(dict.fromkeys(notes.asides)),
    )  # fmt: skip


def _best(draft: Draft, sure: tuple[tuple[str, str], ...], facets: set[str], vocabulary: Vocabulary) -> Entry:
    """Of several meanings one that is at home among the other mentions; then one of an open facet; then the company that it keeps."""
    if len(draft.entries) == 1:
        return draft.entries[0]
    order = ["modality", "condition", "anatomy", "task"]
    company = {e.concept.iri: vocabulary.together(e.concept.facet, e.concept.iri, sure) if sure else 0 for e in draft.entries}
    most = max(company.values())

    def rank(entry: Entry) -> tuple[bool, bool, int, int, int]:
        facet, shared = entry.concept.facet, company[entry.concept.iri]
        place = order.index(facet) if facet in order else len(order)
        return (shared < _AT_HOME * most, facet in facets, place, list(WordKind).index(entry.word.kind), -shared)

    return min(draft.entries, key=rank)


def _absorbed(found: list[Mention], vocabulary: Vocabulary) -> tuple[Mention, ...]:
    """A general term beside a more specific mention of its facet demands nothing of its own."""
    telling = {m.facet for m in found if m.concept not in vocabulary.general and not m.negated}
    return tuple(
        replace(m, absorbed=True) if m.concept in vocabulary.general and m.facet in telling and not m.negated else m
        for m in found
    )


def _corrected(entry: Entry) -> str:
    """The right spelling of a known misspelling: the concept's own word that is nearest to it."""
    if entry.word.kind is not WordKind.MISSPELLING:
        return ""
    right = (fold(w.text) for w in entry.concept.words if w.kind.shown)
    return max(right, key=lambda word: fuzz.ratio(word, fold(entry.word.text)), default="")
