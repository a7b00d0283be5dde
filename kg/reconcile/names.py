"""How alike two names are, with what a plain edit distance does not know: a number or a prefix may turn a name into another."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kg.terms.text import fold

__all__ = ["UNLIKE", "Forms", "bare", "closed_up", "covered", "parted", "unlike"]

T = TypeVar("T")

UNLIKE: Final = 55.0
"""The most that two names can be alike that differ in a number or in opposite prefixes."""

_SHORTEST: Final = 4
_CLOSE: Final = 85.0  # of 100: what a short form must reach
_NEAR: Final = 72.0
_LONG: Final = 7
_SAME_WORD: Final = 75.0
_SAME_LETTERS: Final = 95.0
_CLOSED_UP: Final = 100.0  # written together or apart: "Tspine", "ultra sound"
_SWAPPED: Final = 93.0  # two neighbouring letters changed places
_KEPT: Final = 40
_OPPOSED: Final = (
    ("hyper", "hypo"), ("intra", "extra"), ("intra", "inter"), ("pre", "post"), ("ante", "retro"), ("antero", "postero"),
    ("anterior", "posterior"), ("left", "right"), ("superior", "inferior"), ("supra", "infra"), ("benign", "malignant"),
    ("upper", "lower"), ("endo", "exo"), ("macro", "micro"), ("brady", "tachy"), ("male", "female"), ("in", "ex"),
    ("medial", "lateral"), ("proximal", "distal"), ("adult", "paediatric"), ("acute", "chronic"), ("osteo", "arthro"),
)  # fmt: skip
_BOUNDS: Final = re.compile(r"[,;()\[\]|]")
_JOINTS: Final = re.compile(r"[/+&]")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_SPLIT_DIGITS: Final = re.compile(r"\d+")
_EMPTY: Final = frozenset(
    (
        "of",
        "the",
        "with",
        "and",
        "or",
        "in",
        "on",
        "for",
        "from",
        "by",
        "a",
        "an",
        "to",
        "at",
        "de",
        "der",
        "die",
        "image",
        "imaging",
        "scan",
        "picture",
        "data",
        "study",
        "exam",
        "examination",
    )
)
_GENERIC: Final = frozenset(
    (
        "a",
        "an",
        "the",
        "dataset",
        "data",
        "set",
        "database",
        "collection",
        "challenge",
        "cohort",
        "benchmark",
        "corpus",
        "archive",
        "release",
        "version",
        "public",
        "open",
    )
)


def unlike(one: str, other: str) -> bool:
    """Whether two folded names that look alike name different things: ``type 1`` and ``type 2``, ``hypo-`` and ``hyper-``.

    A name without any number is not unlike one with a number: it may be the shorter form.
    """
    digits, others = _numbers(one), _numbers(other)
    if digits and others and digits != others:
        return True
    words, rest = set(one.split()), set(other.split())
    return any(_turned(w, r) for w in words - rest for r in rest - words)


def _numbers(name: str) -> frozenset[str]:
    return frozenset(_SPLIT_DIGITS.findall(name)) | {_ROMAN[w] for w in name.split()[1:] if w in _ROMAN}


def _turned(one: str, other: str) -> bool:
    for first, second in _OPPOSED:
        for a, b in ((first, second), (second, first)):
            if one.startswith(a) and other.startswith(b) and one.removeprefix(a) == other.removeprefix(b):
                return True
    return False


class Forms:
    """Folded forms, to find those that are written nearly like a text."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._forms = tuple(forms)
        self._shuffled: dict[str, list[str]] = {}
        self._closed: dict[str, list[str]] = {}
        for form in self._forms:
            self._shuffled.setdefault(_letters(form), []).append(form)
            self._closed.setdefault(form.replace(" ", ""), []).append(form)

    def similar(self, text: str) -> Iterator[tuple[str, float]]:
        """The forms that are written nearly like a folded text, with how alike they are (0 to 100).

        Short texts must agree almost wholly: too many short words are one letter apart.
        """
        if len(text) < _SHORTEST:
            return
        least = _CLOSE if len(text) < _LONG else _NEAR
        found = {form: _SWAPPED for form in self._shuffled.get(_letters(text), ()) if OSA.distance(text, form) == 1}
        found |= dict.fromkeys(self._closed.get(text.replace(" ", ""), ()), _CLOSED_UP)
        for scorer, worth in ((fuzz.ratio, 1.0), (fuzz.token_sort_ratio, 0.97)):
            for form, score, _ in process.extract(text, self._forms, scorer=scorer, limit=_KEPT, score_cutoff=least):
                found[form] = max(found.get(form, 0.0), score * worth)
        for form, score in found.items():
            if len(form) >= _SHORTEST and score >= least:
                worth = score * (0.5 + 0.5 * _agreement(text, form))
                yield form, min(worth, UNLIKE) if unlike(text, form) else worth


def _letters(text: str) -> str:
    return "".join(sorted(text))


def _agreement(text: str, form: str) -> float:
    """Which share of the letters of two texts stands in words that the other has too, slips of spelling aside (0 to 1).

    "chest CT scan" and "chest cancer" share letters; a word that became another word is no slip.
    """
    if fuzz.ratio(text.replace(" ", ""), form.replace(" ", "")) >= _SAME_LETTERS or _letters(text) == _letters(form):
        return 1.0
    return min(_found(text.split(), form.split()), _found(form.split(), text.split()))


def _near_one(word: str, among: Sequence[str]) -> bool:
    return process.extractOne(word, among, scorer=fuzz.ratio, score_cutoff=_SAME_WORD) is not None


def _found(words: Sequence[str], among: Sequence[str]) -> float:
    own = sum(len(w) for w in words if w in among or (len(w) >= _SHORTEST and _near_one(w, among)))
    return own / max(sum(map(len, words)), 1)


def parted(text: str, longest: int, look: Callable[[str], Sequence[T]]) -> Iterator[tuple[str, Sequence[T]]]:
    """The longest parts of a text that name something, from left to right, with what they name."""
    for segment in _BOUNDS.split(text):
        words = segment.split()
        at = 0
        while at < len(words):
            for size in range(min(longest, len(words) - at), 0, -1):
                part = " ".join(words[at : at + size])
                # A code of one or two letters inside a phrase is chance, unless it is written as a code.
                found = look(part) if len(fold(part)) > 2 or part.isupper() else ()
                if found:
                    yield part, found
                    at += size
                    break
            else:
                pieces = _JOINTS.split(words[at])
                if len(pieces) > 1:  # "CT/MRI" is no name itself, as "PET/CT" is
                    yield from parted(" , ".join(pieces), longest, look)
                at += 1


def covered(part: str, text: str) -> float:
    """Which share of the telling words of a text a part of it makes up (0 to 1), by letters."""
    telling = [w for w in fold(text).split() if w not in _EMPTY]
    total = sum(map(len, telling))
    own = sum(len(w) for w in fold(part).split() if w not in _EMPTY)
    return min(own / total, 1.0) if total else 0.0


def bare(text: str) -> str:
    """A name without the words that any dataset's name may have: ``the LIDC-IDRI dataset`` is ``LIDC-IDRI``."""
    return " ".join(w for w in text.split() if fold(w) not in _GENERIC)


def closed_up(text: str) -> str:
    """A name by its letters and digits alone: ``CAMELYON 16`` and ``Camelyon-16`` are one."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())
