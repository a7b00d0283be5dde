"""The worker processes of a pool: all that live, how they come and how they go."""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final

from kg.errors import KGError
from service.sparql.process import WorkerProcess, WorkerSetup

__all__ = ["Crew"]

_CLEARING: Final = 5.0  # seconds for the threads of busy workers to clear away after themselves
_PATIENCE: Final = (0.05, 0.2, 1.0, 5.0)  # seconds between attempts to replace a worker, the last for ever


class Crew:
    """The workers, whoever holds them; safe to use from any thread.

    Args:
        setup: What each is told.
        joins: Called with each that was recruited, when it is ready.
    """

    def __init__(self, setup: WorkerSetup, joins: Callable[[WorkerProcess], None]) -> None:
        self._setup, self._joins = setup, joins
        self._lock = threading.Lock()
        self._workers: set[WorkerProcess] = set()
        self._recruiting: set[threading.Thread] = set()
        self._over = threading.Event()

    def muster(self, size: int) -> list[WorkerProcess]:
        """The first workers, ready.

        Raises:
            KGError: One cannot open the store; then there is none.
        """
        try:
            started = [self._start() for _ in range(size)]  # all start before the first is waited for
            return [self._ready(worker) for worker in started]
        except BaseException:
            self.disband(lambda: False)
            raise

    def recruit(self) -> None:
        """Start a worker in the background: nobody waits for a process to load."""

        def recruit() -> None:
            attempt = 0
            try:
                while not self._over.is_set():
                    with contextlib.suppress(KGError, OSError):
                        self._joins(self._ready(self._start()))
                        return
                    self._over.wait(_PATIENCE[min(attempt, len(_PATIENCE) - 1)])
                    attempt += 1
            finally:
                with self._lock:
                    self._recruiting.discard(threading.current_thread())

        with self._lock:
            if not self._over.is_set():
                thread = threading.Thread(target=recruit, name="sparql-recruit")
                self._recruiting.add(thread)
                thread.start()

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess.start(self._setup)
        with self._lock:
            self._workers.add(worker)
        return worker

    def _ready(self, worker: WorkerProcess) -> WorkerProcess:
        try:
            worker.wait_until_ready()
        except BaseException:
            self.end(worker)
            raise
        return worker

    def end(self, worker: WorkerProcess) -> int:
        """End a worker; tells how it ended."""
        status = worker.end()
        with self._lock:
            self._workers.discard(worker)
        return status

    def disband(self, busy: Callable[[], bool]) -> None:
        """End every worker, and wait until those who wait for one have cleared away.

        Args:
            busy: Whether somebody still waits for a worker's answer.
        """
        with self._lock:
            self._over.set()
            recruiting = list(self._recruiting)
        for thread in recruiting:
            thread.join()
        with self._lock:
            left = list(self._workers)
        for worker in left:
            worker.kill()  # the thread that waits for its answer now reads the end, and clears away
        deadline = time.monotonic() + _CLEARING
        while busy() and time.monotonic() < deadline:
            time.sleep(0.01)
        with self._lock:
            left = list(self._workers)
        for worker in left:
            self.end(worker)

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
        with self._lock:
            return tuple(sorted(worker.process.pid for worker in self._workers))
