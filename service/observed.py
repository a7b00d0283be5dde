"""Every request watched from its start to the end of its answer, for whoever keeps accounts of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Exchange", "Observed"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that is over.

    Attributes:
        method: Its method.
        path: The pattern of the path that it met, such as ``/v1/datasets/{name}``; ``unmatched`` when it met none.
        status: The status of its answer; None when the client left before there was one.
        seconds: How long it took, to the last byte of the answer.
        sent: Bytes of the answer's body.
    """

    method: str
    path: str
    status: int | None
    seconds: float
    sent: int


def _pattern(scope: Scope) -> str:
    route = scope.get("route")
    found = getattr(route, "path_format", None) or getattr(route, "path", None)
    return str(found) if found else "unmatched"


class Observed:
    """Middleware that tells each of some observers of each request when it is over.

    Args:
        app: What answers.
        observers: Who is told, in order.
    """

    def __init__(self, app: ASGIApp, observers: Sequence[Callable[[Exchange], object]]) -> None:
        self._app, self._observers = app, tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and tell how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, sent = time.perf_counter(), 0
        status: int | None = None

        async def watching(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watching)
        finally:
            over = Exchange(scope["method"], _pattern(scope), status, time.perf_counter() - started, sent)
            for observer in self._observers:
                observer(over)
