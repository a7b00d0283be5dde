"""The one table format of the catalogue: UTF-8, tab-separated, a header line, sorted rows, no quoting, ``|`` between list items."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from kg.errors import CatalogueError

__all__ = ["Table", "read_exact", "replace_file"]

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """How one kind of row stands in a file.

    Attributes:
        name: The file's stem.
        columns: The header.
        parse: Cells → row; raises ``ValueError("field: rule")`` when a cell breaks a rule.
        cells: Row → cells.
        key: Sort key; two rows with one key are a duplicate.
    """

    name: str
    columns: tuple[str, ...]
    parse: Callable[[Sequence[str]], Row]
    cells: Callable[[Row], Sequence[str]]
    key: Callable[[Row], Any]

    def path(self, folder: Path) -> Path:
        """The table's file in a catalogue folder."""
        return folder / f"{self.name}.tsv"

    def read(self, folder: Path) -> tuple[Row, ...]:
        """Read the rows in file order; a missing file is an empty table.

        Raises:
            CatalogueError: The header or a row is malformed; names file, line, field and rule.
        """
        path = self.path(folder)
        if not path.exists():
            return ()
        lines = read_exact(path).split("\n")
        if tuple(lines[0].split("\t")) != self.columns:
            missing = [c for c in self.columns if c not in lines[0].split("\t")]
            rule = f"missing column {missing[0]!r}" if missing else f"the columns are {', '.join(self.columns)}"
            raise CatalogueError(str(path), 1, "header", rule)
        return tuple(self._row(path, number, line) for number, line in enumerate(lines[1:], 2) if line)

    def _row(self, path: Path, number: int, line: str) -> Row:
        cells = line.split("\t")
        if len(cells) != len(self.columns):
            rule = f"{len(cells)} cells where {len(self.columns)} are wanted"
            raise CatalogueError(str(path), number, "row", rule)
        for column, cell in zip(self.columns, cells, strict=True):
            if cell != cell.strip() or "\r" in cell:
                raise CatalogueError(str(path), number, column, "no white space at either end")
        try:
            return self.parse(cells)
        except ValueError as error:
            field, _, rule = str(error).partition(": ")
            raise CatalogueError(str(path), number, field, rule or "cannot be read") from error

    def text(self, rows: Iterable[Row]) -> str:
        """The canonical text of a table: sorted, each row once.

        Raises:
            CatalogueError: A row holds what the format cannot carry (a tab, a line break, a bar inside a list item).
        """
        ordered = sorted(dict.fromkeys(rows), key=self.key)
        lines = (self._line(number, row) for number, row in enumerate(ordered, 2))
        return "".join(line + "\n" for line in ("\t".join(self.columns), *lines))

    def _line(self, number: int, row: Row) -> str:
        line = "\t".join(self.cells(row))
        path = Path(f"{self.name}.tsv")
        if "\n" in line or self._row(path, number, line) != row:
            raise CatalogueError(str(path), number, "row", f"cannot be written: {row!r} would be read otherwise")
        return line

    def write(self, folder: Path, rows: Iterable[Row]) -> Path:
        """Write the canonical table; a reader sees the old file or the new one, never a part."""
        path = self.path(folder)
        replace_file(path, self.text(rows))
        return path


def read_exact(path: Path) -> str:
    """The text of a table as it stands, line ends included.

    Raises:
        CatalogueError: The file is not UTF-8; names the line.
    """
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueError(str(path), line, "row", f"no UTF-8 text (byte {error.start})") from error


def replace_file(path: Path, text: str) -> None:
    """Write a text file beside its place and rename it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
