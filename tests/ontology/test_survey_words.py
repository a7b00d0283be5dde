"""What the survey writes and what a reader of images understands by it: a judged list, and how little stays unread."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from kg.catalogue.tables import Catalogue, load
from kg.model import UNDECIDED, Status
from kg.namespaces import curie, expand
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules
from kg.terms.normalise import normalise

FACETS: Final = {"modality": "modality", "dim": "dimensionality", "structure": "anatomy", "task": "task", "diseases": "condition"}
LINES: Final = Path(__file__).with_name("survey_words.tsv").read_text(encoding="utf-8").splitlines()
WORDS: Final = [tuple(line.split("\t")) for line in LINES[1:]]
MAX_UNREAD: Final = 0.03


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(concepts_of(load_modules(ontology_dir())))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(catalogue_dir())


def test_the_list_is_in_form() -> None:
    assert LINES[0] == "field\traw\texpected"
    assert LINES[1:] == sorted(set(LINES[1:]))
    assert len(WORDS) >= 120
    assert {field for field, _, _ in WORDS} == set(FACETS)
    assert len({(field, raw) for field, raw, _ in WORDS}) == len(WORDS)


@pytest.mark.parametrize(("field", "raw", "expected"), WORDS)
def test_a_word_of_the_survey_is_read_as_judged(field: str, raw: str, expected: str, lexicon: Lexicon) -> None:
    found = normalise(raw, FACETS[field], lexicon, {})
    assert [curie(r.concept) if r.concept else r.status.value for r in found] == [expected]
    assert [r.raw for r in found] == [raw]


def test_each_expectation_is_a_concept_or_a_status(lexicon: Lexicon) -> None:
    wrong = [e for _, _, e in WORDS if e not in {Status.VAGUE, Status.AMBIGUOUS} and expand(e) not in lexicon.concepts]
    assert wrong == []


def test_a_word_names_a_concept_of_its_column_or_says_of_which_other(lexicon: Lexicon) -> None:
    for field, raw, expected in WORDS:
        (reading,) = normalise(raw, FACETS[field], lexicon, {})
        if expand(expected) in lexicon.concepts:
            own = lexicon.concepts[expand(expected)].facet == FACETS[field]
            assert reading.status is (Status.READ if own else Status.OTHER_FACET), raw


@pytest.mark.parametrize("field", ["modality", "task", "dim"])
def test_nothing_is_unread_or_ambiguous_in_a_closed_column(field: str, catalogue: Catalogue) -> None:
    open_ = {
        (c.record, c.raw)
        for c in catalogue.claims
        if c.source == "imaging-x" and c.field == field and c.status in {Status.UNREAD, Status.AMBIGUOUS}
    }
    undecided = {(o.record, o.raw) for o in catalogue.overrides if o.field == field and o.values == (UNDECIDED,)}
    assert open_ == undecided  # what a curator looked at and could not decide, and nothing else


@pytest.mark.parametrize("field", ["structure", "diseases"])
def test_few_words_are_unread_in_an_open_column(field: str, catalogue: Catalogue) -> None:
    statuses = Counter(c.status for c in catalogue.claims if c.field == field)
    stuck = sorted({c.raw for c in catalogue.claims if c.field == field and c.status in {Status.UNREAD, Status.AMBIGUOUS}})
    assert statuses.total() > 1000
    assert statuses[Status.UNREAD] + statuses[Status.AMBIGUOUS] < MAX_UNREAD * statuses.total(), stuck


def test_the_committed_claims_are_what_the_lexicon_reads_today(catalogue: Catalogue, lexicon: Lexicon) -> None:
    """A claim that neither a curator nor a list around it decided: reading its text alone must give it again."""
    stale = set()
    for claim in catalogue.claims:
        if claim.field in FACETS and claim.status in {Status.READ, Status.OTHER_FACET}:
            found = {curie(r.concept) for r in normalise(claim.raw, FACETS[claim.field], lexicon, {}) if r.concept}
            if claim.value not in found:
                stale.add((claim.field, claim.raw, claim.value, *sorted(found)))
    assert stale == set(), "import the survey again: imaging-kg import imaging-x"
