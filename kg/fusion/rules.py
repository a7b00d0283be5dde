"""A rule of the survey's portal, read as a fusion profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import ProfileError
from kg.knowledge import Knowledge

__all__ = ["RuleReading", "from_rules"]


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What the fields of a rule became."""

    profile: Mapping[str, Any]

    def body(self) -> dict[str, Any]:
        """The reading as JSON."""
        return {}


def from_rules(rules: Mapping[str, Any], knowledge: Knowledge) -> RuleReading:
    """Read a rule."""
    raise ProfileError("rules", "rules of the portal are not read yet")
