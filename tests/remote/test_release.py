"""The real release on real servers: every answer as from the folder."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

import kg
from kg.errors import QueryFailed, ReleaseDamaged
from kg.opened import OpenRelease
from kg.published import FILES
from kg.queries import load_queries
from kg.resources import queries_dir
from service.app import create_app
from service.settings import Settings
from tests.servers import Server, oxigraph, virtuoso

pytestmark = pytest.mark.slow
ROOT: Final = Path(__file__).parents[2]
JSON: Final = "application/sparql-results+json"
QUERIES: Final = load_queries(queries_dir() / "competency")
FAILS: Final[dict[tuple[str, str], str]] = {
    ("virtuoso", "cq019-datasets-known-by-little"): "its compiler breaks on BIND(EXISTS { … }) (SQ156)",
}
"""(Server, question) → why it has no answer there; the same rows stand in docs/stores.md."""
TEXTS: Final = (
    "GBM MRI since 2015",
    "renal CT segmentation",
    "open labelled chest x-ray > 1000",
    "kidny",
    "3D brain MRI not covid",
    "",
)


def command(*arguments: str, told: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command line, as its user starts it."""
    return subprocess.run(
        [sys.executable, "-c", "from kg.cli import main; main()", *arguments],
        input=told, capture_output=True, text=True, timeout=900, cwd=ROOT, check=False,
        env={**os.environ, "NETRC": os.devnull, **environment},
    )  # fmt: skip


@pytest.fixture(scope="module", params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.virtuoso)])
def holder(request: pytest.FixtureRequest, release: OpenRelease, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server to which the command has published the release."""
    folder = tmp_path_factory.mktemp(request.param) / "db"
    with oxigraph(folder) if request.param == "oxigraph" else virtuoso(folder) as server:
        addresses = ("--to", server.query, "--update", server.update, "--graph-store", server.graph_store)
        who = {"IMAGING_KG_STORE_USER": server.user or "", "IMAGING_KG_STORE_PASSWORD": server.password or ""}
        done = command("publish", *addresses, "--release", str(release.folder), **who)
        assert done.returncode == 0, done.stderr
        assert f"release {release.manifest.id} is at {server.query}" in done.stdout
        assert f"graph/catalogue: {release.manifest.counts['triples asserted']:,}".removeprefix("graph/") in done.stdout
        yield server


@pytest.fixture(scope="module")
def there(holder: Server) -> Iterator[OpenRelease]:
    with kg.open(store=holder.query) as opened:
        yield opened


def test_the_manifest_and_the_files_are_the_same(there: OpenRelease, release: OpenRelease) -> None:
    assert there.manifest == release.manifest
    assert there.folder is None
    for name in FILES:
        assert there.file(name) == release.file(name)


def test_the_knowledge_is_the_same(there: OpenRelease, release: OpenRelease) -> None:
    ours, theirs = release.knowledge, there.knowledge
    assert theirs.datasets == ours.datasets
    assert theirs.concepts == ours.concepts
    assert (theirs.mapped, theirs.general) == (ours.mapped, ours.general)
    assert (theirs.taxonomy.supers, theirs.taxonomy.edges) == (ours.taxonomy.supers, ours.taxonomy.edges)


def test_every_answer_is_the_same(there: OpenRelease, release: OpenRelease) -> None:
    for text in TEXTS:
        assert there.search(text, 50) == release.search(text, 50), text
    seeds = ["LiTS", "KiTS19", "MSD07-Pancreas"]
    assert there.fuse(seeds) == release.fuse(seeds)
    assert there.pair("LiTS", "KiTS19") == release.pair("LiTS", "KiTS19")
    assert there.why_not("LIDC-IDRI", seeds) == release.why_not("LIDC-IDRI", seeds)
    for name in ("LIDC-IDRI", "LiTS", "CheXpert"):
        assert there.show(name) == release.show(name)
    assert there.explain("LIDC-IDRI", "thorax") == release.explain("LIDC-IDRI", "thorax")
    assert there.concept("kidney") == release.concept("kidney")


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.id)
def test_competency_questions_answer_the_same(query: Any, holder: Server, there: OpenRelease, release: OpenRelease) -> None:
    if reason := FAILS.get((holder.name, query.id)):
        with pytest.raises(QueryFailed):
            there.store.select(query.text)
        pytest.xfail(reason)
    assert there.store.select(query.text) == release.store.select(query.text)


def test_the_service_runs_unchanged(holder: Server, release: OpenRelease) -> None:
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    ask = {"query": query, "timeout": "50"}
    with TestClient(create_app(Settings(store=holder.query))) as client:
        assert client.get("/readyz").json() == {"status": "ready", "release": release.manifest.id}
        found = client.post("/sparql", data=ask, headers={"Accept": JSON})
        assert found.headers["X-Data-Release"] == release.manifest.id
        assert found.content == release.store.serialise(query, JSON) or found.json() == json.loads(
            release.store.serialise(query, JSON)
        )
        assert client.get("/v1/search", params={"q": TEXTS[0]}).json()["total"] == release.search(TEXTS[0])["total"]
        assert client.get("/quality", params={"format": "json"}).content == release.file("quality.json")
        assert client.get("/sparql", params={"query": "SELECT * {"}).status_code == 400
        assert client.get("/sparql", params={"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}).status_code == 400


def test_the_command_asks_the_server(holder: Server, release: OpenRelease) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    done = command("query", "-", "--format", "csv", told=query, IMAGING_KG_STORE=holder.query)
    assert done.stdout.split() == release.store.serialise(query, "text/csv").decode().split(), done.stderr
    assert command("query", "-", "--format", "csv", "--store", holder.query, told=query).stdout == done.stdout


def test_a_folder_and_a_store_are_not_both_opened(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not from both"):
        kg.open(tmp_path, store="http://127.0.0.1:9/query")


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    with oxigraph(tmp_path / "store") as server, pytest.raises(ReleaseDamaged, match="imaging-kg publish"):
        kg.open(store=server.query)
