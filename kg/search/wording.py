"""The words of asking: what names nothing, what negates, what offers an alternative."""

from functools import cache
from pathlib import Path
from typing import Final

from kg.terms.text import fold

__all__ = ["ALTERNATIVES", "CONTINUED", "NEGATIONS", "asks"]

NEGATIONS: Final = frozenset(
    (
        "not", "without", "except", "excluding", "exclude", "no", "minus", "non", "nor", "never", "besides", "avoid", "lacking",
        "ohne", "nicht", "kein", "keine", "keinen", "ausser", "sans", "pas", "sauf", "sin", "excepto", "salvo",
        "不", "非", "无", "没有", "不是", "除了", "不含", "除外",
    )
)  # fmt: skip
"""Words after which the next mention is not wanted."""

CONTINUED: Final = frozenset(("and", "nor", "und", "et", "y", "e", "和", "及", "与"))
"""Words that carry what was said before on to the next mention: neither of "without X and Y" is wanted."""

ALTERNATIVES: Final = frozenset(("or", "/", "oder", "ou", "o", "either", "或", "或者"))
"""Words between mentions of which either will do."""


@cache
def _asking() -> frozenset[str]:
    text = Path(__file__).with_name("asking.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(fold(word) for line in lines for word in line.split())


def asks(word: str) -> bool:
    """Whether a word only asks: it is passed over, unless it is written as a code (ALL, US, IT)."""
    key = fold(word)
    return key in _asking() and not (word.isupper() and len(key) > 1 and word.isascii())
