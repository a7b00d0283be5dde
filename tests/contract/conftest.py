"""One small graph behind every adapter: in memory, on disk, and three real SPARQL 1.1 servers on the loopback."""

import contextlib
import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from kg.namespaces import CATALOGUE, CLAIMS, INFERRED
from kg.publish import Target, plan_of, publish
from kg.published import open_published
from kg.release import Manifest
from kg.store.address import Credentials
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore
from kg.store.quads import write_store
from kg.store.remote import RemoteStore
from tests.servers import Server, oxigraph, virtuoso

E = "urn:example:"
XSD = "http://www.w3.org/2001/XMLSchema#"
CLAIMED = CLAIMS["survey"]
QUADS = "".join(
    f"{line} .\n"
    for line in [
        f'<{E}lung> <{E}label> "lung"@en <{CATALOGUE}>',
        f'<{E}lung> <{E}label> "Lunge"@de <{CATALOGUE}>',
        f'<{E}lung> <{E}label> "肺 – पुफ्फुस 🫁"@zh-Hans <{CATALOGUE}>',
        f'<{E}lung> <{E}note> "tab\\there, \\"quote\\", line\\nbreak, back\\\\slash" <{CATALOGUE}>',
        f'<{E}ct> <{E}count> "1018"^^<{XSD}integer> <{CATALOGUE}>',
        f'<{E}ct> <{E}share> "0.5"^^<{XSD}decimal> <{CATALOGUE}>',
        f'<{E}ct> <{E}since> "2011-02-03"^^<{XSD}date> <{CATALOGUE}>',
        f'<{E}ct> <{E}kind> "weird"^^<{E}kind> <{CATALOGUE}>',
        f"<{E}ct> <{E}extent> _:x <{CATALOGUE}>",
        f'_:x <{E}unit> "image" <{CATALOGUE}>',
        # The same triple in two graphs of the union: a union is a set, so it counts once.
        f"<{E}ct> <{E}about> <{E}lung> <{CATALOGUE}>",
        f"<{E}ct> <{E}about> <{E}lung> <{INFERRED}>",
        f"<{E}ct> <{E}about> <{E}chest> <{INFERRED}>",
        f'<{E}ct> <{E}about> "only claimed" <{CLAIMED}>',
    ]
).encode()

KNOWN: Final[dict[tuple[str, str], str]] = {
    ("virtuoso", "test_the_protocols_dataset_wins_over_from"): "it adds the request's graphs to those of FROM; refused instead",
    (
        "virtuoso",
        "test_a_character_that_xml_lacks_is_an_error",
    ): "its table has the character, in XML that cannot be read: another error",
    ("virtuoso", "test_a_carriage_return_comes_back"): "its XML has it bare, so that it is read as a line feed",
}
"""(Adapter, test) → why it cannot pass there; the same rows stand in docs/stores.md."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk, as a release holds it."""
    found = tmp_path_factory.mktemp("contract") / "store"
    write_store(found, QUADS)
    return found


@pytest.fixture(scope="session")
def endpoint(folder: Path) -> Iterator[str]:
    """A read-only Oxigraph server over that store: its own default graph is the right one."""
    with oxigraph(folder, read_only=True) as server:
        yield server.query


def _published(server: Server) -> str:
    """The same quads as a release on a server."""
    manifest = Manifest("contract", "0", "urn:example:release", "", {}, {}, [])
    credentials = Credentials(server.user, server.password or "") if server.user else None
    with Target(server.query, server.update, server.graph_store, credentials, 60) as target:
        publish(manifest, plan_of(QUADS.decode().splitlines(keepends=True)), {}, target)
    return server.query


@pytest.fixture(scope="session")
def on_oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("contract-oxigraph") / "store") as server:
        yield _published(server)


@pytest.fixture(scope="session")
def on_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with virtuoso(tmp_path_factory.mktemp("contract-virtuoso") / "db") as server:
        yield _published(server)


@pytest.fixture(
    params=["memory", "disk", "remote", "oxigraph", pytest.param("virtuoso", marks=pytest.mark.virtuoso)],
)
def store(request: pytest.FixtureRequest) -> Iterator[TripleStore]:
    """Each adapter in turn, over the same quads; what an engine cannot do is expected, by name and with its reason."""
    kind = str(request.param)
    if reason := KNOWN.get((kind, request.function.__name__)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    adapter: TripleStore
    if kind == "memory":
        adapter = EmbeddedStore.load(QUADS)
    elif kind == "disk":
        adapter = EmbeddedStore.open(request.getfixturevalue("folder"))
    elif kind == "remote":
        adapter = RemoteStore(request.getfixturevalue("endpoint"), 20)
    else:
        adapter = open_published(request.getfixturevalue(f"on_{kind}"), timeout=20).store
    with adapter:
        yield adapter


@pytest.fixture
def listening() -> "Callable[[], AbstractContextManager[tuple[str, Callable[[], int]]]]":
    """A socket that takes connections and never answers; tells how many came."""
    return _listening


@pytest.fixture
def serving() -> "Callable[[Callable[[http.server.BaseHTTPRequestHandler], None]], AbstractContextManager[str]]":
    """A server that answers every POST in its own way."""
    return _serving


@contextlib.contextmanager
def _listening() -> Iterator[tuple[str, Callable[[], int]]]:
    """A socket that takes connections and never answers; tells how many came."""
    came: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def take() -> None:
            while not stop.is_set():
                try:
                    came.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql", lambda: len(came)
        finally:
            time.sleep(0.1)
            stop.set()
            thread.join()
            for one in came:
                one.close()


@contextlib.contextmanager
def _serving(reply: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server that answers every POST in its own way."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.close_connection = True
            try:
                reply(self)
            except OSError:
                return  # the client has hung up, as some of these tests want it to

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
