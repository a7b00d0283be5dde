"""Content negotiation, pure: what the client accepts and what there is → what to send (RFC 9110 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

__all__ = ["DOCUMENTS", "GRAPHS", "SUFFIXES", "TABLES", "best"]

TABLES: Final = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
"""Formats of SELECT and ASK, the default first."""
GRAPHS: Final = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
"""Formats of CONSTRUCT and DESCRIBE, the default first."""
DOCUMENTS: Final = ("text/html", *GRAPHS)
"""Formats of a document about a thing, the default first."""
SUFFIXES: Final = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
_USUAL: Final = 500  # characters of a header beyond which nothing is kept of it
_ALIASES: Final = {
    "application/json": ("application/sparql-results+json", "application/ld+json"),
    "application/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "text/xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "application/xhtml+xml": ("text/html",),
}


def best(accept: str | None, offered: Sequence[str]) -> str | None:
    """The format to send: the client's most wanted of those offered, our first on a tie; None when none is acceptable.

    Args:
        accept: The Accept header; absent or empty accepts anything.
        offered: Media types that there are, our favourite first.
    """
    if not accept or not accept.strip():
        return offered[0]
    there = tuple(offered)
    return _most_wanted(accept, there) if len(accept) <= _USUAL else _most_wanted.__wrapped__(accept, there)


@lru_cache(maxsize=256)  # a client says the same with each request
def _most_wanted(accept: str, offered: tuple[str, ...]) -> str | None:
    widened: list[tuple[str, float]] = []
    for kind, quality in parse_accept_header(accept, MIMEAccept):
        plain = kind.partition(";")[0].strip().lower()
        # A parameter that no offer has (charset, an unknown profile) narrows nothing that could be sent.
        known = MIMEAccept([(kind, 1)]).best_match(list(offered)) is not None
        # An alias stands in for a type that there is not; where there is that very type, it is meant.
        aliases = () if known else _ALIASES.get(plain, (plain,))
        widened += [(target, quality) for target in (kind, *aliases)]
    return MIMEAccept(widened).best_match(list(offered))
