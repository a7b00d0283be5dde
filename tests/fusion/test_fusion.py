"""Fusion over the real catalogue: one question in many words, verdicts with reasons, and an answer that can be checked."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ProfileError, UnknownConcept, UnknownDataset
from kg.fusion.answer import COMPATIBLE, EXCLUDED, HARMONISE, RELATED
from kg.fusion.overlap import overlaps
from kg.fusion.parsing import CONSTRAINTS, KEYS
from kg.fusion.precedent import Precedents
from kg.fusion.similarity import Similarity
from kg.knowledge import DatasetView
from kg.namespaces import DCTERMS, IKG
from kg.opened import OpenRelease
from kg.resources import checkout

ALL = 5000
_FUSE = """
import json, sys, kg
with kg.open(sys.argv[1]) as release:
    for question in json.loads(sys.argv[2]):
        print(json.dumps(release.fuse(**question, limit=5000)))
    print(json.dumps(release.search("CT or MRI of the liver since 2015, frobnicate", limit=5000)))
"""


def fuse(release: OpenRelease, *seeds: str, limit: int = ALL, **profile: Any) -> dict[str, Any]:
    return release.fuse(seeds, profile, limit=limit)


def ids(hits: list[dict[str, Any]], *verdicts: str) -> set[str]:
    return {h["id"] for h in hits if not verdicts or h["verdict"] in verdicts}


def understood(answer: dict[str, Any], facet: str) -> set[str]:
    return {c["label"] for c in answer["profile"][facet]}


@pytest.mark.parametrize(
    "words",
    [
        {"modality": ["CT"], "anatomy": ["renal"]},
        {"modality": "computed tomography", "anatomy": "kidney"},
        {"modality": ["ikg:CT"], "anatomy": ["UBERON:0002113"]},
        {"modality": [str(IKG.CT)], "anatomy": ["http://purl.obolibrary.org/obo/UBERON_0002113"]},
        {"modality": ["DCM:CT"], "anatomy": ["SNOMEDCT:64033007"]},
        {"modality": ["CT scan", "CT"], "anatomy": ["http://radlex.org/RID/RID205"]},
        {"modality": ["ct"], "anatomy": ["FMA:7203", "kidneys"]},
    ],
)
def test_one_question_in_many_words_has_one_answer(words: dict[str, Any], release: OpenRelease) -> None:
    answer = fuse(release, **words)
    assert answer == fuse(release, modality=["CT"], anatomy=["kidney"])
    assert {"kits19", "kits21", "kits23"} <= ids(answer["members"], COMPATIBLE)
    assert (understood(answer, "modality"), understood(answer, "anatomy")) == ({"computed tomography"}, {"kidney"})


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ({"organ": ["kidney"]}, "profile.organ"),
        ({"modality": ["CT"], "constraints": {"budget": 5}}, "profile.constraints.budget"),
        ({"constraints": ["since"]}, "profile.constraints"),
        ({"modality": [5]}, "profile.modality"),
        ({"modality": ["CT"], "orUnknown": ["access"]}, "profile.orUnknown"),
        ({"modality": ["CT"], "orUnknown": True}, "profile.orUnknown"),
        ({"modality": {"CT": 1}}, "profile.modality"),
        ({"anatomy": ["kidney", " "]}, "profile.anatomy"),
        ({"constraints": {"since": "2020"}}, "profile.constraints.since"),
        ({"constraints": {"since": True}}, "profile.constraints.since"),
        ({"constraints": {"minimumSize": -1}}, "profile.constraints.minimumSize"),
        ({"constraints": {"until": 2020.5}}, "profile.constraints.until"),
        ({"constraints": {"labelled": "yes"}}, "profile.constraints.labelled"),
        ({"constraints": {"allowSlicing": 1}}, "profile.constraints.allowSlicing"),
        ({"constraints": {"dimensionality": 2}}, "profile.constraints.dimensionality"),
        ({}, "profile"),
        ({"modality": []}, "profile"),
        ({"constraints": {}}, "profile"),
    ],
)
def test_a_profile_that_cannot_be_names_its_field(profile: dict[str, Any], field: str, release: OpenRelease) -> None:
    with pytest.raises(ProfileError) as caught:
        fuse(release, **profile)
    assert caught.value.field == field
    assert repr(field) in str(caught.value)


def test_an_unknown_key_is_answered_with_the_known_ones(release: OpenRelease) -> None:
    with pytest.raises(ProfileError) as caught:
        fuse(release, organ=["kidney"])
    assert all(key in caught.value.reason for key in KEYS)
    with pytest.raises(ProfileError) as caught:
        fuse(release, constraints={"sinse": 2018})
    assert all(key in caught.value.reason for key in CONSTRAINTS)
    assert caught.value.reason.endswith("did you mean since?")
    with pytest.raises(ProfileError) as caught:
        fuse(release, choose={"onePerfamily": True})
    assert caught.value.field == "profile.choose.onePerfamily"
    assert caught.value.reason.endswith("did you mean onePerFamily?")


def test_an_unknown_concept_is_answered_with_the_nearest(release: OpenRelease) -> None:
    with pytest.raises(UnknownConcept) as caught:
        fuse(release, anatomy=["kidnoy"])
    assert caught.value.text == "kidnoy"
    assert "kidney" in caught.value.suggestions


def test_a_concept_of_another_facet_is_none_of_this_one(release: OpenRelease) -> None:
    with pytest.raises(UnknownConcept) as caught:
        fuse(release, anatomy=["CT"])
    assert caught.value.text == "CT"
    anatomy = {c.label for c in release.knowledge.concepts.values() if c.facet == "anatomy"}
    assert set(caught.value.suggestions) <= anatomy


def test_an_unknown_seed_is_answered_with_the_nearest(release: OpenRelease) -> None:
    with pytest.raises(UnknownDataset) as caught:
        fuse(release, "KiTS91")
    assert any("KiTS" in s for s in caught.value.suggestions)


def bound_holds(dataset: DatasetView, constraints: dict[str, Any]) -> bool:
    return (
        ((dataset.year is not None and dataset.year >= constraints.get("since", 0)) or "since" not in constraints)
        and ((dataset.year is not None and dataset.year <= constraints.get("until", 9999)) or "until" not in constraints)
        and ((dataset.largest or 0) >= constraints.get("minimumSize", 0))
        and (dataset.labelled is constraints.get("labelled", dataset.labelled))
    )


@pytest.mark.parametrize(
    "constraints",
    [
        {"since": 2020},
        {"until": 2015},
        {"since": 2018, "until": 2019},
        {"minimumSize": 500},
        {"labelled": True},
        {"labelled": False},
    ],
)
def test_bounds_exclude_with_their_reason(constraints: dict[str, Any], release: OpenRelease) -> None:
    open_answer = fuse(release, modality=["CT"], anatomy=["liver"])
    answer = fuse(release, modality=["CT"], anatomy=["liver"], constraints=constraints)
    free, bound = ids(open_answer["members"], COMPATIBLE), ids(answer["members"], COMPATIBLE)
    datasets = release.knowledge.datasets
    assert bound == {i for i in free if bound_holds(datasets[i], constraints)}
    assert bound < free
    shown = {h["id"]: h["reasons"] for h in answer["excluded"]}
    for gone in (free - bound) & set(shown):
        assert any(key.removeprefix("minimumS").lower() in r for r in shown[gone] for key in (*constraints, "size", "year"))
    assert (free - bound) & set(shown), "those that would fit without the bounds are shown first"


def test_access_excludes_with_its_reason(release: OpenRelease) -> None:
    free = ids(fuse(release, modality=["CT"], anatomy=["liver"])["members"], COMPATIBLE)
    answer = fuse(release, modality=["CT"], anatomy=["liver"], constraints={"access": ["open download"]})
    members = ids(answer["members"], COMPATIBLE)
    wanted = release.knowledge.concept("open download", "accessLevel").iri
    assert members == {i for i in free if release.knowledge.datasets[i].has("accessLevel", wanted)}
    assert members
    shown = {h["id"]: h["reasons"] for h in answer["excluded"]}
    assert "access is registration required, not open download" in shown["lits"]
    unknown = [i for i in shown if not release.knowledge.datasets[i].asserted.get("accessLevel")]
    assert unknown
    assert all("access is unknown, open download is demanded" in shown[i] for i in unknown)
    assert all(h["verdict"] == EXCLUDED for h in answer["excluded"])


def test_slicing_makes_volumes_fit_after_a_named_step(release: OpenRelease) -> None:
    wanted: dict[str, Any] = {"modality": ["CT"], "anatomy": ["liver"]}
    flat = fuse(release, **wanted, constraints={"dimensionality": ["2D"]})
    sliced = fuse(release, **wanted, constraints={"dimensionality": ["2D"], "allowSlicing": True})
    assert ids(sliced["members"], COMPATIBLE) == ids(flat["members"], COMPATIBLE)
    assert ids(flat["members"], HARMONISE) == set()
    harmonised = [h for h in sliced["members"] if h["verdict"] == HARMONISE]
    assert {"msd03-liver", "lits"} <= {h["id"] for h in harmonised}
    assert all(h["steps"] == [{"kind": "slice", "text": "slice the volumes into images"}] for h in harmonised)
    excluded = {h["id"]: h["reasons"] for h in flat["excluded"]}
    assert "dimensionality is 3D volume, not 2D image" in excluded["lits"]


def test_volumes_are_not_made_from_images(release: OpenRelease) -> None:
    answer = fuse(release, modality=["CT"], anatomy=["liver"], constraints={"dimensionality": ["3D"], "allowSlicing": True})
    assert ids(answer["members"], HARMONISE) == set()
    assert ids(answer["members"], COMPATIBLE)


def test_labels_of_one_task_can_be_derived_from_another(release: OpenRelease) -> None:
    answer = fuse(release, modality=["CT"], anatomy=["kidney"], task=["detection"])
    kits = next(h for h in answer["members"] if h["id"] == "kits19")
    assert kits["verdict"] == HARMONISE
    assert [s["kind"] for s in kits["steps"]] == ["boxes-from-masks"]
    assert kits["steps"][0]["text"].endswith("image segmentation labels yield object detection labels")
    assert "deeplesion" in ids(answer["members"], COMPATIBLE), "what has the task itself needs no step"
    other_way = fuse(release, modality=["CT"], anatomy=["kidney"], task=["segmentation"])
    deep = next(h for h in other_way["members"] if h["id"] == "deeplesion")
    assert [s["kind"] for s in deep["steps"]] == ["labels-of-another-set"], (
        "boxes do not yield masks, but ULS23 drew masks on its images"
    )
    boxed = {i for i, d in release.knowledge.datasets.items() if d.has("task", str(IKG.ObjectDetection))}
    masked = {i for i, d in release.knowledge.datasets.items() if d.has("servesTask", str(IKG.ImageSegmentation))}
    fitting = {
        h["id"]
        for h in other_way["members"]
        if h["verdict"] in {COMPATIBLE, HARMONISE} and "labels-of-another-set" not in {s["kind"] for s in h.get("steps", [])}
    }
    assert not (boxed - masked) & fitting


def test_every_verdict_has_its_reasons(release: OpenRelease) -> None:
    answer = fuse(release, modality=["CT"], anatomy=["kidney"], task=["detection"], constraints={"since": 2015})
    for hit in (*answer["members"], *answer["excluded"]):
        assert hit["reasons"], hit["id"]
        assert hit["score"] == pytest.approx(sum(hit["parts"].values()), abs=5e-4)
        assert hit["iri"] == f"https://w3id.org/imaging-kg/dataset/{hit['id']}"
        assert bool(hit.get("steps")) is (hit["verdict"] == HARMONISE) or hit["verdict"] in {RELATED, EXCLUDED}
    assert not ids(answer["members"]) & ids(answer["excluded"])
    verdicts = [h["verdict"] for h in answer["members"]]
    assert verdicts == sorted(verdicts, key=[COMPATIBLE, HARMONISE, RELATED].index)


def test_what_lacks_one_wanted_thing_is_related_and_says_which(release: OpenRelease) -> None:
    answer = fuse(release, modality=["CT"], anatomy=["kidney"])
    related = {h["id"]: h["reasons"] for h in answer["members"] if h["verdict"] == RELATED}
    assert related["lits"][0].endswith("computed tomography")
    assert related["lits"][1] == "anatomy is liver, not kidney"


SEEDS = ("lits", "kits19", "msd07-pancreas")


def test_seeds_induce_what_they_share(release: OpenRelease) -> None:
    answer = fuse(release, *SEEDS)
    profile = answer["profile"]
    assert profile["induced"] is True
    assert profile["seeds"] == list(SEEDS)
    assert understood(answer, "modality") <= {"computed tomography", "contrast-enhanced CT"}
    assert understood(answer, "modality")
    assert understood(answer, "task") == {"image segmentation"}
    (anatomy,) = profile["anatomy"]
    knowledge = release.knowledge
    kidney, liver, pancreas = (knowledge.concept(n, "anatomy").iri for n in ("kidney", "liver", "pancreas"))
    for organ in (kidney, liver, pancreas):
        above = knowledge.taxonomy.supers[organ] | knowledge.taxonomy.along("http://purl.obolibrary.org/obo/BFO_0000050", organ)
        assert anatomy["iri"] in above, "what they share lies above each organ"
    assert "abdom" in anatomy["label"]
    assert anatomy["iri"] not in knowledge.taxonomy.supers.get(knowledge.concept("lung", "anatomy").iri, ())
    assert "sliver07" in ids(answer["members"], COMPATIBLE)


def rows_of(release: OpenRelease, answer: dict[str, Any]) -> set[str]:
    """Ids that the answer's SPARQL gives."""
    found = release.store.select(answer["sparql"])
    return {str(row[found.variables.index("id")]) for row in found.rows}


UNKNOWN = "condition is unknown, which does not speak against it"


def test_seeds_of_different_tumours_keep_out_no_set_whose_condition_is_unknown(release: OpenRelease) -> None:
    answer = fuse(release, *SEEDS)
    assert understood(answer, "condition") == {"neoplasm"}
    assert answer["profile"]["orUnknown"] == ["condition"]
    members = {m["id"]: m for m in answer["members"]}
    for healthy in ("pancreas-ct", "btcv-abdomen", "chaos-ct", "amos22"):
        assert members[healthy]["verdict"] == COMPATIBLE
        assert UNKNOWN in members[healthy]["reasons"]
        assert "condition" not in members[healthy]["parts"], "what is unknown earns nothing"
    assert members["ct-lymph-nodes"]["verdict"] == RELATED
    assert "condition is lymphadenopathy, not neoplasm" in members["ct-lymph-nodes"]["reasons"]
    for one in members.values():
        told = UNKNOWN in one["reasons"]
        assert told is not bool(release.knowledge.datasets[one["id"]].entailed.get("condition"))
    assert rows_of(release, answer) - set(SEEDS) == ids(answer["members"], COMPATIBLE, HARMONISE)


def test_a_condition_that_a_seed_states_keeps_out_the_unknown(release: OpenRelease) -> None:
    answer = fuse(release, "brats-2021", "upenn-gbm")
    assert understood(answer, "condition") == {"glioblastoma"}
    assert answer["profile"]["orUnknown"] == []
    assert not any(UNKNOWN in m["reasons"] for m in answer["members"])


def test_the_unknown_will_do_where_a_profile_says_so(release: OpenRelease) -> None:
    wanted: dict[str, Any] = {"modality": ["CT"], "anatomy": ["abdomen"], "condition": ["neoplasm"]}
    strict, loose = fuse(release, **wanted), fuse(release, **wanted, orUnknown=["condition"])
    fits = [ids(a["members"], COMPATIBLE, HARMONISE) for a in (strict, loose)]
    assert fits[0] < fits[1]
    datasets = release.knowledge.datasets
    assert {i for i in fits[1] - fits[0] if datasets[i].entailed.get("condition")} == set()
    assert rows_of(release, loose) == fits[1]
    expression = fuse(release, expression=loose["profile"]["classExpression"])
    assert ids(expression["members"], COMPATIBLE, HARMONISE) == fits[1], "what it compiles to says the same"
    assert fuse(release, **loose["profile"]["editable"])["members"] == loose["members"]
    best = loose["members"][0]
    assert UNKNOWN not in best["reasons"], "what is known to fit stands first"


PROOFS: list[dict[str, Any]] = [
    {"seeds": SEEDS},
    {"seeds": ["brats-2021", "upenn-gbm"]},
    {"profile": {
        "modality": ["CT"], "anatomy": ["abdomen"], "task": ["segmentation"], "use": "commercial-model",
        "constraints": {"since": 2018, "labelled": True, "access": ["open download"]},
    }},
]  # fmt: skip


@pytest.mark.parametrize("question", PROOFS, ids=lambda q: "+".join(q.get("seeds", ["profile"])))
def test_what_is_related_or_excluded_has_the_triples_that_stand_against_it(
    question: dict[str, Any], release: OpenRelease
) -> None:
    answer = release.fuse(**question, limit=120)
    members = [*answer["members"], *answer["excluded"]]
    triples: set[tuple[str, str, str]] = set()
    for member in members:
        told = {e["reason"]: e for e in member["evidence"]}
        assert all(r in told for r in member["reasons"] if "unknown" not in r and "share its data" not in r), member["id"]
        if member["verdict"] == EXCLUDED:
            assert any(e.get("against") for e in member["evidence"]), member["id"]
        for proof in member["evidence"]:
            triples |= {(t["subject"], t["predicate"], t["object"]) for t in proof["triples"]}
            if proof.get("against") and "unknown" not in proof["reason"] and "differ on the licence" not in proof["reason"]:
                assert proof["triples"], proof["reason"]
    rows = " ".join(f"(<{s}> <{p}> {json.dumps(o)})" for s, p, o in sorted(triples))
    held = release.store.select(f"SELECT DISTINCT ?s ?p ?o {{ VALUES (?s ?p ?o) {{ {rows} }} ?s ?p ?x FILTER(STR(?x) = ?o) }}")
    assert {tuple(map(str, row)) for row in held.rows} == triples
    relations = [e for m in members for e in m["evidence"] if e["facet"] == "relations"]
    assert all(e["triples"] for e in relations)
    assert relations or "seeds" not in question, "seeds are told who fused them before"


@pytest.mark.parametrize(
    "seeds",
    [("LiTS", "KiTS19", "MSD07-Pancreas"), ("ikgd:lits", "kits19", "https://w3id.org/imaging-kg/dataset/msd07-pancreas")],
)
def test_seeds_are_named_in_any_way(seeds: tuple[str, ...], release: OpenRelease) -> None:
    assert fuse(release, *seeds) == fuse(release, *SEEDS)


def test_a_seed_named_twice_counts_once(release: OpenRelease) -> None:
    assert fuse(release, *SEEDS, "LiTS", "lits", "ikgd:kits19") == fuse(release, *SEEDS)


def test_seeds_are_never_members(release: OpenRelease) -> None:
    for seeds in (SEEDS, ("brats-2021",), ("chexpert", "nih-chest-x-ray-14")):
        answer = fuse(release, *seeds)
        assert not set(seeds) & (ids(answer["members"]) | ids(answer["excluded"]))
        assert answer["profile"]["seeds"] == list(seeds)
        fitting = ids(answer["members"], COMPATIBLE, HARMONISE)
        assert answer["set"]["datasets"] == len(fitting) + len(seeds), "but they belong to the set"


def test_members_like_the_seeds_come_first(release: OpenRelease) -> None:
    answer = fuse(release, "brats-2019", "brats-2020")
    assert [(-h["score"], h["id"]) for h in answer["members"]] == sorted((-h["score"], h["id"]) for h in answer["members"])
    first = {h["id"] for h in answer["members"][:12]}
    assert {"brats-2017", "brats-2018"} <= first
    far = {h["id"]: n for n, h in enumerate(answer["members"])}
    assert far.get("msd03-liver", ALL) > far["brats-2018"]


def test_what_is_asked_for_stands_before_what_the_seeds_share(release: OpenRelease) -> None:
    answer = release.fuse(SEEDS, {"modality": ["MRI"], "constraints": {"since": 2015}}, limit=ALL)
    assert understood(answer, "modality") == {"magnetic resonance imaging"}
    assert understood(answer, "task") == {"image segmentation"}
    mri = release.knowledge.concept("MRI").iri
    for member in ids(answer["members"], COMPATIBLE, HARMONISE):
        dataset = release.knowledge.datasets[member]
        assert dataset.has("modality", mri)
        assert (dataset.year or 0) >= 2015


def test_overlaps_between_members_are_flagged(release: OpenRelease) -> None:
    answer = fuse(release, modality=["MRI"], condition=["glioma"], task=["segmentation"])
    flagged = {tuple(o["datasets"]): o for o in answer["set"]["overlaps"]}
    assert flagged["brats-2021", "brats-2023"]["reason"] == "BraTS 2021 is part of BraTS 2023"
    assert flagged["brats-2021", "brats-2022"]["relation"] == "sharesSubjectsWith"
    fitting = ids(answer["members"], COMPATIBLE, HARMONISE)
    assert {i for pair in flagged for i in pair} <= fitting


def test_overlaps_with_the_seeds_are_flagged(release: OpenRelease) -> None:
    flagged = {tuple(o["datasets"]) for o in fuse(release, "kits19")["set"]["overlaps"]}
    assert ("kits19", "kits23") in flagged


def test_every_overlap_is_a_relation_that_a_curator_gave_evidence_for(release: OpenRelease) -> None:
    knowledge = release.knowledge
    found = overlaps(knowledge.datasets, knowledge)
    assert len(found) > 100
    assert list(found) == sorted(set(found))
    for overlap in found:
        assert overlap.other in knowledge.datasets[overlap.dataset].related[overlap.relation]
        assert overlap.body(knowledge)["reason"].startswith(knowledge.datasets[overlap.dataset].name)
    assert overlaps(["kits19"], knowledge) == ()
    asked = release.store.ask(
        f"ASK {{ <https://w3id.org/imaging-kg/dataset/kits19> <{DCTERMS.isPartOf}> <https://w3id.org/imaging-kg/dataset/kits21> }}"
    )
    assert asked


PROFILES: tuple[dict[str, Any], ...] = (
    {"modality": ["CT"], "anatomy": ["kidney"]},
    {"modality": ["CT", "MRI"], "anatomy": ["liver", "spleen"], "task": ["segmentation"]},
    {"modality": ["CT"], "anatomy": ["kidney"], "task": ["detection"]},
    {"condition": ["GBM"], "modality": ["MRI"]},
    {"modality": ["PET"], "constraints": {"since": 2015}},
    {"anatomy": ["thorax"], "constraints": {"labelled": True, "minimumSize": 1000}},
    {"modality": ["CT"], "anatomy": ["liver"], "constraints": {"dimensionality": ["2D"]}},
    {"modality": ["CT"], "anatomy": ["liver"], "constraints": {"dimensionality": ["2D"], "allowSlicing": True}},
    {"modality": ["CT"], "anatomy": ["liver"], "constraints": {"dimensionality": ["3D"], "allowSlicing": True}},
    {"modality": ["fundus photography"], "condition": ["glaucoma"], "constraints": {"access": ["open download"]}},
    {"constraints": {"since": 2023, "until": 2024}},
    {"constraints": {"labelled": False, "access": ["open download"]}},
    {"task": ["registration"], "constraints": {"allowSlicing": True}},
    {"modality": ["dermoscopy"], "anatomy": ["kidney"]},
)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: json.dumps(p, separators=(",", ":")))
def test_the_answers_sparql_gives_the_fitting_members(profile: dict[str, Any], release: OpenRelease) -> None:
    answer = fuse(release, **profile)
    found = release.store.select(answer["sparql"])
    place = list(found.variables).index("id")
    rows = [str(row[place]) for row in found.rows]
    fitting = ids(answer["members"], COMPATIBLE, HARMONISE)
    assert rows == sorted(fitting)
    assert answer["set"]["datasets"] == len(fitting)
    assert answer["profile"]["induced"] is False


def test_the_profiles_above_find_something(release: OpenRelease) -> None:
    assert [not fuse(release, **p)["set"]["datasets"] for p in PROFILES] == [False] * (len(PROFILES) - 1) + [True]


def test_the_summary_is_of_the_set_and_not_of_what_is_shown(release: OpenRelease) -> None:
    whole, cut = fuse(release, modality=["CT"]), fuse(release, modality=["CT"], limit=3)
    assert cut["members"] == whole["members"][:3]
    assert cut["set"] == whole["set"]
    datasets = [release.knowledge.datasets[i] for i in ids(whole["members"], COMPATIBLE, HARMONISE)]
    assert whole["set"]["datasets"] == len(datasets)
    assert whole["set"]["labelled"] == sum(d.labelled is True for d in datasets)
    assert whole["set"]["extentUnknown"] == sum(not d.counts for d in datasets)
    assert sum(whole["set"]["extent"].values()) == sum(d.largest or 0 for d in datasets)
    assert whole["set"]["related"] == len(ids(whole["members"], RELATED))


def test_what_was_fused_before_is_named_with_the_set_that_did(release: OpenRelease) -> None:
    known = Precedents(release.knowledge)
    datasets = release.knowledge.datasets
    answer = fuse(release, "lits", "kits19")
    told = 0
    for hit in answer["members"]:
        makers = known.makers(hit["id"], [datasets["lits"], datasets["kits19"]])
        assert ("precedent" in hit["parts"]) is bool(makers)
        for maker, seed in makers:
            drawn = {o for r in ("wasDerivedFrom", "relabels", "sharesSubjectsWith") for o in datasets[maker].related.get(r, ())}
            assert {hit["id"], seed} <= drawn
        if makers:
            told += 1
            assert any(datasets[makers[0][0]].name in r and "draws on it" in r for r in hit["reasons"])
    assert told >= 5, "AbdomenAtlas, FLARE and others drew on both"
    assert 0 <= known.reuse.min() <= known.reuse.max() <= 1
    assert known.uses("lits") > known.uses("msd09-spleen") >= 0


def test_information_grows_with_rarity(release: OpenRelease) -> None:
    similarity, concept = Similarity(release.knowledge), release.knowledge.concept
    kidney, organ = concept("kidney", "anatomy").iri, concept("anatomical structure", "anatomy").iri
    assert similarity.information("relevantTo", kidney) > similarity.information("relevantTo", organ) >= 0
    assert similarity.information("relevantTo", "nowhere") >= similarity.information("relevantTo", kidney)


@pytest.mark.slow
def test_answers_do_not_depend_on_the_order_of_hashes(release_dir: Path) -> None:
    questions = [{"seeds": list(SEEDS)}, {"profile": PROFILES[2]}, {"profile": PROFILES[1], "seeds": ["brats-2021", "lits"]}]
    digests = set()
    for seed in ("1", "2"):
        answer = subprocess.run(
            [sys.executable, "-c", _FUSE, str(release_dir), json.dumps(questions)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(checkout() or "")},
            capture_output=True,
            check=True,
        ).stdout
        assert len(answer.splitlines()) == len(questions) + 1
        digests.add(hashlib.sha256(answer).hexdigest())
    assert len(digests) == 1
