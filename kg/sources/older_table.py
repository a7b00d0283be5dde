"""The survey's table in its state of 2025, which still had a licence column: Markdown → entries.

Some of its rows are shifted by a column. A row is taken for shifted when its year or its link does not stand where the header has it, and
then nothing but its name is read. Where the licence cell holds a modality, the cell is kept as text.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.errors import SourceShapeError
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.text import squeeze

__all__ = ["SOURCE", "read"]

SOURCE: Final = "imaging-x-2025"
_COLUMNS: Final = ("Dataset", "Domain", "Modality", "Images", "License", "Task", "Disease Type", "Year", "Link")
_LINK: Final = re.compile(r"^\[(?P<name>.*)\]\((?P<url>.*)\)$")


def read(path: Path, reader: Reader) -> tuple[Entry, ...]:
    """Read the table.

    Raises:
        SourceShapeError: The file holds no table with the columns of 2025; the error names the one that is missing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise SourceShapeError(path, (f"UTF-8 text (byte {error.start} is none)",)) from error
    found: list[Entry] = []
    header: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.startswith("|"):
            header = []
            continue
        cells = [squeeze(c) for c in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not header:
            header = cells
            missing = [c for c in _COLUMNS if c not in header] if "Dataset" in header else []
            if missing:
                raise SourceShapeError(path, (f"the column {missing[0]!r} (line {number})",))
        elif "Dataset" in header and not set(line.strip()) <= set("|-: "):
            if len(cells) != len(header):
                raise SourceShapeError(path, (f"{len(header)} cells in the row of line {number} (it has {len(cells)})",))
            found.append(_entry(len(found), dict(zip(header, cells, strict=True)), reader))
    if not found:
        raise SourceShapeError(path, ("a table with the columns 'Dataset' and 'License'",))
    return tuple(found)


def _entry(number: int, row: dict[str, str], reader: Reader) -> Entry:
    link = _LINK.match(row["Dataset"])
    name = link["name"] if link else row["Dataset"]
    url = link["url"] if link and link["url"] != "nan" else ""
    shifted = not re.fullmatch(r"(19|20)\d\d|-|N/A|", row["Year"])
    mentions = (reader.literal("name", name, "title", name), *(() if shifted else _mentions(row, reader)))
    return Entry(number, name, url, mentions=mentions)


def _mentions(row: dict[str, str], reader: Reader) -> Iterator[Mention]:
    if row["License"] not in {"-", ""}:
        yield from reader.licence("License", row["License"])
