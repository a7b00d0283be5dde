"""The embedded adapter: Oxigraph in this process, on disk (read-only, by as many processes as like) or in memory.

A result object of pyoxigraph must stay on the thread that made it: handed to another, it aborts the process. So every
method queries and converts in one go, and nothing of the engine leaves this module, not even in the frame of a traceback:
that is what each ``del found`` is for.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import QueryRefused, QuerySyntaxError, QueryTooLarge, ReleaseDamaged, StoreClosed
from kg.store.engine import Answer, evaluate, own_errors, write
from kg.store.forms import Form, form_of
from kg.store.guard import check
from kg.store.port import NO_PREFIXES, SelectResult
from kg.store.quads import load_quads

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["EmbeddedStore"]


def _node(term: object) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.Literal():
            if term.language:
                return Literal(term.value, lang=term.language)
            if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
                return Literal(term.value)
            # Not normalised: the lexical form is the store's, the same from every adapter.
            return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
        case ox.BlankNode():
            return BNode(term.value)
    msg = f"its answer holds a term that RDF 1.1 does not have: {term}"
    raise QueryRefused(msg)


class _Capped(io.BytesIO):
    """A buffer that refuses to grow past a size, so that a serialiser stops there and not at the end of memory."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self._largest = largest

    def write(self, data: "Buffer", /) -> int:
        written = super().write(data)
        if self.tell() > self._largest:
            raise QueryTooLarge("answer", self._largest)
        return written


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
        except (OSError, ValueError, RuntimeError) as error:  # Oxigraph tells of corruption by a RuntimeError
            raise ReleaseDamaged(str(folder), f"cannot be opened ({error})", "rebuild it with: imaging-kg build") from error

    @classmethod
    def load(cls, quads: bytes) -> Self:
        """Hold N-Quads in memory; the default graph is formed as in a store on disk."""
        store = ox.Store()
        load_quads(store, quads)
        return cls(store)

    def _answer(
        self,
        query: str,
        forms: Sequence[Form],
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] = NO_PREFIXES,
    ) -> Answer:
        form = form_of(query)
        if form not in forms:
            wanted = " or ".join(forms)
            raise QuerySyntaxError(f"a {form} query where {wanted} is wanted", 1, 1, list(forms))
        check(query, prefixes=prefixes)
        if self._store is None:
            raise StoreClosed
        return evaluate(self._store, query, default_graphs=default_graphs, named_graphs=named_graphs, prefixes=prefixes)

    def select(self, query: str) -> SelectResult:
        """Run a SELECT; see :class:`kg.store.port.TripleStore`."""
        # For this answer alone: its terms come again and again, and to make one of rdflib's takes microseconds.
        node = cache(_node)
        with own_errors():
            found = self._answer(query, (Form.SELECT,))
            try:
                if not isinstance(found, ox.QuerySolutions):  # the form was read off the text; the engine is the judge
                    raise QuerySyntaxError("not a SELECT")
                names = tuple(v.value for v in found.variables)
                rows = tuple(tuple(None if t is None else node(t) for t in row) for row in found)
            finally:
                del found
        return SelectResult(names, rows)

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        with own_errors():
            return bool(self._answer(query, (Form.ASK,)))

    def construct(self, query: str) -> Graph:
        """Run a CONSTRUCT or DESCRIBE."""
        graph = Graph()
        with own_errors():
            found = self._answer(query, (Form.CONSTRUCT, Form.DESCRIBE))
            try:
                if isinstance(found, ox.QueryTriples):
                    for triple in found:
                        graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
            finally:
                del found
        return graph

    def serialise(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] = NO_PREFIXES,
        largest: int = sys.maxsize,
    ) -> bytes:
        """Run a query and write its result; see :class:`kg.store.port.TripleStore`.

        ``largest`` is this adapter's own: the size in bytes at which it stops, with ``QueryTooLarge``.
        """
        body = _Capped(largest)
        with own_errors():
            found = self._answer(query, tuple(Form), default_graphs, named_graphs, prefixes)
            try:
                write(found, media_type, body)
            finally:
                del found
        return body.getvalue()

    def close(self) -> None:
        """Let go of the engine; the store's files are closed with it."""
        self._store = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
