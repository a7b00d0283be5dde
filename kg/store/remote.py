"""The remote adapter: any SPARQL 1.1 server, over HTTP, through SPARQLWrapper.

The server decides what its default graph is. `oxigraph serve-read-only --location RELEASE/store` serves a release as it is, the
default graph (every named graph but the claims) included. On another server load `graph.nq.gz` and copy each graph but the claims
into the default graph. Oxigraph's ``--union-default-graph`` is no substitute: its union holds the claims too, and counts a triple
once for each graph that holds it.
"""

import ast
import json
import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Any, Final, Self
from urllib.error import HTTPError, URLError

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node
from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from kg.errors import (
    KGError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreUnavailable,
)
from kg.store.forms import Form, form_of, syntax_error
from kg.store.guard import check
from kg.store.port import SelectResult

__all__ = ["FOREIGN", "RemoteStore"]

_JSON: Final = "application/sparql-results+json"
_CHUNK: Final = 1 << 16
_LARGEST: Final = 1_000_000_000

FOREIGN: Final[dict[type[Exception], Callable[[str, str], KGError]]] = {
    SPARQLExceptions.QueryBadFormed: syntax_error,
    SPARQLExceptions.URITooLong: lambda _, words: QueryRefused(f"the server finds it too long ({words})"),
    SPARQLExceptions.Unauthorized: lambda _, words: StoreUnavailable(f"the server asks for credentials ({words})"),
    SPARQLExceptions.EndPointNotFound: lambda _, words: StoreUnavailable(f"nothing is at its address ({words})"),
    SPARQLExceptions.EndPointInternalError: lambda _, words: QueryFailed(words),
    SPARQLExceptions.SPARQLWrapperException: lambda _, words: StoreUnavailable(words),
}
"""Every exception of SPARQLWrapper → what it becomes, from the query and the server's words. A test fails when one is missing."""


class _Request(SPARQLWrapper):
    """A request whose query form is known; the wrapper would guess it by search, take nonsense for SELECT, and only warn."""

    def __init__(self, endpoint: str, query: str, form: Form, media_type: str, timeout: float) -> None:
        self._form = form
        super().__init__(endpoint)
        self.setMethod(POST)
        # It truncates to whole seconds, and 0 would mean for ever.
        self.setTimeout(math.ceil(timeout))
        # Without this it adds format=xml and its likes to the parameters, which some servers put above the header.
        self.setOnlyConneg(True)
        self.addCustomHttpHeader("Accept", media_type)
        self.setQuery(query)

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802  # the wrapper's own name
        return self._form.value

    def _getAcceptHeader(self) -> str:  # noqa: N802  # likewise; the header set above is the one that is sent
        return "*/*"


def _term(raw: dict[str, Any]) -> Node:
    if raw["type"] == "uri":
        return URIRef(raw["value"])
    if raw["type"] == "bnode":
        return BNode(raw["value"])
    if "xml:lang" in raw:
        return Literal(raw["value"], lang=raw["xml:lang"])
    if "datatype" in raw:
        return Literal(raw["value"], datatype=URIRef(raw["datatype"]), normalize=False)
    return Literal(raw["value"])


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        # Servers that run out of time break their answer off under a status of 200.
        raise QueryFailed("the server's answer is broken off or no SPARQL JSON") from error


def _words(error: Exception) -> str:
    """What the server said, without the wrapper's frame around it."""
    text = str(error).split("Response:\n", 1)[-1].strip()
    if text.startswith(("b'", 'b"')):
        text = bytes(ast.literal_eval(text)).decode(errors="replace")
    return text.strip().rstrip(".")


class RemoteStore:
    """A SPARQL server behind the port.

    Args:
        endpoint: Address of the query endpoint.
        timeout: Seconds that the client waits for an answer, from first to last byte.
        graphs: Graphs that FROM may name. Give them for a server that would fetch any other from the network; None for one that
            only looks into its own store, as Oxigraph does.
        largest: The largest answer that is read, in bytes.
    """

    def __init__(
        self,
        endpoint: str,
        timeout: float = 60,
        *,
        graphs: Collection[str] | None = None,
        largest: int = _LARGEST,
    ) -> None:
        self._endpoint, self._timeout, self._graphs, self._largest = endpoint, timeout, graphs, largest
        self._closed = False

    def _ask(self, query: str, media_type: str, forms: Sequence[Form], graphs: dict[str, Sequence[str]] | None = None) -> bytes:
        form = form_of(query)
        if form not in forms:
            wanted = " or ".join(forms)
            raise QuerySyntaxError(f"a {form} query where {wanted} is wanted", 1, 1, list(forms))
        check(query, graphs=self._graphs)
        if self._closed:
            raise StoreUnavailable("it is closed")
        request = _Request(self._endpoint, query, form, media_type, self._timeout)
        for name, values in (graphs or {}).items():
            for value in values:
                request.addParameter(name, value)
        # The wrapper never closes its response; we do.
        with self._own_errors(query), closing(request.query().response) as response:
            return self._read(response)

    def _read(self, response: HTTPResponse) -> bytes:
        """Read an answer whole: a server that trickles or floods is cut off, one that breaks off is found out."""
        deadline, parts, size = time.monotonic() + self._timeout, [], 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self._largest:
                raise QueryTooLarge("answer", self._largest)
            if time.monotonic() > deadline:
                raise QueryTimeout(self._timeout)
        if response.length:
            raise QueryFailed("the server broke its answer off")
        return b"".join(parts)

    @contextmanager
    def _own_errors(self, query: str) -> Iterator[None]:
        try:
            yield
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise FOREIGN[type(error)](query, _words(error)) from None
        except HTTPError as error:
            with closing(error):
                if error.code in {408, 503, 504}:
                    raise QueryTimeout(self._timeout) from None
                raise StoreUnavailable(f"{self._endpoint} answers {error.code}") from None
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, TimeoutError):
                raise QueryTimeout(self._timeout) from error
            raise StoreUnavailable(f"{self._endpoint}: {str(reason) or type(reason).__name__}") from error

    def select(self, query: str) -> SelectResult:
        """Run a SELECT; see :class:`kg.store.port.TripleStore`."""
        found = _parsed(self._ask(query, _JSON, (Form.SELECT,)))
        names = tuple(found["head"]["vars"])
        rows = tuple(tuple(_term(row[n]) if n in row else None for n in names) for row in found["results"]["bindings"])
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
        """Refuse further queries; no connection is held between them."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
