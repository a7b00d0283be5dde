"""What will go: declared where an operation or a parameter is, told with every answer (RFC 9745, RFC 8594) and in the OpenAPI document."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from werkzeug.http import http_date

__all__ = ["KEY", "Deprecations", "Going"]

KEY: Final = "x-deprecation"
"""Where the dates stand in the OpenAPI document."""


@dataclass(frozen=True, slots=True)
class Going:
    """That something is deprecated.

    Attributes:
        since: From which day on nothing new should use it.
        sunset: From which day on it may be gone; None while that has not been decided.
        successor: The path of what to use instead; ``""`` where it is a part of the same address.

    Raises:
        ValueError: It would be gone before it is deprecated (RFC 9745, section 4).
    """

    since: date
    sunset: date | None = None
    successor: str = ""

    def __post_init__(self) -> None:
        if self.sunset is not None and self.sunset < self.since:
            msg = f"deprecated on {self.since} and gone on {self.sunset} before"
            raise ValueError(msg)

    @property
    def operation(self) -> dict[str, Any]:
        """What the decorator of an operation takes: ``@router.get(path, **Going(…).operation)``."""
        return {"deprecated": True, "openapi_extra": {KEY: self._told()}}

    @property
    def parameter(self) -> dict[str, Any]:
        """What ``Query`` takes for a parameter."""
        return {"deprecated": True, "json_schema_extra": {KEY: self._told()}}

    def _told(self) -> dict[str, str]:
        told = {
            "since": self.since.isoformat(),
            "sunset": self.sunset.isoformat() if self.sunset else "",
            "successor": self.successor,
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def of(cls, told: dict[str, str]) -> "Going":
        """What was declared, from the form that the OpenAPI document has."""
        sunset = told.get("sunset")
        return cls(date.fromisoformat(told["since"]), date.fromisoformat(sunset) if sunset else None, told.get("successor", ""))

    def mark(self, headers: MutableHeaders, root: str) -> None:
        """Add the headers of an answer.

        Args:
            headers: The answer's.
            root: What goes before every path on this host.
        """
        headers["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        if self.sunset:
            headers["Sunset"] = http_date(_midnight(self.sunset))
        if self.successor:
            headers.append("Link", f'<{root}{self.successor}>; rel="successor-version"')


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


class Deprecations:
    """Middleware that tells with every answer of a deprecated operation, or to a deprecated parameter, that it will go; the innermost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and (found := _declared(scope)) is not None:
                found.mark(MutableHeaders(scope=message), scope.get("app_root_path", scope.get("root_path", "")))
            await send(message)

        await self._app(scope, receive, marked)


def _declared(scope: Scope) -> Going | None:
    """What is declared of the operation that was asked, else of a parameter that was given."""
    route = scope.get("route")
    told = (getattr(route, "openapi_extra", None) or {}).get(KEY)
    if told is None and scope["query_string"]:
        given = QueryParams(scope["query_string"])
        fields = getattr(getattr(route, "dependant", None), "query_params", ())
        extras = (f.field_info.json_schema_extra for f in fields if f.alias in given)
        told = next((extra[KEY] for extra in extras if isinstance(extra, dict) and KEY in extra), None)
    return Going.of(told) if told else None
