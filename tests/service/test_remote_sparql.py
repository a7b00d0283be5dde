"""Free SPARQL over a remote server: the same face as the pool, the same errors, and no more at once than is set."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge, StoreUnavailable
from kg.namespaces import CATALOGUE
from kg.store.quads import write_store
from kg.store.remote import RemoteStore
from service.sparql.remote import RemoteSparql
from tests.servers import oxigraph

JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("remote-sparql") / "store"
    write_store(folder, "".join(f'<urn:d:{n}> <urn:size> "{n}" <{CATALOGUE}> .\n' for n in range(50)).encode())
    with oxigraph(folder, read_only=True) as server:
        yield server.query


@pytest.fixture
def slow() -> Iterator[tuple[str, list[int]]]:
    """A server that takes half a second, and remembers how many it had at work at once."""
    at_work, most = [0], [0]
    lock = threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                at_work[0] += 1
                most[0] = max(most[0], at_work[0])
            time.sleep(0.5)
            with lock:
                at_work[0] -= 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"boolean": true}')

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", most
    server.shutdown()
    thread.join()
    server.server_close()


def test_queries_answer_and_errors_are_the_pools(endpoint: str) -> None:
    asked = RemoteSparql(RemoteStore(endpoint), timeout=20, largest=3000)
    body = asked.run("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON)
    assert json.loads(body)["results"]["bindings"][0]["n"]["value"] == "50"
    assert asked.run("CONSTRUCT WHERE { <urn:d:7> ?p ?o }", "text/turtle") == b'<urn:d:7> <urn:size> "7" .\n'
    assert asked.run("SELECT ?s ?p { ?s ?p 1 }", "text/csv", named_graphs=[str(CATALOGUE)]).split() == [b"s,p"]
    with pytest.raises(QueryTooLarge):
        asked.run("SELECT * { ?s ?p ?o }", JSON)
    with pytest.raises(QuerySyntaxError):
        asked.run("SELECT * {", JSON)
    for forbidden in ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "CLEAR ALL"):
        with pytest.raises(QueryRefused):
            asked.run(forbidden, JSON)
    asked.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        asked.run("ASK {}", JSON)


def test_a_deadline_is_kept_and_capped(endpoint: str) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s FILTER(?c != ?f) }"
    asked = RemoteSparql(RemoteStore(endpoint), timeout=20, cap=1)
    began = time.monotonic()
    with pytest.raises(QueryTimeout):
        asked.run(heavy, JSON, timeout=50)
    assert time.monotonic() - began < 10


def test_no_more_queries_at_once_than_are_set(slow: tuple[str, list[int]]) -> None:
    address, most = slow
    asked = RemoteSparql(RemoteStore(address), size=2, timeout=20)
    with ThreadPoolExecutor(6) as pool:
        assert all(b"true" in body for body in pool.map(lambda _: asked.run("ASK {}", JSON), range(6)))
    assert most == [2]
    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(asked.run, "ASK {}", JSON) for _ in range(2)]
        time.sleep(0.2)
        with pytest.raises(StoreUnavailable, match="busy"):
            asked.run("ASK {}", JSON, timeout=0.05)
        assert all(one.result() for one in busy)


def test_an_address_where_nobody_is(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9"):
        RemoteSparql(RemoteStore("http://127.0.0.1:9/query")).run("ASK {}", JSON)
