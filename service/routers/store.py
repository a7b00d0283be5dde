"""``/store``: the reading half of the SPARQL 1.1 Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/)."""

from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from kg.namespaces import VOID_GRAPH
from service.carried import carry
from service.current import desk_of
from service.documented import problems, sent
from service.routers.sparql import RESPONSES
from service.sparql.formats import RESULT_GRAPHS, choose
from service.sparql.protocol import Asked, absolute, fields_of

__all__ = ["store_router"]

_DEFAULT: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_NAMED: Final = "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
_PARAMETERS: Final = [
    {
        "name": "default",
        "in": "query",
        "schema": {"type": "string"},
        "allowEmptyValue": True,
        "description": "The default graph.",
    },
    {
        "name": "graph",
        "in": "query",
        "schema": {"type": "string", "format": "uri"},
        "description": "The IRI of a named graph.",
        "examples": {"void": {"summary": "What is in the graph", "value": str(VOID_GRAPH)}},
    },
]


async def _graph(request: Request) -> Response:
    carry(request, {"X-Query-Limits": desk_of(request).limits()})
    parameters = await fields_of(request)
    named = [value for name, value in parameters if name == "graph"]
    default = [value for name, value in parameters if name == "default"]
    desk = desk_of(request)
    if len(named) + len(default) != 1:
        raise HTTPException(400, f"give either ?default or ?graph=, once; the graphs are {', '.join(sorted(desk.pool.graphs))}")
    chosen = choose(request.headers.get("accept"), RESULT_GRAPHS)
    if default:
        return await desk.answer(request, Asked(_DEFAULT, timeout=desk.pool.cap), chosen)
    iri = absolute(named[0], "graph")
    if iri not in desk.pool.graphs:
        raise HTTPException(404, f"there is no graph <{iri[:200]}>; the graphs are {', '.join(sorted(desk.pool.graphs))}")
    return await desk.answer(request, Asked(_NAMED.format(iri=iri), timeout=desk.pool.cap), chosen)


def store_router() -> APIRouter:
    """The router of ``/store``."""
    router = APIRouter(tags=["SPARQL"])
    responses = {status: told for status, told in RESPONSES.items() if status not in (409, 413, 415)}
    extra: dict[str, Any] = {"parameters": _PARAMETERS}

    @router.get("/store", summary="A whole graph", openapi_extra=extra, response_class=Response,
                responses=responses | problems(404) | sent(*RESULT_GRAPHS, description="The graph."))  # fmt: skip
    async def get(request: Request) -> Response:
        """The triples of the default graph (``?default``) or of a named one (``?graph=``)."""
        return await _graph(request)

    return router
