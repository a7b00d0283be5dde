"""Pages of other origins: they may read whatever we answer, and a preflight that is refused says so as every error does (Fetch, RFC 9457)."""

from typing import Final

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from service.headers import EXPOSED
from service.kinds import HTTP
from service.problems import problem

__all__ = ["Cors"]

_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "QUERY")  # those that the routes have; a test compares
_ASKED: Final = "access-control-request-method"
_HINT: Final = (
    f"Of another origin a page may use {', '.join(_METHODS)} and any header, and never reach us across into a private network."
)


class Cors(CORSMiddleware):
    """Middleware that lets pages of every origin in, without credentials."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origins=["*"], allow_methods=_METHODS, allow_headers=["*"], expose_headers=EXPOSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, and pass on whatever is none."""
        asked = Request(scope).headers if scope["type"] == "http" and scope["method"] == "OPTIONS" else {}
        if "origin" not in asked or _ASKED not in asked:
            await super().__call__(scope, receive, send)
            return
        answer = self.preflight_response(request_headers=Request(scope).headers)
        if answer.status_code >= 400:
            failed = bytes(answer.body).decode().removeprefix("Disallowed CORS ")
            headers = {k: v for k, v in answer.headers.items() if k.startswith("access-control-")}
            detail = f"the preflight asks for what a page of another origin may not do here: {failed}"
            varies = answer.headers["vary"]
            answer = problem(Request(scope), HTTP[400], detail, headers, hint=_HINT)
            answer.headers["vary"] = f"Accept, {varies}"
        await answer(scope, receive, send)
