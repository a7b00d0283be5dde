"""The root of the tree, and what several branches share."""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from collections.abc import Iterable
from typing import Final

__all__ = [
    "Because",
    "KGError",
    "Unknown",
    "listed",
]

_SHOWN: Final = 5  # suggestions or expectations worth reading out in a sentence


def listed(words: Iterable[str]) -> str:
    """The first of some words, to be read out in a sentence."""
    return ", ".join(list(words)[:_SHOWN])


class KGError(Exception):
    """The root: catch it to catch all of ours and nothing else."""

    remedy: str = ""


class Unknown(KGError):
    """A text that should name something and does not."""

    kind = "thing"

    def __init__(self, text: str, suggestions: Iterable[str] = ()) -> None:
        self.text = text
        self.suggestions = tuple(suggestions)
        super().__init__(text, self.suggestions)

    def __str__(self) -> str:
        hint = f" Did you mean {listed(self.suggestions)}?" if self.suggestions else ""
        return f"No {self.kind} is called {self.text!r}.{hint}"


class Because(KGError):
    """An error that one reason explains."""

    lead = "Something failed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"{self.lead}: {self.reason}."
