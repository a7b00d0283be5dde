"""What the graph asserts of one dataset, and where its sources cannot all be right."""

from dataclasses import dataclass, field

from kg.model import Claim, DatasetRow

__all__ = ["Conflict", "Extent", "Facts", "Subjects"]


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """How much a dataset holds: a count, its unit and its certainty (``exact`` | ``approximate``)."""

    value: int
    unit: str
    certainty: str


@dataclass(frozen=True, slots=True, order=True)
class Subjects:
    """How many subjects of a dataset belong to a group (a population concept)."""

    group: str
    count: int


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """Claims that cannot all be true of one dataset.

    Attributes:
        dataset: Slug of the dataset.
        property: The property that has one value only.
        values: The values that are claimed, sorted.
        chosen: The one that is asserted; empty when none is.
    """

    dataset: str
    property: str
    values: tuple[str, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the graph asserts of one dataset.

    Attributes:
        row: What names the dataset.
        concepts: Property (local name) → concept CURIEs, sorted.
        claims: (property, value) → the claims behind the fact.
        extents: How much it holds; counts of different sources may disagree.
        labelled: None when no source says so.
        withheld: Claims that wait for review.
        literals: Property → texts (description, publisher, byteSize, classes, labelSetComplete).
        subjects: Groups of subjects with their numbers.
        guessed: Property → concept CURIEs that a circumstance suggests where nothing is asserted.
        conflicts: Where its sources cannot all be right.
        curated: Properties that a curator has stated.
    """

    row: DatasetRow
    concepts: dict[str, tuple[str, ...]]
    claims: dict[tuple[str, str], tuple[Claim, ...]]
    extents: tuple[Extent, ...] = ()
    labelled: bool | None = None
    withheld: tuple[Claim, ...] = field(default=())
    literals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: tuple[Subjects, ...] = ()
    guessed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    curated: frozenset[str] = frozenset()
