"""Structured logs: one event a line, with the request's id. What a client sent is told by its shape alone.

No query string, no body and no header but the method and the path's pattern go into a log, so that nothing that a client sent as a secret,
by mistake or by design, is kept.
"""

import logging
import re
import secrets
import sys
from typing import Any, Final

import structlog
from asgi_correlation_id import correlation_id

from service.observed import Exchange

__all__ = ["access", "configure", "is_request_id", "log", "new_request_id"]

_QUIET: Final = ("uvicorn.access", "asgi_correlation_id")  # our own line says more and repeats nothing that was sent


_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_request_id() -> str:
    """An id for a request that brought none."""
    return secrets.token_urlsafe(12)


def is_request_id(text: str) -> bool:
    """Whether an id that a client brought may stand in our logs and answers."""
    return _REQUEST_ID.fullmatch(text) is not None


def _with_id(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    found = correlation_id.get()
    return {**event, "request": found} if found else event


_SHARED: Final[tuple[structlog.typing.Processor, ...]] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _with_id,
)
log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger("imaging_kg"),
    processors=[structlog.stdlib.filter_by_level, *_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
)
"""The service's own events; where they go is the process's business, see :func:`configure`."""


def configure(level: str, form: str) -> None:
    """Send every log of the process, uvicorn's included, to standard error in one form.

    Args:
        level: ``debug`` | ``info`` | ``warning`` | ``error``.
        form: ``json`` or ``text``.
    """
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, last,
            ],
        )
    )  # fmt: skip
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", *_QUIET):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name not in _QUIET


def access(seen: Exchange) -> None:
    """One line a request: method, pattern of the path, status, milliseconds, bytes sent, request id."""
    level = "info" if seen.status and seen.status < 500 else "warning"  # none: the client went away before an answer
    ms = round(seen.seconds * 1000, 1)
    getattr(log, level)("request", method=seen.method, path=seen.path, status=seen.status, ms=ms, bytes=seen.sent)
