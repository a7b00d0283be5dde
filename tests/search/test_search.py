"""Search over the real catalogue: what string matching cannot answer, and what an answer must always say."""

from typing import Any

import pytest

from kg.catalogue.facts import Facts
from kg.knowledge import DatasetView, Knowledge
from kg.model import Concept, DatasetRow
from kg.namespaces import IKG, curie
from kg.opened import OpenRelease
from kg.reason.closure import entailed
from kg.reason.rules import rules_of
from kg.resources import ontology_dir
from kg.search.answer import search
from kg.search.index import find_text, write_index
from kg.terms.modules import load_modules
from kg.terms.text import fold

ALL = 5000
COUNT_VOLUMES = {"volume", "series", "study", "patient"}  # of each patient there is a volume at least


def strict(release: OpenRelease, text: str) -> set[str]:
    answer = release.search(text, limit=ALL)
    ids = [h["id"] for h in answer["strict"]]
    assert len(ids) == len(set(ids)) == answer["total"]
    return set(ids)


def having(release: OpenRelease, facet: str, concept: str) -> set[str]:
    """Datasets of which a source itself says so."""
    iri = release.knowledge.concept(concept, facet).iri
    return {d.id for d in release.knowledge.datasets.values() if iri in d.asserted.get(facet, ())}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("renal", "kidney"),
        ("kidneys", "Kidney"),
        ("Niere", "kidney"),
        ("CXR", "chest x-ray"),
        ("GBM", "glioblastoma"),
        ("thorax", "chest"),
        ("MR", "magnetic resonance imaging"),
        ("PET-CT", "PET/CT"),
        ("tumor", "tumour"),
    ],
)
def test_two_words_for_one_thing_find_the_same(one: str, other: str, release: OpenRelease) -> None:
    found = strict(release, one)
    assert found
    assert found == strict(release, other)


def test_an_abbreviation_finds_the_disease(release: OpenRelease) -> None:
    found = strict(release, "GBM")
    assert {"upenn-gbm", "cptac-gbm"} <= found
    assert found == {d.id for d in release.knowledge.datasets.values() if d.has("condition", glioblastoma(release))}


def glioblastoma(release: OpenRelease) -> str:
    return release.knowledge.concept("glioblastoma").iri


@pytest.mark.parametrize("organ", ["lung", "heart", "breast"])
def test_the_chest_has_its_organs(organ: str, release: OpenRelease) -> None:
    own = having(release, "anatomy", organ)
    assert len(own) > 10
    assert own <= strict(release, "thorax")
    assert having(release, "anatomy", "brain") - strict(release, "lung or heart or breast or chest"), "but not all there is"


def test_part_of_does_not_go_the_other_way(release: OpenRelease) -> None:
    chest_alone = {
        d.id
        for d in release.knowledge.datasets.values()
        if d.asserted.get("anatomy") == frozenset({release.knowledge.concept("chest", "anatomy").iri})
        and not d.asserted.get("condition")
    }
    assert chest_alone
    assert not chest_alone & strict(release, "breast")


def test_a_set_without_a_named_structure_is_found_where_its_disease_sits(release: OpenRelease) -> None:
    """Every dataset of the catalogue that names glioma, its anatomy taken away, is found under brain all the same."""
    real = release.knowledge
    glioma = real.concept("glioma").iri
    rules = rules_of(load_modules(ontology_dir()))
    view = DatasetView("nameless", "Nameless", asserted={"condition": frozenset({glioma})})
    view = DatasetView("nameless", "Nameless", asserted=view.asserted, entailed=entailed(view.asserted, real.taxonomy, rules))
    knowledge = Knowledge((view,), real.concepts, real.taxonomy, real.mapped)
    (hit,) = search("brain", knowledge).strict
    assert hit.id == "nameless"
    assert hit.reasons == ("glioma sits in brain",)
    assert search("liver", knowledge).strict == ()


def test_the_row_of_the_survey_that_names_glioma_and_no_structure(release: OpenRelease) -> None:
    assert "icdc-glioma" in strict(release, "brain")


@pytest.mark.parametrize("organ", ["chest", "eye"])
def test_sets_that_do_not_name_an_organ_are_found_through_what_does(organ: str, release: OpenRelease) -> None:
    iri = release.knowledge.concept(organ, "anatomy").iri
    silent = {d.id for d in release.knowledge.datasets.values() if iri not in d.asserted.get("anatomy", frozenset())}
    assert len(silent & strict(release, organ)) > 20, "parts of it, and what sits in it, say so"


def test_a_chest_x_ray_is_one_by_its_parts(release: OpenRelease) -> None:
    found = strict(release, "CXR")
    assert {"chexpert", "nih-chest-x-ray-14"} <= found
    assert not found & having(release, "modality", "fundus photography") - having(release, "modality", "radiography")


def test_a_compound_modality_answers_for_its_parts(release: OpenRelease) -> None:
    compound = having(release, "modality", "PET/CT")
    assert len(compound) > 5
    assert compound <= strict(release, "PET")
    assert compound <= strict(release, "CT")
    assert compound <= strict(release, "PET/CT")
    pet_alone = having(release, "modality", "PET") - having(release, "modality", "CT") - strict(release, "PET/CT")
    assert not pet_alone & strict(release, "PET/CT")


def test_an_exact_name_comes_first(release: OpenRelease) -> None:
    knowledge = release.knowledge
    for dataset in list(knowledge.datasets.values())[::10]:
        answer = release.search(dataset.name, limit=ALL)
        namesakes = set(knowledge.names[fold(dataset.name)])
        assert {h["id"] for h in answer["strict"][: len(namesakes)]} == namesakes, dataset.name


def test_a_name_made_of_concepts_alone_hides_nothing(release: OpenRelease) -> None:
    """There is a dataset that is called Brain MRI; who asks for brain MRI wants the others too."""
    answer = release.search("brain MRI", limit=ALL)
    assert (answer["strict"][0]["id"], answer["strict"][0]["reasons"]) == ("brain-mri", ["it is called what was asked for"])
    assert strict(release, "brain MRI") == strict(release, "MRI of the brain") | {"brain-mri"}
    assert strict(release, "prostate MRI") == strict(release, "MRI of the prostate") | {"prostate-mri"}
    assert strict(release, "CT-RATE") == {"ct-rate"}, "one word that is a name is a name"


@pytest.mark.parametrize("text", ["LIDC-IDRI", "lidc idri", "  LIDC-IDRI ", "lidc-idri"])
def test_a_name_is_known_in_any_writing(text: str, release: OpenRelease) -> None:
    (hit,) = release.search(text)["strict"]
    assert (hit["id"], hit["reasons"]) == ("lidc-idri", ["the name was asked for"])


def test_a_name_inside_a_text_is_a_demand(release: OpenRelease) -> None:
    assert strict(release, "BraTS 2021 glioma") == {"brats-2021"}
    assert strict(release, "BraTS 2021 kidney") == set()


def test_alternatives_are_the_union(release: OpenRelease) -> None:
    both = strict(release, "CT or MRI")
    assert both == strict(release, "CT") | strict(release, "MRI") == strict(release, "CT/MRI")
    assert strict(release, "CT MRI") == strict(release, "CT") & strict(release, "MRI") < both
    assert strict(release, "CT or MRI of the liver") == both & strict(release, "liver")


def test_negation_is_the_difference(release: OpenRelease) -> None:
    chest, covid = strict(release, "chest x-ray"), strict(release, "COVID-19")
    assert chest & covid
    for text in ("chest x-ray not COVID-19", "chest x-ray without COVID-19", "no COVID-19 chest x-ray"):
        assert strict(release, text) == chest - covid
    answer = release.search("chest x-ray not COVID-19", limit=ALL)
    assert not {h["id"] for h in answer["near"]} & covid, "what is excluded is not near either"
    assert strict(release, "not CT or MRI") == set(release.knowledge.datasets) - strict(release, "CT or MRI")


def test_a_dataset_can_be_excluded_by_name(release: OpenRelease) -> None:
    brain = strict(release, "brain MRI")
    assert {"adni", "oasis-3"} <= brain
    assert strict(release, "brain MRI not ADNI") == brain - {"adni"}
    answer = release.search("brain MRI not ADNI", limit=ALL)
    assert "adni" not in {h["id"] for h in answer["near"]}
    assert answer["query"]["besides"] == ["adni"]
    assert release.store.select(answer["sparql"]).rows


def test_an_unread_word_takes_its_negation_with_it(release: OpenRelease) -> None:
    assert strict(release, "CT without frobnication of the liver") == strict(release, "CT liver")


@pytest.mark.parametrize(
    ("bounded", "whole", "holds"),
    [
        ("CT since 2020", "CT", lambda d: (d.year or 0) >= 2020),
        ("CT after 2020", "CT", lambda d: (d.year or 0) > 2020),
        ("MRI before 2015", "MRI", lambda d: d.year is not None and d.year < 2015),
        ("OCT between 2018 and 2020", "OCT", lambda d: d.year in {2018, 2019, 2020}),
        ("CT with more than 1,000 volumes", "CT", lambda d: any(c.value > 1000 for c in d.counts if c.unit in COUNT_VOLUMES)),
        ("MRI, at least 2k", "MRI", lambda d: (d.largest or 0) >= 2000),
        ("MRI, no more than 50", "MRI", lambda d: d.largest is not None and d.largest <= 50),
        ("labelled ultrasound", "ultrasound", lambda d: d.labelled is True),
        ("unlabelled CT", "CT", lambda d: d.labelled is False),
    ],
)
def test_a_bound_cuts_the_set(bounded: str, whole: str, holds: Any, release: OpenRelease) -> None:
    datasets = release.knowledge.datasets
    found = strict(release, bounded)
    assert found == {i for i in strict(release, whole) if holds(datasets[i])}
    assert found
    assert found < strict(release, whole)


def test_what_misses_a_bound_is_near_and_says_what_it_misses(release: OpenRelease) -> None:
    answer = release.search("liver CT since 2020", limit=ALL)
    near = {h["id"]: h["missing"] for h in answer["near"]}
    assert near["msd03-liver"] == ["of 2018: does not meet 'since 2020'"]
    assert all(h["missing"] for h in answer["near"])
    assert all("missing" not in h for h in answer["strict"])
    assert not {h["id"] for h in answer["strict"]} & set(near)


def test_an_unknown_word_is_reported_and_never_dropped(release: OpenRelease) -> None:
    answer = release.search("frobnicate kidneyy zzyzx")
    unread = {u["text"]: u["suggestions"] for u in answer["query"]["unread"]}
    assert "frobnicate" in unread
    assert "zzyzx" in unread
    (mention,) = answer["query"]["mentions"]
    assert (mention["text"], mention["label"], mention["readAs"]) == ("kidneyy", "kidney", "kidney")


def test_suggestions_are_the_nearest_words(release: OpenRelease) -> None:
    (unread,) = release.search("livr")["query"]["unread"]
    assert unread["suggestions"][0] == "liver"
    assert len(unread["suggestions"]) == len(set(unread["suggestions"])) <= 3


@pytest.mark.parametrize("text", ["", "   ", "?!", "the of and", "all", "/", "or", "not", "medical images"])
def test_a_text_that_asks_nothing_is_the_whole_catalogue(text: str, release: OpenRelease) -> None:
    answer = release.search(text)
    assert answer["total"] == len(release.knowledge.datasets)
    assert answer["near"] == []
    assert (answer["query"]["mentions"], answer["query"]["unread"]) == ([], [])
    assert len(release.store.select(answer["sparql"]).rows) == answer["total"]


@pytest.mark.parametrize("text", ["unicorn horn", "quantum teleportation", "asdfgh qwertz", "chest CT of unicorns"])
def test_what_the_catalogue_does_not_know_has_no_strict_hit(text: str, release: OpenRelease) -> None:
    answer = release.search(text)
    assert answer["strict"] == []
    assert release.store.select(answer["sparql"]).rows == ()
    unread = {u["text"] for u in answer["query"]["unread"]}
    assert unread <= set(text.split())
    assert unread & set(answer["relaxations"]["emptiedBy"])


def test_concepts_that_never_meet_have_no_strict_hit(release: OpenRelease) -> None:
    answer = release.search("dermoscopy of the kidney", limit=ALL)
    assert answer["strict"] == []
    assert answer["near"]
    assert release.store.select(answer["sparql"]).rows == ()


def test_words_that_are_no_concept_still_find_names(release: OpenRelease) -> None:
    answer = release.search("totalsegmentatr mesothelioma zzz hubmap", limit=ALL)
    assert {u["text"] for u in answer["query"]["unread"]} >= {"zzz"}
    by_text = release.search("grand challenge endoscopic artefact", limit=ALL)
    assert len(by_text["strict"]) + len(by_text["near"]) > 0


def test_the_score_is_the_sum_of_its_parts_and_orders_the_answer(release: OpenRelease) -> None:
    for text in ("CT or MRI of the liver since 2015", "GBM segmentation", "frobnicate lung", "LIDC-IDRI"):
        answer = release.search(text, limit=ALL)
        for hits in (answer["strict"], answer["near"]):
            assert [(-h["score"], h["id"]) for h in hits] == sorted((-h["score"], h["id"]) for h in hits)
            for hit in hits:
                assert hit["score"] == pytest.approx(sum(hit["parts"].values()), abs=5e-4)
                assert hit["iri"] == f"https://w3id.org/imaging-kg/dataset/{hit['id']}"
        assert all(h["reasons"] for h in answer["strict"])


def test_what_a_source_says_stands_before_what_follows(release: OpenRelease) -> None:
    hits = release.search("brain", limit=ALL)["strict"]
    place = {h["id"]: n for n, h in enumerate(hits)}
    exact = [place[h["id"]] for h in hits if h["reasons"] == ["anatomy is brain"] and h["parts"]["anatomy"] > 0.95]
    inferred = [place[h["id"]] for h in hits if "sits in brain" in h["reasons"][0]]
    assert exact
    assert inferred
    assert max(exact) < min(inferred)


@pytest.mark.parametrize("limit", [1, 3])
def test_the_limit_cuts_the_lists_and_not_the_count(limit: int, release: OpenRelease) -> None:
    whole, cut = release.search("CT since 2020", limit=ALL), release.search("CT since 2020", limit=limit)
    assert cut["strict"] == whole["strict"][:limit]
    assert cut["near"] == whole["near"][:limit]
    assert cut["total"] == whole["total"] == len(whole["strict"])
    assert cut["sparql"] == whole["sparql"]


def test_the_reading_is_shown(release: OpenRelease) -> None:
    query = release.search("CXR not COVID-19 since 2020 zzz")["query"]
    assert query["text"] == "CXR not COVID-19 since 2020 zzz"
    shown = [(m["text"], m["label"], m["facet"], m["word"], m["negated"]) for m in query["mentions"]]
    assert shown == [
        ("CXR", "chest radiography", "modality", "abbreviation", False),
        ("COVID-19", "COVID-19", "condition", "label", True),
    ]
    assert all(m["datasets"] > 0 for m in query["mentions"])
    assert query["constraints"] == [{"field": "year", "least": 2020, "most": None, "text": "since 2020"}]
    assert [u["text"] for u in query["unread"]] == ["zzz"]


def test_the_index_of_words_is_reproducible_and_ranks_names_first(tmp_path: Any) -> None:
    ct = Concept(str(IKG.CT), "computed tomography", "modality")
    facts = [
        Facts(DatasetRow("b", "Tomography Set"), {}, {}),
        Facts(DatasetRow("a", "Ætlas", ("Big Atlas",)), {"modality": (curie(ct.iri),)}, {}),
    ]
    paths = [tmp_path / "one", tmp_path / "two"]
    for path, rows in zip(paths, (facts, facts[::-1]), strict=True):
        write_index(path, rows, {ct.iri: ct})
    assert paths[0].read_bytes() == paths[1].read_bytes()
    found = find_text(paths[0], ["tomography"])
    assert list(found) == ["b", "a"]
    assert found["b"] > found["a"]
    assert list(find_text(paths[0], ["BIG"])) == ["a"]
    assert find_text(paths[0], []) == find_text(paths[0], ["?!"]) == {}
    assert find_text(paths[0], ['x" OR names MATCH "tomography']) == found, "a quote in a word is no operator"
    assert len(find_text(paths[0], ["tomography"], limit=1)) == 1
