"""The service at work: a newer release without a dropped request, an orderly end, logs that keep no secret, metrics, a token."""

import json
import os
import shutil
import signal
import threading
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from kg.release import MANIFEST, current, point_to
from tests.running import service

TOKEN = "correct-horse-battery-staple"
QUERY = "SELECT ?s { ?s ?p ?o } LIMIT 1"


@pytest.fixture
def two(release_dir: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A folder with two releases that differ in their id alone, the first of them current."""
    first = current(release_dir)
    assert first is not None
    folder = tmp_path / "releases"
    ids = (first.name, "0" * 16)
    for id in ids:
        shutil.copytree(first, folder / id, copy_function=os.link)
    manifest = json.loads((first / MANIFEST).read_text(encoding="utf-8"))
    (folder / ids[1] / MANIFEST).unlink()
    (folder / ids[1] / MANIFEST).write_text(json.dumps({**manifest, "id": ids[1]}), encoding="utf-8")
    point_to(folder, ids[0])
    return folder, *ids


@pytest.mark.slow
def test_a_newer_release_takes_over_and_no_request_is_dropped(two: tuple[Path, str, str]) -> None:
    folder, old, new = two
    with service(folder, reload_seconds="0") as (client, process, lines):
        seen: list[tuple[int, str]] = []
        done = threading.Event()

        def ask(path: str) -> None:
            with httpx.Client(base_url=client.base_url, timeout=60) as own:
                while not done.is_set():
                    got = own.get(path)
                    seen.append((got.status_code, got.headers["X-Data-Release"]))

        asking = [
            threading.Thread(target=ask, args=(p,)) for p in (f"/sparql?query={QUERY}", "/v1/datasets/lits", "/dataset/lits.ttl")
        ]
        for thread in asking:
            thread.start()
        point_to(folder, new)
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 120
        while not any(r == new for _, r in list(seen)) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        done.set()
        for thread in asking:
            thread.join(60)
        assert {status for status, _ in seen} == {200}
        assert {r for _, r in seen} == {old, new}
        assert client.get("/version").json()["release"] == new
        assert "imaging_kg_release_swaps_total 1.0" in client.get("/metrics").text
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"event": "release changed", "was": old, "now": new}.items() <= next(
        e for e in events if e["event"] == "release changed"
    ).items()
    assert any(e["event"] == "release closed" and e["release"] == old for e in events)


@pytest.mark.slow
def test_a_damaged_newer_release_is_told_and_not_taken(two: tuple[Path, str, str]) -> None:
    folder, old, new = two
    (folder / new / "graph.nq.gz").unlink()
    with service(folder, reload_seconds="0.2") as (client, _, lines):
        point_to(folder, new)
        deadline = time.monotonic() + 30
        while not any("cannot be opened" in line for line in list(lines)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert any("cannot be opened" in line and "graph.nq.gz" in line for line in lines)
        assert client.get("/readyz").json()["release"] == old


@pytest.mark.slow
def test_what_has_begun_is_answered_before_the_service_ends(release_dir: Path) -> None:
    with service(release_dir, sparql_timeout="20") as (client, process, _):
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a != ?d) }"
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(client.get("/sparql", params={"query": slow, "timeout": "4"})))
        asking.start()
        time.sleep(1)
        process.terminate()
        asking.join(60)
        assert answers[0].status_code == 503
        assert answers[0].json()["type"] == "/errors/query-timeout"
        assert process.wait(60) in {0, -signal.SIGTERM}  # uvicorn ends by the signal that ended it


@pytest.mark.slow
def test_a_token_guards_what_costs_and_stands_in_no_log(release_dir: Path) -> None:
    secret = "a-secret-that-a-client-sent"
    with service(release_dir, token=TOKEN) as (client, _, lines):
        assert client.get("/v1/datasets/lits").status_code == 200
        assert client.get("/v1/search", params={"q": "liver CT"}).status_code == 200
        assert client.get("/sparql", headers={"Accept": "text/turtle"}).status_code == 200
        costly = [
            ("GET", f"/sparql?query={QUERY}", None), ("GET", f"/sparql/explain?query={QUERY}", None),
            ("POST", "/v1/fusion", {"seeds": ["LiTS"]}), ("POST", "/v1/fusion/plans", {"seeds": ["LiTS"]}),
            ("POST", "/v1/fusion/why-not", {"dataset": "KiTS19", "seeds": ["LiTS"]}),
            ("GET", "/v1/explain?subject=LiTS&concept=liver", None),
        ]  # fmt: skip
        for method, path, body in costly:
            for headers in ({}, {"Authorization": f"Bearer {secret}"}, {"Authorization": f"Basic {secret}"}):
                refused = client.request(method, path, json=body, headers=headers)
                assert (refused.status_code, refused.json()["type"]) == (401, "/errors/unauthorised"), path
                assert refused.headers["WWW-Authenticate"].startswith("Bearer ")
            given = client.request(method, path, json=body, headers={"Authorization": f"Bearer {TOKEN}"})
            assert given.status_code == 200, path
        client.get("/v1/search", params={"q": secret})
        client.get(f"/nowhere/{secret}")
        client.post("/v1/fusion", content=secret.encode(), headers={"Cookie": secret})
        lost = client.get(f"/v1/datasets/{secret}", headers={"X-Request-ID": "my-own-id-12345"})
        assert (lost.headers["X-Request-ID"], lost.json()["request_id"]) == ("my-own-id-12345", "my-own-id-12345")
        forged = client.get("/healthz", headers={"X-Request-ID": "no"})
        assert forged.headers["X-Request-ID"] != "no"
    told = "".join(lines)
    assert secret not in told
    assert TOKEN not in told
    requests = [e for line in lines if line.startswith("{") and (e := json.loads(line))["event"] == "request"]
    assert {"/v1/datasets/{name}", "unmatched", "/sparql"} <= {e["path"] for e in requests}
    assert next(e for e in requests if e["request"] == "my-own-id-12345")["status"] == 404
    assert all({"method", "status", "ms", "bytes", "request", "timestamp", "level"} <= e.keys() for e in requests)


def test_metrics_count_by_pattern_and_outcome(client: httpx.Client) -> None:
    def figure(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)

    lookup = 'imaging_kg_requests_total{method="GET",path="/v1/datasets/{name}",status="200"}'
    answered, refused = (f'imaging_kg_sparql_queries_total{{outcome="{o}"}}' for o in ("answered", "refused"))
    before = [figure(n) for n in (lookup, answered, refused)]
    client.get("/v1/datasets/lits")
    client.get("/sparql", params={"query": QUERY})
    client.get("/sparql", params={"query": "SELECT * {"})
    assert [figure(n) for n in (lookup, answered, refused)] == [n + 1 for n in before]
    assert figure("imaging_kg_sparql_workers_size") >= 1
    assert client.get("/metrics").headers["content-type"].startswith("text/plain")
    client.request("BREW", "/v1/datasets/lits")
    assert 'method="BREW"' not in client.get("/metrics").text


def test_metrics_can_be_switched_off(release_dir: Path) -> None:
    from starlette.testclient import TestClient

    from service.app import create_app
    from service.settings import Settings

    with TestClient(create_app(Settings(release=release_dir, metrics=False))) as quiet:
        assert quiet.get("/metrics").status_code == 404


def test_a_page_says_which_release_it_shows(client: httpx.Client) -> None:
    release = client.get("/version").json()["release"]
    assert f'<a href="/dumps/{release}/">{release}</a>' in client.get("/dataset/lits.html").text
