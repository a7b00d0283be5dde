"""The fusion profile: what is wanted, what is demanded, what for, and how to choose among what fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.fusion.choose import Choice
from kg.fusion.expression import Expression
from kg.knowledge import Bound, Criteria, Group, Knowledge
from kg.model import FACETS
from kg.namespaces import IKG
from kg.reason.expressions import Anything, ClassExpression, Named, Some, Without, both, either

__all__ = ["CONCEPT_DEMANDS", "IMAGE", "VOLUME", "Profile"]

VOLUME, IMAGE = str(IKG.ThreeDimensionalVolume), str(IKG.TwoDimensionalImage)

CONCEPT_DEMANDS: Mapping[str, str] = {
    "dimensionality": "dimensionality", "access": "accessLevel", "licences": "licence", "population": "population",
    "acquisition": "acquisition",
}  # fmt: skip
"""Key of a profile's ``constraints`` → the facet of which a member needs any one of the named concepts."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A resolved profile.

    Attributes:
        wanted: Facet → concept IRIs, of which a member needs any one.
        left_open: Facets that were left open on purpose: seeds fill them no more.
        or_unknown: Wanted facets in which a dataset of which nothing is known will do as well.
        expression: An OWL class expression that members belong to.
        demanded: Key of :data:`CONCEPT_DEMANDS` → concept IRIs, of which a member needs any one.
        allow_slicing: Whether a volume may stand in for images by slicing it.
        bounds: Demands on size, year and labels.
        minimum_total: The least that all members hold together.
        unit: What the size demand and the least total count, a key of :data:`kg.knowledge.COUNTED`; "" for the largest count of any unit.
        use: What the set is for, one of the uses that :mod:`kg.licence` knows; "" when that was not said.
        choice: How to choose among what fits.
        labels: IRIs of the labels that the set shall have; see :mod:`kg.fusion.labels`.
    """

    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_open: frozenset[str] = frozenset()
    or_unknown: frozenset[str] = frozenset()
    expression: Expression | None = None
    demanded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allow_slicing: bool = False
    bounds: tuple[Bound, ...] = ()
    minimum_total: int | None = None
    unit: str = ""
    use: str = ""
    choice: Choice = field(default_factory=Choice)
    labels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether the profile asks for anything by which datasets can be told apart."""
        return any(self.wanted.values()) or self.expression is not None or any(self.demanded.values()) or bool(self.bounds)

    def groups(self) -> tuple[Group, ...]:
        """One group a facet that is wanted."""
        return tuple(Group(f, self.wanted[f], f) for f in FACETS if self.wanted.get(f))

    @property
    def slicing(self) -> bool:
        """Whether volumes would be sliced: images are demanded, and volumes may stand in for them."""
        return self.allow_slicing and IMAGE in self.demanded.get("dimensionality", ())

    def needs(self) -> tuple[Group, ...]:
        """One group a facet that is wanted, and one a demand on concepts; a volume that may be sliced counts as images.

        A facet in which the unknown will do is no group: see :meth:`tolerant`.
        """
        groups = [g for g in self.groups() if g.facet not in self.or_unknown]
        for key, facet in CONCEPT_DEMANDS.items():
            if concepts := self.demanded.get(key, ()):
                sliced = (VOLUME,) if key == "dimensionality" and self.slicing else ()
                groups.append(Group(facet, tuple(dict.fromkeys((*concepts, *sliced))), key))
        return tuple(groups)

    def class_expression(self) -> Expression:
        """What the profile compiles to: the class of the datasets that meet all it says in concepts.

        Demands on numbers, labels and terms of use are no part of it: no axiom speaks of them.
        """
        return Expression(both((*map(_some, self.needs()), *self._beyond_groups())))

    def tolerant(self, facet: str) -> ClassExpression:
        """What a wanted facet asks for when the unknown will do: any of its concepts, or nothing known in the facet."""
        group = Group(facet, self.wanted[facet])
        return either((_some(group), Without(Some(str(IKG[group.property]), Anything()))))

    def _beyond_groups(self) -> tuple[ClassExpression, ...]:
        """What is asked for and cannot be said in groups."""
        tolerant = tuple(self.tolerant(f) for f in FACETS if f in self.or_unknown and self.wanted.get(f))
        return (*tolerant, *((self.expression.value,) if self.expression is not None else ()))

    def criteria(self, *, also: Sequence[str] = (), besides: Sequence[str] = (), demands: Sequence[str] = ()) -> Criteria:
        """The profile as criteria.

        Args:
            also: Ids that fit by a step that the criteria cannot say.
            besides: Ids that do not fit for a reason that the criteria cannot say.
            demands: Graph patterns on ``?dataset`` for what is demanded besides.
        """
        beyond = self._beyond_groups()
        pattern = (Expression(both(beyond)).sparql(),) if beyond else ()
        patterns = (*pattern, *demands)
        return Criteria(self.needs(), (), self.bounds, also=tuple(also), besides=tuple(besides), patterns=patterns)

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The profile as it was understood, as JSON."""

        def named(iris: Sequence[str]) -> list[dict[str, str]]:
            return [{"iri": i, "label": knowledge.label(i)} for i in iris]

        found: dict[str, Any] = {f: named(self.wanted.get(f, ())) for f in FACETS}
        found["orUnknown"] = sorted(f for f in self.or_unknown if self.wanted.get(f))
        found["expression"] = self.expression.manchester(knowledge) if self.expression is not None else None
        found["classExpression"] = self.class_expression().manchester(knowledge)
        found["constraints"] = {
            **{key: named(self.demanded.get(key, ())) for key in CONCEPT_DEMANDS},
            "allowSlicing": self.allow_slicing,
            "minimumTotal": self.minimum_total,
            "minimumUnit": self.unit or None,
            "bounds": [{"field": b.field, "least": b.least, "most": b.most, "unit": b.unit} for b in self.bounds],
        }
        return found | {"labels": named(self.labels), "use": self.use or None, "choose": self.choice.body()}

    def raw(self, knowledge: Knowledge) -> dict[str, Any]:
        """The profile as a user would write it: to be edited and asked again, with or without the seeds that made it."""
        found: dict[str, Any] = {f: list(self.wanted[f]) for f in FACETS if self.wanted.get(f)}
        found |= {f: [] for f in sorted(self.left_open) if f not in found}
        found |= {"orUnknown": tolerant} if (tolerant := sorted(f for f in self.or_unknown if self.wanted.get(f))) else {}
        constraints: dict[str, Any] = {k: list(v) for k, v in self.demanded.items() if v}
        if self.allow_slicing:
            constraints["allowSlicing"] = True
        for bound in self.bounds:
            if bound.field == "labelled":
                constraints["labelled"] = bool(bound.least)
            elif bound.field == "size":
                constraints["minimumSize"] = bound.least
            else:
                constraints |= {"since": bound.least} if bound.least is not None else {"until": bound.most}
        if self.minimum_total is not None:
            constraints["minimumTotal"] = self.minimum_total
        if self.unit:
            constraints["minimumUnit"] = self.unit
        if self.expression is not None:
            found["expression"] = self.expression.manchester(knowledge)
        return (
            found
            | ({"constraints": constraints} if constraints else {})
            | ({"labels": list(self.labels)} if self.labels else {})
            | ({"use": self.use} if self.use else {})
            | ({"choose": chosen} if (chosen := self.choice.raw()) else {})
        )


def _some(group: Group) -> ClassExpression:
    return Some(str(IKG[group.property]), either(map(Named, group.concepts)))
