"""The dumps of a release: the graph in RDF, its tables as CSV, Parquet and SQLite, and a list of their SHA-256 digests.

A dump is a pure function of its release and is made on demand, whole or not at all: written beside its place and renamed (ADR 0014).
"""

import gzip
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.catalogue.tsv import replace_file
from kg.export.table_files import csv_bytes, parquet_bytes, write_sqlite
from kg.export.tables import TABLES, Data
from kg.namespaces import IKGG, PREFIXES
from kg.release import GRAPH, digest

__all__ = ["DUMPS", "SUMS", "Dump", "Source", "dump_named", "make_dump", "make_dumps", "sums_text"]

SUMS: Final = "SHA256SUMS"
_GZIP: Final = "application/gzip"
_OF_TABLES: Final = ("text/csv", "application/vnd.apache.parquet", "application/vnd.sqlite3")
_TURTLE: Final = ("catalogue", "inferred", "ontology", "mappings", "provenance", "examples", "void")


@dataclass(frozen=True, slots=True)
class Source:
    """A release and what its tables are made of.

    Attributes:
        folder: The release's folder.
        data: The graph in memory, asked for only where a dump needs it.
    """

    folder: Path
    data: Callable[[], Data]


@dataclass(frozen=True, slots=True)
class Dump:
    """A file that can be made of a release.

    Attributes:
        name: Its path under the folder of the dumps.
        title: What it is.
        media: Its media type, unpacked.
        packed: The media type of its compression; ``""`` when it has none.
        write: Makes it at a path.
    """

    name: str
    title: str
    media: str
    packed: str
    write: Callable[[Source, Path], None]

    @property
    def from_graph(self) -> bool:
        """Whether the file with the release's graph is all that it is made of, whatever version of the software wrote that."""
        return self.media not in _OF_TABLES


def _graph(source: Source, path: Path) -> None:
    shutil.copyfile(source.folder / GRAPH, path)


def _quads(source: Source) -> bytes:
    with gzip.open(source.folder / GRAPH, "rb") as file:
        return file.read()


def _zipped(path: Path, content: bytes) -> None:
    """Without a clock or a name inside, as the release's own graph is."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
        file.write(content)


def _trig(source: Source, path: Path) -> None:
    out = io.BytesIO()
    quads = ox.parse(_quads(source), format=ox.RdfFormat.N_QUADS)
    # The lines of a release are sorted, and a sort keeps the order of what is equal.
    ox.serialize(sorted(quads, key=lambda quad: str(quad.graph_name)), out, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    _zipped(path, _prefixes_sorted(out.getvalue()))


def _turtle(graph: str, source: Source, path: Path) -> None:
    ending = f" <{IKGG[graph]}> .".encode()
    lines = b"\n".join(line.removesuffix(ending) + b" ." for line in _quads(source).split(b"\n") if line.endswith(ending))
    out = io.BytesIO()
    triples = (q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
    ox.serialize(triples, out, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    _zipped(path, _prefixes_sorted(out.getvalue()))


def _prefixes_sorted(text: bytes) -> bytes:
    """The engine declares prefixes in any order."""
    lines = text.split(b"\n", len(PREFIXES))
    return b"\n".join((*sorted(lines[:-1]), lines[-1]))


def _csv(number: int, source: Source, path: Path) -> None:
    path.write_bytes(csv_bytes(TABLES[number], source.data()))


def _parquet(number: int, source: Source, path: Path) -> None:
    path.write_bytes(parquet_bytes(TABLES[number], source.data()))


def _sqlite(source: Source, path: Path) -> None:
    write_sqlite(TABLES, source.data(), path)


DUMPS: Final = (
    Dump("imaging-kg.nq.gz", "The whole graph with its named graphs, as N-Quads", "application/n-quads", _GZIP, _graph),
    Dump("imaging-kg.trig.gz", "The whole graph with its named graphs, as TriG", "application/trig", _GZIP, _trig),
    *(
        Dump(f"{name}.ttl.gz", f"The graph {name}, as Turtle", "text/turtle", _GZIP, partial(_turtle, name))
        for name in _TURTLE
    ),
    *(
        Dump(f"csv/{table.name}.csv", f"Table: a row is {table.about}", "text/csv", "", partial(_csv, number))
        for number, table in enumerate(TABLES)
    ),
    *(
        Dump(f"parquet/{table.name}.parquet", f"Table: a row is {table.about}", "application/vnd.apache.parquet", "", partial(_parquet, number))
        for number, table in enumerate(TABLES)
    ),
    Dump("imaging-kg.sqlite", "All tables as one SQLite database", "application/vnd.sqlite3", "", _sqlite),
)  # fmt: skip
"""Every dump of a release."""


def dump_named(name: str) -> Dump | None:
    """The dump of that name, if there is one."""
    return next((dump for dump in DUMPS if dump.name == name), None)


def make_dump(dump: Dump, source: Source, folder: Path) -> Path:
    """Make a dump unless it is there.

    Args:
        dump: Which one.
        source: The release.
        folder: The folder of this release's dumps.

    Raises:
        MissingExtra: It needs a part that is not installed.
    """
    place = folder / dump.name
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}-{os.getpid()}")
        try:
            dump.write(source, part)
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    return place


def sums_text(folder: Path) -> str:
    """The digests of the dumps that are there, as ``sha256sum --check`` reads them."""
    there = [dump.name for dump in DUMPS if (folder / dump.name).is_file()]
    return "".join(f"{digest(folder / name)}  {name}\n" for name in sorted(there))


def make_dumps(source: Source, folder: Path, tick: Callable[[str], None] = lambda _: None) -> tuple[Path, ...]:
    """Make every dump of a release and the list of their digests.

    Args:
        source: The release.
        folder: Where; the release's id is not added.
        tick: Called with the name of each dump before it is made.

    Raises:
        MissingExtra: One needs a part that is not installed; those before it are there.
    """
    made = []
    for dump in DUMPS:
        tick(dump.name)
        made.append(make_dump(dump, source, folder))
    replace_file(folder / SUMS, sums_text(folder))
    return (*made, folder / SUMS)
