"""``/v1/search`` and ``/v1/suggest``: a text or a structured question in, datasets out. The bodies are those of the command line."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Request
from starlette.responses import Response

from kg.export.search_forms import SEARCH_FORMS, search_form
from kg.opened import OpenRelease
from kg.search.answer import SearchAnswer
from kg.search.page import FACETS_COUNTED, HIT_FIELDS, MOST_HITS, MOST_VALUES, SORTS, View
from kg.search.suggest import KINDS, MOST_SUGGESTED
from service.documented import problems, sent
from service.negotiate import best
from service.paging import page_links
from service.question import JsonObject
from service.routers.api import ReleaseDep

__all__ = ["search_router"]

Form = Literal["json", "csv", "ndjson", "jsonld"]
_LONGEST = 10_000
_MEDIA: Final[dict[str, Form]] = {
    "application/json": "json",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ld+json": "jsonld",
}

Text = Annotated[
    str,
    Query(
        max_length=_LONGEST,
        description="Your own words; empty for the whole catalogue.",
        openapi_examples={
            "words": {"summary": "In words", "value": "LGE cardiac MRI segmentation, since 2018"},
            "population": {"summary": "Who was imaged, and how many", "value": "paediatric CT with more than 300 patients"},
            "terms": {"summary": "What it may be used for", "value": "histopathology for commercial use, not breast"},
            "chinese": {"summary": "In another language", "value": "眼底 青光眼"},
            "code": {"summary": "By an identifier", "value": "RADLEX:RID1301"},
        },
    ),
]


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))


def _view(
    limit: Annotated[int, Query(ge=0, le=MOST_HITS, description="How many hits of each kind at most.")] = 20,
    cursor: Annotated[str, Query(max_length=200, description="Where the page before ended, as it said.")] = "",
    sort: Annotated[str, Query(max_length=20, description=f"One of {', '.join(SORTS)}.")] = "relevance",
    facets: Annotated[
        str, Query(max_length=400, description=f"Counts of the result by these, comma-separated: {', '.join(FACETS_COUNTED)}.")
    ] = "",
    facet_limit: Annotated[int, Query(ge=0, le=MOST_VALUES, description="How many values of each facet.")] = 20,
    fields: Annotated[
        str, Query(max_length=400, description=f"Only these fields of a hit, comma-separated: {', '.join(HIT_FIELDS)}.")
    ] = "",
    explain: Annotated[bool, Query(description="The steps that lead to each hit.")] = False,  # a query parameter
) -> View:
    return View(limit, cursor, sort, _words(facets), facet_limit, _words(fields), explain)


ViewDep = Annotated[View, Depends(_view)]


def _form(
    request: Request,
    form: Annotated[
        Form | None, Query(alias="format", description="The form of the answer; wins over the Accept header.")
    ] = None,
) -> Form:
    """The form that the client wants: by name, else by media type."""
    if form is not None:
        return form
    chosen = best(request.headers.get("accept"), list(_MEDIA))
    if chosen is None:
        raise HTTPException(406, f"there is {', '.join(f'{media} (format={name})' for media, name in _MEDIA.items())}")
    return _MEDIA[chosen]


FormDep = Annotated[Form, Depends(_form)]
"""The form of an answer, by ``format`` or Accept."""


def _send(request: Request, release: OpenRelease, answer: SearchAnswer, view: View, form: Form) -> Response:
    body = release.page(answer, view)
    return Response(
        search_form(body, form),
        media_type=SEARCH_FORMS[form],
        headers={"Link": page_links(request, body["page"]), "Vary": "Accept"},
    )


def search_router() -> APIRouter:
    """The router of ``/v1/search`` and ``/v1/suggest``."""
    router = APIRouter(prefix="/v1", tags=["API"])
    forms = sent(*SEARCH_FORMS.values(), description="The answer, in the form asked for.") | problems(406)

    @router.get("/search", summary="Find datasets by meaning", responses=forms, response_class=Response)
    def search(request: Request, release: ReleaseDep, view: ViewDep, form: FormDep, q: Text = "") -> Response:
        """Strict and near matches apart, with the reading of the text, the reasons, and the SPARQL of the strict set."""
        return _send(request, release, release.answer(q), view, form)

    @router.post(
        "/search", summary="Find datasets by a structured question", responses=forms | problems(404), response_class=Response
    )
    def ask(
        request: Request,
        release: ReleaseDep,
        view: ViewDep,
        question: Annotated[
            JsonObject,
            Body(
                description="What `query.structured` of an answer holds, or a shorthand: a facet and the concepts of which any will do.",
                openapi_examples={
                    "shorthand": {"value": {"modality": ["CT"], "anatomy": ["liver", "kidney"], "year": {"least": 2018}}},
                    "structured": {
                        "value": {
                            "all": [{"facet": "condition", "any": ["glioma"]}],
                            "none": [{"facet": "modality", "any": ["CT"]}],
                        }
                    },
                },
            ),
        ],
        form: FormDep,
    ) -> Response:
        """The same answer as the text whose reading it is."""
        return _send(request, release, release.answer(question), view, form)

    @router.get("/suggest", summary="Complete a word")
    def suggest(
        release: ReleaseDep,
        q: Annotated[str, Query(max_length=200, description="The beginning of a name.", examples=["kidn"])] = "",
        limit: Annotated[int, Query(ge=0, le=MOST_SUGGESTED, description="How many at most.")] = 10,
        kind: Annotated[Literal["concept", "dataset"] | None, Query(description="Only concepts, or only datasets.")] = None,
    ) -> dict[str, Any]:
        """Concepts and datasets whose names begin with the text, with how many datasets each stands for."""
        return {"query": q, "suggestions": release.suggest(q, limit, (kind,) if kind else KINDS)}

    return router
