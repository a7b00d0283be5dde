"""Plans of the real catalogue: what they hold, that they can be made again, and that nothing leaks from one side to the other."""

import hashlib
import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kg.catalogue.tables import load
from kg.errors import KGError, PlanOfAnotherRelease, UnknownPlan
from kg.fusion.access import EFFORTS
from kg.fusion.plan_id import PlanOptions
from kg.namespaces import IKG
from kg.opened import OpenRelease
from kg.resources import catalogue_dir, checkout

QUESTIONS: dict[str, dict[str, Any]] = {
    "abdomen": {"modality": ["CT"], "anatomy": ["abdomen"], "task": ["segmentation"]},
    "fundus": {"modality": ["fundus photography"], "condition": ["diabetic retinopathy"], "task": ["classification"]},
    "brain": {"modality": ["MRI"], "condition": ["brain tumour"]},
    "chest": {"modality": ["chest X-ray"], "task": ["classification"]},
    "few": {"modality": ["CT"], "anatomy": ["kidney"], "choose": {"maximumDatasets": 5, "cap": 200, "sizeUnit": "volume"}},
}
_PLAN = """
import json, sys, kg
with kg.open(sys.argv[1]) as release:
    for profile in json.loads(sys.argv[2]):
        print(json.dumps(release.plan((), profile)))
    print(json.dumps(release.plan(["KiTS19", "LiTS"])))
"""


@pytest.fixture(params=QUESTIONS, scope="module")
def body(request: pytest.FixtureRequest, release: OpenRelease) -> dict[str, Any]:
    return release.plan((), QUESTIONS[request.param])


def test_a_plan_holds_what_the_fusion_answer_chose(body: dict[str, Any], release: OpenRelease) -> None:
    answer = release.fuse((), body["question"]["profile"], 5000)
    assert len(body["members"]) == answer["set"]["datasets"] > 1
    known = {m["id"]: m for m in answer["members"]}
    for member in body["members"]:
        own = known[member["id"]]
        assert (member["verdict"], member["reasons"], member["steps"]) == (own["verdict"], own["reasons"], own.get("steps", []))
    assert body["amount"]["datasets"] == answer["set"]["effective"]["datasets"]
    assert body["leftOut"] == answer["set"]["leftOut"]


def test_weights_sizes_and_counts_add_up(body: dict[str, Any], release: OpenRelease) -> None:
    members = body["members"]
    assert sum(m["weight"] for m in members) == pytest.approx(1, abs=1e-4)
    storage = body["amount"]["storage"]
    assert storage["bytes"] == sum(m["bytes"] or 0 for m in members)
    assert storage["known"] + storage["unknown"] == len(members)
    for unit in body["amount"]["extent"]:
        own = [[c["value"] for c in m["extent"] if c["unit"] == unit["unit"]] for m in members]
        assert unit["listed"] == sum(max(v) for v in own if v) >= unit["atLeast"] >= max(max(v) for v in own if v)
        assert (unit["known"], unit["unknown"]) == (sum(bool(v) for v in own), sum(not v for v in own))
    for facet in body["balance"]:
        told = {v["label"]: v["datasets"] for v in facet["values"]}
        assert max(told.values(), default=0) <= len(members) <= sum(told.values()) + facet["unknown"]["datasets"]
        if facet["facet"] in {"modality", "task"}:
            assert told == {label: sum(label in m[facet["facet"]] for m in members) for label in told}
    assert {i for level in body["access"] for i in level["datasets"]} == {m["id"] for m in members}
    assert all(a["effort"] < b["effort"] for a, b in pairwise(body["access"]))


def test_what_is_unknown_is_weighed_by_the_median_and_said(release: OpenRelease) -> None:
    body = release.plan((), QUESTIONS["fundus"])
    (unknown,) = [m for m in body["members"] if not m["extent"]]
    assert unknown["itemsBasis"] == "median"
    (mixture,) = [m for m in body["members"] if m["id"] == "medmnist"]
    assert mixture["itemsBasis"] == "at most", "its 454,591 images are of twelve kinds"
    assert mixture["items"] < 10_000
    assert "medmnist" in body["amount"]["mixed"]


def test_the_cap_of_the_profile_counts_and_an_option_wins(release: OpenRelease) -> None:
    capped = release.plan((), QUESTIONS["few"])
    assert any(m["capped"] for m in capped["members"])
    assert not any(m["capped"] for m in release.plan((), QUESTIONS["few"], PlanOptions(cap=10**9))["members"])


def test_no_pair_that_shares_data_is_on_both_sides(body: dict[str, Any]) -> None:
    side = {m["id"]: m["side"] for m in body["members"]}
    connected = any("no whole group fits" in note for note in body["split"]["notes"])
    assert set(side.values()) == ({"train"} if connected else {"train", "test"})
    for pair in body["leakage"]:
        assert side[pair["datasets"][0]] == side[pair["datasets"][1]], pair["reason"]
        assert pair["action"]
    assert body["split"]["test"]["share"] <= 0.25


def test_a_gap_is_of_no_member_and_of_what_would_fill_it(body: dict[str, Any], release: OpenRelease) -> None:
    knowledge = release.knowledge
    places = {"modality": "modality", "anatomy": "relevantTo", "labelled structure": "annotatesStructure"}
    population = {"age", "sex", "health", "species"}
    for gap in body["gaps"]:
        prop = places.get(gap["dimension"], "population" if gap["dimension"] in population else "acquisition")
        assert not any(knowledge.datasets[m["id"]].has(prop, gap["iri"]) for m in body["members"])
        assert all(knowledge.datasets[i].has(prop, gap["iri"]) for i in gap["near"])
        assert set(gap["fitting"]) <= set(gap["near"])
        assert gap["catalogue"] >= len(gap["near"])


def test_a_plan_without_children_says_so(release: OpenRelease) -> None:
    seeds = ["AMOS22", "WORD", "BTCV Abdomen"]
    found = release.plan(
        seeds, {"modality": ["CT"], "anatomy": ["abdomen"], "task": ["segmentation"], "choose": {"maximumDatasets": 3}}
    )
    gaps = {(g["dimension"], g["iri"]): g for g in found["gaps"]}
    children = gaps["age", str(IKG.PaediatricSubject)]
    assert "pediatric-ct-seg" in children["fitting"]
    assert "paediatric" in children["reason"]


def test_every_level_of_access_has_its_place_in_the_order_of_effort(release: OpenRelease) -> None:
    levels = {c.iri for c in release.knowledge.concepts.values() if c.facet == "accessLevel"} - {str(IKG.AccessLevel)}
    assert levels == set(EFFORTS)


def test_platform_steps_come_from_the_ontology(release: OpenRelease) -> None:
    body = release.plan(["TCGA-LIHC", "LiTS"])
    told = {p["label"]: p["steps"] for level in body["access"] for p in level["platforms"]}
    assert set(told["CodaLab"].split()) >= {"competition,", "data."}


def test_the_id_is_the_question_and_the_release(release: OpenRelease) -> None:
    words = release.plan(["LiTS", "KiTS19"], {"anatomy": ["renal", "liver"]})
    codes = release.plan(
        ["kits19", "https://w3id.org/imaging-kg/dataset/lits"], {"anatomy": ["UBERON:0002113", "UBERON:0002107"]}
    )
    assert words == codes
    text = json.dumps(
        {"format": 1, "question": words["question"], "release": release.manifest.id},
        sort_keys=True, separators=(",", ":"), ensure_ascii=False,
    )  # fmt: skip
    assert words["id"] == f"{release.manifest.id}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    other = release.plan(["LiTS", "KiTS19"], {"anatomy": ["renal", "liver"]}, PlanOptions(alpha=0.4))
    assert other["id"] != words["id"]


def test_a_plan_is_made_again_from_its_link_and_from_its_question(body: dict[str, Any], release: OpenRelease) -> None:
    number, _, token = body["link"].removeprefix("/v1/fusion/plans/").partition("?q=")
    assert number == body["id"]
    assert release.plan_again(number, token) == body
    asked = body["question"]
    assert release.plan(asked["seeds"], asked["profile"]) == body


def test_another_release_or_another_question_is_refused(release: OpenRelease) -> None:
    one, other = (release.plan((), QUESTIONS[q]) for q in ("brain", "chest"))
    token = one["link"].partition("?q=")[2]
    with pytest.raises(UnknownPlan, match=one["id"]):
        release.plan_again(other["id"], token)
    foreign = f"{'0' * 16}-{one['id'].rpartition('-')[2]}"
    with pytest.raises(PlanOfAnotherRelease) as caught:
        release.plan_again(foreign, token)
    assert caught.value.question == one["question"]


@pytest.mark.slow
def test_the_same_bytes_in_every_process(release_dir: Path) -> None:
    asked = json.dumps(list(QUESTIONS.values()))
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _PLAN, str(release_dir), asked],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    assert len(outputs) == 1


def read_pairs() -> list[dict[str, str]]:
    """The pairs that were read in the sources' own pages, where they are at hand."""
    given, root = os.environ.get("IMAGING_KG_READ_RELATIONS"), checkout()
    path = Path(given) if given else root.parent / "shared/fusion/relations-read.json" if root else None
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else []
    return found


def flagged(release: OpenRelease, one: str, other: str) -> bool:
    """Whether the plan of two datasets flags that they share data for certain, and keeps them on one side."""
    body = release.plan([one, other], {"choose": {"maximumDatasets": 2}})
    assert {m["id"] for m in body["members"]} == {one, other}
    side = {m["side"] for m in body["members"]}
    return [(set(p["datasets"]), p["certainty"]) for p in body["leakage"]] == [({one, other}, "certain")] and len(side) == 1


@pytest.mark.slow
def test_every_relation_of_the_catalogue_is_flagged_in_a_plan(release: OpenRelease) -> None:
    pairs = {tuple(sorted((r.dataset, r.other))) for r in load(catalogue_dir()).relations if r.relation != "inSeries"}
    assert len(pairs) > 400
    assert [p for p in sorted(pairs) if not flagged(release, *p)] == []


APART = {("brats-2021", "brats-2022"): "editions of a year stay apart, by a curator's decision, and share their subjects"}
"""Pairs that were read as the same and are two datasets here."""


@pytest.mark.slow
@pytest.mark.skipif(not read_pairs(), reason="the pairs that were read are not at hand (IMAGING_KG_READ_RELATIONS)")
def test_every_pair_that_was_read_is_flagged_or_is_one_dataset(release: OpenRelease) -> None:
    apart: set[tuple[str, ...]] = set()
    for pair in read_pairs():
        try:
            ids = sorted({release.knowledge.dataset(pair[end]).id for end in ("a", "b")})
        except KGError as error:
            pytest.fail(f"{pair}: {error}")
        if len(ids) == 1:
            assert pair["relation"] == "same", pair
            continue
        assert flagged(release, *ids), pair
        if pair["relation"] == "same":
            apart.add(tuple(ids))
    assert apart == set(APART)


def test_labels_of_one_set_for_the_images_of_another_are_told(release: OpenRelease) -> None:
    body = release.plan(["CXR-LT", "MIMIC-CXR"], {"choose": {"maximumDatasets": 2}})
    (pair,) = body["leakage"]
    assert pair["via"] == ["mimic-cxr-jpg"]
