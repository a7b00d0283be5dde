"""The servers of the benchmark: ours and Oxigraph's own, each on a free port of this machine, waited for and ended."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["answers", "free_port", "ours", "oxigraph", "running"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, headers: dict[str, str] | None = None) -> int | None:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=60) as response:
            response.read()
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


@contextlib.contextmanager
def running(
    command: Sequence[str], ready: str, settings: dict[str, str] | None = None, limit: float = 60
) -> Iterator[tuple[int, float]]:
    """A server: its process id and the seconds from its start until `ready` answered."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | (settings or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while answers(ready) not in (200, 400):
            if process.poll() is not None or time.monotonic() - began > limit:
                msg = f"{command[0]} did not come up"
                raise SystemExit(msg)
            time.sleep(0.005)
        yield process.pid, time.monotonic() - began
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@contextlib.contextmanager
def ours(release: Path, **settings: str) -> Iterator[tuple[str, int, float]]:
    port = free_port()
    serve = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--release", str(release), "--port", str(port)]
    # One address plays all clients here, so its share must be that of all.
    told = {"SPARQL_CONCURRENCY": "1000", "SPARQL_CPU_SECONDS": "1000000", "SPARQL_CACHE_BYTES": "0"} | settings
    address = f"http://127.0.0.1:{port}"
    with running(serve, f"{address}/readyz", {f"IMAGING_KG_{k}": v for k, v in told.items()}) as (pid, took):
        yield address, pid, took


@contextlib.contextmanager
def oxigraph(store: Path) -> Iterator[str]:
    port = free_port()
    binary = Path(sys.executable).with_name("oxigraph")
    with running(
        [str(binary), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"],
        f"http://127.0.0.1:{port}/query",
    ):
        yield f"http://127.0.0.1:{port}/query"
