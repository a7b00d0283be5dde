"""One problem document for every error (RFC 9457), from one table; a page of the same for who reads HTML."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from asgi_correlation_id import correlation_id
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kg import errors
from service.addresses import allowed, near, path_of, root_of, slashed
from service.carried import carried
from service.kinds import HTTP, OTHER, TABLE, Kind, kind_of
from service.negotiate import best
from service.pages import CSP, rendered

__all__ = ["FORMS", "HTTP", "MEDIA_TYPE", "OUR_FAULT", "TABLE", "Kind", "install", "kind_of", "problem", "root_of"]

MEDIA_TYPE: Final = "application/problem+json"
FORMS: Final = (MEDIA_TYPE, "application/json", "text/html")
"""What an error may be asked for as; only who wants HTML more than JSON gets a page."""
OUR_FAULT: Final = "The fault is ours; it has been logged."
_UNSAID: Final = {status.value: status.phrase for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)}
"""What stands in an error of the framework's own, which found no route."""
_LONGEST: Final = 200  # characters of a path that are repeated
_MEMBERS: Final = (
    "text", "suggestions", "message", "line", "column", "expected", "token", "did_you_mean", "reason", "seconds", "elapsed",
    "field", "resource", "limit", "plan", "release", "current", "question",
    "media_type", "formats",
)  # fmt: skip


def _body(request: Request, kind: Kind, detail: str) -> dict[str, Any]:
    return {
        "type": f"{root_of(request)}/errors/{kind.slug}", "title": kind.title, "status": kind.status, "detail": detail,
        "instance": str(request.url.path), "request_id": correlation_id.get() or "", "hint": kind.hint,
    }  # fmt: skip


def problem(request: Request, kind: Kind, detail: str, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """A problem document, or its page where the client reads HTML rather than JSON; 308 where only a slash at the end is at fault."""
    if kind.status == 404 and (elsewhere := slashed(request)):
        return Response(status_code=308, headers={"Location": elsewhere})
    # It repeats what was sent, which may hold what is no text: half of a surrogate pair.
    body = json.loads(json.dumps(_body(request, kind, detail) | members, ensure_ascii=False).encode(errors="replace"))
    # Who says more says that it depends on Accept and on what else.
    sent = {"Vary": "Accept", **carried(request), **(headers or {})}
    if best(request.headers.get("accept"), FORMS) == "text/html":
        asked = {"text": "", "kept": ()} | getattr(request.state, "form", {})
        page = rendered(request, "error.html", {"problem": body, "base": root_of(request)} | asked)
        return Response(page, kind.status, sent | {"Content-Security-Policy": CSP}, "text/html; charset=utf-8")
    return JSONResponse(body, kind.status, sent, MEDIA_TYPE)


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
    kind = HTTP.get(error.status_code, OTHER.of(error.status_code))
    unsaid = error.detail == _UNSAID.get(error.status_code)
    path, headers = request.url.path[:_LONGEST], dict(error.headers or {})
    if error.status_code == 405:
        methods = ", ".join(allowed(request.app, path_of(request)))
        headers |= {"Allow": methods} if methods else {}  # the route that was found last knows its own alone
        return problem(
            request, kind, f"{path} takes {methods}, not {request.method}" if unsaid and methods else error.detail, headers
        )
    if error.status_code == 404 and unsaid:
        found = near(request)
        meant = f"; did you mean {', '.join(found)}?" if found else ""
        return problem(
            request, kind, f"there is nothing at {path}{meant}", headers, **({"suggestions": list(found)} if found else {})
        )
    return problem(request, kind, str(error.detail), headers)


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and any(e["loc"] == ("body",) and e["type"] != "missing" for e in error.errors()):
        return problem(request, HTTP[415], f"send application/json, not {media[:100] or 'a body without a Content-Type'}")
    found = [{"pointer": _pointer(e["loc"]), "detail": e["msg"]} for e in error.errors()]
    return problem(request, HTTP[422], "; ".join(f"{e['pointer']}: {e['detail']}" for e in found), errors=found)


def _pointer(steps: Iterable[str | int]) -> str:
    """A JSON pointer (RFC 6901) to what is at fault; its first step says where: path, query, header or body."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _broken(request: Request, error: Exception) -> Response:  # noqa: ARG001  # what broke is for the log, not for the world
    # Never a page, which may be what broke. This answer is made outside of the middleware that lets pages of other origins read it.
    body = _body(request, HTTP[500], OUR_FAULT)
    return JSONResponse(body, 500, {"Access-Control-Allow-Origin": "*"}, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of an application a problem document."""
    app.add_exception_handler(Exception, _broken)
    app.add_exception_handler(errors.KGError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
