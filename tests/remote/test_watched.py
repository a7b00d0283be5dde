"""A service over a server to which another release is published: it takes it up, and no answer is of two releases."""

import dataclasses
import gzip
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

import kg
from kg.errors import ReleaseChanging
from kg.namespaces import CATALOGUE, CLAIMS, INFERRED, MAPPINGS, ONTOLOGY
from kg.opened import OpenRelease
from kg.publish import Target, plan_of, publish
from kg.published import FILES, UNION, held, open_published, store_at
from kg.release import GRAPH, Manifest
from tests.remote.conftest import Small
from tests.running import service
from tests.servers import Server, oxigraph

KEPT = (CATALOGUE, INFERRED, ONTOLOGY, MAPPINGS, CLAIMS["openneuro"])
FIRST, SECOND = "1" * 16, "2" * 16
MARK = "SELECT ?in ?mark { VALUES ?in { <urn:in:catalogue> <urn:in:inferred> } <urn:mark> ?in ?mark } ORDER BY ?in"


class Releases:
    """Two small releases of the real catalogue that differ in one mark, which stands in two graphs."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        ends = tuple(f" <{graph}> .\n" for graph in KEPT)
        with gzip.open(folder / GRAPH, "rt", encoding="utf-8", newline="\n") as lines:
            self._lines = [line for line in lines if line.endswith(ends)]
        self._files = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
        self._manifest = manifest

    def bring(self, id: str, target: Target) -> None:
        marks = [f'<urn:mark> <urn:in:{g.rpartition("/")[2]}> "{id}" <{g}> .\n' for g in (str(CATALOGUE), str(INFERRED))]
        publish(dataclasses.replace(self._manifest, id=id), plan_of([*self._lines, *marks]), self._files, target)


@pytest.fixture(scope="module")
def releases(release: OpenRelease) -> Releases:
    assert release.folder
    return Releases(release.folder, release.manifest)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[tuple[Server, Target]]:
    with oxigraph(tmp_path / "store") as server, Target(server.query, server.update, server.graph_store, None, 120) as target:
        yield server, target


class Asking(threading.Thread):
    """Asks one thing again and again, each time in other words so that no answer is kept; remembers what came."""

    def __init__(self, address: str, path: str) -> None:
        super().__init__()
        self._address, self._path = address, path
        self.over = threading.Event()
        self.seen: list[tuple[httpx.Response, str]] = []

    def run(self) -> None:
        number = 0
        with httpx.Client(base_url=self._address, timeout=60) as client:
            while not self.over.is_set():
                number += 1
                got = client.get(self._path.replace("NUMBER", str(number)), headers={"Accept": "application/json"})
                self.seen.append((got, got.headers["X-Data-Release"]))
                time.sleep(0.1)


def until(true: object, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]  # a question
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


@pytest.mark.slow
def test_another_release_is_taken_up_and_no_answer_is_of_two(holder: tuple[Server, Target], releases: Releases) -> None:
    server, target = holder
    releases.bring(FIRST, target)
    with service(None, store=server.query, reload_seconds="0.5", sparql_cpu_seconds="100000") as (client, _, lines):
        assert client.get("/readyz").json()["release"] == FIRST
        client.get("/v1/search", params={"q": "liver CT"}).raise_for_status()
        told = ("/v1/datasets/lits?x=NUMBER", "/v1/search?q=liver&x=NUMBER", "/readyz", "/quality?format=json")
        paths = (f"/sparql?query={MARK}%23NUMBER", *told)
        asking = [Asking(str(client.base_url), path) for path in paths]
        for thread in asking:
            thread.start()
        time.sleep(1)
        releases.bring(SECOND, target)
        until(lambda: client.get("/version").json()["release"] == SECOND)
        time.sleep(1)
        for thread in asking:
            thread.over.set()
        for thread in asking:
            thread.join(60)
        until(lambda: any('"release closed"' in line for line in lines), 30)

    for path, thread in zip(paths, asking, strict=True):
        statuses = Counter(got.status_code for got, _ in thread.seen)
        assert set(statuses) <= {200, 503}, (path, statuses)
        assert {release for got, release in thread.seen if got.status_code == 200} == {FIRST, SECOND}, path
        for refused in (got for got, _ in thread.seen if got.status_code == 503):
            assert refused.json()["type"] == "/errors/release-changing", refused.text
            assert int(refused.headers["Retry-After"]) > 0
    marks, _, search, ready, _ = (thread.seen for thread in asking)
    for got, release in marks:
        if got.status_code == 200:
            assert [row["mark"]["value"] for row in got.json()["results"]["bindings"]] == [release, release]
    assert {got.status_code for got, _ in search} == {200}, "what is in memory is answered all along"
    assert 503 in {got.status_code for got, _ in ready}, "while the release was brought the service was not ready"

    events = [json.loads(line) for line in lines if line.startswith("{")]
    logged = [e["event"] for e in events if e["logger"] == "imaging_kg" and e["event"] != "request"]
    assert [e.partition(";")[0] for e in logged][:3] == ["the release is being replaced", "release changed", "release closed"]


@pytest.mark.slow
def test_a_signal_looks_at_once_and_the_same_release_may_come_again(holder: tuple[Server, Target], releases: Releases) -> None:
    server, target = holder
    releases.bring(FIRST, target)
    with service(None, store=server.query, reload_seconds="0") as (client, process, lines):
        assert client.get("/readyz").status_code == 200
        releases.bring(FIRST, target)
        assert client.get("/readyz").json()["release"] == FIRST
        releases.bring(SECOND, target)
        gone = client.get("/readyz")
        assert (gone.status_code, gone.json()["type"]) == (503, "/errors/release-changing")
        assert SECOND in gone.json()["detail"]
        os.kill(process.pid, signal.SIGHUP)
        until(lambda: client.get("/readyz").status_code == 200)
        assert client.get("/version").json()["release"] == SECOND
    assert sum("release changed" in line for line in lines) == 1


def test_a_program_is_told_that_what_it_opened_is_gone(holder: tuple[Server, Target], small: Small) -> None:
    server, target = holder
    publish(small.manifest, small.plan, small.files, target)
    found = open_published(server.query)
    assert found.store.ask("ASK { ?s ?p ?o }")
    assert held(store_at(server.query)) == small.manifest.id
    publish(dataclasses.replace(small.manifest, id="other"), small.plan, small.files, target)
    with pytest.raises(ReleaseChanging, match="holds other now"):
        found.store.ask("ASK { ?s ?p ?o }")
    with pytest.raises(ReleaseChanging):
        found.store.serialise("SELECT * { ?s ?p ?o }", "text/csv")
    assert kg.open(store=server.query).manifest.id == "other"


def test_an_answer_that_comes_after_the_record_went_is_none(holder: tuple[Server, Target], small: Small) -> None:
    server, target = holder
    publish(small.manifest, small.plan, small.files, target)
    found = open_published(server.query)
    seen: list[str] = []

    def look(step: object) -> None:
        with pytest.raises(ReleaseChanging, match="being brought"):
            found.store.select("SELECT * { ?s ?p ?o } LIMIT 1")
        with pytest.raises(ReleaseChanging, match="being brought"):
            held(found.record)
        with pytest.raises(ReleaseChanging):
            found.file("quality.json")
        seen.append(str(step))

    publish(dataclasses.replace(small.manifest, id="other"), small.plan, small.files, target, batch=300, tick=look)
    assert len(seen) > 5
    assert target.count(str(UNION)) == 1400
