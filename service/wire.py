"""The HTTP of the wire: uvicorn's protocol, whose refusals of what cannot be read are problem documents too (RFC 9457).

What the parser refuses never reaches the application. Such a request is answered and logged here, without a byte of what was sent.
"""

import json
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.kinds import HTTP
from service.logs import is_request_id, log, new_request_id
from service.problems import MEDIA_TYPE

__all__ = ["LONGEST", "Wire"]

LONGEST: Final = 65_535
"""Bytes that the target of a request (its path and query) may have: the parser counts them in 16 bits."""
_UNREADABLE: Final = "the parser of HTTP/1.1 cannot read what was sent, and none of it is repeated here"
_HINT: Final = "Look at the request line, the headers and the framing of the body (RFC 9112); percent-encode in the address what is not ASCII."
_TOO_LONG: Final = f"path and query of a request may have {LONGEST:,} bytes, and these have more"
_OTHERS: Final = (
    ("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", "X-Request-ID"), ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"), ("Connection", "close"),
)  # fmt: skip


class Wire(HttpToolsProtocol):
    """A connection.

    A target that is too long is 414 (RFC 9110, 15.5.15), and everything else that cannot be read is 400.
    """

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target. What is too long is kept no further, and refused when the whole head has been read.

        To hang up before would reset the connection, and the client would lose the answer.
        """
        if len(self.url) <= LONGEST:
            super().on_url(url)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # uvicorn's words, which say less
        """Answer what cannot be read, and hang up.

        Where an answer to an earlier request is on its way, another one would stand in the middle of it; then the connection ends without.
        """
        head = bool(self.scope) and "path" not in self.scope  # the head of a request has begun and not ended
        kind = HTTP[414] if head and len(self.url) > LONGEST else HTTP[400]
        named = dict(self.headers).get(b"x-request-id", b"").decode("latin-1") if head else ""
        request = named if is_request_id(named) else new_request_id()
        log.warning("request refused before it was one", status=kind.status, request=request)
        answering = bool(self.cycle) and self.cycle.response_started and not self.cycle.response_complete
        if not answering:
            long = kind.status == 414
            body = {
                "type": f"{self.root_path}/errors/{kind.slug}", "title": kind.title, "status": kind.status,
                "detail": _TOO_LONG if long else _UNREADABLE, "instance": "", "request_id": request,
                "hint": kind.hint if long else _HINT,
            }  # fmt: skip
            self._answer(kind.status, request, json.dumps(body).encode(), empty=head and self.parser.get_method() == b"HEAD")
        self.transport.close()

    def _answer(self, status: int, request: str, body: bytes, *, empty: bool) -> None:
        headers = (
            *((n.decode("latin-1"), v.decode("latin-1")) for n, v in self.server_state.default_headers),
            ("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body))), ("X-Request-ID", request), *_OTHERS,
        )  # fmt: skip
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.transport.write(STATUS_LINE[status] + lines.encode("latin-1") + b"\r\n" + (b"" if empty else body))
