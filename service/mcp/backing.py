"""What the tools ask. The application and the stdio server each hand over their own."""

from collections.abc import Callable
from dataclasses import dataclass

from kg.opened import OpenRelease

__all__ = ["Backing"]


@dataclass(frozen=True, slots=True)
class Backing:
    """What the tools ask.

    Attributes:
        release: The release in service now; called anew for each question, so that a newer one is taken up.
        sparql: Runs a query in a process that is killed at its deadline: the text, the format of the result, and seconds.
    """

    release: Callable[[], OpenRelease]
    sparql: Callable[[str, str, float], bytes]
