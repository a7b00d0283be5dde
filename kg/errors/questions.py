"""What may be wrong with a question: names, profiles, expressions, descriptions, plans."""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from collections.abc import Iterable
from typing import Any

from kg.errors.base import KGError, Unknown, listed

__all__ = [
    "DescriptionError",
    "ExpressionError",
    "PlanOfAnotherRelease",
    "ProfileError",
    "QuestionError",
    "UnknownConcept",
    "UnknownDataset",
    "UnknownPlan",
]


class UnknownConcept(Unknown):
    """A word or an identifier that names no concept of the ontology."""

    kind = "concept"
    remedy = "Search the concepts for another word, or name it by its IRI."


class UnknownDataset(Unknown):
    """A name or an IRI that names no dataset of the catalogue."""

    kind = "dataset"
    remedy = "Search the datasets by a part of the name."


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
        expected = f" Expected here: {listed(self.expected)}." if self.expected else ""
        hint = f" Did you mean {listed(self.suggestions)}?" if self.suggestions else ""
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
