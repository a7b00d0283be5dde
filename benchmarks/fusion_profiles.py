"""How long a profile's answer takes on the shipped catalogue, in process: 200 profiles about real datasets, each asked once.

python benchmarks/fusion_profiles.py [RELEASE]
"""

import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import kg
from kg.knowledge import DatasetView
from kg.model import FACETS

PROFILES = 200
NESTED = ("anatomy some ('part of' some abdomen)", "condition some (neoplasm and 'has location' some brain)", "CT or MRI")


def profile(datasets: list[DatasetView], draw: random.Random) -> dict[str, Any]:
    """A profile about a dataset: facets or an expression, some demands, some rules of choice."""
    one = draw.choice(datasets)
    asked: dict[str, Any]
    if draw.random() < 0.3:
        modality, condition = (min(one.asserted[f]) for f in ("modality", "condition"))
        asked = {"expression": draw.choice((f"<{modality}> and condition some <{condition}>", f"not <{modality}>", *NESTED))}
    else:
        asked = {f: sorted(one.asserted[f])[: draw.randint(1, 2)] for f in draw.sample(FACETS, draw.randint(1, 3))}
    demands: dict[str, Any] = {"since": draw.randint(2005, 2020)} if draw.random() < 0.3 else {}
    demands |= {"minimumSize": draw.choice((10, 100, 1000))} if draw.random() < 0.3 else {}
    demands |= {"dimensionality": ["2D image"], "allowSlicing": True} if draw.random() < 0.2 else {}
    demands |= {"access": ["open download"]} if draw.random() < 0.2 else {}
    choice: dict[str, Any] = {"onePerFamily": True} if draw.random() < 0.3 else {}
    choice |= {"balance": "modality", "maximumDatasets": 20} if draw.random() < 0.2 else {}
    return asked | {"constraints": demands, "choose": choice}


def main() -> None:
    """Measure and print."""
    with kg.open(Path(sys.argv[1]) if len(sys.argv) > 1 else None) as release:
        datasets = [d for d in release.knowledge.datasets.values() if all(d.asserted.get(f) for f in FACETS)]
        draw = random.Random(7)  # noqa: S311  # nothing secret is drawn
        asked = [profile(datasets, draw) for _ in range(PROFILES)]
        release.fuse((), asked[0])  # what is made once
        taken = []
        for one in asked:
            start = time.perf_counter()
            release.fuse((), one)
            taken.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    print(f"{PROFILES} profiles: p50 {statistics.median(taken):.1f} ms, p95 {cuts[-1]:.1f} ms, most {max(taken):.1f} ms")


if __name__ == "__main__":
    main()
