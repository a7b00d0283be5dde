"""``/mcp``: the tools over streamable HTTP, as one more route of the application."""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from service.authorise import demand
from service.mcp.backing import Backing
from service.mcp.server import make_server

__all__ = ["PATH", "mount"]

PATH: Final = "/mcp"


class _Guarded:
    """Any tool may cost more than a read: where a token is set, it is demanded."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        demand(Request(scope))
        await self._app(scope, receive, send)


def mount(app: FastAPI, backing: Backing, hosts: Iterable[str] = ()) -> AbstractAsyncContextManager[object]:
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
    inner = make_server(backing).http_app(
        path=PATH, json_response=True, stateless_http=True, host_origin_protection=True, allowed_hosts=names,
        # Behind a proxy that ends TLS the request's own scheme is http, and its origin https.
        allowed_origins=[f"https://{h}" for h in names],
    )  # fmt: skip
    app.router.routes.append(Route(PATH, _Guarded(inner), include_in_schema=False))
    return inner.lifespan(inner)
