"""``/mcp``: the tools over streamable HTTP, as one more route of the application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.authorise import demand
from service.mcp.backing import Backing
from service.mcp.refusals import refusals

__all__ = ["PATH", "mount"]

PATH: Final = "/mcp"


class _OnDemand:
    """An application inside ours that is made when it is first asked: the library of the protocol takes most of a second to load.

    It runs in a task of its own from its first request until ours ends, because what it opens has to be closed by the same task. Its
    refusals in plain text become problem documents.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._inner: asyncio.Future[ASGIApp] | None = None
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        demand(Request(scope))  # any tool may cost more than a read
        if self._inner is None:
            self._inner = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._run(self._inner))
        inner = await asyncio.shield(self._inner)
        await inner(scope, receive, send)

    async def _run(self, made: asyncio.Future[ASGIApp]) -> None:
        try:
            inner = await asyncio.to_thread(self._make)
            async with inner.lifespan(inner):
                made.set_result(refusals(inner))
                await self._stop.wait()
        except BaseException as error:
            if not made.done():
                made.set_exception(error)
            raise

    @asynccontextmanager
    async def ended(self) -> AsyncIterator[None]:
        """Let it end with whatever is inside."""
        try:
            yield
        finally:
            self._stop.set()
            if self._task is not None:
                await asyncio.gather(self._task, return_exceptions=True)


def mount(app: FastAPI, backing: Backing, hosts: Iterable[str] = ()) -> AbstractAsyncContextManager[None]:
    """Add the endpoint to an application.

    Each request stands alone (no session is kept), so that any worker may answer it and a new release is taken up at once. The Host
    and Origin headers are checked as the protocol demands, or else a page in a browser could reach a server on its user's own machine by
    rebinding a name (https://modelcontextprotocol.io/specification, Transports, Security).

    Args:
        app: The application.
        backing: What the tools ask.
        hosts: Names under which the service may be addressed besides those of this machine.

    Returns:
        What must be entered while the application runs.
    """
    names = [h.strip() for h in hosts if h.strip()]

    def make() -> Any:
        from service.mcp.server import make_server  # noqa: PLC0415  # see _OnDemand

        return make_server(backing).http_app(
            path=PATH, json_response=True, stateless_http=True, host_origin_protection=True, allowed_hosts=names,
            # Behind a proxy that ends TLS the request's own scheme is http, and its origin https.
            allowed_origins=[f"https://{h}" for h in names],
        )  # fmt: skip

    inside = _OnDemand(make)
    app.router.routes.append(Route(PATH, inside, include_in_schema=False))
    return inside.ended()
