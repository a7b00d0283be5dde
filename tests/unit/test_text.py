"""Folding and splitting: when two written forms are one word, and that no splitting loses any of it."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.terms.text import _IRREGULAR, _SINGULARS, atoms, fold, pieces, squeeze

SEPARATING_WORDS = {"and", "or"}
# Words that are near an irregular or invariant one are where a second folding could differ from the first.
NEAR_IRREGULAR = st.builds(
    lambda word, ending: word + ending,
    st.sampled_from(sorted({*_IRREGULAR, *_IRREGULAR.values(), *_SINGULARS})),
    st.sampled_from(["", "s", "es", "ies", "mas", "as", *string.ascii_lowercase]),
)
CELLS = st.lists(
    st.one_of(
        st.sampled_from(["Lung", "PET/CT", "and", "or", "(", ")", ",", "/", "; ", " & ", "+", "|", "...", "?", "肺", "É", "Änd"]),
        st.text(alphabet=string.ascii_letters + string.digits + "().,;/&+|-? ", max_size=6),
    ),
    max_size=12,
).map(" ".join)


def plain_words(text: str) -> list[str]:
    """The runs of letters and digits of a cell, without the words that separate."""
    return [w for w in re.findall(r"\w+", text) if w.casefold() not in SEPARATING_WORDS]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lung Nodules", "lung-nodule"),
        ("GLIOMAS", "glioma"),
        ("Carcinomas", "carcinoma"),
        ("leukemias", "Leukemia"),
        ("pneumonias", "pneumonia"),
        ("corneas", "Cornea"),
        ("Metastases", "metastasis"),
        ("biopsies", "biopsy"),
        ("arteries", "artery"),
        ("masses", "mass"),
        ("lenses", "lens"),
        ("vertebrae", "vertebra"),
        ("Alzheimer's disease", "alzheimer disease"),
        ("Parkinson\u2019s", "parkinson"),
        ("Ménière", "meniere"),
        ("ﬁbrosis", "fibrosis"),
        ("X-ray", "x ray"),
        ("T2_FLAIR", "t2 flair"),
        ("boxes", "box"),
        ("women", "woman"),
    ],
)
def test_spellings_of_one_word_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "word",
    ["pancreas", "diagnosis", "thrombus", "pelvis", "abscess", "arthritis", "uterus", "bias", "atlas", "psoas", "lens", "chaos"],
)
def test_singulars_that_end_in_s_keep_their_end(word: str) -> None:
    assert fold(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [("MAS", "MA"), ("CTS", "CT"), ("IAS", "IA"), ("lung", "lungworm"), ("PET", "PE"), ("T1", "T2"), ("男", "女")],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_letters_outside_latin_stay() -> None:
    assert fold("肺结节") == "肺结节"


@given(st.one_of(st.text(max_size=40), NEAR_IRREGULAR))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=string.ascii_letters + string.digits + " -_", max_size=30))
def test_case_and_punctuation_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text.replace(" ", "-"))


@given(st.text(max_size=40))
def test_squeezing_twice_changes_nothing_and_keeps_what_is_no_space(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once) == once
    assert once.replace(" ", "") == re.sub(r"\s", "", text.replace("\u200d", "").replace("\ufeff", ""))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Lung (Thorax)", ("Lung", "Thorax")),
        ("MR, CT", ("MR", "CT")),
        ("Liver and Spleen", ("Liver", "Spleen")),
        ("A/B;C&D+E|F", ("A", "B", "C", "D", "E", "F")),
        ("CT, CT", ("CT",)),
        ("Brain...", ("Brain",)),
        ("Polyp (unclosed", ("Polyp", "unclosed")),
        ("hand", ("hand",)),
        ("Organ", ("Organ",)),
        ("", ()),
        (" , / ", ()),
    ],
)
def test_a_cell_falls_into_its_mentions(cell: str, expected: tuple[str, ...]) -> None:
    assert atoms(cell) == expected


@given(CELLS)
def test_atoms_lose_no_word_and_invent_none(cell: str) -> None:
    found = [word for atom in atoms(cell) for word in plain_words(atom)]
    assert set(found) == set(plain_words(cell))


@given(CELLS)
def test_atoms_are_clean_and_stand_once(cell: str) -> None:
    found = atoms(cell)
    assert len(set(found)) == len(found)
    assert all(atom and atom == squeeze(atom) for atom in found)


@given(CELLS)
def test_pieces_lose_nothing_but_their_separators(cell: str) -> None:
    found = pieces(cell)
    assert {squeeze(p) for p in re.split("[,;/]", cell)} - {""} == set(found)
    assert not any(c in piece for piece in found for c in ",;/")


def test_pieces_keep_a_name_with_and_whole() -> None:
    assert pieces("optic disc and cup, fovea") == ("optic disc and cup", "fovea")
