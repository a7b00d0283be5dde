"""Free SPARQL over a remote server: the same face as the pool of workers, so that the routes need not know which they ask."""

import threading
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from kg.durations import in_seconds
from kg.errors import KGError, QueryCancelled, QueryRefused, QueryTooLarge, StoreUnavailable
from kg.store.guard import names_graphs
from kg.store.prefixes import written_out
from kg.store.remote import RemoteStore
from service.sparql.answering import Answering
from service.sparql.process import WorkerSetup
from service.sparql.result import Result
from service.sparql.rows import RowCounter
from service.sparql.ticket import Ticket

__all__ = ["RemoteSparql"]


class RemoteSparql(Answering):
    """What :class:`service.sparql.pool.SparqlPool` is for a folder, for a server.

    The guard, the deadline and the caps on the answer are kept here; the server is told the deadline where it can be told. A query
    that it does not stop in time, or whose client is gone, goes on there, unheard: only the server can end it.

    Args:
        store: The server.
        size: How many queries it is asked at once.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
        largest: The largest answer, in bytes.
        rows: The most rows of a table.
        prefixes: Prefixes that a query may use without declaring them.
    """

    def __init__(
        self,
        store: RemoteStore,
        *,
        size: int = 2,
        timeout: float = 10.0,
        cap: float = 60.0,
        largest: int = 50_000_000,
        rows: int = 250_000,
        prefixes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._store = store
        super().__init__(WorkerSetup("", 0, largest, rows, prefixes), size=size, spares=0, timeout=timeout, cap=cap)
        self._turns = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._waiting = 0

    @cached_property
    def graphs(self) -> frozenset[str]:
        """IRIs of the server's named graphs."""
        found = self._store.select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").rows
        return frozenset(str(g) for (g,) in found)

    def _graphs_for(self, query: str, asked: Sequence[str]) -> Collection[str]:
        # The server is asked for its graphs only when a query names some.
        return self.graphs if asked or names_graphs(query) else ()

    def answer(self, ticket: Ticket) -> Result:
        """Run a ticket's query on the server; blocks until there is a result or none will come.

        Raises:
            QueryTimeout: The deadline passed at work.
            QueryCancelled: It was cancelled.
            QueryRefused: The plan of a query is asked for, which a server does not tell.
            StoreUnavailable: The deadline passed in the queue, the server does not answer, or this is closed.
            KGError: Whatever the store says of the query.
        """
        if ticket.job.get("explain"):
            raise QueryRefused("a query can be explained over a store of our own, and this service asks another server")
        self._wait(+1)
        try:
            if not self._turns.acquire(timeout=max(0.0, ticket.seconds - ticket.elapsed)):
                raise StoreUnavailable(f"the server was busy for {in_seconds(ticket.seconds)}")
        finally:
            self._wait(-1)
        try:
            if self._closed:
                raise StoreUnavailable("it is closed")
            if ticket.cancelled:
                raise QueryCancelled
            ticket.started = time.monotonic()
            return self._asked(ticket)
        finally:
            self._turns.release()

    def _wait(self, more: int) -> None:
        with self._lock:
            self._waiting += more

    def _asked(self, ticket: Ticket) -> Result:
        job, result = ticket.job, Result()
        counter = RowCounter(job["type"])
        left = max(0.001, ticket.seconds - ticket.elapsed)
        try:
            body = self._store.serialise(
                self._whole(job), job["type"], default_graphs=job["default"], named_graphs=job["named"], timeout=left,
                largest=self.setup.largest,
            )  # fmt: skip
            counter.add(body)
            if counter.rows > self.setup.rows:
                raise QueryTooLarge("rows", self.setup.rows)
            if ticket.cancelled:
                raise QueryCancelled
        except KGError:
            result.close()
            raise
        result.add(body)
        result.finish(0.0)  # the processor is the server's
        return result

    def _whole(self, job: Mapping[str, str]) -> str:
        """The text with what it takes for granted written out before it, on its first line, so that no line moves."""
        base = f"BASE <{job['base']}> " if job.get("base") else ""
        return base + written_out(job["query"], self.setup.prefixes)

    def cancel(self, ticket: Ticket) -> None:
        """Take note that a query is no longer wanted: what waits is not asked, and an answer that comes is dropped."""
        ticket.cancelled = True

    def close(self) -> None:
        """Refuse further queries; those at work end at their deadline."""
        self._closed = True

    @property
    def pids(self) -> tuple[int, ...]:
        """No processes of ours do the work."""
        return ()

    @property
    def waiting(self) -> int:
        """How many queries wait for their turn."""
        return self._waiting
