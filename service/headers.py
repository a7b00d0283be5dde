"""The headers that every answer carries, set without touching its body: a stream stays a stream."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["EXPOSED", "CommonHeaders"]

# Of the two pages that others' code writes (API documentation, quality report): styles and scripts inside, and nothing from outside.
_OWN_FILES: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)
EXPOSED: Final = (
    "Link", "ETag", "Content-Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Data-Release", "X-Request-ID",
    "X-Query-Id", "X-Query-Limits", "X-Query-Timeout", "X-Prefixes-Supplied", "Preference-Applied", "Allow", "Accept-Query",
    "Deprecation", "Sunset", "Content-Profile",
)  # fmt: skip
"""Headers that a page of another origin may read."""


def _is_of_packed(scope: Scope, status: int, tag: str) -> bool:
    """Whether a client has a representation that was compressed, which a 304 then speaks of."""
    return status == 304 and f"W/{tag}" in Headers(scope=scope).get("if-none-match", "")


class CommonHeaders:
    """Middleware that adds them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", _OWN_FILES)
                # Also where nothing was compressed, or nothing sent: what another client gets may be (RFC 9110, 12.5.5 and 15.4.5).
                varies = dict.fromkeys(v.strip() for v in f"{headers.get('vary', '')},Accept-Encoding".split(",") if v.strip())
                headers["Vary"] = ", ".join(varies)
                tag = headers.get("etag", "")
                if tag.startswith('"') and ("content-encoding" in headers or _is_of_packed(scope, message["status"], tag)):
                    headers["ETag"] = f"W/{tag}"  # the bytes are others than those that it was strong for
                serving = scope.get("state", {}).get("serving")
                if serving is not None:
                    headers.setdefault("X-Data-Release", serving.id)
            await send(message)

        await self._app(scope, receive, add)
