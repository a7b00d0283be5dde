"""Who may ask how much: queries at once, and seconds of a processor per minute, for each client.

A client is an address. Behind a proxy uvicorn must be told to trust it (``--forwarded-allow-ips``), or all are one.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["Fairness", "TooMuch"]

_CPU: Final = "cpu"
_PARALLEL: Final = "parallel"
_WINDOW: Final = 60.0  # seconds in which the whole budget grows back
_REMEMBERED: Final = 10_000  # clients; beyond, those that owe nothing are forgotten


class TooMuch(Exception):  # noqa: N818  # it says what happened
    """A client asks for more than its share; ``wait`` is in seconds, ``policy`` names the share."""

    def __init__(self, reason: str, wait: float, policy: str) -> None:
        self.reason, self.wait, self.policy = reason, wait, policy
        super().__init__(reason, wait, policy)


@dataclass(slots=True)
class _Account:
    left: float
    at: float
    running: int = 0


class Fairness:
    """The accounts of the clients.

    Args:
        concurrency: Queries that one client may have under way, waiting ones included.
        cpu: CPU seconds that one client may use in a minute; they grow back evenly, and a query may overdraw them.
        clock: Tells the seconds.
    """

    def __init__(self, concurrency: int, cpu: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._concurrency, self._cpu, self._clock = concurrency, cpu, clock
        self._accounts: dict[str, _Account] = {}
        self._lock = threading.Lock()

    def enter(self, client: str) -> None:
        """Begin a query.

        Raises:
            TooMuch: The client must wait.
        """
        with self._lock:
            account = self._account(client)
            if account.running >= self._concurrency:
                raise TooMuch(f"{account.running} queries of yours are under way, as many as one client may have", 1, _PARALLEL)
            if account.left <= 0:
                wait = (1 - account.left) * _WINDOW / self._cpu
                raise TooMuch(
                    f"your queries took more than {self._cpu:g} seconds of a processor in {_WINDOW:g} seconds", wait, _CPU
                )
            account.running += 1

    def leave(self, client: str, cpu: float) -> None:
        """End a query that took so many CPU seconds."""
        with self._lock:
            account = self._account(client)
            account.running -= 1
            account.left -= cpu

    def headers(self, client: str, exhausted: str = "") -> dict[str, str]:
        """What is left to a client (draft-ietf-httpapi-ratelimit-headers).

        Args:
            client: Who asks.
            exhausted: The policy for which it is refused, of which alone is told then; ``""`` tells of all.
        """
        with self._lock:
            account = self._account(client)
            left, missing = max(0, math.floor(account.left)), self._cpu - account.left
            free = max(0, self._concurrency - account.running)
        shares = {_CPU: f"r={left};t={math.ceil(missing * _WINDOW / self._cpu)}", _PARALLEL: f"r={free}"}
        policy = f'"{_CPU}";q={self._cpu:.0f};w={_WINDOW:.0f};qu="cpu-seconds", "{_PARALLEL}";q={self._concurrency};qu="concurrent-requests"'
        return {
            "RateLimit-Policy": policy,
            "RateLimit": ", ".join(f'"{name}";{share}' for name, share in shares.items() if exhausted in {"", name}),
        }

    def _account(self, client: str) -> _Account:
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            if len(self._accounts) >= _REMEMBERED:
                self._forget(now)
            account = self._accounts[client] = _Account(self._cpu, now)
        account.left = min(self._cpu, account.left + (now - account.at) * self._cpu / _WINDOW)
        account.at = now
        return account

    def _forget(self, now: float) -> None:
        self._accounts = {c: a for c, a in self._accounts.items() if a.running or now - a.at < _WINDOW}
