"""The values that the layers hand to each other. Frozen, typed, and free of any effect."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_property = property  # ``Claim`` has a field of that name

__all__ = [
    "CURATOR",
    "FACETS",
    "NOTHING",
    "UNDECIDED",
    "Claim",
    "Concept",
    "Confidence",
    "Curated",
    "DatasetRow",
    "Flag",
    "LinkDecision",
    "Override",
    "Relation",
    "Retired",
    "RowIdentity",
    "Series",
    "Status",
    "Unlinked",
    "Word",
    "WordKind",
]

FACETS: Final = ("modality", "anatomy", "task", "condition")
"""The four facets by which datasets are searched and fused, in the order in which answers show them."""


UNDECIDED: Final = "?"
"""In an override: the curator looked and could not decide."""

NOTHING: Final = "-"
"""In a curated fact: the curator knows that no value holds. In a link: the record describes no dataset of ours."""

CURATOR: Final = "curator"
"""The source name of what a curator states about a dataset as a whole."""


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
    ``rejected``: a curator holds the cell to be wrong. ``guessed``: concluded from a circumstance (the host of an address), so that it
    is shown and never asserted.
    """

    READ = "read"
    OTHER_FACET = "other-facet"
    VALUE = "value"
    VAGUE = "vague"
    AMBIGUOUS = "ambiguous"
    UNREAD = "unread"
    OVERRIDDEN = "overridden"
    REJECTED = "rejected"
    GUESSED = "guessed"


class Flag(StrEnum):
    """What is wrong with a mention that a curator overrides.

    ``reading``: nothing, its words mean something else here. ``wrong``: it is not true of the dataset. ``shifted``: it belongs to
    another row. ``split`` and ``truncated``: a part of a value. ``placeholder``: it stands for nothing. ``facet``: true, but no value
    of this column.
    """

    READING = "reading"
    WRONG = "wrong"
    SHIFTED = "shifted"
    SPLIT = "split"
    TRUNCATED = "truncated"
    PLACEHOLDER = "placeholder"
    FACET = "facet"


class Confidence(StrEnum):
    """How sure a curator is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


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
    """A curated relation between two datasets, or of a dataset to its series, with its evidence.

    Attributes:
        dataset: The dataset that is spoken of.
        relation: One of ``kg.catalogue.tables.RELATION_KINDS``; reads from ``dataset`` to ``other``.
        other: The other dataset; a series for ``inSeries``.
        detail: What the two have in common, where that is known.
        evidence: Where it was read.
        confidence: How sure it is.
    """

    dataset: str
    relation: str
    other: str
    detail: str
    evidence: str
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """A family of datasets: the editions, tasks and stages of a challenge, or the releases of a study."""

    id: str
    name: str
    homepage: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Retired:
    """A slug that named a dataset once and names none now.

    Attributes:
        id: The slug; no dataset may have it again.
        replacement: The dataset that it means today; :data:`NOTHING` when there is none.
        reason: What became of it.
    """

    id: str
    replacement: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Override:
    """A curator's decision on one atomic mention of one source cell.

    ``values`` are CURIEs that stand in the place of what the lexicon would read; none means that the mention is wrong here, and a single
    :data:`UNDECIDED` that it cannot be known which of its meanings it has. ``flag`` says what is wrong with the mention.
    """

    source: str
    record: int
    field: str
    raw: str
    values: tuple[str, ...]
    flag: Flag
    reason: str
    reference: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Curated:
    """One value of a property of a dataset by a curator's decision. The rows of one dataset and property are all its values there.

    Attributes:
        dataset: Slug of the dataset.
        property: Local name of the property.
        value: CURIE or literal; :data:`NOTHING` when no value holds.
        label: Label of the concept, for whoever reads the table; the linter keeps it right.
        reason: Why.
        reference: Where it can be checked.
    """

    dataset: str
    property: str
    value: str
    label: str
    reason: str
    reference: str = ""


@dataclass(frozen=True, slots=True, order=True)
class LinkDecision:
    """A curator's decision on which dataset a record of a further source describes (:data:`NOTHING`: none of ours)."""

    source: str
    name: str
    dataset: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Unlinked:
    """A record of a further source that describes no dataset of the catalogue, or may do so: a line of the review list.

    Attributes:
        source: Name of the source.
        record: 0-based position of the record.
        name: What the record calls itself.
        reason: Why it stands alone.
        candidates: Datasets that it may describe, best first, each with its score: ``lidc-idri 0.45``.
    """

    source: str
    record: int
    name: str
    reason: str
    candidates: tuple[str, ...] = ()
