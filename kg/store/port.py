"""The port: what every store promises, whatever engine stands behind it. The contract suite tests each promise on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Final, Protocol, Self

from rdflib import Graph
from rdflib.term import Node

__all__ = ["NO_PREFIXES", "Row", "SelectResult", "Selects", "TripleStore"]

NO_PREFIXES: Final[Mapping[str, str]] = MappingProxyType({})
Row = tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class SelectResult:
    """A table of terms.

    Attributes:
        variables: Column names without the question mark.
        rows: One tuple a solution, in the columns' order; None where a variable is unbound.
    """

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


class Selects(Protocol):
    """What answers SELECTs: all that reading the knowledge needs."""

    def select(self, query: str) -> SelectResult:
        """Run a SELECT."""
        ...


class TripleStore(Protocol):
    """A store that answers SPARQL 1.1 queries and nothing else.

    Every adapter promises: results are plain rdflib terms, complete, and free of the engine (they may go to another thread); a
    text that does not parse raises ``QuerySyntaxError`` with its place; updates and ``SERVICE`` raise ``QueryRefused`` before the
    engine sees them; an engine that gives no answer raises ``StoreUnavailable``, and so does a store that was closed.
    """

    def select(self, query: str) -> SelectResult:
        """Run a SELECT."""
        ...

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        ...

    def construct(self, query: str) -> Graph:
        """Run a CONSTRUCT or DESCRIBE."""
        ...

    def serialise(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] = NO_PREFIXES,
    ) -> bytes:
        """Run a query of any form and write its result, in one step on one thread.

        Args:
            query: The text.
            media_type: A SPARQL result format for SELECT and ASK, an RDF format for CONSTRUCT and DESCRIBE.
            default_graphs: When given, the union of these graphs is the default graph (SPARQL 1.1 Protocol 2.1.4).
            named_graphs: When given, only these graphs can be named by GRAPH.
            prefixes: Prefixes that the text may use without declaring them; a declaration of its own wins.
        """
        ...

    def close(self) -> None:
        """Let go of the engine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...
