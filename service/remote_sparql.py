"""Free SPARQL over a remote server: the same face as the pool of workers, so that the routes need not know which they ask."""

import threading
import time
from collections.abc import Sequence

from kg.errors import StoreUnavailable
from kg.store.remote import RemoteStore

__all__ = ["RemoteSparql"]


class RemoteSparql:
    """What :class:`service.sparql_pool.SparqlPool` is for a folder, for a server.

    The guard, the deadline and the cap on the answer are kept here; the server is told the deadline where it can be told. A query
    that it does not stop in time goes on there, unheard: only the server can end it.

    Args:
        store: The server.
        size: How many queries it is asked at once.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
        largest: The largest answer, in bytes.
    """

    def __init__(
        self, store: RemoteStore, *, size: int = 2, timeout: float = 10.0, cap: float = 60.0, largest: int = 50_000_000
    ) -> None:
        self._store, self._timeout, self._cap, self._largest = store, timeout, cap, largest
        self._turns = threading.BoundedSemaphore(size)
        self._closed = False

    def run(
        self,
        query: str,
        media_type: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> bytes:
        """Run a query on the server and return its serialised result.

        Args:
            query: The text.
            media_type: The format of the result.
            timeout: Deadline in seconds, waiting for a turn included; never beyond the cap.
            default_graphs: The protocol's ``default-graph-uri``.
            named_graphs: The protocol's ``named-graph-uri``.

        Raises:
            QueryTimeout: The deadline passed at work.
            StoreUnavailable: It passed in the queue, the server does not answer, or this is closed.
            KGError: Whatever the store says of the query.
        """
        seconds = min(timeout or self._timeout, self._cap)
        deadline = time.monotonic() + seconds
        if not self._turns.acquire(timeout=seconds):
            raise StoreUnavailable(f"the server was busy for {seconds:g} seconds")
        try:
            if self._closed:
                raise StoreUnavailable("it is closed")
            left = max(0.001, deadline - time.monotonic())
            return self._store.serialise(
                query, media_type, default_graphs=default_graphs, named_graphs=named_graphs, timeout=left, largest=self._largest
            )
        finally:
            self._turns.release()

    def close(self) -> None:
        """Refuse further queries; those at work end at their deadline."""
        self._closed = True

    @property
    def pids(self) -> tuple[int, ...]:
        """No processes of ours do the work."""
        return ()
