"""Every error that leaves this library, drawn once.

::

    KGError
    ├── UnknownConcept       a name that no concept bears, with the nearest ones
    ├── UnknownDataset       likewise for a dataset
    ├── QuerySyntaxError     SPARQL that does not parse: line, column, what was expected
    ├── QueryRefused         SPARQL that parses and is not allowed: updates, SERVICE, LOAD, fetching FROM
    ├── QueryTimeout         stopped at its deadline
    ├── ResultTooLarge       stopped at its size cap
    ├── StoreUnavailable     no answer from the store
    ├── ReleaseDamaged       a product that is missing, half or altered; names the file and the remedy
    ├── CatalogueError       a row that breaks a rule: file, line, field, rule
    ├── SourceShapeError     an upstream file in the wrong shape: what is missing
    ├── ReasonerError        the ontology cannot be classified
    ├── ProfileError         a fusion profile that makes no sense: field, reason
    └── MissingExtra         an optional part that is not installed
"""

from typing import Any, ClassVar

__all__ = [
    "CatalogueError", "KGError", "MissingExtra", "ProfileError", "QueryRefused", "QuerySyntaxError", "QueryTimeout",
    "ReasonerError", "ReleaseDamaged", "ResultTooLarge", "SourceShapeError", "StoreUnavailable", "UnknownConcept",
    "UnknownDataset",
]  # fmt: skip


class KGError(Exception):
    """The root. ``str()`` is one plain sentence; ``hint`` says what to do about it; the data are attributes."""

    hint: ClassVar[str] = ""

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the arguments, so that an error crosses a process boundary whole."""
        return (_rebuild, (type(self), self.__dict__.copy(), self.args))


def _rebuild(kind: type[KGError], state: dict[str, Any], args: tuple[Any, ...]) -> KGError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class UnknownConcept(KGError):
    """A text names no concept of the ontology."""

    hint = "use a label, a synonym, a CURIE or the IRI of a mapped terminology"

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        near = f"; the nearest are {', '.join(suggestions)}" if suggestions else ""
        super().__init__(f"{text!r} names no concept{near}")
        self.text, self.suggestions = text, suggestions


class UnknownDataset(KGError):
    """A text names no dataset of the catalogue."""

    hint = "use a dataset's id, name, alias or IRI"

    def __init__(self, text: str, suggestions: tuple[str, ...] = ()) -> None:
        near = f"; the nearest are {', '.join(suggestions)}" if suggestions else ""
        super().__init__(f"{text!r} names no dataset{near}")
        self.text, self.suggestions = text, suggestions


class QuerySyntaxError(KGError):
    """A text is no SPARQL query."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None, expected: str = "") -> None:
        where = f"line {line}, column {column}: " if line is not None else ""
        super().__init__(f"the query does not parse: {where}{message}")
        self.message, self.line, self.column, self.expected = message, line, column, expected


class QueryRefused(KGError):
    """A query asks for what this endpoint never does."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the query is refused: {reason}")
        self.reason = reason


class QueryTimeout(KGError):
    """A query was stopped at its deadline."""

    hint = "narrow the query, or ask for a longer deadline up to the cap"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the query was stopped after {seconds:g} s")
        self.seconds = seconds


class ResultTooLarge(KGError):
    """A result was stopped at its size cap."""

    hint = "add a LIMIT, or select fewer variables"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the result is larger than {limit} bytes")
        self.limit = limit


class StoreUnavailable(KGError):
    """The store gives no answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the store does not answer: {reason}")
        self.reason = reason


class ReleaseDamaged(KGError):
    """A product is missing, half-written or altered."""

    def __init__(self, path: str, reason: str, remedy: str = "run: imaging-kg build") -> None:
        super().__init__(f"{path}: {reason}; {remedy}")
        self.path, self.reason, self.remedy = path, reason, remedy


class CatalogueError(KGError):
    """A row of the catalogue breaks a rule."""

    def __init__(self, file: str, line: int, field: str, rule: str) -> None:
        super().__init__(f"{file}:{line}: {field}: {rule}")
        self.file, self.line, self.field, self.rule = file, line, field, rule


class SourceShapeError(KGError):
    """An upstream file is not in the shape that its adapter reads."""

    def __init__(self, path: str, missing: str) -> None:
        super().__init__(f"{path} lacks {missing}")
        self.path, self.missing = path, missing


class ReasonerError(KGError):
    """The ontology cannot be classified."""


class ProfileError(KGError):
    """A fusion profile makes no sense."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class MissingExtra(KGError):
    """An optional part is not installed."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"this needs the extra {extra!r}: pip install 'imaging-kg[{extra}]'")
        self.extra = extra
