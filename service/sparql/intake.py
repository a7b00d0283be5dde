"""Checking a query before anybody runs it, whoever that will be."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kg.errors import QueryRefused
from kg.store.forms import form_of
from kg.store.guard import check

__all__ = ["checked"]


def checked(
    query: str,
    media_type: str,
    graphs: Collection[str],
    prefixes: Mapping[str, str],
    *,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    base: str | None = None,
    services: Collection[str] = (),
) -> dict[str, Any]:
    """The job of a query that may be run.

    Args:
        query: The text.
        media_type: The format of the result.
        graphs: IRIs of the named graphs that there are.
        prefixes: Prefixes that the text may use without declaring them.
        default_graphs: The protocol's ``default-graph-uri``.
        named_graphs: The protocol's ``named-graph-uri``.
        base: What relative IRIs are resolved against when the text does not say.
        services: Endpoints that SERVICE may name.

    Raises:
        QuerySyntaxError: The text begins like no query.
        QueryRefused: It is an update, calls another service, or names a graph that is not here.
    """
    form_of(query)
    for iri in (*default_graphs, *named_graphs):
        if iri not in graphs:
            raise QueryRefused(f"the store has no graph <{iri[:200]}>; it has {', '.join(sorted(graphs))}")
    # The protocol's dataset replaces the query's own, which then names nothing; no graph is fetched in any case.
    check(query, graphs=None if default_graphs or named_graphs else graphs, prefixes=prefixes, base=base or "", services=services)
    return {"query": query, "type": media_type, "default": list(default_graphs), "named": list(named_graphs), "base": base}
