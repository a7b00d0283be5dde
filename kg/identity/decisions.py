"""What a curator decided about identity.

The file ``kg/catalogue/tables/identity-decisions.tsv`` has the columns

``source record_a record_b decision reason name_a name_b``

Records are row numbers of the source, counted from 0. The names repeat what the rows say, so that a decision cannot
silently move to another dataset when the source inserts a row: where they differ, the build stops. Decisions are

* ``same``: both rows describe one dataset; ``reason`` says how one knows.
* ``different``: they do not, whatever the rules find.
* ``name``: the dataset of ``record_a`` is displayed under the name in ``reason`` (``record_b`` is empty).
* ``slug``: its identifier is the slug in ``reason`` (``record_b`` is empty). Published slugs are pinned this way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kg.errors import CatalogueError

__all__ = ["COLUMNS", "FILE", "Decision", "parse_decisions", "write_decisions"]

FILE: Final = "identity-decisions.tsv"
COLUMNS: Final = ("source", "record_a", "record_b", "decision", "reason", "name_a", "name_b")
_ABOUT_TWO: Final = ("different", "same")
_ABOUT_ONE: Final = ("name", "slug")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a curator.

    Attributes:
        source: Key of the source whose rows are meant.
        record_a: A row of it.
        record_b: Another row; None for ``name`` and ``slug``.
        decision: ``same``, ``different``, ``name`` or ``slug``.
        reason: Why; for ``name`` and ``slug`` the name or slug itself.
        name_a: The name in row ``record_a``.
        name_b: The name in row ``record_b``.
        line: Where the decision stands in its file; no part of its value.
    """

    source: str
    record_a: int
    record_b: int | None
    decision: str
    reason: str
    name_a: str = ""
    name_b: str = ""
    line: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.decision not in (*_ABOUT_TWO, *_ABOUT_ONE):
            raise self.error("decision", f"{self.decision!r} is none of {', '.join((*_ABOUT_TWO, *_ABOUT_ONE))}")
        if (self.record_b is None) == (self.decision in _ABOUT_TWO):
            many = "two records" if self.decision in _ABOUT_TWO else "one record"
            raise self.error("record_b", f"{self.decision!r} is about {many}")
        if self.record_a == self.record_b:
            raise self.error("record_b", f"record {self.record_a} is compared with itself")
        if not self.reason.strip():
            raise self.error("reason", "must not be empty")

    @property
    def pair(self) -> tuple[int, int]:
        """The records, the smaller first; a decision about one record gives it twice."""
        other = self.record_a if self.record_b is None else self.record_b
        return min(self.record_a, other), max(self.record_a, other)

    def error(self, column: str, rule: str) -> CatalogueError:
        """The error that names this line of the file."""
        return CatalogueError(FILE, self.line, column, rule)

    def check(self, names: Mapping[int, str]) -> None:
        """Compare the decision with the rows of its source.

        Args:
            names: The names in the source, by row number.

        Raises:
            CatalogueError: A row is not there, or has another name than the one the curator saw.
        """
        rows = (("a", self.record_a, self.name_a), ("b", self.record_b, self.name_b))
        for column, record, name in rows:
            if record is not None and record not in names:
                raise self.error(f"record_{column}", f"{self.source} has no record {record}")
            if record is not None and name and name != names[record]:
                raise self.error(f"name_{column}", f"{self.source} record {record} is {names[record]!r}, not {name!r}")


def parse_decisions(text: str) -> tuple[Decision, ...]:
    """Read the decisions file.

    Args:
        text: The content of the file, header line included.

    Returns:
        The decisions, in the order of the file.

    Raises:
        CatalogueError: The header or a line is not as it must be.
    """
    lines = text.removesuffix("\n").split("\n")
    if tuple(lines[0].split("\t")) != COLUMNS:
        raise CatalogueError(FILE, 1, "header", f"the columns are {', '.join(COLUMNS)}")
    return tuple(_decision(number, line.split("\t")) for number, line in enumerate(lines[1:], 2))


def _decision(line: int, cells: list[str]) -> Decision:
    if len(cells) != len(COLUMNS):
        raise CatalogueError(FILE, line, "row", f"{len(cells)} cells where {len(COLUMNS)} are wanted")
    source, record_a, record_b, decision, reason, name_a, name_b = cells
    for column, cell in (("record_a", record_a), ("record_b", record_b or "0")):
        if not (cell.isascii() and cell.isdecimal()):
            raise CatalogueError(FILE, line, column, f"{cell!r} is no row number")
    second = int(record_b) if record_b else None
    return Decision(source, int(record_a), second, decision, reason, name_a, name_b, line)


def write_decisions(decisions: Iterable[Decision]) -> str:
    """The canonical form of the file: sorted, one line a decision, each once."""
    ordered = sorted(set(decisions), key=lambda one: (one.source, one.decision, *one.pair, one.reason, one.name_a))
    rows = [COLUMNS]
    for one in ordered:
        second = "" if one.record_b is None else str(one.record_b)
        rows.append((one.source, str(one.record_a), second, one.decision, one.reason, one.name_a, one.name_b))
    return "".join("\t".join(row) + "\n" for row in rows)
