"""Constraints in a text: years, sizes, labels. What is found is taken out of the text; the rest is read for concepts."""

import re
from collections.abc import Callable
from typing import Final

from kg.knowledge import Bound

__all__ = ["read_bounds"]

_SCALE: Final = {"": 1, "k": 1_000, "m": 1_000_000}
_UNITS: Final = (
    r"(?:\s+(?:images?|volumes?|scans?|slides?|patients?|subjects?|cases?|videos?|samples?|studies|frames?|people|exams?))?"
)
_NUMBER: Final = r"(?P<n>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?:\s?(?P<k>[kKmM])(?!\w))?"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"


def _count(m: re.Match[str]) -> int:
    return round(float(m["n"].replace(",", "")) * _SCALE[(m["k"] or "").lower()])


def _year(m: re.Match[str]) -> int:
    return int(m["y"])


def _said(m: re.Match[str]) -> str:
    return m[0].strip()


_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Bound]], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (
            rf"\b(?:between\s+|from\s+)?{_YEAR}\s*(?:-|\u2013|to|and|until)\s*(?P<z>(?:19|20)\d\d)\b",
            lambda m: Bound("year", least=_year(m), most=int(m["z"]), text=_said(m)),
        ),
        (
            rf"\b(?:since|from|not? (?:before|earlier than|older than))\s+{_YEAR}(?:\s+on(?:wards?)?)?\b",
            lambda m: Bound("year", least=_year(m), text=_said(m)),
        ),
        (
            rf"\b(?:until|up to|not? (?:after|later than|newer than))\s+{_YEAR}\b",
            lambda m: Bound("year", most=_year(m), text=_said(m)),
        ),
        (rf"\b(?:after|later than|newer than)\s+{_YEAR}\b", lambda m: Bound("year", least=_year(m) + 1, text=_said(m))),
        (rf"\b(?:before|earlier than|older than)\s+{_YEAR}\b", lambda m: Bound("year", most=_year(m) - 1, text=_said(m))),
        # "no more than" goes before "more than": what a rule has found is taken out of the text.
        (
            rf"(?:>=|\u2265|\bat least|\bnot? (?:fewer than|less than|under|smaller than)|\bminimum(?: of)?)\s*{_NUMBER}{_UNITS}",
            lambda m: Bound("size", least=_count(m), text=_said(m)),
        ),
        (
            rf"(?:<=|\u2264|\bat most|\bnot? (?:more than|over|larger than))\s*{_NUMBER}{_UNITS}",
            lambda m: Bound("size", most=_count(m), text=_said(m)),
        ),
        (
            rf"(?:>|\bmore than|\bover|\blarger than)\s*{_NUMBER}{_UNITS}",
            lambda m: Bound("size", least=_count(m) + 1, text=_said(m)),
        ),
        (
            rf"(?:<|\bfewer than|\bless than|\bunder|\bsmaller than)\s*{_NUMBER}{_UNITS}",
            lambda m: Bound("size", most=_count(m) - 1, text=_said(m)),
        ),
        (
            r"\b(?:(?:un-?|not |non[ -])(?:labell?ed|annotated)|(?:without|no) (?:labels|annotations|ground truth))\b",
            lambda m: Bound("labelled", least=0, text=_said(m)),
        ),
        (
            r"\b(?:labell?ed|annotated|with (?:labels|annotations|ground truth))\b",
            lambda m: Bound("labelled", least=1, text=_said(m)),
        ),
    )
)


def read_bounds(text: str) -> tuple[str, tuple[Bound, ...]]:
    """Take the constraints out of a text.

    Returns:
        The text with a ``|`` in the place of each constraint (so that no mention is read across it), and the constraints.
    """
    found: list[Bound] = []
    for pattern, make in _RULES:
        for m in pattern.finditer(text):
            found.append(make(m))
        text = pattern.sub(" | ", text)
    return text, tuple(found)
