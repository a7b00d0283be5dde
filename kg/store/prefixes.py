"""The declared prefixes, which a query may use without typing them; nothing that its writer did type is changed."""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kg.resources import queries_dir
from kg.store.tokens import tokens

__all__ = ["declared_prefixes", "supplied", "written_out"]

_SH: Final = "http://www.w3.org/ns/shacl#"
_DECLARED: Final = re.compile(r"\bPREFIX\s*+([\w.-]*+)\s*+:", re.IGNORECASE)


@cache
def declared_prefixes() -> Mapping[str, str]:
    """The prefixes of ``queries/prefixes.ttl``: name → IRI."""
    names: dict[ox.NamedNode | ox.BlankNode | ox.Triple, str] = {}
    spaces: dict[ox.NamedNode | ox.BlankNode | ox.Triple, str] = {}
    for quad in ox.parse(path=queries_dir() / "prefixes.ttl", format=ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal):
            if quad.predicate.value == f"{_SH}prefix":
                names[quad.subject] = quad.object.value
            elif quad.predicate.value == f"{_SH}namespace":
                spaces[quad.subject] = quad.object.value
    return MappingProxyType({name: spaces[node] for node, name in sorted(names.items(), key=lambda item: item[1])})


def supplied(query: str, known: Mapping[str, str]) -> list[str]:
    """The prefixes that a query uses without declaring them."""
    maybe = {name for name in known if f"{name}:" in query} - set(_DECLARED.findall(query))
    if not maybe:
        return []
    used = {token.text.partition(":")[0] for token in tokens(query) if token.kind == "prefixed"}
    return sorted(maybe & used)


def written_out(query: str, known: Mapping[str, str]) -> str:
    """A query with the prefixes that it takes for granted written before it, on its first line, so that no line moves."""
    return "".join(f"PREFIX {name}: <{known[name]}> " for name in supplied(query, known)) + query
