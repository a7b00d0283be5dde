"""The survey's own procedure: its rule row by row, its published figures, and our answer beside."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from kg.cli.mdfp import mdfp_body
from kg.errors import SourceShapeError
from kg.fusion.mdfp import read_manifest, table_six
from kg.fusion.mdfp_beside import beside
from kg.opened import OpenRelease
from kg.resources import checkout


def row(name: str, **other: Any) -> dict[str, Any]:
    plain = {
        "dimension": "2D",
        "modality": ["CT"],
        "task": ["Classification"],
        "organization": "A",
        "images_valid": 100,
        "has_labels": True,
    }
    return {"name": name, **plain, **other}


ROWS = [
    row("LUNA16", images_valid=500),
    row("LiTS", organization="B", has_labels=False, task=["Localization"], images_valid=200),
    row("LiTS", organization=None),
    row("no such set"),
    row("too small", images_valid=99),
    row("size unknown", images_valid=None),
    row("volumes", dimension="3D"),
    row("two modalities", modality=["CT", "MR"]),
    row("other words", modality=["Fundus"], organization="C"),
]


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"columns": [], "rows": ROWS}), encoding="utf-8")
    return path


def test_the_rule_takes_a_row_by_dimension_one_modality_and_size(manifest: Path) -> None:
    ct, mr, fundus = table_six(read_manifest(manifest))
    assert ct.body() == {"modality": "CT", "datasets": 4, "images": 900, "organisations": 2, "labelled": 0.75}
    assert mr.body() == {"modality": "MR", "datasets": 0, "images": 0, "organisations": 0, "labelled": 0.0}
    assert [r.name for r in fundus.rows] == ["other words"]
    assert [r.number for r in table_six(read_manifest(manifest), tasks=True)[0].rows] == [0, 2, 3]
    assert [r.name for r in table_six(read_manifest(manifest), ("CT",), dimension="3D")[0].rows] == ["volumes"]


def test_our_answer_removes_duplicates_and_names_what_it_cannot_join(manifest: Path, release: OpenRelease) -> None:
    found = beside(table_six(read_manifest(manifest))[0], release.knowledge)
    assert found["datasets"] == 2
    assert found["unjoined"] == ["no such set"]
    assert found["collapsed"] == [{"dataset": "lits", "rows": ["LiTS", "LiTS"]}]
    assert found["duplicateImages"] == 100
    assert found["licenceUnknown"] + sum(found["licences"].values()) == 2
    assert found["added"]["datasets"] >= len(found["added"]["examples"]) > 0
    for example in found["added"]["examples"]:
        assert example["dataset"] not in {"lits", "luna16"}
        assert example["reason"]


def test_a_row_in_other_words_is_joined_by_the_address_of_its_page(tmp_path: Path, release: OpenRelease) -> None:
    page = release.knowledge.datasets["jsiec"].homepage
    shared = release.knowledge.datasets["gamma"].homepage
    path = tmp_path / "manifest.json"
    rows = [
        row("Joint Shantou", link=page.replace("https://", "http://") + "/"),
        row("a task of GAMMA", link=shared),
        row("x", link=None),
    ]
    path.write_text(json.dumps({"rows": rows}), encoding="utf-8")
    found = beside(table_six(read_manifest(path))[0], release.knowledge)
    assert found["datasets"] == 1
    assert found["unjoined"] == ["a task of GAMMA", "x"], "an address of several datasets tells none"


@pytest.mark.parametrize("text", ["{", "[]", '{"rows": []}', '{"rows": [{"name": "x"}]}'])
def test_what_is_no_manifest_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceShapeError):
        read_manifest(path)


def published() -> Path | None:
    """The manifest behind the paper's table, which its authors publish and we do not."""
    given = os.environ.get("IMAGING_KG_PAPER_MANIFEST")
    root = checkout()
    path = Path(given) if given else root.parent / "shared/data/imaging-x/portal-manifest-8c405ec.json" if root else None
    return path if path and path.is_file() else None


@pytest.mark.skipif(published() is None, reason="the survey's manifest is not at hand (IMAGING_KG_PAPER_MANIFEST)")
def test_the_published_table_is_met_cell_by_cell(release: OpenRelease) -> None:
    path = published()
    assert path is not None
    body = mdfp_body(path, release.knowledge)
    cells = [tuple(line.values()) for line in body["table"]]
    assert cells == [("CT", 10, 1_173_965, 4, 1.0), ("MR", 5, 681_025, 2, 1.0), ("Fundus", 42, 280_311, 17, 0.952)]
    assert body["total"] == {"datasets": 57, "images": 2_135_301}
    assert [(x["datasets"], x["images"]) for x in body["withStatedTasks"]] == [(9, 299_930), (5, 681_025), (41, 280_182)]
    fundus = body["beside"][2]
    assert fundus["datasets"] < 42
    assert [len(own["unjoined"]) for own in body["beside"]][:2] == [0, 0]
    assert fundus["collapsed"]
