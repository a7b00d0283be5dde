"""The embedded adapter: Oxigraph in this process, on disk (read-only, by as many processes as like) or in memory.

A result object of pyoxigraph must stay on the thread that made it: handed to another, it aborts the process. So every
method queries and converts in one go, and nothing of the engine leaves this module.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import QueryRefused, QuerySyntaxError, ReleaseDamaged
from kg.store.forms import Form, form_of, syntax_error
from kg.store.guard import check
from kg.store.port import SelectResult

__all__ = ["EmbeddedStore"]

_Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


def _node(term: object) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.Literal():
            if term.language:
                return Literal(term.value, lang=term.language)
            plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
            return Literal(term.value) if plain else Literal(term.value, datatype=URIRef(term.datatype.value))
        case ox.BlankNode():
            return BNode(term.value)
    msg = f"a term that RDF 1.1 does not have: {term}"
    raise QueryRefused(msg)


class EmbeddedStore:
    """Oxigraph behind the port."""

    def __init__(self, store: ox.Store) -> None:
        self._store: ox.Store | None = store

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an on-disk store for reading. Several processes may hold one folder at once.

        Raises:
            ReleaseDamaged: The folder holds no store.
        """
        try:
            return cls(ox.Store.read_only(str(folder)))
        except (OSError, ValueError) as error:
            raise ReleaseDamaged(str(folder), f"cannot be opened ({error})", "rebuild it with: imaging-kg build") from error

    @classmethod
    def load(cls, quads: bytes) -> Self:
        """Hold N-Quads in memory."""
        store = ox.Store()
        store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
        return cls(store)

    def _answer(
        self, query: str, forms: Sequence[Form], default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> _Answer:
        form = form_of(query)
        if form not in forms:
            wanted = " or ".join(forms)
            raise QuerySyntaxError(f"a {form} query where {wanted} is wanted", 1, 1, list(forms))
        check(query)
        if self._store is None:
            raise ReleaseDamaged("the store", "is closed", "open the release again")
        protocol_dataset = bool(default_graphs or named_graphs)
        try:
            return self._store.query(
                query,
                default_graph=[ox.NamedNode(g) for g in default_graphs] if protocol_dataset else None,
                named_graphs=[ox.NamedNode(g) for g in named_graphs] if protocol_dataset else None,
            )
        except SyntaxError as error:
            raise syntax_error(query, str(error)) from None

    def select(self, query: str) -> SelectResult:
        """Run a SELECT; see :class:`kg.store.port.TripleStore`."""
        found = self._answer(query, (Form.SELECT,))
        if not isinstance(found, ox.QuerySolutions):  # the form was checked from the text; the engine is the judge
            raise QuerySyntaxError("not a SELECT")
        names = tuple(v.value for v in found.variables)
        rows = tuple(tuple(None if t is None else _node(t) for t in row) for row in found)
        return SelectResult(names, rows)

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        return bool(self._answer(query, (Form.ASK,)))

    def construct(self, query: str) -> Graph:
        """Run a CONSTRUCT or DESCRIBE."""
        graph = Graph()
        found = self._answer(query, (Form.CONSTRUCT, Form.DESCRIBE))
        if isinstance(found, ox.QueryTriples):
            for triple in found:
                graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
        return graph

    def serialise(
        self, query: str, media_type: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> bytes:
        """Run a query and write its result; see :class:`kg.store.port.TripleStore`."""
        found = self._answer(query, tuple(Form), default_graphs, named_graphs)
        if isinstance(found, ox.QueryTriples):
            rdf = ox.RdfFormat.from_media_type(media_type)
            if rdf is None:
                raise QueryRefused(f"a graph cannot be written as {media_type}")
            return found.serialize(format=rdf) or b""
        table = ox.QueryResultsFormat.from_media_type(media_type)
        if table is None:
            raise QueryRefused(f"a table cannot be written as {media_type}")
        return found.serialize(format=table) or b""

    def close(self) -> None:
        """Let go of the engine; the store's files are closed with it."""
        self._store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
