"""The catalogue's tables, and the catalogue as one value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.catalogue.tsv import Table
from kg.model import (
    NOTHING,
    Claim,
    Confidence,
    Curated,
    DatasetRow,
    Flag,
    LinkDecision,
    Override,
    Relation,
    Retired,
    RowIdentity,
    Series,
    Status,
    Unlinked,
)

__all__ = [
    "CLAIMS",
    "CURATED",
    "DATASETS",
    "IDENTITY",
    "LINKS",
    "OVERRIDES",
    "RELATIONS",
    "RELATION_KINDS",
    "RETIRED",
    "SERIES",
    "SOURCES",
    "TABLES",
    "UNLINKED",
    "Catalogue",
    "Source",
    "load",
    "save",
]

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RELATION_KINDS: Final = ("derivedFrom", "inSeries", "partOf", "relabels", "sharesSubjectsWith", "versionOf")


# The literal values that are read again when the graph is assembled, and their forms.
_LITERALS: Final = {
    "extent": re.compile(r"[1-9][0-9]* [a-z]+ (?:exact|approximate)"),
    "labelled": re.compile(r"true|false"),
    "labelSetComplete": re.compile(r"true|false"),
    "issued": re.compile(r"(?:19|20)[0-9]{2}"),
    "landingPage": re.compile(r"https?://[^ ]+"),
    "byteSize": re.compile(r"[1-9][0-9]*"),
    "subjects": re.compile(r"[A-Za-z]+:[A-Za-z0-9_]+ [1-9][0-9]*"),
}


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """An upstream that the catalogue's claims come from."""

    name: str
    title: str
    version: str
    licence: str
    homepage: str
    records: int
    sha256: str
    retrieved: str = ""


def _slug(field: str, text: str) -> str:
    if not SLUG.fullmatch(text):
        msg = f"{field}: {text!r} is no slug (lower-case letters, digits and single hyphens)"
        raise ValueError(msg)
    return text


def _number(field: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        msg = f"{field}: {text!r} is no number"
        raise ValueError(msg)
    return int(text)


def _one_of(field: str, text: str, allowed: Sequence[str]) -> str:
    if text not in allowed:
        msg = f"{field}: {text!r} is none of {', '.join(allowed)}"
        raise ValueError(msg)
    return text


def _needed(field: str, text: str) -> str:
    if not text:
        msg = f"{field}: must not be empty"
        raise ValueError(msg)
    return text


def _list(text: str) -> tuple[str, ...]:
    return tuple(item for item in text.split("|") if item)


def _dataset(c: Sequence[str]) -> DatasetRow:
    if c[4] and not re.fullmatch(r"(19|20)\d\d", c[4]):
        msg = f"year: {c[4]!r} is no year"
        raise ValueError(msg)
    if c[3] and not c[3].startswith(("http://", "https://")):
        msg = f"homepage: {c[3]!r} is no http(s) address"
        raise ValueError(msg)
    return DatasetRow(_slug("id", c[0]), _needed("name", c[1]), _list(c[2]), c[3], c[4])


def _formed(prop: str, value: str) -> str:
    form = _LITERALS.get(prop)
    if form and not form.fullmatch(value):
        msg = f"value: {value!r} is no value of {prop}"
        raise ValueError(msg)
    return value


def _claim(c: Sequence[str]) -> Claim:
    status = Status(_one_of("status", c[7], [s.value for s in Status]))
    if bool(c[5]) != bool(c[6]):
        msg = "value: a property and a value stand together or not at all"
        raise ValueError(msg)
    _formed(c[5], c[6])
    return Claim(
        _slug("dataset", c[0]), _needed("source", c[1]), _number("record", c[2]), _needed("field", c[3]), c[4], c[5],
        c[6], status, c[8],
    )  # fmt: skip


DATASETS: Final = Table(
    "datasets",
    ("id", "name", "aliases", "homepage", "year"),
    _dataset,
    lambda r: (r.id, r.name, "|".join(r.aliases), r.homepage, r.year),
    lambda r: r.id,
)
CLAIMS: Final = Table(
    "claims",
    ("dataset", "source", "record", "field", "raw", "property", "value", "status", "note"),
    _claim,
    lambda r: (r.dataset, r.source, str(r.record), r.field, r.raw, r.property, r.value, r.status.value, r.note),
    lambda r: (r.dataset, r.source, r.record, r.field, r.raw, r.property, r.value),
)
IDENTITY: Final = Table(
    "identity",
    ("source", "record", "dataset", "rule"),
    lambda c: RowIdentity(_needed("source", c[0]), _number("record", c[1]), _slug("dataset", c[2]), _needed("rule", c[3])),
    lambda r: (r.source, str(r.record), r.dataset, r.rule),
    lambda r: (r.source, r.record),
)
RELATIONS: Final = Table(
    "relations",
    ("dataset", "relation", "other", "detail", "evidence", "confidence"),
    lambda c: Relation(
        _slug("dataset", c[0]),
        _one_of("relation", c[1], RELATION_KINDS),
        _slug("other", c[2]),
        c[3],
        _needed("evidence", c[4]),
        Confidence(_one_of("confidence", c[5], [v.value for v in Confidence])),
    ),
    lambda r: (r.dataset, r.relation, r.other, r.detail, r.evidence, r.confidence.value),
    lambda r: (r.dataset, r.relation, r.other),
)
SERIES: Final = Table(
    "series",
    ("id", "name", "homepage"),
    lambda c: Series(_slug("id", c[0]), _needed("name", c[1]), c[2]),
    lambda r: (r.id, r.name, r.homepage),
    lambda r: r.id,
)
OVERRIDES: Final = Table(
    "overrides",
    ("source", "record", "field", "raw", "values", "flag", "reason", "reference"),
    lambda c: Override(
        _needed("source", c[0]),
        _number("record", c[1]),
        _needed("field", c[2]),
        c[3],
        _list(c[4]),
        Flag(_one_of("flag", c[5], [v.value for v in Flag])),
        _needed("reason", c[6]),
        c[7],
    ),
    lambda r: (r.source, str(r.record), r.field, r.raw, "|".join(r.values), r.flag.value, r.reason, r.reference),
    lambda r: (r.source, r.record, r.field, r.raw),
)
CURATED: Final = Table(
    "curated",
    ("dataset", "property", "value", "label", "reason", "reference"),
    lambda c: Curated(
        _slug("dataset", c[0]),
        _needed("property", c[1]),
        c[2] if c[2] == NOTHING else _formed(c[1], _needed("value", c[2])),
        c[3],
        _needed("reason", c[4]),
        c[5],
    ),
    lambda r: (r.dataset, r.property, r.value, r.label, r.reason, r.reference),
    lambda r: (r.dataset, r.property, r.value),
)
LINKS: Final = Table(
    "links",
    ("source", "name", "dataset", "reason"),
    lambda c: LinkDecision(
        _needed("source", c[0]),
        _needed("name", c[1]),
        c[2] if c[2] == NOTHING else _slug("dataset", c[2]),
        _needed("reason", c[3]),
    ),
    lambda r: (r.source, r.name, r.dataset, r.reason),
    lambda r: (r.source, r.name),
)
UNLINKED: Final = Table(
    "unlinked",
    ("source", "record", "name", "reason", "candidates"),
    lambda c: Unlinked(_needed("source", c[0]), _number("record", c[1]), c[2], _needed("reason", c[3]), _list(c[4])),
    lambda r: (r.source, str(r.record), r.name, r.reason, "|".join(r.candidates)),
    lambda r: (r.source, r.record),
)
RETIRED: Final = Table(
    "retired",
    ("id", "replacement", "reason"),
    lambda c: Retired(_slug("id", c[0]), c[1] if c[1] == NOTHING else _slug("replacement", c[1]), _needed("reason", c[2])),
    lambda r: (r.id, r.replacement, r.reason),
    lambda r: r.id,
)
SOURCES: Final = Table(
    "sources",
    ("name", "title", "version", "licence", "homepage", "records", "sha256", "retrieved"),
    lambda c: Source(_needed("name", c[0]), c[1], c[2], c[3], c[4], _number("records", c[5]), c[6], c[7]),
    lambda r: (r.name, r.title, r.version, r.licence, r.homepage, str(r.records), r.sha256, r.retrieved),
    lambda r: r.name,
)
TABLES: Final[tuple[Table[object], ...]] = (
    DATASETS, CLAIMS, IDENTITY, RELATIONS, SERIES, OVERRIDES, CURATED, LINKS, UNLINKED, SOURCES, RETIRED,
)  # type: ignore[assignment]  # a table is read-only, so its row type may widen  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables of one catalogue folder."""

    datasets: tuple[DatasetRow, ...] = ()
    claims: tuple[Claim, ...] = ()
    identity: tuple[RowIdentity, ...] = ()
    relations: tuple[Relation, ...] = ()
    overrides: tuple[Override, ...] = ()
    sources: tuple[Source, ...] = ()
    series: tuple[Series, ...] = ()
    curated: tuple[Curated, ...] = ()
    links: tuple[LinkDecision, ...] = ()
    unlinked: tuple[Unlinked, ...] = ()
    retired: tuple[Retired, ...] = ()


def load(folder: Path) -> Catalogue:
    """Read a catalogue folder.

    Raises:
        CatalogueError: A table is missing, or a row is malformed.
    """
    return Catalogue(
        DATASETS.read(folder),
        CLAIMS.read(folder),
        IDENTITY.read(folder),
        RELATIONS.read(folder),
        OVERRIDES.read(folder),
        SOURCES.read(folder),
        SERIES.read(folder),
        CURATED.read(folder),
        LINKS.read(folder),
        UNLINKED.read(folder),
        RETIRED.read(folder),
    )


def save(folder: Path, catalogue: Catalogue) -> None:
    """Write every table in its canonical form, each in one step."""
    for table in TABLES:
        table.write(folder, getattr(catalogue, table.name))
