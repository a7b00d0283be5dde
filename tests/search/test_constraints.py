"""Constraints in a text: the table of what is read as a bound, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.knowledge import DatasetView
from kg.knowledge.values import Count
from kg.search.constraints import read_bounds


@pytest.mark.parametrize(
    ("text", "field", "least", "most"),
    [
        ("since 2020", "year", 2020, None),
        ("from 2020", "year", 2020, None),
        ("from 2020 onwards", "year", 2020, None),
        ("not before 2020", "year", 2020, None),
        ("no earlier than 2020", "year", 2020, None),
        ("after 2020", "year", 2021, None),
        ("newer than 2020", "year", 2021, None),
        ("before 2020", "year", None, 2019),
        ("older than 2020", "year", None, 2019),
        ("until 2020", "year", None, 2020),
        ("up to 2020", "year", None, 2020),
        ("not after 2020", "year", None, 2020),
        ("no later than 2020", "year", None, 2020),
        ("between 2018 and 2020", "year", 2018, 2020),
        ("from 2018 to 2020", "year", 2018, 2020),
        ("2018-2020", "year", 2018, 2020),
        ("2018 \u2013 2020", "year", 2018, 2020),
        ("Since 1999", "year", 1999, None),
        ("at least 100", "size", 100, None),
        ("at least 1,000 volumes", "size", 1000, None),
        (">= 500", "size", 500, None),
        ("\u2265500", "size", 500, None),
        ("no fewer than 20 patients", "size", 20, None),
        ("no less than 20", "size", 20, None),
        ("minimum of 50", "size", 50, None),
        ("more than 100", "size", 101, None),
        ("> 10k", "size", 10_001, None),
        (">1.5M images", "size", 1_500_001, None),
        ("over 2k scans", "size", 2001, None),
        ("at most 50", "size", None, 50),
        ("no more than 50", "size", None, 50),
        ("not more than 50", "size", None, 50),
        ("<= 50", "size", None, 50),
        ("fewer than 50 slides", "size", None, 49),
        ("less than 50", "size", None, 49),
        ("< 1k", "size", None, 999),
        ("under 100 cases", "size", None, 99),
        ("labelled", "labelled", 1, None),
        ("labeled", "labelled", 1, None),
        ("annotated", "labelled", 1, None),
        ("with annotations", "labelled", 1, None),
        ("with ground truth", "labelled", 1, None),
        ("unlabelled", "labelled", 0, None),
        ("unlabeled", "labelled", 0, None),
        ("un-annotated", "labelled", 0, None),
        ("not labelled", "labelled", 0, None),
        ("non-annotated", "labelled", 0, None),
        ("without labels", "labelled", 0, None),
        ("no annotations", "labelled", 0, None),
    ],
)
def test_a_phrase_is_one_bound(text: str, field: str, least: int | None, most: int | None) -> None:
    rest, bounds = read_bounds(f"CT {text}, liver")
    (bound,) = bounds
    assert (bound.field, bound.least, bound.most, bound.text) == (field, least, most, text)
    counted = (
        text.split()[-1:] if text.rsplit(maxsplit=1)[-1].isalpha() and field == "size" else []
    )  # what is counted stays in the text
    assert rest.replace("|", " ").replace(",", " ").split() == ["CT", *counted, "liver"]
    assert "|" in rest


@pytest.mark.parametrize(
    ("text", "field", "unit", "rest"),
    [
        ("at least 1,000 CT volumes", "size", "volume", "CT volumes"),
        ("more than 500 children", "size", "patient", "children"),
        ("over 10 000 chest x-rays", "size", "image", "chest x-rays"),
        ("2000+ slides", "size", "slide", "slides"),
        ("at least 3 classes", "classes", "", "classes"),
        ("under 100 cases", "size", "", "cases"),
        ("mindestens 50 Patienten", "size", "", "Patienten"),
    ],
)
def test_what_is_counted_is_read_and_stays(text: str, field: str, unit: str, rest: str) -> None:
    left, (bound,) = read_bounds(text)
    assert (bound.field, bound.unit) == (field, unit)
    assert left.replace("|", " ").split() == rest.split()


@pytest.mark.parametrize(
    "text", ["at least 5 mm", "over 3 T", "more than 10 GB", "under 18 years", "> 1.5 tesla", "less than 50%"]
)
def test_a_length_a_field_or_an_age_is_no_size(text: str) -> None:
    assert read_bounds(text)[1] == ()


@pytest.mark.parametrize(
    ("text", "least", "rest"),
    [
        ("more than 100 MRI", 101, "MRI"),
        ("over 500 kidney scans", 501, "kidney scans"),
        ("more than 10 k", 10_001, ""),
    ],
)
def test_the_first_letter_of_the_next_word_is_no_scale(text: str, least: int, rest: str) -> None:
    left, (bound,) = read_bounds(text)
    assert (bound.least, left.replace("|", " ").split()) == (least, rest.split())


@pytest.mark.parametrize(
    "text",
    ["", "CT", "2020", "BraTS 2021", "100 images", "18F", "T1 MRI", "from the brain", "overlap", "since always", "ISIC 2018"],
)
def test_a_number_alone_demands_nothing(text: str) -> None:
    assert read_bounds(text) == (text, ())


def test_several_bounds_hold_together() -> None:
    rest, bounds = read_bounds("labelled CT since 2018, before 2022, more than 100 volumes")
    assert {(b.field, b.least, b.most) for b in bounds} == {
        ("labelled", 1, None), ("year", 2018, None), ("year", None, 2021), ("size", 101, None),
    }  # fmt: skip
    assert [w for w in rest.split() if w not in "|,"] == ["CT", "volumes"]


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_a_text_without_bounds_stays_as_it_is(text: str) -> None:
    rest, bounds = read_bounds(text)
    assert (rest == text) or bounds


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_a_count_is_judged_as_it_is_written(asked: int, size: int) -> None:
    view = DatasetView("a", "A", counts=(Count(size, "image", "exact"),))
    phrases = {
        "more than": size > asked, "at least": size >= asked, "at most": size <= asked, "fewer than": size < asked,
        "no more than": size <= asked, "no fewer than": size >= asked,
    }  # fmt: skip
    for phrase, holds in phrases.items():
        for written in (str(asked), f"{asked:,}"):
            _, (bound,) = read_bounds(f"{phrase} {written}")
            assert bound.met_by(view) is holds, f"{phrase} {written}"


def test_what_is_not_known_meets_no_bound() -> None:
    unknown = DatasetView("a", "A")
    for text in ("since 2000", "before 2099", "at least 1", "at most 5", "labelled", "unlabelled"):
        _, (bound,) = read_bounds(text)
        assert not bound.met_by(unknown)
        assert not bound.known_for(unknown)
