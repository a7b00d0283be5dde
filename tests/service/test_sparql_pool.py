"""The pool of workers: deadlines, deaths, caps, closing, and what a worker may not do."""

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kg import errors
from kg.errors import QueryFailed, QueryTimeout, QueryTooLarge, ReleaseDamaged, StoreUnavailable
from kg.namespaces import CATALOGUE
from kg.store.quads import write_store
from service.sparql.pool import SparqlPool

JSON = "application/sparql-results+json"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s FILTER(?c != ?f) }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("pool") / "store"
    write_store(found, "".join(f'<urn:d:{n}> <urn:size> "{n}" <{CATALOGUE}> .\n' for n in range(50)).encode())
    return found


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_worker_that_is_killed_is_replaced(folder: Path) -> None:
    pool = SparqlPool(folder, size=1)
    try:
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(QueryFailed):
            pool.run("ASK {}", JSON)
        assert pool.run("ASK {}", JSON)
        assert gone(pid)
    finally:
        pool.close()


def test_a_memory_bomb_takes_only_its_worker(folder: Path) -> None:
    pool = SparqlPool(folder, size=1, memory=400_000_000, timeout=90, cap=90)
    try:
        with pytest.raises(QueryTooLarge) as caught:
            pool.run("SELECT DISTINCT ?a ?d ?g ?j { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", JSON)
        assert caught.value.resource == "memory"
        assert pool.run("ASK {}", JSON)
    finally:
        pool.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_the_workers_sandbox_stands_behind_the_guard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.sparql.intake.check", lambda *_, **__: None)
    pool = SparqlPool(folder, size=1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        try:
            with pytest.raises(StoreUnavailable, match="ermission"):
                pool.run(f"ASK {{ SERVICE <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }} }}", JSON)
        finally:
            pool.close()
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's filter is Linux's")
def test_a_confined_process_reads_its_store_and_reaches_nobody(folder: Path) -> None:
    script = """
import sys, pyoxigraph
from service.sandbox import confine, forbid_sockets
store = pyoxigraph.Store.read_only(sys.argv[1])
call = "SELECT * { SERVICE <%s> { ?s ?p ?o } }" % sys.argv[2]
def attempt():
    try: list(store.query(call))
    except Exception: pass
attempt()           # free, it connects: the listener hears it
confine(2_000_000_000)
attempt()           # confined, it must not
assert forbid_sockets()
print(len(list(store.query("SELECT * { ?s ?p ?o }"))))
"""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        command = [sys.executable, "-c", script, str(folder), f"http://127.0.0.1:{server.getsockname()[1]}/"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
            first, _ = server.accept()
            first.close()
            assert process.stdout
            assert process.stdout.read() == "50\n"
        server.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            came.append(server.accept())
    assert not came


def test_who_finds_every_worker_busy_is_told_so(folder: Path) -> None:
    pool = SparqlPool(folder, size=1, spares=0, timeout=3)
    try:

        def work() -> None:
            with pytest.raises(QueryTimeout):
                pool.run(HEAVY, JSON, timeout=1.5)

        busy = threading.Thread(target=work)
        busy.start()
        time.sleep(0.3)
        with pytest.raises(StoreUnavailable, match="busy"):
            pool.run("ASK {}", JSON, timeout=0.2)
        busy.join()
        assert pool.run("ASK {}", JSON)
    finally:
        pool.close()


def test_closing_ends_every_process_and_wakes_who_waits(folder: Path) -> None:
    pool = SparqlPool(folder, size=2, timeout=20)
    pids, ended = pool.pids, []

    def ask() -> None:
        with pytest.raises(StoreUnavailable, match="closed") as caught:
            pool.run(HEAVY, JSON)
        ended.append(caught.value.reason)

    threads = [threading.Thread(target=ask) for _ in range(4)]  # two at work, two waiting
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    pool.close()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 3
    assert len(ended) == 4
    assert all(gone(pid) for pid in pids)
    pool.close()
    with pytest.raises(StoreUnavailable):
        pool.run("ASK {}", JSON, timeout=0.1)


def test_a_folder_without_a_store(tmp_path: Path) -> None:
    with pytest.raises(ReleaseDamaged):
        SparqlPool(tmp_path / "nothing", size=2)


@pytest.mark.parametrize(
    "error",
    [
        errors.UnknownConcept("kidny", ["kidney"]), errors.QuerySyntaxError("m", 1, 2, ["x"]), errors.QueryTimeout(0.5),
        errors.QueryTooLarge("memory", 9), errors.ReleaseDamaged("p", "r", "m"), errors.CatalogueError("f", 1, "c", "r"),
        errors.SourceShapeError("p", "column"), errors.ReasonerError("r"), errors.MissingExtra("slim"),
    ],
    ids=lambda e: type(e).__name__,
)  # fmt: skip
def test_errors_cross_a_process_boundary(error: errors.KGError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)
