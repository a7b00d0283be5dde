"""Concepts by a text: identifiers, exact forms, forms inside the text, slips of spelling, forms that look alike."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from kg.knowledge import Knowledge
from kg.model import Concept, WordKind
from kg.reconcile.entities import entities_of
from kg.reconcile.hits import PART, TRUST, Hit
from kg.reconcile.names import Forms, covered, parted
from kg.reconcile.types import facets_of
from kg.search.reader import read
from kg.terms.lexicon import Entry
from kg.terms.text import fold, squeeze

__all__ = ["Concepts", "concepts_of"]

_IDENTIFIED: Final = 100.0
_CODED: Final = 90.0  # a bare number may be anything
_LIKE: Final = 0.91  # worth of looking alike: less than any form that is the same
_WHOLE: Final = 90.0
_READ: Final = 70.0  # read out of the text by what search knows of compounds, scripts and slips
_KINDS: Final = list(WordKind)
_LIST: Final = frozenset(",;")


class Concepts:
    """The concepts of a :class:`Knowledge` by what people call them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._lexicon = knowledge.lexicon
        self._longest = min(knowledge.lexicon.longest, 9)
        self._forms = lru_cache(maxsize=64)(self._forms_of)

    def _forms_of(self, facets: frozenset[str]) -> Forms:
        meanings = ((form, self._lexicon.meanings(form)) for form in self._lexicon.forms())
        return Forms([form for form, entries in meanings if any(e.concept.facet in facets for e in entries)])

    def hits(self, text: str, types: tuple[str, ...]) -> list[Hit]:
        """Every way in which a text leads to concepts of some types."""
        facets = facets_of(types)
        found = [Hit(c.iri, _IDENTIFIED, text, exact=True, identifier=True) for c in self._identified(text, facets)]
        if found:
            return found
        found = [self._exact(text, entry) for entry in self._meanings(text, facets)]
        found += [
            Hit(c.iri, _CODED, text, identifier=True) for c in entities_of(self._knowledge).coded(text) if c.facet in facets
        ]
        if found or self._says_nothing(text):
            return found + (list(self._alike(text, facets)) if found else [])
        return [*self._inside(text, facets), *self._read(text, facets), *self._alike(text, facets)]

    def _identified(self, text: str, facets: frozenset[str]) -> Iterator[Concept]:
        for entity in entities_of(self._knowledge).identified(text):
            if isinstance(entity, Concept) and entity.facet in facets:
                yield entity

    def _meanings(self, text: str, facets: Iterable[str]) -> tuple[Entry, ...]:
        entries = self._lexicon.meanings(text)
        if _LIST & set(text):  # "PET, CT" lists two things; only a word that is written with a comma itself may claim the whole
            entries = tuple(e for e in entries if _LIST & set(e.word.text))
        return tuple(e for e in entries if e.concept.facet in facets)

    def _says_nothing(self, text: str) -> bool:
        """Whether a text is a word such as ``various`` or ``n/a``, which names nothing definite."""
        entries = self._lexicon.meanings(text)
        return bool(entries) and all(e.concept.facet == "unspecified" for e in entries)

    @staticmethod
    def _exact(text: str, entry: Entry) -> Hit:
        rank = _KINDS.index(entry.word.kind)
        written = squeeze(text).casefold() == entry.word.text.casefold()
        score = TRUST[entry.word.kind] - (0.0 if written else 0.5)
        return Hit(entry.concept.iri, score, entry.word.text, exact=True, rank=rank)

    def _inside(self, text: str, facets: frozenset[str]) -> Iterator[Hit]:
        """Forms inside the text. Those of other facets are stepped over, so that ``lung`` in ``lung cancer`` is no organ asked for.

        What the text says of a concept above one of them, it says of that one too: ``T1w MRI`` is T1-weighted MRI, and not MRI. The
        share of the text that a form makes up is taken of what is no other facet's: ``chest CT`` says CT wholly, of modalities.
        """
        least, more = PART

        def look(part: str) -> tuple[Entry, ...]:
            return tuple(e for e in self._lexicon.meanings(part) if e.concept.facet != "unspecified")

        parts = list(parted(text, self._longest, look))
        found = [(part, e) for part, entries in parts for e in entries if e.concept.facet in facets]
        aside = sum(covered(part, text) for part, entries in parts if not any(e.concept.facet in facets for e in entries))
        for part, entry in found:
            iri = entry.concept.iri
            said = {p for p, e in found if self._knowledge.taxonomy.is_a(iri, e.concept.iri)} | {part}
            share = min(sum(covered(p, text) for p in said) / max(1 - aside, 0.01), 1.0)
            yield Hit(iri, (least + more * share) * TRUST[entry.word.kind] / 100, entry.word.text, coverage=share)

    def _read(self, text: str, facets: frozenset[str]) -> Iterator[Hit]:
        mentions = [m for m in read(text, self._knowledge).mentions if not (m.negated or m.absorbed) and m.facet in facets]
        for mention in mentions:
            if _LIST & set(text) and mention.text.casefold() not in text.casefold():
                continue  # its words stand on both sides of a comma
            share = covered(mention.text, text)
            alone = len(mentions) == 1
            score = _WHOLE if alone and share == 1.0 else _READ + 10 * share if alone else _READ - 20 + 10 * share
            if mention.form:  # a corrected spelling is worth what the two look alike
                score = min(score, fuzz.ratio(fold(mention.text), fold(mention.form)) * _LIKE)
            yield Hit(mention.concept, score, mention.form or mention.text, coverage=share)

    def _alike(self, text: str, facets: frozenset[str]) -> Iterator[Hit]:
        key = fold(text)
        for form, score in self._forms(facets).similar(key):
            listed = bool(_LIST & set(text)) and form.replace(" ", "") == key.replace(" ", "")
            if form == key or listed:  # of its meanings all are exact, or the text is a list and means none of them
                continue
            for entry in self._meanings(form, facets):
                yield Hit(entry.concept.iri, score * _LIKE * TRUST[entry.word.kind] / 100, entry.word.text)


def concepts_of(knowledge: Knowledge) -> Concepts:
    """The concepts of a knowledge, indexed once."""
    return knowledge.kept(Concepts)
