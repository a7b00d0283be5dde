"""The manifest behind the portal of the survey's authors: organisation, licence, valid images, secondary modality, class counts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kg.errors import SourceShapeError
from kg.model import Status
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.text import fold, squeeze

__all__ = ["SOURCE", "read"]

SOURCE: Final = "portal"
_COLUMNS: Final = (
    "name", "link", "organization", "challenge_series", "license", "year", "dimension", "modality", "modality_secondary", "task",
    "organ", "images_valid", "has_labels", "num_classes", "tumor",
)  # fmt: skip
_FACETS: Final = (
    ("dimension", "dimensionality"), ("modality", "modality"), ("modality_secondary", "modality"), ("task", "task"),
    ("organ", "anatomy"), ("tumor", "condition"),
)  # fmt: skip
# Hosts and venues that stand in the column of organisations; none of them made the images.
_NO_MAKER: Final = frozenset(
    ("cvpr", "isbi", "kaggle", "miccai", "openneuro", "rsna", "tcia", "tianchi", "grand challenge", "github", "neurips", "spie")
)


def read(path: Path, reader: Reader) -> tuple[Entry, ...]:
    """Read the manifest.

    Raises:
        SourceShapeError: The file is not the manifest's JSON, or lacks a column; the error names it.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise SourceShapeError(path, ("well-formed JSON",)) from error
    rows = body.get("rows") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise SourceShapeError(path, ("an object with a list 'rows'",))
    return tuple(_entry(path, number, row, reader) for number, row in enumerate(rows))


def _entry(path: Path, number: int, row: Any, reader: Reader) -> Entry:
    missing = [c for c in _COLUMNS if not isinstance(row, dict) or c not in row]
    if missing:
        raise SourceShapeError(path, (f"the column {missing[0]!r} (row {number})",))
    year = str(row["year"] or "")
    return Entry(
        number,
        squeeze(str(row["name"])),
        squeeze(str(row["link"] or "")),
        year=year if re.fullmatch(r"(19|20)\d\d", year) else "",
        mentions=tuple(_mentions(row, reader)),
    )


def _text(value: Any) -> str:
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value or "").rstrip("\\ ")


def _mentions(row: dict[str, Any], reader: Reader) -> Iterator[Mention]:
    yield reader.literal("name", str(row["name"]), "title", squeeze(str(row["name"])))
    for column, facet in _FACETS:
        yield from reader.concepts(column, _text(row[column]), facet)
    yield from reader.licence("license", _text(row["license"]))
    maker = squeeze(_text(row["organization"])).strip(",. ")
    if maker and not maker.startswith("http"):
        own = "" if fold(re.sub(r"\d", "", maker)) in _NO_MAKER else maker[:120]
        yield reader.literal("organization", maker, "maker", own, "" if own else "a host or a venue, not who made it")
    if row["challenge_series"]:
        yield reader.literal("challenge_series", _text(row["challenge_series"]), "venue", _text(row["challenge_series"])[:120])
    for column, prop in (("images_valid", "validImages"), ("num_classes", "classes")):
        number = row[column]
        if isinstance(number, int) and number > 0:
            yield reader.literal(column, str(number), prop, str(number))
    if isinstance(row["has_labels"], bool):
        yield Mention("has_labels", str(row["has_labels"]), "labelled", str(row["has_labels"]).lower(), Status.VALUE)
