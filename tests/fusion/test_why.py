"""Why and why not: what joins two datasets, what blocks, the least relaxation, and the data that are shared."""

from dataclasses import replace
from itertools import combinations

import pytest

from kg.errors import ProfileError, UnknownDataset
from kg.fusion.answer import COMPATIBLE, HARMONISE
from kg.fusion.overlap import overlaps
from kg.fusion.shared import effective, shared
from kg.knowledge import Count, DatasetView, Knowledge
from kg.opened import OpenRelease


def test_a_pair_says_what_joins_and_what_blocks(release: OpenRelease) -> None:
    body = release.pair("LiTS", "KiTS19")
    assert {"modality", "task", "dimensionality"} <= {j["facet"] for j in body["joins"]}
    (modality,) = (j["shared"] for j in body["joins"] if j["facet"] == "modality")
    assert [c["label"] for c in modality] == ["contrast-enhanced CT"], "what lies above it says nothing more"
    assert body == {**release.pair("lits", "kits19")}
    far = release.pair("lits", "aptos-2019")
    assert {"modality", "anatomy"} <= {b["facet"] for b in far["blocks"]}
    assert {j["facet"] for j in far["joins"]}.isdisjoint(b["facet"] for b in far["blocks"])
    assert all(x["reason"] for kind in ("joins", "blocks", "unknown") for x in far[kind])


def test_a_pair_tells_the_overlap(release: OpenRelease) -> None:
    assert release.pair("luna16", "lidc-idri")["overlap"][0]["certainty"] == "certain"
    assert release.pair("lits", "aptos-2019")["overlap"] == []


def test_a_pair_of_one_is_none(release: OpenRelease) -> None:
    with pytest.raises(ProfileError):
        release.pair("lits", "LiTS")
    with pytest.raises(UnknownDataset):
        release.pair("lits", "no such set at all")


@pytest.mark.parametrize("name", ["lits", "aptos-2019", "ixi-dataset", "deeplesion"])
def test_each_relaxation_lets_the_dataset_in_and_none_smaller_would(name: str, release: OpenRelease) -> None:
    profile = {"modality": ["CT"], "anatomy": ["kidney"], "task": ["segmentation"], "constraints": {"since": 2018}}
    body = release.why_not(name, profile=profile)
    assert body["fits"] is (body["dataset"]["verdict"] in {COMPATIBLE, HARMONISE})
    if body["fits"]:
        return
    sizes = {len(r["leaveOut"]) for r in body["relaxations"]}
    assert len(sizes) == 1
    for smaller in combinations(("modality", "anatomy", "task", "constraints"), sizes.pop() - 1):
        rest = {k: v for k, v in profile.items() if k not in smaller}
        assert not release.why_not(name, profile=rest)["fits"]


def test_what_would_help_is_named_with_the_broader_concept(release: OpenRelease) -> None:
    body = release.why_not("lits", profile={"modality": ["CT"], "anatomy": ["kidney"]})
    (only,) = body["relaxations"]
    assert only["leaveOut"] == ["anatomy kidney"]
    assert release.why_not("lits", profile={"modality": ["CT"], "anatomy": [only["or"][0]["iri"]]})["fits"]
    with pytest.raises(ProfileError):
        release.why_not("lits")


def test_what_would_help_may_be_less_than_leaving_a_demand_out(release: OpenRelease) -> None:
    flat = {"modality": ["MRI"], "anatomy": ["brain"], "constraints": {"dimensionality": ["2D"]}}
    (only,) = release.why_not("brats-2021", profile=flat)["relaxations"]
    assert only["leaveOut"] == ["dimensionality 2D image"]
    assert [o.get("allowSlicing") for o in only["or"]] == [True]
    sliced = {**flat, "constraints": {"dimensionality": ["2D"], "allowSlicing": True}}
    assert release.why_not("brats-2021", profile=sliced)["fits"]
    tumours = {"modality": ["CT"], "condition": ["neoplasm"]}
    (only,) = release.why_not("pancreas-ct", profile=tumours)["relaxations"]
    assert [o["facet"] for o in only["or"] if o.get("orUnknown")] == ["condition"]
    assert release.why_not("pancreas-ct", profile={**tumours, "orUnknown": ["condition"]})["fits"]
    (only,) = release.why_not("ct-lymph-nodes", profile=tumours)["relaxations"]
    assert not any(o.get("orUnknown") for o in only["or"]), "its condition is known to be another"


def test_leaving_out_what_is_wanted_helps_nobody_whose_licence_forbids_the_use(release: OpenRelease) -> None:
    body = release.why_not("chexpert", profile={"modality": ["chest X-ray"], "use": "commercial-model"})
    assert [r["leaveOut"] for r in body["relaxations"]] == [["use commercial-model"]]


def test_how_sets_are_obtained_differs_and_blocks_nothing(release: OpenRelease) -> None:
    body = release.pair("LiTS", "MSD03-Liver")
    assert body["blocks"] == []
    assert [d["facet"] for d in body["differs"]] == ["accessLevel"]


def _set(name: str, size: int = 10, **related: str) -> DatasetView:
    return DatasetView(
        name, name, counts=(Count(size, "image", "exact"),), related={p: frozenset([o]) for p, o in related.items()}
    )


def test_shared_data_follow_along_parts_and_only_possibly_from_a_common_source(release: OpenRelease) -> None:
    sets = [_set("whole", 100), _set("part", 40, isPartOf="whole"), _set("bit", 5, isPartOf="part"), _set("anew", 40, relabels="part"),
            _set("other", 60, wasDerivedFrom="whole"), _set("apart", 7)]  # fmt: skip
    known = Knowledge(sets, release.knowledge.concepts, release.knowledge.taxonomy, {})
    found = {frozenset((s.one, s.other)): s for s in shared((s.id for s in sets), known)}
    assert found[frozenset(("bit", "whole"))].via == ("part",)
    assert found[frozenset(("anew", "whole"))].certain
    assert found[frozenset(("anew", "whole"))].via == ("part",)
    assert not found[frozenset(("other", "part"))].certain
    assert not any("apart" in pair for pair in found)
    size = effective(sets, found.values())
    assert size["datasets"] == {"listed": 6, "groups": 2}
    assert size["extent"] == {"image": {"listed": 252, "atLeast": 107}}
    assert effective([replace(sets[5], counts=())], ())["unknown"] == 1


def test_every_stated_relation_is_flagged_as_certain(release: OpenRelease) -> None:
    everything = list(release.knowledge.datasets)
    certain = {frozenset((s.one, s.other)) for s in shared(everything, release.knowledge) if s.certain}
    assert {frozenset((o.dataset, o.other)) for o in overlaps(everything, release.knowledge)} <= certain
