r"""What must not reach an engine: no engine here can switch federation off, so SERVICE is refused from the text.

A blocklist over text is only as good as its reading of the text. Three rules keep it on the safe side:

1. Engines without a scanner accept a keyword glued to its neighbours (`1e5SERVICE<u>`, `trueSERVICE:a{`, `SERVICESILENT<u>`).
   Hence a bare word that *contains* SERVICE is refused: no other word of the language does.
2. `<` opens an IRI or compares, and the wrong reading swallows or opens a string or a comment (`?a<'>'`, `?a<?b#>`). Where
   both readings are possible and the text speaks of a service at all, the query is refused.
3. Some engines decode `\uXXXX` before they read. A text with such escapes is judged twice, as it is and decoded.

This is the first wall. The second is a worker process that may open no socket (`service.sparql.worker`).
"""

import re
from collections.abc import Collection, Mapping
from urllib.parse import urljoin

from kg.errors import QueryRefused
from kg.store.tokens import Token, tokens

__all__ = ["MAX_QUERY", "check", "expanded", "names_graphs"]

MAX_QUERY = 200_000  # characters; the longest query that people wrote by hand is far below it

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LAST_CODEPOINT = 0x10FFFF


def check(
    query: str,
    *,
    graphs: Collection[str] | None = None,
    prefixes: Mapping[str, str] | None = None,
    base: str = "",
    services: Collection[str] = (),
) -> None:
    """Let a query pass or refuse it.

    Args:
        query: The text of a query.
        graphs: IRIs that FROM and FROM NAMED may name. None lets them name anything: right for an engine that looks a graph
            up in its own store and never fetches one.
        prefixes: Prefixes that the text may use without declaring them.
        base: What relative IRIs are resolved against when the text does not say.
        services: Endpoints that SERVICE may name: for a caller who asks them himself and gives the engine their answers.

    Raises:
        QueryRefused: The query is too long, calls another service, or names a graph that is not among `graphs`.
    """
    if len(query) > MAX_QUERY:
        raise QueryRefused(f"it is longer than {MAX_QUERY:,} characters")
    for text in {query, _decoded(query)}:
        folded = text.casefold()
        speaks_of_service, names_graphs = "service" in folded, graphs is not None and "from" in folded
        if not speaks_of_service and not names_graphs:
            continue
        seen = list(tokens(text))
        if speaks_of_service:
            _refuse_service(seen, services, prefixes or {})
        if graphs is not None and names_graphs:
            _refuse_foreign_graphs(seen, graphs, prefixes or {}, base)


def _decoded(query: str) -> str:
    if "\\u" not in query and "\\U" not in query:
        return query

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code <= _LAST_CODEPOINT else match[0]

    return _ESCAPE.sub(character, query)


def _refuse_service(seen: list[Token], services: Collection[str], known: Mapping[str, str]) -> None:
    prefixes = {f"{prefix}:": iri for prefix, iri in known.items()}
    for number, token in enumerate(seen):
        if token.kind == "prefixed" and _text_at(seen, number - 1) == "PREFIX" and number + 1 < len(seen):
            prefixes[token.text] = seen[number + 1].text[1:-1]
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
        if called and token.upper == "SERVICE" and services:
            target = number + (2 if _text_at(seen, number + 1) == "SILENT" else 1)
            if target < len(seen) and expanded(seen[target], prefixes, "") in services:
                continue
            raise QueryRefused("SERVICE may only call an endpoint that is allowed, by its IRI")
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


def _refuse_foreign_graphs(seen: list[Token], graphs: Collection[str], known: Mapping[str, str], base: str) -> None:
    prefixes = {f"{prefix}:": iri for prefix, iri in known.items()}
    for number, token in enumerate(seen):
        before, after = _text_at(seen, number - 1), seen[number + 1] if number + 1 < len(seen) else None
        if token.kind == "prefixed" and before == "PREFIX" and after:
            prefixes[token.text] = urljoin(base, after.text[1:-1])
        if token.kind == "word" and token.upper == "BASE" and not token.depth and after and after.kind == "iri":
            base = urljoin(base, after.text[1:-1])
        if not _is_from(token, before):
            continue
        target = number + (2 if _text_at(seen, number + 1) == "NAMED" else 1)
        named = expanded(seen[target], prefixes, base) if target < len(seen) and token.kind == "word" else None
        if named is None or named not in graphs:
            raise QueryRefused(f"FROM may only name a graph of this store, not {named or 'what stands here'}")


def expanded(token: Token, prefixes: Mapping[str, str], base: str) -> str | None:
    """The IRI that a token writes, prefixes (with their colons) applied; None when it writes none."""
    if token.kind == "iri":
        return urljoin(base, token.text[1:-1])
    prefix, colon, local = token.text.partition(":")
    return prefixes[prefix + colon] + local if token.kind == "prefixed" and prefix + colon in prefixes else None
