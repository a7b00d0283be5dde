"""Label spaces: what an expert would say of well-known label sets, and what must hold of any."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ProfileError, UnknownConcept, UnknownDataset
from kg.fusion.answer import COMPATIBLE, HARMONISE, RELATED
from kg.fusion.label_facts import LabelFacts, relation
from kg.fusion.label_states import STATES
from kg.fusion.labels import LabelSpace, label_space
from kg.knowledge import DatasetView, Knowledge
from kg.model import Concept
from kg.namespaces import BFO_PART_OF, IKG
from kg.opened import OpenRelease
from kg.reason.taxonomy import Taxonomy

PART, SITS = str(BFO_PART_OF), str(IKG.hasLocation)


def names(found: list[dict[str, Any]]) -> list[str]:
    return [c["label"] for c in found]


def states(body: dict[str, Any], dataset: str) -> dict[str, str]:
    (member,) = (m for m in body["members"] if m["id"] == dataset)
    return {s["label"]: s["state"] for s in member["states"]}


def steps(body: dict[str, Any], dataset: str) -> dict[str, str]:
    (member,) = (m for m in body["members"] if m["id"] == dataset)
    return {s["kind"]: s["text"] for s in member["steps"]}


def kinds(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{c['kind']} {c['concepts'][0]['label']}": c for c in body["conflicts"]}


# -- a small world ------------------------------------------------------------------------------------------------------------


def world(**labels: tuple[str, ...]) -> Knowledge:
    """Organs o (halves l and r, which are all of it) and p (a part q that is not all of it), a lesion t in o, of two kinds."""
    concepts = {c: Concept(c, c, "anatomy") for c in "olrpqg"} | {c: Concept(c, c, "condition") for c in ("t", "t1")}
    taxonomy = Taxonomy(
        {"l": frozenset("o"), "r": frozenset("o"), "t1": frozenset("t")},
        {
            PART: {"q": frozenset("p")},
            SITS: {"t": frozenset("o"), "t1": frozenset("o")},
            str(IKG.comprises): {"g": frozenset("p")},
        },
    )
    views = [
        DatasetView(i, i.upper(), asserted={"annotates": frozenset(own)} if own else {}, label_set_complete=True)
        for i, own in labels.items()
    ]
    return Knowledge(views, concepts, taxonomy, {}, (), {"o": frozenset("lr")})


def space_of(knowledge: Knowledge, *targets: str) -> LabelSpace:
    return label_space(knowledge, tuple(knowledge.datasets.values()), targets)


def test_halves_that_are_all_of_an_organ_make_it_up() -> None:
    knowledge = world(a=("o",), b=("l", "r"), c=("l",))
    body = space_of(knowledge, "o").body(knowledge)
    assert [states(body, i)["o"] for i in "abc"] == ["labelled", "derivable", "part-only"]
    assert steps(body, "b") == {"label-map": "merge l and r into o"}
    assert "leave o out of the loss" in steps(body, "c")["loss-masking"]
    (row,) = (r for m in body["members"] if m["id"] == "b" for r in m["map"] if r["label"]["iri"] == "l")
    assert [a["text"] for a in row["axioms"]] == ["'l' SubClassOf 'o'", "'o' is covered by 'l', 'r'"]


def test_a_part_that_nobody_says_is_all_does_not_make_up_the_whole() -> None:
    knowledge = world(a=("p",), b=("q",))
    body = space_of(knowledge).body(knowledge)
    assert names(body["shared"]) == []
    assert names(body["sharedInPart"]) == ["p"]
    body = space_of(knowledge, "p", "q").body(knowledge)
    assert states(body, "b") == {"p": "part-only", "q": "labelled"}
    assert states(body, "a") == {"p": "labelled", "q": "coarser"}
    assert steps(body, "a") == {"sub-label-masking": "mask the loss of q inside p, which cannot be split"}


def test_an_organ_without_its_lesions_is_asked_about() -> None:
    knowledge = world(a=("l", "r"), b=("o", "t"))
    body = space_of(knowledge).body(knowledge)
    conflict = kinds(body)["lesion-in-organ o"]
    assert conflict["sentence"] == "B labels t, which sits in the o; A labels the o alone: does that label contain its lesions?"
    assert conflict["members"] == {"o": ["a"], "t": ["b"]}
    assert names(body["target"]) == ["o"]
    assert steps(body, "b") == {"sub-label-masking": "count t to o if the o of the others contains its lesions"}
    asked = space_of(knowledge, "o", "t").body(knowledge)
    assert "mask the loss of t inside o" in steps(asked, "a")["sub-label-masking"]


def test_who_labels_any_lesion_of_the_organ_has_thought_of_it() -> None:
    knowledge = world(a=("o", "t1"), b=("o", "t"))
    body = space_of(knowledge).body(knowledge)
    assert set(kinds(body)) == {"kinds-of-whole t"}


def test_a_group_is_told_from_a_part() -> None:
    knowledge = world(a=("g",), b=("p",))
    assert set(kinds(space_of(knowledge).body(knowledge))) == {"group-of-structures g"}


def test_unknown_labels_are_set_apart_and_need_no_step() -> None:
    knowledge = world(a=("o",), b=())
    space = space_of(knowledge, "o")
    assert [d.id for d in space.unknown] == ["b"]
    assert space.body(knowledge)["labelsUnknown"] == [{"id": "b", "name": "B"}]
    assert space.steps(knowledge) == {}


def test_only_a_complete_label_set_says_that_a_label_is_missing() -> None:
    knowledge = world(a=("o",))
    view = DatasetView("b", "B", asserted={"annotates": frozenset("o")})
    complete, open_ended = (label_space(knowledge, (d,), ("p",)).body(knowledge) for d in (knowledge.datasets["a"], view))
    assert states(complete, "a") == {"p": "unlabelled"}
    assert states(open_ended, "b") == {"p": "unknown"}
    assert all("out of the loss" in steps(b, i)["loss-masking"] for b, i in ((complete, "a"), (open_ended, "b")))


def test_what_says_the_same_less_exactly_is_no_label() -> None:
    knowledge = world(a=("o", "l"))
    assert knowledge.kept(LabelFacts).own(knowledge.datasets["a"]) == {"l"}


def test_a_rare_label_is_sampled_more_often() -> None:
    knowledge = world(a=("o", "p"), b=("o",), c=("o",), d=("o",))
    body = space_of(knowledge, "o", "p").body(knowledge)
    assert "p" in steps(body, "a")["resample"]
    assert "resample" not in steps(body, "b")


def test_nothing_of_nothing() -> None:
    knowledge = world()
    body = space_of(knowledge).body(knowledge)
    assert (body["shared"], body["target"], body["members"]) == ([], [], [])
    assert "none" in body["note"]


# -- what holds of any datasets -----------------------------------------------------------------------------------------------

LABELS = st.lists(st.frozensets(st.sampled_from(["o", "l", "r", "p", "q", "g", "t", "t1"]), max_size=5), max_size=6)


def laws(space: LabelSpace, knowledge: Knowledge) -> None:
    taxonomy = knowledge.taxonomy
    assert set(space.shared) <= set(space.union)
    assert set(space.shared).isdisjoint(space.shared_in_part)
    serving = {t: set(ids) for t, ids in space.serving.items()}
    for member in space.known:
        own = space.facts.own(member)
        assert own <= set(space.union)
        found = {s.target: s for s in space.states(member, knowledge)}
        assert list(found) == list(space.targets)
        for target, state in found.items():
            assert state.state in STATES
            assert set(state.labels) <= own
            assert (member.id in serving[target]) is (state.state in {"labelled", "derivable"})
        for row in space.map(member, knowledge):
            assert row.label in own
            assert row.target in space.targets
            entailed = (row.label == row.target, row.target in taxonomy.supers.get(row.label, ()))
            edges = [row.target in taxonomy.along(p, row.label) for p in (PART, SITS)]
            assert any((*entailed, *edges)), "a label counts only towards what the ontology entails"
            assert row.relation == "exact" or row.axioms
    for conflict in space.conflicts:
        assert not any(set(conflict.lacking) <= set(ids) for ids in conflict.having.values()), (
            "who has the fine label lacks nothing"
        )
        assert conflict.lacking
        assert conflict.sentence(knowledge)
        assert conflict.action(knowledge)


@given(LABELS, st.lists(st.sampled_from(["o", "l", "p", "q", "t"]), max_size=3, unique=True))
def test_laws_in_the_small_world(labels: list[frozenset[str]], targets: list[str]) -> None:
    knowledge = world(**{f"d{n}": tuple(own) for n, own in enumerate(labels)})
    space = space_of(knowledge, *targets)
    laws(space, knowledge)
    assert not targets or space.targets == tuple(targets)
    for target in space.targets if not targets else ():
        assert len(space.serving[target]) > 1


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_laws_in_the_catalogue(data: st.DataObject, release: OpenRelease) -> None:
    knowledge = release.knowledge
    known = [i for i, d in knowledge.datasets.items() if d.asserted.get("annotates")]
    chosen = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8, unique=True))
    labels = sorted({c for d in knowledge.datasets.values() for c in d.asserted.get("annotates", ())})
    targets = data.draw(st.lists(st.sampled_from(labels), max_size=4, unique=True))
    laws(label_space(knowledge, [knowledge.datasets[i] for i in chosen], targets), knowledge)


def test_relations_are_told_one_way_only(release: OpenRelease) -> None:
    knowledge = release.knowledge
    labels = sorted({c for d in knowledge.datasets.values() for c in d.asserted.get("annotates", ())})
    turned = {"exact": {"exact"}, "kind": {"broader"}, "broader": {"kind"}, "part": {"whole", "part"}, "whole": {"part"}}
    for a in labels[::7]:
        for b in labels:
            if (kind := relation(knowledge.taxonomy, a, b)) in turned:
                assert relation(knowledge.taxonomy, b, a) in turned[kind], (knowledge.label(a), knowledge.label(b))


def test_covers_are_parts_or_kinds_and_lead_downwards(release: OpenRelease) -> None:
    knowledge = release.knowledge
    assert knowledge.covers
    for whole, parts in knowledge.covers.items():
        assert len(parts) > 1
        for part in parts:
            assert relation(knowledge.taxonomy, part, whole) in {"kind", "part"}, (knowledge.label(part), knowledge.label(whole))
    seen: set[str] = set()
    level = set(knowledge.covers)
    for _ in range(len(knowledge.covers)):  # every step down leaves fewer that are covered themselves
        seen |= level
        level = {p for w in level for p in knowledge.covers.get(w, ()) if p in knowledge.covers}
    assert not level, "a structure is covered by itself"


# -- what an expert would check -----------------------------------------------------------------------------------------------


def test_liver_and_its_tumours_against_organs(release: OpenRelease) -> None:
    body = release.labels(["LiTS", "MSD03-Liver", "BTCV Abdomen", "AMOS22", "TotalSegmentator", "FLARE22"])
    assert names(body["shared"]) == ["liver"]
    conflict = kinds(body)["lesion-in-organ liver"]
    (tumour,) = (c["iri"] for c in conflict["concepts"][1:])
    assert conflict["members"][tumour] == ["lits", "msd03-liver"]
    assert set(conflict["members"][conflict["concepts"][0]["iri"]]) == {"amos22", "btcv-abdomen", "flare22", "totalsegmentator"}
    assert {"spleen", "pancreas", "left kidney", "right kidney", "left adrenal gland"} <= set(names(body["target"]))
    assert states(body, "lits")["spleen"] == "unlabelled"
    assert "spleen" not in steps(body, "amos22").get("loss-masking", "")
    assert "prostate gland and uterus" in steps(body, "amos22")["label-map"]
    assert "count" in steps(body, "lits")["sub-label-masking"]


def test_lits_and_the_liver_of_msd_are_one_label_set(release: OpenRelease) -> None:
    body = release.labels(["LiTS", "MSD03-Liver"])
    assert names(body["shared"]) == names(body["union"]) == names(body["target"])[::1]
    assert not body["conflicts"]
    assert not any(m["steps"] for m in body["members"])


def test_kits_against_amos(release: OpenRelease) -> None:
    body = release.labels(["KiTS19", "AMOS22"])
    assert names(body["shared"]) == ["kidney"]
    assert {"lesion-in-organ kidney", "kinds-of-whole kidney"} <= set(kinds(body))
    assert "merge left kidney and right kidney into kidney" in steps(body, "amos22")["label-map"]
    assert states(body, "amos22")["kidney"] == "derivable"


def test_tumour_regions_against_the_whole_tumour(release: OpenRelease) -> None:
    body = release.labels(["BraTS 2020", "EGD", "BraTS 2015"], ["whole tumour", "enhancing tumour"])
    assert [states(body, i)["whole tumour"] for i in ("brats-2020", "egd", "brats-2015")] == [
        "derivable",
        "labelled",
        "derivable",
    ]
    assert states(body, "egd")["enhancing tumour"] == "coarser"
    assert "cannot be split" in steps(body, "egd")["sub-label-masking"]


def test_glioma_and_stroke_have_no_label_in_common(release: OpenRelease) -> None:
    body = release.labels(["BraTS 2020", "ISLES 2022"])
    assert body["shared"] == body["sharedInPart"] == body["target"] == []
    assert "no label" in body["note"]


def test_vertebrae_by_number(release: OpenRelease) -> None:
    body = release.labels(["VerSe20", "CTSpine1K", "CTPelvic1K"])
    assert names(body["shared"]) == ["lumbar vertebra"]
    assert {"lumbar vertebra 1", "thoracic vertebra 12", "vertebral bone 1"} <= set(names(body["target"]))
    assert states(body, "ctpelvic1k")["lumbar vertebra 3"] == "coarser"
    assert states(body, "verse20")["lumbar vertebra"] == "derivable"


def test_cardiac_sets_with_one_label_set(release: OpenRelease) -> None:
    body = release.labels(["ACDC", "M&Ms"])
    assert set(names(body["shared"])) == {"heart left ventricle", "heart right ventricle", "myocardium"}
    assert not any(m["steps"] for m in body["members"])


def test_discs_and_vessels_of_the_fundus(release: OpenRelease) -> None:
    body = release.labels(["iChallenge-REFUGE2", "DRIVE"], ["optic disc", "retina blood vessel", "liver"])
    assert states(body, "drive") == {"optic disc": "unlabelled", "retina blood vessel": "labelled", "liver": "not-in-view"}
    assert "is in the field of view" in next(s["text"] for m in body["members"] if m["id"] == "drive" for s in m["states"])
    assert "liver" not in steps(body, "drive")["loss-masking"], "what no image can show need not be masked"
    assert names(body["unserved"]) == ["liver"]


def test_surgical_scenes_with_a_label_that_is_not_stated(release: OpenRelease) -> None:
    body = release.labels(["CholecSeg8k", "EndoVis 2018 - RSS"], ["liver", "kidney", "surgical instrument"])
    assert states(body, "cholecseg8k") == {"liver": "labelled", "kidney": "unknown", "surgical instrument": "part-only"}
    assert states(body, "endovis-2018-rss")["liver"] == "unknown", "its label set is stated to be incomplete"


def test_lung_lobes_make_up_lungs(release: OpenRelease) -> None:
    body = release.labels(["TotalSegmentator", "SegTHOR"], ["lung", "left lung", "heart"])
    assert states(body, "totalsegmentator") == {"lung": "derivable", "left lung": "derivable", "heart": "part-only"}
    assert states(body, "segthor")["lung"] == "unlabelled"


# -- in the answers -----------------------------------------------------------------------------------------------------------


def test_the_answer_tells_the_label_space_of_the_set(release: OpenRelease) -> None:
    answer = release.fuse(profile={"modality": ["CT"], "anatomy": ["liver"], "task": ["segmentation"]})
    found = answer["set"]["labels"]
    assert found["known"] + found["unknown"] == answer["set"]["datasets"]
    assert found["targetFrom"] == "induced"
    assert found["target"][0]["label"] == "liver"
    assert any(c["kind"] == "lesion-in-organ" for c in found["conflicts"])


def test_wanted_labels_change_no_verdict_where_labels_are_unknown(release: OpenRelease) -> None:
    asked = {"modality": ["fundus photography"], "task": ["segmentation"]}
    plain = {m["id"]: m for m in release.fuse(profile=asked, limit=5000)["members"]}
    answer = release.fuse(profile=asked | {"labels": ["optic disc", "optic cup"]}, limit=5000)
    assert answer["set"]["labels"]["targetFrom"] == "given"
    assert names(answer["profile"]["labels"]) == ["optic disc", "optic cup"]
    assert answer["profile"]["editable"]["labels"]
    wanted = {m["id"]: m for m in answer["members"]}
    knowledge = release.knowledge
    for name, member in wanted.items():
        if not knowledge.datasets[name].asserted.get("annotates"):
            assert member["verdict"] == plain[name]["verdict"]
    assert wanted["drive"]["verdict"] == RELATED
    assert any("nothing of optic disc and optic cup" in r for r in wanted["drive"]["reasons"])
    assert (wanted["drishti-gs"]["verdict"], wanted["idrid2018"]["verdict"]) == (COMPATIBLE, HARMONISE)
    assert {s["kind"] for s in wanted["idrid2018"]["steps"]} == {"label-map", "sub-label-masking"}
    rows = {str(row[0]).rpartition("/")[2] for row in release.store.select(answer["sparql"]).rows}
    assert rows == {i for i, m in wanted.items() if m["verdict"] in {COMPATIBLE, HARMONISE}}


def test_leaving_out_the_labels_lets_a_dataset_in(release: OpenRelease) -> None:
    body = release.why_not("DRIVE", profile={"anatomy": ["retina"], "labels": ["optic disc"]})
    assert not body["fits"]
    assert [r["leaveOut"] for r in body["relaxations"]] == [["labels optic disc"]]


def test_a_pair_tells_its_labels(release: OpenRelease) -> None:
    found = release.pair("LiTS", "BTCV Abdomen")["labels"]
    assert found["reason"] == "both label liver"
    assert [c["kind"] for c in found["conflicts"]] == ["lesion-in-organ"]
    assert release.pair("LiTS", "DRIVE")["labels"]["reason"] == "no label is common to both"


def test_bad_input(release: OpenRelease) -> None:
    with pytest.raises(ProfileError):
        release.labels([])
    with pytest.raises(UnknownDataset):
        release.labels(["no such set at all"])
    with pytest.raises(UnknownConcept):
        release.labels(["LiTS"], ["frobnicate"])
    with pytest.raises(UnknownConcept):
        release.labels(["LiTS"], ["computed tomography"])
    with pytest.raises(ProfileError):
        release.fuse(profile={"labels": ["liver"]})
    with pytest.raises(ProfileError):
        release.fuse(profile={"modality": ["CT"], "labels": [3]})
