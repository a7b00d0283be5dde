"""Values of a question, checked: what is wrong is named by its path."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from kg.errors import ProfileError

__all__ = ["flag", "known_keys", "number", "one_of", "texts", "whole"]


def known_keys(path: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    """Check that an object has no key but the known ones.

    Raises:
        ProfileError: It has one; the nearest known key is named.
    """
    for key in sorted(set(map(str, given)) - set(known)):
        near = get_close_matches(key, known, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise ProfileError(f"{path}.{key}", f"unknown; known are {', '.join(known)}{meant}")


def texts(field: str, value: Any) -> list[str]:
    """One text or a list of texts, none of them empty."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise ProfileError(field, "give a text or a list of texts")
    return values


def whole(field: str, value: Any, *, least: int = 0) -> int:
    """A whole number that is not below ``least``."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ProfileError(
            field, "give a whole number that is not negative" if not least else f"give a whole number from {least} on"
        )
    return value


def number(field: str, value: Any) -> float:
    """A number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0 or value == float("inf"):
        raise ProfileError(field, "give a number above 0")
    return float(value)


def flag(field: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ProfileError(field, "give true or false")
    return value


def one_of(field: str, value: Any, known: Iterable[str]) -> str:
    """One of the known texts."""
    options = tuple(known)
    if value not in options:
        raise ProfileError(field, f"give one of {', '.join(options)}")
    return str(value)
