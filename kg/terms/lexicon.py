"""The lexicon: every written form of every concept, and what a form may mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from kg.model import Concept, Word, WordKind
from kg.terms.text import fold

__all__ = ["Entry", "Lexicon"]

_RANK: Final = {kind: rank for rank, kind in enumerate(WordKind)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a written form."""

    concept: Concept
    word: Word


class Lexicon:
    """An index from folded text to the concepts that it may name.

    Attributes:
        concepts: The concepts by IRI.
        longest: Length in words of the longest form, for longest-match reading.
    """

    def __init__(self, concepts: Mapping[str, Concept]) -> None:
        self.concepts = dict(concepts)
        index: dict[str, dict[str, Entry]] = {}
        for concept in self.concepts.values():
            for word in concept.words:
                meanings = index.setdefault(fold(word.text), {})
                known = meanings.get(concept.iri)
                if known is None or _RANK[word.kind] < _RANK[known.word.kind]:
                    meanings[concept.iri] = Entry(concept, word)
        index.pop("", None)
        self._index = {
            form: tuple(sorted(meanings.values(), key=lambda e: (_RANK[e.word.kind], e.concept.iri)))
            for form, meanings in index.items()
        }
        self.longest = max((len(form.split()) for form in self._index), default=0)

    def __len__(self) -> int:
        return len(self._index)

    def forms(self) -> Iterable[str]:
        """Every folded form."""
        return self._index.keys()

    def meanings(self, text: str, *, facet: str | None = None) -> tuple[Entry, ...]:
        """What a text may name, the most trusted form first; only concepts of ``facet`` when one is given."""
        entries = self._index.get(fold(text), ())
        return tuple(e for e in entries if facet is None or e.concept.facet == facet)

    def nearest(self, text: str, *, facet: str | None = None, limit: int = 5) -> tuple[str, ...]:
        """Labels of the concepts whose forms are nearest to a text that names none, nearest first."""
        forms = [f for f, es in self._index.items() if facet is None or any(e.concept.facet == facet for e in es)]
        hits = process.extract(fold(text), forms, scorer=fuzz.WRatio, limit=limit * 4, score_cutoff=60)
        ranked = sorted(hits, key=lambda hit: (-hit[1], len(hit[0]), hit[0]))
        labels = (e.concept.label for form, _, _ in ranked for e in self.meanings(form, facet=facet)[:1])
        return tuple(dict.fromkeys(labels))[:limit]
