"""``/sparql``: the SPARQL 1.1 Protocol's query operation (https://www.w3.org/TR/sparql11-protocol/)."""

import math
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from rdflib import Graph
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg.namespaces import IKGG
from kg.store.forms import form_of
from service.negotiate import GRAPHS, TABLES, best
from service.pages import page

__all__ = ["sparql_router"]

_QUERY_TYPE: Final = "application/sparql-query"
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_ALLOW: Final = {"Allow": "GET, HEAD, OPTIONS, POST, QUERY"}
_LARGEST: Final = 1 << 20  # bytes of a request's body
_PARAMETERS: Final = [
    {"name": "query", "in": "query", "required": False, "schema": {"type": "string"}, "description": "The query."},
    {"name": "timeout", "in": "query", "required": False, "schema": {"type": "number"}, "description": "Deadline in seconds."},
    {"name": "default-graph-uri", "in": "query", "required": False, "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "named-graph-uri", "in": "query", "required": False, "schema": {"type": "array", "items": {"type": "string"}}},
]  # fmt: skip
_DESCRIPTION: Final = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
[] a sd:Service ;
    sd:endpoint <> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat {formats} ;
    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ;
        rdfs:comment "The union of every named graph but the claims."@en ] ;
        sd:namedGraph {graphs} ] .
"""
_FORMATS: Final = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle",
                   "N-Triples", "RDF_XML", "JSON-LD")  # fmt: skip
_GRAPHS: Final = ("catalogue", "inferred", "ontology", "mappings", "provenance", "claims/imaging-x")


def _one(values: list[str], name: str) -> str | None:
    if len(values) > 1:
        raise HTTPException(400, f"the parameter {name!r} is given {len(values)} times; give it once")
    return values[0] if values else None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise HTTPException(400, f"timeout: {text!r} is no positive number of seconds")
    return seconds


def _answer(request: Request, parameters: list[tuple[str, str]]) -> Response:
    def given(name: str) -> list[str]:
        return [v for n, v in parameters if n == name]

    if given("update"):
        raise HTTPException(405, "this endpoint is read-only", _ALLOW)
    query = _one(given("query"), "query")
    if query is None:
        raise HTTPException(400, "the parameter 'query' is missing")
    offered = GRAPHS if form_of(query).is_graph else TABLES
    accept = request.headers.get("accept")
    chosen = best(accept, offered)
    if chosen is None and accept and "text/html" in accept:
        chosen = offered[0]  # a browser takes what there is
    if chosen is None:
        raise HTTPException(406, f"there is {', '.join(offered)}", {"Vary": "Accept"})
    body = request.app.state.sparql.run(
        query, chosen, timeout=_seconds(_one(given("timeout"), "timeout")),
        default_graphs=given("default-graph-uri"), named_graphs=given("named-graph-uri"),
    )  # fmt: skip
    return _reply(request, body, chosen)


def _reply(request: Request, body: bytes, media_type: str) -> Response:
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    headers = {"Vary": "Accept", "Content-Length": str(len(body))}
    return Response(b"" if request.method == "HEAD" else body, media_type=media_type + charset, headers=headers)


async def _body(request: Request) -> str:
    """The request's body as text, read no further than is allowed."""
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise HTTPException(413, f"a request may have {_LARGEST:,} bytes")
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the request is no UTF-8 (byte {error.start})") from error


def _fields(text: str) -> list[tuple[str, str]]:
    """The fields of a form, each decoded once."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise HTTPException(400, f"the form cannot be read: {error}") from error


def _description(request: Request) -> Response:
    chosen = best(request.headers.get("accept"), (*GRAPHS, "text/html"))
    if chosen in GRAPHS:
        formats = ", ".join(f"<http://www.w3.org/ns/formats/{f}>" for f in _FORMATS)
        graphs = ", ".join(f"[ sd:name <{IKGG}{g}> ; sd:graph [ a sd:Graph ] ]" for g in _GRAPHS)
        text = _DESCRIPTION.format(formats=formats, graphs=graphs)
        body = text.encode() if chosen == "text/turtle" else Graph().parse(data=text, format="turtle").serialize(
            format=chosen, encoding="utf-8"
        )  # fmt: skip
        return _reply(request, body, chosen)
    if chosen is None:
        raise HTTPException(406, f"there is {', '.join((*GRAPHS, 'text/html'))}", {"Vary": "Accept"})
    return page(request, "sparql.html", {})


def sparql_router() -> APIRouter:
    """The router of ``/sparql``."""
    router = APIRouter(tags=["SPARQL"])
    extra: dict[str, Any] = {"parameters": _PARAMETERS}

    @router.get("/sparql", summary="Run a SPARQL query", openapi_extra=extra, response_class=Response)
    @router.head("/sparql", include_in_schema=False)
    def get(request: Request) -> Response:
        """Run a SPARQL 1.1 query; without one, the service description (RDF) or a form (HTML)."""
        parameters = request.query_params.multi_items()
        if not any(name in {"query", "update"} for name, _ in parameters):
            return _description(request)
        return _answer(request, parameters)

    @router.options("/sparql", include_in_schema=False)
    def options() -> Response:
        """Say what may be asked for, and how."""
        return Response(status_code=204, headers=_ALLOW | {"Accept-Query": f"{_QUERY_TYPE}, {_FORM_TYPE}"})

    @router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
    @router.post("/sparql", summary="Run a SPARQL query sent as a form or as itself", response_class=Response)
    async def post(request: Request) -> Response:
        """Run a SPARQL 1.1 query: ``application/x-www-form-urlencoded`` or ``application/sparql-query``."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        in_url = request.query_params.multi_items()
        if kind == _QUERY_TYPE:
            parameters = [*in_url, ("query", await _body(request))]
        elif kind == _FORM_TYPE:
            parameters = [*in_url, *_fields(await _body(request))]
        elif kind == "application/sparql-update":
            raise HTTPException(405, "this endpoint is read-only", _ALLOW)
        else:
            raise HTTPException(415, f"send {_QUERY_TYPE} or {_FORM_TYPE}, not {kind or 'nothing'}")
        return await run_in_threadpool(_answer, request, parameters)

    return router
