"""The result of a SPARQL query, whatever its form."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.namespaces import curie
from kg.results.views import frame, html_table
from kg.store.forms import Form, form_of
from kg.store.port import Row

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SparqlResult", "media_type_of"]

_SHOWN = 50


def media_type_of(query: str) -> str:
    """The format in which the result of a query is asked for.

    Raises:
        QueryError: The text is no query.
    """
    return "application/n-triples" if form_of(query).is_graph else "application/sparql-results+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SparqlResult:
    """The result of a query.

    It is iterated over its rows (SELECT) or its triples (CONSTRUCT, DESCRIBE); as a truth value it is the answer of an ASK, and of the
    others whether there is any row or triple.

    Attributes:
        form: The query's form.
        variables: Column names without the question mark.
        rows: One tuple of rdflib terms a solution; None where a variable is unbound.
        boolean: The answer of an ASK, else None.
        graph: The answer of a CONSTRUCT or DESCRIBE, else None.
    """

    form: Form
    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    graph: Graph | None = None

    @classmethod
    def of(cls, query: str, body: bytes) -> Self:
        """The value of a serialised result, in the format that :func:`media_type_of` names."""
        form = form_of(query)
        if form.is_graph:
            return cls(form=form, graph=Graph().parse(data=body, format="nt"))
        found = json.loads(body)
        if form is Form.ASK:
            return cls(form=form, boolean=bool(found["boolean"]))
        names = tuple(found["head"]["vars"])
        rows = tuple(tuple(_term(row[n]) if n in row else None for n in names) for row in found["results"]["bindings"])
        return cls(form=form, variables=names, rows=rows)

    def __iter__(self) -> Iterator[tuple[Node | None, ...]]:
        return iter(self.rows) if self.graph is None else iter(self.graph)

    def __len__(self) -> int:
        return len(self.rows) if self.graph is None else len(self.graph)

    def __bool__(self) -> bool:
        return len(self) > 0 if self.boolean is None else self.boolean

    def to_pandas(self) -> "pd.DataFrame":
        """The rows as a table of Python values: numbers, dates and texts; IRIs as text. Triples become three columns.

        Raises:
            MissingExtra: pandas is not installed.
        """
        names = self.variables if self.graph is None else ("subject", "predicate", "object")
        rows = [{n: _plain(t) for n, t in zip(names, row, strict=True)} for row in self]
        return frame(rows, names)

    def to_rdflib(self) -> Graph:
        """The triples of a CONSTRUCT or DESCRIBE; an empty graph for the other forms."""
        return Graph() if self.graph is None else self.graph

    def __repr__(self) -> str:
        if self.boolean is not None:
            return f"<SparqlResult: {self.form} {self.boolean}>"
        what = f"{len(self)} triples" if self.graph is not None else f"{len(self)} rows of {', '.join(self.variables)}"
        return f"<SparqlResult: {self.form}, {what}>"

    def _repr_html_(self) -> str:
        names = self.variables if self.graph is None else ("subject", "predicate", "object")
        shown = [row for row, _ in zip(self, range(_SHOWN), strict=False)]
        cells = [{n: None if t is None else curie(str(t)) for n, t in zip(names, row, strict=True)} for row in shown]
        more = f"… and {len(self) - _SHOWN} more" if len(self) > _SHOWN else ""
        return html_table(repr(self)[1:-1], cells, more)


def _term(raw: Mapping[str, Any]) -> Node:
    if raw["type"] == "uri":
        return URIRef(raw["value"])
    if raw["type"] == "bnode":
        return BNode(raw["value"])
    if "xml:lang" in raw:
        return Literal(raw["value"], lang=raw["xml:lang"])
    # As the store wrote it: rdflib would rewrite 007 as 7.
    return Literal(raw["value"], datatype=URIRef(raw["datatype"]) if "datatype" in raw else None, normalize=False)


def _plain(term: Node | None) -> Any:
    return term.toPython() if isinstance(term, Literal) else None if term is None else str(term)
