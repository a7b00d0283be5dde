"""Reading: which words of a text name what, what is excluded, what are alternatives, and what stays unread."""

from typing import Any

import pytest

from kg.knowledge import Bound, Criteria, Group, Knowledge
from kg.opened import OpenRelease
from kg.search.reader import Reading, read


@pytest.fixture(scope="module")
def knowledge(release: OpenRelease) -> Knowledge:
    return release.knowledge


def labels(reading: Reading, knowledge: Knowledge) -> list[str]:
    return [("not " if m.negated else "") + knowledge.label(m.concept) for m in reading.mentions]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("CT", ["computed tomography"]),
        ("ct", ["computed tomography"]),
        ("CT scans of the liver", ["computed tomography", "liver"]),
        ("head and neck cancer", ["head and neck cancer"]),
        ("brain tumour", ["brain neoplasm"]),
        ("lungs, hearts; kidneys", ["lung", "heart", "kidney"]),
        ("liver (CT)", ["liver", "computed tomography"]),
        ("colour fundus photographs", ["colour fundus photography"]),
        ("PET/CT", ["PET-CT"]),
        ("PET / CT", ["PET-CT"]),
        ("3D MRI", ["3D volume", "magnetic resonance imaging"]),
        ("open access CT", ["open download", "computed tomography"]),
        ("children", ["paediatric subject"]),
        ("Röntgen", ["radiography"]),
        ("Niere", ["kidney"]),
        ("肾", ["kidney"]),
        ("肾CT", ["kidney", "computed tomography"]),
        ("without the COVID-19", ["not COVID-19"]),
        ("no COVID-19 CT", ["not COVID-19", "computed tomography"]),
        ("not CT or MRI, liver", ["not computed tomography", "not magnetic resonance imaging", "liver"]),
        ("CT without frobnication, liver", ["computed tomography", "liver"]),
        ("not labelled CT", ["computed tomography"]),
    ],
)
def test_texts_are_read(text: str, read_as: list[str], knowledge: Knowledge) -> None:
    assert labels(read(text, knowledge), knowledge) == read_as


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("CT MRI", [1, 2]),
        ("CT or MRI", [1, 1]),
        ("CT OR MRI", [1, 1]),
        ("CT/MRI", [1, 1]),
        ("CT / MRI", [1, 1]),
        ("CT or an MRI", [1, 1]),
        ("CT or MRI or PET", [1, 1, 1]),
        ("CT or MRI of brain", [1, 1, 2]),
        ("lung or heart CT", [1, 1, 2]),
        ("or CT MRI", [1, 2]),
        ("CT or frobnicate MRI", [1, 2]),
    ],
)
def test_alternatives_share_a_group(text: str, groups: list[int], knowledge: Knowledge) -> None:
    assert [m.group for m in read(text, knowledge).mentions] == groups


@pytest.mark.parametrize(
    ("text", "form", "label"),
    [
        ("pnuemonia", "pneumonia", "pneumonia"),
        ("segmantation", "segmentation", "image segmentation"),
        ("nierre", "niere", "kidney"),
        ("ultrasond", "ultrasound", "ultrasonography"),
    ],
)
def test_a_misspelt_word_is_read_and_shown_as_corrected(text: str, form: str, label: str, knowledge: Knowledge) -> None:
    (mention,) = read(text, knowledge).mentions
    assert (mention.text, mention.form, knowledge.label(mention.concept)) == (text, form, label)


@pytest.mark.parametrize("text", ["CTT", "MRX", "livr", "ctx9", "12345", "heary", "xneumonia"])
def test_short_words_numbers_and_first_letters_do_not_drift(text: str, knowledge: Knowledge) -> None:
    found = read(text, knowledge)
    assert found.mentions == ()
    assert found.unread == (text,)


@pytest.mark.parametrize("text", ["us", "it", "In", "all", "Us", "a", "or"])
def test_a_word_of_everyday_is_no_code(text: str, knowledge: Knowledge) -> None:
    found = read(text, knowledge)
    assert (found.mentions, found.unread) == ((), ())


def test_the_same_letters_written_as_a_code_are_one(knowledge: Knowledge) -> None:
    assert labels(read("US", knowledge), knowledge) == ["ultrasonography"]
    assert labels(read("show us the US", knowledge), knowledge) == ["ultrasonography"]
    assert [m.kind.value for m in read("US", knowledge).mentions] == ["dicom"]


def test_every_word_that_means_something_is_read_or_reported(knowledge: Knowledge) -> None:
    found = read("Find frobnicate datasets of the zzyzx and CT with kwyjibo", knowledge)
    assert found.unread == ("frobnicate", "zzyzx", "kwyjibo")
    assert labels(found, knowledge) == ["computed tomography"]


def test_a_word_that_may_mean_two_things_takes_the_facet_that_is_open(knowledge: Knowledge) -> None:
    forms = [
        (form, {e.concept.facet for e in knowledge.lexicon.meanings(form)})
        for form in sorted(knowledge.lexicon.forms())
        if len(form) > 4 and form.isascii() and form.isalpha()
    ]
    both = [form for form, facets in forms if {"anatomy", "condition"} <= facets or {"modality", "task"} <= facets]
    for form in both:
        (alone,) = read(form, knowledge).mentions
        (other,) = {e.concept.facet for e in knowledge.lexicon.meanings(form)} - {alone.facet}
        filler = {"modality": "MRI", "anatomy": "liver", "condition": "glioma", "task": "registration"}[alone.facet]
        second = read(f"{filler} {form}", knowledge).mentions[-1]
        assert (second.text, second.facet) == (form, other)


def test_an_exact_dataset_name_is_the_whole_reading(knowledge: Knowledge) -> None:
    assert read("CT-ORG", knowledge) == Reading("CT-ORG", datasets=("ct-org",))
    assert read(" lidc  idri", knowledge).datasets == ("lidc-idri",)


def test_a_name_inside_a_text(knowledge: Knowledge) -> None:
    found = read("LIDC-IDRI since 2010", knowledge)
    assert (found.datasets, found.besides) == (("lidc-idri",), ())
    assert [b.least for b in found.bounds] == [2010]
    assert read("CT except LIDC-IDRI", knowledge).besides == ("lidc-idri",)
    both = read("LIDC-IDRI and CheXpert", knowledge)
    assert both.datasets == ("lidc-idri", "chexpert")


def test_no_mention_is_read_across_a_constraint(knowledge: Knowledge) -> None:
    found = read("head since 2020 and neck cancer", knowledge)
    assert "head and neck cancer" not in labels(found, knowledge)


@pytest.mark.parametrize("text", ["", " ", "\t\n", "|", "||| |", "()", "\u200d", "?"])
def test_nothing_is_read_from_nothing(text: str, knowledge: Knowledge) -> None:
    found = read(text, knowledge)
    assert (found.mentions, found.bounds, found.datasets, found.unread) == ((), (), (), ())
    assert not found.criteria()


def test_a_reading_becomes_criteria(knowledge: Knowledge) -> None:
    def iri(text: str, facet: str) -> str:
        return knowledge.concept(text, facet).iri

    found = read("CT or MRI of the liver not glioma since 2020 except LIDC-IDRI", knowledge).criteria()
    assert found == Criteria(
        groups=(
            Group("modality", (iri("CT", "modality"), iri("MRI", "modality")), "CT or MRI"),
            Group("anatomy", (iri("liver", "anatomy"),), "liver"),
        ),
        excluded=(Group("condition", (iri("glioma", "condition"),), "glioma"),),
        bounds=(Bound("year", least=2020, text="since 2020"),),
        besides=("lidc-idri",),
    )


@pytest.mark.parametrize(
    "text", ["CT " * 300, "(" * 500, "not " * 100 + "CT", "x" * 5000, "CT or " * 100, "𝕏 ﬀ ß İ", "\x00\x01CT", "' \" ; DROP"]
)
def test_no_text_breaks_the_reader(text: str, release: OpenRelease) -> None:
    answer: dict[str, Any] = release.search(text)
    assert answer["query"]["text"] == " ".join(text.replace("\x00", " ").replace("\x01", " ").split())
    if answer["sparql"]:
        assert release.store.select(answer["sparql"]).variables
