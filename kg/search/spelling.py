"""Spelling: the word of the lexicon that a misspelt word stands for. Short words and known words never drift."""

import re
from collections.abc import Iterable
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.terms.text import fold

__all__ = ["Speller"]

_SHORTEST: Final = 5
_LONG: Final = 8
_WORDS: Final = re.compile(r"[^\W\d_]{3,}")


class Speller:
    """Corrects words against the words of the lexicon.

    Args:
        forms: Folded forms of the lexicon; their words are what a misspelling may stand for.
        prose: Texts in plain language (definitions): their words are ordinary, and so no misspellings.
        names: Names and what is told of them: their words are known, and so no misspellings either.
    """

    def __init__(self, forms: Iterable[str], prose: Iterable[str], names: Iterable[str] = ()) -> None:
        words = {w for form in forms for w in form.split() if w.isalpha() and w.isascii() and len(w) >= _SHORTEST}
        self._ordinary = words | {fold(w) for text in prose for w in _WORDS.findall(text)}
        self._known = self._ordinary | {fold(w) for text in names for w in _WORDS.findall(text)}
        shelves: dict[tuple[str, int], list[str]] = {}
        for word in sorted(words):
            shelves.setdefault((word[0], len(word)), []).append(word)
        self._shelves = shelves

    def knows(self, word: str) -> bool:
        """Whether a word occurs in the lexicon or in known prose."""
        return fold(word) in self._known

    def ordinary(self, word: str) -> bool:
        """Whether a word is one of the language and of the field, and not only part of a name."""
        return fold(word) in self._ordinary

    def right(self, word: str) -> str | None:
        """The word that a misspelt one stands for: one slip apart, two in long words, with the same first letter."""
        key = fold(word)
        if len(key) < _SHORTEST or not key.isalpha() or not key.isascii() or key in self._known:
            return None
        slips = 1 if len(key) < _LONG else 2
        near = [w for size in range(len(key) - slips, len(key) + slips + 1) for w in self._shelves.get((key[0], size), ())]
        if len(key) == _SHORTEST:  # one letter for another makes too many short words out of too many others
            near = [w for w in near if len(w) != len(key) or sorted(w) == sorted(key)]
        found = process.extractOne(key, near, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else None
