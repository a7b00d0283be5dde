"""The survey's table (Project Imaging-X), as JSON or as the Markdown that it publishes: file → records.

Only facts are taken (names, numbers, codes, addresses). The packager's access columns are kept as what they are: a guess from the host.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kg.errors import SourceShapeError
from kg.terms.text import squeeze

__all__ = ["SOURCE", "SurveyRecord", "read", "sha256_of"]

SOURCE: Final = "imaging-x"
_JSON_FIELDS: Final = ("section", "name", "url", "year", "dim", "modality", "structure", "samples", "label", "task", "diseases")
_MD_COLUMNS: Final = ("#", "Dataset", "Year", "Dim", "Modality", "Structure", "Label", "Task", "Diseases")
_MD_COUNTS: Final = ("Images", "Volumes", "Samples")
_LINK: Final = re.compile(r"^\[(?P<name>.*)\]\((?P<url>.*)\)$")
_HEADING: Final = re.compile(r"^#{2,3}\s+(?P<title>.*)$")


@dataclass(frozen=True, slots=True)
class SurveyRecord:
    """One row of the survey's table, in the survey's own words."""

    record: int
    section: str
    name: str
    url: str
    year: str
    dim: str
    modality: str
    structure: str
    samples: str
    label: str
    task: str
    diseases: str
    access: str = ""


def sha256_of(path: Path) -> str:
    """The digest of a source file, so that a catalogue names exactly what it was made from."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(path: Path) -> tuple[SurveyRecord, ...]:
    """Read the survey's table from its JSON or Markdown form, by content and not by file name.

    Raises:
        SourceShapeError: The file is neither, holds no row, or lacks a column; the error names the column.
        FileNotFoundError: There is no such file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceShapeError(path, (f"UTF-8 text (byte {error.start} is none)",)) from error
    records = tuple(_from_json(path, text) if text.lstrip().startswith(("[", "{")) else _from_markdown(path, text))
    if not records:
        raise SourceShapeError(path, ("a table with the column 'Dataset', or a JSON list of datasets",))
    return records


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return squeeze(str(value)).replace(r"\#", "#") if value is not None else ""


def _section(title: str) -> str:
    """A section's title without the ornament that stands before it."""
    return squeeze(re.sub(r"^[^\w]+", "", squeeze(title)))


def _from_json(path: Path, text: str) -> Iterator[SurveyRecord]:
    try:
        rows = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceShapeError(path, (f"well-formed JSON (line {error.lineno}: {error.msg})",)) from error
    if not isinstance(rows, list):
        raise SourceShapeError(path, ("a JSON list of datasets at the top",))
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise SourceShapeError(path, (f"an object in place {number} of the list",))
        missing = [field for field in _JSON_FIELDS if field not in row]
        if missing:
            raise SourceShapeError(path, (f"the column {missing[0]!r} (record {number})",))
        cells = {field: _text(row[field]) for field in _JSON_FIELDS}
        cells["section"] = _section(cells["section"])
        yield SurveyRecord(record=number, access=_text(row.get("access")), **cells)


def _cells(line: str) -> list[str]:
    r"""The cells of a Markdown table row; ``\|`` is a bar inside a cell."""
    return [squeeze(c.replace(r"\|", "|").replace(r"\#", "#")) for c in re.split(r"(?<!\\)\|", line.strip())[1:-1]]


def _from_markdown(path: Path, text: str) -> Iterator[SurveyRecord]:
    section, number = "", 0
    header: list[str] = []
    for line_number, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.match(line)
        if heading:
            section, header = _section(heading["title"]), []
        elif not line.lstrip().startswith("|"):
            header = []
        elif not header:
            header = _header(path, line_number, _cells(line))
        elif not set(line.strip()) <= set("|-: ") and "Dataset" in header:
            yield _record(path, line_number, number, section, header, _cells(line))
            number += 1


def _header(path: Path, line_number: int, header: list[str]) -> list[str]:
    if "Dataset" in header:
        missing = [c for c in _MD_COLUMNS if c not in header]
        if not any(c in header for c in _MD_COUNTS):
            missing.append(" or ".join(_MD_COUNTS))
        if missing:
            raise SourceShapeError(path, (f"the column {missing[0]!r} (line {line_number})",))
    return header


def _record(path: Path, line: int, number: int, section: str, header: list[str], cells: list[str]) -> SurveyRecord:
    if len(cells) != len(header):
        raise SourceShapeError(path, (f"{len(header)} cells in the row of line {line} (it has {len(cells)})",))
    row = dict(zip(header, cells, strict=True))
    link = _LINK.match(row["Dataset"])
    return SurveyRecord(
        record=number,
        section=section,
        name=link["name"] if link else row["Dataset"],
        url=link["url"].strip() if link else "",
        year=row["Year"],
        dim=row["Dim"],
        modality=row["Modality"],
        structure=row["Structure"],
        samples=next(row[c] for c in _MD_COUNTS if c in row),
        label=row["Label"],
        task=row["Task"],
        diseases=row["Diseases"],
    )
