"""A worker process seen from the service: start it, ask it, end it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from kg import errors
from kg.errors import KGError, QueryFailed, QueryTooLarge, StoreUnavailable

__all__ = ["WorkerProcess", "WorkerSetup"]

_STARTUP: Final = 60.0  # seconds until a worker that has not opened its store is given up


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker is told once.

    Attributes:
        folder: The store's folder.
        memory: Address space that it may have, in bytes.
        largest: The largest result, in bytes.
        rows: The most rows of a table.
        prefixes: Prefixes that a query may use without declaring them.
    """

    folder: str
    memory: int
    largest: int
    rows: int
    prefixes: Mapping[str, str]

    def message(self) -> bytes:
        """The set-up as the worker reads it."""
        told = {"folder": self.folder, "memory": self.memory, "largest": self.largest, "rows": self.rows}
        return json.dumps(told | {"prefixes": dict(self.prefixes)}).encode()


def _raised(message: bytes) -> KGError:
    name, args = json.loads(message)
    kind = getattr(errors, name)
    error: KGError = kind(*args)
    return error


@dataclass(slots=True, eq=False)
class WorkerProcess:
    """One worker. It answers one job at a time; whoever holds it is the only one that asks."""

    setup: WorkerSetup
    process: "subprocess.Popen[bytes]"
    pipe: Connection
    graphs: frozenset[str] = frozenset()

    @classmethod
    def start(cls, setup: WorkerSetup) -> "WorkerProcess":
        """Start a process, and do not wait for it."""
        ours, theirs = socket.socketpair()
        # The worker imports the code that this process runs, wherever that was imported from.
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # this very interpreter
                [sys.executable, "-P", "-m", "service.sparql.worker", str(theirs.fileno())],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), env=environment,
            )  # fmt: skip
        pipe = Connection(ours.detach())
        with contextlib.suppress(OSError):  # it died at once: found out when it is waited for
            pipe.send_bytes(setup.message())
        return cls(setup, process, pipe)

    def wait_until_ready(self) -> None:
        """Wait until it has opened the store.

        Raises:
            ReleaseDamaged: It cannot.
            StoreUnavailable: It died, or takes too long.
        """
        with contextlib.suppress(EOFError, OSError):
            if self.pipe.poll(_STARTUP):
                message = self.pipe.recv_bytes()
                if message[:1] == b"R":
                    self.graphs = frozenset(json.loads(message[1:]))
                    return
                raise _raised(message[1:])
        raise StoreUnavailable(f"a worker did not open {self.setup.folder}")

    def tell(self, job: Mapping[str, Any]) -> None:
        """Give it a job.

        Raises:
            OSError: The process died.
        """
        self.pipe.send_bytes(json.dumps(job).encode())

    def listen(self, until: float, take: Callable[[bytes], object]) -> float | KGError | None:
        """Take the pieces of its answer.

        Args:
            until: The monotonic time to which it is listened to.
            take: Called with each piece.

        Returns:
            The CPU seconds that a complete answer took; an error of ours; None when it is still at work.

        Raises:
            EOFError: The process died.
            OSError: Likewise.
        """
        while self.pipe.poll(max(0.0, until - time.monotonic())):
            message = self.pipe.recv_bytes()
            match message[:1]:
                case b"C":
                    take(message[1:])
                case b"E":
                    return float(json.loads(message[1:])["cpu"])
                case _:
                    return _raised(message[1:])
        return None

    def cpu(self) -> float | None:
        """Seconds of a processor that it has taken so far; None where the system does not tell, or no longer."""
        try:
            # The clock of another process's CPU time: what clock_getcpuclockid(3) computes on Linux, and Python does not offer.
            return time.clock_gettime(~self.process.pid << 3 | 2)
        except OSError:
            return None

    def kill(self) -> None:
        """End it now. Whoever waits for its answer reads the end of the pipe."""
        self.process.kill()

    def end(self) -> int:
        """Kill it if it still runs, and leave nothing of it behind; tells how it ended."""
        self.process.kill()
        status = self.process.wait()
        self.pipe.close()
        if self.process.stdin:
            self.process.stdin.close()
        return status

    def obituary(self, status: int) -> KGError:
        """What the death of the worker in the middle of a query means."""
        # An allocation that the system refuses aborts the process: the engine has no other way out.
        if status == -signal.SIGABRT:
            return QueryTooLarge("memory", self.setup.memory)
        return QueryFailed(f"its worker ended with status {status}")
