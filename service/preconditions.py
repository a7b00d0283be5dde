"""What a client demands of a representation before it will have it: If-Match and If-Unmodified-Since, 412 where it is not so (RFC 9110, 13)."""

from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import parse_date, parse_etags

from service.kinds import HTTP
from service.problems import problem

__all__ = ["Preconditions", "unmet"]

_SELECTED: Final = frozenset({200, 206, 304})
"""Statuses of an answer for which there is a representation; another fault comes before a precondition (section 13.2.1)."""


def unmet(asked: Headers, answer: Headers) -> str:
    """Which precondition of a request an answer does not meet; ``""`` for none (section 13.2.2, steps 1 and 2).

    Args:
        asked: The headers of the request.
        answer: Those of the answer. Without a validator there is nothing to compare with.
    """
    tag, when = answer.get("etag"), answer.get("last-modified")
    if "if-match" in asked:
        tags = parse_etags(asked["if-match"])
        # The comparison is strong: a weak tag on either side matches nothing.
        met = tag is None or tags.star_tag or (not tag.startswith("W/") and tags.is_strong(tag.strip('"')))
        return "" if met else f"If-Match: what is here is {tag}, which it does not name"
    since = parse_date(asked.get("if-unmodified-since"))
    changed = parse_date(when)
    if since is not None and changed is not None and changed > since:
        return f"If-Unmodified-Since: what is here is of {when}"
    return ""


class Preconditions:
    """Middleware that refuses what its client would not have; it stands inside of what compresses, where tags are strong."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back unless a precondition fails."""
        asked = Headers(scope=scope) if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} else Headers()
        if not {"if-match", "if-unmodified-since"} & set(asked):
            await self._app(scope, receive, send)
            return
        refused = False

        async def checked(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in _SELECTED:
                why = unmet(asked, Headers(raw=message["headers"]))
                if why:
                    refused = True
                    await problem(Request(scope), HTTP[412], why)(scope, receive, send)
            if not refused:
                await send(message)

        await self._app(scope, receive, checked)
