"""Would a small local embedding help the ranking? Static word vectors (WordLlama, 256 dimensions, shipped in its wheel) as a further part.

Usage: pip install wordllama==0.3.9; python benchmarks/embedding.py [--release DIR]
"""

import argparse
import importlib
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.knowledge import DatasetView, Knowledge
from kg.opened import OpenRelease, open_release
from kg.search.evaluation import MEASURES, read_judged, summary

QUERIES = Path(__file__).parent.parent / "tests" / "search" / "queries.jsonl"
Vectors = npt.NDArray[np.float32]


def text_of(knowledge: Knowledge, dataset: DatasetView) -> str:
    """What is embedded of a dataset: its names, its description, the labels of what it is about."""
    facets = ("modality", "anatomy", "condition", "task")
    labels = ", ".join(knowledge.label(v) for f in facets for v in sorted(dataset.asserted.get(f, ())))
    return f"{dataset.name} {' '.join(dataset.aliases)}. {dataset.description} {labels}"


def answerer(graph: OpenRelease, near: Callable[[str], Vectors], weight: float) -> Callable[[str], tuple[list[str], list[str]]]:
    """The search with the cosine similarity added to its score, ``weight`` times."""
    places = {i: n for n, i in enumerate(graph.knowledge.datasets)}

    def answer(text: str) -> tuple[list[str], list[str]]:
        found = graph.answer(text)
        extra = near(text)

        def ordered(order: npt.NDArray[np.int64]) -> list[str]:
            hits = [found.hit(p) for p in order[:200].tolist()]
            return [h.id for h in sorted(hits, key=lambda h: (-h.score - weight * float(extra[places[h.id]]), h.id))]

        return ordered(found.strict_order), ordered(found.near_order)

    return answer


def main() -> None:
    """Print the measures for some weights, and of the embedding alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", default=None)
    package: Any = importlib.import_module("wordllama")
    model = package.WordLlama.load(cache_dir=Path(package.__file__).parent, disable_download=True)  # what its wheel holds
    queries = read_judged(QUERIES)
    with open_release(parser.parse_args().release) as graph:
        knowledge = graph.knowledge
        texts = [text_of(knowledge, d) for d in knowledge.datasets.values()]
        start = time.perf_counter()
        vectors = np.asarray(model.embed(texts, norm=True), dtype=np.float32)
        print(f"embedding {len(texts)} datasets: {time.perf_counter() - start:.2f} s")
        times = []

        def near(text: str) -> Vectors:
            begin = time.perf_counter()
            found: Vectors = vectors @ np.asarray(model.embed([text or " "], norm=True), dtype=np.float32)[0]
            times.append(time.perf_counter() - begin)
            return found

        ids = list(knowledge.datasets)
        rows = {f"with {w} of it": answerer(graph, near, w) for w in (0.0, 0.02, 0.05, 0.1, 0.2)}
        rows["embedding alone"] = lambda text: ([ids[i] for i in np.argsort(-near(text))[:100]], [])
        print(f"| part | {' | '.join(MEASURES)} |")
        for name, answer in rows.items():
            means = summary(queries, answer)["all"]
            print(f"| {name} | {' | '.join(f'{means[m]:.3f}' for m in MEASURES)} |")
        print(f"embedding a query: {median(times) * 1000:.2f} ms")


if __name__ == "__main__":
    main()
