"""Normalising a cell: what is read, what is of another facet, what stays open, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Concept, Status, Word, WordKind
from kg.terms.lexicon import Lexicon
from kg.terms.normalise import Reading, normalise
from kg.terms.text import fold

LABEL, SYNONYM, SHORT, HIDDEN = WordKind.LABEL, WordKind.SYNONYM, WordKind.ABBREVIATION, WordKind.HIDDEN


def lexicon(*entries: tuple[str, str, WordKind, str]) -> Lexicon:
    """From (concept, facet, kind of word, word) rows."""
    concepts: dict[str, Concept] = {}
    for name, facet, kind, text in entries:
        known = concepts.get(name, Concept(name, name, facet))
        concepts[name] = Concept(name, name, facet, (*known.words, Word(text, kind)))
    return Lexicon(concepts)


WORDS = lexicon(
    ("Lung", "anatomy", LABEL, "lung"),
    ("Head", "anatomy", LABEL, "head"),
    ("Neck", "anatomy", LABEL, "neck"),
    ("DiscAndCup", "anatomy", LABEL, "optic disc and cup"),
    ("HeartVentricle", "anatomy", SYNONYM, "ventricle"),
    ("BrainVentricle", "anatomy", SYNONYM, "ventricle"),
    ("Retina", "anatomy", SYNONYM, "fundus"),
    ("Photography", "modality", HIDDEN, "fundus"),
    ("CT", "modality", SHORT, "CT"),
    ("PETCT", "modality", LABEL, "PET/CT"),
    ("PET", "modality", SHORT, "PET"),
    ("HeadNeckCancer", "condition", LABEL, "head and neck cancer"),
    ("Covid", "condition", LABEL, "COVID-19"),
    ("Mass", "condition", LABEL, "mass"),
    ("MassShort", "condition", SHORT, "mass"),
    ("OneTask", "task", SHORT, "Rec"),
    ("OtherTask", "task", SHORT, "Rec"),
    ("Multi", "unspecified", HIDDEN, "multi"),
    ("Na", "unspecified", SHORT, "NA"),
)
PIECES = [
    "lung",
    "PET/CT",
    "CT",
    "head and neck cancer",
    "ventricle",
    "Fundus",
    "multi",
    "NA",
    "nonsense",
    "-",
    "Rec",
    "optic disc and cup",
]
CELLS = st.lists(st.sampled_from(PIECES), max_size=6).map(", ".join)
FACET = st.sampled_from(["anatomy", "modality", "condition", "task"])


def read(cell: str, facet: str) -> list[tuple[str, str, Status]]:
    return [(r.raw, r.concept, r.status) for r in normalise(cell, facet, WORDS, {})]


@pytest.mark.parametrize(
    ("cell", "facet", "expected"),
    [
        ("Lungs", "anatomy", [("Lungs", "Lung", Status.READ)]),
        ("PET/CT", "modality", [("PET/CT", "PETCT", Status.READ)]),
        ("CT, PET", "modality", [("CT", "CT", Status.READ), ("PET", "PET", Status.READ)]),
        ("CT, PET/CT", "modality", [("CT", "CT", Status.READ), ("PET", "PET", Status.READ)]),
        ("head and neck cancer", "condition", [("head and neck cancer", "HeadNeckCancer", Status.READ)]),
        ("Head and Neck", "anatomy", [("Head", "Head", Status.READ), ("Neck", "Neck", Status.READ)]),
        ("optic disc and cup; lung", "anatomy",
         [("optic disc and cup", "DiscAndCup", Status.READ), ("lung", "Lung", Status.READ)]),
        ("Head (Lung)", "anatomy", [("Head", "Head", Status.READ), ("Lung", "Lung", Status.READ)]),
        ("", "anatomy", []),
        ("  ", "anatomy", []),
    ],
)  # fmt: skip
def test_a_cell_is_read_at_its_longest_names_first(cell: str, facet: str, expected: list[tuple[str, str, Status]]) -> None:
    assert read(cell, facet) == expected


def test_a_concept_of_another_facet_says_so() -> None:
    (found,) = normalise("CT", "anatomy", WORDS, {})
    assert found == Reading("CT", "modality", "CT", Status.OTHER_FACET, "names a modality")
    assert normalise("lung", "modality", WORDS, {})[0].note == "names an anatomy"


def test_the_columns_facet_decides_between_facets() -> None:
    assert read("Fundus", "anatomy") == [("Fundus", "Retina", Status.READ)]
    assert read("Fundus", "modality") == [("Fundus", "Photography", Status.READ)]


def test_two_concepts_of_one_facet_are_not_chosen_between() -> None:
    (found,) = normalise("Ventricle", "anatomy", WORDS, {})
    assert (found.status, found.concept, found.facet) == (Status.AMBIGUOUS, "", "")
    assert "BrainVentricle or HeartVentricle" in found.note
    assert read("Rec", "condition") == [("Rec", "", Status.AMBIGUOUS)]


def test_a_label_wins_over_a_code_of_the_same_facet() -> None:
    assert read("mass", "condition") == [("mass", "Mass", Status.READ)]


def test_what_names_nothing_definite_is_vague() -> None:
    assert read("Multi", "modality") == [("Multi", "", Status.VAGUE)]
    assert read("NA", "anatomy") == [("NA", "", Status.VAGUE)]
    assert normalise("-", "task", WORDS, {}) == (Reading("-", "", "", Status.VAGUE, "not stated"),)


def test_a_phrase_is_read_by_the_names_inside_it_and_the_rest_is_kept() -> None:
    assert read("severe lung COVID-19 pattern", "condition") == [
        ("lung", "Lung", Status.OTHER_FACET), ("COVID-19", "Covid", Status.READ), ("severe pattern", "", Status.UNREAD),
    ]  # fmt: skip


def test_a_code_of_two_letters_inside_a_phrase_is_chance() -> None:
    assert read("grade na mass", "condition") == [("mass", "Mass", Status.READ), ("grade na", "", Status.UNREAD)]


def test_a_curator_who_could_not_decide_leaves_the_mention_open() -> None:
    assert normalise("Rec", "task", WORDS, {fold("Rec"): ("?",)}) == (Reading("Rec", "", "", Status.AMBIGUOUS),)


def test_a_curators_decision_stands_in_the_place_of_the_lexicon() -> None:
    decided = {fold("Rec"): ("OneTask", "Lung"), fold("lung"): ()}
    assert normalise("Rec, Lung, CT", "task", WORDS, decided) == (
        Reading("Rec", "task", "OneTask", Status.OVERRIDDEN),
        Reading("Rec", "anatomy", "Lung", Status.OVERRIDDEN),
        Reading("Lung", "anatomy", "Lung", Status.REJECTED),
        Reading("CT", "modality", "CT", Status.OTHER_FACET, "names a modality"),
    )


def test_a_decision_on_a_whole_cell_keeps_it_whole() -> None:
    found = normalise("Head and Neck", "anatomy", WORDS, {fold("head and neck"): ("Neck",)})
    assert [r.concept for r in found] == ["Neck"]


@given(CELLS, FACET)
def test_no_mention_is_lost(cell: str, facet: str) -> None:
    found = " ".join(fold(r.raw) for r in normalise(cell, facet, WORDS, {}))
    assert {w for w in fold(cell).split() if w != "and"} <= set(found.split())


@given(CELLS, FACET)
def test_a_concept_stands_exactly_where_something_was_read(cell: str, facet: str) -> None:
    for r in normalise(cell, facet, WORDS, {}):
        named = r.status in {Status.READ, Status.OTHER_FACET}
        assert bool(r.concept) is bool(r.facet) is named
        assert not named or WORDS.concepts[r.concept].facet == r.facet
        assert (r.status is Status.READ) is (r.facet == facet)


@pytest.mark.parametrize("cell", ["lung, lung", "lung/lung", "lung with lung"])
def test_a_mention_that_stands_twice_is_read_once(cell: str) -> None:
    assert [r for r in read(cell, "anatomy") if r[1]] == [("lung", "Lung", Status.READ)]


@given(CELLS, FACET)
def test_no_reading_stands_twice(cell: str, facet: str) -> None:
    found = normalise(f"{cell}, {cell}", facet, WORDS, {})
    assert len(set(found)) == len(found)
