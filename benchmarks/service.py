"""The service beside its rivals on the same machine and store; writes ``benchmarks/service.md``.

Usage: python -m benchmarks.service [--release DIR] [--parts start,throughput,…] [--seconds 10] [--rounds 3] [--runaways 10000]
[--fuzz 100000] [--rdflib 120]

Servers listen on free ports of this machine and are ended. rdflib-endpoint is installed into an environment that is thrown away, and asked
for ``--rdflib`` seconds. What was measured is kept in ``benchmarks/service.json``, so that the parts may be measured at different times.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.service_parts import MIX, against_rdflib, fuzzed, leak, runaways, start, throughput
from kg.queries import load_queries
from kg.release import STORE, current, default_dir
from kg.resources import queries_dir

HERE: Final = Path(__file__).parent
PARTS: Final = ("start", "throughput", "rdflib", "runaways", "leak", "fuzz")


def _told(arguments: Sequence[str]) -> str:
    """The arguments as they may stand in a document: paths of this machine by their last part."""
    return " ".join(Path(a).name if a.startswith("/") else a for a in arguments)


def _page(measured: dict[str, Any]) -> str:
    """The page: one table, and beneath it how each part was measured last."""
    lines = [
        "# The service, measured",
        "",
        "Clients and servers share the machine. The mix is the first 20 competency queries, comments and all.",
        "",
    ]
    lines += ["| what | measured | wanted |", "|---|---|---|"]
    lines += [row for part in PARTS if part in measured for row in measured[part]["rows"]]
    runs: dict[str, list[str]] = {}
    for part in PARTS:
        if part in measured:
            runs.setdefault(measured[part]["run"], []).append(part)
    lines += ["", *(f"{', '.join(parts)}: {run}" + "\n" for run, parts in runs.items())]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Measure, and write the page; parts that are not measured now stay as they were."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--release", type=Path, default=default_dir())
    options.add_argument("--parts", default=",".join(PARTS), help=f"what is measured, of {', '.join(PARTS)}")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--runaways", type=int, default=10_000)
    options.add_argument("--fuzz", type=int, default=100_000)
    options.add_argument("--rdflib", type=float, default=120)
    asked = options.parse_args()
    release = current(asked.release)
    if release is None:
        raise SystemExit(f"there is no release in {asked.release}; build one with: imaging-kg build")
    if unknown := set(asked.parts.split(",")) - set(PARTS):
        raise SystemExit(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    mix = [query.text for query in load_queries(queries_dir() / "competency")][:MIX]
    measure: dict[str, Callable[[], list[str]]] = {
        "start": lambda: start(release, asked.rounds),
        "throughput": lambda: throughput(release, release / STORE, mix, asked.seconds, asked.rounds),
        "rdflib": lambda: against_rdflib(release, mix, asked.rdflib),
        "runaways": lambda: runaways(release, mix),
        "leak": lambda: leak(release, asked.runaways),
        "fuzz": lambda: fuzzed(release, asked.fuzz),
    }
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    kept = HERE / "service.json"
    measured: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    command = f"`python -m benchmarks.service {_told(sys.argv[1:])}`, {date.today().isoformat()}, {machine}"
    run = f"{command}, load {os.getloadavg()[0]:.1f} when it began; release {release.name}, medians of {asked.rounds} rounds in turn"
    for part in asked.parts.split(","):
        rows = measure[part]()
        print("\n".join(rows), flush=True)
        measured[part] = {"rows": rows, "run": run}
        kept.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (HERE / "service.md").write_text(_page(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
