"""What the terms of datasets allow, alone and together."""

from dataclasses import dataclass

from kg.errors import ProfileError
from kg.knowledge import DatasetView, Knowledge

__all__ = ["MemberVerdict", "member_verdict", "parse_use"]


@dataclass(frozen=True, slots=True)
class MemberVerdict:
    """Whether one dataset may be used as intended."""

    allowed: bool
    reason: str


def parse_use(text: str) -> str:
    """Read an intended use."""
    raise ProfileError("profile.use", "intended uses are not read yet")


def member_verdict(knowledge: Knowledge, dataset: DatasetView, use: str) -> MemberVerdict:
    """Whether a dataset may be used as intended."""
    return MemberVerdict(False, f"its terms for {use} are unknown")
