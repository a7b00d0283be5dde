"""The members of a plan: what is known of each, its verdict, its steps, its weight, its side."""

from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.access import Access
from kg.fusion.steps import Step
from kg.fusion.weights import Size, Weight
from kg.knowledge import DatasetView, Knowledge
from kg.model import FACETS

__all__ = ["PlanMember"]

_DOI: Final = "doi.org/"


@dataclass(frozen=True, slots=True)
class PlanMember:
    """One member of a plan.

    Attributes:
        role: ``seed``, or ``chosen`` by the question.
        side: ``train`` or ``test``, by the suggested division.
    """

    dataset: DatasetView
    role: str
    verdict: str
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    size: Size
    weight: Weight
    access: Access
    side: str

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The member as JSON, with the facts that its exports need."""
        one = self.dataset
        return {
            "id": one.id, "iri": one.iri, "name": one.name, "role": self.role, "verdict": self.verdict, "reasons": list(self.reasons),
            "steps": [s.body() for s in self.steps], "weight": self.weight.value, "capped": self.weight.capped,
            "sharesWith": self.weight.sharing, **self.size.body(), "side": self.side,
            "extent": [{"value": c.value, "unit": c.unit, "certainty": c.certainty} for c in one.counts],
            "bytes": one.size, "labelled": one.labelled, "year": one.year, "homepage": one.homepage or None, "doi": _doi(one.homepage),
            "publishers": list(one.publishers), "description": one.description or None,
            "licence": [
                {"iri": i, "label": knowledge.label(i), "page": knowledge.pages.get(i)} for i in sorted(one.asserted.get("licence", ()))
            ],
            "access": self.access.body(knowledge),
            **{
                f: sorted(knowledge.label(v) for v in one.asserted.get(f, ()))
                for f in (*FACETS, "dimensionality", "population", "acquisition")
            },
        }  # fmt: skip


def _doi(homepage: str) -> str | None:
    """The DOI of an address of doi.org, else None."""
    found = homepage.partition(_DOI)[2].strip("/")
    return found if found.startswith("10.") else None
