"""The release that is in service, and the change to a newer one without dropping a request.

A request takes the release that serves when it begins and keeps it to its end; a newer one takes over for the requests after it, and the old
one is closed when its last request has ended.
"""

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from kg.errors import KGError, ReleaseChanging, StoreUnavailable
from kg.opened import OpenRelease
from service.logs import log
from service.sparql.desk import Desk

__all__ = ["Leased", "Serving", "Stage", "watched"]


@dataclass(eq=False)
class Serving:
    """One release in service: what answers, and how many requests still need it.

    Attributes:
        release: Search, fusion, documents.
        desk: What takes the queries of users.
        closed: Set when all of it has been let go of.
    """

    release: OpenRelease
    desk: Desk
    _users: int = field(default=0, init=False)
    _retired: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)
    closed: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    @property
    def id(self) -> str:
        """The release's id."""
        return self.release.manifest.id

    def take(self) -> bool:
        """Count a request in; False when the release is going and none may begin on it any more."""
        with self._lock:
            if self._retired:
                return False
            self._users += 1
            return True

    def give_back(self) -> None:
        """Count a request out; the last one of a retired release closes it."""
        with self._lock:
            self._users -= 1
            last = self._retired and self._users == 0
        if last:
            self._leave()

    def retire(self) -> None:
        """Begin nothing more on it; close it as soon as nobody needs it."""
        with self._lock:
            idle = self._users == 0 and not self._retired
            self._retired = True
        if idle:
            self._leave()

    def _leave(self) -> None:
        """Close in the background: the last request of a release must not wait for its workers to end."""
        threading.Thread(target=self._close, name="release-closing").start()

    def _close(self) -> None:
        try:
            self.desk.pool.close()
            self.release.close()
        finally:
            self.closed.set()
        log.info("release closed", release=self.id)


class Opener(Protocol):
    """How the newest release is opened."""

    def __call__(self, *, warm: bool) -> Serving:
        """Open it; with ``warm`` it answers everything at once."""


class Stage:
    """Which release new requests get.

    Args:
        newest: The id of the newest release there is, or None when there is none to change to; raises what :meth:`swap` is to tell.
        open_newest: Opens it; with ``warm`` all that it needs to answer is read before it returns.
    """

    def __init__(self, newest: Callable[[], str | None], open_newest: "Opener") -> None:
        self._newest, self._open = newest, open_newest
        self._swapping = threading.Lock()
        self.current: Serving | None = None
        self.swaps = 0
        self.killed = 0
        """Workers killed under the releases before."""
        self._told = ""  # what stands against a newer release: said once, not at every look

    def start(self) -> None:
        """Put the first release in service; it answers SPARQL at once, and what the search needs is read on first use.

        Raises:
            KGError: There is none, or it is damaged.
        """
        self.current = self._open(warm=False)

    def figures(self) -> dict[str, int]:
        """What the workers of the release in service do, and how often it changed, for the metrics; nothing while there is none."""
        serving = self.current
        if serving is None:
            return {}
        pool = serving.desk.pool
        return {
            "size": pool.size,
            "waiting": pool.waiting,
            "killed": self.killed + pool.kills,
            "processes": len(pool.pids),
            "swaps": self.swaps,
        }

    def swap(self) -> bool:
        """Put the newest release in service, if it is another one; a release that does not open leaves all as it was.

        Returns:
            Whether another release serves now.
        """
        with self._swapping:
            try:
                newest = self._newest()
                if self.current is None or newest in {None, self.current.id}:
                    if self._told:
                        log.info("the release in service is the newest again", release=newest)
                        self._told = ""
                    return False
                fresh = self._open(warm=True)
            except Exception as error:  # noqa: BLE001  # whatever is wrong with a newer release, the one in service goes on
                self._tell(error)
                return False
            self._told = ""
            old, self.current = self.current, fresh
            self.swaps += 1
            self.killed += old.desk.pool.kills
        log.info("release changed", was=old.id, now=fresh.id)
        old.retire()
        return True

    def _tell(self, error: Exception) -> None:
        """Log why no newer release serves, when it was not told already."""
        reason = str(error) if isinstance(error, KGError) else f"{type(error).__name__}: {error}"
        if reason == self._told:
            return
        self._told = reason
        if isinstance(error, ReleaseChanging):
            log.warning("the release is being replaced; what has to ask its server is refused until then", reason=reason)
        else:
            log.error("a newer release cannot be opened; the one in service stays", reason=reason)  # the reason is enough

    def serving(self) -> Serving:
        """The release in service, for one who holds a lease on it or on a newer one.

        Raises:
            StoreUnavailable: There is none yet, or no more.
        """
        if self.current is None:
            raise StoreUnavailable("no release is in service: the service is starting or stopping")
        return self.current

    def lease(self) -> Serving:
        """The release in service, counted as needed until it is given back.

        Raises:
            StoreUnavailable: There is none yet, or no more.
        """
        while (serving := self.current) is not None:
            if serving.take():
                return serving
        raise StoreUnavailable("no release is in service: the service is starting or stopping")

    def stop(self, seconds: float) -> None:
        """Take the release out of service, and wait so many seconds at most until what has begun on it is answered."""
        with self._swapping:
            old, self.current = self.current, None
        if old is not None:
            old.retire()
            old.closed.wait(seconds)


class Leased:
    """Gives every request the release that serves when it begins, as ``request.state.serving``; None when there is none."""

    def __init__(self, app: ASGIApp, stage: Stage) -> None:
        self._app, self._stage = app, stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its lease."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            serving: Serving | None = self._stage.lease()
        except StoreUnavailable:
            serving = None
        scope["state"] = {**scope.get("state", {}), "serving": serving}
        try:
            await self._app(scope, receive, send)
        finally:
            if serving is not None:
                serving.give_back()


@contextlib.asynccontextmanager
async def watched(stage: Stage, seconds: float) -> AsyncIterator[None]:
    """Look for a newer release so often, and at once on SIGHUP.

    Args:
        stage: What is watched.
        seconds: How often; 0 looks on SIGHUP alone.
    """
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()

    async def watch() -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asked.wait(), seconds or None)
            asked.clear()
            await asyncio.to_thread(stage.swap)

    watching = loop.create_task(watch())
    # Only the main thread of a process on Unix hears signals.
    hears = threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGHUP")
    if hears:
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    try:
        yield
    finally:
        if hears:
            loop.remove_signal_handler(signal.SIGHUP)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
