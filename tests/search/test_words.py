"""The user's words: codes, languages, slips, shared heads, general terms, names; and what a question may never do."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.knowledge import Knowledge, grid_of
from kg.opened import OpenRelease
from kg.search.reader import read
from kg.search.tokens import clean, tokens


def labels(text: str, knowledge: Knowledge) -> set[tuple[str, bool]]:
    return {(knowledge.label(m.concept), m.negated) for m in read(text, knowledge).mentions if not m.absorbed}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RID1301", {"lung"}),
        ("RADLEX:RID1301", {"lung"}),
        ("UBERON:0002107", {"liver"}),
        ("http://snomed.info/id/39607008", {"lung"}),
        ("SNOMED CT 39607008 CT", {"lung", "computed tomography"}),
        ("MONDO:0018177", {"glioblastoma"}),
        ("肺部CT分割", {"lung", "computed tomography", "image segmentation"}),
        ("Lebersegmentierung", {"liver", "image segmentation"}),
        ("Lungen-CT", {"lung", "computed tomography"}),
        ("IRM cérébrale", {"magnetic resonance imaging", "brain"}),
        ("vasos retinianos", {"retina blood vessel"}),
        ("lung or kidney cancer", {"lung cancer", "kidney cancer"}),
        ("optick disc", {"optic disc"}),
        ("stroke lesion", {"stroke disorder"}),
        ("brain MS lesions MRI", {"brain", "multiple sclerosis", "magnetic resonance imaging"}),
        ("commercial use histopathology", {"licence for commercial use", "histopathology imaging"}),
        ("CC BY chest CT", {"Creative Commons Attribution", "chest", "computed tomography"}),
        ("multi-centre cardiac MRI", {"multi-centre acquisition", "cardiac MRI"}),
        ("skin on Kaggle", {"skin of body", "Kaggle"}),
    ],
)
def test_what_words_are_read_as(text: str, expected: set[str], release: OpenRelease) -> None:
    assert labels(text, release.knowledge) == {(label, False) for label in expected}


@pytest.mark.parametrize(
    "text", ["non-COVID CT", "CT ohne COVID-19", "CT sans COVID-19", "CT 不含 COVID-19", "CT excluding COVID-19"]
)
def test_negation_in_several_languages(text: str, release: OpenRelease) -> None:
    assert labels(text, release.knowledge) == {("computed tomography", False), ("COVID-19", True)}


def test_alternatives_may_be_of_different_facets(release: OpenRelease) -> None:
    grid = grid_of(release.knowledge)
    both = release.answer("CT or brain")
    either = release.answer("CT").strict_flags | release.answer("brain").strict_flags
    assert (grid.strict(both.criteria) == either).all()


def test_company_decides_what_an_ambiguous_word_means(release: OpenRelease) -> None:
    knowledge = release.knowledge
    assert ("multiple sclerosis", False) in labels("MS brain MRI", knowledge)
    assert ("image registration", False) in labels("Reg 3D", knowledge)
    (mention,) = [m for m in read("DR fundus photography", knowledge).mentions if m.text == "DR"]
    assert knowledge.label(mention.concept) == "diabetic retinopathy"
    assert mention.instead, "what it may mean elsewhere is told"


def test_an_exact_name_or_family_comes_first(release: OpenRelease) -> None:
    assert [h["id"] for h in release.search("LIDC-IDRI", 5)["strict"]] == ["lidc-idri"]
    assert "luna16" in {h["id"] for h in release.search("LIDC-IDRI", 20)["near"]}, "its relatives are near"
    family = {h["id"] for h in release.search("BraTS", 100)["strict"]}
    assert {"brats-2018", "brats-2021"} <= family
    assert release.search("FDG PET/CT lesion segmentation", 50)["query"]["datasets"] == [], "words for concepts are no name"


def test_words_that_nobody_knows_are_demanded_and_ordinary_ones_help(release: OpenRelease) -> None:
    unknown = release.search("brain MRI of wombats")
    assert unknown["total"] == 0
    assert unknown["relaxations"]["emptiedBy"] == ["wombats"]
    ordinary = release.search("brain MRI motion")
    assert ordinary["total"] == release.search("brain MRI")["total"]
    assert [u for u in ordinary["query"]["unread"] if not u["demanded"]]


def test_a_count_is_compared_in_its_own_unit(release: OpenRelease) -> None:
    for hit in release.search("CT with more than 500 patients", 2000)["strict"]:
        counts = release.knowledge.datasets[hit["id"]].counts
        assert any(c.unit == "patient" and c.value > 500 for c in counts)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_no_text_breaks_reading_or_its_sparql(text: str, release: OpenRelease) -> None:
    answer = release.answer(text)
    assert len(release.store.select(answer.sparql).rows) == answer.total


@given(st.text(max_size=200))
def test_tokens_hold_nothing_that_could_be_syntax(text: str) -> None:
    for token in tokens(clean(text)):
        assert not set(token) & set('\n\r\t"\\')
