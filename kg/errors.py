"""Every error the library raises on purpose, in one tree; nothing foreign escapes an adapter.

    KGError
    ├── UnknownConcept          text, suggestions       a word or identifier that names no concept
    ├── UnknownDataset          text, suggestions       a name or IRI that names no dataset
    ├── QueryError              (never raised itself)   the query was at fault
    │   ├── QuerySyntaxError    message, line, column, expected, token, did_you_mean
    │   ├── QueryRefused        reason                  readable, but not allowed: update, SERVICE, foreign FROM
    │   ├── QueryTimeout        seconds, elapsed        stopped at its deadline
    │   ├── QueryCancelled      (nothing)               stopped because its client asked for it, or went away
    │   ├── QueryTooLarge       resource, limit         stopped at a cap: bytes of answer, rows, bytes of memory
    │   └── AnswerUnwritable    media_type, reason, formats   the format cannot hold the answer, others can
    ├── QueryFailed             reason                  the engine could not run it; not the query's fault
    ├── StoreUnavailable        reason                  no engine answered
    │   ├── ReleaseChanging     reason                  the release on a server is being replaced, or was
    │   └── StoreClosed         (nothing)               it was closed before the question came
    ├── ServiceError            reason, status          a remote service refuses, or answers with what is no answer
    ├── ReleaseDamaged          path, reason, remedy
    ├── PublishingFailed        reason, remedy          a release did not reach a server whole
    ├── CatalogueError          file, line, field, rule
    ├── SourceShapeError        path, missing
    ├── SourceShrank            source, before, now
    ├── ReasonerError           reason
    ├── QuestionError           field, reason           a value of a question, an option or a table asked about is wrong
    │   └── ProfileError        field, reason           … in a fusion profile
    │       └── ExpressionError … line, column, expected, suggestions
    ├── DescriptionError        message, line, column   a description of a dataset that cannot be read
    ├── UnknownPlan             plan, reason
    ├── PlanOfAnotherRelease    plan, release, current, question
    └── MissingExtra            extra

Each carries its data as attributes, `str()` is one plain sentence, and `remedy` says what to do about it ("" if nothing can be
said in general). The data are also `args`, so that every error survives pickling: query workers are processes.
"""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from collections.abc import Iterable
from os import PathLike, fspath
from typing import Any

from kg.durations import in_seconds

__all__ = [
    "AnswerUnwritable",
    "CatalogueError",
    "DescriptionError",
    "ExpressionError",
    "KGError",
    "MissingExtra",
    "PlanOfAnotherRelease",
    "ProfileError",
    "PublishingFailed",
    "QueryCancelled",
    "QueryError",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "QueryTooLarge",
    "QuestionError",
    "ReasonerError",
    "ReleaseChanging",
    "ReleaseDamaged",
    "ServiceError",
    "SourceShapeError",
    "SourceShrank",
    "StoreClosed",
    "StoreUnavailable",
    "UnknownConcept",
    "UnknownDataset",
    "UnknownPlan",
]

_SHOWN = 5  # suggestions or expectations worth reading out in a sentence


def _listed(words: Iterable[str]) -> str:
    return ", ".join(list(words)[:_SHOWN])


class KGError(Exception):
    """The root: catch it to catch all of ours and nothing else."""

    remedy: str = ""


class _Unknown(KGError):
    """A text that should name something and does not."""

    kind = "thing"

    def __init__(self, text: str, suggestions: Iterable[str] = ()) -> None:
        self.text = text
        self.suggestions = tuple(suggestions)
        super().__init__(text, self.suggestions)

    def __str__(self) -> str:
        hint = f" Did you mean {_listed(self.suggestions)}?" if self.suggestions else ""
        return f"No {self.kind} is called {self.text!r}.{hint}"


class UnknownConcept(_Unknown):
    """A word or an identifier that names no concept of the ontology."""

    kind = "concept"
    remedy = "Search the concepts for another word, or name it by its IRI."


class UnknownDataset(_Unknown):
    """A name or an IRI that names no dataset of the catalogue."""

    kind = "dataset"
    remedy = "Search the datasets by a part of the name."


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
        hint = f" Expected here: {_listed(self.expected)}." if self.expected else ""
        meant = f" Did you mean {_listed(self.did_you_mean)}?" if self.did_you_mean else ""
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
        others = f" Ask for {_listed(self.formats)}." if self.formats else ""
        return f"The answer cannot be written as {self.media_type}: {self.reason}.{others}"


class _Because(KGError):
    """An error that one reason explains."""

    lead = "Something failed"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"{self.lead}: {self.reason}."


class QueryFailed(_Because):
    """The engine could not run a query that it could read."""

    lead = "The query could not be run"


class StoreUnavailable(_Because):
    """No engine answered: not started, unreachable, closed, or too busy."""

    lead = "The store does not answer"
    remedy = "Try again in a moment; if it stays so, check that the store is there and running."


class ReleaseChanging(StoreUnavailable):
    """The server no longer holds the release that was opened there: another one is being brought, or has come.

    What it would answer now might be of two releases, so no answer is given out.
    """

    lead = "The release on the server is changing"
    remedy = "Try again in a minute; a service takes the new release up by itself, and a program opens it anew."


class StoreClosed(StoreUnavailable):
    """The graph, or the connection to its service, was closed before the question came."""

    remedy = "Open it again, or ask within its `with` block."

    def __init__(self) -> None:
        super().__init__("it is closed")
        self.args = ()

    def __str__(self) -> str:
        return "The graph is closed."


class ServiceError(KGError):
    """A remote service cannot be used as one: its address, its answer, or a refusal that the library has no other error for.

    ``status`` is the HTTP status, None when it did not come to an answer.
    """

    remedy = "Check the address, the token and the version of the service; its page /docs shows what it offers."

    def __init__(self, reason: str, status: int | None = None) -> None:
        self.reason = reason
        self.status = status
        super().__init__(reason, status)

    def __str__(self) -> str:
        return f"The service cannot be used: {self.reason}."


class SourceShrank(KGError):
    """A source lost more than a tenth of its records since the last import: it may have been cut off."""

    remedy = "Look at the file; if the loss is real, import again with --accept-shrink."

    def __init__(self, source: str, before: int, now: int) -> None:
        self.source = source
        self.before = before
        self.now = now
        super().__init__(source, before, now)

    def __str__(self) -> str:
        return f"{self.source} had {self.before} records and now has {self.now}; nothing was written."


class ReasonerError(_Because):
    """The reasoner stopped without a verdict."""

    lead = "The reasoner stopped"


class ReleaseDamaged(KGError):
    """A release folder is not what its manifest says."""

    def __init__(self, path: str | PathLike[str], reason: str, remedy: str = "Build or fetch the release again.") -> None:
        self.path = fspath(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(self.path, reason, remedy)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.remedy}"


class PublishingFailed(KGError):
    """A release did not reach a server, or not whole; readers there still see the old one, or none."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(reason, remedy)

    def __str__(self) -> str:
        return f"The release is not published: {self.reason}; {self.remedy}."


class CatalogueError(KGError):
    """A row of the curated catalogue breaks a rule. Lines count from 1, the header being line 1."""

    remedy = "Correct the row; the rule says what it must hold."

    def __init__(self, file: str | PathLike[str], line: int, field: str, rule: str) -> None:
        self.file = fspath(file)
        self.line = line
        self.field = field
        self.rule = rule
        super().__init__(self.file, line, field, rule)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.rule}"


class SourceShapeError(KGError):
    """An upstream file lacks what its adapter reads: it has changed its shape."""

    remedy = "Compare the file with the version that the adapter names."

    def __init__(self, path: str | PathLike[str], missing: Iterable[str]) -> None:
        self.path = fspath(path)
        self.missing = (missing,) if isinstance(missing, str) else tuple(missing)
        super().__init__(self.path, self.missing)

    def __str__(self) -> str:
        return f"{self.path} lacks {', '.join(self.missing)}."


class QuestionError(KGError):
    """A question has a value that its place does not take: a parameter, an option, a cursor, a column; `field` names the place."""

    remedy = "Correct the value named."

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(field, reason)

    def __str__(self) -> str:
        return f"{self.field!r} is wrong: {self.reason}."


class ProfileError(QuestionError):
    """A fusion profile asks for something that cannot be."""

    remedy = "Correct the field named."

    def __str__(self) -> str:
        return f"The profile's field {self.field!r} is wrong: {self.reason}."


class ExpressionError(ProfileError):
    """A class expression that cannot be read, or that the graph cannot answer. Line and column count from 1."""

    remedy = "Correct the expression at the place named."

    def __init__(
        self,
        field: str,
        reason: str,
        line: int = 1,
        column: int = 1,
        expected: Iterable[str] = (),
        suggestions: Iterable[str] = (),
    ) -> None:
        super().__init__(field, reason)
        self.line = line
        self.column = column
        self.expected = tuple(expected)
        self.suggestions = tuple(suggestions)
        self.args = (field, reason, line, column, self.expected, self.suggestions)

    def __str__(self) -> str:
        expected = f" Expected here: {_listed(self.expected)}." if self.expected else ""
        hint = f" Did you mean {_listed(self.suggestions)}?" if self.suggestions else ""
        return f"{self.field} cannot be answered, line {self.line}, column {self.column}: {self.reason}.{expected}{hint}"


class DescriptionError(KGError):
    """A description of a dataset that cannot be read. Line and column count from 1; they are None where the reader gives none."""

    remedy = "Correct the description at the place named; it is RDF as Turtle, JSON-LD, N-Triples or RDF/XML."

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(message, line, column)

    def __str__(self) -> str:
        place = f" at line {self.line}, column {self.column}" if self.line is not None else ""
        return f"The description cannot be read{place}: {self.message.rstrip('.')}."


class UnknownPlan(KGError):
    """An id by which no plan can be made."""

    remedy = "Ask the question again with POST /v1/fusion/plans or `imaging-kg plan`; the same question has the same id."

    def __init__(self, plan: str, reason: str) -> None:
        self.plan, self.reason = plan, reason
        super().__init__(plan, reason)

    def __str__(self) -> str:
        return f"There is no plan {self.plan!r}: {self.reason}."


class PlanOfAnotherRelease(KGError):
    """A plan that was made from another release than the one that is asked; ``question`` is its question as JSON, where it is known."""

    def __init__(self, plan: str, release: str, current: str, question: dict[str, Any] | None = None) -> None:
        self.plan, self.release, self.current, self.question = plan, release, current, question
        self.remedy = (
            f"To reproduce it: imaging-kg plan --reproduce FILE --release FOLDER, where FOLDER holds release {release} and FILE is the "
            "plan as JSON or, with its question, this answer. For the plan of the present release send the question to POST /v1/fusion/plans."
        )
        super().__init__(plan, release, current, question)

    def __str__(self) -> str:
        return f"The plan {self.plan} was made from release {self.release}, and this is release {self.current}."


class MissingExtra(KGError):
    """A part of the library that is installed on request only."""

    def __init__(self, extra: str) -> None:
        self.extra = extra
        self.remedy = f"pip install 'imaging-kg[{extra}]'"
        super().__init__(extra)

    def __str__(self) -> str:
        return f"This needs the optional part {self.extra!r}, which is not installed."
