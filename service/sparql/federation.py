"""SERVICE, for the endpoints that the operator allows: asked by us and joined in as VALUES, for the engine fetches nothing.

The engine would open the connection itself, where neither the address behind a name nor a redirect can be looked at, and its workers
may open no socket. So each ``SERVICE <endpoint> { … }`` is sent to the endpoint as ``SELECT * { … }``, and its place in the query is
taken by the rows that came. The algebra evaluates the group on its own and joins it, so this is the same, but for blank nodes, which
no query can name: an endpoint that answers with them is refused. What is left of the text is judged once more before it is run.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import KGError, QueryFailed, QueryRefused, QueryTooLarge
from kg.store.guard import check, expanded
from kg.store.tokens import Token, tokens
from service.sparql.outside import Outside

__all__ = ["federate"]

_MOST: Final = 10_000  # rows of one endpoint that are joined in
_FORMS: Final = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class _Call:
    start: int
    end: int
    endpoint: str
    silent: bool
    group: str


def federate(query: str, prefixes: Mapping[str, str], outside: Outside, seconds: float) -> str:
    """A query with every SERVICE replaced by what its endpoint answers.

    Args:
        query: A query that the guard let pass.
        prefixes: Prefixes that it may use without declaring them.
        outside: Where the endpoints are asked.
        seconds: How long all of them together may take.

    Raises:
        QueryRefused: A SERVICE stands where it cannot be replaced, or its answer cannot be written into a query.
        QueryFailed: An endpoint did not answer as it should, and the call was not SILENT.
        QueryTooLarge: It has more rows than are joined in.
    """
    seen = list(tokens(query))
    prologue = query[: next(t.at for t in seen if t.kind == "word" and t.upper in _FORMS)]
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items()) + prologue
    found = _calls(query, seen, outside.allowed, prefixes)
    deadline = outside.deadline(seconds)
    for call in reversed(found):  # from the end, so that the places before it stay true
        try:
            rows = _values(outside.ask(call.endpoint, f"{declared}\nSELECT * WHERE {call.group} LIMIT {_MOST + 1}", deadline))
        except KGError:
            if not call.silent:
                raise
            rows = "VALUES () { () }"  # the solution that says nothing
        query = f"{query[: call.start]} {rows} {query[call.end :]}"
    check(_without_strings(query))
    return query


def _without_strings(query: str) -> str:
    """The text without its strings: rows may be long, and a word in a string calls nobody."""
    return " ".join('""' if t.kind == "string" else t.text for t in tokens(query))


def _calls(query: str, seen: list[Token], allowed: Collection[str], known: Mapping[str, str]) -> list[_Call]:
    prefixes = {f"{name}:": iri for name, iri in known.items()}
    found: list[_Call] = []
    for number, token in enumerate(seen):
        if token.kind == "prefixed" and number and seen[number - 1].upper == "PREFIX":
            prefixes[token.text] = seen[number + 1].text[1:-1]
        if token.kind != "word" or token.upper != "SERVICE":
            continue
        if found and token.at < found[-1].end:
            raise QueryRefused("a SERVICE stands within a SERVICE")
        at = number + 1 + (seen[number + 1].upper == "SILENT")
        endpoint, opening = expanded(seen[at], prefixes, ""), seen[at + 1]
        if endpoint is None or endpoint not in allowed or opening.text != "{":
            raise QueryRefused("SERVICE may only call an endpoint that is allowed, by its IRI")
        closing = next((t for t in seen[at + 2 :] if t.text == "}" and t.kind == "other" and t.depth == opening.depth + 1), None)
        if closing is None:
            raise QueryRefused("the group of a SERVICE is never closed")
        end = closing.at + 1
        found.append(_Call(token.at, end, endpoint, at == number + 2, query[opening.at : end]))
    return found


def _values(body: bytes) -> str:
    """A table as VALUES."""
    try:
        told = json.loads(body)
        names, rows = [str(name) for name in told["head"]["vars"]], told["results"]["bindings"]
        if len(rows) > _MOST:
            raise QueryTooLarge("rows", _MOST)
        lines = ["(" + " ".join(_term(row[name]) if name in row else "UNDEF" for name in names) + ")" for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QueryFailed(f"an endpoint answers with no table: {error}") from error
    if not all(name.isidentifier() for name in names):
        raise QueryFailed("an endpoint answers with names that are no variables")
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(lines)} }}"


def _term(told: Mapping[str, Any]) -> str:
    value = str(told["value"])
    match told["type"]:
        case "uri":
            if any(c in '<>"{}|^`\\' or c <= " " for c in value):
                raise QueryFailed("an endpoint answers with what is no IRI")
            return f"<{value}>"
        case "literal" | "typed-literal":
            text = f'"{value.translate(_ESCAPES)}"'
            if language := told.get("xml:lang"):
                if not str(language).replace("-", "").isalnum():
                    raise QueryFailed("an endpoint answers with what is no language")
                return f"{text}@{language}"
            return f"{text}^^{_term({'type': 'uri', 'value': told['datatype']})}" if told.get("datatype") else text
        case _:
            raise QueryRefused("an endpoint answers with blank nodes, which cannot be joined in; ask it for their values instead")
