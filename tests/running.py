"""The real service in a process of its own, as its user starts it."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

__all__ = ["service"]


@contextmanager
def service(folder: Path | None, **settings: str) -> Iterator[tuple[httpx.Client, "subprocess.Popen[str]", list[str]]]:
    """A service of its own process over a folder, or over what the settings name; what it logs is read while it runs."""
    where = ["--release", str(folder)] if folder else []
    environment = {**os.environ, **{f"IMAGING_KG_{k.upper()}": v for k, v in settings.items()}}
    process = subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--port", "0", *where],
        stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    lines: list[str] = []
    assert process.stderr is not None
    reading = threading.Thread(target=lambda: lines.extend(iter(process.stderr.readline, "")))  # type: ignore[union-attr]  # it is there
    reading.start()
    try:
        deadline, address = time.monotonic() + 60, None
        while address is None and time.monotonic() < deadline:
            found = (re.search(r"http://127\.0\.0\.1:\d+", line) for line in list(lines))
            address = next((m.group() for m in found if m), None)
            time.sleep(0.05)
        assert address, lines
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client, process, lines
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(60)
        reading.join()
        process.stderr.close()
