"""Oxigraph itself, and nothing else: a query in, its serialised result out. A worker process that starts often imports only this.

A result object of pyoxigraph must stay on the thread that made it: handed to another, it aborts the process. So the functions
here query and convert in one go, and nothing of the engine is left in the frame of a traceback: that is what ``del found`` is for.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import IO

import pyoxigraph as ox

from kg.errors import QueryFailed, QueryRefused, StoreUnavailable
from kg.store.forms import syntax_error
from kg.store.xml_text import well_formed

__all__ = ["Answer", "evaluate", "own_errors", "parse", "write"]

Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@contextmanager
def own_errors() -> Iterator[None]:
    """Nothing of the engine escapes: what it raises while it evaluates becomes one of ours."""
    try:
        yield
    except RuntimeError as error:
        # The only one that the query is to blame for: a function that the engine does not have.
        if "custom function" in str(error):
            raise QueryRefused(str(error).rstrip(".")) from None
        raise QueryFailed(str(error)) from None
    except ValueError as error:
        raise QueryRefused(str(error).rstrip(".")) from None
    except OSError as error:
        raise StoreUnavailable(str(error)) from None


def evaluate(
    store: ox.Store,
    query: str,
    *,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
) -> Answer:
    """Run a query; its caller drops the result on the same thread.

    Args:
        store: The store.
        query: The text.
        default_graphs: When given, their union is the default graph (SPARQL 1.1 Protocol 2.1.4).
        named_graphs: When given, only these can be named by GRAPH.
        prefixes: Prefixes that the text may use without declaring them.
        base: What relative IRIs are resolved against when the text does not say.

    Raises:
        QuerySyntaxError: The text does not parse.
    """
    protocol_dataset = bool(default_graphs or named_graphs)
    try:
        return store.query(
            query,
            base_iri=base,
            prefixes=dict(prefixes) if prefixes else None,
            default_graph=[ox.NamedNode(g) for g in default_graphs] if protocol_dataset else None,
            named_graphs=[ox.NamedNode(g) for g in named_graphs] if protocol_dataset else None,
        )
    except SyntaxError as error:
        raise syntax_error(query, str(error), prefixes or {}) from None


def parse(query: str, prefixes: Mapping[str, str] | None = None) -> None:
    """Have the engine read a query, over no data.

    Raises:
        QuerySyntaxError: The text does not parse.
    """
    found = evaluate(ox.Store(), query, prefixes=prefixes)
    del found


def write(found: Answer, media_type: str, body: IO[bytes]) -> None:
    """Write a result in a format.

    Raises:
        QueryRefused: There is no such format for such a result.
        AnswerUnwritable: The format cannot hold it.
    """
    try:
        if isinstance(found, ox.QueryTriples):
            rdf = ox.RdfFormat.from_media_type(media_type)
            if rdf is None:
                raise QueryRefused(f"a graph cannot be written as {media_type}")
            with well_formed(body, media_type, graph=True) if rdf == ox.RdfFormat.RDF_XML else nullcontext(body) as checked:
                found.serialize(checked, format=rdf)
            return
        table = ox.QueryResultsFormat.from_media_type(media_type)
        if table is None:
            raise QueryRefused(f"a table cannot be written as {media_type}")
        with well_formed(body, media_type, graph=False) if table == ox.QueryResultsFormat.XML else nullcontext(body) as checked:
            found.serialize(checked, format=table)
    finally:
        del found
