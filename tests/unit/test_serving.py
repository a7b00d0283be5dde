"""Which release serves: leases, the change to a newer one, and what happens when the newer one does not open."""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ReleaseDamaged, StoreUnavailable
from service.serving import Leased, Serving, Stage


@dataclass
class Manifest:
    id: str


@dataclass
class Release:
    manifest: Manifest
    closed: int = 0

    def close(self) -> None:
        self.closed += 1


@dataclass
class Pool(Release):
    kills: int = 0


@dataclass
class Desk:
    pool: Pool


@dataclass
class Folder:
    """A folder of releases whose newest one can be set, and that counts what was opened."""

    newest: str | None = "r1"
    fault: Exception | None = None
    opened: list[Serving] = field(default_factory=list)

    def id(self) -> str | None:
        return self.newest

    def open(self, *, warm: bool) -> Serving:
        if self.fault:
            raise self.fault
        release: Any = Release(Manifest(self.newest or ""))
        desk: Any = Desk(Pool(Manifest("pool")))
        assert warm is bool(self.opened)  # only a release that takes over must answer at once
        self.opened.append(Serving(release, desk))
        return self.opened[-1]


def staged(folder: Folder) -> Stage:
    stage = Stage(folder.id, folder.open)
    stage.start()
    return stage


def test_a_request_keeps_its_release_while_a_newer_one_takes_over() -> None:
    folder = Folder()
    stage = staged(folder)
    old = stage.lease()
    folder.newest = "r2"
    assert stage.swap()
    assert stage.lease().id == "r2"
    assert not old.closed.is_set()
    old.give_back()
    assert old.closed.wait(5)
    assert (folder.opened[0].release.closed, folder.opened[0].desk.pool.closed, folder.opened[1].release.closed) == (1, 1, 0)  # type: ignore[attr-defined]  # the fake counts


def test_nothing_changes_when_the_newest_serves_or_is_unknown() -> None:
    folder = Folder()
    stage = staged(folder)
    assert not stage.swap()
    folder.newest = None
    assert not stage.swap()
    assert (len(folder.opened), stage.swaps) == (1, 0)


@pytest.mark.parametrize("fault", [ReleaseDamaged("store", "is missing", "rebuild it"), MemoryError(), OSError("too many files")])
def test_a_newer_release_that_does_not_open_leaves_the_old_one_in_service(fault: Exception) -> None:
    folder = Folder()
    stage = staged(folder)
    folder.newest, folder.fault = "r2", fault
    assert not stage.swap()
    assert stage.lease().id == "r1"
    folder.fault = None
    assert stage.swap()
    assert stage.lease().id == "r2"


def test_who_comes_before_or_after_the_service_is_told() -> None:
    folder = Folder()
    stage = Stage(folder.id, folder.open)
    with pytest.raises(StoreUnavailable):
        stage.lease()
    stage.start()
    stage.stop(5)
    assert folder.opened[0].closed.is_set()
    with pytest.raises(StoreUnavailable):
        stage.lease()


@given(st.lists(st.sampled_from(["lease", "return", "swap"]), max_size=30))
def test_whatever_the_order_every_release_is_closed_once_and_never_in_use(steps: list[str]) -> None:
    folder = Folder()
    stage = staged(folder)
    held: list[Serving] = []
    for number, step in enumerate(steps):
        if step == "lease":
            held.append(stage.lease())
        elif step == "return" and held:
            held.pop(0).give_back()
        elif step == "swap":
            folder.newest = f"n{number}"
            stage.swap()
        assert not any(s.closed.is_set() for s in held)
    stage.stop(0)
    for serving in held:
        serving.give_back()
    for serving in folder.opened:
        assert serving.closed.wait(5)
        assert serving.release.closed == 1  # type: ignore[attr-defined]  # the fake counts


def test_many_threads_lease_while_releases_change() -> None:
    folder = Folder()
    stage = staged(folder)
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(300):
            serving = stage.lease()
            if serving.release.closed:  # type: ignore[attr-defined]  # the fake counts
                wrong.append(serving.id)
            serving.give_back()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        folder.newest = f"n{number}"
        stage.swap()
    for thread in threads:
        thread.join(30)
    assert not wrong
    assert all(s.closed.wait(5) for s in folder.opened[:-1])


def test_the_lease_is_given_back_however_the_request_ends() -> None:
    stage = staged(Folder())

    async def broken(scope: Any, receive: Any, send: Any) -> None:
        assert scope["state"]["serving"] is stage.current
        raise RuntimeError

    async def ask() -> None:
        with pytest.raises(RuntimeError):
            await Leased(broken, stage)({"type": "http"}, None, None)  # type: ignore[arg-type]  # nothing is received or sent

    asyncio.run(ask())
    serving = stage.current
    assert serving is not None
    stage.stop(5)
    assert serving.closed.is_set()
