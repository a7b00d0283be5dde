"""Answers of the API that people read too: JSON, or a page of the same for who wants HTML more."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from starlette.responses import JSONResponse, Response

from service.documented import Responses, sent
from service.negotiate import best
from service.pages import page

__all__ = ["EITHER", "either"]

_FORMS: Final = ("application/json", "text/html")
EITHER: Final[Responses] = sent(*_FORMS, description="The answer; a page of the same where HTML is wanted more than JSON.")
"""What such a route documents."""


def either(request: Request, template: str, body: Mapping[str, Any]) -> Response:
    """The answer in the form that the client wants; JSON to who wants neither, as everywhere in ``/v1``."""
    if best(request.headers.get("accept"), _FORMS) == "text/html":
        return page(request, template, {"told": body})
    return JSONResponse(body, headers={"Vary": "Accept"})
