"""What is measured of the service: its start, its rate beside its rivals, runaways, leaks, malformed requests. Rows of a table."""

import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import psutil
import pyoxigraph as ox

from benchmarks.fuzz import fuzz
from benchmarks.servers import answers, free_port, ours, oxigraph, running
from kg.release import GRAPH, STORE

HERE: Final = Path(__file__).parent
MIX: Final = 20
HEAVY: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
RUNAWAYS: Final = {
    "cross product": HEAVY,
    "regular expression over a cross product": "SELECT ?a { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '^(a+)+$')) }",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)+ ?b . ?b (!<urn:y>)+ ?c }",
}
LOOKUP: Final = "SELECT ?p ?o { ?s <http://purl.org/dc/terms/title> ?t ; ?p ?o } LIMIT 10"
RIVAL: Final = """
import sys, uvicorn
from rdflib import Dataset, Graph, URIRef
from rdflib_endpoint import SparqlEndpoint
import gzip
graph = Dataset()
graph.parse(data=gzip.open(sys.argv[1]).read(), format="nquads")
for g in list(graph.graphs()):
    if "/graph/claims/" not in str(g.identifier) and g.identifier != graph.default_context.identifier:
        for t in g: graph.default_context.add(t)
uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""


def load(url: str, queries: Sequence[str], clients: int, seconds: float) -> dict[str, Any]:
    task = {"url": url, "queries": list(queries), "clients": clients, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, str(HERE / "load.py")], input=json.dumps(task), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    if set(found["statuses"]) - {200}:
        print(url, Counter(found["statuses"]), file=sys.stderr)
    return found


def rate(found: dict[str, Any]) -> float:
    return float(sum(s == 200 for s in found["statuses"]) / found["seconds"])


def p95(latencies: Sequence[float]) -> float:
    return quantiles(latencies, n=20)[-1] if len(latencies) > 1 else float("nan")


def start(release: Path, rounds: int) -> list[str]:
    times, processor, told = [], [], ""
    for _ in range(rounds):
        with ours(release) as (_, pid, took):
            used = psutil.Process(pid).cpu_times()
            times.append(took)
            processor.append(used.user + used.system)
            time.sleep(20)  # what is read in the background is read
            process = psutil.Process(pid)
            all_of_it = [process, *process.children(recursive=True)]
            told = f"{sum(p.memory_info().rss for p in all_of_it) / 1e6:.0f} MB in {len(all_of_it)} processes"
    return [
        "| start to ready | "
        + f"{median(times):.2f} s (best {min(times):.2f}; of a processor {median(processor):.2f}) | ≤ 1.5 s |",
        f"| resident memory, idle, two workers | {told} | ≤ 400 MB |",
    ]


def throughput(release: Path, store: Path, mix: Sequence[str], seconds: float, rounds: int) -> list[str]:
    rates: dict[str, list[float]] = {"ours": [], "oxigraph": [], "cached": []}
    small: dict[str, list[float]] = {"ours": [], "oxigraph": []}
    with ours(release) as (address, _, _), oxigraph(store) as rival, ours(release, SPARQL_CACHE_BYTES="32000000") as (kept, _, _):
        urls = {"ours": f"{address}/sparql", "oxigraph": rival, "cached": f"{kept}/sparql"}
        time.sleep(20)
        for url in urls.values():
            load(url, mix, 2, 3)
        for _ in range(rounds):  # in turn, so that what else the machine does meets all of them
            for name, url in urls.items():
                rates[name].append(rate(load(url, mix, 8, seconds)))
            for name, seen in small.items():
                seen.append(median(load(urls[name], [LOOKUP], 1, 3)["latencies"]) * 1000)
    engine = ox.Store.read_only(str(store))
    inside = []
    for _ in range(300):
        began = time.perf_counter()
        engine.query(LOOKUP).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[arg-type]  # a SELECT
        inside.append((time.perf_counter() - began) * 1000)
    of = {name: median(values) for name, values in rates.items()}
    layer = median(small["ours"]) - median(inside)
    return [
        f"| {MIX} competency queries, 8 clients, no cache | {of['ours']:.1f}/s; `oxigraph serve-read-only` {of['oxigraph']:.1f}/s: "
        f"{of['ours'] / of['oxigraph']:.2f} of it | ≥ 0.9 |",
        f"| the same with the cache of results | {of['cached']:.0f}/s: {of['cached'] / of['oxigraph']:.0f} times | – |",
        f"| a look-up, one client, p50 | {median(small['ours']):.2f} ms; `oxigraph` {median(small['oxigraph']):.2f} ms; "
        f"in process {median(inside):.2f} ms: our layer {layer:.2f} ms | ≤ 3 ms |",
    ]


def runaway(address: str, query: str, seconds: float) -> tuple[int, float]:
    """The status of a runaway, and how long after its deadline it came."""
    began = time.monotonic()
    text = urllib.parse.urlencode({"query": query, "timeout": seconds})
    status = answers(f"{address}/sparql?{text}")
    return status or 0, time.monotonic() - began - seconds


def runaways(release: Path, mix: Sequence[str]) -> list[str]:
    lines = []
    with ours(release) as (address, _, _):
        time.sleep(20)
        quick = [LOOKUP, *mix[:2]]
        quiet = p95(load(f"{address}/sparql", quick, 1, 6)["latencies"])
        for name, query in RUNAWAYS.items():
            late: list[tuple[int, float]] = []
            stop = threading.Event()

            def again(query: str = query, late: list[tuple[int, float]] = late, stop: threading.Event = stop) -> None:
                while not stop.is_set():
                    late.append(runaway(address, query, 2))

            thread = threading.Thread(target=again)
            thread.start()
            busy = p95(load(f"{address}/sparql", quick, 1, 8)["latencies"])
            stop.set()
            thread.join()
            lines.append(
                f"| runaway: {name} | status {', '.join(str(s) for s in sorted({s for s, _ in late}))}, "
                f"{max(s for _, s in late):.2f} s after its deadline at most; others' p95 {busy * 1000:.1f} ms, quiet {quiet * 1000:.1f} ms: "
                f"{busy / quiet:.1f} times | 503, ≤ 0.2 s, < 2 times |"
            )
    return lines


def leak(release: Path, count: int) -> list[str]:
    with ours(release) as (address, pid, _):
        time.sleep(20)
        process = psutil.Process(pid)
        for _ in range(20):
            runaway(address, HEAVY, 0.05)
        before = process.memory_info().rss, process.num_fds(), process.num_threads(), len(process.children(recursive=True))
        statuses: Counter[int] = Counter()
        for _ in range(count):
            statuses[runaway(address, HEAVY, 0.05)[0]] += 1
        time.sleep(3)
        after = process.memory_info().rss, process.num_fds(), process.num_threads(), len(process.children(recursive=True))
    told = ", ".join(
        f"{name} {one} → {other}"
        for name, one, other in zip(("descriptors", "threads", "workers"), before[1:], after[1:], strict=True)
    )
    return [
        f"| {count:,} runaways in a row, each stopped after 0.05 s | statuses {dict(statuses)}; memory {before[0] / 1e6:.0f} → "
        f"{after[0] / 1e6:.0f} MB, {told} | no leak |"
    ]


def fuzzed(release: Path, count: int) -> list[str]:
    with ours(release, SPARQL_TIMEOUT="0.3", DUMPS_ON_DEMAND="false") as (address, _, _):
        tally = fuzz(address, count, clients=6, seconds=1800)
        alive = answers(f"{address}/readyz")
    return [f"| {tally.told()} | ready after: {alive} | 0 server errors but 503 |"]


def by_time(store: Path, mix: Sequence[str]) -> list[str]:
    """The queries, the fastest first."""
    engine = ox.Store.read_only(str(store))

    def seconds(query: str) -> float:
        began = time.perf_counter()
        engine.query(query).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[arg-type]  # a SELECT
        return time.perf_counter() - began

    return sorted(mix, key=seconds)


def against_rdflib(release: Path, mix: Sequence[str], seconds: float) -> list[str]:
    """The rival answers one query at a time, and one that takes for ever blocks the rest: so the easy ones come first."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin/python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "rdflib-endpoint", "uvicorn"], check=True)
        port = free_port()
        command = [str(python), "-c", RIVAL, str(release / GRAPH), str(port)]
        done: list[str] = []
        took = 0.0
        with running(command, f"http://127.0.0.1:{port}/?query=ASK%7B%7D", limit=900):
            began = time.monotonic()
            for query in by_time(release / STORE, mix):
                left = seconds - (time.monotonic() - began)
                text = urllib.parse.urlencode({"query": query}).encode()
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", text, timeout=max(0.1, left)) as response:
                        response.read()
                except OSError:
                    break
                done.append(query)
                took = time.monotonic() - began
        if not done:
            return [
                f"| rdflib-endpoint over rdflib in memory | none of {len(mix)} queries answered in {seconds:.0f} s | ≥ 20 times |"
            ]
        with ours(release) as (address, _, _):
            time.sleep(20)
            own = rate(load(f"{address}/sparql", done, 8, 10))
    rival = len(done) / took
    told = (
        f"{len(done)} of the mix answered before one took the rest of {seconds:.0f} s: {rival:.2f}/s; ours on these {own:.0f}/s"
    )
    return [f"| rdflib-endpoint over rdflib in memory | {told}: {own / rival:.0f} times | ≥ 20 times |"]
