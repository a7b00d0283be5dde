"""``/v1/validate``: a description of a dataset in, the SHACL report of it out."""

import logging
from typing import Any, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, Response

from kg.reason.described import DESCRIBED, MOST_TRIPLES, described, report_of
from kg.resources import ontology_dir
from service.authorise import COSTLY, UNAUTHORISED
from service.documented import Responses, problems, sent
from service.wanted import wanted

__all__ = ["validate_router"]

_REPORTS: Final = ("application/json", "text/turtle")
_AT_ONCE: Final = 1  # the others wait: it is Python that counts, and a second one would only slow what else is answered
_EXAMPLE: Final = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ikg: <https://w3id.org/imaging-kg/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/my-dataset> a ikg:ImagingDataset ;
  dcterms:identifier "my-dataset" ;
  dcterms:title "My dataset" ;
  dcterms:issued "2024"^^xsd:gYear ;
  ikg:modality ikg:CT .
"""
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": f"RDF of {MOST_TRIPLES:,} triples at most. Nothing that it refers to is fetched, no JSON-LD context either.",
        "content": {
            media: {
                "schema": {"type": "string"},
                **({"examples": {"turtle": {"value": _EXAMPLE}}} if media == "text/turtle" else {}),
            }
            for media in DESCRIBED
        },
    }
}
_ANSWERS: Final[Responses] = (
    sent(*_REPORTS, description="The report, whether it conforms or not.") | UNAUTHORISED | problems(400, 406, 413, 415, 422)
)


def _reported(body: bytes, media: str, form: str) -> Response:
    report = report_of(described(body, media), ontology_dir())
    headers = {"Vary": "Accept"}
    if form == "text/turtle":
        return Response(report.turtle(), media_type="text/turtle; charset=utf-8", headers=headers)
    return JSONResponse(report.body(), headers=headers)


def validate_router() -> APIRouter:
    """The router of ``/v1/validate``."""
    router = APIRouter(prefix="/v1", tags=["API"])
    logging.getLogger("rdflib.term").setLevel(
        logging.ERROR
    )  # a traceback for every literal that is ill-typed, which the report says
    limiter = anyio.Semaphore(_AT_ONCE)

    @router.post("/validate", summary="Hold a description of a dataset against our shapes", dependencies=[COSTLY],
                 openapi_extra=_BODY, responses=_ANSWERS, response_class=Response)  # fmt: skip
    async def validate(request: Request) -> Response:
        """The SHACL report: whether it conforms, and each result with path, value, message and what to do about it."""
        form = wanted(request.headers.get("accept"), _REPORTS)
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in DESCRIBED:
            raise HTTPException(415, f"send {', '.join(DESCRIBED)}, not {media[:100] or 'a body without a Content-Type'}")
        body = await request.body()
        if not body:
            raise HTTPException(400, "the body is empty; send a description of a dataset")
        async with limiter:
            return await anyio.to_thread.run_sync(_reported, body, media, form)

    return router
