"""What is to be brought, and in which portions: pure functions over the lines of a release."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kg.namespaces import CLAIMS

__all__ = ["BATCH", "LARGEST_BATCH", "Plan", "batches", "has_blank_nodes", "plan_of"]

BATCH: Final = 20_000
LARGEST_BATCH: Final = 50_000
"""Portions are never larger, so that a resumed run knows how far back the last one may have been unfinished."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A release as it is brought.

    Attributes:
        graphs: Graph (IRI) → its triples as N-Triples lines, in the release's order.
        united: The graphs whose union is the default graph.
        union: How many triples that union has.
    """

    graphs: Mapping[str, Sequence[str]]
    united: tuple[str, ...]
    union: int

    @property
    def triples(self) -> int:
        """How many triples all graphs have, one by one."""
        return sum(len(lines) for lines in self.graphs.values())


def plan_of(quads: Iterable[str]) -> Plan:
    """Sort the lines of an N-Quads file by graph.

    Args:
        quads: Lines as a release holds them: canonical, each with a graph.
    """
    graphs: dict[str, list[str]] = {}
    for quad in quads:
        triple, _, graph = quad.rstrip(" .\n").rpartition(" <")
        graphs.setdefault(graph.removesuffix(">"), []).append(f"{triple} .\n")
    united = tuple(sorted(g for g in graphs if not g.startswith(str(CLAIMS))))
    return Plan(dict(sorted(graphs.items())), united, len({line for g in united for line in graphs[g]}))


def _blank(line: str) -> tuple[str, ...]:
    """The labels of blank nodes in a line."""
    subject, _, rest = line.partition(" ")
    value = rest.partition(" ")[2]
    found = (subject, value.partition(" ")[0])
    return tuple(term for term in found if term.startswith("_:"))


def has_blank_nodes(lines: Iterable[str]) -> bool:
    """Whether a graph has any: then to send a line twice is to say two things."""
    return any(_blank(line) for line in lines)


def batches(lines: Sequence[str], size: int) -> list[list[str]]:
    """Cut lines into portions in which no blank node is split: a label means a node only within one request.

    Args:
        lines: N-Triples.
        size: How many lines a portion has; more only where so many hang together by blank nodes.
    """
    parent: dict[str, str] = {}

    def root(label: str) -> str:
        while parent.setdefault(label, label) != label:
            parent[label] = label = parent[parent[label]]
        return label

    for line in lines:
        labels = _blank(line)
        for one, other in pairwise(labels):
            parent[root(one)] = root(other)
    knots: dict[str, list[str]] = {}
    loose: list[str] = []
    for line in lines:
        labels = _blank(line)
        (knots.setdefault(root(labels[0]), []) if labels else loose).append(line)
    found: list[list[str]] = [[]]
    for piece in (*([line] for line in loose), *knots.values()):
        if found[-1] and len(found[-1]) + len(piece) > size:
            found.append([])
        found[-1].extend(piece)
    return [portion for portion in found if portion]
