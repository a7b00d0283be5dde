"""Datasets that share data as a graph: its connected groups, and the heaviest selection of which no two share anything.

Such a selection is what a union holds at least: its members' items are all different ones, whatever the others add.
"""

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["groups", "heaviest"]


def _edges(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def groups(ids: Sequence[str], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The ids in connected groups, each in the order given, the groups by their first member."""
    edges, seen = _edges(pairs), set[str]()
    known, found = set(ids), []
    for start in ids:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            for other in edges.get(waiting.pop(), ()):
                if other in known and other not in group:
                    group.add(other)
                    waiting.append(other)
        seen |= group
        found.append(tuple(i for i in ids if i in group))
    return tuple(found)


def heaviest(weights: Mapping[str, float], pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Datasets of which no two are a pair, as heavy together as two greedy orders find, sorted.

    The exact answer is an NP-hard problem; either order gives a valid selection, so that its weight is a true lower bound.
    """
    edges = _edges(pairs)
    best: tuple[str, ...] = ()
    for order in (
        sorted(weights, key=lambda i: (-weights[i], i)),
        sorted(weights, key=lambda i: (-weights[i] / (1 + len(edges.get(i, ()))), i)),
    ):
        taken: set[str] = set()
        for i in order:
            if not edges.get(i, set()) & taken:
                taken.add(i)
        if not best or sum(weights[i] for i in sorted(taken)) > sum(weights[i] for i in best):
            best = tuple(sorted(taken))
    return best
