"""What may be wrong with a SPARQL query, or with running it."""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from collections.abc import Iterable

from kg.durations import in_seconds
from kg.errors.base import Because, KGError, listed

__all__ = [
    "AnswerUnwritable",
    "QueryCancelled",
    "QueryError",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
]


class QueryError(KGError):
    """The query was at fault, not the store."""


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL query.

    Line and column count from 1; they are None where the engine gives none. `token` is what stands there, `did_you_mean` what
    its writer may have meant by it.
    """

    remedy = "Correct the query at the place named; the fault stands there or just before it."

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        expected: Iterable[str] = (),
        token: str = "",
        did_you_mean: Iterable[str] = (),
    ) -> None:
        self.message = message
        self.line = line
        self.column = column
        self.expected = tuple(expected)
        self.token = token
        self.did_you_mean = tuple(did_you_mean)
        super().__init__(message, line, column, self.expected, token, self.did_you_mean)

    def __str__(self) -> str:
        place = f" at line {self.line}, column {self.column}" if self.line is not None else ""
        hint = f" Expected here: {listed(self.expected)}." if self.expected else ""
        meant = f" Did you mean {listed(self.did_you_mean)}?" if self.did_you_mean else ""
        return f"The query cannot be read{place}: {self.message}.{meant}{hint}"


class QueryRefused(QueryError):
    """The query is readable, but this store does not run such a query."""

    remedy = "Ask a read-only query over the graphs of this store."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"The query is refused: {self.reason}."


class QueryTimeout(QueryError):
    """The query was stopped at its deadline of `seconds`; no part of an answer was given out. `elapsed` counts its waiting too."""

    remedy = "Narrow the query, add a LIMIT, or allow it more time."

    def __init__(self, seconds: float, elapsed: float | None = None) -> None:
        self.seconds = seconds
        self.elapsed = elapsed
        super().__init__(seconds, elapsed)

    def __str__(self) -> str:
        return f"The query was stopped after {in_seconds(self.seconds)}."


class QueryCancelled(QueryError):
    """The query was stopped because its client asked for it."""

    remedy = "Send the query again if you still want the answer."

    def __init__(self) -> None:
        super().__init__()

    def __str__(self) -> str:
        return "The query was cancelled by its client."


class QueryTooLarge(QueryError):
    """The query was stopped at a cap: `resource` is "answer" or "memory" with a `limit` in bytes, or "rows" with their number."""

    remedy = "Ask for less: fewer variables, a narrower pattern, or ORDER BY with LIMIT and OFFSET, page by page."

    def __init__(self, resource: str, limit: int) -> None:
        self.resource = resource
        self.limit = limit
        super().__init__(resource, limit)

    def __str__(self) -> str:
        if self.resource == "rows":
            return f"One answer may have no more than {self.limit:,} rows, and this one has as many or more."
        verb = "needs" if self.resource == "memory" else "has"
        return f"The query {verb} more than the {self.limit:,} bytes of {self.resource} that one query may have."


class AnswerUnwritable(QueryError):
    """The format that was asked for cannot hold the answer, which `formats` can: XML lacks some characters, and names for some IRIs."""

    remedy = "Ask for another format, or leave out what the format cannot hold."

    def __init__(self, media_type: str, reason: str, formats: Iterable[str] = ()) -> None:
        self.media_type = media_type
        self.reason = reason
        self.formats = tuple(formats)
        super().__init__(media_type, reason, self.formats)

    def __str__(self) -> str:
        others = f" Ask for {listed(self.formats)}." if self.formats else ""
        return f"The answer cannot be written as {self.media_type}: {self.reason}.{others}"


class QueryFailed(Because):
    """The engine could not run a query that it could read."""

    lead = "The query could not be run"
