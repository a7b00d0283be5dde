"""``/sparql``: the SPARQL 1.1 Protocol's query operation (https://www.w3.org/TR/sparql11-protocol/)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, Response

from kg.store.forms import Form, form_of
from service.addresses import absolute, root_of
from service.authorise import UNAUTHORISED, demand
from service.carried import carried, carry
from service.conditional import REVALIDATED, respond
from service.current import desk_of
from service.documented import Responses, describe_problem, problems, sent
from service.pages import CSP, rendered
from service.sparql.description import describe, limits_of
from service.sparql.formats import HTML, NAMES, RESULT_GRAPHS, RESULT_TABLES, choose, content_type, names_of, offered_for
from service.sparql.protocol import ALLOW, FORM_TYPE, QUERY_TYPE, asked_of, fields_of
from service.sparql.table import source_of, table_of

__all__ = ["RESPONSES", "sparql_router"]

_QUERY: Final = "SELECT ?dataset ?name { ?dataset a ikg:ImagingDataset ; dcterms:title ?name } ORDER BY ?name LIMIT 10"
_LIST: Final = {"type": "array", "items": {"type": "string", "format": "uri"}}
_PARAMETERS: Final = [
    {
        "name": "query",
        "in": "query",
        "schema": {"type": "string"},
        "description": "The query, exactly once.",
        "examples": {"labels": {"summary": "Which datasets are there?", "value": _QUERY}},
    },
    {
        "name": "timeout",
        "in": "query",
        "schema": {"type": "number", "exclusiveMinimum": 0},
        "description": "Deadline in seconds.",
    },
    {
        "name": "format",
        "in": "query",
        "schema": {"type": "string", "enum": list(NAMES)},
        "description": "The format of the answer, which wins over the Accept header.",
    },
    {"name": "default-graph-uri", "in": "query", "schema": _LIST, "description": "The default graph is the union of these."},
    {"name": "named-graph-uri", "in": "query", "schema": _LIST, "description": "Only these can be named by GRAPH."},
]
_KEPT: Final = ("default-graph-uri", "named-graph-uri", "timeout")
_PROBLEMS: Final = {
    400: "The query does not parse or is not allowed, or a parameter is malformed",
    405: "An update: the endpoint is read-only",
    406: "None of the formats that there are is acceptable",
    409: "The X-Query-Id is taken",
    413: "The request is too large",
    415: "The body is of no type that is understood",
    422: "The answer, or what it needs, is larger than the caps",
    429: "The client has too many queries under way, or used its share of the processor",
    503: "The deadline passed, the query was cancelled, or every worker is busy",
}
RESPONSES: Final[Responses] = {
    **{status: describe_problem(text) for status, text in _PROBLEMS.items()},
    **UNAUTHORISED,
}
_ANSWERS: Final[Responses] = RESPONSES | sent(
    *RESULT_TABLES,
    *RESULT_GRAPHS,
    "text/html",
    description="The answer; without a query, what the endpoint is, or a form to ask with.",
)


def _description(request: Request) -> Response:
    chosen = choose(request.headers.get("accept"), (*RESULT_GRAPHS, "text/html"))
    desk = desk_of(request)
    headers = {"Vary": "Accept"} | carried(request)
    if chosen == "text/html":
        body = rendered(request, "sparql.html", {"limits": limits_of(desk.pool)})
        return respond(request, body, "text/html; charset=utf-8", headers | {"Content-Security-Policy": CSP}, REVALIDATED)
    body = describe(desk.pool, absolute(request, "/sparql"), chosen)
    return respond(request, body, content_type(chosen), headers, REVALIDATED)


def _form(text: str, parameters: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the form on a page holds: the query, and the parameters that belong to the next one too."""
    return {"text": text, "kept": [(key, value) for key, value in parameters if key in _KEPT]}


def _format(request: Request, name: str | None, form: Form) -> str:
    """The format of an answer.

    Raises:
        HTTPException: 400 when it is named and there is none such, 406 when none is acceptable.
    """
    if name is None:
        return choose(request.headers.get("accept"), offered_for(form))
    there = names_of(form)
    if name not in there:
        raise HTTPException(400, f"format: {name[:40]!r} is none of {', '.join(there)}, the formats of {form} queries")
    return there[name]


async def _answer(request: Request) -> Response:
    carry(request, {"X-Query-Limits": desk_of(request).limits()})
    parameters = await fields_of(request)
    asked = asked_of(request, parameters)
    if asked.query is None:
        if request.method == "GET" and not parameters:
            return _description(request)
        raise HTTPException(400, "the parameter 'query' is missing")
    request.state.form = _form(asked.query, parameters)  # the page of an error shows it again
    demand(request)
    text, form = asked.query, form_of(asked.query)
    chosen = _format(request, asked.format, form)
    if chosen != HTML:
        return await desk_of(request).answer(request, asked, chosen)
    others = [(key, value) for key, value in parameters if key != "format"]

    def drawn(pieces: Iterable[bytes]) -> bytes:
        address = f"{root_of(request)}/sparql?{urlencode(others)}"
        links = [(name, f"{address}&format={name}") for name, media in names_of(form).items() if media != HTML]
        return rendered(request, "answer.html", {"table": table_of(pieces, form), "links": links} | _form(text, parameters))

    return await desk_of(request).answer(request, asked, source_of(form), drawn)


def sparql_router() -> APIRouter:
    """The router of ``/sparql``."""
    router = APIRouter(tags=["SPARQL"])
    in_url: dict[str, Any] = {"parameters": _PARAMETERS}
    form = {"type": "object", "properties": {p["name"]: p["schema"] for p in _PARAMETERS}}
    in_body: dict[str, Any] = {
        "parameters": [{**p, "required": False} for p in _PARAMETERS[1:]],
        "requestBody": {"required": True, "content": {QUERY_TYPE: {"schema": {"type": "string"}}, FORM_TYPE: {"schema": form}}},
    }
    json_body = {
        "application/json": {
            "schema": form | {"required": ["query"]},
            "examples": {"labels": {"summary": "Which datasets are there?", "value": {"query": _QUERY}}},
        }
    }
    in_json: dict[str, Any] = {
        "requestBody": {"required": True, "content": {**in_body["requestBody"]["content"], **json_body}},
    }

    @router.get("/sparql", summary="Run a SPARQL query", openapi_extra=in_url, responses=_ANSWERS, response_class=Response)
    async def get(request: Request) -> Response:
        """Run a SPARQL 1.1 query; without one, the service description (RDF) or a form (HTML)."""
        return await _answer(request)

    @router.options("/sparql", include_in_schema=False)
    def options() -> Response:
        """Say what may be asked for, and how."""
        accepted = f"{QUERY_TYPE}, {FORM_TYPE}"
        return Response(status_code=204, headers=ALLOW | {"Accept-Query": accepted, "Accept-Post": accepted})

    @router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
    @router.post("/sparql", summary="Run a SPARQL query sent as a form or as itself", openapi_extra=in_body, responses=_ANSWERS,
                 response_class=Response)  # fmt: skip
    async def post(request: Request) -> Response:
        """Run a SPARQL 1.1 query: ``application/x-www-form-urlencoded`` or ``application/sparql-query``."""
        return await _answer(request)

    @router.api_route("/sparql/explain", methods=["QUERY"], include_in_schema=False)
    @router.get("/sparql/explain", summary="Explain a SPARQL query", openapi_extra=in_url, responses=RESPONSES)
    @router.post("/sparql/explain", summary="Explain a SPARQL query sent as a form, as itself or in JSON", openapi_extra=in_json,
                 responses=RESPONSES)  # fmt: skip
    async def explain(request: Request) -> Response:
        """What a query asks and why it may answer nothing: algebra, each pattern's matches, unknown terms, warnings."""
        carry(request, {"X-Query-Limits": desk_of(request).limits()})
        parameters = await fields_of(request, json=True)
        asked = asked_of(request, parameters)
        if asked.query is None:
            raise HTTPException(400, "the parameter 'query' is missing")
        demand(request)
        body = await desk_of(request).explain(request, asked.query, asked.timeout)
        return Response(body, media_type="application/json", headers=carried(request))

    @router.get("/sparql/queries/{id}", summary="The state of a query of one's own", responses=problems(404))
    def state(request: Request, id: str) -> dict[str, Any]:
        """Whether a query waits or runs, and for how long. Give it an id with the header ``X-Query-Id`` when you send it."""
        ticket = desk_of(request).find(request, id)
        doing = "waiting" if ticket.started is None else "running"
        return {"id": ticket.id, "state": doing, "elapsed": round(ticket.elapsed, 3), "limit": ticket.seconds}

    @router.delete("/sparql/queries/{id}", summary="Cancel a query of one's own", status_code=202, responses=problems(404))
    def cancel(request: Request, id: str) -> Response:
        """Stop a query. Whoever waits for its answer is told so."""
        desk = desk_of(request)
        ticket = desk.find(request, id)
        desk.pool.cancel(ticket)
        return JSONResponse({"id": ticket.id, "state": "cancelled"}, 202)

    return router
