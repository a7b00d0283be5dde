"""A text as words: identifiers whole, Chinese apart from Latin, compounds with a stroke split, nothing that could be syntax."""

import re
import unicodedata
from typing import Final

from kg.terms.text import fold, squeeze

__all__ = ["BAR", "clean", "is_han", "tokens"]

BAR: Final = "|"
"""Stands where a constraint was taken out; no mention is read across it."""

_IDENTIFIER: Final = re.compile(r"https?://[^\s,;<>\"]+|\b[A-Za-z][A-Za-z0-9.]{1,15}:[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*")
_SPOKEN: Final = re.compile(
    r"\b(?P<prefix>SNOMED(?:[\s-]?CT)?|SCTID|SCT|RadLex|MeSH|UBERON|MONDO|NCIT|FMA|DOID|UMLS)"
    r"[\s_#:]+(?:ID[\s:]+)?(?P<id>[A-Z]{0,3}\d{4,})\b",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"\b(?:RID|rid)(?P<id>\d{2,6})\b")
_PREFIX: Final = {"snomed ct": "SNOMEDCT", "snomed": "SNOMEDCT", "snomedct": "SNOMEDCT", "sctid": "SNOMEDCT", "sct": "SNOMEDCT"}
_WORD: Final = re.compile(r"[^\s,;()\[\]{}<>?!\"\u201c\u201d\u3001\u3002\uff0c\uff1b\uff1f\uff01\uff08\uff09=*^`~\\]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


_SAID_OTHERWISE: Final = re.compile(
    r"\b(?:other than|apart from|aside from|rather than|anything but|but not|but no|leaving out|excluding all|instead of)\b",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text without control characters, its white space collapsed."""
    return squeeze("".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text))


def is_han(text: str) -> bool:
    """Whether a text is Chinese."""
    return bool(_HAN.fullmatch(text))


def _curie(match: re.Match[str]) -> str:
    prefix = re.sub(r"[\s-]+", " ", match["prefix"]).casefold()
    return f"{_PREFIX.get(prefix, match['prefix'].upper())}:{match['id']}"


def tokens(text: str) -> list[str]:
    """The words of a cleaned text, in order."""
    text = _SPOKEN.sub(_curie, _SAID_OTHERWISE.sub(" except ", text))
    text = _BARE.sub(lambda m: m[0] if text[max(m.start() - 1, 0)] in ":/" else f"RADLEX:RID{m['id']}", text)
    found: list[str] = []
    at = 0
    for match in _IDENTIFIER.finditer(text):
        found += _words(text[at : match.start()])
        found.append(match[0].rstrip(".:"))
        at = match.end()
    return found + _words(text[at:])


def _words(text: str) -> list[str]:
    text = re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_]{2,})", " / ", text)
    text = _HAN.sub(lambda m: f" {m[0]} ", text)
    return [w.strip(".:'\u2019") or w for w in _WORD.findall(text) if w == BAR or fold(w) or w in {"/", "或"}]
