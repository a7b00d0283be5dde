"""Candidates over the real release: what a text means, how sure that is, and what may never happen whatever the text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import QuestionError
from kg.knowledge import Knowledge
from kg.model import WordKind
from kg.opened import OpenRelease
from kg.reconcile.entities import address_key, entities_of
from kg.reconcile.match import candidates
from kg.reconcile.names import unlike
from kg.reconcile.properties import PROPERTIES
from kg.reconcile.types import CONCEPT, DATASET, TYPES, guess_type, type_named
from kg.reconcile.values import Candidate, Condition, Query, QueryFault
from kg.terms.text import fold

REAL = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ask(release: OpenRelease, text: str, kind: str = "", *conditions: Condition, limit: int = 10) -> tuple[Candidate, ...]:
    return candidates(release.knowledge, Query(text, (kind,) if kind else (), limit, conditions))


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("Renal", "anatomy", "kidney"),
        ("GBM", "condition", "glioblastoma"),
        ("MRT", "modality", "magnetic resonance imaging"),
        ("CT scan", "modality", "computed tomography"),
        ("Lungs", "anatomy", "lung"),
        ("Leber", "anatomy", "liver"),
        ("眼底", "anatomy", "retina"),
        ("RADLEX:RID1301", "anatomy", "lung"),
        ("UBERON_0002107", "anatomy", "liver"),
        ("SNOMED CT 39607008", "", "lung"),
        ("http://snomed.info/id/39607008", "", "lung"),
        ("https://w3id.org/imaging-kg/ontology/CT", "", "computed tomography"),
        ("mamography", "modality", "mammography"),  # a misspelling that the lexicon knows
        ("lidc-idri", "dataset", "LIDC-IDRI"),
        ("LIDC", "dataset", "LIDC-IDRI"),
        ("ikgd:kits19", "", "KiTS19"),
        ("CAMELYON 16", "dataset", "CAMELYON16"),
        ("the LIDC-IDRI dataset", "dataset", "LIDC-IDRI"),
        ("www.cancerimagingarchive.net/collection/lidc-idri", "dataset", "LIDC-IDRI"),
        ("doi:10.7937/tcia.582b-xz89", "dataset", "ACNS0332"),
    ],
)
def test_one_thing_that_is_called_so_may_be_taken_unseen(release: OpenRelease, text: str, kind: str, label: str) -> None:
    found = ask(release, text, kind)
    assert (found[0].name, found[0].match) == (label, True)
    assert sum(c.match for c in found) == 1


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("glioblastma", "condition", "glioblastoma"),
        ("magnetik resonanse imagin", "modality", "magnetic resonance imaging"),
        ("bresat", "anatomy", "breast"),
        ("Tspine", "anatomy", "thoracic region of vertebral column"),
        ("CT scan of the chest", "modality", "computed tomography"),
        ("Lungen-CT", "anatomy", "lung"),
        ("OCT images", "modality", "optical coherence tomography"),
        ("lung cancer (NSCLC)", "condition", "non-small cell lung carcinoma"),
        ("KiTS 2019", "dataset", "KiTS19"),
        ("LIDC-IDRI (Lung Image Database Consortium)", "dataset", "LIDC-IDRI"),
        ("39607008", "anatomy", "lung"),  # a bare number may be anything
    ],
)
def test_a_slip_or_a_phrase_is_proposed_and_never_taken_unseen(release: OpenRelease, text: str, kind: str, label: str) -> None:
    found = ask(release, text, kind)
    assert found[0].name == label
    assert found[0].score >= 70
    assert not any(c.match for c in found)


@pytest.mark.parametrize("text", ["Various", "n/a", "Other", "-", "not specified", "", "?", "qzxjkw"])
def test_what_says_nothing_has_no_candidate(release: OpenRelease, text: str) -> None:
    assert ask(release, text, "condition") == ()


@pytest.mark.parametrize(
    ("text", "kind", "never"),
    [
        ("hypothyroidism", "condition", "hyperthyroidism"),
        ("type 2 diabetes", "condition", "type 1 diabetes mellitus"),
        ("PET, CT", "modality", "PET-CT"),
        ("CAMELYON 18", "dataset", "CAMELYON17"),
    ],
)
def test_what_only_looks_alike_is_not_likely(release: OpenRelease, text: str, kind: str, never: str) -> None:
    assert not any(c.match or c.score >= 80 for c in ask(release, text, kind) if c.name == never)


def test_two_datasets_of_one_name_are_both_shown_and_neither_taken(release: OpenRelease) -> None:
    shared = {name: ids for name, ids in release.knowledge.names.items() if len(ids) > 1}
    assert shared
    for name, ids in shared.items():
        found = ask(release, name, DATASET, limit=100)
        assert {release.knowledge.datasets[i].iri for i in ids} <= {c.id for c in found}, name
        taken = [c.name for c in found if c.match]
        assert not taken or fold(taken[0]) == name, (name, taken)


def test_a_condition_decides_between_the_years_of_a_challenge(release: OpenRelease) -> None:
    unsure = ask(release, "BraTS", DATASET)
    assert len({c.score for c in unsure[:3]}) == 1
    assert not any(c.match for c in unsure)
    assert all(any(f.id == "family" and f.value for f in c.features) for c in unsure)
    sure = ask(release, "BraTS", DATASET, Condition("year", ("2019",)))
    assert sure[0].name == "BraTS 2019"
    assert sure[0].score - sure[1].score > 5
    assert {c.score for c in sure if c.name != "BraTS 2019" and c.name.startswith("BraTS 20")} == {48.0}


def test_a_name_whose_condition_is_broken_is_not_taken(release: OpenRelease) -> None:
    right = ask(release, "KiTS19", DATASET, Condition("modality", ("CT",)), Condition("year", (2019,)))
    wrong = ask(release, "KiTS19", DATASET, Condition("modality", ("MRI",)))
    assert right[0].match
    assert wrong[0].name == "KiTS19"
    assert not wrong[0].match
    assert wrong[0].score < right[0].score
    assert ask(release, "KiTS19", DATASET, Condition("modality", ("MRI",), required=True)) == ()


def test_conditions_alone_select_what_the_graph_holds(release: OpenRelease) -> None:
    wanted = (Condition("modality", ("CT",)), Condition("anatomy", ("kidney",)), Condition("year", (2019,)))
    found = {c.id for c in ask(release, "", DATASET, *wanted, limit=100)}
    kidney, ct = release.knowledge.concept("kidney").iri, release.knowledge.concept("CT").iri
    holds = {
        d.iri
        for d in release.knowledge.datasets.values()
        if d.year == 2019 and d.has("modality", ct) and d.has("relevantTo", kidney)
    }
    assert found == holds
    assert release.knowledge.datasets["kits19"].iri in found
    assert not any(c.match for c in ask(release, "", DATASET, *wanted))


def test_a_key_property_alone_names_its_entity(release: OpenRelease) -> None:
    by_page = ask(release, "", DATASET, Condition("homepage", ("https://doi.org/10.7937/TCIA.582B-XZ89",)))
    assert [(c.name, c.match) for c in by_page] == [("ACNS0332", True)]
    by_code = ask(release, "", CONCEPT, Condition("mapping", ("RADLEX:RID1301",)))
    assert [(c.name, c.match) for c in by_code] == [("lung", True)]


@pytest.mark.parametrize(
    ("prop", "value", "quantifier", "qualifier", "kept"),
    [
        ("year", 2018, "any", "least", True),
        ("year", 2020, "any", "least", False),
        ("year", "2019-05-01", "any", "", True),
        ("modality", "X-ray tomography", "any", "", True),  # contrast-enhanced CT is one
        ("modality", "X-ray tomography", "any", "exact", False),
        ("modality", "MRI", "none", "", True),
        ("labelled", "yes", "any", "", True),
        ("labelled", False, "any", "", False),
        ("patients", 100, "any", "least", True),
        ("homepage", "not an address", "any", "", False),
        ("publisher", "no such institute at all", "any", "", False),
    ],
)
def test_conditions_are_compared_as_their_kind_is(
    release: OpenRelease, prop: str, value: str, quantifier: str, qualifier: str, kept: bool
) -> None:
    condition = Condition(prop, (value,), required=True, quantifier=quantifier, qualifier=qualifier)
    assert bool(ask(release, "KiTS19", DATASET, condition)) is kept


def test_concepts_are_narrowed_by_what_lies_above_them(release: OpenRelease) -> None:
    found = ask(release, "", "condition", Condition("hasLocation", ("kidney",)), limit=100)
    assert {"kidney cancer", "kidney neoplasm"} <= {c.name for c in found}
    assert all("lung" not in c.name for c in found)
    taxonomy = release.knowledge.taxonomy
    glioma = release.knowledge.concept("glioma").iri
    kinds = ask(release, "", "condition", Condition("broader", ("glioma",)), limit=100)
    assert {c.id for c in kinds} == {iri for iri, above in taxonomy.supers.items() if glioma in above}


def test_the_types_are_the_facets_of_the_release(release: OpenRelease) -> None:
    facets = {c.facet for c in release.knowledge.concepts.values()} - {"unspecified"}
    assert facets == set(TYPES) - {DATASET, CONCEPT}
    for kind in facets:
        root = release.knowledge.concepts[TYPES[kind].iri]
        assert root.facet == kind


def test_the_properties_of_datasets_are_those_of_the_graph(release: OpenRelease) -> None:
    held = {p for d in release.knowledge.datasets.values() for p in d.asserted}
    for prop in PROPERTIES.values():
        if prop.owner == DATASET and prop.kind == "concept":
            assert prop.id in held, prop.id
        assert not prop.values or prop.values in TYPES


def test_types_are_named_as_people_name_them() -> None:
    assert guess_type("Body Part") == "anatomy"
    assert guess_type("Modality") == "modality"
    assert guess_type("comments") is None
    for text in (
        "anatomy",
        "Anatomical structure",
        "ikg:AnatomicalEntity",
        "https://w3id.org/imaging-kg/ontology/AnatomicalEntity",
    ):
        named = type_named(text)
        assert not isinstance(named, QueryFault)
        assert named.id == "anatomy"
    fault = type_named("organs of")
    assert isinstance(fault, QueryFault)
    assert "anatomy" in fault.suggestions


def test_addresses_of_one_page_are_equal() -> None:
    assert address_key("https://www.Example.org/Data/index.html#top") == address_key("http://example.org/data/")
    assert not address_key("https://doi.org/10.1/X").startswith("doi:")  # a registrant has four digits at least
    assert address_key("https://dx.doi.org/10.7937/ABC") == address_key("doi:10.7937/abc.") == "doi:10.7937/abc"
    assert address_key("https://a.org/x?id=1") != address_key("https://a.org/x?id=2")
    assert address_key("http://[broken/x.y") == address_key("lung") == address_key("") == ""


def test_numbers_and_prefixes_turn_a_name_into_another() -> None:
    assert unlike("brats 2018", "brats 2019")
    assert unlike("hypertension", "hypotension")
    assert not unlike("brats", "brats 2019")
    assert not unlike("lung cancer", "lung cancr")


@REAL
@given(st.text(max_size=200), st.sampled_from(["", *TYPES]), st.integers(1, 20))
def test_any_text_has_well_formed_candidates(release: OpenRelease, text: str, kind: str, limit: int) -> None:
    found = ask(release, text, kind, limit=limit)
    assert len(found) <= limit
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert not any(c.match for c in found[1:])  # what may be taken unseen stands first
    assert len({c.id for c in found}) == len(found)
    for one in found:
        assert 0 <= one.score <= 100
        assert one.name
        assert one.id.startswith("http")
        assert entities_of(release.knowledge).get(one.id) is not None
        assert not kind or kind in one.types
        assert len({f.id for f in one.features}) == len(one.features)
    assert found == ask(release, text, kind, limit=limit)


def labels(knowledge: Knowledge) -> list[tuple[str, str, str]]:
    return [(c.iri, c.label, c.facet) for c in knowledge.concepts.values() if c.facet in TYPES]


def test_an_exact_label_is_always_first(release: OpenRelease) -> None:
    for iri, label, facet in labels(release.knowledge):
        first = ask(release, label, facet, limit=3)[0]
        assert first.id == iri or fold(first.name) == fold(label), (label, first)
        assert first.score >= 99


def test_a_dataset_is_first_for_its_name_its_id_and_its_iri(release: OpenRelease) -> None:
    for dataset in release.knowledge.datasets.values():
        for text in (dataset.name, dataset.id, dataset.iri):
            found = ask(release, text, DATASET, limit=3)
            assert dataset.iri in {c.id for c in found if c.score >= 97}, text


@REAL
@given(st.data())
def test_every_shown_word_of_a_concept_leads_to_it(release: OpenRelease, data: st.DataObject) -> None:
    iri, _, facet = data.draw(st.sampled_from(labels(release.knowledge)))
    words = [w for w in release.knowledge.concepts[iri].words if w.kind is not WordKind.HIDDEN and fold(w.text)]
    word = data.draw(st.sampled_from(words))
    found = ask(release, word.text, facet, limit=100)
    assert iri in {c.id for c in found if c.score >= 90}, (word, found[:3])


def test_the_library_answers_as_the_service_does(release: OpenRelease) -> None:
    first = release.reconcile("Renal", "anatomy", 1)[0]
    assert (first["name"], first["match"], first["type"][0]["id"]) == ("kidney", True, "anatomy")
    for text, kind in (("x" * 2000, ""), ("lung", "organs"), (" ", "")):
        with pytest.raises(QuestionError):
            release.reconcile(text, kind)
