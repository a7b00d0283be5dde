"""The tools for those who write SPARQL: sparql, schema, examples."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from fastmcp.tools import ToolResult
from pydantic import Field

from kg.namespaces import PREFIXES, curie
from kg.queries import Query, load_queries
from kg.resources import queries_dir
from kg.store.forms import Form, form_of
from kg.store.guard import check
from service.mcp.backing import Backing
from service.mcp.replies import failure, reply, told
from service.mcp.schema import schema_of
from service.mcp.unknown_terms import unknown_terms

__all__ = ["querying_tools"]

_SLOWEST: Final = 30.0
_MOST: Final = 1000
_TEXT: Final = 100_000  # characters of rows or triples in one answer
_JSON: Final = "application/sparql-results+json"
Topic = Literal["all", "properties", "classes", "graphs", "prefixes"]


def querying_tools(backing: Backing) -> tuple[Callable[..., ToolResult], ...]:
    """The tools, each a function whose docstring is its description."""

    def stamped(body: dict[str, Any]) -> ToolResult:
        return reply(body | {"release": backing.release().manifest.id})

    @told
    def sparql(
        query: Annotated[
            str, Field(description="A SPARQL 1.1 query; prefixes that `schema` lists need no PREFIX line.", max_length=50_000)
        ],
        limit: Annotated[int, Field(ge=1, le=_MOST, description="How many rows or triples at most are shown.")] = 100,
        timeout: Annotated[float, Field(gt=0, le=_SLOWEST, description="Deadline in seconds.")] = 10.0,
    ) -> ToolResult:
        """Run a read-only SPARQL query (SELECT, ASK, CONSTRUCT, DESCRIBE) on the graph.

        Call `schema` first: it lists prefixes, properties and graphs. IRIs come back as CURIEs of those prefixes. The query is run as it
        is: when more rows exist than `limit`, `truncated` says how many there are, so aggregate, or page with ORDER BY, LIMIT and OFFSET.
        No row: `unknown_terms` names what occurs nowhere in the graph, with the nearest that does. Superclasses, part-of and derivable
        tasks are materialised: write joins, not property paths. Subjects of facts are datasets; `get` shows the claims behind a fact.
        """
        check(query)
        form = form_of(query)
        if form.is_graph:
            lines = backing.sparql(query, "application/n-triples", timeout).decode().splitlines()
            shown = _within(lines[:limit], len)
            return stamped({"form": form, "triples": shown, "total": len(lines)} | _truncated(len(shown), len(lines), "triples"))
        found = json.loads(backing.sparql(query, _JSON, timeout))
        if form is Form.ASK:
            return stamped({"form": form, "answer": bool(found["boolean"])})
        columns, bindings = found["head"]["vars"], found["results"]["bindings"]
        rows = _within(
            [[_cell(b[c]) if c in b else None for c in columns] for b in bindings[:limit]],
            lambda row: sum(len(str(c)) for c in row),
        )
        body = {"form": form, "columns": columns, "rows": rows, "total": len(bindings)}
        if not bindings:
            body["unknown_terms"] = unknown_terms(query, lambda q: backing.sparql(q, _JSON, timeout))
        return stamped(body | _truncated(len(rows), len(bindings), "rows"))

    @told
    def schema(
        topic: Annotated[Topic, Field(description="A part of it, or all.")] = "all",
    ) -> ToolResult:
        """What is in the graph, so that a query can be written: prefixes, named graphs, classes and properties.

        Each class and property with how often it occurs; each property with what it means, an example of a value, and for how many
        datasets it is known. Concepts (values) are found by `get` or `search`.
        """
        whole = _schema(backing.release().manifest.id, lambda q: backing.sparql(q, _JSON, _SLOWEST))
        return stamped(dict(whole) if topic == "all" else {topic: whole[topic]})

    @told
    def examples(
        words: Annotated[
            str, Field(description="Words of the question, e.g. licence, leakage, segmentation.", max_length=200)
        ] = "",
        id: Annotated[str, Field(description="Id of one example: gives its whole query.", max_length=100)] = "",
        limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 20,
    ) -> ToolResult:
        """Questions that the graph answers, each with a tested SPARQL query.

        Without `id`: ids and questions, those with most of the words first. With `id`: the query, to be run by `sparql` as it is or
        with other terms in its VALUES blocks.
        """
        queries = _examples()
        if id:
            chosen = next((q for q in queries if q.id == id), None)
            if chosen is None:
                near = [q.id for q in queries if q.id.startswith(id[:5])]
                return failure(
                    "unknown-example",
                    f"There is no example {id!r}.",
                    "Call `examples` without id for all of them.",
                    did_you_mean=near,
                )
            return stamped(_whole(chosen))
        wanted = words.casefold().split()
        ranked = sorted(queries, key=lambda q: -sum(w in f"{q.question} {q.why} {q.id}".casefold() for w in wanted))
        fit = [q for q in ranked if not wanted or any(w in f"{q.question} {q.why} {q.id}".casefold() for w in wanted)]
        listed = [{"id": q.id, "question": q.question, "why": q.why} for q in fit[:limit]]
        return stamped({"examples": listed, "total": len(fit)} | _truncated(len(listed), len(fit), "examples"))

    return (sparql, schema, examples)


def _cell(term: dict[str, Any]) -> str | int | float | bool:
    """A term as an agent reads it: IRIs as CURIEs, numbers as numbers, all else as text."""
    value: str = term["value"]
    if term["type"] == "uri":
        return curie(value)
    kind = term.get("datatype", "").removeprefix(PREFIXES["xsd"])
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return value in {"true", "1"}
    return value


def _within(rows: list[Any], size: Callable[[Any], int]) -> list[Any]:
    """As many rows as an answer has room for, one at least."""
    room = _TEXT
    kept: list[Any] = []
    for row in rows:
        room -= size(row)
        if room < 0 and kept:
            break
        kept.append(row)
    return kept


def _truncated(shown: int, total: int, what: str) -> dict[str, Any]:
    if shown == total:
        return {"truncated": False}
    return {"truncated": True, "note": f"{shown} of {total} {what} are shown; the others exist and are not in this answer."}


@lru_cache(maxsize=1)
def _examples() -> tuple[Query, ...]:
    return load_queries(queries_dir() / "competency")


def _whole(query: Query) -> dict[str, Any]:
    parameters = [
        {"name": p.name, "kind": p.kind, "description": p.description, "default": list(p.default)} for p in query.parameters
    ]
    return {
        "id": query.id, "question": query.question, "why": query.why, "columns": list(query.columns), "parameters": parameters,
        "query": query.text,
    }  # fmt: skip


_KEPT: dict[str, dict[str, Any]] = {}


def _schema(release: str, run: Callable[[str], bytes]) -> dict[str, Any]:
    """The schema of a release, made once."""
    if release not in _KEPT:
        made = schema_of(run)
        _KEPT.clear()
        _KEPT[release] = made
    return _KEPT[release]
