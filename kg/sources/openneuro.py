"""OpenNeuro, from the table that the package ``cohort-creator`` carries: accession, subjects, data types, tasks, licence, size.

The table names a dataset by its accession only, so that a record can complete a dataset that the catalogue knows and never found one.
"""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.errors import SourceShapeError
from kg.model import Status
from kg.sources.mentions import Entry, Mention, Reader

__all__ = ["SOURCE", "read"]

SOURCE: Final = "openneuro"
_COLUMNS: Final = ("name", "created_on", "nb_subjects", "participant_columns", "datatypes", "size", "license", "institutions")
_DATATYPES: Final = {
    "anat": ("modality", "ikg:MRI"), "func": ("modality", "ikg:FunctionalMRI"), "dwi": ("modality", "ikg:DiffusionMRI"),
    "perf": ("modality", "ikg:ArterialSpinLabelling"), "pet": ("modality", "ikg:PET"), "eeg": ("companionData", "ikg:Electroencephalography"),
    "meg": ("companionData", "ikg:Magnetoencephalography"), "micr": ("modality", "ikg:Microscopy"),
}  # fmt: skip
_BYTES: Final = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def read(path: Path, reader: Reader) -> tuple[Entry, ...]:
    """Read the table.

    Args:
        path: ``openneuro.tsv``, or the folder of the package that holds it.
        reader: The ontology's words.

    Raises:
        SourceShapeError: The table or a column of it is missing.
    """
    file = path / "data" / "openneuro.tsv" if path.is_dir() else path
    if not file.is_file():
        raise SourceShapeError(path, ("the file openneuro.tsv",))
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    except UnicodeDecodeError as error:
        raise SourceShapeError(file, (f"UTF-8 text (byte {error.start} is none)",)) from error
    missing = [c for c in _COLUMNS if not rows or c not in rows[0]]
    if missing:
        raise SourceShapeError(file, (f"the column {missing[0]!r}",))
    return tuple(
        Entry(
            number,
            row["name"],
            f"https://openneuro.org/datasets/{row['name']}",
            mentions=tuple(_mentions(row, reader)),
        )
        for number, row in enumerate(rows)
    )


def _words(cell: str) -> tuple[str, ...]:
    try:
        found = ast.literal_eval(cell)
    except (SyntaxError, ValueError):
        return ()
    return tuple(str(word) for word in found) if isinstance(found, list) else ()


def _mentions(row: dict[str, str], reader: Reader) -> Iterator[Mention]:
    yield reader.literal("name", row["name"], "alias", row["name"])
    page = f"https://openneuro.org/datasets/{row['name']}"
    yield reader.literal("name", row["name"], "landingPage", page)
    yield Mention("name", row["name"], "accessLevel", "ikg:OpenDownload", Status.READ, "a public dataset of OpenNeuro")
    yield from reader.licence("license", row["license"])
    for word in _words(row["datatypes"]):
        prop, value = _DATATYPES.get(word, ("", ""))
        yield Mention("datatypes", word, prop, value, Status.READ if value else Status.UNREAD)
    if row["nb_subjects"].isdecimal() and int(row["nb_subjects"]):
        yield Mention("nb_subjects", row["nb_subjects"], "extent", f"{int(row['nb_subjects'])} patient exact", Status.VALUE)
    size = re.fullmatch(r"([\d.]+) ([KMGT]?B)", row["size"])
    if size and float(size[1]):
        yield Mention("size", row["size"], "byteSize", str(round(float(size[1]) * _BYTES[size[2]])), Status.VALUE)
    have = {word.casefold() for word in _words(row["participant_columns"])}
    for column, told in (("age", "age of the subjects"), ("sex", "sex of the subjects"), ("gender", "sex of the subjects")):
        if column in have:
            yield Mention("participant_columns", column, "tells", told, Status.VALUE, "a column of its participants.tsv")
