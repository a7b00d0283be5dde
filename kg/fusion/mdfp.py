"""The survey's own procedure (metadata-driven fusion), run on a manifest in its portal's format, as its Table 6 shows it.

What the paper (arXiv 2603.27460, section 6) prints follows from four tests of each row: the dimension is the asked one, the modality is
the asked one and no other, there are enough valid images, and no test of the task. The rule is inferred from the figures, which it
meets cell by cell on the manifest of that time; the task filter that the text states gives other figures, and can be switched on.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import SourceShapeError

__all__ = ["MODALITIES", "Line", "Row", "read_manifest", "table_six"]

MODALITIES: Final = ("CT", "MR", "Fundus")
"""The modalities of Table 6."""
STATED_TASKS: Final = frozenset(("classification", "segmentation", "detection", "regression"))
"""The tasks of the portal's default rule."""
_COLUMNS: Final = ("name", "dimension", "modality", "task", "organization", "images_valid", "has_labels")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a manifest.

    Attributes:
        number: Its place in the file, from 0.
        images: Valid images, None when not given.
        link: Address of its page, "" when not given.
        organisation: Who made it, "" when not given.
    """

    number: int
    name: str
    dimension: str
    modality: tuple[str, ...]
    task: tuple[str, ...]
    organisation: str
    images: int | None
    labelled: bool
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: the rows of a modality and what they amount to."""

    modality: str
    rows: tuple[Row, ...]

    @property
    def images(self) -> int:
        """Valid images in all."""
        return sum(r.images or 0 for r in self.rows)

    @property
    def organisations(self) -> int:
        """Distinct organisations, those not given left out."""
        return len({r.organisation for r in self.rows if r.organisation})

    @property
    def labelled(self) -> float:
        """Share of the rows that have labels, 0 to 1."""
        return sum(r.labelled for r in self.rows) / len(self.rows) if self.rows else 0.0

    def body(self) -> dict[str, Any]:
        """The line as JSON."""
        return {
            "modality": self.modality, "datasets": len(self.rows), "images": self.images, "organisations": self.organisations,
            "labelled": round(self.labelled, 3),
        }  # fmt: skip


def read_manifest(path: Path) -> tuple[Row, ...]:
    """Read a manifest in the portal's format.

    Raises:
        SourceShapeError: The file is not such JSON, or a row lacks a column; the error names both.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceShapeError(path, ("a readable file with well-formed JSON",)) from error
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise SourceShapeError(path, ("an object with a list 'rows'",))
    return tuple(_row(path, number, row) for number, row in enumerate(rows))


def _row(path: Path, number: int, row: Any) -> Row:
    missing = [c for c in _COLUMNS if not isinstance(row, dict) or c not in row]
    if missing:
        raise SourceShapeError(path, (f"the column {missing[0]!r} (row {number})",))
    images = row["images_valid"]
    return Row(
        number, str(row["name"]), str(row["dimension"] or ""), _texts(row["modality"]), _texts(row["task"]),
        str(row["organization"] or ""), images if isinstance(images, int) and not isinstance(images, bool) else None,
        row["has_labels"] is True, str(row.get("link") or ""),
    )  # fmt: skip


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in (value if isinstance(value, list) else [value]) if v)


def table_six(
    rows: Iterable[Row], modalities: Sequence[str] = MODALITIES, *, dimension: str = "2D", least: int = 100, tasks: bool = False
) -> tuple[Line, ...]:
    """The paper's table.

    Args:
        rows: The manifest.
        modalities: One line each; a row counts where this is its one modality.
        dimension: The demanded dimension, compared as it is written.
        least: Valid images that a row must have at least.
        tasks: Whether a row needs one of the tasks that the paper states.
    """
    kept = [
        r for r in rows
        if r.dimension == dimension and (r.images or 0) >= least and (not tasks or STATED_TASKS & {t.casefold() for t in r.task})
    ]  # fmt: skip
    return tuple(Line(m, tuple(r for r in kept if r.modality == (m,))) for m in modalities)
