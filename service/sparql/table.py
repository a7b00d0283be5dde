"""The beginning of a result as a table for people, with the number of its rows: whatever its size, only the beginning is parsed. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.namespaces import curie
from kg.store.forms import Form

__all__ = ["SHOWN", "Cell", "Table", "source_of", "table_of"]

SHOWN: Final = 200
"""Rows that a page shows."""
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_SOURCES: Final = {Form.SELECT: "text/tab-separated-values", Form.ASK: "application/sparql-results+json"}
_TRIPLE: Final = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Cell:
    """A term.

    Attributes:
        text: What is read: the lexical form of a literal, the CURIE of an IRI where it has one.
        iri: The IRI; ``""`` for any other term.
        lang: Language of a literal.
        datatype: CURIE or IRI of a literal's datatype, where it is no plain string.
    """

    text: str
    iri: str = ""
    lang: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a result.

    Attributes:
        columns: Names of the variables; of a graph, the parts of a triple.
        rows: The first rows; None stands for what is unbound.
        total: How many rows the whole result has.
        truth: The answer of ASK; None for the other forms.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int
    truth: bool | None = None


def source_of(form: Form) -> str:
    """The media type of which :func:`table_of` makes a table: where it can, one with a line for every row."""
    return _SOURCES.get(form, "application/n-triples")


def table_of(pieces: Iterable[bytes], form: Form) -> Table:
    """Read the beginning of a result.

    Args:
        pieces: The result as :func:`source_of` has it, cut anywhere.
        form: The form of its query.
    """
    if form is Form.ASK:
        found = ox.parse_query_results(b"".join(pieces), format=ox.QueryResultsFormat.JSON)
        return Table((), (), 0, bool(found))
    if form.is_graph:
        text, total = _beginning(pieces, SHOWN)
        triples = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
        return Table(_TRIPLE, tuple(tuple(_cell(t) for t in (s.subject, s.predicate, s.object)) for s in triples), total)
    text, lines = _beginning(pieces, SHOWN + 1)
    if not text.strip(b"\n"):  # no variables: a row says only that it is there
        return Table((), ((),) * (text.count(b"\n") - 1), lines - 1)
    solutions = ox.parse_query_results(text, format=ox.QueryResultsFormat.TSV)
    if not isinstance(solutions, ox.QuerySolutions):
        msg = "a table of solutions is none"
        raise TypeError(msg)
    names = tuple(v.value for v in solutions.variables)
    return Table(names, tuple(_rows(solutions)), lines - 1)


def _rows(solutions: ox.QuerySolutions) -> Iterator[tuple[Cell | None, ...]]:
    for solution in solutions:
        yield tuple(None if term is None else _cell(term) for term in solution)


def _beginning(pieces: Iterable[bytes], most: int) -> tuple[bytes, int]:
    """The first lines, and how many lines there are."""
    held, lines = bytearray(), 0
    for piece in pieces:
        if lines < most:
            held += piece
        lines += piece.count(b"\n")
    first = bytes(held).split(b"\n", most)[:most]
    return b"\n".join([*first, b""]) if lines >= most else bytes(held), lines


def _cell(term: object) -> Cell:
    if isinstance(term, ox.NamedNode):
        return Cell(curie(term.value), term.value)
    if isinstance(term, ox.Literal):
        datatype = "" if term.language or term.datatype.value == _STRING else curie(term.datatype.value)
        return Cell(term.value, "", term.language or "", datatype)
    return Cell(str(term))
