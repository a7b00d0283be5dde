r"""The survey's file: JSON and Markdown say the same, and a file in another shape is refused with what it lacks."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import SourceShapeError
from kg.sources.claims import read_extent
from kg.sources.imaging_x import SurveyRecord, read, sha256_of

MARKDOWN = r"""# A survey

Some words, and a table that is not one of datasets:

| Part | Count |
| --- | --- |
| 2D | 2 |

## 🔬 2D Image Datasets

### CT Datasets

| # | Dataset | Year | Dim | Modality | Structure | Images | Label | Task | Diseases |
|:--|:-:|:--|--|--|--|--|--|--|--|
| 1 | [LiTS \| Liver](https://lits.org/\#!a) | 2017 | 2D/3D | CT | Liver | 2.7k | Yes | Seg | Liver  tumor |
| 2 | Plain  Set | 2020 | 2D | CT | NA | 200+ | No | Cls | - |

## 3D MR Datasets

| # | Dataset | Year | Dim | Modality | Structure | Volumes | Label | Task | Diseases |
|---|---|---|---|---|---|---|---|---|---|
| 1 | [BraTS](https://brats.org) | 2012 | 3D | MR | Brain | 80 | Yes | Seg | Glioma |

## Video Datasets

| # | Dataset | Year | Dim | Modality | Structure | Samples | Label | Task | Diseases |
|---|---|---|---|---|---|---|---|---|---|
| 1 | [Endo](https://endo.org) | 2015 | Video | Endoscopy | Colon | 10 | Yes | Det | Polyp |
"""

ROWS: list[dict[str, Any]] = [
    {
        "section": "CT Datasets", "name": "LiTS | Liver", "url": r"https://lits.org/\#!a", "year": 2017, "dim": "2D/3D",
        "modality": "CT", "structure": "Liver", "samples": "2.7k", "label": True, "task": "Seg",
        "diseases": " Liver tumor",
    },
    {
        "section": "CT Datasets", "name": "Plain Set", "url": None, "year": "2020", "dim": "2D", "modality": "CT",
        "structure": "NA", "samples": "200+", "label": "No", "task": "Cls", "diseases": "-",
    },
    {
        "section": "🧠 3D MR Datasets", "name": "BraTS", "url": "https://brats.org", "year": 2012, "dim": "3D",
        "modality": "MR", "structure": "Brain", "samples": 80, "label": "Yes", "task": "Seg", "diseases": "Glioma",
    },
    {
        "section": "Video Datasets", "name": "Endo", "url": "https://endo.org", "year": 2015, "dim": "Video",
        "modality": "Endoscopy", "structure": "Colon", "samples": "10", "label": "Yes", "task": "Det",
        "diseases": "Polyp",
    },
]  # fmt: skip


def markdown(folder: Path, text: str = MARKDOWN) -> Path:
    path = folder / "survey.md"
    path.write_text(text, encoding="utf-8")
    return path


def as_json(folder: Path, rows: Any) -> Path:
    path = folder / "survey.json"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
    return path


def test_both_forms_give_the_same_records(tmp_path: Path) -> None:
    records = read(markdown(tmp_path))
    assert records == read(as_json(tmp_path, ROWS))
    assert [r.record for r in records] == [0, 1, 2, 3]
    assert records[0] == SurveyRecord(
        0, "CT Datasets", "LiTS | Liver", "https://lits.org/#!a", "2017", "2D/3D", "CT", "Liver", "2.7k", "Yes", "Seg",
        "Liver tumor",
    )  # fmt: skip
    assert (records[1].name, records[1].url) == ("Plain Set", "")
    assert [r.section for r in records] == ["CT Datasets", "CT Datasets", "3D MR Datasets", "Video Datasets"]
    assert [r.samples for r in records] == ["2.7k", "200+", "80", "10"]


def test_the_form_is_known_by_content_and_not_by_name(tmp_path: Path) -> None:
    wrongly_named = tmp_path / "survey.txt"
    wrongly_named.write_text("\n " + json.dumps(ROWS), encoding="utf-8")
    assert read(wrongly_named) == read(markdown(tmp_path))


def test_a_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    plain = read(as_json(tmp_path, ROWS))
    marked = tmp_path / "marked.json"
    marked.write_text(json.dumps(ROWS), encoding="utf-8-sig")
    assert read(marked) == plain


def test_the_packagers_guess_at_access_is_read_when_it_is_there(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "access": "open", "another_column": 1}, ROWS[1]]
    assert [r.access for r in read(as_json(tmp_path, rows))] == ["open", ""]


@pytest.mark.parametrize("field", sorted(ROWS[0]))
def test_a_missing_json_column_is_named(field: str, tmp_path: Path) -> None:
    rows = [ROWS[0], {k: v for k, v in ROWS[1].items() if k != field}]
    path = as_json(tmp_path, rows)
    with pytest.raises(SourceShapeError, match=rf"the column '{field}' \(record 1\)") as caught:
        read(path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("column", ["#", "Year", "Dim", "Modality", "Structure", "Label", "Task", "Diseases"])
def test_a_missing_markdown_column_is_named(column: str, tmp_path: Path) -> None:
    head, mark, tail = MARKDOWN.partition("### CT Datasets")
    path = markdown(tmp_path, head + mark + tail.replace(f"| {column} |", "| Other |", 1))
    with pytest.raises(SourceShapeError, match=rf"the column '{column}' \(line 13\)"):
        read(path)


def test_a_table_without_any_count_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceShapeError, match="the column 'Images or Volumes or Samples'"):
        read(markdown(tmp_path, MARKDOWN.replace("| Volumes |", "| Size |")))


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| 1 | [BraTS](https://brats.org) | 2012 | 3D | MR | Brain | 80 | Yes | Seg |", 9),
        ("| 1 | [Bra|TS](https://brats.org) | 2012 | 3D | MR | Brain | 80 | Yes | Seg | Glioma |", 11),
        ("| 1 | [BraTS](https://brats.org) | 2012 | 3D | MR | Brain | 80 | Yes | Seg | Glioma", 9),
    ],
    ids=["a cell short", "a bar that is not escaped", "no last bar"],
)
def test_a_row_of_another_width_is_refused(row: str, cells: int, tmp_path: Path) -> None:
    good = next(line for line in MARKDOWN.splitlines() if "BraTS" in line)
    with pytest.raises(SourceShapeError, match=rf"10 cells in the row of line 22 \(it has {cells}\)"):
        read(markdown(tmp_path, MARKDOWN.replace(good, row)))


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ('[{"name": "A",}]', "well-formed JSON (line 1"),
        ('[\n{"name": \n', "well-formed JSON (line 3"),
        ('{"datasets": []}', "a JSON list of datasets at the top"),
        ('["LiTS"]', "an object in place 0"),
        ("[]", "a table with the column 'Dataset'"),
        ("", "a table with the column 'Dataset'"),
        ("no table at all", "a table with the column 'Dataset'"),
        ("| Name | Year |\n|---|---|\n| A | 2020 |\n", "a table with the column 'Dataset'"),
        (MARKDOWN.split("| 1 |", 1)[0], "a table with the column 'Dataset'"),
    ],
)
def test_a_file_in_another_shape_is_refused(text: str, lack: str, tmp_path: Path) -> None:
    path = as_json(tmp_path, text)
    with pytest.raises(SourceShapeError) as caught:
        read(path)
    assert caught.value.path == str(path)
    assert lack in str(caught.value)


def test_bytes_that_are_no_text_are_placed(tmp_path: Path) -> None:
    path = tmp_path / "latin.md"
    path.write_bytes(b"| Dataset |\xe9")
    with pytest.raises(SourceShapeError, match="UTF-8 text \\(byte 11"):
        read(path)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "nothing.json")


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("text", "extent"),
    [
        ("2.7k", (2700, "approximate")),
        ("1.15M", (1_150_000, "approximate")),
        ("31K", (31_000, "approximate")),
        ("2.0 k", (2000, "approximate")),
        ("3,000", (3000, "exact")),
        ("1,100,786", (1_100_786, "exact")),
        (" 84898 ", (84_898, "exact")),
        ("200+", (200, "approximate")),
        ("10k+", (10_000, "approximate")),
        ("1", (1, "exact")),
        ("0", None),
        ("0.0001k", None),
        ("", None),
        ("NA", None),
        ("-5", None),
        ("Neck", None),
        ("about 300", None),
        ("100 patients", None),
        ("1-2", None),
        ("2.5", None),
        ("1.234", None),
        ("2,7k", None),
        ("30,00", None),
        ("212,742 images & 1,100,786 VQA entires", None),
    ],
)
def test_a_count_is_read_only_where_one_is_meant(text: str, extent: tuple[int, str] | None) -> None:
    assert read_extent(text) == extent
