"""The remote adapter: any SPARQL 1.1 server, over HTTP, through SPARQLWrapper.

The server decides what its default graph is: load a release there as N-Quads and let the default graph be the union of the named
graphs without the claims (Oxigraph: ``--union-default-graph``; then a query sees the claims too).
"""

import json
import socket
from collections.abc import Sequence
from contextlib import closing
from types import TracebackType
from typing import Any, Final, Self
from urllib.error import HTTPError, URLError

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node
from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from kg.errors import KGError, QuerySyntaxError, QueryTimeout, StoreUnavailable
from kg.store.forms import Form, form_of, syntax_error
from kg.store.guard import check
from kg.store.port import SelectResult

__all__ = ["FOREIGN", "RemoteStore"]

_JSON: Final = "application/sparql-results+json"

FOREIGN: Final[dict[type[Exception], type[KGError]]] = {
    SPARQLExceptions.QueryBadFormed: QuerySyntaxError,
    SPARQLExceptions.URITooLong: StoreUnavailable,
    SPARQLExceptions.Unauthorized: StoreUnavailable,
    SPARQLExceptions.EndPointNotFound: StoreUnavailable,
    SPARQLExceptions.EndPointInternalError: StoreUnavailable,
    SPARQLExceptions.SPARQLWrapperException: StoreUnavailable,
}
"""Every exception of SPARQLWrapper and what it becomes; a test fails when the library gains one that is not here."""


def _term(raw: dict[str, Any]) -> Node:
    if raw["type"] == "uri":
        return URIRef(raw["value"])
    if raw["type"] == "bnode":
        return BNode(raw["value"])
    if "xml:lang" in raw:
        return Literal(raw["value"], lang=raw["xml:lang"])
    return Literal(raw["value"], datatype=URIRef(raw["datatype"])) if "datatype" in raw else Literal(raw["value"])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise StoreUnavailable("the server's answer is no SPARQL JSON") from error


def _words(error: Exception) -> str:
    """What the server said, without the wrapper's frame around it."""
    text = str(error).split("Response:", 1)[-1].strip()
    return text[2:-1].encode().decode("unicode_escape") if text.startswith(("b'", 'b"')) else text


class RemoteStore:
    """A SPARQL server behind the port.

    Args:
        endpoint: Address of the query endpoint.
        timeout: Seconds that the client waits for an answer.
    """

    def __init__(self, endpoint: str, timeout: int = 60) -> None:
        self._endpoint, self._timeout = endpoint, timeout

    def _ask(
        self, query: str, media_type: str, forms: Sequence[Form], graphs: dict[str, Sequence[str]] | None = None
    ) -> bytes:
        form = form_of(query)
        if form not in forms:
            wanted = " or ".join(forms)
            raise QuerySyntaxError(f"a {form} query where {wanted} is wanted", 1, 1, list(forms))
        check(query)
        client = SPARQLWrapper(self._endpoint)
        client.setMethod(POST)
        client.setTimeout(self._timeout)
        client.setQuery(query)
        # The wrapper's own formats guess by query form; the header says exactly what is wanted.
        client.addCustomHttpHeader("Accept", media_type)
        for name, values in (graphs or {}).items():
            for value in values:
                client.addParameter(name, value)
        try:
            # The wrapper never closes its response; we do.
            with closing(client.query().response) as response:
                return bytes(response.read())
        except SPARQLExceptions.QueryBadFormed as error:
            raise syntax_error(query, _words(error)) from None
        except tuple(FOREIGN) as error:
            raise StoreUnavailable(_words(error)) from error
        except HTTPError as error:
            with closing(error):
                if error.code in {408, 503, 504}:
                    raise QueryTimeout(self._timeout) from error
                raise StoreUnavailable(f"{self._endpoint} answers {error.code}") from error
        except TimeoutError as error:
            raise QueryTimeout(self._timeout) from error
        except (URLError, socket.gaierror, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                raise QueryTimeout(self._timeout) from error
            raise StoreUnavailable(f"{self._endpoint}: {reason}") from error

    def select(self, query: str) -> SelectResult:
        """Run a SELECT; see :class:`kg.store.port.TripleStore`."""
        found = _parsed(self._ask(query, _JSON, (Form.SELECT,)))
        names = tuple(found["head"]["vars"])
        rows = tuple(
            tuple(_term(row[n]) if n in row else None for n in names) for row in found["results"]["bindings"]
        )
        return SelectResult(names, rows)

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        return bool(_parsed(self._ask(query, _JSON, (Form.ASK,)))["boolean"])

    def construct(self, query: str) -> Graph:
        """Run a CONSTRUCT or DESCRIBE."""
        text = self._ask(query, "application/n-triples", (Form.CONSTRUCT, Form.DESCRIBE))
        return Graph().parse(data=text, format="nt")

    def serialise(
        self, query: str, media_type: str, *, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
    ) -> bytes:
        """Run a query and pass its result on as the server wrote it."""
        graphs = {"default-graph-uri": default_graphs, "named-graph-uri": named_graphs}
        return self._ask(query, media_type, tuple(Form), graphs)

    def close(self) -> None:
        """Nothing is held between queries."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
