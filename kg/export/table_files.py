"""Tables as CSV, Parquet (extra ``parquet``) and SQLite files; the same rows give the same bytes."""

import csv
import io
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg.errors import MissingExtra
from kg.export.tables import Cell, Data, Table

__all__ = ["csv_bytes", "parquet_bytes", "write_sqlite"]

_SQL: Final = {"text": "TEXT", "integer": "INTEGER", "boolean": "INTEGER"}


def csv_bytes(table: Table, data: Data) -> bytes:
    """A table as CSV (RFC 4180, UTF-8): an empty cell where nothing is known, ``true`` and ``false``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.rows(data):
        writer.writerow(["" if c is None else str(c).lower() if isinstance(c, bool) else c for c in row])
    return text.getvalue().encode()


def parquet_bytes(table: Table, data: Data) -> bytes:
    """A table as Parquet.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # an optional part
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise MissingExtra("parquet") from None
    kinds = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}
    columns: list[list[Cell]] = [list(column) for column in zip(*table.rows(data), strict=True)] or [[] for _ in table.columns]
    arrays = [pa.array(column, type=kinds[kind]) for column, kind in zip(columns, table.columns.values(), strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, names=list(table.columns)), out, compression="zstd")
    return out.getvalue()


def write_sqlite(tables: Iterable[Table], data: Data, path: Path) -> None:
    """All tables as one SQLite database; ``about`` says what a row of each is."""
    base = sqlite3.connect(path, isolation_level=None)
    try:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("BEGIN")
        base.execute("CREATE TABLE about (name TEXT PRIMARY KEY, row TEXT NOT NULL) WITHOUT ROWID")
        for table in tables:
            columns = ", ".join(f'"{name}" {_SQL[kind]}' for name, kind in table.columns.items())
            base.execute(f'CREATE TABLE "{table.name}" ({columns})')
            places = ", ".join("?" * len(table.columns))
            base.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', table.rows(data))  # noqa: S608  # the names are ours
            base.execute(f'CREATE INDEX "{table.name}_first" ON "{table.name}" ("{next(iter(table.columns))}")')
            base.execute("INSERT INTO about VALUES (?, ?)", (table.name, table.about))
        base.execute("COMMIT")
        base.execute("VACUUM")
    finally:
        base.close()
