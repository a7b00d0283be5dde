"""The catalogue seen from its sources: one line a source record, with what the graph asserts and which cells are held to be wrong."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from kg.catalogue.facts import Facts
from kg.catalogue.tables import Catalogue
from kg.model import FACETS, Claim, Status
from kg.namespaces import expand

__all__ = ["records"]

# How a curator's flag is called where it is shown; a note without one of them begins with the curator's own words.
_KINDS: Final = {
    "shifted": "shifted", "split": "split", "truncated": "split", "placeholder": "placeholder", "facet": "not of this facet",
}  # fmt: skip


def records(
    catalogue: Catalogue,
    facts: Iterable[Facts],
    source: str,
    excluded: Iterable[tuple[Claim, str]],
    label: Callable[[str], str],
) -> Iterator[dict[str, Any]]:
    """Every record of a source, in the source's order.

    Args:
        catalogue: The curated tables.
        facts: What the graph asserts.
        source: Name of the source.
        excluded: Claims that the axioms exclude, each with its reason.
        label: Concept IRI → label.
    """
    of_dataset = {f.row.id: f for f in facts}
    contradicted: dict[int, list[tuple[Claim, str]]] = {}
    for claim, reason in excluded:
        if claim.source == source:
            contradicted.setdefault(claim.record, []).append((claim, reason))
    said: dict[int, list[Claim]] = {}
    for claim in catalogue.claims:
        if claim.source == source:
            said.setdefault(claim.record, []).append(claim)
    for row in sorted(i for i in catalogue.identity if i.source == source):
        claims = said.get(row.record, [])
        fact = of_dataset[row.dataset]
        yield {
            "row": row.record,
            "dataset": row.dataset,
            "name": next((c.raw for c in claims if c.field == "name"), fact.row.name),
            **{f: [label(expand(v)) for v in fact.concepts.get(f, ())] for f in FACETS},
            "flags": [*_wrong(claims), *({"field": c.field, "reason": r} for c, r in contradicted.get(row.record, []))],
        }


def _wrong(claims: Iterable[Claim]) -> Iterator[dict[str, str]]:
    for claim in claims:
        if claim.status is Status.REJECTED:
            yield {
                "field": claim.field,
                "reason": f"{_KINDS.get(claim.note.partition(':')[0], 'curator')}: {claim.raw!r}: {claim.note}",
            }
        elif claim.status is Status.OTHER_FACET and claim.field != "access":
            yield {"field": claim.field, "reason": f"not of this facet: {claim.raw!r} {claim.note}"}
