"""The pool of killable SPARQL workers.

No engine here can be told to stop, so a query that passes its deadline, that is cancelled or whose client is gone dies with its
process, and a new one takes its place. A result is complete before its first byte goes out: see ``service.sparql.result``.

Long queries do not hold up short ones: one that has had a processor for a third of a second goes on at a lower priority, and a spare
worker takes its place; a client with long queries under way leaves one worker to the others. A worker that is free goes to the
client that has the fewest at work.
"""

import contextlib
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.durations import in_seconds
from kg.errors import KGError, QueryCancelled, QueryTimeout, StoreUnavailable
from service.sparql.answering import Answering
from service.sparql.crew import Crew
from service.sparql.process import WorkerProcess, WorkerSetup
from service.sparql.result import Result
from service.sparql.ticket import Ticket

__all__ = ["SparqlPool"]

_SLOW: Final = 0.3  # CPU seconds after which a query makes room for others
_NEARLY: Final = 0.9  # of it: who had a processor to himself has a little less than the time of the wall
_LOWERED: Final = 19  # how far its priority falls then


class SparqlPool(Answering):
    """A pool of workers over one on-disk store; safe to use from any thread.

    Args:
        folder: The store's folder.
        size: How many workers.
        spares: How many more may run beside them, in the place of workers whose queries take long.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
        memory: Address space of one worker, in bytes.
        largest: The largest result, in bytes.
        rows: The most rows of a table.
        prefixes: Prefixes that a query may use without declaring them.

    Raises:
        KGError: No worker can open the store.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int = 2,
        spares: int = 2,
        timeout: float = 10.0,
        cap: float = 60.0,
        memory: int = 2_000_000_000,
        largest: int = 50_000_000,
        rows: int = 250_000,
        prefixes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        setup = WorkerSetup(str(folder), memory, largest, rows, prefixes)
        super().__init__(setup, size=size, spares=spares, timeout=timeout, cap=cap)
        self._lock = threading.Lock()
        self._queue: deque[Ticket] = deque()
        self._running: set[Ticket] = set()
        self._crew = Crew(self.setup, self._give_back)
        self._idle = self._crew.muster(size)
        self._graphs = self._idle[0].graphs

    @property
    def graphs(self) -> frozenset[str]:
        """IRIs of the store's named graphs."""
        return self._graphs

    def answer(self, ticket: Ticket) -> Result:
        """Run a ticket's query in a worker; blocks until there is a result or none will come.

        Raises:
            QueryTimeout: The deadline passed at work.
            QueryCancelled: It was cancelled.
            StoreUnavailable: The deadline passed in the queue, or the pool is closed.
            KGError: Whatever the store says of the query.
        """
        worker = self._take(ticket)
        result = Result()
        try:
            said = self._ask(worker, ticket, result)
        except (EOFError, OSError):
            said = self._died(worker, ticket)
        except BaseException:  # a worker in an unknown state must not be asked again
            self._replace(worker, ticket)
            result.close()
            raise
        else:
            if said is None:
                said = QueryTimeout(ticket.seconds, round(ticket.elapsed, 3))
                self._replace(worker, ticket)
            else:
                self._give_back(worker, ticket)
        if isinstance(said, KGError):
            result.close()
            raise said
        result.finish(said)
        return result

    def _ask(self, worker: WorkerProcess, ticket: Ticket, result: Result) -> float | KGError | None:
        deadline = ticket.began + ticket.seconds
        ticket.begin()
        worker.tell(ticket.job)
        while True:
            said = worker.listen(min(deadline, time.monotonic() + _SLOW), result.add)
            if isinstance(said, float):  # it tells itself what it took
                return said
            ticket.measure()
            if said is not None or time.monotonic() >= deadline:
                return said
            if not ticket.lowered and ticket.cpu > _SLOW * _NEARLY:
                self._make_room(worker, ticket)

    def _make_room(self, worker: WorkerProcess, ticket: Ticket) -> None:
        with contextlib.suppress(OSError, AttributeError):  # it just died; or the system knows no priorities
            os.setpriority(os.PRIO_PROCESS, worker.process.pid, _LOWERED)
        with self._lock:
            ticket.lowered = True
            ticket.slow = sum(other.slow for other in self._running) < self.spares
        if ticket.slow:
            self._crew.recruit()

    def cancel(self, ticket: Ticket) -> None:
        """Stop a query, whether it waits or runs; without effect when it is done."""
        with self._lock:
            ticket.cancelled = True
            if ticket.worker is not None:
                ticket.measure()
                ticket.worker.kill()
            ticket.served.set()

    def _take(self, ticket: Ticket) -> WorkerProcess:
        with self._lock:
            self._queue.append(ticket)
            self._hand_out()
        ticket.served.wait(max(0.0, ticket.began + ticket.seconds - time.monotonic()))
        with self._lock:
            if ticket.worker is not None:
                return ticket.worker
            with contextlib.suppress(ValueError):
                self._queue.remove(ticket)
        if self._closed:
            raise StoreUnavailable("it is closed")
        if ticket.cancelled:
            raise QueryCancelled
        raise StoreUnavailable(f"every worker was busy for {in_seconds(ticket.seconds)}")

    def _hand_out(self) -> None:
        """Give free workers to who waits; the lock is held."""
        while self._idle and not self._closed:
            at_work = Counter(t.client for t in self._running if not t.slow)
            slow = {t.client for t in self._running if t.lowered}
            most = max(1, self.size - 1)
            allowed = [t for t in self._queue if not t.cancelled and (t.client not in slow or at_work[t.client] < most)]
            if not allowed:
                return
            ticket = min(allowed, key=lambda t: at_work[t.client])
            self._queue.remove(ticket)
            self._running.add(ticket)
            ticket.worker, ticket.started = self._idle.pop(), time.monotonic()
            ticket.served.set()

    def _give_back(self, worker: WorkerProcess, ticket: Ticket | None = None) -> None:
        # One that a spare took the place of is not needed; one that was lowered or killed is of no more use.
        worn = ticket is not None and (ticket.cancelled or ticket.lowered)
        if not worn:
            with self._lock:
                if ticket is not None:
                    self._running.discard(ticket)
                    ticket.worker = None
                if not self._closed:
                    self._idle.append(worker)
                    self._hand_out()
                    return
        self._replace(worker, ticket)

    def _died(self, worker: WorkerProcess, ticket: Ticket) -> KGError:
        ticket.measure()
        status = self._replace(worker, ticket)
        if self._closed:
            return StoreUnavailable("it is closed")
        return QueryCancelled() if ticket.cancelled else worker.obituary(status)

    def _replace(self, worker: WorkerProcess, ticket: Ticket | None = None) -> int:
        """End a worker now, and start another in the background unless a spare has taken its place."""
        status = self._crew.end(worker)
        with self._lock:
            self.kills += 1
            if ticket is not None:
                self._running.discard(ticket)
                ticket.worker = None
                self._hand_out()  # its client may now be let in again
        if ticket is None or not ticket.slow:
            self._crew.recruit()
        return status

    def close(self) -> None:
        """End every worker, busy or not; whoever waits for one is told that the pool is closed."""
        with self._lock:
            self._closed = True
            self._idle.clear()
            for waiting in self._queue:
                waiting.served.set()
            self._queue.clear()
        self._crew.disband(lambda: bool(self._running))

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        return self._crew.pids

    @property
    def waiting(self) -> int:
        """Queries that wait for a worker."""
        return len(self._queue)
