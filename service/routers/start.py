"""``/v1``: where the API begins. What it says is read from the API's own description, so that it cannot say something else."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.version import __version__
from service.addresses import root_of
from service.current import release_of
from service.documented import sent
from service.documents import json_bytes
from service.signposting import Link

__all__ = ["start_router"]

_METHODS: Final = ("get", "post")


def _links(root: str) -> list[Link]:
    return [
        Link(f"{root}/v1/openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
        Link(f"{root}/docs", "service-doc", "text/html"),
        Link(f"{root}/readyz", "status", "application/json"),
        Link(f"{root}/.well-known/api-catalog", "api-catalog", "application/linkset+json"),
        Link(f"{root}/sparql", "related"),
    ]


def start_router() -> APIRouter:
    """The router of ``/v1`` itself."""
    router = APIRouter(tags=["API"])

    @router.get("/v1", summary="Where the API begins", response_class=Response,
                responses=sent("application/json", description="The operations, and where they are described."))  # fmt: skip
    def start(request: Request) -> Response:
        """Each operation of the API with its method, its path and what it does; links to its description."""
        root = root_of(request)
        links = _links(root)
        described: dict[str, Any] = request.app.openapi()
        operations = [
            {"method": method.upper(), "path": f"{root}{path}", "summary": told[method]["summary"]}
            for path, told in described["paths"].items()
            if path.startswith("/v1/")
            for method in _METHODS
            if method in told
        ]
        body = {
            "title": described["info"]["title"], "software": __version__, "release": release_of(request).manifest.id,
            "links": [{"rel": link.rel, "href": link.target} | ({"type": link.type} if link.type else {}) for link in links],
            "operations": operations,
        }  # fmt: skip
        return Response(
            json_bytes(body), media_type="application/json", headers={"Link": ", ".join(link.text() for link in links)}
        )

    return router
