"""The importers: one command a source, each with a path or an address, each writing all tables or none."""

import hashlib
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Final

import typer

from kg.catalogue.tables import Source, load, save
from kg.cli.curate import DECISIONS, CatalogueOption, tables_folder, words
from kg.cli.shell import app, err, progress
from kg.errors import MissingExtra
from kg.identity import parse_decisions
from kg.reason.taxonomy import read_taxonomy
from kg.resources import ontology_dir
from kg.sources import aryayi, idc, json_ld, older_table, openneuro, portal
from kg.sources.further import import_entries, import_one, refuse_shrinkage
from kg.sources.ingest import import_imaging_x
from kg.sources.mentions import Entry, Reader

importer = typer.Typer(no_args_is_help=True, help="Bring a source into the catalogue.")
app.add_typer(importer, name="import")

PlaceArgument = Annotated[str, typer.Argument(help="The file, or its http(s) address.")]
VersionOption = Annotated[str, typer.Option(help="What the source calls this state, e.g. its commit.")]
ShrinkOption = Annotated[
    bool, typer.Option("--accept-shrink", help="Accept that the source lost more than a tenth of its records.")
]
DateOption = Annotated[str, typer.Option("--retrieved", help="The day of the source's state, YYYY-MM-DD. Default: today.")]

_OLDER: Final = Source(
    older_table.SOURCE, "Project Imaging-X: table of 2025 with a licence column", "", "MIT",
    "https://github.com/uni-medical/Project-Imaging-X", 0, "",
)  # fmt: skip
_PORTAL: Final = Source(
    portal.SOURCE, "Manifest of the Imaging-X portal", "", "none stated: facts only",
    "https://github.com/tchenglv520/medical-dataset-browser", 0, "",
)  # fmt: skip
_ARYAYI: Final = Source(
    aryayi.SOURCE,
    "Medical Imaging Datasets by M. Aryayi",
    "",
    "MIT",
    "https://github.com/m-aryayi/Medical-Imaging-Datasets",
    0,
    "",
)
_IDC: Final = Source(
    idc.SOURCE, "Imaging Data Commons", "", "MIT (index)", "https://portal.imaging.datacommons.cancer.gov/", 0, ""
)
_OPENNEURO: Final = Source(
    openneuro.SOURCE, "OpenNeuro, as tabled by cohort-creator", "", "MIT (table)", "https://openneuro.org/", 0, ""
)


_PUBLISHERS: Final = {
    json_ld.CROISSANT: "Descriptions by publishers (Croissant)",
    json_ld.DCAT: "Descriptions by publishers (schema.org, DCAT)",
}


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _kin() -> Callable[[str, str], bool]:
    """Whether two modalities are the same or one is a kind of the other, by the committed classification."""
    path = ontology_dir() / "classified" / "taxonomy.tsv"
    kinds = read_taxonomy(path)[1].kinds if path.exists() else lambda _: frozenset[str]()
    return lambda a, b: a == b or a in kinds(b) or b in kinds(a)


@contextmanager
def local(place: str) -> Iterator[Path]:
    """A file at hand: the path itself, or what an address gives, fetched because the user named it."""
    if not place.startswith(("http://", "https://")):
        yield Path(place)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (place.rstrip("/").rsplit("/", 1)[-1] or "source")
        try:
            with urllib.request.urlopen(place, timeout=60) as answer:  # noqa: S310  # http(s) only, and by the user's wish
                path.write_bytes(answer.read())
        except (urllib.error.URLError, TimeoutError) as error:
            raise typer.BadParameter(f"{place} cannot be fetched: {error}") from error
        yield path


def _digest(path: Path) -> str:
    """The SHA-256 of a file, or of the files of a folder in name order."""
    found = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(p for p in path.glob("*.parquet")):
        found.update(file.read_bytes())
    return found.hexdigest()


def _bring(
    source: Source,
    path: Path,
    read: Callable[[Path, Reader], Sequence[Entry]],
    folder: Path | None,
    version: str,
    retrieved: str,
    *,
    accept: bool,
) -> None:
    where = tables_folder(folder, writing=True)
    with progress() as bar:
        task = bar.add_task("reading the source", total=None)
        before = load(where)
        entries = read(path, Reader(words()))
        refuse_shrinkage(before, source.name, len(entries), accept=accept)
        whole = Source(
            source.name,
            source.title,
            version,
            source.licence,
            source.homepage,
            len(entries),
            _digest(path),
            retrieved or _today(),
        )
        done = import_entries(whole, entries, before, lambda step: bar.update(task, description=step), kin=_kin())
        bar.update(task, description="writing the tables")
        save(where, done.catalogue)
    err.print(
        f"{len(entries)} records: {done.linked} describe a known dataset, {len(done.founded)} new ones, "
        f"{done.review} wait in unlinked.tsv ({where})",
        highlight=False,
    )


@importer.command("imaging-x")
def imaging_x(
    place: PlaceArgument,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The survey's table (datasets.json or its README.md): what the catalogue held from it is replaced."""
    where = tables_folder(folder, writing=True)
    with local(place) as path, progress() as bar:
        task = bar.add_task("importing", total=None)
        decisions = parse_decisions((where / DECISIONS).read_text(encoding="utf-8")) if (where / DECISIONS).exists() else ()
        found = import_imaging_x(
            path, load(where), decisions, words(), version, lambda step: bar.update(task, description=step),
            retrieved=retrieved or _today(), accept_shrink=accept_shrink,
        )  # fmt: skip
    save(where, found)
    source = next(s for s in found.sources if s.name == "imaging-x")
    err.print(
        f"{source.records} records → {len(found.datasets)} datasets, {len(found.claims)} claims in {where}", highlight=False
    )


@importer.command("imaging-x-2025")
def imaging_x_2025(
    place: PlaceArgument,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The survey's table of 2025, for its licence column (Markdown)."""
    with local(place) as path:
        _bring(_OLDER, path, older_table.read, folder, version, retrieved, accept=accept_shrink)


@importer.command("portal")
def portal_manifest(
    place: PlaceArgument,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The manifest behind the portal of the survey's authors (JSON)."""
    with local(place) as path:
        _bring(_PORTAL, path, portal.read, folder, version, retrieved, accept=accept_shrink)


@importer.command("m-aryayi")
def m_aryayi(
    place: PlaceArgument,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The list of M. Aryayi (its README.md)."""
    with local(place) as path:
        _bring(_ARYAYI, path, aryayi.read, folder, version, retrieved, accept=accept_shrink)


def _installed(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra("sources")
    return Path(next(iter(spec.submodule_search_locations)))


@importer.command("idc")
def imaging_data_commons(
    path: Annotated[
        Path | None, typer.Argument(help="Folder with its Parquet files. Default: the installed idc-index-data.")
    ] = None,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The Imaging Data Commons: collections, licences by DOI, population, scanners, sizes, analysis results."""
    _bring(_IDC, path or _installed("idc_index_data"), idc.read, folder, version, retrieved, accept=accept_shrink)


@importer.command("openneuro")
def open_neuro(
    path: Annotated[Path | None, typer.Argument(help="openneuro.tsv. Default: that of the installed cohort-creator.")] = None,
    version: VersionOption = "",
    retrieved: DateOption = "",
    accept_shrink: ShrinkOption = False,
    folder: CatalogueOption = None,
) -> None:
    """OpenNeuro's datasets, as cohort-creator tables them."""
    where = path or _installed("cohort_creator") / "data" / "openneuro.tsv"
    _bring(_OPENNEURO, where, openneuro.read, folder, version, retrieved, accept=accept_shrink)


@importer.command("json-ld")
def publisher_file(
    place: PlaceArgument,
    retrieved: DateOption = "",
    folder: CatalogueOption = None,
) -> None:
    """One dataset by its publisher: a Croissant, schema.org or DCAT file (JSON-LD)."""
    add_file(place, retrieved, folder)


def add_file(place: str, retrieved: str, folder: Path | None) -> None:
    """Add or renew the dataset that a publisher's file describes; the other files of that kind stay."""
    where = tables_folder(folder, writing=True)
    with local(place) as path:
        before = load(where)
        name, entry = json_ld.read(path, Reader(words()))
        done, slug = import_one(name, _PUBLISHERS[name], entry, before, _digest(path), retrieved or _today())
    save(where, done.catalogue)
    if not slug:
        waiting = next(u for u in done.catalogue.unlinked if u.source == name and u.name == entry.name)
        err.print(
            f"{entry.name}: {waiting.reason}; say which it is in links.tsv ({', '.join(waiting.candidates)}) and import again",
            highlight=False,
        )
        raise typer.Exit(1)
    err.print(f"{entry.name} is {'a new dataset' if slug in done.founded else 'known'}: {slug}", highlight=False)
