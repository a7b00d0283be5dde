"""The values that the layers hand to each other. Frozen, typed, and free of any effect."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_property = property  # ``Claim`` has a field of that name

__all__ = [
    "FACETS",
    "UNDECIDED",
    "Claim",
    "Concept",
    "DatasetRow",
    "Override",
    "Relation",
    "RowIdentity",
    "Status",
    "Word",
    "WordKind",
]

FACETS: Final = ("modality", "anatomy", "task", "condition")
"""The four facets by which datasets are searched and fused, in the order in which answers show them."""


UNDECIDED: Final = "?"
"""In an override: the curator looked and could not decide."""


class WordKind(StrEnum):
    """How a word stands to its concept; the order is the order of trust.

    ``hidden`` is a form that a source writes and nobody should see; plurals and misspellings are hidden too, but say what they are.
    """

    LABEL = "label"
    SYNONYM = "synonym"
    LAY = "lay"
    ABBREVIATION = "abbreviation"
    DICOM = "dicom"
    PLURAL = "plural"
    MISSPELLING = "misspelling"
    HIDDEN = "hidden"

    @property
    def shown(self) -> bool:
        """Whether a reader is shown the word."""
        return self not in {WordKind.PLURAL, WordKind.MISSPELLING, WordKind.HIDDEN}


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """One written form of a concept, with its language (``""`` when it is language-free)."""

    text: str
    kind: WordKind
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A class of the ontology as the lexicon sees it."""

    iri: str
    label: str
    facet: str
    words: tuple[Word, ...] = ()
    definition: str = ""


class Status(StrEnum):
    """What became of a claim's raw text.

    ``read``: a concept of the column's own facet. ``other-facet``: a concept, but of another facet than the column's.
    ``value``: a literal (number, year, name). ``vague``: a word that says nothing definite. ``ambiguous``: more than one concept,
    and neither context nor a curator has decided. ``unread``: no concept. ``overridden``: a curator put other values in its place.
    ``rejected``: a curator holds the cell to be wrong.
    """

    READ = "read"
    OTHER_FACET = "other-facet"
    VALUE = "value"
    VAGUE = "vague"
    AMBIGUOUS = "ambiguous"
    UNREAD = "unread"
    OVERRIDDEN = "overridden"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One sentence of one source about one dataset.

    Attributes:
        dataset: Slug of the dataset.
        source: Name of the source, e.g. ``imaging-x``.
        record: 0-based position of the record in the source.
        field: The source's own column.
        raw: The atomic text as the source wrote it.
        property: Our property (local name) that the reading fills; ``""`` when nothing was read.
        value: CURIE of the concept, or the literal's lexical form; ``""`` when nothing was read.
        status: What became of the text.
        note: Why, when the status alone does not say it.
    """

    dataset: str
    source: str
    record: int
    field: str
    raw: str
    property: str
    value: str
    status: Status
    note: str = ""

    @_property
    def asserts(self) -> bool:
        """Whether the claim, taken alone, puts a fact forward."""
        return bool(self.value) and self.status in {Status.READ, Status.OTHER_FACET, Status.VALUE, Status.OVERRIDDEN}


@dataclass(frozen=True, slots=True, order=True)
class DatasetRow:
    """One dataset of the catalogue: what names it and where it lives."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    homepage: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True, order=True)
class RowIdentity:
    """A source record and the dataset that it describes, with the rule that decided it."""

    source: str
    record: int
    dataset: str
    rule: str


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A curated relation between two datasets, with its evidence."""

    dataset: str
    relation: str
    other: str
    evidence: str


@dataclass(frozen=True, slots=True, order=True)
class Override:
    """A curator's decision on one atomic mention of one source cell.

    ``values`` are CURIEs that stand in the place of what the lexicon would read; none means that the mention is wrong here, and a single
    :data:`UNDECIDED` that it cannot be known which of its meanings it has.
    """

    source: str
    record: int
    field: str
    raw: str
    values: tuple[str, ...]
    reason: str
    reference: str = ""
