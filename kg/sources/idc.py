"""The Imaging Data Commons, from the tables of the package ``idc-index-data``: a million DICOM series → one entry a collection.

The licence belongs to the DOI of a series, population and scanners to its original series: results of analyses (segmentations made
later) are left out of them and are entries of their own. Ages are bands; ``000Y`` is a placeholder, sex ``O`` and free text say nothing.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from kg.errors import MissingExtra, SourceShapeError
from kg.model import Status
from kg.sources.mentions import Entry, Mention, Reader
from kg.terms.text import squeeze

__all__ = ["SOURCE", "age_band", "read"]

SOURCE: Final = "idc"
_SERIES: Final = (
    "collection_id", "analysis_result_id", "PatientID", "StudyInstanceUID", "source_DOI", "PatientAge", "PatientSex",
    "BodyPartExamined", "Modality", "Manufacturer", "license_short_name", "series_size_MB",
)  # fmt: skip
_COLLECTIONS: Final = ("collection_name", "collection_id", "cancer_types", "tumor_locations", "subjects", "species")
_RESULTS: Final = (
    "analysis_result_id", "analysis_result_title", "source_DOI", "subjects", "collections", "modalities", "license_short_name",
)  # fmt: skip
_SEX: Final = {"F": "ikg:FemaleSubject", "M": "ikg:MaleSubject"}
_UNSTATED_SEX, _UNSTATED_AGE = "ikg:SexNotStated", "ikg:AgeNotStated"
_AGE: Final = re.compile(r"(?P<number>\d{1,3})(?P<unit>[YMWDymwd])")
_DAYS: Final = {"Y": 365.25, "M": 30.44, "W": 7.0, "D": 1.0}
_SHARE: Final = 0.01  # of the series: below it a body part or a scanner is a slip of one header
Frame = Any  # pyarrow ships no types


def age_band(text: str | None) -> str:
    """The band (CURIE) of a DICOM age string such as ``066Y``; the band for unstated ages when it says nothing.

    Bands: adolescent from 10, paediatric under 18, adult from 18, elderly from 65 years, infant under one year, neonatal up to 28 days.
    A DICOM age of zero years is a placeholder.
    """
    match = _AGE.fullmatch(text or "")
    if not match or int(match["number"]) == 0:
        return _UNSTATED_AGE
    days = int(match["number"]) * _DAYS[match["unit"].upper()]
    bounds = (
        (28, "ikg:NeonatalSubject"), (365, "ikg:InfantSubject"), (10 * 365.25, "ikg:PaediatricSubject"),
        (18 * 365.25, "ikg:AdolescentSubject"), (65 * 365.25, "ikg:AdultSubject"), (121 * 365.25, "ikg:ElderlySubject"),
    )  # fmt: skip
    return next((band for bound, band in bounds if days < bound), _UNSTATED_AGE)


def read(path: Path, reader: Reader) -> tuple[Entry, ...]:
    """Read the tables.

    Args:
        path: The folder of the installed package, or any folder with its three Parquet files.
        reader: The ontology's words.

    Raises:
        MissingExtra: pyarrow is not installed.
        SourceShapeError: A file or a column is missing; the error names it.
    """
    series = _table(path, "idc_index.parquet", _SERIES)
    collections = _table(path, "collections_index.parquet", _COLLECTIONS).to_pylist()
    results = _table(path, "analysis_results_index.parquet", _RESULTS).to_pylist()
    import pyarrow.compute as pc  # noqa: PLC0415  # an optional dependency, checked by _table

    original = series.filter(pc.is_null(series["analysis_result_id"]))
    of_collection: dict[str, list[dict[str, Any]]] = {}
    for row in original.select(_SERIES).to_pylist():
        of_collection.setdefault(row["collection_id"], []).append(row)
    found = [
        _collection(number, row, of_collection.get(row["collection_id"], []), reader)
        for number, row in enumerate(sorted(collections, key=lambda c: str(c["collection_id"])))
    ]
    names = {row["collection_id"]: row["collection_name"] for row in collections}
    for number, row in enumerate(sorted(results, key=lambda r: str(r["analysis_result_id"])), len(found)):
        found.append(_result(number, row, names, reader))
    return tuple(found)


def _table(path: Path, name: str, columns: Iterable[str]) -> Frame:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415  # only this importer needs it
        from pyarrow import ArrowInvalid  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("sources") from error
    file = path / name
    if not file.is_file():
        raise SourceShapeError(path, (f"the file {name}",))
    try:
        have = pq.read_schema(file).names
    except ArrowInvalid as error:
        raise SourceShapeError(file, ("a Parquet file",)) from error
    missing = [c for c in columns if c not in have]
    if missing:
        raise SourceShapeError(file, (f"the column {missing[0]!r}",))
    return pq.read_table(file, columns=list(columns))


def _collection(number: int, row: dict[str, Any], series: list[dict[str, Any]], reader: Reader) -> Entry:
    slug = str(row["collection_id"])
    name = squeeze(str(row["collection_name"] or slug))
    dois = sorted({str(s["source_DOI"]) for s in series if s["source_DOI"]})
    url = f"https://doi.org/{dois[0]}" if dois else ""
    mentions = (
        reader.literal("collection_name", name, "title", name),
        *((reader.literal("source_DOI", url, "landingPage", url),) if url else ()),
        reader.literal("collection_id", slug, "alias", slug),
        Mention("Access", "Public", "accessLevel", "ikg:OpenDownload", Status.READ, "its files are in the public buckets"),
        *reader.concepts("cancer_types", _list(row["cancer_types"]), "condition"),
        *reader.concepts("tumor_locations", _list(row["tumor_locations"]), "anatomy"),
        *_shares("Modality", series, "modality", reader),
        *_shares("BodyPartExamined", series, "fieldOfView", reader),
        *_makers(series, reader),
        *(m for licence in sorted({str(s["license_short_name"]) for s in series}) for m in reader.licence("license", licence)),
        *_population(series, str(row["species"] or "")),
        *_sizes(row["subjects"], series),
    )
    return Entry(number, name, url, (slug, slug.replace("_", "-")), founds=True, mentions=mentions)


def _list(cell: Any) -> str:
    """A list of cancers or sites without what it says of no cancer."""
    return re.sub(r"\((?:non-cancer|NOS)\)|, Not Otherwise Specified|\bNon-Cancer\b", "", str(cell or ""))


def _shares(field: str, series: list[dict[str, Any]], prop: str, reader: Reader) -> Iterator[Mention]:
    """What a column of the headers says, from the values that at least one series in a hundred has."""
    counts: dict[str, int] = {}
    for row in series:
        text = squeeze(str(row[field] or "")).upper()
        counts[text] = counts.get(text, 0) + 1
    facet = "anatomy" if prop == "fieldOfView" else prop
    found: dict[tuple[str, str], Mention] = {}
    for text in sorted(t for t, n in counts.items() if t and n >= _SHARE * len(series)):
        for mention in reader.concepts(field, text, facet):
            own = mention.property == facet
            key = (mention.raw, mention.value)  # two spellings of one maker hold the same words
            found.setdefault(key, Mention(
                field, mention.raw, prop if own else mention.property, mention.value, mention.status,
                mention.note or f"{counts[text]} of {len(series)} series",
            ))  # fmt: skip
    yield from found.values()


def _makers(series: list[dict[str, Any]], reader: Reader) -> Iterator[Mention]:
    for mention in _shares("Manufacturer", series, "acquisition", reader):
        if mention.property == "acquisition":
            yield mention


def _population(series: list[dict[str, Any]], species: str) -> Iterator[Mention]:
    sexes: dict[str, str] = {}
    ages: dict[str, str] = {}
    for row in series:
        patient = str(row["PatientID"])
        sex = _SEX.get(str(row["PatientSex"] or "").upper(), _UNSTATED_SEX)
        sexes[patient] = sex if sexes.get(patient, _UNSTATED_SEX) == _UNSTATED_SEX else sexes[patient]
        age = age_band(row["PatientAge"])
        ages[patient] = age if ages.get(patient, _UNSTATED_AGE) == _UNSTATED_AGE else ages[patient]
    for field, groups in (("PatientSex", sexes), ("PatientAge", ages)):
        counts: dict[str, int] = {}
        for group in groups.values():
            counts[group] = counts.get(group, 0) + 1
        for group, count in sorted(counts.items()):
            yield Mention(field, str(count), "subjects", f"{group} {count}", Status.VALUE, "patients, by their headers")
    kinds = {"Human": "ikg:HumanSubject", "Mouse": "ikg:MouseSubject", "Canine": "ikg:DogSubject", "Phantom": "ikg:Phantom"}
    for word in (w.strip() for w in species.split(",")):
        if word in kinds:
            yield Mention("species", word, "population", kinds[word], Status.READ)


def _sizes(subjects: Any, series: list[dict[str, Any]]) -> Iterator[Mention]:
    studies = len({row["StudyInstanceUID"] for row in series})
    size = round(sum(float(row["series_size_MB"] or 0) for row in series) * 1_000_000)
    for field, count, unit in (
        ("subjects", int(subjects or 0), "patient"),
        ("studies", studies, "study"),
        ("series", len(series), "series"),
    ):
        if count:
            yield Mention(field, str(count), "extent", f"{count} {unit} exact", Status.VALUE)
    if size:
        yield Mention("series_size_MB", str(size // 1_000_000), "byteSize", str(size), Status.VALUE)


def _result(number: int, row: dict[str, Any], names: dict[str, str], reader: Reader) -> Entry:
    slug, title = str(row["analysis_result_id"]), squeeze(str(row["analysis_result_title"]))
    short, colon, _ = title.partition(": ")
    name = short if colon and len(short) < 40 else slug.replace("_", "-")
    sources = tuple(names.get(c.strip(), c.strip()) for c in str(row["collections"]).split(","))
    subjects = int(row["subjects"] or 0)
    url = f"https://doi.org/{row['source_DOI']}"
    mentions = [
        reader.literal("analysis_result_title", name, "title", name),
        reader.literal("source_DOI", url, "landingPage", url),
        reader.literal("analysis_result_id", slug, "alias", slug),
        Mention("Access", "Public", "accessLevel", "ikg:OpenDownload", Status.READ, "its files are in the public buckets"),
        *reader.licence("license", str(row["license_short_name"])),
        *reader.concepts("modalities", str(row["modalities"]), "companionData"),
    ]
    if subjects:
        mentions.append(Mention("subjects", str(subjects), "extent", f"{subjects} patient exact", Status.VALUE))
    return Entry(number, name, url, (slug, slug.replace("_", "-")), founds=True,
                 mentions=tuple(mentions), parents=sources)  # fmt: skip
