"""Datasets and images by modality, anatomy, task, dimensionality and year, with what would be counted twice shown apart.

Three counts of one thing stand side by side. ``rows`` is what the survey's table would give when every row is counted. ``datasets`` counts each
dataset once, whatever the number of rows that describe it. ``own`` leaves out what is in another dataset of the same count already: parts, and
sets that relabel or derive from another; what they hold is counted there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kg.catalogue.facts import Extent, Facts
from kg.model import Relation
from kg.namespaces import expand
from kg.reason.taxonomy import Taxonomy

__all__ = ["BY", "Figure", "figures", "inside"]

BY: Final = ("modality", "anatomy", "task", "dimensionality", "year")
# One unit a dataset is counted in, the first of these that it has; pictures and volumes are never added to patients.
_UNITS: Final = (
    "image",
    "volume",
    "slide",
    "patch",
    "video",
    "clip",
    "frame",
    "patient",
    "study",
    "series",
    "eye",
    "scene",
    "sample",
)
_CONTAINED: Final = frozenset(("partOf", "relabels", "derivedFrom"))


@dataclass(slots=True)
class Figure:
    """The counts of one group.

    Attributes:
        key: CURIE of the concept, or the year.
        label: What it is called.
        rows: Rows of the survey's table that describe its datasets.
        datasets: Datasets, each once.
        own: Datasets that are not inside another one of the group.
        unknown: Of these, how many have no known size.
        sizes: Unit → sum over the datasets.
        own_sizes: Unit → sum over the datasets that are not inside another.
    """

    key: str
    label: str
    rows: int = 0
    datasets: int = 0
    own: int = 0
    unknown: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    own_sizes: dict[str, int] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The figure as JSON."""
        return {
            "key": self.key, "label": self.label, "rows": self.rows, "datasets": self.datasets, "own": self.own,
            "unknown_size": self.unknown, "sizes": dict(sorted(self.sizes.items())), "own_sizes": dict(sorted(self.own_sizes.items())),
        }  # fmt: skip


def inside(relations: Iterable[Relation]) -> dict[str, frozenset[str]]:
    """Dataset → the datasets that hold its images already, by way of any number of steps."""
    above: dict[str, set[str]] = {}
    for relation in relations:
        if relation.relation in _CONTAINED:
            above.setdefault(relation.dataset, set()).add(relation.other)
    found: dict[str, frozenset[str]] = {}
    for start, direct in above.items():
        seen: set[str] = set()
        stack = list(direct)
        while stack:
            node = stack.pop()
            if node not in seen and node != start:
                seen.add(node)
                stack += above.get(node, ())
        found[start] = frozenset(seen)
    return found


def _size(extents: Iterable[Extent]) -> tuple[str, int] | None:
    by_unit: dict[str, int] = {}
    for extent in extents:
        by_unit[extent.unit] = max(extent.value, by_unit.get(extent.unit, 0))
    return next(((unit, by_unit[unit]) for unit in _UNITS if unit in by_unit), None)


def _groups(fact: Facts, by: str, taxonomy: Taxonomy) -> frozenset[str]:
    if by == "year":
        return frozenset({fact.row.year} - {""})
    own = fact.concepts.get(by, ())
    return frozenset(c for value in own for c in (value, *taxonomy.kinds(value)))


def figures(
    facts: Iterable[Facts],
    relations: Iterable[Relation],
    rows: Mapping[str, int],
    taxonomy: Taxonomy,
    label: Mapping[str, str],
) -> dict[str, list[Figure]]:
    """The landscape.

    Args:
        facts: What the graph asserts.
        relations: Relations between datasets.
        rows: Dataset → how many rows of the survey describe it.
        taxonomy: Kinds of kinds; a dataset counts for each concept above its own.
        label: Concept IRI → label; concepts without one are no concepts of a facet.

    Returns:
        For each of :data:`BY` its figures, the largest first; and ``all``, one figure of everything.
    """
    known = tuple(facts)
    holders = inside(relations)
    found: dict[str, list[Figure]] = {"all": [_counted(Figure("all", "all datasets"), known, holders, rows)]}
    for by in BY:
        members: dict[str, list[Facts]] = {}
        for fact in known:
            for key in _groups(fact, by, taxonomy):
                members.setdefault(key, []).append(fact)
        made = [
            _counted(Figure(key, label.get(expand(key), key)), own, holders, rows)
            for key, own in members.items()
            if by == "year" or expand(key) in label
        ]
        order = (lambda f: f.key) if by == "year" else (lambda f: (-f.datasets, f.label))
        found[by] = sorted(made, key=order)
    return found


def _counted(figure: Figure, facts: Iterable[Facts], holders: Mapping[str, frozenset[str]], rows: Mapping[str, int]) -> Figure:
    members = list(facts)
    ids = {f.row.id for f in members}
    for fact in members:
        own = not holders.get(fact.row.id, frozenset()) & ids
        size = _size(fact.extents)
        figure.rows += rows.get(fact.row.id, 0)
        figure.datasets += 1
        figure.own += own
        if size is None:
            figure.unknown += own
            continue
        unit, value = size
        figure.sizes[unit] = figure.sizes.get(unit, 0) + value
        if own:
            figure.own_sizes[unit] = figure.own_sizes.get(unit, 0) + value
    return figure
