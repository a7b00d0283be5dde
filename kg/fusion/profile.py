"""The fusion profile: what is wanted and what is demanded, parsed once and resolved against the ontology."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import ProfileError
from kg.knowledge import Bound, Criteria, Group, Knowledge
from kg.model import FACETS

__all__ = ["CONSTRAINTS", "Profile", "parse_profile"]

CONSTRAINTS: Final = ("dimensionality", "allowSlicing", "labelled", "minimumSize", "since", "until", "access")
"""The keys of a profile's ``constraints``."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A resolved profile.

    Attributes:
        wanted: Facet → concept IRIs, of which a member needs any one.
        dimensionality: Dimensionality concept IRIs, of which a member needs any one; empty for no demand.
        allow_slicing: Whether a volume may stand in for images by slicing it.
        access: Access-level concept IRIs, of which a member needs any one.
        bounds: Demands on size, year and labels.
    """

    wanted: Mapping[str, tuple[str, ...]]
    dimensionality: tuple[str, ...] = ()
    allow_slicing: bool = False
    access: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()

    def __bool__(self) -> bool:
        """Whether the profile asks for anything."""
        return any(self.wanted.values()) or bool(self.dimensionality or self.access or self.bounds)

    def groups(self) -> tuple[Group, ...]:
        """One group a facet that is wanted."""
        return tuple(Group(f, self.wanted[f], f) for f in FACETS if self.wanted.get(f))

    def criteria(self, *, sliced: tuple[str, ...] = ()) -> Criteria:
        """The profile as criteria; ``sliced`` are the dimensionalities that slicing adds."""
        groups = list(self.groups())
        if self.dimensionality:
            groups.append(Group("dimensionality", (*self.dimensionality, *sliced), "dimensionality"))
        if self.access:
            groups.append(Group("accessLevel", self.access, "access"))
        return Criteria(tuple(groups), (), self.bounds)

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The profile as it was understood, as JSON."""

        def named(iris: tuple[str, ...]) -> list[dict[str, str]]:
            return [{"iri": i, "label": knowledge.label(i)} for i in iris]

        found: dict[str, Any] = {f: named(self.wanted.get(f, ())) for f in FACETS}
        found["constraints"] = {
            "dimensionality": named(self.dimensionality),
            "allowSlicing": self.allow_slicing,
            "access": named(self.access),
            "bounds": [{"field": b.field, "least": b.least, "most": b.most} for b in self.bounds],
        }
        return found


def _texts(field: str, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
        raise ProfileError(field, "give a text or a list of texts")
    return values


def _whole(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ProfileError(field, "give a whole number that is not negative")
    return value


def _flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ProfileError(field, "give true or false")
    return value


def parse_profile(raw: Mapping[str, Any], knowledge: Knowledge) -> Profile:
    """Resolve a profile as a user writes it.

    Concepts may be given as label, synonym, CURIE or IRI of any mapped terminology.

    Raises:
        ProfileError: A key is unknown or a value has the wrong type.
        UnknownConcept: A text names no concept of its facet.
    """
    unknown = sorted(set(raw) - {*FACETS, "constraints"})
    if unknown:
        raise ProfileError(f"profile.{unknown[0]}", f"unknown; a profile has {', '.join((*FACETS, 'constraints'))}")
    demands = raw.get("constraints") or {}
    if not isinstance(demands, Mapping):
        raise ProfileError("profile.constraints", "give an object")
    unknown = sorted(set(demands) - set(CONSTRAINTS))
    if unknown:
        raise ProfileError(f"profile.constraints.{unknown[0]}", f"unknown; the constraints are {', '.join(CONSTRAINTS)}")

    def concepts(field: str, value: Any, facet: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(knowledge.concept(t, facet).iri for t in _texts(field, value)))

    bounds = []
    if demands.get("labelled") is not None:
        bounds.append(Bound("labelled", int(_flag("profile.constraints.labelled", demands["labelled"])), text="labelled"))
    for key, field, side in (("minimumSize", "size", "least"), ("since", "year", "least"), ("until", "year", "most")):
        if demands.get(key) is not None:
            number = _whole(f"profile.constraints.{key}", demands[key])
            least, most = (number, None) if side == "least" else (None, number)
            bounds.append(Bound(field, least, most, f"{key} {number}"))
    return Profile(
        {f: concepts(f"profile.{f}", raw[f], f) for f in FACETS if raw.get(f)},
        concepts("profile.constraints.dimensionality", demands.get("dimensionality") or [], "dimensionality"),
        _flag("profile.constraints.allowSlicing", demands.get("allowSlicing", False)),
        concepts("profile.constraints.access", demands.get("access") or [], "accessLevel"),
        tuple(bounds),
    )
