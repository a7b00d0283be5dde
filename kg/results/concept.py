"""One concept, and why the graph says what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kg.results.base import Named, Result, named
from kg.results.dataset import Claim

__all__ = ["Concept", "Explanation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Result):
    """A concept of the ontology.

    Attributes:
        datasets: How many datasets have it, asserted or inferred.
        words: Its label, synonyms and abbreviations.
        broader: Every class above it.
        narrower: Every class below it.
        mappings: The same or a near concept elsewhere, as CURIEs.
    """

    iri: str
    curie: str
    label: str
    facet: str
    datasets: int
    definition: str = ""
    words: tuple[str, ...] = ()
    broader: tuple[Named, ...] = ()
    narrower: tuple[Named, ...] = ()
    mappings: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body; a concept of a list has no words and no place."""
        return cls(
            json=body, iri=body["iri"], curie=body["curie"], label=body["label"], facet=body["facet"], datasets=body["datasets"],
            definition=body.get("definition", ""), words=tuple(w["text"] for w in body.get("words", ())),
            broader=named(body.get("broader", ())), narrower=named(body.get("narrower", ())),
            mappings=tuple(body.get("mappings", ())),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Result):
    """Why a thing has a concept, or that it has not.

    Attributes:
        holds: Whether the graph says so.
        facts: The facts that it follows from, as sentences.
        axioms: The axioms, as sentences.
        claims: What sources said, behind the facts.
        reason: When it does not hold: why not.
    """

    holds: bool
    concept: str
    facts: tuple[str, ...]
    axioms: tuple[str, ...]
    claims: tuple[Claim, ...]
    reason: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, holds=body["holds"], concept=body["concept"]["iri"], facts=tuple(body["facts"]),
            axioms=tuple(body["axioms"]), claims=tuple(Claim.of(c) for c in body["claims"]), reason=body.get("reason", ""),
        )  # fmt: skip

    def __bool__(self) -> bool:
        return self.holds
