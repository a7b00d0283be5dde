r"""What must not reach an engine: no engine here can switch federation off, so SERVICE is refused from the text.

A blocklist over text is only as good as its reading of the text. Three rules keep it on the safe side:

1. Engines without a scanner accept a keyword glued to its neighbours (`1e5SERVICE<u>`, `trueSERVICE:a{`, `SERVICESILENT<u>`).
   Hence a bare word that *contains* SERVICE is refused: no other word of the language does.
2. `<` opens an IRI or compares, and the wrong reading swallows or opens a string or a comment (`?a<'>'`, `?a<?b#>`). Where
   both readings are possible and the text speaks of a service at all, the query is refused.
3. Some engines decode `\uXXXX` before they read. A text with such escapes is judged twice, as it is and decoded.

This is the first wall. The second is a worker process that may open no socket (`service.sparql_pool`).
"""

import re
from collections.abc import Collection

from kg.errors import QueryRefused
from kg.store.tokens import Token, tokens

__all__ = ["MAX_QUERY", "check", "names_graphs"]

MAX_QUERY = 200_000  # characters; the longest query that people wrote by hand is far below it

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LAST_CODEPOINT = 0x10FFFF


def check(query: str, *, graphs: Collection[str] | None = None) -> None:
    """Let a query pass or refuse it.

    Args:
        query: The text of a query.
        graphs: IRIs that FROM and FROM NAMED may name. None lets them name anything: right for an engine that looks a graph
            up in its own store and never fetches one.

    Raises:
        QueryRefused: The query is too long, calls another service, or names a graph that is not among `graphs`.
    """
    if len(query) > MAX_QUERY:
        raise QueryRefused(f"it is longer than {MAX_QUERY:,} characters")
    for text in {query, _decoded(query)}:
        speaks_of_service = "service" in text.casefold()
        if not speaks_of_service and graphs is None:
            continue
        seen = list(tokens(text))
        if speaks_of_service:
            _refuse_service(seen)
        if graphs is not None:
            _refuse_foreign_graphs(seen, graphs)


def _decoded(query: str) -> str:
    if "\\u" not in query and "\\U" not in query:
        return query

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code <= _LAST_CODEPOINT else match[0]

    return _ESCAPE.sub(character, query)


def _refuse_service(seen: list[Token]) -> None:
    for number, token in enumerate(seen):
        if token.doubtful:
            raise QueryRefused(
                "it speaks of a service, and a '<' in it can be read in two ways; put a space on each side of a comparison"
            )
        text = token.text.casefold()
        if "service" not in text:
            continue
        called = (
            token.kind == "word"
            or (token.kind == "blank" and "." in text)
            # A prefixed name before "{" is only ever the graph of GRAPH; otherwise it is SERVICE glued to its target.
            or (token.kind == "prefixed" and _text_at(seen, number + 1) == "{" and _text_at(seen, number - 1) != "GRAPH")
        )
        if called:
            raise QueryRefused("SERVICE is not allowed, this store asks no other server")


def _text_at(seen: list[Token], number: int) -> str:
    return seen[number].upper if 0 <= number < len(seen) else ""


def _is_from(token: Token, before: str) -> bool:
    """Whether a token is FROM, alone or glued to what follows; in a group no dataset clause can stand."""
    if token.depth:
        return False
    if token.kind == "word":
        return "FROM" in token.upper
    return token.kind == "prefixed" and token.upper.startswith("FROM") and before != "PREFIX"


def names_graphs(query: str) -> bool:
    """Whether a query has a dataset clause of its own (FROM, FROM NAMED)."""
    before = ""
    for token in tokens(query):
        if _is_from(token, before):
            return True
        before = token.upper
    return False


def _refuse_foreign_graphs(seen: list[Token], graphs: Collection[str]) -> None:
    prefixes: dict[str, str] = {}
    for number, token in enumerate(seen):
        if token.kind == "prefixed" and _text_at(seen, number - 1) == "PREFIX" and number + 1 < len(seen):
            prefixes[token.text] = seen[number + 1].text[1:-1]
        if not _is_from(token, _text_at(seen, number - 1)):
            continue
        target = number + (2 if _text_at(seen, number + 1) == "NAMED" else 1)
        named = _expanded(seen[target], prefixes) if target < len(seen) and token.kind == "word" else None
        if named is None or named not in graphs:
            raise QueryRefused(f"FROM may only name a graph of this store, not {named or 'what stands here'}")


def _expanded(token: Token, prefixes: dict[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix + colon] + local if token.kind == "prefixed" and prefix + colon in prefixes else None
