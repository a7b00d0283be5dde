"""The dumps of older releases, and the list of those that are here; V1, D1: versions of a dataset."""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, Graph, URIRef
from starlette.testclient import TestClient

from kg.export.dumps import DUMPS
from kg.namespaces import BASE, DCAT
from kg.release import GRAPH, MANIFEST, current, kept_in, point_to, read_kept
from service.app import create_app
from service.settings import Settings

OLD, ANCIENT, BROKEN, ALTERED, BRIEF = ("a" * 16, "b" * 16, "c" * 16, "d" * 16, "e" * 16)
LINE = b"<urn:old> <urn:is> <urn:kept> <https://w3id.org/imaging-kg/graph/catalogue> .\n"


def left(folder: Path, id: str, manifest: object) -> Path:
    """What a release of an older version of the software left: a graph and a manifest, and no store that we could open."""
    place = folder / id
    place.mkdir()
    (place / GRAPH).write_bytes(gzip.compress(LINE, mtime=0))
    (place / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return place


def told(id: str, **more: object) -> dict[str, object]:
    graph = hashlib.sha256(gzip.compress(LINE, mtime=0)).hexdigest()
    return {"id": id, "software": "0.0.1", "version_iri": f"{BASE}release/{id}", "files": {GRAPH: graph}, **more}


@pytest.fixture(scope="module")
def folder(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release in service and four that are older, of which two are whole."""
    served = current(release_dir)
    assert served is not None
    found = tmp_path_factory.mktemp("older") / "releases"
    shutil.copytree(served, found / served.name, copy_function=os.link, ignore=shutil.ignore_patterns("dumps"))
    point_to(found, served.name)
    left(found, OLD, told(OLD))
    left(found, ANCIENT, told(ANCIENT, of_old="a member that nobody knows any more", counts=None))
    left(found, BROKEN, {"release": "in a form of long ago"})
    left(found, ALTERED, told(ALTERED, files={GRAPH: "0" * 64}))
    (found / "notes").mkdir()
    (found / "notes" / MANIFEST).write_text("no JSON", encoding="utf-8")
    os.utime(found / ANCIENT / MANIFEST, (1, 1))
    return found


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(release=folder))) as opened:
        yield opened


def test_the_list_names_what_is_whole_and_survives_what_is_not(folder: Path, client: TestClient) -> None:
    served = client.get("/version").json()["release"]
    listed = client.get("/dumps/", headers={"Accept": "application/json"})
    assert listed.json()["current"] == served
    assert [r["release"] for r in listed.json()["releases"]] == [served, OLD, ANCIENT]
    assert [r["current"] for r in listed.json()["releases"]] == [True, False, False]
    page = client.get("/dumps/", headers={"Accept": "text/html"}).text
    assert all(f'href="/dumps/{id}/"' in page for id in (served, OLD, ANCIENT))
    assert BROKEN not in page
    assert client.get("/dumps/", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/dumps", follow_redirects=False).headers["location"] == "/dumps/"
    assert client.get("/dumps/latest/", follow_redirects=False).headers["location"] == f"/dumps/{served}/"
    tag = listed.headers["etag"]
    kept = {"Accept": "application/json", "If-None-Match": tag}
    assert client.get("/dumps/", headers=kept).status_code == 304
    assert "last-modified" not in listed.headers
    left(folder, BRIEF, told(BRIEF))
    assert client.get("/dumps/", headers=kept).status_code == 200, "the list changed, though the release in service did not"
    shutil.rmtree(folder / BRIEF)
    assert client.get("/dumps/", headers=kept).status_code == 304


@pytest.mark.parametrize("media", ["text/turtle", "application/ld+json"])
def test_d1_releases_are_versions_of_the_graph(media: str, client: TestClient) -> None:
    served = client.get("/version").json()["release"]
    answer = client.get("/dumps/", headers={"Accept": media})
    graph = Graph().parse(data=answer.content, format={"text/turtle": "turtle"}.get(media, "json-ld"))
    whole = URIRef(f"{BASE}void#imaging-kg")
    versions = {str(o).rpartition("/")[2] for o in graph.objects(whole, DCAT.hasVersion)}
    assert versions == {served, OLD, ANCIENT}
    assert {str(o).rpartition("/")[2] for o in graph.objects(whole, DCAT.hasCurrentVersion)} == {served}
    assert all((o, RDF.type, DCAT.Dataset) in graph for o in graph.objects(whole, DCAT.hasVersion))


def test_an_older_release_is_served_for_ever(folder: Path, client: TestClient) -> None:
    files = client.get(f"/dumps/{OLD}/", headers={"Accept": "application/json"}).json()["files"]
    assert {f["name"] for f in files} == {d.name for d in DUMPS if d.from_graph}
    quads = client.get(f"/dumps/{OLD}/imaging-kg.nq.gz", headers={"Accept-Encoding": "identity"})
    assert quads.content == (folder / OLD / GRAPH).read_bytes()
    assert "immutable" in quads.headers["cache-control"]
    assert quads.headers["x-data-release"] == OLD
    again = client.get(f"/dumps/{OLD}/imaging-kg.nq.gz", headers={"If-None-Match": quads.headers["etag"]})
    assert again.status_code == 304
    turtle = client.get(f"/dumps/{ANCIENT}/catalogue.ttl.gz")
    assert len(Graph().parse(data=gzip.decompress(turtle.content), format="turtle")) == 1
    assert client.get(f"/dumps/{ANCIENT}/SHA256SUMS").text.count("\n") == 2
    page = client.get(f"/dumps/{OLD}/", headers={"Accept": "text/html"}).text
    assert "not in service any more" in page
    assert client.get(f"/release/{OLD}", follow_redirects=False).headers["location"] == f"/dumps/{OLD}/"
    described = Graph().parse(data=client.get(f"/dumps/{OLD}/", headers={"Accept": "text/turtle"}).content, format="turtle")
    assert hashlib.sha256(quads.content).hexdigest() in {str(o) for o in described.objects()}


def test_tables_of_an_older_release_are_served_where_they_were_made(folder: Path, client: TestClient) -> None:
    missing = client.get(f"/dumps/{OLD}/csv/datasets.csv")
    assert (missing.status_code, missing.json()["type"]) == (404, "/errors/not-found")
    assert "imaging-kg dumps" in missing.json()["detail"]
    (folder / OLD / "dumps" / "csv").mkdir(parents=True)
    (folder / OLD / "dumps" / "csv" / "datasets.csv").write_text("id\nold\n", encoding="utf-8")
    assert client.get(f"/dumps/{OLD}/csv/datasets.csv").text == "id\nold\n"
    listed = client.get(f"/dumps/{OLD}/", headers={"Accept": "application/json"}).json()["files"]
    assert "csv/datasets.csv" in {f["name"] for f in listed}


def test_what_is_not_here_is_404_and_what_went_away_is_410(folder: Path, client: TestClient) -> None:
    for id in (BROKEN, ALTERED, "notes", "0" * 16, "%2e%2e"):
        for path in (f"/dumps/{id}/", f"/dumps/{id}/imaging-kg.nq.gz"):
            assert client.get(path).status_code == 404, path
    left(folder, "f" * 16, told("f" * 16))
    assert client.get(f"/dumps/{'f' * 16}/imaging-kg.nq.gz").status_code == 200
    shutil.rmtree(folder / ("f" * 16))
    gone = client.get(f"/dumps/{'f' * 16}/imaging-kg.nq.gz")
    assert (gone.status_code, gone.json()["type"]) == (410, "/errors/gone")


def test_a_release_that_is_named_itself_stands_alone(folder: Path) -> None:
    served = current(folder)
    assert served is not None
    with TestClient(create_app(Settings(release=served))) as client:
        listed = client.get("/dumps/", headers={"Accept": "application/json"}).json()["releases"]
        assert [r["release"] for r in listed] == [client.get("/version").json()["release"]]
        assert client.get(f"/dumps/{OLD}/").status_code == 404


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"id": 1, "software": "", "version_iri": null, "files": []}',
        b"\xff",
        b'{"id": "x", "files": {}}',
    ],
)
def test_a_manifest_that_cannot_be_read_is_none(manifest: bytes, tmp_path: Path) -> None:
    place = tmp_path / "r"
    place.mkdir()
    (place / GRAPH).write_bytes(b"")
    (place / MANIFEST).write_bytes(manifest)
    assert read_kept(place) is None
    assert kept_in(tmp_path) == []
