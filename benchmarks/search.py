"""The search's quality and speed, beside BM25 and exact facets in the same run; writes ``benchmarks/search.md``.

Usage: python benchmarks/search.py [--datasets 100000] [--release DIR]
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import quantiles

from kg.cli.search_eval import answerers_of
from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.values import Count
from kg.opened import open_release
from kg.search.ask import ask
from kg.search.evaluation import MEASURES, Judged, read_judged, summary
from kg.search.index import TextIndex, write_rows
from kg.search.page import View, page
from kg.search.suggest import suggester_of
from kg.terms.text import fold

HERE = Path(__file__).parent
QUERIES = HERE.parent / "tests" / "search" / "queries.jsonl"


def synthetic(knowledge: Knowledge, size: int, seed: int = 2026) -> Knowledge:
    """A catalogue of ``size`` datasets with the real facets' joint distribution; names, years and sizes are drawn anew."""
    draw = random.Random(seed)  # noqa: S311  # a test catalogue, no secret
    real = list(knowledge.datasets.values())
    years = [d.year for d in real if d.year]
    words = [w for d in real for w in d.name.split()]

    def one(number: int) -> DatasetView:
        model = draw.choice(real)
        name = f"{draw.choice(words)} {draw.choice(words)} {number}"
        counts = tuple(Count(max(1, round(c.value * draw.lognormvariate(0, 1))), c.unit, c.certainty) for c in model.counts)
        year = draw.choice(years) if model.year else None
        return DatasetView(
            f"synthetic-{number:06d}", name, (), year, "", model.labelled, counts, model.asserted, model.entailed,
            classes=model.classes, description=model.description,
        )  # fmt: skip

    return Knowledge((one(n) for n in range(size)), knowledge.concepts, knowledge.taxonomy, knowledge.mapped, knowledge.general)


def texts_of(knowledge: Knowledge, path: Path) -> TextIndex:
    """An index of the texts of a knowledge."""
    rows = []
    for d in knowledge.datasets.values():
        labels = " ; ".join(knowledge.label(v) for values in d.asserted.values() for v in sorted(values))
        rows.append((d.id, fold(d.name), fold(" ; ".join(d.aliases)), fold(labels), fold(d.description)))
    write_rows(path, rows)
    return TextIndex(path)


def timed(queries: Sequence[Judged], run: Callable[[str], object], rounds: int) -> tuple[float, float, float]:
    """Milliseconds of each query: median, 95th percentile, and the slowest; the first round warms up and does not count."""
    found = []
    for n in range(rounds + 1):
        for query in queries:
            start = time.perf_counter()
            run(query.query)
            if n:
                found.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(found, n=100)
    return cuts[49], cuts[94], max(found)


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--release", default=None)
    chosen = parser.parse_args()
    queries = read_judged(QUERIES)
    lines = ["# Search: quality and speed", "", "Written by `python benchmarks/search.py`.", ""]
    with open_release(chosen.release) as graph, tempfile.TemporaryDirectory() as folder:
        answerers = answerers_of(graph)
        scores = {name: summary(queries, answer) for name, answer in answerers.items()}
        lines += [f"## Quality: {len(queries)} development queries (`tests/search/queries.jsonl`)", ""]
        lines += [f"| system | {' | '.join(MEASURES)} |", f"|---|{'---|' * len(MEASURES)}"]
        lines += [f"| {name} | {cells(found['all'])} |" for name, found in scores.items()]
        lines += ["", f"| tag | queries | {' | '.join(MEASURES)} |", f"|---|---|{'---|' * len(MEASURES)}"]
        for tag, means in scores["imaging-kg"].items():
            lines.append(
                f"| {tag} | {means['queries']} | {' | '.join(f'{means[m]:.3f}' if m in means else '' for m in MEASURES)} |"
            )
        lines += [
            "",
            "## Speed, milliseconds a query, one process",
            "",
            "| catalogue | what | p50 | p95 | max |",
            "|---|---|---|---|---|",
        ]
        size = len(graph.knowledge.datasets)
        row(lines, size, "search, page of 20 as JSON", timed(queries, lambda t: graph.search(t, 20), 5))
        row(lines, size, "BM25 (SQLite FTS5), 20 ids", timed(queries, lambda t: graph.texts.find(t.split(), 20), 5))
        row(lines, size, "suggest, each query's first four letters", timed(queries, lambda t: graph.suggest(t[:4]), 5))
        large = synthetic(graph.knowledge, chosen.datasets)
        start = time.perf_counter()
        texts = texts_of(large, Path(folder) / "texts.sqlite")
        large_search(large, texts, "brain MRI")
        suggester_of(large)
        built = time.perf_counter() - start
        row(lines, chosen.datasets, "search, page of 20", timed(queries, lambda t: large_search(large, texts, t), 2))
        row(lines, chosen.datasets, "BM25 (SQLite FTS5), 20 ids", timed(queries, lambda t: texts.find(t.split(), 20), 2))
        row(lines, chosen.datasets, "suggest", timed(queries, lambda t: suggester_of(large).find(t[:4]), 2))
        lines += ["", f"Indexing the {chosen.datasets:,} synthetic datasets took {built:.1f} s (once, at start).", ""]
        texts.close()
    (HERE / "search.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def cells(means: Mapping[str, float]) -> str:
    """The measures of one row of a table."""
    return " | ".join(f"{means[m]:.3f}" if m in means else "" for m in MEASURES)


def large_search(knowledge: Knowledge, texts: TextIndex, text: str) -> object:
    """One search over a knowledge without a store."""
    return page(ask(text, knowledge, texts), knowledge, View(limit=20), "synthetic")


def row(lines: list[str], size: int, what: str, found: tuple[float, float, float]) -> None:
    """A line of the speed table."""
    lines.append(f"| {size:,} | {what} | {' | '.join(f'{v:.1f}' for v in found)} |")


if __name__ == "__main__":
    main()
