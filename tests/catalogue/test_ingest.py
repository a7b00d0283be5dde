"""Bringing the survey into a catalogue: whole, repeatable, and without touching what other sources said."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.catalogue.lint import check
from kg.catalogue.tables import Catalogue, Source
from kg.errors import CatalogueError, SourceShapeError
from kg.identity import Decision
from kg.model import Claim, Concept, DatasetRow, Flag, Override, RowIdentity, Status, Word, WordKind
from kg.namespaces import IKG
from kg.sources.imaging_x import sha256_of
from kg.sources.ingest import import_imaging_x
from kg.terms.lexicon import Lexicon

LEXICON = Lexicon(
    {
        str(IKG[name]): Concept(str(IKG[name]), word, facet, (Word(word, WordKind.LABEL, "en"),))
        for name, word, facet in (("CT", "CT", "modality"), ("Seg", "Seg", "task"), ("Reg", "Registration", "task"))
    }
)


def row(name: str, url: str, year: str = "2017", **cells: Any) -> dict[str, Any]:
    return {
        "section": "CT Datasets", "name": name, "url": url, "year": year, "dim": "3D", "modality": "CT",
        "structure": "Liver", "samples": "131", "label": "Yes", "task": "Seg", "diseases": "NA", **cells,
    }  # fmt: skip


ROWS = [
    row("LiTS", "https://lits.org/data"),
    row("KiTS", "https://kits.org/data", year="2019"),
    row("LiTS", "https://lits.org/data"),
]


def survey(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "survey.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def test_rows_become_datasets_claims_and_identities(tmp_path: Path) -> None:
    path = survey(tmp_path, ROWS)
    stages: list[str] = []
    found = import_imaging_x(path, Catalogue(), (), LEXICON, "v1", stages.append)
    assert stages == ["reading the table", "finding the datasets", "reading the cells"]
    assert {d.id: (d.name, d.homepage, d.year) for d in found.datasets} == {
        "lits": ("LiTS", "https://lits.org/data", "2017"),
        "kits": ("KiTS", "https://kits.org/data", "2019"),
    }
    assert {i.record: i.dataset for i in found.identity} == {0: "lits", 1: "kits", 2: "lits"}
    assert {i.rule for i in found.identity if i.dataset == "kits"} == {"single"}
    assert "single" not in {i.rule for i in found.identity if i.dataset == "lits"}
    (source,) = found.sources
    assert (source.name, source.version, source.records, source.sha256) == ("imaging-x", "v1", 3, sha256_of(path))
    assert {c.record for c in found.claims} == {0, 1, 2}
    assert check(tmp_path, found, LEXICON) == ()


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = survey(tmp_path, ROWS)
    once = import_imaging_x(path, Catalogue(), (), LEXICON, "v1")
    assert import_imaging_x(path, once, (), LEXICON, "v1") == once


def test_a_decision_keeps_rows_apart(tmp_path: Path) -> None:
    apart = Decision("imaging-x", 0, 2, "different", "seen", "LiTS", "LiTS")
    found = import_imaging_x(survey(tmp_path, ROWS), Catalogue(), (apart,), LEXICON)
    of_record = {i.record: i.dataset for i in found.identity}
    assert len(found.datasets) == 3
    assert of_record[0] != of_record[2]


def test_a_decision_about_another_row_than_the_curator_saw_stops_the_import(tmp_path: Path) -> None:
    stale = Decision("imaging-x", 0, 1, "same", "seen", "LiTS", "BTCV")
    with pytest.raises(CatalogueError, match="KiTS"):
        import_imaging_x(survey(tmp_path, ROWS), Catalogue(), (stale,), LEXICON)


def test_a_curators_override_outlives_the_import(tmp_path: Path) -> None:
    override = Override("imaging-x", 1, "task", "Seg", ("ikg:Reg",), Flag.READING, "because")
    found = import_imaging_x(survey(tmp_path, ROWS), Catalogue(overrides=(override,)), (), LEXICON)
    assert found.overrides == (override,)
    read = {c.record: (c.value, c.status) for c in found.claims if c.field == "task"}
    assert read[1] == ("ikg:Reg", Status.OVERRIDDEN)
    assert read[0] == ("ikg:Seg", Status.READ)


def test_what_other_sources_said_stays(tmp_path: Path) -> None:
    claim = Claim("atlas", "idc", 0, "modality", "CT", "modality", "ikg:CT", Status.READ)
    before = Catalogue(
        datasets=(DatasetRow("atlas", "Atlas"), DatasetRow("gone", "Gone")),
        claims=(claim, replace(claim, dataset="gone", source="imaging-x", record=9)),
        identity=(RowIdentity("idc", 0, "atlas", "single"), RowIdentity("imaging-x", 9, "gone", "single")),
        sources=(Source("idc", "", "", "", "", 1, ""), Source("imaging-x", "", "old", "", "", 10, "")),
    )
    found = import_imaging_x(survey(tmp_path, ROWS), before, (), LEXICON, "new", accept_shrink=True)
    assert {d.id for d in found.datasets} == {"lits", "kits", "atlas"}
    assert claim in found.claims
    assert {i.dataset for i in found.identity} == {"lits", "kits", "atlas"}
    assert {s.name: s.version for s in found.sources} == {"idc": "", "imaging-x": "new"}
    assert check(tmp_path, found, LEXICON) == ()


def test_the_year_and_the_page_of_most_rows(tmp_path: Path) -> None:
    rows = [row("LiTS", "https://lits.org/data", year=y) for y in ("2016", "2017", "2017")]
    (dataset,) = import_imaging_x(survey(tmp_path, rows), Catalogue(), (), LEXICON).datasets
    assert dataset.year == "2017"


def test_a_file_in_another_shape_is_refused(tmp_path: Path) -> None:
    path = survey(tmp_path, [{k: v for k, v in ROWS[0].items() if k != "task"}])
    with pytest.raises(SourceShapeError, match="'task'"):
        import_imaging_x(path, Catalogue(), (), LEXICON)
