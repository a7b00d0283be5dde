"""A profile as a user writes it, read once: every key known, every value of its type, every concept resolved."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kg.errors import ProfileError, QuestionError
from kg.fusion.choose import parse_choice
from kg.fusion.expression import parse_expression
from kg.fusion.label_facts import parse_labels
from kg.fusion.profile import CONCEPT_DEMANDS, Profile
from kg.fusion.reading import flag, known_keys, texts, whole
from kg.knowledge import COUNTED, Bound, Knowledge
from kg.licence import parse_use
from kg.model import FACETS

__all__ = ["CONSTRAINTS", "KEYS", "parse_profile"]

KEYS: Final = (*FACETS, "orUnknown", "expression", "constraints", "labels", "use", "choose")
"""The keys of a profile."""
CONSTRAINTS: Final = (
    "dimensionality", "allowSlicing", "labelled", "minimumSize", "minimumUnit", "minimumTotal", "since", "until", "access", "licences",
    "population", "acquisition",
)  # fmt: skip
"""The keys of a profile's ``constraints``."""


def parse_profile(raw: Mapping[str, Any], knowledge: Knowledge) -> Profile:
    """Resolve a profile as a user writes it.

    Concepts may be given as label, synonym, CURIE or IRI of any mapped terminology. A facet that is given as an empty list is left
    open on purpose, so that seeds do not fill it. ``orUnknown`` names facets in which what is unknown will do.

    Raises:
        ProfileError: A key is unknown, a value has the wrong type, or two demands contradict each other.
        UnknownConcept: A text names no concept of its facet.
    """
    known_keys("profile", raw, KEYS)
    demands = raw.get("constraints") or {}
    if not isinstance(demands, Mapping):
        raise ProfileError("profile.constraints", "give an object")
    known_keys("profile.constraints", demands, CONSTRAINTS)

    def concepts(field: str, value: Any, facet: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(knowledge.concept(t, facet).iri for t in texts(field, value)))

    expression = raw.get("expression")
    if expression is not None and (not isinstance(expression, str) or not expression.strip()):
        raise ProfileError("profile.expression", "give a class expression as one text")
    total = demands.get("minimumTotal")
    return Profile(
        {f: concepts(f"profile.{f}", raw[f], f) for f in FACETS if raw.get(f)},
        frozenset(f for f in FACETS if raw.get(f) == []),
        _facets("profile.orUnknown", raw.get("orUnknown") or []),
        parse_expression(expression, knowledge) if expression else None,
        {
            key: concepts(f"profile.constraints.{key}", demands[key], facet)
            for key, facet in CONCEPT_DEMANDS.items()
            if demands.get(key)
        },
        flag("profile.constraints.allowSlicing", demands.get("allowSlicing", False)),
        _bounds(demands),
        None if total is None else whole("profile.constraints.minimumTotal", total),
        demands.get("minimumUnit") or "",
        _use(_one("profile.use", raw["use"])) if raw.get("use") else "",
        parse_choice(raw.get("choose") or {}),
        parse_labels(texts("profile.labels", raw["labels"]), knowledge) if raw.get("labels") else (),
    )


def _facets(field: str, value: Any) -> frozenset[str]:
    """Names of facets.

    Raises:
        ProfileError: One is none.
    """
    found = texts(field, value)
    for name in found:
        if name not in FACETS:
            raise ProfileError(field, f"{name!r} is none of {', '.join(FACETS)}")
    return frozenset(found)


def _use(text: str) -> str:
    try:
        return parse_use(text, "profile.use")
    except QuestionError as error:
        raise ProfileError(error.field, error.reason) from None


def _one(field: str, value: Any) -> str:
    """One text.

    Raises:
        ProfileError: It is none, or more than one.
    """
    found = texts(field, value)
    if len(found) != 1:
        raise ProfileError(field, "give one text")
    return found[0]


def _bounds(demands: Mapping[str, Any]) -> tuple[Bound, ...]:
    """The demands on labels, size and year.

    Raises:
        ProfileError: One has the wrong type, or the years leave no year.
    """
    bounds = []
    if demands.get("labelled") is not None:
        bounds.append(Bound("labelled", int(flag("profile.constraints.labelled", demands["labelled"])), text="labelled"))
    unit = demands.get("minimumUnit")
    if unit is not None:
        if unit not in COUNTED:
            raise ProfileError("profile.constraints.minimumUnit", f"give one of {', '.join(COUNTED)}")
        if demands.get("minimumSize") is None and demands.get("minimumTotal") is None:
            raise ProfileError(
                "profile.constraints.minimumUnit", "says what minimumSize or minimumTotal counts; give one of them too"
            )
    sides: Sequence[tuple[str, str, str]] = (
        ("minimumSize", "size", "least"),
        ("since", "year", "least"),
        ("until", "year", "most"),
    )
    for key, field, side in sides:
        if demands.get(key) is None:
            continue
        number = whole(f"profile.constraints.{key}", demands[key])
        least, most = (number, None) if side == "least" else (None, number)
        counted = unit or "" if key == "minimumSize" else ""
        bounds.append(Bound(field, least, most, f"{key} {number}{f' {counted}s' if counted else ''}", counted))
    since, until = demands.get("since"), demands.get("until")
    if since is not None and until is not None and since > until:
        raise ProfileError(
            "profile.constraints.since", f"contradicts profile.constraints.until: no year is since {since} and until {until}"
        )
    return tuple(bounds)
