"""Why a question has no answer: the pairs of demands that no dataset of the catalogue meets together."""

from itertools import combinations
from typing import Any

from kg.fusion.judge import Judge

__all__ = ["conflicts"]


def conflicts(judge: Judge) -> list[dict[str, Any]]:
    """The demands that no dataset meets, and the pairs that none meets together although each alone is met, as JSON.

    Each item has ``demands`` (one or two, in words) and ``reason``. Empty when only three or more together leave nothing.
    """
    found: list[dict[str, Any]] = []
    tests = judge.tests()
    alone = {name for name, flags in tests.items() if not flags.any()}
    found += [{"demands": [name], "reason": f"no dataset of the catalogue meets {name}"} for name in tests if name in alone]
    for (one, first), (other, second) in combinations(tests.items(), 2):
        if not {one, other} & alone and not (first & second).any():
            found.append(
                {
                    "demands": [one, other],
                    "reason": f"{int(first.sum())} datasets meet {one}, {int(second.sum())} meet {other}, none meets both",
                }
            )
    return found
