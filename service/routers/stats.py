"""``/v1/stats``: datasets counted by two facets at once, as JSON, as a table, or as a picture."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from kg.export.crosstab_forms import STATS_FORMS, crosstab_form
from kg.search.crosstab import COUNTINGS, MOST, Cross
from kg.search.page import FACETS_COUNTED
from service.documented import problems, sent
from service.routers.api import ReleaseDep
from service.routers.lists import demands_of
from service.wanted import wanted

__all__ = ["stats_router"]

_BARE: Final = {media.partition(";")[0]: form for form, media in STATS_FORMS.items()}
_FACETS: Final = ", ".join(FACETS_COUNTED)
_CSP: Final = "default-src 'none'"


def _form(request: Request, asked: str | None) -> str:
    """The form of the answer: the parameter wins over the header.

    Raises:
        HTTPException: 406.
    """
    if asked:
        return asked
    return _BARE[wanted(request.headers.get("accept"), tuple(_BARE))]


def stats_router() -> APIRouter:
    """The router of ``/v1/stats``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.get("/stats", summary="Count the datasets by two facets", response_class=Response,
                responses=sent(*STATS_FORMS.values(), description="The table, in the form asked for.") | problems(406))  # fmt: skip
    def stats(
        request: Request,
        release: ReleaseDep,
        demands: Annotated[dict[str, Any], Depends(demands_of)],
        rows: Annotated[str, Query(max_length=40, description=f"A facet: one of {_FACETS}.", examples=["modality"])],
        columns: Annotated[
            str, Query(max_length=40, description="Another facet; left out, the rows are counted alone.", examples=["anatomy"])
        ] = "",
        counting: Annotated[
            str, Query(max_length=20, description=" ".join(f"`{name}`: {text}" for name, text in COUNTINGS.items()))
        ] = "meaning",
        row_limit: Annotated[
            int, Query(alias="rowLimit", ge=1, le=MOST, description="Values of `rows`, the most frequent first.")
        ] = 20,
        column_limit: Annotated[
            int, Query(alias="columnLimit", ge=1, le=MOST, description="Values of `columns`, the most frequent first.")
        ] = 12,
        form: Annotated[
            Literal["json", "csv", "svg"] | None, Query(alias="format", description="Wins over the header Accept.")
        ] = None,
    ) -> Response:
        """Each dataset once in a cell, totals, and what is unknown apart; the filters are those of ``/v1/datasets``."""
        chosen = _form(request, form)
        body = release.stats(Cross(rows, columns, counting, row_limit, column_limit), demands)
        headers = {"Vary": "Accept", **({"Content-Security-Policy": _CSP} if chosen == "svg" else {})}
        return Response(crosstab_form(body, chosen), media_type=STATS_FORMS[chosen], headers=headers)

    return router
