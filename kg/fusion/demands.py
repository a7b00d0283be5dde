"""What a profile wants and what it demands, each judged on the whole catalogue at once, with the words for a dataset that lacks it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from kg.fusion.expression import Expression
from kg.fusion.instances import instances
from kg.fusion.profile import CONCEPT_DEMANDS, Profile
from kg.knowledge import Bound, DatasetView, Grid, Group, Knowledge, grid_of
from kg.knowledge.grid import Flags, Weights
from kg.knowledge.matching import DERIVED

__all__ = ["Demand", "Wanted", "demands", "lacks", "wants"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is wanted: which datasets have it, how strongly, and which only once labels are derived from others.

    Attributes:
        flags: Which datasets meet it: those that have it and, where the unknown will do, those of which nothing is known.
        group: The concepts of a facet, any of which will do; None for a part of an expression.
        expression: A part of the profile's expression; None for a facet.
    """

    name: str
    flags: Flags
    strength: Weights
    derived: Flags
    group: Group | None = None
    expression: Expression | None = None

    @property
    def had(self) -> Flags:
        """Which datasets are known to have it."""
        found: Flags = self.flags & (self.strength > 0)
        return found

    def said(self, knowledge: Knowledge) -> str:
        """The thing in words."""
        if self.expression is not None:
            return self.expression.manchester(knowledge)
        return _said(knowledge, self.name, self.group.concepts if self.group else ())


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand: which datasets meet it, and what is said of one that does not.

    Attributes:
        prop: The property that it is about, or ``year``, ``size`` or ``labelled``.
    """

    said: str
    prop: str
    flags: Flags
    against: Callable[[DatasetView], str]


def wants(profile: Profile, grid: Grid) -> list[Wanted]:
    """What is wanted: one thing a facet, and one a conjunct of the expression, so that what lacks a single one is told which."""
    found = []
    for group in profile.groups():
        strength = np.maximum.reduce([grid.strength(facet, concept) for facet, concept in group.choices])
        flags = instances(profile.tolerant(group.facet), grid) if group.facet in profile.or_unknown else grid.group(group)
        derived = (strength > 0) & (strength <= DERIVED) if group.facet == "task" else np.zeros_like(flags)
        found.append(Wanted(group.facet, flags, strength, derived, group))
    conjuncts = profile.expression.conjuncts() if profile.expression is not None else ()
    for number, expression in enumerate(conjuncts, 1):
        flags = expression.flags(grid)
        derived = flags & ~expression.direct().flags(grid)
        strength = np.where(derived, np.float32(DERIVED), flags.astype(np.float32))
        name = f"expression {number}" if len(conjuncts) > 1 else "expression"
        found.append(Wanted(name, flags, strength, derived, expression=expression))
    return found


def demands(profile: Profile, knowledge: Knowledge, sliced: Flags) -> list[Demand]:
    """What is demanded but for the terms of use.

    Args:
        profile: The profile.
        knowledge: The graph.
        sliced: Datasets whose volumes would be sliced into images.
    """
    grid = grid_of(knowledge)
    found = [Demand(b.text, b.field, grid.bound(b), partial(_unmet, b)) for b in profile.bounds]
    for key, facet in CONCEPT_DEMANDS.items():
        if concepts := profile.demanded.get(key, ()):
            flags = grid.group(Group(facet, concepts))
            if key == "dimensionality":
                flags = flags | sliced
            found.append(Demand(_said(knowledge, key, concepts), facet, flags, partial(_other, knowledge, key, facet, concepts)))
    return found


def lacks(knowledge: Knowledge, dataset: DatasetView, group: Group) -> str:
    """What a dataset has instead of any of the wanted concepts."""
    wanted = " or ".join(knowledge.label(c) for c in group.concepts)
    own = sorted(knowledge.label(v) for v in dataset.asserted.get(group.facet, ()))
    return f"{group.facet} is {', '.join(own[:_SHOWN])}, not {wanted}" if own else f"{group.facet} is unknown, {wanted} is wanted"


def _said(knowledge: Knowledge, name: str, concepts: Sequence[str]) -> str:
    return f"{name} {' or '.join(knowledge.label(c) for c in concepts)}"


def _other(knowledge: Knowledge, key: str, facet: str, concepts: Sequence[str], dataset: DatasetView) -> str:
    own = sorted(knowledge.label(v) for v in dataset.asserted.get(facet, ()))
    wanted = " or ".join(knowledge.label(c) for c in concepts)
    return f"{key} is {', '.join(own)}, not {wanted}" if own else f"{key} is unknown, {wanted} is demanded"


def _unmet(bound: Bound, dataset: DatasetView) -> str:
    known = bound.known_for(dataset)
    return f"{bound.field} does not meet {bound.text!r}" if known else f"{bound.field} is unknown, {bound.text!r} is demanded"
