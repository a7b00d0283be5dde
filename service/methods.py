"""What holds for every address whatever its route says of it: HEAD is answered like GET, and OPTIONS tells the methods (RFC 9110, 9.3)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.addresses import allowed, own_methods, path_of

__all__ = ["Methods"]


class Methods:
    """Middleware that answers these methods for all routes; it stands inside of what compresses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, HEAD as GET: a route of its own would answer with other headers than what compresses the body."""
        if scope["type"] != "http" or scope["method"] not in {"HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        app, path, method = request.app, path_of(request), scope["method"]
        own = own_methods(app, path)
        if method == "HEAD" and "GET" in own:
            # The server leaves out the body of an answer to HEAD (ASGI); what compresses must see it for the headers to be the same.
            inner = {**scope, "method": "GET"}
            try:
                await self._app(inner, receive, send)
            finally:
                if "route" in inner:
                    scope["route"] = inner["route"]  # for the log and the metrics
        elif method == "OPTIONS" and own and "OPTIONS" not in own:
            await Response(status_code=204, headers={"Allow": ", ".join(allowed(app, path))})(scope, receive, send)
        else:
            await self._app(scope, receive, send)
