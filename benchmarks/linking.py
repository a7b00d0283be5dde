"""How well tables are linked: the survey's own cells, the same without the words made for them, slips of spelling; writes ``linking.md``.

python benchmarks/linking.py [FOLDER]      FOLDER: of a release; the default one when left out
"""

import sys
import time
from pathlib import Path

import kg
from kg.knowledge import Knowledge
from kg.reconcile.measure import COLUMNS, Cells, Tally, cells, measure, slips, without_source_words
from kg.reconcile.types import DATASET
from kg.resources import catalogue_dir

HEAD = ("what", "cells", "first candidate right", "taken unseen", "likely", "wrongly taken", "wrongly likely", "ms each")
REPORT = Path(__file__).with_suffix(".md")


def line(name: str, tally: Tally, seconds: float) -> str:
    shares = tally.shares()
    each = 1000 * seconds / max(tally.cells, 1)
    return (
        f"| {name} | {tally.cells:,} | {shares['first']:.1%} | {shares['taken']:.1%} | {shares['likely']:.1%} "
        f"| {tally.wrongly_taken} | {tally.wrongly_likely} | {each:.1f} |"
    )


def main() -> None:
    with kg.open(sys.argv[1] if len(sys.argv) > 1 else None) as release:
        told = cells(catalogue_dir())
        full = release.knowledge
        less, hard = without_source_words(full, told)
        sets: list[tuple[str, Knowledge, Cells]] = [
            *((f"cells of the sources: {f}", full, {k: v for k, v in told.items() if k[0] == f}) for f in COLUMNS),
            ("cells that only a word made for them reads, without it", less, hard),
            ("labels with a slip of the keyboard", full, slips(full, [f for f in COLUMNS if f != DATASET])),
        ]
        lines = [
            "# Linking",
            "",
            "Written by `python benchmarks/linking.py`. Each distinct cell is linked as its column's type.",
            "",
            f"| {' | '.join(HEAD)} |",
            f"|---|{'--:|' * (len(HEAD) - 1)}",
        ]
        for name, knowledge, wanted in sets:
            started = time.perf_counter()
            tally = measure(knowledge, wanted)
            lines.append(line(name, tally, time.perf_counter() - started))
        lines += ["", f"Release {release.manifest.id}."]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
