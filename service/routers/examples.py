"""The example queries: to read, to copy, to run with other values; and the prefixes that they use."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from kg.export.describe import document_triples
from kg.export.examples import PREFIX_MAP, example_iri, example_triples, plain_text, prefix_triples
from kg.export.void import LICENCE
from kg.namespaces import BASE, EXAMPLES, PREFIXES, json_ld_context
from kg.queries import Query, bind
from kg.store.forms import form_of
from kg.store.written import write_triples
from service.conditional import respond
from service.current import desk_of
from service.documented import documents, problems, sent
from service.documents import json_bytes, root_of, see_other, send, suffixed
from service.negotiate import GRAPHS, TABLES
from service.pages import CSP, rendered
from service.signposting import Signposts
from service.sparql.formats import content_type, names_of
from service.sparql.table import source_of, table_of
from service.variants import GRAPH, Variant, split
from service.wanted import accepted, wanted

__all__ = ["examples_router"]

_JSON: Final = Variant("json", "application/json")
_LIST: Final = (*GRAPH, _JSON)
_ONE: Final = (*GRAPH, _JSON, Variant("rq", "application/sparql-query"))
_PREFIXES: Final = (*GRAPH, Variant("json", "application/json"), Variant("sparql", "application/sparql-query"))
_RUN: Final = sent("text/html", *TABLES, *GRAPHS, description="The answer.") | problems(400, 404, 406, 422)
Name = Annotated[
    str, Path(description="Id of an example; without ``/run``, with or without a suffix.", examples=["cq001-renal-is-kidney"])
]
_OWN: Final = ("_mediatype", "timeout")


def _body(query: Query) -> dict[str, Any]:
    return {
        "id": query.id, "iri": str(example_iri(query)), "question": query.question, "user": query.user, "why": query.why,
        "columns": list(query.columns), "query": plain_text(query), "run": f"/examples/{query.id}/run",
        "parameters": [
            {"name": p.name, "kind": p.kind.value, "description": p.description, "default": list(p.default)} for p in query.parameters
        ],
    }  # fmt: skip


def _known(request: Request) -> dict[str, Query]:
    found: dict[str, Query] = request.app.state.examples
    return found


def _example(request: Request, name: str) -> Query:
    query = _known(request).get(name)
    if query is None:
        near = [known for known in _known(request) if known.startswith(name[:5])]
        raise HTTPException(
            404, f"no example is called {name!r}" + (f"; did you mean {', '.join(near)}?" if near else "; see /examples")
        )
    return query


def _listing(request: Request, variant: Variant | None) -> Response:
    if variant is None:
        return see_other(request, "/examples", _LIST)
    queries = list(_known(request).values())

    def make(chosen: Variant) -> bytes:
        if chosen is _JSON:
            return json_bytes({"examples": [_body(q) for q in queries]})
        if chosen.media == "text/html":
            users: dict[str, list[Query]] = {}
            for query in queries:
                users.setdefault(query.user, []).append(query)
            return rendered(
                request, "examples.html", {"users": users, "total": len(queries), "doc": "/examples", "variants": _LIST[1:]}
            )
        own = document_triples(f"{BASE}examples.{chosen.suffix}", str(EXAMPLES))
        return write_triples([*example_triples(queries), *prefix_triples(), *own], chosen.media)

    return send(request, Signposts(str(EXAMPLES), "/examples", _LIST, (), (str(LICENCE),)), variant, make)


def _one(request: Request, name: str) -> Response:
    stem, variant = split(name, _ONE)
    query = _example(request, stem)
    path = f"/examples/{query.id}"
    if variant is None:
        return see_other(request, path, _ONE)

    def make(chosen: Variant) -> bytes:
        if chosen is _JSON:
            return json_bytes(_body(query))
        if chosen.suffix == "rq":
            return query.text.encode()
        if chosen.media == "text/html":
            values = {
                "query": query,
                "text": plain_text(query),
                "doc": path,
                "variants": _ONE[1:],
                "public": request.app.state.settings.public,
            }
            return rendered(request, "example.html", values)
        own = document_triples(f"{BASE.rstrip('/')}{path}.{chosen.suffix}", str(example_iri(query)))
        return write_triples([*example_triples([query]), *own], chosen.media)

    posts = Signposts(str(example_iri(query)), path, _ONE, (), (str(LICENCE),), f"{BASE}graph/examples")
    return send(request, posts, variant, make)


def _run(request: Request, name: str) -> Response:
    """Run an example with the values in the address; a parameter that is not named keeps its default."""
    query = _example(request, name)
    asked = request.query_params
    values: dict[str, Sequence[Any]] = {n: asked.getlist(n) for n in asked if n not in _OWN}
    text = bind(query, {n: list(v) for n, v in values.items()})
    form = form_of(text)
    kinds = GRAPHS if form.is_graph else TABLES
    offered = (*kinds, "text/html") if form.is_graph else ("text/html", *kinds)
    chosen = wanted(accepted(request) or kinds[0], offered)
    headers = {"Vary": "Accept", "Link": f'<{root_of(request)}/examples/{query.id}>; rel="describedby"'}
    if chosen != "text/html":
        raw = desk_of(request).pool.run(text, chosen)
        return respond(request, raw, content_type(chosen), headers)
    raw = desk_of(request).pool.run(text, source_of(form))
    pairs = [(name, value) for name, given in values.items() for value in given]
    address = f"{root_of(request)}/examples/{query.id}/run?"
    links = [
        (name, address + urlencode([*pairs, ("_mediatype", media)])) for name, media in names_of(form).items() if media in kinds
    ]
    shown = {
        "query": query, "table": table_of((raw,), form), "links": links, "values": values,
        "text": text if values else plain_text(query),
    }  # fmt: skip
    body = rendered(request, "results.html", shown)
    return respond(request, body, content_type(chosen), headers | {"Content-Security-Policy": CSP})


def _prefixes(request: Request, variant: Variant | None) -> Response:
    if variant is None:
        return see_other(request, "/prefixes", _PREFIXES)

    def make(chosen: Variant) -> bytes:
        if chosen.suffix == "json":
            return json_bytes({"@context": json_ld_context(PREFIXES)})
        if chosen.suffix == "sparql":
            return "".join(f"PREFIX {prefix}: <{base}>\n" for prefix, base in PREFIXES.items()).encode()
        if chosen.media == "text/html":
            return rendered(request, "prefixes.html", {"prefixes": PREFIXES, "doc": "/prefixes", "variants": _PREFIXES[1:]})
        own = document_triples(f"{BASE}prefixes.{chosen.suffix}", str(PREFIX_MAP))
        return write_triples([*prefix_triples(), *own], chosen.media)

    return send(request, Signposts(str(PREFIX_MAP), "/prefixes", _PREFIXES, (), (str(LICENCE),)), variant, make)


def examples_router() -> APIRouter:
    """The router of the examples and prefixes."""
    router = APIRouter(tags=["examples"])

    @router.get("/examples", summary="The example queries", response_class=Response, responses=documents(_LIST))
    def listing(request: Request) -> Response:
        """303 to the document that the client wants."""
        return _listing(request, None)

    @router.get("/examples.{suffix}", include_in_schema=False, response_class=Response)
    def listing_as(request: Request, suffix: str) -> Response:
        """The list, by suffix."""
        return _listing(request, suffixed(suffix, _LIST))

    @router.get("/examples/{name}", summary="An example query", response_class=Response, responses=documents(_ONE))
    def one(request: Request, name: Name) -> Response:
        """303 to the document that the client wants, or the document by suffix: among them ``.rq``, the query itself."""
        return _one(request, name)

    @router.get("/examples/{name}/run", summary="Run an example query", response_class=Response, responses=_RUN)
    def run(request: Request, name: Name) -> Response:
        """The answer; each parameter of the query is one of the address and may stand there several times."""
        return _run(request, name)

    @router.get("/prefixes", summary="The prefixes of CURIEs", response_class=Response, responses=documents(_PREFIXES))
    def prefixes(request: Request) -> Response:
        """303 to the document that the client wants."""
        return _prefixes(request, None)

    @router.get("/prefixes.{suffix}", include_in_schema=False, response_class=Response)
    def prefixes_as(request: Request, suffix: str) -> Response:
        """The prefixes, by suffix."""
        return _prefixes(request, suffixed(suffix, _PREFIXES))

    return router
