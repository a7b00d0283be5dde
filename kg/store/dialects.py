"""What servers do differently where the standard leaves room or is not kept. Each line was measured or is marked otherwise.

A server is recognised by what it says of itself in its first answer; until then it is asked as any other would be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["DIALECTS", "GENERIC", "OXIGRAPH", "VIRTUOSO", "Dialect", "recognised"]

_JSON: Final = "application/sparql-results+json"
_XML: Final = "application/sparql-results+xml"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of server is asked.

    Attributes:
        name: What it is called in settings and in the documentation.
        tables: Media types to ask for when a table or a truth value is wanted, the best first.
        per_second: What its parameter ``timeout`` counts in a second: 1 for seconds, 1000 for milliseconds, 0 where it has none.
        fetches: Whether FROM may make it load a graph from the network; then only graphs that are known to be there may be named.
        merges: Whether it adds a request's graphs to those of FROM, where the protocol says that they replace them.
    """

    name: str
    tables: tuple[str, ...] = (_JSON, _XML)
    per_second: int = 1
    fetches: bool = True
    merges: bool = False

    def timeout(self, seconds: float) -> str | None:
        """The value of the parameter ``timeout`` for a deadline; None where the server has no such parameter."""
        return str(max(1, round(seconds * self.per_second))) if self.per_second else None


GENERIC: Final = Dialect("generic")
OXIGRAPH: Final = Dialect("oxigraph", per_second=0, fetches=False)
# Its JSON is written seven times slower than its XML (measured on 97,121 rows), and writes true as 1.
VIRTUOSO: Final = Dialect("virtuoso", tables=(_XML, _JSON), per_second=1000, fetches=False, merges=True)
DIALECTS: Final[Mapping[str, Dialect]] = {d.name: d for d in (GENERIC, OXIGRAPH, VIRTUOSO)}


def recognised(server: str | None, echo: str | None) -> Dialect:
    """The dialect of a server, from its first answer.

    A proxy may have taken the name away, so Virtuoso is known by a header of its own too: it repeats the graphs that it was given.

    Args:
        server: The header ``Server``.
        echo: The header ``X-SPARQL-default-graph``.
    """
    name = (server or "").casefold()
    if "virtuoso" in name or echo:
        return VIRTUOSO
    return OXIGRAPH if "oxigraph" in name else GENERIC
