"""One problem document for every error (RFC 9457), from one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kg import errors

__all__ = ["HTTP", "MEDIA_TYPE", "TABLE", "Kind", "install", "kind_of", "problem"]

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: HTTP status, slug of its page under ``/errors/``, title."""

    status: int
    slug: str
    title: str


TABLE: Final[Mapping[type[errors.KGError], Kind]] = {
    errors.UnknownConcept: Kind(422, "unknown-concept", "Unknown concept"),
    errors.UnknownDataset: Kind(404, "unknown-dataset", "Unknown dataset"),
    errors.QuerySyntaxError: Kind(400, "query-syntax", "The query does not parse"),
    errors.QueryRefused: Kind(400, "query-refused", "The query is not allowed"),
    errors.QueryTimeout: Kind(503, "query-timeout", "The query took too long"),
    errors.QueryCancelled: Kind(503, "query-cancelled", "The query was cancelled"),
    errors.QueryTooLarge: Kind(422, "query-too-large", "The query needs too much"),
    errors.QueryError: Kind(400, "query", "The query is at fault"),
    errors.QueryFailed: Kind(500, "query-failed", "The query could not be run"),
    errors.StoreUnavailable: Kind(503, "store-unavailable", "The store does not answer"),
    errors.ServiceError: Kind(502, "service", "Another service cannot be used"),
    errors.ReleaseDamaged: Kind(500, "release-damaged", "The release is damaged"),
    errors.PublishingFailed: Kind(500, "publishing", "The release did not reach a server"),
    errors.CatalogueError: Kind(500, "catalogue", "The catalogue is malformed"),
    errors.SourceShapeError: Kind(500, "source-shape", "A source file is in the wrong shape"),
    errors.SourceShrank: Kind(500, "source-shrank", "A source lost records"),
    errors.ReasonerError: Kind(500, "reasoner", "The ontology cannot be classified"),
    errors.ProfileError: Kind(422, "profile", "The profile makes no sense"),
    errors.ExpressionError: Kind(422, "expression", "The class expression cannot be answered"),
    errors.UnknownPlan: Kind(404, "unknown-plan", "There is no such plan"),
    errors.PlanOfAnotherRelease: Kind(409, "plan-of-another-release", "The plan belongs to another release"),
    errors.MissingExtra: Kind(500, "missing-extra", "A part is not installed"),
}
"""Every error of the library. A test fails when one is missing."""

HTTP: Final = {
    400: Kind(400, "bad-request", "The request is malformed"),
    401: Kind(401, "unauthorised", "A token is needed"),
    404: Kind(404, "not-found", "There is no such resource"),
    405: Kind(405, "method-not-allowed", "The method is not allowed here"),
    406: Kind(406, "not-acceptable", "No acceptable format"),
    410: Kind(410, "gone", "There was such a thing, and there is none now"),
    413: Kind(413, "too-large", "The request is too large"),
    409: Kind(409, "conflict", "The request conflicts with another"),
    415: Kind(415, "unsupported-media-type", "The request's media type is not understood"),
    422: Kind(422, "invalid", "The request is invalid"),
    429: Kind(429, "too-many-requests", "You ask too much at once"),
    500: Kind(500, "internal", "Something broke on our side"),
}
"""The problems that HTTP itself has, by status."""
_MEMBERS: Final = (
    "text", "suggestions", "message", "line", "column", "expected", "token", "did_you_mean", "reason", "seconds", "elapsed",
    "field", "resource", "limit", "plan", "release", "current", "question",
)  # fmt: skip


def kind_of(error: errors.KGError) -> Kind:
    """The kind of an error: that of its own class, else of the nearest base."""
    return next(TABLE[base] for base in type(error).__mro__ if base in TABLE)


def problem(request: Request, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """A problem document."""
    body = {
        "type": f"/errors/{kind.slug}", "title": kind.title, "status": kind.status, "detail": detail,
        "instance": str(request.url.path), "request_id": correlation_id.get() or "",
    }  # fmt: skip
    return JSONResponse(body | members, kind.status, dict(headers or {}), media_type=MEDIA_TYPE)


def _ours(request: Request, error: Exception) -> Response:
    if not isinstance(error, errors.KGError):
        raise error
    kind = kind_of(error)
    members = {name: value for name in _MEMBERS if (value := getattr(error, name, None)) not in (None, "", ())}
    if isinstance(error, errors.QueryTimeout):
        members["limit"] = error.seconds
    if error.remedy:
        members["hint"] = error.remedy
    members = {k: list(v) if isinstance(v, tuple) else v for k, v in members.items()}
    later = kind.status == 503 and not isinstance(error, errors.QueryCancelled)
    return problem(request, kind, str(error), {"Retry-After": "5"} if later else None, **members)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = HTTP.get(error.status_code, Kind(error.status_code, "http", "The request failed"))
    return problem(request, kind, str(error.detail), error.headers)


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = [{"pointer": "/" + "/".join(str(p) for p in e["loc"]), "detail": e["msg"]} for e in error.errors()]
    return problem(request, HTTP[422], "; ".join(f"{e['pointer']}: {e['detail']}" for e in found), errors=found)


def _broken(request: Request, error: Exception) -> Response:  # noqa: ARG001  # what broke is for the log, not for the world
    # This answer is made outside of the middleware that lets pages of other origins read it.
    return problem(request, HTTP[500], "The fault is ours; it has been logged.", {"Access-Control-Allow-Origin": "*"})


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    app.add_exception_handler(Exception, _broken)
    app.add_exception_handler(errors.KGError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
