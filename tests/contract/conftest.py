"""One small graph behind three adapters: in memory, on disk, and a real SPARQL 1.1 server on the loopback."""

import contextlib
import http.client
import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kg.namespaces import CATALOGUE, CLAIMS, INFERRED
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore
from kg.store.quads import write_store
from kg.store.remote import RemoteStore

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


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk, as a release holds it."""
    found = tmp_path_factory.mktemp("contract") / "store"
    write_store(found, QUADS)
    return found


@pytest.fixture(scope="session")
def endpoint(folder: Path) -> Iterator[str]:
    """A read-only Oxigraph server over that store: started on a free port, waited for, and ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    binary = Path(sys.executable).with_name("oxigraph")
    if not binary.exists():
        pytest.skip("the oxigraph server is not installed")
    command = [str(binary), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(server, port)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.terminate()
            server.wait(10)


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as client:
            try:
                client.request("GET", "/")
                client.getresponse().read()
            except OSError:
                time.sleep(0.05)
            else:
                return
    pytest.fail("the server did not come up")


@pytest.fixture(params=["memory", "disk", "remote"])
def store(request: pytest.FixtureRequest) -> Iterator[TripleStore]:
    """Each adapter in turn, over the same quads."""
    adapter: TripleStore
    if request.param == "memory":
        adapter = EmbeddedStore.load(QUADS)
    elif request.param == "disk":
        adapter = EmbeddedStore.open(request.getfixturevalue("folder"))
    else:
        adapter = RemoteStore(request.getfixturevalue("endpoint"), 20)
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
