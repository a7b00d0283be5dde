"""The promises of the store port, each tested on each adapter: in memory, on disk, and a real server over HTTP."""

import http.server
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from SPARQLWrapper import SPARQLExceptions

from kg.errors import QueryError, QueryRefused, QuerySyntaxError, ReleaseDamaged, StoreUnavailable
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore
from kg.store.quads import write_store
from kg.store.remote import FOREIGN, RemoteStore

QUADS = """\
<urn:s> <urn:p> "plain" <urn:g1> .
<urn:s> <urn:p> "hola"@es <urn:g1> .
<urn:s> <urn:p> "tab\\tquote\\" \\u773C" <urn:g1> .
<urn:s> <urn:n> "42"^^<http://www.w3.org/2001/XMLSchema#integer> <urn:g1> .
<urn:s> <urn:y> "2018"^^<http://www.w3.org/2001/XMLSchema#gYear> <urn:g2> .
_:b <urn:p> <urn:o> <urn:g2> .
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "store"
    write_store(folder, QUADS.encode())
    return folder


@pytest.fixture(scope="module")
def server(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real SPARQL server over the same data: the Oxigraph binary of the PyPI package ``oxigraph``."""
    binary = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
    assert binary, "the test group installs the package oxigraph, which carries the server"
    copy = tmp_path_factory.mktemp("server") / "store"
    shutil.copytree(disk, copy)
    address = f"127.0.0.1:{free_port()}"
    command = [binary, "serve-read-only", "--location", str(copy), "--bind", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://{address}/", timeout=2):
                        break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            yield f"http://{address}/query"
        finally:
            process.terminate()


@pytest.fixture(params=["memory", "disk", "remote"])
def store(request: pytest.FixtureRequest) -> Iterator[TripleStore]:
    opened: TripleStore
    if request.param == "memory":
        opened = EmbeddedStore.load(QUADS.encode())
    elif request.param == "disk":
        opened = EmbeddedStore.open(request.getfixturevalue("disk"))
    else:
        opened = RemoteStore(request.getfixturevalue("server"))
    with opened:
        yield opened


def values(store: TripleStore, query: str) -> set[object]:
    return {row[0] for row in store.select(query).rows}


def test_terms_come_back_as_they_went_in(store: TripleStore) -> None:
    found = values(store, "SELECT ?o { GRAPH ?g { <urn:s> ?p ?o } }")
    assert found == {
        Literal("plain"),
        Literal("hola", lang="es"),
        Literal('tab\tquote" 眼'),
        Literal(42),
        Literal("2018", datatype=URIRef("http://www.w3.org/2001/XMLSchema#gYear")),
    }


def test_blank_nodes_are_blank_nodes(store: TripleStore) -> None:
    (found,) = values(store, "SELECT ?b { GRAPH <urn:g2> { ?b <urn:p> <urn:o> } }")
    assert isinstance(found, BNode)


def test_unbound_is_none_and_columns_keep_their_order(store: TripleStore) -> None:
    found = store.select("SELECT ?z ?a { GRAPH <urn:g1> { <urn:s> <urn:n> ?z } OPTIONAL { <urn:none> <urn:p> ?a } }")
    assert found.variables == ("z", "a")
    assert found.rows == ((Literal(42), None),)


def test_an_empty_answer_is_empty(store: TripleStore) -> None:
    assert store.select("SELECT ?s { ?s <urn:nothing> ?o }").rows == ()


@pytest.mark.parametrize(("subject", "expected"), [("urn:s", True), ("urn:nobody", False)])
def test_ask(store: TripleStore, subject: str, *, expected: bool) -> None:
    assert store.ask(f"ASK {{ GRAPH ?g {{ <{subject}> ?p ?o }} }}") is expected


def test_construct_gives_a_graph(store: TripleStore) -> None:
    graph = store.construct("CONSTRUCT { <urn:a> <urn:b> ?n } WHERE { GRAPH <urn:g1> { <urn:s> <urn:n> ?n } }")
    assert isinstance(graph, Graph)
    assert set(graph) == {(URIRef("urn:a"), URIRef("urn:b"), Literal(42))}


def test_serialise_writes_the_named_format(store: TripleStore) -> None:
    table = store.serialise("SELECT ?n { GRAPH <urn:g1> { <urn:s> <urn:n> ?n } }", "text/csv")
    assert table.replace(b"\r", b"") == b"n\n42\n"
    graph = store.serialise("CONSTRUCT { <urn:a> <urn:b> <urn:c> } WHERE {}", "application/n-triples")
    assert graph.strip() == b"<urn:a> <urn:b> <urn:c> ."


def test_a_protocol_dataset_wins(store: TripleStore) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    one = store.serialise(query, "text/csv", default_graphs=["urn:g1"]).split()
    both = store.serialise(query, "text/csv", default_graphs=["urn:g1", "urn:g2"]).split()
    assert (one[1], both[1]) == (b"4", b"6")


def test_a_syntax_error_names_its_place(store: TripleStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.select("SELECT ?s\nWHERE { ?s ?p }")
    assert (caught.value.line, caught.value.column) == (2, 15)


@pytest.mark.parametrize("query", ["INSERT DATA { <urn:a> <urn:b> <urn:c> }", "DROP ALL", "LOAD <urn:x>", "CLEAR DEFAULT"])
def test_updates_are_refused(store: TripleStore, query: str) -> None:
    with pytest.raises(QueryError):
        store.select(query)
    assert not store.ask("ASK { GRAPH ?g { <urn:a> <urn:b> <urn:c> } }")


def test_the_wrong_form_is_refused(store: TripleStore) -> None:
    with pytest.raises(QuerySyntaxError, match="SELECT"):
        store.select("ASK { ?s ?p ?o }")


def test_nothing_is_fetched(store: TripleStore) -> None:
    """A listening socket counts what comes in: no query may make the store ask another server."""
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815  # the name that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's signature
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{listener.server_port}/x"
        for query in (
            f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ VALUES ?u {{ <{url}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
            f"PREFIX a: <{url}> SELECT*{{service a:{{?s ?p ?o}}}}",
        ):
            with pytest.raises(QueryRefused):
                store.select(query)
        assert store.select(f"SELECT * FROM <{url}> {{ ?s ?p ?o }}").rows == ()
        listener.shutdown()
        thread.join()
    assert hits == []


def test_a_result_may_go_to_another_thread(store: TripleStore) -> None:
    found = store.select("SELECT ?o { GRAPH ?g { <urn:s> ?p ?o } }")
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(len(set(found.rows))))
    thread.start()
    thread.join()
    assert seen == [5]


def test_two_processes_read_one_folder(disk: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.store.embedded import EmbeddedStore\n"
        "with EmbeddedStore.open(Path(sys.argv[1])) as s: print(s.ask('ASK { GRAPH ?g { <urn:s> ?p ?o } }'))"
    )
    with EmbeddedStore.open(disk) as here:
        done = subprocess.run([sys.executable, "-c", code, str(disk)], capture_output=True, text=True, check=True)
        assert here.ask("ASK { GRAPH ?g { <urn:s> ?p ?o } }")
    assert done.stdout.strip() == "True"


def test_a_folder_without_a_store_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(ReleaseDamaged, match=str(tmp_path / "none")):
        EmbeddedStore.open(tmp_path / "none")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable), RemoteStore(f"http://127.0.0.1:{free_port()}/sparql", timeout=2) as gone:
        gone.ask("ASK { ?s ?p ?o }")


def test_every_exception_of_the_client_library_is_mapped() -> None:
    theirs = {
        e for e in vars(SPARQLExceptions).values() if isinstance(e, type) and issubclass(e, SPARQLExceptions.SPARQLWrapperException)
    }
    assert theirs == set(FOREIGN)


def test_the_default_graph_leaves_the_claims_out(tmp_path: Path) -> None:
    claims = "https://w3id.org/imaging-kg/graph/claims/x"
    write_store(tmp_path / "s", f"<urn:a> <urn:p> <urn:o> <urn:g> .\n<urn:c> <urn:p> <urn:o> <{claims}> .\n".encode())
    with EmbeddedStore.open(tmp_path / "s") as store:
        assert values(store, "SELECT ?s { ?s <urn:p> <urn:o> }") == {URIRef("urn:a")}
        assert values(store, f"SELECT ?s {{ GRAPH <{claims}> {{ ?s <urn:p> <urn:o> }} }}") == {URIRef("urn:c")}
