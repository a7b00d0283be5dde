"""Which dataset a record of a further source describes: evidence, ties, decisions, and an import that can be repeated."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalogue.tables import Catalogue, Source
from kg.errors import CatalogueError, SourceShrank
from kg.identity.linking import EVIDENCE, LINKED, REVIEWED, Profile, link
from kg.model import Claim, Curated, DatasetRow, LinkDecision, RowIdentity, Status
from kg.sources.further import import_entries, import_one, refuse_shrinkage
from kg.sources.mentions import Entry, Mention

LIDC = Profile(
    "lidc-idri",
    ("LIDC-IDRI",),
    ("https://www.cancerimagingarchive.net/collection/lidc-idri/",),
    frozenset({"2011"}),
    frozenset({"ikg:CT"}),
)
BRATS12 = Profile("brats-2012", ("BraTS 2012",), ("https://brats.example/",))
BRATS13 = Profile("brats-2013", ("BraTS 2013",), ("https://brats.example/",))
DATASETS = (LIDC, BRATS12, BRATS13)


def found(name: str, url: str = "", **more: object) -> str:
    profile = replace(Profile("", (name,), (url,) if url else ()), **more)  # type: ignore[arg-type]  # one field of each type
    return link([profile], DATASETS, {})[0].dataset


def test_the_same_name_is_enough() -> None:
    assert found("LIDC-IDRI") == found("lidc idri") == "lidc-idri"


def test_a_number_tells_editions_apart() -> None:
    assert found("BRATS2012", "https://brats.example/") == "brats-2012"
    assert found("BraTS 2014", "https://brats.example/") == ""


def test_a_plural_is_part_of_a_name() -> None:
    assert found("BraT 2012") == ""


def test_another_modality_speaks_against_a_name() -> None:
    assert found("LIDC-IDRI", modalities=frozenset({"ikg:MRI"})) == ""
    (one,) = link([Profile("", ("LIDC-IDRI",), modalities=frozenset({"ikg:MRI"}))], DATASETS, {})
    assert (one.candidates[0].dataset, one.candidates[0].evidence) == ("lidc-idri", ("same-name", "other-modality"))
    assert one.candidates[0].score < REVIEWED or one.reason.startswith("not sure")


def test_a_kind_of_the_modality_is_not_another_one() -> None:
    record = Profile("", ("LIDC-IDRI",), modalities=frozenset({"ikg:LowDoseCT"}))
    kin = lambda a, b: a == b or {a, b} == {"ikg:CT", "ikg:LowDoseCT"}  # noqa: E731
    assert link([record], DATASETS, {}, kin)[0].dataset == "lidc-idri"


def test_a_tie_waits_for_a_curator() -> None:
    twins = (Profile("a", ("COVID-19 Image",)), Profile("b", ("COVID-19 Image",)))
    (one,) = link([Profile("", ("COVID-19 Image",))], twins, {})
    assert one.dataset == ""
    assert "two datasets" in one.reason
    assert [c.dataset for c in one.candidates] == ["a", "b"]


def test_what_was_linked_before_breaks_a_tie() -> None:
    twins = (Profile("a", ("COVID-19 Image",)), Profile("b", ("COVID-19 Image",)))
    assert link([Profile("", ("COVID-19 Image",), linked="b")], twins, {})[0].dataset == "b"


def test_a_decision_goes_before_all_evidence() -> None:
    decided = {"LIDC-IDRI": ("brats-2012", "a curator said so"), "BraTS 2013": ("", "another thing of that name")}
    first, second = link([Profile("", ("LIDC-IDRI",)), Profile("", ("BraTS 2013",))], DATASETS, decided)
    assert (first.dataset, first.reason) == ("brats-2012", "decision: a curator said so")
    assert second.dataset == ""


def test_an_accession_is_a_name() -> None:
    known = (Profile("attention-study", ("Attention study",), ("https://openneuro.org/datasets/ds000117/versions/1",)),)
    assert (
        link([Profile("", ("ds000117",), ("https://openneuro.org/datasets/ds000117",))], known, {})[0].dataset
        == "attention-study"
    )


@given(st.lists(st.sampled_from(DATASETS), unique_by=lambda p: p.id), st.sampled_from(["LIDC-IDRI", "BraTS 2013", "Else"]))
def test_the_order_of_the_datasets_does_not_matter(datasets: list[Profile], name: str) -> None:
    record = Profile("", (name,))
    assert link([record], datasets, {}) == link([record], datasets[::-1], {})


def test_the_weights_are_declared() -> None:
    assert 0 < REVIEWED < LINKED
    assert EVIDENCE["same-name"] >= LINKED > EVIDENCE["same-address"]


SOURCE = Source("list", "A list", "1", "", "", 2, "ab", "2026-11-24")
BEFORE = Catalogue(
    datasets=(DatasetRow("lidc-idri", "LIDC-IDRI"),),
    identity=(RowIdentity("imaging-x", 0, "lidc-idri", "single"),),
    claims=(Claim("lidc-idri", "imaging-x", 0, "name", "LIDC-IDRI", "title", "LIDC-IDRI", Status.VALUE),),
    sources=(Source("imaging-x", "", "", "", "", 1, ""),),
)


def entry(record: int, name: str, founds: bool = True, parents: tuple[str, ...] = ()) -> Entry:
    title = Mention("name", name, "title", name, Status.VALUE)
    ct = Mention("keyword", "CT", "modality", "ikg:CT", Status.READ)
    return Entry(record, name, "https://example.org/" + str(record), founds=founds, mentions=(title, ct), parents=parents)


def test_an_import_links_founds_and_leaves_for_review() -> None:
    done = import_entries(SOURCE, [entry(0, "LIDC IDRI"), entry(1, "A New Set"), entry(2, "Nowhere", founds=False)], BEFORE)
    assert (done.linked, done.founded, done.review) == (1, ("a-new-set",), 1)
    assert {(i.record, i.dataset) for i in done.catalogue.identity if i.source == "list"} == {(0, "lidc-idri"), (1, "a-new-set")}
    assert [(u.record, u.name) for u in done.catalogue.unlinked] == [(2, "Nowhere")]
    assert {c.source for c in done.catalogue.claims} == {"imaging-x", "list"}


def test_the_same_import_again_changes_nothing() -> None:
    entries = [entry(0, "LIDC IDRI"), entry(1, "A New Set"), entry(2, "A New Set")]
    once = import_entries(SOURCE, entries, BEFORE).catalogue
    again = import_entries(SOURCE, entries, once).catalogue
    assert [sorted(getattr(c, t)) for c in (once, again) for t in ("identity", "datasets", "claims")] == 2 * [
        sorted(getattr(once, t)) for t in ("identity", "datasets", "claims")
    ]


def test_what_a_source_no_longer_describes_goes_and_what_a_curator_states_stays() -> None:
    once = import_entries(SOURCE, [entry(0, "Left Alone"), entry(1, "Curated Set")], BEFORE).catalogue
    stated = replace(once, curated=(Curated("curated-set", "modality", "ikg:CT", "CT", "seen"),))
    after = import_entries(SOURCE, [], stated).catalogue
    assert {d.id for d in after.datasets} == {"lidc-idri", "curated-set"}


def test_a_curators_link_is_followed() -> None:
    decided = replace(
        BEFORE,
        links=(LinkDecision("list", "Lung Images", "lidc-idri", "an old name"), LinkDecision("list", "A Paper", "-", "no data")),
    )
    done = import_entries(SOURCE, [entry(0, "Lung Images"), entry(1, "A Paper")], decided)
    assert {(i.record, i.dataset) for i in done.catalogue.identity if i.source == "list"} == {(0, "lidc-idri")}
    assert done.founded == ()


def test_results_of_analyses_derive_from_their_sources() -> None:
    done = import_entries(SOURCE, [entry(0, "Scans"), entry(1, "Scans-Seg", parents=("Scans",))], BEFORE)
    assert [(r.dataset, r.relation, r.other) for r in done.catalogue.relations] == [("scans-seg", "derivedFrom", "scans")]
    assert import_entries(SOURCE, [entry(0, "Scans")], done.catalogue).catalogue.relations == ()


@pytest.mark.parametrize(("now", "refused"), [(100, False), (91, False), (90, False), (89, True), (0, True)])
def test_a_source_that_shrank_by_more_than_a_tenth_is_refused(now: int, refused: bool) -> None:
    before = Catalogue(sources=(Source("list", "", "", "", "", 100, ""),))
    if refused:
        with pytest.raises(SourceShrank, match="100 records and now has"):
            refuse_shrinkage(before, "list", now, accept=False)
    else:
        refuse_shrinkage(before, "list", now, accept=False)
    refuse_shrinkage(before, "list", now, accept=True)


def test_one_file_adds_one_dataset_and_renews_it() -> None:
    once, slug = import_one("croissant", "Files", entry(0, "Shoulder Set"), BEFORE, "ab", "2026-11-24")
    assert (slug, once.founded) == ("shoulder-set", ("shoulder-set",))
    two, other = import_one(
        "croissant", "Files", replace(entry(0, "Knee Set"), url="https://knee.example"), once.catalogue, "cd", "2026-11-24"
    )
    assert other == "knee-set"
    renewed, same = import_one("croissant", "Files", entry(0, "Shoulder Set"), two.catalogue, "ef", "2026-11-25")
    assert (same, renewed.founded) == ("shoulder-set", ())
    assert {(i.record, i.dataset) for i in renewed.catalogue.identity if i.source == "croissant"} == {
        (0, "shoulder-set"),
        (1, "knee-set"),
    }
    assert next(s.records for s in renewed.catalogue.sources if s.name == "croissant") == 2


def test_a_link_to_an_unknown_dataset_is_refused() -> None:
    decided = replace(BEFORE, links=(LinkDecision("list", "Lung Images", "gone", "an old name"),))
    with pytest.raises(CatalogueError, match="'gone' is not in") as caught:
        import_entries(SOURCE, [entry(0, "Lung Images")], decided)
    assert (caught.value.file, caught.value.line) == ("links.tsv", 2)


def test_a_name_that_begins_like_another_waits_for_a_curator() -> None:
    (one,) = link([Profile("", ("BraTS",))], DATASETS, {})
    assert (one.dataset, one.reason) == ("", "its name resembles that of brats-2012")
    assert [c.dataset for c in one.candidates] == ["brats-2012", "brats-2013"]
    assert link([Profile("", ("BraTS",), ("https://doi.org/10.7937/own",))], DATASETS, {})[0].reason == "no dataset comes near it"
