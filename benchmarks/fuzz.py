"""Malformed requests of many kinds to every route of the service on this machine: what comes back, counted by status.

Usage: python -m benchmarks.fuzz [--release DIR] [--count 100000] [--clients 6] [--seconds 1800] [--seed 0]

Ends with 1 when there was a server error other than 503, an error that is no problem document, or a service that answers no more.
"""

import argparse
import json
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.servers import answers, ours
from kg.release import current, default_dir
from tests.service.astray import Route, routed, routes_of
from tests.service.malformed import Answer, answer_of, requests

__all__ = ["Tally", "fuzz"]

_PROBLEMS: Final = ("application/problem+json", "text/html")
_SHOWN: Final = 5


@dataclass(slots=True)
class Tally:
    """What came back.

    Attributes:
        statuses: Status → how often; 0 where the connection was ended without an answer.
        broken: Requests that were answered by a server error but 503, with their answers.
        plain: Requests whose refusal was no problem document.
        seconds: How long it took.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    broken: list[tuple[bytes, Answer]] = field(default_factory=list)
    plain: list[tuple[bytes, Answer]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, request: bytes, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        if answer.status >= 500 and answer.status != 503:
            self.broken.append((request, answer))
        elif answer.status >= 400 and not answer.media.startswith(_PROBLEMS):
            self.plain.append((request, answer))

    def told(self) -> str:
        """The tally in a sentence."""
        statuses = ", ".join(f"{s or 'hung up'}: {n:,}" for s, n in sorted(self.statuses.items()))
        return (
            f"{self.statuses.total():,} malformed requests in {self.seconds:.0f} s: {len(self.broken)} server errors but 503, "
            f"{len(self.plain)} refusals that are no problem document ({statuses})"
        )


def _mixed(seed: int, count: int, routes: list[Route]) -> Iterator[bytes]:
    """One in three to the SPARQL endpoint, the others to all routes."""
    for queries in zip(requests(seed, count // 3 + 1), *[iter(routed(seed, 2 * (count // 3 + 1), routes))] * 2, strict=False):
        yield from queries


def fuzz(address: str, count: int, clients: int, seconds: float, seed: int = 0) -> Tally:
    """Send malformed requests.

    Args:
        address: Of the service.
        count: How many, at most.
        clients: How many connections at once.
        seconds: How long, at most.
        seed: The same requests for the same seed.
    """
    with urllib.request.urlopen(f"{address}/v1/openapi.json", timeout=60) as response:
        routes = routes_of(json.load(response))
    port, lock, tally = int(address.rpartition(":")[2]), threading.Lock(), Tally()
    began = time.monotonic()

    def send(client: int) -> None:
        left = count // clients + (client < count % clients)
        for request, _ in zip(_mixed(seed * 1000 + client, left, routes), range(left), strict=False):
            if time.monotonic() - began > seconds:
                return
            answer = answer_of(port, request)
            with lock:
                tally.add(request, answer)

    threads = [threading.Thread(target=send, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.seconds = time.monotonic() - began
    return tally


def main() -> None:
    """Send them, and say what came back."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--release", type=Path, default=default_dir())
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--clients", type=int, default=6)
    options.add_argument("--seconds", type=float, default=1800)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    if current(asked.release) is None:
        raise SystemExit(f"there is no release in {asked.release}; build one with: imaging-kg build")
    with ours(asked.release, SPARQL_TIMEOUT="0.3", LOG_LEVEL="error", DUMPS_ON_DEMAND="false") as (address, _, _):
        tally = fuzz(address, asked.count, asked.clients, asked.seconds, asked.seed)
        ready = answers(f"{address}/readyz")
    print(f"{tally.told()}; ready after: {ready}")
    for request, answer in (*tally.broken[:_SHOWN], *tally.plain[:_SHOWN]):
        print(answer.status, answer.media, answer.body[:200], "\n   ", request[:600])
    raise SystemExit(1 if tally.broken or tally.plain or ready != 200 else 0)


if __name__ == "__main__":
    main()
