"""Killable SPARQL workers: processes that hold the read-only store, one query each at a time.

No engine here can be told to stop, so a query that passes its deadline dies with its process and a new one takes its place. The result is
serialised inside the worker; only bytes come out.
"""

import contextlib
import multiprocessing
import os
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from kg.errors import KGError, QueryFailed, QueryTimeout, QueryTooLarge, StoreUnavailable
from kg.store.embedded import EmbeddedStore
from kg.store.forms import form_of
from kg.store.guard import check

__all__ = ["SparqlPool"]

_Job = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _limit_memory(size: int) -> None:
    """Cap the worker's memory where the system can (not on Windows)."""
    try:
        import resource  # noqa: PLC0415  # absent on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _work(pipe: Connection, folder: str, memory: int, largest: int) -> None:
    with EmbeddedStore.open(Path(folder)) as store:
        _limit_memory(memory)
        pipe.send(None)
        while True:
            try:
                job: _Job | None = pipe.recv()
            except (EOFError, KeyboardInterrupt):
                return
            if job is None:
                return
            query, media_type, default, named = job
            answer: bytes | KGError
            try:
                answer = store.serialise(query, media_type, default_graphs=default, named_graphs=named)
                if len(answer) > largest:
                    answer = QueryTooLarge("bytes of answer", largest)
            except KGError as error:
                answer = error
            except MemoryError:
                answer = QueryTooLarge("bytes of memory", memory)
            except Exception as error:  # noqa: BLE001  # whatever the engine raises must reach the parent as one of ours
                answer = QueryFailed(f"{type(error).__name__}: {error}")
            pipe.send(answer)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.pipe.close()


class SparqlPool:
    """A pool of workers over one on-disk store.

    Args:
        folder: The store's folder.
        size: How many workers.
        timeout: Seconds a query may take unless it asks for more or less.
        cap: The longest deadline that may be asked for, in seconds.
        memory: Address space of one worker, in bytes.
        largest: The largest result, in bytes.
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
        self._free: queue.Queue[_Worker] = queue.Queue()
        self._lock, self._closed = threading.Lock(), False
        for worker in [self._start() for _ in range(size)]:
            self._free.put(self._ready(worker))

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._folder, self._memory, self._largest), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _ready(self, worker: _Worker) -> _Worker:
        try:
            worker.pipe.recv()
        except EOFError:
            worker.kill()
            raise StoreUnavailable(f"no worker could open {self._folder}") from None
        return worker

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

        Raises:
            QueryTimeout: The deadline passed, in the queue or at work.
            KGError: Whatever the store says of the query.
        """
        form_of(query)
        check(query)
        deadline = min(timeout or self._timeout, self._cap)
        try:
            worker = self._free.get(timeout=deadline)
        except queue.Empty:
            raise QueryTimeout(deadline) from None
        try:
            worker.pipe.send((query, media_type, tuple(default_graphs), tuple(named_graphs)))
            answer = worker.pipe.recv() if worker.pipe.poll(deadline) else QueryTimeout(deadline)
        except (EOFError, ConnectionError):
            answer = QueryTooLarge("bytes of memory", self._memory)
            self._replace(worker)
        else:
            if isinstance(answer, QueryTimeout):
                self._replace(worker)
            else:
                self._free.put(worker)
        if isinstance(answer, KGError):
            raise answer
        return bytes(answer)

    def _replace(self, worker: _Worker) -> None:
        worker.kill()
        with self._lock:
            if not self._closed:
                self._free.put(self._ready(self._start()))

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._closed = True
            while True:
                try:
                    worker = self._free.get_nowait()
                except queue.Empty:
                    return
                with contextlib.suppress(OSError):
                    worker.pipe.send(None)
                worker.kill()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the idle workers."""
        return tuple(w.process.pid or os.getpid() for w in list(self._free.queue))
