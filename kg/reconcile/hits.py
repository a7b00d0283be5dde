"""Hits: by what an entity was found, and how much that is worth."""

from dataclasses import dataclass
from typing import Final

from kg.model import WordKind

__all__ = ["PART", "TRUST", "Hit", "best"]

TRUST: Final = {
    WordKind.LABEL: 100.0,
    WordKind.SYNONYM: 99.0,
    WordKind.LAY: 98.0,
    WordKind.PLURAL: 98.0,
    WordKind.ABBREVIATION: 97.0,
    WordKind.DICOM: 97.0,
    WordKind.MISSPELLING: 94.0,
    WordKind.HIDDEN: 92.0,
}
"""What it is worth to be called exactly so by a word of a kind."""

PART: Final = (45.0, 42.0)
"""Worth of a name inside a longer text: at least the first, and up to the second more by how much of the text it is."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One way in which a text leads to an entity.

    Attributes:
        iri: The entity.
        score: 0 to 100.
        form: The written form or identifier.
        exact: Whether the whole text is that form.
        identifier: Whether it is an identifier.
        rank: Of exact hits, how near to the label the form stands: 0 is the label itself or an identifier.
        coverage: Share of the text that the form makes up.
        kin: Whether the text names a family and not this member of it.
    """

    iri: str
    score: float
    form: str
    exact: bool = False
    identifier: bool = False
    rank: int = 0
    coverage: float = 1.0
    kin: bool = False


def best(hits: list[Hit]) -> dict[str, Hit]:
    """The best hit of each entity: an exact one before any other, then the higher score."""
    found: dict[str, Hit] = {}
    for hit in hits:
        known = found.get(hit.iri)
        if known is None or (hit.exact, hit.score) > (known.exact, known.score):
            found[hit.iri] = hit
    return found
