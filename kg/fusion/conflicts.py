"""Why a question has no answer: the demands that no dataset of the catalogue meets, alone or together."""

from itertools import combinations
from typing import Any, Final

import numpy as np

from kg.fusion.judge import Judge
from kg.terms.text import many

__all__ = ["conflicts"]

_TOGETHER: Final = 4  # demands that contradict each other only five at a time tell nobody anything


def conflicts(judge: Judge) -> list[dict[str, Any]]:
    """The fewest demands that no dataset meets together: one that none meets, else two, else three or four, as JSON.

    Each item has ``demands`` (in words) and ``reason``. A combination is listed only where none of its parts is listed already, and larger
    ones only where no smaller one empties the answer.
    """
    tests = judge.tests()
    found: list[tuple[str, ...]] = []
    for size in range(1, min(len(tests), _TOGETHER) + 1):
        for names in combinations(tests, size):
            if (
                not any(set(known) <= set(names) for known in found)
                and not np.logical_and.reduce([tests[n] for n in names]).any()
            ):
                found.append(names)
        if size >= 2 and found:
            break
    counts = {name: int(flags.sum()) for name, flags in tests.items()}
    return [{"demands": list(names), "reason": _reason(names, counts)} for names in found]


def _reason(names: tuple[str, ...], counts: dict[str, int]) -> str:
    if len(names) == 1:
        return f"no dataset of the catalogue meets {names[0]}"
    each = ", ".join(f"{many(counts[n], 'dataset')} meet{'s' * (counts[n] == 1)} {n}" for n in names)
    return f"{each}; none meets {'both' if len(names) == 2 else 'all of them'}"
