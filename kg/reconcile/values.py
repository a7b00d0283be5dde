"""The values of reconciliation: a query, the conditions that narrow it, and the candidates that answer it."""

from dataclasses import dataclass
from typing import Final

__all__ = [
    "DEFAULT_LIMIT", "LONGEST_TEXT", "MOST_CANDIDATES", "MOST_CONDITIONS", "MOST_VALUES", "QUANTIFIERS", "Candidate", "Condition",
    "Feature", "Query", "QueryFault", "Value",
]  # fmt: skip

Value = str | int | float | bool
"""A property value as a query may give it; an entity is given by its id."""

DEFAULT_LIMIT: Final = 10
MOST_CANDIDATES: Final = 100
LONGEST_TEXT: Final = 1000
"""Characters of a name or of a value; a longer cell is prose and no name."""
MOST_CONDITIONS: Final = 10
MOST_VALUES: Final = 20
"""Values in one query, of all its conditions together."""
QUANTIFIERS: Final = ("any", "all", "none")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a property of the wanted entity should be.

    Attributes:
        prop: Id of the property.
        values: The values wanted.
        required: Whether an entity of which it is not known to hold is no candidate.
        quantifier: ``any`` of the values, ``all`` of them, or ``none``.
        qualifier: How values are compared; ``""`` for the property's own way.
    """

    prop: str
    values: tuple[Value, ...]
    required: bool = False
    quantifier: str = "any"
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One query: a name, conditions, or both. Types are ids of entity types; none given: any type will do."""

    text: str = ""
    types: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryFault:
    """A query that cannot be answered, while the rest of its batch can.

    Attributes:
        field: The part of the query at fault.
        reason: What is wrong with it, as a sentence without its full stop.
        suggestions: What may have been meant.
    """

    field: str
    reason: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        hint = f" Did you mean {', '.join(self.suggestions)}?" if self.suggestions else ""
        return f"{self.field}: {self.reason}.{hint}"


@dataclass(frozen=True, slots=True)
class Feature:
    """One ground of a score: a share of 100, a count, or yes and no."""

    id: str
    name: str
    value: float | bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that a query may mean.

    Attributes:
        id: Its IRI.
        name: Its name, in English.
        types: Ids of its types, the most specific first.
        description: What it is, in a sentence; ``""`` when nobody wrote one.
        score: 0 to 100.
        match: Whether it is safe to take it unseen: the one entity that is called exactly so.
        form: The written form or identifier by which it was found.
        features: The grounds of the score.
    """

    id: str
    name: str
    types: tuple[str, ...]
    description: str
    score: float
    match: bool
    form: str
    features: tuple[Feature, ...]
