"""What a plan is made from, its id, and the link that carries the question: a plan is asked for again, never kept.

The id is the release's id and a digest of the question, so that it says which release it belongs to without being looked up.
"""

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import PlanOfAnotherRelease, ProfileError, UnknownPlan
from kg.fusion.reading import known_keys, whole

__all__ = ["Asked", "PlanOptions", "asked_by", "canonical", "parse_options", "plan_id", "release_of"]

_FORMAT: Final = 1  # of the procedure: a change that gives another plan for the same question is another format
_ID: Final = re.compile(r"(?P<release>[0-9a-f]{16})-(?P<digest>[0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """How a plan is made.

    Attributes:
        alpha: Power of a member's size in its weight, 0 (all alike) to 1 (in proportion).
        cap: So many items of one member count at most; None for the profile's own cap, if it has one.
        test_share: Share of the items for the test side, 0 to .5.
    """

    alpha: float = 0.5
    cap: int | None = None
    test_share: float = 0.2

    def raw(self) -> dict[str, Any]:
        """The options as a user writes them."""
        return {"alpha": self.alpha, "cap": self.cap, "testShare": self.test_share}


def parse_options(raw: Mapping[str, Any]) -> PlanOptions:
    """Read the options of a plan.

    Raises:
        ProfileError: A key is unknown or a value is out of its range.
    """
    known_keys("options", raw, ("alpha", "cap", "testShare"))
    plain = PlanOptions()
    cap = raw.get("cap")
    return PlanOptions(
        _share("alpha", raw.get("alpha", plain.alpha), 1),
        None if cap is None else whole("cap", cap, least=1),
        _share("testShare", raw.get("testShare", plain.test_share), 0.5),
    )


def _share(field: str, value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 <= value <= most:
        raise ProfileError(field, f"give a number from 0 to {most:g}")
    return float(value)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question behind a plan, as it is asked again: concepts as IRIs, seeds as ids in their order of the alphabet."""

    seeds: tuple[str, ...]
    profile: Mapping[str, Any]
    options: PlanOptions

    def body(self) -> dict[str, Any]:
        """The question as JSON: what ``POST /v1/fusion/plans`` takes."""
        return {"seeds": list(self.seeds), "profile": dict(self.profile), **self.options.raw()}

    def token(self) -> str:
        """The question as a text for the ``q`` of a link."""
        return base64.urlsafe_b64encode(canonical(self.body())).decode().rstrip("=")

    @classmethod
    def read(cls, raw: Any, field: str = "question") -> "Asked":
        """Read the body of a question.

        Raises:
            ProfileError: It is none.
        """
        if not isinstance(raw, Mapping):
            raise ProfileError(field, "give an object with seeds, profile or both")
        known_keys(field, raw, ("seeds", "profile", "alpha", "cap", "testShare"))
        seeds, profile = raw.get("seeds", []), raw.get("profile", {})
        if not isinstance(seeds, list) or not all(isinstance(s, str) for s in seeds):
            raise ProfileError(f"{field}.seeds", "give a list of texts")
        if not isinstance(profile, Mapping):
            raise ProfileError(f"{field}.profile", "give an object")
        return cls(tuple(seeds), profile, parse_options({k: v for k, v in raw.items() if k not in {"seeds", "profile"}}))

    @classmethod
    def of_token(cls, token: str) -> "Asked":
        """Read the ``q`` of a link.

        Raises:
            ProfileError: It is no question.
        """
        try:
            raw = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError) as error:
            raise ProfileError("q", "is not the question of a plan; copy the whole link") from error
        return cls.read(raw, "q")


def canonical(value: Any) -> bytes:
    """A JSON value as bytes, the same for the same value: keys sorted, no space, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def plan_id(asked: Asked, release: str) -> str:
    """The id of the plan that a release makes of a question: the release's id, and 16 hexadecimal digits of a SHA-256."""
    whole_of_it = canonical({"format": _FORMAT, "release": release, "question": asked.body()})
    return f"{release}-{hashlib.sha256(whole_of_it).hexdigest()[:16]}"


def release_of(plan: str) -> str:
    """The id of the release that a plan belongs to.

    Raises:
        UnknownPlan: The text is no id of a plan.
    """
    found = _ID.fullmatch(plan.strip())
    if found is None:
        raise UnknownPlan(plan, "it is no id of a plan: these are two groups of 16 hexadecimal digits with a hyphen between")
    return found["release"]


def asked_by(plan: str, token: str, release: str) -> Asked:
    """The question behind the id and the token of a link.

    Raises:
        UnknownPlan: There is no such plan, or no token to make it from.
        PlanOfAnotherRelease: It belongs to another release; carries the question, if the token does.
        ProfileError: The token is none.
    """
    made = release_of(plan)
    question = Asked.of_token(token) if token else None
    if made != release:
        raise PlanOfAnotherRelease(plan, made, release, question.body() if question else None)
    if question is None:
        raise UnknownPlan(plan, "plans are made again and not kept: ask with the whole link, whose q carries the question")
    return question
