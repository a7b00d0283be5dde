"""What the library of the protocol refuses in plain text, said as a problem document; errors of JSON-RPC stay as they are."""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kinds import HTTP, OTHER
from service.problems import OUR_FAULT, problem

__all__ = ["refusals"]

_HOW: Final = (
    "Speak the Model Context Protocol here: POST a JSON-RPC message, with Content-Type: application/json and "
    "Accept: application/json, text/event-stream."
)
_OF_PROTOCOL: Final = frozenset({400, 404, 405, 406, 415})
_KEPT: Final = frozenset({"allow", "retry-after", "www-authenticate"})


def refusals(app: ASGIApp) -> ASGIApp:
    """An application whose errors are problem documents (RFC 9457) wherever they are no JSON.

    Args:
        app: The application; its errors are short, and are read whole before one is sent.
    """

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        refused: Message | None = None
        text = bytearray()

        async def sending(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                told = Headers(raw=message.get("headers", []))
                if not told.get("content-type", "").startswith("application/json"):
                    refused = message
                    return
            if refused is None:
                await send(message)
                return
            text.extend(message.get("body", b""))
            if not message.get("more_body", False):
                headers = Headers(raw=refused.get("headers", []))
                answer = _problem(Request(scope), refused["status"], text.decode(errors="replace"), headers)
                await answer(scope, receive, send)

        await app(dict(scope), receive, sending)  # a copy: an application writes itself into its scope

    return asked


def _problem(request: Request, status: int, text: str, headers: Mapping[str, str]) -> Response:
    kind = HTTP.get(status, OTHER.of(status))
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    members = {"hint": _HOW} if status in _OF_PROTOCOL else {}
    return problem(request, kind, OUR_FAULT if status >= 500 else text.strip() or kind.title, kept, **members)
