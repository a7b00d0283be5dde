"""What each adapter promises of itself: caps, formats, and that no foreign error escapes."""

import http.server
import inspect
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from SPARQLWrapper import SPARQLExceptions

from kg.errors import (
    KGError,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ReleaseDamaged,
    StoreUnavailable,
)
from kg.store.embedded import EmbeddedStore
from kg.store.remote import FOREIGN, RemoteStore

JSON = "application/sparql-results+json"
Listening = Callable[[], AbstractContextManager[tuple[str, Callable[[], int]]]]
Handler = http.server.BaseHTTPRequestHandler
Serving = Callable[[Callable[[Handler], None]], AbstractContextManager[str]]


# --- the embedded adapter


def test_a_folder_without_a_store_is_a_damaged_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseDamaged):
        EmbeddedStore.open(tmp_path / "nothing")


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o . ?a ?b ?c }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . ?a ?b ?c }"])
def test_an_answer_stops_at_its_cap(folder: Path, query: str) -> None:
    media_type = JSON if query.startswith("SELECT") else "text/turtle"
    with EmbeddedStore.open(folder) as store, pytest.raises(QueryTooLarge) as caught:
        store.serialise(query, media_type, largest=300)
    assert (caught.value.resource, caught.value.limit) == ("answer", 300)


@pytest.mark.parametrize(("query", "media_type"), [("ASK {}", "text/turtle"), ("DESCRIBE <urn:a>", "text/csv")])
def test_a_format_that_does_not_fit_is_refused(folder: Path, query: str, media_type: str) -> None:
    with EmbeddedStore.open(folder) as store, pytest.raises(QueryRefused, match=media_type):
        store.serialise(query, media_type)


def test_a_malformed_graph_name_is_refused(folder: Path) -> None:
    with EmbeddedStore.open(folder) as store, pytest.raises(QueryRefused):
        store.serialise("ASK {}", JSON, default_graphs=["not an iri"])


def test_a_triple_term_is_refused(folder: Path) -> None:
    with EmbeddedStore.open(folder) as store, pytest.raises(QueryRefused, match=r"RDF 1\.1"):
        store.select("SELECT ?t { BIND(<<( <urn:a> <urn:b> 1 )>> AS ?t) }")


# --- the remote adapter


def test_every_error_of_the_wrapper_is_mapped() -> None:
    theirs = {
        kind
        for _, kind in inspect.getmembers(SPARQLExceptions, inspect.isclass)
        if issubclass(kind, SPARQLExceptions.SPARQLWrapperException)
    }
    assert theirs == set(FOREIGN)
    assert all(isinstance(become("ASK {", "words"), KGError) for become in FOREIGN.values())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, QuerySyntaxError),
        (401, StoreUnavailable),
        (403, StoreUnavailable),
        (404, StoreUnavailable),
        (414, QueryRefused),
        (429, StoreUnavailable),
        (500, QueryFailed),
        (502, StoreUnavailable),
        (503, QueryTimeout),
        (504, QueryTimeout),
    ],
)
def test_every_status_becomes_one_of_ours(status: int, error: type[KGError], serving: Serving) -> None:
    def reply(handler: Handler) -> None:
        handler.send_response(status)
        handler.end_headers()
        handler.wfile.write("Fehler: ungültig".encode())

    with serving(reply) as address, pytest.raises(error) as caught:
        RemoteStore(address, 5).ask("ASK {}")
    if status == 400:
        assert "ungültig" in str(caught.value)


def test_an_answer_that_breaks_off_is_found_out(serving: Serving) -> None:
    def short(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(b'{"head":{"vars":["x"]},"results":{"bindings":[')

    def chunked(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b'5\r\n{"hea\r\n')

    def nonsense(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"<html>")

    for reply in (short, chunked, nonsense):
        with serving(reply) as address, pytest.raises((QueryFailed, StoreUnavailable)):
            RemoteStore(address, 5).select("SELECT * {}")


def test_a_server_that_trickles_or_floods_is_cut_off(serving: Serving) -> None:
    def trickle(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.05)

    def flood(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b" " * 10_000)

    began = time.monotonic()
    with serving(trickle) as address, pytest.raises(QueryTimeout):
        RemoteStore(address, 1).ask("ASK {}")
    with serving(flood) as address, pytest.raises(QueryTooLarge):
        RemoteStore(address, 10, largest=100_000).ask("ASK {}")
    assert time.monotonic() - began < 8


def test_a_server_that_is_silent_or_absent(listening: Listening) -> None:
    with listening() as (address, _), pytest.raises(QueryTimeout) as caught:
        RemoteStore(address, 1).ask("ASK {}")
    assert caught.value.seconds == 1
    with pytest.raises(StoreUnavailable):
        RemoteStore(address, 5).ask("ASK {}")
    with pytest.raises(StoreUnavailable):
        RemoteStore("http://no-such-host.invalid/sparql", 5).ask("ASK {}")


def test_only_the_header_asks_for_a_format_and_the_query_is_posted(serving: Serving) -> None:
    seen: list[tuple[str, str, bytes]] = []

    def reply(handler: Handler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        seen.append((handler.command, handler.headers["Accept"], body))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b'{"boolean": true}')

    with serving(reply) as address:
        assert RemoteStore(address, 5).ask("ASK{}#INSERT")
    accept = f"{JSON}, application/sparql-results+xml;q=0.8"
    assert seen == [("POST", accept, b"query=ASK%7B%7D%23INSERT")]


def test_a_graph_that_the_server_might_fetch_is_refused_when_its_graphs_are_told(listening: Listening) -> None:
    with listening() as (address, taken):
        remote = RemoteStore(address, 1, graphs={"urn:g"})
        with pytest.raises(QueryRefused):
            remote.ask("ASK FROM <http://127.0.0.1/x> {}")
        assert taken() == 0
