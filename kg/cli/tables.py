"""Tables as strangers write them: delimiter and encoding found out, odd rows named, nothing half-written."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import BinaryIO, Final, TextIO, cast

from kg.errors import QuestionError

__all__ = ["Table", "opened_table", "written"]

_SAMPLE: Final = 1 << 16
_LARGEST_CELL: Final = 1 << 24
_DELIMITERS: Final = ",;\t|"
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # what a spreadsheet puts first
_IN_MEMORY: Final = 1 << 24


class Table:
    """A table that is read row by row.

    Attributes:
        name: What to call it in an error.
        header: Its column names.
        delimiter: What stands between its cells.
        bom: Whether it began with a byte order mark, as spreadsheets like it.
        size: Its bytes; None when nobody knows before the end.
    """

    def __init__(self, name: str, binary: BinaryIO, encoding: str, size: int | None) -> None:
        self.name, self.size = name, size
        self._binary = binary
        start = binary.read(4)
        binary.seek(0)
        found = next((e for bom, e in _BOMS if start.startswith(bom)), "")
        self.bom = bool(found)
        self._encoding = found or encoding
        self._text = io.TextIOWrapper(binary, encoding=self._encoding, newline="")
        sample = self._guarded_sample()
        self._text.seek(0)
        self.delimiter = _delimiter(sample)
        self.newline = "\r\n" if "\r\n" in sample else "\n"
        csv.field_size_limit(_LARGEST_CELL)
        self._rows = csv.reader(self._text, delimiter=self.delimiter)
        self.header = next(self._read(), [])
        if not any(h.strip() for h in self.header):
            raise QuestionError(name, "the table is empty: its first line names no column")

    def _guarded_sample(self) -> str:
        try:
            return self._text.read(_SAMPLE)
        except UnicodeError as error:
            raise self._undecodable(error) from error

    def _undecodable(self, error: UnicodeError) -> QuestionError:
        return QuestionError(
            self.name, f"it is no {self._encoding} text ({error.args[-1]}); give its encoding with --encoding, e.g. latin-1"
        )

    def _read(self) -> Iterator[list[str]]:
        try:
            yield from self._rows
        except UnicodeError as error:
            raise self._undecodable(error) from error
        except csv.Error as error:
            raise QuestionError(self.name, f"line {self._rows.line_num} cannot be read: {error}") from error

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header with their line, each as long as the header; blank lines are passed over.

        Raises:
            QuestionError: A row has more cells than the header, or the text is not in the encoding.
        """
        width = len(self.header)
        for row in self._read():
            line = self._rows.line_num
            if not row:
                continue
            if len(row) > width:
                raise QuestionError(
                    self.name,
                    f"line {line} has {len(row)} cells, and the header {width}; quote the cell that holds a {self.delimiter!r}",
                )
            yield line, row + [""] * (width - len(row))

    def done(self) -> int:
        """Bytes read so far."""
        return self._binary.tell()


def _delimiter(sample: str) -> str:
    """What stands between the cells: what the header is cut by, into most pieces; a comma when by nothing."""
    first = sample.lstrip("\r\n").splitlines()[0] if sample.strip() else ""
    counts = {d: len(next(csv.reader([first], delimiter=d))) for d in _DELIMITERS}
    best = max(counts.values())
    return next(d for d in _DELIMITERS if counts[d] == best) if best > 1 else ","


@contextmanager
def opened_table(path: str, encoding: str = "utf-8") -> Iterator[Table]:
    """A table from a file, or from standard input for ``-``.

    Raises:
        QuestionError: It is no table, or no such encoding exists.
    """
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise QuestionError("--encoding", f"there is no encoding {encoding!r}") from error
    if path == "-":
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as kept:
            while part := sys.stdin.buffer.read(_SAMPLE):
                kept.write(part)
            size = kept.tell()
            kept.seek(0)
            yield Table("standard input", cast(BinaryIO, kept), encoding, size)
        return
    where = Path(path)
    if where.is_dir():
        raise QuestionError(path, "it is a folder and no table")
    with where.open("rb") as file:
        yield Table(path, file, encoding, where.stat().st_size)


@contextmanager
def written(path: Path | None, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file that appears whole or not at all; standard output for None, which gets nothing before everything is there."""
    if path is None:
        with SpooledTemporaryFile(mode="w+", max_size=_IN_MEMORY, encoding=encoding, newline="") as kept:
            yield cast(TextIO, kept)
            kept.seek(0)
            while part := kept.read(_SAMPLE):
                sys.stdout.buffer.write(part.encode(encoding))
            sys.stdout.buffer.flush()
        return
    if not path.parent.is_dir():
        raise QuestionError("--out", f"there is no folder {str(path.parent)!r}")
    with NamedTemporaryFile("w", encoding=encoding, newline="", dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
        part_path = Path(beside.name)
        try:
            yield cast(TextIO, beside)
            beside.close()
            part_path.replace(path)
        except BaseException:
            with suppress(FileNotFoundError):
                part_path.unlink()
            raise
