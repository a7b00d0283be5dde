"""Is the process alive, and can it answer?"""

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kg.release import QUALITY, QUALITY_PAGE
from kg.version import __version__

__all__ = ["health_router"]


def health_router() -> APIRouter:
    """The router of ``/healthz``, ``/readyz``, ``/version`` and ``/quality``."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="Is the process alive?")
    def healthz() -> dict[str, str]:
        """Alive as soon as it answers."""
        return {"status": "ok"}

    @router.get("/readyz", summary="Can it answer?")
    def readyz(request: Request) -> dict[str, Any]:
        """Ready when the store answers a query within its deadline."""
        request.app.state.sparql.run("ASK { ?s ?p ?o }", "application/sparql-results+json", timeout=2.0)
        return {"status": "ready", "release": request.app.state.release.manifest.id}

    @router.get("/version", summary="What runs here?")
    def version(request: Request) -> dict[str, Any]:
        """Versions of the software and of the data, with the figures of the build."""
        manifest = request.app.state.release.manifest
        return {"software": __version__, "release": manifest.id, "counts": manifest.counts, "shares": manifest.shares}

    @router.get("/quality", summary="How complete, sure and consistent is the catalogue?", response_class=Response)
    def quality(request: Request, format: Literal["html", "json"] = "html") -> Response:  # the name in the address
        """The quality report of the release, to read or as data."""
        name = QUALITY_PAGE if format == "html" else QUALITY
        kind = "text/html; charset=utf-8" if format == "html" else "application/json"
        return Response(request.app.state.release.file(name), media_type=kind)

    return router
