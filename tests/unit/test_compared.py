"""Datasets side by side, on the real catalogue."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kg.cli import app
from kg.compared import COMPARED, MOST
from kg.errors import QuestionError, UnknownDataset
from kg.opened import OpenRelease


def test_what_is_common_is_common_by_meaning(release: OpenRelease) -> None:
    body = release.compare(["LiTS", "KiTS19"])
    rows = {r["property"]: r for r in body["rows"]}
    assert [d["id"] for d in body["datasets"]] == ["lits", "kits19"]
    assert rows["modality"]["state"] == "same"
    assert rows["anatomy"]["state"] == "common"
    assert {"abdominal organ", "abdomen"} <= {c["label"] for c in rows["anatomy"]["common"]}
    assert [c["label"] for c in rows["anatomy"]["values"]["lits"]] == ["liver"]
    assert rows["accessLevel"]["state"] == "different"


def test_what_nobody_says_is_unknown_and_not_different(release: OpenRelease) -> None:
    rows = {r["property"]: r for r in release.compare(["LiTS", "KiTS19"])["rows"]}
    assert rows["licence"]["state"] == "unknown"
    assert rows["licence"]["unknown"] == ["lits"]
    assert release.compare(["LiTS", "KiTS19"])["datasets"][0]["disputed"]["licence"]


def test_shared_data_are_told(release: OpenRelease) -> None:
    (overlap,) = release.compare(["KiTS19", "KiTS21"])["overlap"]
    assert overlap["certainty"] == "certain"


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "not 0"), (["LiTS"], "not 1"), (["LiTS", "KiTS19", "Liver Tumor Segmentation"], "there already")],
)
def test_what_is_no_comparison(release: OpenRelease, names: list[str], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        release.compare(names)
    with pytest.raises(QuestionError, match=f"not {MOST + 1}"):
        release.compare(list(release.knowledge.datasets)[: MOST + 1])
    with pytest.raises(UnknownDataset):
        release.compare(["LiTS", "nonesuch"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_comparison_says_what_is_so(release: OpenRelease, data: st.DataObject) -> None:
    known = release.knowledge
    ids = data.draw(st.lists(st.sampled_from(sorted(known.datasets)), min_size=2, max_size=4, unique=True))
    body = release.compare(ids)
    assert [r["property"] for r in body["rows"]] == list(COMPARED)
    order = data.draw(st.permutations(ids))
    for row, again in zip(body["rows"], release.compare(order)["rows"], strict=True):
        assert (row["state"], row["common"]) == (again["state"], again["common"])  # whatever the order
        assert set(row["values"]) == set(ids)
        assert row["unknown"] == [i for i in ids if not row["values"][i]]
        assert (row["state"] == "unknown") == bool(row["unknown"])
        for concept in row["common"]:
            entailed = {"anatomy": "relevantTo", "task": "servesTask"}.get(row["property"], row["property"])
            assert all(known.datasets[i].has(entailed, concept["iri"]) for i in ids)
            assert not any(
                concept["iri"] in known.taxonomy.supers.get(other["iri"], ()) for other in row["common"] if other is not concept
            )


def test_the_command_and_the_body(release: OpenRelease) -> None:
    runner = CliRunner()
    ask = ["compare", "LiTS", "KiTS19", "KiTS21", "--release", str(release.folder)]
    done = runner.invoke(app, [*ask, "--json"])
    assert json.loads(done.stdout) == release.compare(["LiTS", "KiTS19", "KiTS21"])
    shown = runner.invoke(app, ask).stdout
    assert "abdominal" in shown  # a narrow terminal breaks "abdominal organ" in two
    assert "overlap" in shown
    assert "disputed" in shown
