"""``/v1``, searches, reconciliation and reports for clients that come again: GET answers carry a validator, 304 says that nothing changed.

What these addresses answer to GET depends on the release, on the software and on the request alone. So these name the representation, and the
ETag is strong although nobody has read the body (RFC 9110, 8.8.1).
"""

import hashlib
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import http_date, quote_etag
from werkzeug.sansio.http import is_resource_modified

from kg.version import __version__
from service.addresses import absolute
from service.conditional import REVALIDATED, released
from service.serving import Serving

__all__ = ["ConditionalApi"]

_PREFIXES: Final = ("/v1", "/search", "/reconcile", "/quality", "/docs")
_BODY: Final = ("content-length", "content-type", "content-encoding")


class ConditionalApi:
    """Middleware that gives answers their validators where no route did; it stands inside of what compresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with a validator, or without its body."""
        serving: Serving | None = scope.get("state", {}).get("serving")
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not _depends_on_release(scope):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        unchanged = False

        async def validated(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == 200 and serving is not None:
                headers = MutableHeaders(scope=message)
                when = released(serving.release)
                headers.setdefault("ETag", _tag(serving.id, scope, asked))
                headers.setdefault("Last-Modified", http_date(when))
                headers.setdefault("Cache-Control", REVALIDATED)
                unchanged = not is_resource_modified(
                    http_if_none_match=asked.get("if-none-match"), http_if_modified_since=asked.get("if-modified-since"),
                    etag=headers["ETag"], last_modified=when,
                )  # fmt: skip
                if unchanged:
                    message["status"] = 304
                    for name in _BODY:
                        del headers[name]
            elif message["type"] == "http.response.body" and unchanged:
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, validated)


def _path(scope: Scope) -> str:
    found: str = scope["path"]
    return found.removeprefix(scope.get("root_path", ""))


def _depends_on_release(scope: Scope) -> bool:
    return f"{_path(scope)}/".startswith(tuple(f"{prefix}/" for prefix in _PREFIXES))


def _tag(release: str, scope: Scope, asked: Headers) -> str:
    at = absolute(Request(scope), "")  # which the manifests of /reconcile repeat
    parts = (release, __version__, at, scope["path"], scope["query_string"].decode("latin-1"), asked.get("accept", ""))
    return quote_etag(f"{release}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}")
