"""Clients that ask an endpoint as fast as it answers, in a process of their own; prints what they saw as JSON.

``python benchmarks/load.py`` reads a task from standard input: ``{"url", "queries", "clients", "seconds"}``.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any
from urllib.parse import quote, urlsplit

__all__ = ["main"]


def _client(url: str, queries: list[str], first: int, until: float, seen: list[tuple[float, int]]) -> None:
    parts = urlsplit(url)
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=600)
    number = first
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json"}
    while time.monotonic() < until:
        body = f"query={quote(queries[number % len(queries)])}"
        number += 1
        began = time.monotonic()
        line.request("POST", parts.path, body, headers)
        response = line.getresponse()
        response.read()
        seen.append((time.monotonic() - began, response.status))
    line.close()


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Run a task: requests answered, seconds taken, every latency and status."""
    seen: list[tuple[float, int]] = []
    began = time.monotonic()
    until = began + task["seconds"]
    step = max(1, len(task["queries"]) // task["clients"])
    threads = [
        threading.Thread(target=_client, args=(task["url"], task["queries"], n * step, until, seen))
        for n in range(task["clients"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seconds": time.monotonic() - began, "latencies": [s for s, _ in seen], "statuses": [status for _, status in seen]}


def main() -> None:
    """Do what standard input says."""
    print(json.dumps(run(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
