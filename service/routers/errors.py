"""``/errors``: what the kinds of problem mean and what to do about them; the ``type`` of every problem document leads here."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from service.conditional import respond
from service.documented import problems, sent
from service.documents import json_bytes
from service.kinds import Kind, every
from service.pages import CSP, rendered
from service.wanted import wanted

__all__ = ["errors_router"]

_FORMS: Final = ("application/json", "text/html")
_KINDS: Final = {kind.slug: kind for kind in every()}


def _body(kind: Kind) -> dict[str, Any]:
    return {
        "type": f"/errors/{kind.slug}", "title": kind.title, "status": kind.status, "meaning": kind.meaning, "hint": kind.hint,
    }  # fmt: skip


def _send(request: Request, template: str, values: dict[str, Any], body: Any) -> Response:
    chosen = wanted(request.headers.get("accept"), _FORMS)
    if chosen == "text/html":
        page = rendered(request, template, values)
        return respond(request, page, "text/html; charset=utf-8", {"Vary": "Accept", "Content-Security-Policy": CSP})
    return respond(request, json_bytes(body), chosen, {"Vary": "Accept"})


def errors_router() -> APIRouter:
    """The router of the kinds of problem."""
    router = APIRouter(tags=["fixed places"])
    forms = sent(*_FORMS, description="To read, or as JSON.") | problems(404, 406)

    @router.get("/errors", summary="The kinds of problem", response_class=Response, responses=forms)
    def kinds(request: Request) -> Response:
        """Every kind of problem that a problem document may name as its type."""
        return _send(
            request, "problems.html", {"kinds": list(_KINDS.values())}, {"problems": [_body(k) for k in _KINDS.values()]}
        )

    @router.get("/errors/{slug}", summary="What a kind of problem means", response_class=Response, responses=forms)
    def kind(
        request: Request,
        slug: Annotated[str, Path(description="What follows /errors/ in a problem's type.", examples=["unknown-concept"])],
    ) -> Response:
        """When the problem comes and what to do about it."""
        found = _KINDS.get(slug)
        if found is None:
            raise HTTPException(404, f"there is no kind of problem {slug[:100]!r}; /errors lists them")
        return _send(request, "problem.html", {"kind": found}, _body(found))

    return router
