"""Ranking from seeds: a similarity that is one, parts that are all explained, profiles that an expert would name."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.fusion.explained import explained
from kg.fusion.similarity import FACET_WEIGHTS, PART_WEIGHTS, SAID, Similarity
from kg.model import FACETS
from kg.opened import OpenRelease

ALL = 5000


def test_the_parts_weigh_one_together() -> None:
    assert sum(PART_WEIGHTS.values()) == pytest.approx(1)
    assert set(FACETS) < set(FACET_WEIGHTS) < set(PART_WEIGHTS)
    assert set(SAID) == set(FACETS)


def test_similarity_is_a_similarity(release: OpenRelease) -> None:
    knowledge = release.knowledge
    similarity = Similarity(knowledge)
    sample = list(knowledge.datasets.values())[::60]
    places = {d.id: n for n, d in enumerate(knowledge.datasets.values())}
    for one in sample:
        parts = similarity.parts([one])
        assert set(parts) == set(PART_WEIGHTS)
        assert float(np.sum(list(parts.values()), axis=0).max()) <= 1 + 1e-6
        for facet, (prop, weight) in FACET_WEIGHTS.items():
            row = similarity.row(facet, one)
            assert row.min() >= 0
            assert row.max() <= 1 + 1e-6
            if one.entailed.get(prop):
                assert row[places[one.id]] == pytest.approx(1), "nothing is more like a set than itself"
            for other in sample:
                shared = similarity.facet(facet, one, other)
                assert (shared is not None) is bool(one.entailed.get(prop) and other.entailed.get(prop))
                assert float(row[places[other.id]]) == pytest.approx(float(similarity.row(facet, other)[places[one.id]]))
                assert float(parts[facet][places[other.id]]) == pytest.approx(weight * float(row[places[other.id]]), abs=1e-6)


def test_a_pool_lies_between_its_seeds_alone_and_all_of_them(release: OpenRelease) -> None:
    similarity = release.knowledge.kept(Similarity)
    lits, kits, brats = (release.knowledge.datasets[i] for i in ("lits", "kits19", "brats-2021"))
    place = list(release.knowledge.datasets).index("msd03-liver")
    near, far = (float(similarity.parts(s)["anatomy"][place]) for s in ([lits, kits], [lits, brats]))
    assert near > far > 0, "a seed that is about something else counts against what it does not share"


@pytest.mark.parametrize(
    "seeds", [("lits", "kits19", "msd07-pancreas"), ("brats-2021", "chexpert", "drive"), ("ham10000", "isic19")]
)
def test_the_order_of_seeds_changes_nothing(seeds: tuple[str, ...], release: OpenRelease) -> None:
    def answer(order: tuple[str, ...]) -> list[tuple[str, float, str]]:
        return [(m["id"], m["score"], m["verdict"]) for m in release.fuse(order, {}, limit=ALL)["members"]]

    first, *others = (answer(order) for order in permutations(seeds))
    assert all(other == first for other in others)
    assert answer((*seeds, seeds[0])) == first


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_part_of_a_score_is_explained(data: st.DataObject, release: OpenRelease) -> None:
    ids = sorted(release.knowledge.datasets)
    seeds = data.draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4, unique=True))
    answer = release.fuse(seeds, {}, limit=20)
    assert answer["profile"]["induced"] is True
    for hit in answer["members"]:
        assert hit["score"] == pytest.approx(sum(hit["parts"].values()), abs=1e-3)
        assert list(hit["why"]) == list(hit["parts"])
        assert all(hit["parts"].values())
        assert all(reason and "nothing that tells" not in reason for part, reason in hit["why"].items()), hit["why"]


def test_the_reason_of_a_part_names_what_is_shared_and_by_how_many_seeds(release: OpenRelease) -> None:
    datasets = release.knowledge.datasets
    seeds = [datasets[i] for i in ("lits", "kits19", "msd07-pancreas")]
    told = explained(release.knowledge, seeds, datasets["msd03-liver"], list(PART_WEIGHTS))
    assert "liver (1 of 3 seeds)" in told["anatomy"]
    assert told["modality"] == "modality contrast-enhanced CT (all 3 seeds)"
    assert told["labels"].startswith("its labels mark ")
    assert told["precedent"].startswith("drawn upon together with all 3 seeds by AbdomenAtlas")
    brats = explained(release.knowledge, [datasets["brats-2019"], datasets["wmh"]], datasets["brats-2020"], ["kinship"])
    assert brats == {"kinship": "of one series: BraTS (1 of 2 seeds)"}


# Three seeds that experts know well → what they would say the three have in common.
PROFILES: dict[tuple[str, ...], dict[str, list[str]]] = {
    ("LiTS", "KiTS19", "MSD07-Pancreas"): {
        "modality": ["computed tomography"], "anatomy": ["abdomen"], "task": ["image segmentation"], "condition": ["neoplasm"],
    },
    ("BraTS 2021", "UPENN-GBM", "UCSF-PDGM"): {
        "modality": ["magnetic resonance imaging"], "anatomy": ["brain"], "task": ["image segmentation"], "condition": ["diffuse glioma"],
    },
    ("ISLES 2022", "WMH", "BraTS 2021"): {
        "modality": ["magnetic resonance imaging"], "anatomy": ["brain"], "task": ["image segmentation"], "condition": [],
    },
    ("NIH Chest X-ray 14", "CheXpert", "VinDr-CXR"): {
        "modality": ["chest radiography"], "anatomy": ["chest"], "task": ["image classification"],
        "condition": ["atelectasis", "cardiomegaly", "pleural effusion", "pneumonia", "pneumothorax"],
    },
    ("DRIVE", "STARE", "CHASE"): {
        "modality": ["colour fundus photography"], "anatomy": ["retina"], "task": ["image segmentation"], "condition": [],
    },
    ("APTOS-2019", "EyePACS", "MESSIDOR-2"): {
        "modality": ["colour fundus photography"], "anatomy": ["retina"], "task": ["image classification"],
        "condition": ["diabetic retinopathy"],
    },
    ("DRISHTI-GS", "PAPILA", "iChallenge-REFUGE2"): {
        "modality": ["colour fundus photography"], "anatomy": ["retina"], "task": ["image segmentation"], "condition": ["glaucoma"],
    },
    ("ACDC", "M&Ms", "MM-WHS"): {
        "modality": ["magnetic resonance imaging"], "anatomy": ["heart"], "task": ["image segmentation"], "condition": [],
    },
    ("PROMISE12", "Prostate-3T", "MSD05 Prostate"): {
        "modality": ["magnetic resonance imaging"], "anatomy": ["prostate gland"], "task": ["image segmentation"],
        "condition": ["prostate cancer"],
    },
    ("CVC-ClinicDB", "Kvasir-SEG", "PolypGen"): {
        "modality": ["colonoscopy"], "anatomy": ["colon"], "task": ["image segmentation"], "condition": ["polyp of large intestine"],
    },
    ("LIDC-IDRI", "LNDb", "LUNA16"): {
        "modality": ["computed tomography"], "anatomy": ["lung"], "task": ["object detection"], "condition": ["lung nodule"],
    },
    ("BUSI", "TN3K", "DDTI"): {
        "modality": ["ultrasonography"], "anatomy": [], "task": ["image segmentation"], "condition": [],
    },
    ("OASIS-1", "IXI Dataset", "ADNI"): {
        "modality": ["magnetic resonance imaging"], "anatomy": ["brain"], "task": [], "condition": [],
    },
    ("HECKTOR 2022", "AutoPET", "Head-Neck-PET-CT"): {
        "modality": ["PET-CT"], "anatomy": [], "task": ["image segmentation"], "condition": ["cancer"],
    },
    ("OCT2017", "RETOUCH", "Srinivasan BOE 2014"): {
        "modality": ["retinal optical coherence tomography"], "anatomy": ["retina"], "task": ["image classification"],
        "condition": ["age-related macular degeneration"],
    },
    ("CMMD", "VinDr-Mammo", "CDD-CESM"): {
        "modality": ["mammography"], "anatomy": ["breast"], "task": ["image classification"], "condition": ["breast cancer"],
    },
}  # fmt: skip


@pytest.mark.parametrize("seeds", PROFILES, ids=" + ".join)
def test_the_induced_profile_is_what_an_expert_would_say(seeds: tuple[str, ...], release: OpenRelease) -> None:
    profile = release.fuse(seeds, {}, limit=1)["profile"]
    assert {f: sorted(c["label"] for c in profile[f]) for f in FACETS} == PROFILES[seeds]


def test_the_induced_profile_can_be_edited_and_asked_again(release: OpenRelease) -> None:
    seeds = ("LiTS", "KiTS19", "MSD07-Pancreas")
    first = release.fuse(seeds, {}, limit=ALL)
    again = release.fuse(seeds, first["profile"]["editable"], limit=ALL)
    assert again["members"] == first["members"]
    edited: dict[str, Any] = {**first["profile"]["editable"], "condition": []}
    wider = release.fuse(seeds, edited, limit=ALL)
    fitting = {m["id"] for m in first["members"] if m["verdict"] == "compatible"}
    assert fitting < {m["id"] for m in wider["members"] if m["verdict"] == "compatible"}
    assert "ct-lymph-nodes" in {m["id"] for m in wider["members"] if m["verdict"] == "compatible"}, "another disease fits now"
    told: dict[str, Any] = {k: v for k, v in first["profile"]["editable"].items() if k != "orUnknown"}
    narrower = {m["id"] for m in release.fuse(seeds, told, limit=ALL)["members"] if m["verdict"] == "compatible"}
    assert narrower < fitting, "who edits it may demand that the condition is known"


def test_seeds_without_anything_in_common_are_told_apart(release: OpenRelease) -> None:
    names = ["fastMRI", "PBC_dataset_normal_DIB", "Cholec80"]
    profile = release.fuse(names, {}, limit=1)["profile"]
    assert not any(profile["shared"].values())
    assert "nothing in common" in profile["note"]
    assert "Cholec80: laparoscopy, gallbladder" in profile["note"]
    assert [e["name"] for e in profile["each"]] == names
    assert profile["each"][2]["anatomy"] == ["gallbladder"]
    assert not any(profile[facet] for facet in FACETS), "nothing is demanded that they do not share"


def test_seeds_that_share_but_a_task_are_told_apart_too(release: OpenRelease) -> None:
    profile = release.fuse(["HAM10000", "ACDC"], {}, limit=1)["profile"]
    assert [c["label"] for c in profile["task"]] == ["image classification"], "it is asked for all the same"
    assert profile["note"].startswith("the seeds have nothing in common but tasks")
    assert "note" not in release.fuse(["LiTS", "KiTS19"], {}, limit=1)["profile"]


def test_labels_are_lent_only_where_they_are_known_to_lie(release: OpenRelease) -> None:
    spine = {
        m["id"]: m
        for m in release.fuse((), {"modality": ["CT"], "anatomy": ["spine"], "task": ["segmentation"]}, limit=ALL)["members"]
    }
    lent = spine["ct-colonography"]
    assert lent["verdict"] == "compatible-after-harmonisation", (
        "CTSpine1K marks vertebrae and nothing else, in each of its sources"
    )
    assert any("CTSpine1K" in step["text"] for step in lent["steps"])
    brain = release.fuse((), {"modality": ["MRI"], "anatomy": ["brain"], "task": ["segmentation"]}, limit=ALL)["members"]
    fitting = {m["id"] for m in brain if m["verdict"] != "related"}
    assert "tcga-gbm" in fitting
    assert not {"tcga-kirc", "prostatex", "duke-breast-cancer-mri"} & fitting, (
        "a set that labels many organs labels no brain in a kidney"
    )


def test_what_labels_images_anew_keeps_their_old_labels(release: OpenRelease) -> None:
    profile = {"modality": ["fundus photography"], "anatomy": ["retina"], "task": ["classification"]}
    hit = next(m for m in release.fuse((), profile, limit=ALL)["members"] if m["id"] == "deepdr-task2")
    assert hit["verdict"] == "compatible-after-harmonisation"
    assert any("DeepDR-Task1" in reason for reason in hit["reasons"])
