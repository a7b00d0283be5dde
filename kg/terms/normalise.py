"""Normalising a source's cell: from its text to readings, each with the reason why it was read so."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kg.model import UNDECIDED, Status
from kg.terms.lexicon import Entry, Lexicon
from kg.terms.text import a, atoms, fold, pieces, squeeze

__all__ = ["Reading", "normalise"]

_LIST: Final = frozenset(",;")


@dataclass(frozen=True, slots=True)
class Reading:
    """One atomic mention of a cell and the concept that it was read as (IRI), if any."""

    raw: str
    facet: str
    concept: str
    status: Status
    note: str = ""


def _choose(raw: str, entries: tuple[Entry, ...], facet: str) -> Reading:
    own = tuple(e for e in entries if e.concept.facet == facet)
    if len(own) == 1 or (own and own[0].word.kind.value == "label" and own[1].word.kind.value != "label"):
        return Reading(raw, facet, own[0].concept.iri, Status.READ)
    if own:
        return Reading(raw, "", "", Status.AMBIGUOUS, "may mean " + " or ".join(e.concept.label for e in own))
    first = entries[0].concept
    if first.facet == "unspecified":
        return Reading(raw, "", "", Status.VAGUE, first.label)
    others = {e.concept.iri for e in entries}
    if len(others) > 1 and len({e.concept.facet for e in entries}) == 1:
        return Reading(raw, "", "", Status.AMBIGUOUS, "may mean " + " or ".join(e.concept.label for e in entries))
    return Reading(raw, first.facet, first.iri, Status.OTHER_FACET, f"names {a(first.facet)}")


def _inside(text: str, lexicon: Lexicon, facet: str) -> Iterator[Reading]:
    """Longest forms inside a phrase that is none itself: ``Lung COVID-19`` names a condition and an organ."""
    words = text.split()
    at = 0
    unread: list[str] = []
    while at < len(words):
        for size in range(min(lexicon.longest, len(words) - at), 0, -1):
            part = " ".join(words[at : at + size])
            entries = lexicon.meanings(part)
            # A code of one or two letters inside a phrase is chance, not a mention.
            if entries and len(fold(part)) > 2:
                yield _choose(part, entries, facet)
                at += size
                break
        else:
            unread.append(words[at])
            at += 1
    if unread:
        yield Reading(" ".join(unread), "", "", Status.UNREAD)


def normalise(cell: str, facet: str, lexicon: Lexicon, decided: Mapping[str, tuple[str, ...]]) -> tuple[Reading, ...]:
    """Read a cell of a source into concepts.

    The whole cell is looked up first, then its pieces at list separators, then finer atoms, then the longest forms inside an atom.

    Args:
        cell: The text as the source wrote it.
        facet: The facet of the column, e.g. ``anatomy``.
        lexicon: The ontology's words.
        decided: A curator's decisions for this cell: folded mention → concept IRIs (none = the mention is wrong here;
            :data:`kg.model.UNDECIDED` alone = it cannot be known).
    """
    found: list[Reading] = []

    def take(text: str) -> bool:
        key = fold(text)
        if key in decided:
            if decided[key] == (UNDECIDED,):
                found.append(Reading(text, "", "", Status.AMBIGUOUS))
            elif decided[key]:
                found.extend(Reading(text, lexicon.concepts[iri].facet, iri, Status.OVERRIDDEN) for iri in decided[key])
            else:  # what it was read as stays beside it, so that the detectors of wrong cells can be measured
                read = (
                    _choose(text, lexicon.meanings(text), facet)
                    if lexicon.meanings(text)
                    else Reading(text, "", "", Status.UNREAD)
                )
                found.append(Reading(text, read.facet if read.concept else "", read.concept, Status.REJECTED))
            return True
        if not key:  # a dash or a dot: the source left the cell open
            found.append(Reading(text, "", "", Status.VAGUE, "not stated"))
            return True
        entries = lexicon.meanings(text)
        if _LIST & set(text):  # "PET, CT" lists two things; only a word that is written with a comma itself may claim the whole
            entries = tuple(e for e in entries if _LIST & set(e.word.text))
        if entries:
            found.append(_choose(text, entries, facet))
        return bool(entries)

    text = squeeze(cell)
    if text and not take(text):
        for piece in pieces(text):
            if take(piece):
                continue
            for atom in atoms(piece):
                if not take(atom):
                    found.extend(_inside(atom, lexicon, facet))
    return tuple(dict.fromkeys(found))
