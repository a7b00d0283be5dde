"""The catalogue that is in the repository: canonical, sound, whole."""

from collections import Counter
from dataclasses import replace

import pytest

from kg.catalogue.lint import check, not_canonical
from kg.catalogue.policy import facts_of
from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.tables import TABLES, Catalogue, load
from kg.identity import parse_decisions
from kg.identity.decisions import FILE, write_decisions
from kg.model import FACETS, NOTHING, UNDECIDED, Retired, Status
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules
from kg.terms.text import fold

ROWS = 1151
# Columns in which every record of the survey has something to say; the others may be left open.
_ALWAYS = {"access", "label", "name", "samples", "section", "year", "dim", "modality", "structure", "task", "diseases"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(catalogue_dir())


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(concepts_of(load_modules(ontology_dir())))


def test_every_table_is_there_and_canonical() -> None:
    assert [t.name for t in TABLES if not t.path(catalogue_dir()).is_file()] == []
    assert not_canonical(catalogue_dir()) == (), "rewrite them with: imaging-kg catalogue lint"


def test_the_identity_decisions_are_canonical() -> None:
    text = (catalogue_dir() / FILE).read_text(encoding="utf-8")
    assert write_decisions(parse_decisions(text)) == text


def test_no_rule_is_broken(catalogue: Catalogue, lexicon: Lexicon) -> None:
    assert [str(e) for e in check(catalogue_dir(), catalogue, lexicon)] == []


def test_a_retired_slug_is_no_dataset_and_leads_to_one_or_to_nothing(catalogue: Catalogue, lexicon: Lexicon) -> None:
    known = {d.id for d in catalogue.datasets}
    assert {r.id for r in catalogue.retired} & known == set()
    assert {r.replacement for r in catalogue.retired} <= known | {NOTHING}
    wrong = (Retired("lidc-idri", NOTHING, "there still"), Retired("gone", "nowhere", "no such set"))
    broken = check(catalogue_dir(), replace(catalogue, retired=wrong), lexicon)
    assert [(e.line, e.field) for e in broken] == [(2, "id"), (3, "replacement")]


def test_every_row_of_the_survey_is_in_exactly_one_dataset(catalogue: Catalogue) -> None:
    (survey,) = (s for s in catalogue.sources if s.name == "imaging-x")
    assert survey.records == ROWS
    assert len(survey.sha256) == 64
    rows = Counter(i.record for i in catalogue.identity if i.source == survey.name)
    assert rows == Counter(range(ROWS))


def test_the_number_of_datasets(catalogue: Catalogue) -> None:
    of_survey = {i.dataset for i in catalogue.identity if i.source == "imaging-x"}
    assert 880 <= len(of_survey) <= 960
    assert len(catalogue.datasets) > len(of_survey)
    names = Counter(d.name for d in catalogue.datasets if d.id in of_survey)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_cell_of_every_row_is_kept_as_a_claim(catalogue: Catalogue) -> None:
    said = Counter((c.record, c.field) for c in catalogue.claims if c.source == "imaging-x")
    silent = [(r, f) for r in range(ROWS) for f in sorted(_ALWAYS) if not said[r, f]]
    assert silent == []
    # A dataset without an address of its own is the only kind of record that lacks one.
    assert ROWS - 10 < sum(said[r, "url"] for r in range(ROWS)) <= ROWS


def test_what_was_read_has_a_value_and_what_was_not_has_none(catalogue: Catalogue) -> None:
    valued = {Status.READ, Status.OTHER_FACET, Status.VALUE, Status.OVERRIDDEN, Status.GUESSED}
    silent = {Status.VAGUE, Status.UNREAD, Status.AMBIGUOUS}
    assert [c for c in catalogue.claims if not c.value and c.status in valued] == []
    assert [c for c in catalogue.claims if c.value and c.status in silent] == []
    assert [c for c in catalogue.claims if c.status in {Status.REJECTED, Status.OVERRIDDEN} and not c.note] == []


def test_few_words_of_the_facets_stay_unread(catalogue: Catalogue) -> None:
    columns = {"modality", "structure", "task", "diseases", "dim", "access"}
    facet_claims = [c for c in catalogue.claims if c.field in columns]
    unread = [c for c in facet_claims if c.status in {Status.UNREAD, Status.AMBIGUOUS}]
    survey = [c for c in unread if c.source == "imaging-x"]
    assert len(survey) < 0.02 * len([c for c in facet_claims if c.source == "imaging-x"])


def test_every_fact_names_its_claims(catalogue: Catalogue) -> None:
    for fact in facts_of(catalogue):
        for prop, values in fact.concepts.items():
            assert prop in CONCEPT_PROPERTIES
            for value in values:
                assert fact.claims[prop, value]
                assert {c.dataset for c in fact.claims[prop, value]} == {fact.row.id}


@pytest.mark.parametrize("facet", FACETS)
def test_most_datasets_have_each_facet(catalogue: Catalogue, facet: str) -> None:
    have = sum(bool(f.concepts.get(facet)) for f in facts_of(catalogue))
    assert have > len(catalogue.datasets) / 3


def test_every_override_was_applied(catalogue: Catalogue) -> None:
    by_cell: dict[tuple[int, str, str], set[tuple[Status, str]]] = {}
    for c in catalogue.claims:
        if c.source == "imaging-x" and c.status in {Status.OVERRIDDEN, Status.REJECTED, Status.AMBIGUOUS}:
            by_cell.setdefault((c.record, c.field, fold(c.raw)), set()).add((c.status, c.value))
    for o in catalogue.overrides:
        found = by_cell[o.record, o.field, fold(o.raw)]
        if o.values == (UNDECIDED,):
            assert found == {(Status.AMBIGUOUS, "")}
        elif o.values:
            assert found == {(Status.OVERRIDDEN, v) for v in o.values}
        else:
            assert {status for status, _ in found} == {Status.REJECTED}


def test_at_least_120_label_sets_are_whole(catalogue: Catalogue) -> None:
    stated = {r.dataset for r in catalogue.curated if r.property == "labelSetComplete" and r.value == "true"}
    assert len(stated) >= 120
    # Multi-organ sets of which the survey's row names the region alone.
    sizes = Counter(r.dataset for r in catalogue.curated if r.property == "annotates")
    least = {"amos22": 15, "btcv-abdomen": 13, "flare22": 13, "totalsegmentator": 60, "verse20": 24, "idrid2018": 6, "pannuke": 5}
    assert {d: sizes[d] for d, n in least.items() if sizes[d] < n} == {}
