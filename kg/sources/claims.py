"""From the survey's records to claims: each atomic mention of each cell, with its reading beside it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kg.model import Claim, Flag, Override, Status
from kg.namespaces import curie, expand
from kg.sources.imaging_x import SOURCE, SurveyRecord
from kg.terms.lexicon import Lexicon
from kg.terms.normalise import Reading, normalise
from kg.terms.text import fold, squeeze

__all__ = ["claims_of", "read_extent"]

# The survey's column → the facet that its words should name.
_FACET_OF: Final = {
    "dim": "dimensionality",
    "modality": "modality",
    "structure": "anatomy",
    "task": "task",
    "diseases": "condition",
    "access": "accessLevel",
}
# The header that the survey's own tables give to the count, per part of the survey.
_VIDEO_SECTIONS: Final = ("Video Datasets",)
_NUMBER: Final = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+(?=\s*[kKmM]))?)\s*(?P<scale>[kKmM]?)\s*(?P<more>\+?)", re.ASCII
)
_NOT_STATED: Final = ("", "na", "n a", "0", "unknown")
_SCALE: Final = {"": 1, "k": 1_000, "m": 1_000_000}


def read_extent(text: str) -> tuple[int, str] | None:
    """A count and its certainty (``exact`` | ``approximate``) from text such as ``2.7k``, ``3,000`` or ``200+``.

    Returns:
        None when the text gives no single number: ``0``, ``NA`` and sentences are unknown, never zero.
    """
    match = _NUMBER.fullmatch(squeeze(text))
    if not match:
        return None
    count = round(float(match["number"].replace(",", "")) * _SCALE[match["scale"].lower()])
    certainty = "approximate" if match["scale"] or match["more"] else "exact"
    return (count, certainty) if count > 0 else None


def _unit(record: SurveyRecord) -> str:
    if record.section in _VIDEO_SECTIONS:
        return "sample"
    return "volume" if record.section.startswith("3D ") else "image"


def _decided(overrides: Iterable[Override]) -> Mapping[tuple[int, str], Mapping[str, Override]]:
    found: dict[tuple[int, str], dict[str, Override]] = {}
    for override in overrides:
        if override.source == SOURCE:
            found.setdefault((override.record, override.field), {})[fold(override.raw)] = override
    return found


def claims_of(
    records: Iterable[SurveyRecord],
    dataset_of: Mapping[int, str],
    lexicon: Lexicon,
    overrides: Iterable[Override],
) -> Iterator[Claim]:
    """Every claim of the survey's records.

    Args:
        records: The survey's rows.
        dataset_of: Which dataset each row describes (slug by record number).
        lexicon: The ontology's words.
        overrides: The curator's decisions on single cells.
    """
    decided = _decided(overrides)
    for record in records:
        dataset = dataset_of[record.record]
        yield from _literals(record, dataset, decided)
        for field, facet in _FACET_OF.items():
            here = decided.get((record.record, field), {})
            values = {mention: tuple(expand(v) for v in o.values) for mention, o in here.items()}
            for reading in normalise(getattr(record, field), facet, lexicon, values):
                yield _claim(record, dataset, field, reading, here)


def _why(override: Override) -> str:
    return override.reason if override.flag is Flag.WRONG else f"{override.flag.value}: {override.reason}"


def _claim(record: SurveyRecord, dataset: str, field: str, reading: Reading, here: Mapping[str, Override]) -> Claim:
    override = here.get(fold(reading.raw))
    note = override.reason if override else reading.note
    status = reading.status
    if field == "access" and status is Status.READ:
        status, note = Status.GUESSED, "guessed from the host name"
    if override and status is Status.REJECTED:
        note = _why(override)
    return Claim(
        dataset, SOURCE, record.record, field, reading.raw, reading.facet,
        curie(reading.concept) if reading.concept else "", status, note,
    )  # fmt: skip


def _literals(record: SurveyRecord, dataset: str, decided: Mapping[tuple[int, str], Mapping[str, Override]]) -> Iterator[Claim]:
    def say(field: str, raw: str, prop: str, value: str, note: str = "") -> Claim:
        override = decided.get((record.record, field), {}).get(fold(raw))
        if override:  # a literal is held to be wrong or left alone
            return Claim(dataset, SOURCE, record.record, field, raw, "", "", Status.REJECTED, _why(override))
        silent = fold(raw) in _NOT_STATED
        status = Status.VALUE if value else Status.VAGUE if silent else Status.UNREAD
        note = note or ("not stated" if silent else "")
        return Claim(dataset, SOURCE, record.record, field, raw, prop if value else "", value, status, note)

    yield say("name", record.name, "title", record.name)
    yield say("section", record.section, "section", record.section)
    if record.url:
        usable = record.url.startswith(("http://", "https://")) and " " not in record.url
        yield say("url", record.url, "landingPage", record.url if usable else "", "" if usable else "no http(s) address")
    year = record.year if re.fullmatch(r"(19|20)\d\d", record.year) else ""
    yield say("year", record.year, "issued", year)
    extent = read_extent(record.samples)
    value = f"{extent[0]} {_unit(record)} {extent[1]}" if extent else ""
    yield say("samples", record.samples, "extent", value, "unit from the table's header" if value else "")
    labelled = {"yes": "true", "no": "false"}.get(record.label.casefold(), "")
    yield say("label", record.label, "labelled", labelled)
