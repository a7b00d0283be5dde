"""How well linking does on the survey's own cells: against what the lexicon and the curators read in them, and without the words made for them.

The floors stand a little under what was measured (docs/reconcile.md); `kg.reconcile.measure` gives the figures.
"""

import pytest

from kg.opened import OpenRelease
from kg.reconcile.match import candidates
from kg.reconcile.measure import Tally, cells, measure, slips, without_source_words
from kg.reconcile.types import DATASET
from kg.reconcile.values import Query
from kg.resources import catalogue_dir

FACETS = ("modality", "anatomy", "condition")


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, str], frozenset[str]]:
    return cells(catalogue_dir())


def test_the_cells_are_those_of_the_survey(told: dict[tuple[str, str], frozenset[str]]) -> None:
    assert {kind for kind, _ in told} == {*FACETS, DATASET}
    assert len(told) > 2000


@pytest.mark.parametrize("facet", FACETS)
def test_a_cell_of_the_survey_is_linked_as_it_was_read(
    release: OpenRelease, told: dict[tuple[str, str], frozenset[str]], facet: str
) -> None:
    found = measure(release.knowledge, {k: v for k, v in told.items() if k[0] == facet})
    assert found.first / found.cells >= 0.97
    assert found.wrongly_taken == 0


def test_without_the_words_made_for_them_cells_are_linked_by_likeness(
    release: OpenRelease, told: dict[tuple[str, str], frozenset[str]]
) -> None:
    less, hard = without_source_words(release.knowledge, told)
    found = measure(less, hard)
    assert found.cells > 30
    assert found.first / found.cells >= 0.5
    assert found.wrongly_taken == 0


def test_a_record_is_linked_to_its_dataset_by_name(release: OpenRelease, told: dict[tuple[str, str], frozenset[str]]) -> None:
    names = {k: v for k, v in told.items() if k[0] == DATASET}
    found = measure(release.knowledge, names)
    assert found.first / found.cells >= 0.97
    wrong = [
        text
        for (kind, text), right in names.items()
        if (sure := next((c for c in candidates(release.knowledge, Query(text, (kind,))) if c.match), None))
        and sure.id not in right
    ]
    assert len(wrong) == found.wrongly_taken <= 5
    known = {d.name.casefold() for d in release.knowledge.datasets.values()}
    assert {t.casefold() for t in wrong} <= known  # each is the very name of another dataset


def test_slips_of_spelling_are_seen_through_and_never_taken_unseen(release: OpenRelease) -> None:
    found = measure(release.knowledge, slips(release.knowledge, FACETS))
    assert found.cells > 1000
    assert found.first / found.cells >= 0.98
    assert found.wrongly_taken == 0


def test_a_tally_counts() -> None:
    assert Tally(4, 3, 2, 1, 0, 0).shares() == {"first": 0.75, "taken": 0.5, "likely": 0.25}
