"""What stands in the way of an answer: demands that contradict each other, who emptied the result, and what would fill it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kg.knowledge import Bound, Criteria, Knowledge, grid_of
from kg.namespaces import curie

if TYPE_CHECKING:
    from kg.search.structured import Question

__all__ = ["contradictions", "relaxations"]

_EXCLUSIVE = frozenset(("dimensionality", "accessLevel"))
"""Facets of which a dataset has one value at a time, or nearly so."""


def contradictions(knowledge: Knowledge, criteria: Criteria) -> tuple[str, ...]:
    """Demands that no dataset could satisfy together, a sentence each."""
    return tuple(dict.fromkeys((*_ranges(criteria.bounds), *_barred(knowledge, criteria), *_exclusive(knowledge, criteria))))


def _ranges(bounds: tuple[Bound, ...]) -> Iterator[str]:
    for one, other in [*combinations(bounds, 2), *((b, b) for b in bounds)]:
        if one.field != other.field or one.unit != other.unit:
            continue
        low = max((b.least for b in (one, other) if b.least is not None), default=None)
        high = min((b.most for b in (one, other) if b.most is not None), default=None)
        if one.field == "labelled":
            if one.least != other.least:
                yield "labelled and unlabelled are asked for at once"
        elif low is not None and high is not None and low > high:
            said = " and ".join(dict.fromkeys(repr(b.text) for b in (one, other)))
            yield f"no {one.field} satisfies {said}"


def _barred(knowledge: Knowledge, criteria: Criteria) -> Iterator[str]:
    for group in criteria.groups:
        for out in criteria.excluded:
            if group.facet == out.facet and all(any(knowledge.taxonomy.is_a(c, o) for o in out.concepts) for c in group.concepts):
                yield f"{group.text!r} is asked for and {out.text!r} is left out"


def _exclusive(knowledge: Knowledge, criteria: Criteria) -> Iterator[str]:
    grid = grid_of(knowledge)
    for one, other in combinations(criteria.groups, 2):
        if one.facet == other.facet and one.facet in _EXCLUSIVE and not grid.strict(criteria).any():
            rest = " ".join(g.text for g in criteria.groups if g.facet != one.facet)
            yield f"{one.text!r} and {other.text!r} are asked for at once, and no {rest or 'dataset'} is both"


def relaxations(knowledge: Knowledge, question: "Question") -> dict[str, Any]:
    """Who emptied the result, and the nearest questions that have an answer, with their counts.

    Returns:
        ``emptiedBy``: the demands that nothing satisfies, or without which something does. ``without``: what each demand left out would
        give. ``broader``: the nearest broader concept that would do in the place of each.
    """
    criteria, grid = question.criteria, grid_of(knowledge)
    alone = [g.text for g in criteria.groups if not grid.group(g).any()]
    alone += [b.text for b in criteria.bounds if not grid.bound(b).any()]
    counts = ((text, int(grid.strict(less).sum())) for text, less in _less(criteria, question.words) if less)
    helped = sorted(((text, count) for text, count in counts if count), key=lambda pair: (-pair[1], pair[0]))
    unknown = [] if criteria.holding is None or criteria.holding else list(question.words)
    emptied = list(dict.fromkeys((*unknown, *alone))) or [text for text, _ in helped]
    without = [{"leftOut": text, "datasets": count} for text, count in helped]
    return {"emptiedBy": emptied, "without": without, "broader": list(_broader(knowledge, criteria))}


def _less(criteria: Criteria, words: tuple[str, ...]) -> Iterator[tuple[str, Criteria]]:
    """The criteria with each demand left out in turn."""
    for n, group in enumerate(criteria.groups):
        yield group.text, replace(criteria, groups=criteria.groups[:n] + criteria.groups[n + 1 :])
    for n, bound in enumerate(criteria.bounds):
        yield bound.text, replace(criteria, bounds=criteria.bounds[:n] + criteria.bounds[n + 1 :])
    for n, out in enumerate(criteria.excluded):
        yield f"not {out.text}", replace(criteria, excluded=criteria.excluded[:n] + criteria.excluded[n + 1 :])
    if criteria.holding is not None:
        yield " ".join(words), replace(criteria, holding=None)
    if criteria.among:
        yield "the named datasets", replace(criteria, among=())


def _broader(knowledge: Knowledge, criteria: Criteria) -> Iterator[dict[str, Any]]:
    grid = grid_of(knowledge)
    for n, group in enumerate(criteria.groups):
        others = replace(criteria, groups=criteria.groups[:n] + criteria.groups[n + 1 :])
        rest = grid.strict(others) if others else None
        found = []
        for concept in {a for c in group.concepts for a in knowledge.taxonomy.supers.get(c, ())}:
            if (
                knowledge.taxonomy.supers.get(concept)
                and concept in knowledge.concepts
                and knowledge.concepts[concept].facet == group.facet
            ):
                flags = grid.has(group.facet, concept)
                count = int((flags if rest is None else flags & rest).sum())
                if count:
                    found.append((grid.count(group.facet, concept), count, concept))
        if found:
            _, count, concept = min(found)
            yield {"instead": group.text, "concept": curie(concept), "label": knowledge.label(concept), "datasets": count}
