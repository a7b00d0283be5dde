"""SERVICE with an allow-list: the answers of an endpoint joined in, and everything that may not be called. The endpoint is a real server."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kg.errors import QueryFailed, QueryRefused, QueryTimeout, QueryTooLarge
from kg.namespaces import CATALOGUE
from kg.store.quads import write_store
from service.problems import install
from service.routers.sparql import sparql_router
from service.sparql.desk import Desk
from service.sparql.federation import federate
from service.sparql.outside import Outside
from service.sparql.pool import SparqlPool
from tests.service.desks import served

THEIRS = '<urn:a> <urn:name> "a \\"quoted\\"\\n\\\\ name"@en . <urn:b> <urn:name> "SERVICE" . <urn:b> <urn:n> 3 . <urn:c> <urn:name> _:x .'


class Endpoint:
    """A SPARQL endpoint on this machine; tells what it was asked, and answers in other ways by path."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.store = ox.Store()
        self.store.load(THEIRS, format=ox.RdfFormat.TURTLE)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"][0]
                outer.asked.append(query)
                if self.path.startswith("/redirect?"):
                    self.send_response(307)
                    self.send_header("Location", self.path.partition("?")[2])
                    self.end_headers()
                    return
                body = outer.body(self.path, query)
                self.send_response(500 if self.path == "/broken" else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://endpoint.example:{self.server.server_port}"

    def body(self, path: str, query: str) -> bytes:
        if path == "/nonsense":
            return b"<html>"
        if path == "/injection":
            row = {"s": {"type": "uri", "value": "urn:x> } SERVICE <http://evil.example/"}}
            return json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [row]}}).encode()
        if path == "/many":
            row = {"s": {"type": "uri", "value": "urn:a"}}
            return json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [row] * 10_001}}).encode()
        found = self.store.query(query)
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""  # type: ignore[arg-type]  # a SELECT


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()
    thread = threading.Thread(target=found.server.serve_forever, args=(0.05,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def outside(endpoint: Endpoint) -> Outside:
    """The endpoint under a public name; that it lives on this machine is the test's secret."""
    paths = ["/sparql", "/nonsense", "/broken", "/injection", "/many", f"/redirect?{endpoint.url}/sparql", "/redirect?/sparql"]
    paths += ["/redirect?http://127.0.0.1:9/", "/redirect?http://evil.example/sparql"]
    paths.append("/redirect?/redirect?/redirect?/redirect?/redirect?/")
    allowed = [f"{endpoint.url}{path}" for path in paths]
    return Outside(allowed, resolve=lambda *_: ["127.0.0.1"], public=lambda address: address == "127.0.0.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("federation") / "store"
    write_store(found, f'<urn:a> <urn:ours> "1" <{CATALOGUE}> .\n<urn:c> <urn:ours> "2" <{CATALOGUE}> .\n'.encode())
    return found


def rows(outside: Outside, query: str) -> list[dict[str, str]]:
    found = ox.Store().query(federate(query, {"x": "urn:"}, outside, 5))
    names = [v.value for v in found.variables]  # type: ignore[union-attr]  # a SELECT
    return sorted(({n: str(row[n]) for n in names if row[n] is not None} for row in found), key=str)  # type: ignore[union-attr]


def test_the_answers_of_an_endpoint_are_joined_in(endpoint: Endpoint, outside: Outside) -> None:
    call = f"SERVICE <{endpoint.url}/sparql>"
    assert rows(outside, f"PREFIX e: <{endpoint.url}/> SELECT ?n {{ SERVICE e:sparql {{ <urn:b> x:n ?n }} }}") == [
        {"n": '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    ]
    (found,) = rows(outside, f"SELECT ?n {{ VALUES ?s {{ <urn:a> }} {call} {{ ?s <urn:name> ?n FILTER(isLiteral(?n)) }} }}")
    assert found["n"] == '"a \\"quoted\\"\\n\\\\ name"@en'
    two = f"SELECT ?n ?m {{ {call} {{ <urn:b> <urn:n> ?n }} OPTIONAL {{ service silent <{endpoint.url}/sparql> {{ <urn:b> <urn:none> ?m }} }} }}"
    assert len(rows(outside, two)) == 1


def test_silence_covers_a_failure_and_nothing_else_does(endpoint: Endpoint, outside: Outside) -> None:
    for path, error in (
        ("/broken", QueryFailed),
        ("/nonsense", QueryFailed),
        ("/injection", QueryFailed),
        ("/many", QueryTooLarge),
    ):
        query = f"SELECT * {{ SERVICE <{endpoint.url}{path}> {{ ?s ?p ?o }} }}"
        with pytest.raises(error):
            rows(outside, query)
        assert rows(outside, query.replace("SERVICE", "SERVICE SILENT")) == [{}]
    with pytest.raises(QueryRefused, match="blank nodes"):
        rows(outside, f"SELECT * {{ SERVICE <{endpoint.url}/sparql> {{ <urn:c> <urn:name> ?o }} }}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://evil.example/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <URL/sparql> } SERVICE ?e { ?s ?p ?o } }",
        "SELECT * { SERVICE <URL/sparql> { SERVICE <URL/sparql> { ?s ?p ?o } } }",
        "SELECT * { SERVICE <URL/sparql> { ?s ?p ?o } SERVICE <http://evil.example/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1e5SERVICE<URL/sparql>{ ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<URL/sparql>{ ?s ?p ?o } }",
        "SELECT * { SERVICE <URL/sparql> { ?s ?p ?o ",
    ],
)
def test_what_is_not_allowed_is_refused_or_unread(folder: Path, endpoint: Endpoint, outside: Outside, query: str) -> None:
    endpoint.asked.clear()
    with client(folder, outside) as opened:
        response = opened.get("/sparql", params={"query": query.replace("URL", endpoint.url)})
    assert response.status_code == 400, response.text
    assert not endpoint.asked


def test_redirects_are_looked_at_again(endpoint: Endpoint, outside: Outside) -> None:
    def call(path: str) -> str:
        return f"SELECT ?n {{ SERVICE <{endpoint.url}{path}> {{ <urn:b> <urn:n> ?n }} }}"

    for path in ("/redirect?/sparql", f"/redirect?{endpoint.url}/sparql"):
        assert len(rows(outside, call(path))) == 1
    for path in ("/redirect?http://127.0.0.1:9/", "/redirect?http://evil.example/sparql"):
        with pytest.raises(QueryRefused, match="may not call"):
            rows(outside, call(path))
    with pytest.raises(QueryFailed, match="without end"):
        rows(outside, call("/redirect?/redirect?/redirect?/redirect?/redirect?/"))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1", "fe80::1%eth0", "fd00::1",
     "::ffff:127.0.0.1", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_no_loopback_or_private_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def refuse(*_: object, **__: object) -> socket.socket:
        pytest.fail("it connected")

    monkeypatch.setattr("service.sparql.outside.socket.create_connection", refuse)
    guarded = Outside(["http://endpoint.example/sparql"], resolve=lambda *_: ["93.184.216.34", address])
    with pytest.raises(QueryRefused, match="no public address"):
        guarded.ask("http://endpoint.example/sparql", "ASK {}", guarded.deadline(5))


def test_an_endpoint_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://endpoint.example:{silent.getsockname()[1]}/"
        slow = Outside([url], resolve=lambda *_: ["127.0.0.1"], public=lambda _: True)
        with pytest.raises(QueryTimeout):
            slow.ask(url, "ASK {}", slow.deadline(0.3))


def client(folder: Path, outside: Outside | None) -> "Opened":
    return Opened(folder, outside)


class Opened:
    def __init__(self, folder: Path, outside: Outside | None) -> None:
        self.pool = SparqlPool(folder, size=1, timeout=10)
        app = served(FastAPI())
        app.state.desk = Desk.over(self.pool, cpu=600, cache=1_000_000, outside=outside)
        app.include_router(sparql_router())
        install(app)
        self.client = TestClient(app)

    def __enter__(self) -> TestClient:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.pool.close()


def test_over_http_an_allowed_endpoint_is_asked_each_time(folder: Path, endpoint: Endpoint, outside: Outside) -> None:
    query = f"SELECT ?s ?ours ?name {{ ?s <urn:ours> ?ours SERVICE <{endpoint.url}/sparql> {{ ?s <urn:name> ?name FILTER(isLiteral(?name)) }} }}"
    endpoint.asked.clear()
    with client(folder, outside) as opened:
        for times in (1, 2):
            response = opened.get("/sparql", params={"query": query})
            assert [row["s"]["value"] for row in response.json()["results"]["bindings"]] == ["urn:a"]
            assert "etag" not in response.headers  # what others say may change
            assert len(endpoint.asked) == times
    with client(folder, None) as closed:
        assert closed.get("/sparql", params={"query": query}).json()["type"] == "/errors/query-refused"
    assert len(endpoint.asked) == 2
