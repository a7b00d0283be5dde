"""Real servers for the tests, of SPARQL and OpenRefine: started on free ports of this machine, in folders of their own, and ended."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

VIRTUOSO_TIMES: Final = 60.0  # seconds until it must be there
OPENREFINE_TIMES: Final = 60.0
OPENREFINE: Final = Path("/usr/share/openrefine/refine")  # becomes the server, where /usr/bin/openrefine would stay its parent
_INI: Final = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 12
CaseMode = 2
DirsAllowed = .
NumberOfBuffers = 30000
MaxDirtyBuffers = 20000
ThreadsPerQuery = 1
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 120
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server answers, and as whom one may write."""

    name: str
    query: str
    update: str
    graph_store: str
    user: str | None = None
    password: str | None = None
    pid: int = 0


def free_ports(count: int) -> list[int]:
    """Ports that nobody holds at this moment."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _await(url: str, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                response.read()
        except urllib.error.HTTPError as error:  # it answers
            error.close()
        except OSError:
            time.sleep(0.05)
            continue
        return
    pytest.fail(f"the server at {url} did not come up")


@contextlib.contextmanager
def _running(command: list[str], folder: Path, url: str, seconds: float, **environment: str) -> Iterator[int]:
    """A process that answers at an address; it ends with the block, by force if it must."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _await(url, process, seconds)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)


@contextlib.contextmanager
def oxigraph(folder: Path, *, read_only: bool = False) -> Iterator[Server]:
    """The Oxigraph server over a store in a folder."""
    binary = Path(sys.executable).with_name("oxigraph")
    if not binary.exists():
        pytest.skip("the oxigraph server is not installed: pip install --group test")
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    serve = "serve-read-only" if read_only else "serve"
    command = [str(binary), serve, "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder.parent, base, 20) as pid:
        yield Server("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store", pid=pid)


@contextlib.contextmanager
def virtuoso(folder: Path, *, rows: int = 1_000_000) -> Iterator[Server]:
    """Virtuoso over a new database in a folder; it gives no more than so many rows."""
    binary = shutil.which("virtuoso-t")
    if binary is None:
        pytest.skip("Virtuoso is not installed: apt-get install --no-install-recommends virtuoso-opensource-7-bin")
    sql, port = free_ports(2)
    folder.mkdir(parents=True)
    (folder / "virtuoso.ini").write_text(_INI.format(sql=sql, http=port, rows=rows), encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    with _running([binary, "-f", "-c", "virtuoso.ini"], folder, f"{base}/sparql?query=ASK%7B%7D", VIRTUOSO_TIMES) as pid:
        yield Server("virtuoso", f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", "dba", "dba", pid)


@contextlib.contextmanager
def openrefine(folder: Path) -> Iterator[str]:
    """OpenRefine over a new workspace in a folder; gives its address."""
    if not OPENREFINE.exists():
        pytest.skip("OpenRefine is not installed: apt-get install --no-install-recommends openrefine")
    (port,) = free_ports(1)
    folder.mkdir(parents=True)
    base = f"http://127.0.0.1:{port}"
    command = [str(OPENREFINE), "-i", "127.0.0.1", "-p", str(port), "-d", str(folder), "-m", "512M", "-x", "refine.headless=true"]
    with _running(command, folder, f"{base}/command/core/get-version", OPENREFINE_TIMES, HOME=str(folder)):
        yield base
