"""Measuring the linking: the survey's raw cells against what was read in them, with and without the words that were made for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.catalogue.tables import CLAIMS
from kg.knowledge import Knowledge
from kg.model import Concept, Status, WordKind
from kg.namespaces import IKGD, expand
from kg.reconcile.linking import THRESHOLD
from kg.reconcile.match import candidates
from kg.reconcile.types import DATASET
from kg.reconcile.values import Query
from kg.terms.text import fold

__all__ = ["Cells", "Tally", "cells", "measure", "slips", "without_source_words"]

COLUMNS: Final[Mapping[str, frozenset[str]]] = {
    "modality": frozenset(("modality", "modality_secondary", "Modality")),
    "anatomy": frozenset(("organ", "structure", "BodyPartExamined", "tumor_locations")),
    "condition": frozenset(("diseases", "tumor", "cancer_types")),
    DATASET: frozenset(("name", "full name", "collection_name")),
}
"""Type → the columns of sources that name its entities."""

_MADE: Final = frozenset((WordKind.HIDDEN, WordKind.MISSPELLING))
_SHORTEST: Final = 6

Cells = Mapping[tuple[str, str], frozenset[str]]
"""(type, text of a cell) → IRIs of what it was read as."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How linking did.

    Attributes:
        cells: How many distinct cells were linked.
        first: Of how many the first candidate is what was read.
        taken: How many would be taken unseen.
        likely: How many are not taken unseen and have a first candidate at the threshold of ``imaging-kg link`` or above.
        wrongly_taken: How many would be taken unseen and are wrong.
        wrongly_likely: How many of the likely ones are wrong.
    """

    cells: int
    first: int
    taken: int
    likely: int
    wrongly_taken: int
    wrongly_likely: int

    def shares(self) -> dict[str, float]:
        """The counts as shares of the cells."""
        counts = {"first": self.first, "taken": self.taken, "likely": self.likely}
        return {name: count / max(self.cells, 1) for name, count in counts.items()}


def cells(catalogue: Path) -> dict[tuple[str, str], frozenset[str]]:
    """The distinct cells of the sources that were read, by the lexicon or by a curator, as a concept of their column's own facet.

    And the names of the records, with the datasets to which the curators linked them.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for claim in CLAIMS.read(catalogue):
        facet = next((f for f, columns in COLUMNS.items() if claim.field in columns), "")
        if facet == DATASET:
            found.setdefault((facet, claim.raw), set()).add(str(IKGD[claim.dataset]))
        elif facet and claim.value and claim.status in {Status.READ, Status.OVERRIDDEN}:
            found.setdefault((facet, claim.raw), set()).add(expand(claim.value))
    return {key: frozenset(values) for key, values in sorted(found.items())}


def measure(knowledge: Knowledge, told: Cells) -> Tally:
    """Link every cell as its facet's type, and compare."""
    first = taken = likely = wrong = unlikely = 0
    for (kind, text), wanted in told.items():
        found = candidates(knowledge, Query(text, (kind,)))
        right = bool(found) and found[0].id in wanted
        sure = next((c for c in found if c.match), None)
        leads = sure is None and bool(found) and found[0].score >= THRESHOLD
        first += right
        taken += sure is not None
        wrong += sure is not None and sure.id not in wanted
        likely += leads
        unlikely += leads and not right
    return Tally(len(told), first, taken, likely, wrong, unlikely)


def without_source_words(knowledge: Knowledge, told: Cells) -> tuple[Knowledge, Cells]:
    """The knowledge without the forms that only a source writes, and the cells that it can then no longer look up."""
    concepts = {iri: _less(c) for iri, c in knowledge.concepts.items()}
    less = Knowledge(
        knowledge.datasets.values(), concepts, knowledge.taxonomy, knowledge.mapped, knowledge.general, knowledge.covers,
        knowledge.apart, knowledge.pages,
    )  # fmt: skip
    hard = {k: v for k, v in told.items() if k[0] != DATASET and not less.lexicon.meanings(k[1], facet=k[0])}
    return less, hard


def _less(concept: Concept) -> Concept:
    words = tuple(w for w in concept.words if w.kind not in _MADE)
    return Concept(concept.iri, concept.label, concept.facet, words, concept.definition)


def slips(knowledge: Knowledge, facets: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
    """Every label of some facets with one slip of the keyboard: a letter left out, doubled, or changed places with the next.

    Which slip and where follows from the label itself, so that the set is always the same. What is a word of its own is left out.
    """
    found: dict[tuple[str, str], frozenset[str]] = {}
    wanted = frozenset(facets)
    for concept in knowledge.concepts.values():
        label = concept.label
        if concept.facet not in wanted or len(label) < _SHORTEST:
            continue
        at = 1 + sum(map(ord, label)) % (len(label) - 2)
        slip = (
            label[:at] + label[at + 1 :],
            label[:at] + label[at] + label[at:],
            label[:at] + label[at + 1] + label[at] + label[at + 2 :],
        )[len(label) % 3]
        if fold(slip) != fold(label) and not knowledge.lexicon.meanings(slip, facet=concept.facet):
            found[concept.facet, slip] = frozenset((concept.iri,))
    return found
