"""One query on its way through the pool."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from service.sparql.process import WorkerProcess

__all__ = ["Ticket"]


@dataclass(slots=True, eq=False)
class Ticket:
    """One query on its way through the pool.

    Attributes:
        job: What the worker is told.
        seconds: Its deadline, waiting for a worker included.
        id: The name by which its client may ask for it and cancel it.
        client: Who asked.
        began: The monotonic time at which it was taken in.
        cancelled: Whether it is no longer wanted.
        started: The monotonic time at which a worker took it; None while it waits.
        cpu: CPU seconds that it has taken, as far as is known.
        lowered: Whether it has run so long that it goes on at a lower priority.
        slow: Whether a spare worker took its worker's place for that.
    """

    job: Mapping[str, Any]
    seconds: float
    id: str = ""
    client: str = ""
    began: float = field(default_factory=time.monotonic)
    cancelled: bool = False
    started: float | None = None
    cpu: float = 0.0
    lowered: bool = False
    slow: bool = False
    before: float | None = None
    worker: WorkerProcess | None = None
    served: threading.Event = field(default_factory=threading.Event)

    @property
    def elapsed(self) -> float:
        """Seconds since it was taken in."""
        return time.monotonic() - self.began

    def begin(self) -> None:
        """Its worker is about to be told of it."""
        self.before = self.worker.cpu() if self.worker else None

    def measure(self) -> None:
        """Take note of the CPU seconds; where the system does not tell them, the time of the wall stands for them."""
        now = self.worker.cpu() if self.worker else None
        if self.before is not None and now is not None:
            self.cpu = now - self.before
        elif self.before is None and self.started is not None:
            self.cpu = time.monotonic() - self.started
