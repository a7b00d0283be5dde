"""Is the process alive, and can it answer?"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import Response

from kg.release import QUALITY, QUALITY_PAGE
from kg.version import __version__
from service.current import desk_of, release_of
from service.documented import problems, sent
from service.metrics import Metrics

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
        desk_of(request).pool.run("ASK { ?s ?p ?o }", "application/sparql-results+json", timeout=2.0)
        return {"status": "ready", "release": release_of(request).manifest.id}

    @router.get("/metrics", summary="What Prometheus is told", response_class=Response,
                responses=sent("text/plain", "application/openmetrics-text", description="The figures.") | problems(404))  # fmt: skip
    def metrics(request: Request, accept: Annotated[str, Header(include_in_schema=False)] = "") -> Response:
        """Requests and queries by outcome, their latency, the workers, the changes of release."""
        found: Metrics | None = getattr(request.app.state, "metrics", None)
        if found is None:
            raise HTTPException(404, "metrics are switched off here (IMAGING_KG_METRICS)")
        body, kind = found.page(accept)
        return Response(body, media_type=kind)

    @router.get("/version", summary="What runs here?")
    def version(request: Request) -> dict[str, Any]:
        """Versions of the software and of the data, with the figures of the build."""
        manifest = release_of(request).manifest
        return {"software": __version__, "release": manifest.id, "counts": manifest.counts, "shares": manifest.shares}

    @router.get("/quality", summary="How complete, sure and consistent is the catalogue?", response_class=Response,
                responses=sent("text/html", "application/json", description="The report."))  # fmt: skip
    def quality(
        request: Request,
        form: Annotated[Literal["html", "json"], Query(alias="format", description="To read, or as data.")] = "html",
    ) -> Response:
        """The quality report of the release, to read or as data."""
        name = QUALITY_PAGE if form == "html" else QUALITY
        kind = "text/html; charset=utf-8" if form == "html" else "application/json"
        return Response(release_of(request).file(name), media_type=kind)

    return router
