"""What all answers have in common: the JSON body behind the value, and the views of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, overload

from rdflib import Graph

from kg.results.views import frame, html_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Describe", "Named", "Result", "Rows", "named", "no_graph"]

Describe = Callable[[Sequence[str]], Graph]
"""IRIs → what the graph says of them, their parts, and the labels of what they lead to."""

T = TypeVar("T", bound="Result")
_SHOWN: Final = 50  # rows of a table in a notebook; the value has them all


def no_graph(_: Sequence[str]) -> Graph:
    """What describes the things of a value that was made from a bare body: nothing."""
    return Graph()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(ABC):
    """A value made of a JSON body.

    Attributes:
        json: The body, as the HTTP API and ``--json`` give it; it holds whatever the attributes leave out.
    """

    json: Mapping[str, Any] = field(repr=False, hash=False)

    @classmethod
    @abstractmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body.

        Raises:
            KeyError: The body lacks what every such answer has.
        """

    def row(self) -> Mapping[str, Any]:
        """The value as one row of a table."""
        return {k: v for k, v in self.json.items() if not isinstance(v, dict | list)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Result):
    """A thing with an IRI and a label."""

    iri: str
    label: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(json=body, iri=body["iri"], label=body["label"])

    def __str__(self) -> str:
        return self.label


def named(bodies: Sequence[Mapping[str, Any]]) -> tuple[Named, ...]:
    """The things of a list."""
    return tuple(Named.of(b) for b in bodies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Result, Generic[T]):
    """An answer that is a list above all: it is iterated, counted and indexed like one, and shown as a table.

    Attributes:
        describe: How the graph is asked for the triples of its things.
    """

    describe: Describe = field(default=no_graph, repr=False, compare=False)

    @property
    @abstractmethod
    def items(self) -> tuple[T, ...]:
        """What it lists."""

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        return self.items[place]

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of what it lists."""
        return tuple(i.json["iri"] for i in self.items)

    def heading(self) -> str:
        """One line about the whole."""
        return f"{len(self)} of {type(self).__name__}"

    def to_pandas(self) -> "pd.DataFrame":
        """The list as a table, one row an item.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame([i.row() for i in self.items])

    def to_rdflib(self) -> Graph:
        """What the graph says of the things listed: asserted and inferred triples, their parts, and the labels of what they lead to."""
        return self.describe(self.iris)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.heading()}>"

    def _repr_html_(self) -> str:
        rows = [i.row() for i in self.items[:_SHOWN]]
        more = f"… and {len(self) - _SHOWN} more" if len(self) > _SHOWN else ""
        return html_table(self.heading(), rows, more)
