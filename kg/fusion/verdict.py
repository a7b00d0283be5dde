"""The four verdicts, and what is said of one dataset beside its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kg.fusion.steps import Step
from kg.knowledge import DatasetView

__all__ = ["COMPATIBLE", "EXCLUDED", "HARMONISE", "RELATED", "VERDICTS", "Member"]

COMPATIBLE: Final = "compatible"
HARMONISE: Final = "compatible-after-harmonisation"
RELATED: Final = "related"
EXCLUDED: Final = "excluded"
VERDICTS: Final = (COMPATIBLE, HARMONISE, RELATED, EXCLUDED)
"""From the best to the worst."""


@dataclass(frozen=True, slots=True)
class Member:
    """One dataset's verdict.

    Attributes:
        steps: Harmonisation steps that make it compatible.
        missing: What stands against it.
        evidence: The triples and axioms behind the reasons.
        why: Part of the score → its reason in one sentence; with seeds alone.
    """

    dataset: DatasetView
    verdict: str
    score: float
    reasons: tuple[str, ...]
    parts: Mapping[str, float]
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The member as JSON."""
        found: dict[str, Any] = {
            "id": self.dataset.id, "iri": self.dataset.iri, "name": self.dataset.name, "score": round(self.score, 4),
            "verdict": self.verdict, "reasons": [*self.reasons, *self.missing],
            "parts": {k: round(v, 4) for k, v in self.parts.items()}, "evidence": list(self.evidence),
        }  # fmt: skip
        found |= {"why": dict(self.why)} if self.why else {}
        return found | ({"steps": [s.body() for s in self.steps]} if self.steps else {})
