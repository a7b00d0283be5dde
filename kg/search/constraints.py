"""Constraints in a text: years, sizes, labels. What is found is taken out of the text; the rest is read for concepts."""

import re
from collections.abc import Callable
from typing import Final

from kg.knowledge import Bound

__all__ = ["bare_year", "read_bounds"]

_SCALE: Final = {"": 1, "k": 1_000, "m": 1_000_000, "thousand": 1_000, "million": 1_000_000}
_UNITS: Final = (  # looked at and left in the text: "500 children" is a number and a population
    r"(?=\s+(?:[a-z0-9-]+\s+){0,2}?(?P<u>images?|frames?|photos?|photographs?|radiographs?|x-?rays?|pictures?|volumes?|scans?|series|slides?|wsis?|"
    r"patients?|subjects?|people|persons?|individuals?|participants?|children|women|men|videos?|clips?|cases?|samples?|stud(?:y|ies)|exams?|"
    r"examinations?|classes|class|labels?|categories)(?!\w)|)"
)
_COUNTED: Final = "images|volumes|scans|series|slides|patients|subjects|videos|cases|samples|studies|exams|classes|labels"
_COUNTS: Final = {
    "image": "image frame photo photograph radiograph xray x-ray picture", "volume": "volume scan serie", "slide": "slide wsi",
    "patient": "patient subject people person individual participant children women men", "video": "video clip",
    "study": "study studie exam examination", "classes": "classe class label categorie",
}  # fmt: skip
_UNIT_OF: Final = {word: unit for unit, words in _COUNTS.items() for word in words.split()}
_NUMBER: Final = (
    r"(?P<n>(?:\d{1,3}(?:[,'\u2019 ]\d{3})+|\d+)(?:\.\d+)?)(?:\s?(?P<k>[kKmM]|thousand|million)(?!\w))?"
    # a length, a field strength, a file size or an age is no number of images
    r"(?!\s*-?(?:mm|cm|µm|um|nm|t\b|tesla|gb|mb|tb|%|years?|yrs?|yo\b|months?|weeks?|days?|hours?|min|sec|hz|fps|kv|mgy|\d|\.\d))"
)
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"

# The words of the comparisons, in four languages. "no more than" goes before "more than": what a rule has found is taken out.
_SINCE: Final = r"since|from|starting(?: in| from)?|seit|ab|depuis|desde|not? (?:before|earlier than|older than)"
_AT_LEAST: Final = (
    r">=|\u2265|至少|\b(?:at least|not? (?:fewer than|less than|under|smaller than)|minimum(?: of)?|mindestens|au moins|al menos)"
)
_AT_MOST: Final = (
    r"<=|\u2264|至多|\b(?:at most|not? (?:more than|over|larger than)|maximum(?: of)?|höchstens|au plus|como máximo)"
)
_OVER: Final = r">|超过|\b(?:more than|over|above|larger than|greater than|exceeding|mehr als|plus de|más de)"
_UNDER: Final = r"<|少于|\b(?:fewer than|less than|under|below|smaller than|weniger als|moins de|menos de)"


def _count(m: re.Match[str]) -> int:
    return round(float(re.sub(r"[,'\u2019 ]", "", m["n"])) * _SCALE[(m["k"] or "").lower()])


def _size(m: re.Match[str], least: int | None = None, most: int | None = None) -> Bound:
    unit = _UNIT_OF.get((m["u"] or "").lower(), "") or _UNIT_OF.get((m["u"] or "").lower().removesuffix("s"), "")
    if unit == "classes":
        return Bound("classes", least, most, f"{_said(m)} {m['u']}")
    return Bound("size", least, most, f"{_said(m)} {m['u'] or ''}".strip(), unit)


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
            rf"\b(?:(?:from|in|of) )?{_YEAR}\s*(?:\+(?!\s+(?:{_COUNTED})\b)|or (?:later|newer)|and (?:later|newer|after)|onwards?)",
            lambda m: Bound("year", least=_year(m), text=_said(m)),
        ),
        (
            rf"\b(?:(?:from|in|of) )?{_YEAR}\s*(?:or (?:earlier|older)|and (?:earlier|older|before))\b",
            lambda m: Bound("year", most=_year(m), text=_said(m)),
        ),
        (
            rf"\b(?:{_SINCE})\s+{_YEAR}(?:\s+on(?:wards?)?)?\b",
            lambda m: Bound("year", least=_year(m), text=_said(m)),
        ),
        (
            rf"\b(?:until|up to|not? (?:after|later than|newer than))\s+{_YEAR}\b",
            lambda m: Bound("year", most=_year(m), text=_said(m)),
        ),
        (rf"\b(?:after|later than|newer than)\s+{_YEAR}\b", lambda m: Bound("year", least=_year(m) + 1, text=_said(m))),
        (rf"\b(?:before|earlier than|older than)\s+{_YEAR}\b", lambda m: Bound("year", most=_year(m) - 1, text=_said(m))),
        (
            rf"\b(?:in|of|published in|released in|year)\s+{_YEAR}(?!\s*(?:-|\u2013|to|and|until)\s*\d)\b",
            lambda m: Bound("year", least=_year(m), most=_year(m), text=_said(m)),
        ),
        (rf"\b{_NUMBER}\s?\+{_UNITS}", lambda m: _size(m, least=_count(m))),
        (
            rf"(?:{_AT_LEAST})\s*{_NUMBER}{_UNITS}",
            lambda m: _size(m, least=_count(m)),
        ),
        (
            rf"(?:{_AT_MOST})\s*{_NUMBER}{_UNITS}",
            lambda m: _size(m, most=_count(m)),
        ),
        (
            rf"(?:{_OVER})\s*{_NUMBER}{_UNITS}",
            lambda m: _size(m, least=_count(m) + 1),
        ),
        (
            rf"(?:{_UNDER})\s*{_NUMBER}{_UNITS}",
            lambda m: _size(m, most=_count(m) - 1),
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


_BARE: Final = re.compile(r"(?:19[89]\d|20[0-3]\d)")


def bare_year(word: str) -> Bound | None:
    """A year that stands alone means that year."""
    return Bound("year", int(word), int(word), word) if _BARE.fullmatch(word) else None
