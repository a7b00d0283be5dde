"""How large a request may be, whatever reads it."""

from typing import Final

from fastapi import HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kinds import HTTP
from service.problems import problem

__all__ = ["LARGEST", "Bounded"]

LARGEST: Final = 1 << 20
"""Bytes of a request's body."""
_DIGITS: Final = 15  # more is large whatever they are
_TOO_LARGE: Final = f"a request may have {LARGEST:,} bytes"


class Bounded:
    """Middleware that refuses what is larger: at once where its length is told, else when it has come so far."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on whose body is counted.

        Raises:
            HTTPException: 413, to whoever reads the body too far.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if told.isdigit() and (len(told) > _DIGITS or int(told) > LARGEST):
            await problem(Request(scope), HTTP[413], _TOO_LARGE)(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, counted, send)
