"""The remote adapter: any SPARQL 1.1 server, over HTTP, through SPARQLWrapper.

What the default graph of a query is, the server decides, and none forms the one that we promise (every named graph but the claims,
as a set): those that unite graphs count a triple once for each graph that holds it. So `imaging-kg publish` writes the union out as
a graph of its own, and this adapter names it with each query that names no graphs itself (:class:`Layout`). Without a layout the
server's own default graph is asked: right for `oxigraph serve-read-only --location RELEASE/store`, which holds the union as such.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from types import TracebackType
from typing import Final, Self
from urllib.error import HTTPError, URLError

import pyoxigraph as ox
from rdflib import Graph
from SPARQLWrapper import SPARQLExceptions

from kg.errors import QueryFailed, QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge, StoreClosed, StoreUnavailable
from kg.store.address import Credentials, checked_address
from kg.store.dialects import Dialect, recognised
from kg.store.forms import Form, form_of, limit_of
from kg.store.guard import check, names_graphs
from kg.store.port import NO_PREFIXES, SelectResult
from kg.store.prefixes import written_out
from kg.store.request import FOREIGN, Request, words
from kg.store.results import BROKEN, read_graph, read_table, write_graph, write_table

__all__ = ["FOREIGN", "Layout", "RemoteStore"]

_RDF: Final = ("application/n-triples", "text/turtle")
_TABLES: Final = ("application/sparql-results+json", "application/sparql-results+xml")
_CHUNK: Final = 1 << 16
_LARGEST: Final = 1_000_000_000
_NOWHERE: Final = "urn:imaging-kg:no-such-graph"
_CUT: Final = ("S1TAT", "S1T00")  # Virtuoso's words for "stopped at the deadline; this is what there was"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a server holds a release.

    Attributes:
        union: The graph that holds the union of all graphs but the claims, each triple once.
        named: The graphs that GRAPH may name.
    """

    union: str
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reply:
    body: bytes
    media_type: str
    rows: int | None  # the most rows that the server gives, where it says that it reached them


class RemoteStore:
    """A SPARQL server behind the port.

    Args:
        endpoint: Address of the query endpoint.
        timeout: Seconds that the client waits for an answer, from first to last byte; told to the server where it can be told.
        graphs: Graphs that FROM may name. None for those of the layout on a server that may fetch others from the network, and any
            on one that only looks into its own store (:attr:`kg.store.dialects.Dialect.fetches`).
        largest: The largest answer that is read, in bytes.
        layout: How the server holds the release; None when its own default graph is the right one.
        credentials: For a server that asks.
        dialect: What kind of server it is; None to recognise it by its first answer.
        proof: Called when an answer has been read whole, before it is given out; raises when it is none.

    Raises:
        StoreUnavailable: The endpoint is no address, or holds credentials.
    """

    def __init__(
        self,
        endpoint: str,
        timeout: float = 60,
        *,
        graphs: Collection[str] | None = None,
        largest: int = _LARGEST,
        layout: Layout | None = None,
        credentials: Credentials | None = None,
        dialect: Dialect | None = None,
        proof: Callable[[], None] | None = None,
    ) -> None:
        self.endpoint = checked_address(endpoint)
        self._timeout, self._largest = timeout, largest
        self._graphs, self._layout, self._credentials, self._dialect = graphs, layout, credentials, dialect
        self._proof = proof
        self._closed = False

    @property
    def dialect(self) -> Dialect | None:
        """What kind of server it is; None before its first answer."""
        return self._dialect

    @property
    def layout(self) -> Layout | None:
        """How it holds the release."""
        return self._layout

    def laid_out(
        self, layout: Layout | None, *, timeout: float | None = None, proof: Callable[[], None] | None = None
    ) -> "RemoteStore":
        """The same server, asked with a layout and with what was learned of it."""
        return RemoteStore(
            self.endpoint, timeout or self._timeout, graphs=self._graphs, largest=self._largest,
            layout=layout, credentials=self._credentials, dialect=self._dialect, proof=proof,
        )  # fmt: skip

    def _allowed(self) -> Collection[str] | None:
        if self._graphs is None and self._layout and (self._dialect is None or self._dialect.fetches):
            return {self._layout.union, *self._layout.named}
        return self._graphs

    def _parameters(self, query: str, default: Sequence[str], named: Sequence[str], seconds: float) -> dict[str, Sequence[str]]:
        allowed = self._allowed()
        for graph in (*default, *named):
            if allowed is not None and graph not in allowed:
                raise QueryRefused(f"only a graph of this store may be asked, not {graph}")
        found: dict[str, Sequence[str]] = {}
        if default or named:
            if self._dialect and self._dialect.merges and names_graphs(query):
                raise QueryRefused("its graphs are named twice, by FROM and by the request, and this server would mix them")
            # A dataset is whole: what is not named is empty. Some servers leave GRAPH open unless they are given one graph at least.
            found = {"default-graph-uri": default, "named-graph-uri": named or [_NOWHERE]}
        elif self._layout and not names_graphs(query):
            found = {"default-graph-uri": [self._layout.union], "named-graph-uri": self._layout.named}
        told = self._dialect.timeout(seconds) if self._dialect else None
        return found | ({"timeout": [told]} if told else {})

    def _ask(
        self, query: str, accept: Sequence[str], forms: Sequence[Form], *, default: Sequence[str] = (), named: Sequence[str] = (),
        timeout: float | None = None, largest: int | None = None,
    ) -> _Reply:  # fmt: skip
        form = form_of(query)
        if form not in forms:
            wanted = " or ".join(forms)
            raise QuerySyntaxError(f"a {form} query where {wanted} is wanted", 1, 1, list(forms))
        check(query, graphs=self._allowed())
        if self._closed:
            raise StoreClosed
        seconds = timeout or self._timeout
        parameters = self._parameters(query, default, named, seconds)
        header = ", ".join(kind + (f";q=0.{9 - n}" if n else "") for n, kind in enumerate(accept))
        request = Request(self.endpoint, query, form, header, seconds, parameters, self._credentials)
        # The wrapper never closes its response; we do.
        with self._own_errors(query, seconds), closing(request.query().response) as response:
            if self._dialect is None:
                self._dialect = recognised(response.headers.get("Server"), response.headers.get("X-SPARQL-default-graph"))
            body = self._read(response, seconds, largest or self._largest)
        if response.headers.get("X-SQL-State") in _CUT:
            raise QueryTimeout(seconds)
        kind = (response.headers.get("Content-Type") or accept[0]).partition(";")[0].strip().lower()
        if kind == "text/html" or body[:100].lstrip().lower().startswith((b"<html", b"<!doctype html")):
            raise StoreUnavailable(f"{self.endpoint} answers with a page for people; is it the address of a SPARQL endpoint?")
        if self._proof is not None:
            self._proof()
        most = response.headers.get("X-SPARQL-MaxRows", "")
        return _Reply(body, kind, int(most) if most.isdecimal() else None)

    def _read(self, response: HTTPResponse, seconds: float, largest: int) -> bytes:
        """Read an answer whole: a server that trickles or floods is cut off, one that breaks off is found out."""
        deadline, parts, size = time.monotonic() + seconds, [], 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > largest:
                raise QueryTooLarge("answer", largest)
            if time.monotonic() > deadline:
                raise QueryTimeout(seconds)
        if response.length:
            raise QueryFailed(BROKEN)
        return b"".join(parts)

    @contextmanager
    def _own_errors(self, query: str, seconds: float) -> Iterator[None]:
        try:
            yield
        except SPARQLExceptions.SPARQLWrapperException as error:
            found = FOREIGN[type(error)](query, words(error))
            raise (
                StoreUnavailable(f"{self.endpoint}: {found.reason}") if isinstance(found, StoreUnavailable) else found
            ) from None
        except HTTPError as error:
            with closing(error):
                if error.code in {408, 503, 504}:
                    raise QueryTimeout(seconds) from None
                remedy = ": the user may not read there" if error.code == 403 else ""
                raise StoreUnavailable(f"{self.endpoint} answers {error.code}{remedy}") from None
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            if isinstance(reason, TimeoutError):
                raise QueryTimeout(seconds) from error
            raise StoreUnavailable(f"{self.endpoint}: {str(reason) or type(reason).__name__}") from error

    def _table(self, query: str, forms: Sequence[Form], **how: object) -> SelectResult | bool:
        kinds = self._dialect.tables if self._dialect else _TABLES
        reply = self._ask(query, kinds, forms, **how)  # type: ignore[arg-type]  # its own keywords, passed on
        found = read_table(reply.body, reply.media_type)
        if reply.rows is not None and isinstance(found, SelectResult):
            asked = limit_of(query)
            if len(found.rows) >= reply.rows and (asked is None or asked > len(found.rows)):
                raise QueryTooLarge("rows", reply.rows)
        return found

    def select(self, query: str) -> SelectResult:
        """Run a SELECT; see :class:`kg.store.port.TripleStore`."""
        found = self._table(query, (Form.SELECT,))
        if not isinstance(found, SelectResult):
            raise QueryFailed(BROKEN)
        return found

    def ask(self, query: str) -> bool:
        """Run an ASK."""
        return self._table(query, (Form.ASK,)) is True

    def construct(self, query: str) -> Graph:
        """Run a CONSTRUCT or DESCRIBE."""
        reply = self._ask(query, _RDF, (Form.CONSTRUCT, Form.DESCRIBE))
        lines = write_graph(read_graph(reply.body, reply.media_type), _RDF[0])
        return Graph().parse(data=lines, format="nt")

    def serialise(
        self,
        query: str,
        media_type: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        prefixes: Mapping[str, str] = NO_PREFIXES,
        timeout: float | None = None,
        largest: int | None = None,
    ) -> bytes:
        """Run a query and write its result; see :class:`kg.store.port.TripleStore`.

        ``timeout`` and ``largest`` are this adapter's own: seconds and bytes for this query instead of the store's.
        """
        query = written_out(query, prefixes)
        how: Mapping[str, object] = {"default": default_graphs, "named": named_graphs, "timeout": timeout, "largest": largest}
        form = form_of(query)
        if not form.is_graph:
            if ox.QueryResultsFormat.from_media_type(media_type) is None:
                raise QueryRefused(f"a table cannot be written as {media_type}")
            return write_table(self._table(query, (form,), **how), media_type)
        if ox.RdfFormat.from_media_type(media_type) is None:
            raise QueryRefused(f"a graph cannot be written as {media_type}")
        reply = self._ask(query, _RDF, (form,), **how)  # type: ignore[arg-type]  # as above
        return write_graph(read_graph(reply.body, reply.media_type), media_type)

    def close(self) -> None:
        """Refuse further queries; no connection is held between them."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
