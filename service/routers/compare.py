"""``/v1/compare``: datasets side by side. The body is that of :meth:`kg.opened.OpenRelease.compare`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from kg.compared import MOST
from service.documented import problems
from service.either import EITHER, either
from service.routers.api import ReleaseDep

__all__ = ["compare_router"]


def compare_router() -> APIRouter:
    """The router of ``/v1/compare``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.get("/compare", summary="Datasets side by side", responses=EITHER | problems(404, 422), response_class=Response)
    def compare(
        request: Request,
        release: ReleaseDep,
        names: Annotated[
            list[Annotated[str, Query(max_length=500)]],
            Query(
                alias="id",
                description=f"A dataset: id, name, alias or IRI; given 2 to {MOST} times.",
                max_length=200,
                examples=[["LiTS", "KiTS19"]],
            ),
        ],
    ) -> Response:
        """For each property what each dataset has, what all have in common by meaning, of which nothing is known, and who shares data."""
        return either(request, "compare.html", release.compare(names))

    return router
