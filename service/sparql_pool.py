"""Killable SPARQL workers: processes that hold the read-only store, one query each at a time.

No engine here can be told to stop, so a query that passes its deadline dies with its process and a new one takes its place. The
result is serialised inside the worker; only bytes come out.
"""

import contextlib
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from kg.errors import KGError, QueryFailed, QueryTimeout, QueryTooLarge, StoreUnavailable
from kg.store.embedded import EmbeddedStore
from kg.store.forms import form_of
from kg.store.guard import check
from service.sandbox import confine

__all__ = ["SparqlPool"]

_STARTUP: Final = 60.0  # seconds until a worker that has not opened its store is given up
_CLEARING: Final = 5.0  # seconds for the threads of busy workers to clear away after themselves
_Job = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _work(pipe: Connection, folder: str, memory: int, largest: int) -> None:
    try:
        store = EmbeddedStore.open(Path(folder))
    except KGError as error:
        pipe.send(error)
        return
    with store:
        confine(memory)
        pipe.send(None)
        while True:
            try:
                job: _Job = pipe.recv()
            except EOFError:  # the parent is gone, or done
                return
            pipe.send(_answer(store, job, memory, largest))


def _answer(store: EmbeddedStore, job: _Job, memory: int, largest: int) -> bytes | KGError:
    query, media_type, default, named = job
    try:
        return store.serialise(query, media_type, default_graphs=default, named_graphs=named, largest=largest)
    except KGError as error:
        return error
    except MemoryError:
        return QueryTooLarge("memory", memory)
    except Exception as error:  # noqa: BLE001  # whatever the engine raises must reach the parent as one of ours
        return QueryFailed(f"{type(error).__name__}: {error}")


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    pid: int

    def ask(self, job: _Job, seconds: float) -> bytes | KGError | None:
        """The answer; None when there is none in time.

        Raises:
            EOFError: The process died.
            ConnectionError: Likewise.
        """
        self.pipe.send(job)
        return self.pipe.recv() if self.pipe.poll(seconds) else None

    def end(self) -> int | None:
        """Kill the process if it still runs, and leave nothing of it behind; tells how it ended."""
        self.process.kill()
        self.process.join()
        status = self.process.exitcode
        self.process.close()
        self.pipe.close()
        return status


class SparqlPool:
    """A pool of workers over one on-disk store.

    Args:
        folder: The store's folder.
        size: How many workers.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
        memory: Address space of one worker, in bytes.
        largest: The largest result, in bytes.

    Raises:
        KGError: No worker can open the store.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int = 2,
        timeout: float = 10.0,
        cap: float = 60.0,
        memory: int = 2_000_000_000,
        largest: int = 50_000_000,
    ) -> None:
        self._folder, self._memory, self._largest = str(folder), memory, largest
        self._timeout, self._cap = timeout, cap
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._closed = False
        self._workers: set[_Worker] = set()
        self._refills: set[threading.Thread] = set()
        # None stands for a worker that could not be replaced: whoever takes it tries again.
        self._free: queue.Queue[_Worker | None] = queue.Queue()
        try:
            for worker in [self._start() for _ in range(size)]:  # all start before the first is waited for
                self._free.put(self._ready(worker))
        except BaseException:
            for worker in list(self._workers):
                self._end(worker)
            self.close()
            raise

    def run(
        self,
        query: str,
        media_type: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> bytes:
        """Run a query in a worker and return its serialised result.

        Args:
            query: The text.
            media_type: The format of the result.
            timeout: Deadline in seconds, waiting for a free worker included; never beyond the cap.
            default_graphs: The protocol's ``default-graph-uri``.
            named_graphs: The protocol's ``named-graph-uri``.

        Raises:
            QueryTimeout: The deadline passed at work.
            StoreUnavailable: It passed in the queue, or the pool is closed.
            KGError: Whatever the store says of the query.
        """
        form_of(query)
        check(query)
        seconds = min(timeout or self._timeout, self._cap)
        deadline = time.monotonic() + seconds
        worker = self._take(seconds)
        try:
            answer = worker.ask((query, media_type, tuple(default_graphs), tuple(named_graphs)), deadline - time.monotonic())
        except (EOFError, OSError):
            answer = self._died(worker)
        except BaseException:  # a worker in an unknown state must not be asked again
            self._replace(worker)
            raise
        else:
            if answer is None:
                answer = QueryTimeout(seconds)
                self._replace(worker)
            else:
                self._give_back(worker)
        if isinstance(answer, KGError):
            raise answer
        return answer

    def _take(self, seconds: float) -> _Worker:
        try:
            worker = self._free.get(timeout=seconds)
        except queue.Empty:
            raise StoreUnavailable(f"every worker was busy for {seconds:g} seconds") from None
        if self._closed:
            self._free.put(None)  # for the next who waits
            raise StoreUnavailable("it is closed")
        if worker is not None:
            return worker
        try:
            return self._ready(self._start())
        except BaseException:
            self._free.put(None)
            raise

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._free.put(worker)
                return
        self._end(worker)

    def _died(self, worker: _Worker) -> KGError:
        status = self._replace(worker)
        if self._closed:
            return StoreUnavailable("it is closed")
        # An allocation that the system refuses aborts the process: the engine has no other way out.
        if status == -signal.SIGABRT:
            return QueryTooLarge("memory", self._memory)
        return QueryFailed(f"its worker ended with status {status}")

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._folder, self._memory, self._largest), daemon=True, name="sparql-worker"
        )
        try:
            process.start()
        finally:
            theirs.close()
        worker = _Worker(process, ours, process.pid or 0)
        with self._lock:
            self._workers.add(worker)
        return worker

    def _ready(self, worker: _Worker) -> _Worker:
        error: object = StoreUnavailable(f"a worker did not open {self._folder}")
        with contextlib.suppress(EOFError, OSError):
            if worker.pipe.poll(_STARTUP):
                error = worker.pipe.recv()
        if isinstance(error, KGError):
            self._end(worker)
            raise error
        return worker

    def _end(self, worker: _Worker) -> int | None:
        status = worker.end()
        with self._lock:
            self._workers.discard(worker)
        return status

    def _replace(self, worker: _Worker) -> int | None:
        """End a worker now, and start another in the background: nobody waits for a process to load."""
        status = self._end(worker)

        def refill() -> None:
            fresh: _Worker | None = None
            try:
                with contextlib.suppress(KGError, OSError):
                    fresh = self._ready(self._start())
            finally:
                if fresh is None:
                    self._free.put(None)
                else:
                    self._give_back(fresh)
                with self._lock:
                    self._refills.discard(threading.current_thread())

        with self._lock:
            if not self._closed:
                thread = threading.Thread(target=refill, name="sparql-refill")
                self._refills.add(thread)
                thread.start()
        return status

    def close(self) -> None:
        """End every worker, busy or not; whoever waits for one is told that the pool is closed."""
        with self._lock:
            self._closed = True
            refills = list(self._refills)
        for thread in refills:
            thread.join()
        with contextlib.suppress(queue.Empty):
            while True:
                idle = self._free.get_nowait()
                if idle is not None:
                    self._end(idle)
        self._free.put(None)
        with self._lock:
            busy = list(self._workers)
            for worker in busy:
                with contextlib.suppress(ValueError):  # just cleared away
                    worker.process.kill()  # the thread that waits for its answer now reads the end, and clears away
        deadline = time.monotonic() + _CLEARING
        while self._workers and time.monotonic() < deadline:
            time.sleep(0.01)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        with self._lock:
            return tuple(sorted(worker.pid for worker in self._workers))
