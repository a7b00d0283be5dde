"""The policy by which claims become what the graph asserts.

Concept facets hold every value that a claim puts forward and that is not withheld; of two values of one facet of which one lies
under the other, both are asserted (the reasoner knows that one implies the other). Single values (year, home page, labelled) go by
agreement: the value of most records; a tie goes to the earliest record, and ``labelled`` is true when any record says so, because a
record describes a part of a dataset. Nothing is repaired silently: what loses stays a claim.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from kg.catalogue.tables import Catalogue
from kg.model import Claim, DatasetRow

__all__ = ["CONCEPT_PROPERTIES", "Extent", "Facts", "agreed", "facts_of"]

CONCEPT_PROPERTIES: Final = (
    "accessLevel", "anatomy", "annotates", "companionData", "condition", "dimensionality", "modality", "population",
    "sampling", "task", "topic",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """How much a dataset holds: a count, its unit and its certainty (``exact`` | ``approximate``)."""

    value: int
    unit: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the graph asserts of one dataset.

    Attributes:
        row: What names the dataset.
        concepts: Property (local name) → concept CURIEs, sorted.
        claims: (property, value) → the claims behind the fact.
        extents: The counts that its sources give; they may disagree.
        labelled: None when no source says so.
    """

    row: DatasetRow
    concepts: dict[str, tuple[str, ...]]
    claims: dict[tuple[str, str], tuple[Claim, ...]]
    extents: tuple[Extent, ...] = ()
    labelled: bool | None = None
    withheld: tuple[Claim, ...] = field(default=())


def agreed(claims: Iterable[Claim]) -> str:
    """The value of most claims; the earliest record breaks a tie. Empty when there is no claim."""
    ordered = sorted(claims, key=lambda c: (c.source, c.record))
    counts = Counter(c.value for c in ordered)
    return max(counts, key=lambda v: (counts[v], -next(i for i, c in enumerate(ordered) if c.value == v)), default="")


def _extent(text: str) -> Extent:
    count, unit, certainty = text.split(" ")
    return Extent(int(count), unit, certainty)


def facts_of(catalogue: Catalogue, withheld: frozenset[Claim] = frozenset()) -> tuple[Facts, ...]:
    """What the graph asserts of every dataset, in id order.

    Args:
        catalogue: The curated tables.
        withheld: Claims that are not asserted while they wait for review (see :mod:`kg.reason.contradictions`).
    """
    by_dataset: dict[str, list[Claim]] = {}
    for claim in catalogue.claims:
        by_dataset.setdefault(claim.dataset, []).append(claim)
    found: list[Facts] = []
    for row in sorted(catalogue.datasets):
        claims = by_dataset.get(row.id, [])
        behind: dict[tuple[str, str], list[Claim]] = {}
        for claim in claims:
            if claim.asserts and claim not in withheld:
                behind.setdefault((claim.property, claim.value), []).append(claim)
        concepts = {
            prop: tuple(sorted(value for p, value in behind if p == prop))
            for prop in CONCEPT_PROPERTIES
            if any(p == prop for p, _ in behind)
        }
        labels = {value for prop, value in behind if prop == "labelled"}
        found.append(
            Facts(
                row,
                concepts,
                {fact: tuple(cs) for fact, cs in sorted(behind.items())},
                tuple(sorted({_extent(value) for prop, value in behind if prop == "extent"})),
                ("true" in labels) if labels else None,
                tuple(sorted(c for c in claims if c in withheld)),
            )
        )
    return tuple(found)
