"""Datasets that share data as a graph: its connected groups, and the heaviest selection of which no two share anything.

Such a selection is what a union holds at least: its members' items are all different ones, whatever the others add.
"""

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["groups", "heaviest", "inside"]


def _edges(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def groups(ids: Sequence[str], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """The ids in connected groups, each in the order given, the groups by their first member."""
    edges, seen = _edges(pairs), set[str]()
    place, found = {i: n for n, i in enumerate(ids)}, []
    for start in ids:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            for other in edges.get(waiting.pop(), ()):
                if other in place and other not in group:
                    group.add(other)
                    waiting.append(other)
        seen |= group
        found.append(tuple(sorted(group, key=place.__getitem__)))
    return tuple(found)


def inside(parts: Sequence[Sequence[str]], pairs: Iterable[tuple[str, str]]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """For each part of the ids the pairs that lie within it."""
    place = {i: n for n, part in enumerate(parts) for i in part}
    found: list[list[tuple[str, str]]] = [[] for _ in parts]
    for one, other in pairs:
        if one in place and place[one] == place.get(other):
            found[place[one]].append((one, other))
    return tuple(map(tuple, found))


def heaviest(weights: Mapping[str, float], pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Datasets of which no two are a pair, as heavy together as a greedy choice and its improvements find, sorted.

    The exact answer is an NP-hard problem; whatever selection is found is a valid one, so that its weight is a true lower bound. One
    dataset is exchanged for those that it alone keeps out as long as that gains weight.
    """
    if len(weights) < 2:
        return tuple(weights)
    edges = {i: others & weights.keys() for i, others in _edges(pairs).items()}
    order = sorted(weights, key=lambda i: (-weights[i], i))
    taken = _greedy(order, edges, frozenset())
    for _ in range(len(order)):
        better = next((swap for i in order if i in taken and (swap := _exchanged(i, taken, order, edges, weights))), None)
        if better is None:
            break
        taken = better
    return tuple(sorted(taken))


def _greedy(order: Iterable[str], edges: Mapping[str, set[str]], held: frozenset[str]) -> frozenset[str]:
    taken = set(held)
    for i in order:
        if i not in taken and not edges.get(i, set()) & taken:
            taken.add(i)
    return frozenset(taken)


def _exchanged(
    one: str, taken: frozenset[str], order: Sequence[str], edges: Mapping[str, set[str]], weights: Mapping[str, float]
) -> frozenset[str]:
    """The selection with one dataset given up for others, if it is heavier; else an empty one."""
    rest = taken - {one}
    near = [i for i in order if i in edges.get(one, set()) and not edges[i] & rest]
    found = _greedy(order, edges, _greedy(near, edges, rest))
    return found if one not in found and sum(weights[i] for i in found - rest) > weights[one] else frozenset()
