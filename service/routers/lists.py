"""``/v1/datasets`` and ``/v1/concepts``: lists in a stable order, a page at a time, with links to the neighbours (RFC 8288)."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from kg.errors import QuestionError
from kg.export.search_forms import SEARCH_FORMS, listing_form
from kg.model import FACETS
from kg.search.cursor import mark_of, window
from kg.search.listing import listing
from kg.search.page import FACETS_COUNTED, SORTS, View
from service.deprecation import Going
from service.documented import problems, sent
from service.paging import page_links
from service.routers.api import ReleaseDep
from service.routers.search import FormDep

__all__ = ["demands_of", "lists_router"]

_ORDERS: Final = tuple(sort for sort in SORTS if sort != "relevance")  # to nothing that was asked, nothing is more relevant
_MANY: Final = 50
_FACETS_SHOWN: Final = 20

Limit = Annotated[int, Query(ge=1, le=2000, description="How many on a page at most.")]
Cursor = Annotated[str, Query(max_length=200, description="Where the page before ended, as it said.")]
Offset = Annotated[
    int,
    Query(
        ge=0,
        le=1_000_000,
        description="How many to pass over first. A cursor is better: it knows its release.",
        **Going(date(2026, 11, 30)).parameter,
    ),
]


def _concepts(facet: str) -> Any:
    """The parameter of a facet: any of the concepts that it names."""
    return Query(
        alias=facet, max_length=_MANY,
        description=f"Only datasets with this {facet}, or with a narrower concept: label, synonym, CURIE or IRI; any of several will do.",
    )  # fmt: skip


def demands_of(
    modality: Annotated[list[str], _concepts("modality")] = [],  # noqa: B006  # read by FastAPI, which copies it
    anatomy: Annotated[list[str], _concepts("anatomy")] = [],  # noqa: B006
    task: Annotated[list[str], _concepts("task")] = [],  # noqa: B006
    condition: Annotated[list[str], _concepts("condition")] = [],  # noqa: B006
    dimensionality: Annotated[list[str], _concepts("dimensionality")] = [],  # noqa: B006
    annotates: Annotated[list[str], _concepts("annotates")] = [],  # noqa: B006
    population: Annotated[list[str], _concepts("population")] = [],  # noqa: B006
    access: Annotated[list[str], _concepts("accessLevel")] = [],  # noqa: B006
    licence: Annotated[list[str], _concepts("licence")] = [],  # noqa: B006
    platform: Annotated[list[str], _concepts("platform")] = [],  # noqa: B006
    since: Annotated[int | None, Query(ge=1800, le=2200, description="The earliest year of publication.")] = None,
    until: Annotated[int | None, Query(ge=1800, le=2200, description="The latest year of publication.")] = None,
    labelled: Annotated[bool | None, Query(description="Only with labels, or only without; unknown is neither.")] = None,
) -> dict[str, Any]:
    """What is demanded, as the structured question of ``POST /v1/search``."""
    given = {
        "modality": modality, "anatomy": anatomy, "task": task, "condition": condition, "dimensionality": dimensionality,
        "annotates": annotates, "population": population, "accessLevel": access, "licence": licence, "platform": platform,
    }  # fmt: skip
    years = {side: year for side, year in (("least", since), ("most", until)) if year is not None}
    asked: dict[str, Any] = {facet: named for facet, named in given.items() if named}
    return asked | ({"year": years} if years else {}) | ({} if labelled is None else {"labelled": labelled})


def lists_router() -> APIRouter:
    """The router of the lists."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.get("/datasets", summary="List the datasets", response_class=Response,
                responses=sent(*SEARCH_FORMS.values(), description="A page of the list, in the form asked for.") | problems(406))  # fmt: skip
    def datasets(
        request: Request,
        release: ReleaseDep,
        demands: Annotated[dict[str, Any], Depends(demands_of)],
        form: FormDep,
        limit: Limit = 100,
        cursor: Cursor = "",
        offset: Offset = 0,
        sort: Annotated[str, Query(max_length=20, description=f"One of {', '.join(_ORDERS)}.")] = "id",
        facets: Annotated[
            str, Query(max_length=400, description=f"Counts of the list by these, comma-separated: {', '.join(FACETS_COUNTED)}.")
        ] = "",
        facet_limit: Annotated[int, Query(ge=1, le=500, description="How many values of each facet.")] = _FACETS_SHOWN,
        result: Annotated[
            Literal["results", "hits"], Query(alias="resultType", description="`hits` counts, and lists nothing.")
        ] = "results",
    ) -> Response:
        """Every dataset that meets what is demanded, known or inferred, in id order unless another is asked for."""
        if sort not in _ORDERS:
            raise QuestionError("sort", f"{sort!r} is none of: {', '.join(_ORDERS)}")
        counted = tuple(dict.fromkeys(f.strip() for f in facets.split(",") if f.strip()))
        view = View(limit, cursor, sort, counted, facet_limit)
        body = listing(
            release.answer(demands), release.knowledge, view, release.manifest.id, release.summary,
            offset=offset, hits=result == "hits",
        )  # fmt: skip
        links = {"Vary": "Accept"} | ({"Link": page_links(request, body["page"])} if "page" in body else {})
        return Response(listing_form(body, form), media_type=SEARCH_FORMS[form], headers=links)

    @router.get("/concepts", summary="List or look up concepts")
    def concepts(
        request: Request,
        response: Response,
        release: ReleaseDep,
        facet: Annotated[str | None, Query(max_length=40, description=f"One of {', '.join(FACETS)}.")] = None,
        q: Annotated[str | None, Query(max_length=500, description="A label, synonym, CURIE or IRI.")] = None,
        limit: Limit = 2000,
        cursor: Cursor = "",
    ) -> dict[str, Any]:
        """The concepts of a facet, those of most datasets first, or the one that a text names."""
        if q:
            return release.concept(q)
        if facet is not None and facet not in FACETS:
            raise QuestionError("facet", f"{facet!r} is none of: {', '.join(FACETS)}")
        found = release.concepts(facet)
        page = window(len(found), limit, cursor, mark_of("concepts", facet, release.manifest.id))
        response.headers["Link"] = page_links(request, page.cursors)
        return {"total": len(found), "concepts": found[page.start : page.end], "page": page.body()}

    return router
