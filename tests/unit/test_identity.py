"""Identity: which records are the same dataset, and what it is called."""

import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import CatalogueError
from kg.identity import Cluster, Decision, SourceRecord, cluster, normal_url, parse_decisions, slug_of, write_decisions
from kg.identity.records import archive, collection, distinguishers, doi, name_key, platform
from kg.identity.slugs import SLUG, Naming, assign_slugs

COMMITTED = Path(__file__).parents[2] / "kg" / "catalogue" / "tables" / "identity-decisions.tsv"
GC = "https://{}.grand-challenge.org/"
TCIA = "https://www.cancerimagingarchive.net/collection/"


def rec(number: int, name: str, url: str = "", year: str = "2020", modality: str = "CT") -> SourceRecord:
    return SourceRecord("survey", number, name, url, year, modality)


def same(a: int, b: int) -> Decision:
    return Decision("survey", a, b, "same", "seen")


def different(a: int, b: int) -> Decision:
    return Decision("survey", a, b, "different", "seen")


def groups(found: tuple[Cluster, ...]) -> set[tuple[int, ...]]:
    return {one.records for one in found}


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("https://www.kaggle.com/datasets/a/b/data?select=train.csv", "http://kaggle.com/datasets/a/b/data"),
        ("https://x.org/Set/", "http://www.x.org/set#top"),
        ("https://www.synapse.org/\\#!Synapse:syn12/wiki/3", "https://synapse.org/Synapse:syn12/wiki/3"),
        ("https://dx.doi.org/10.7937/ABC", "https://doi.org/10.7937/abc"),
    ],
)
def test_one_address_in_two_forms(written: str, other: str) -> None:
    assert normal_url(written) == normal_url(other)


def test_parameters_that_name_a_resource_stay() -> None:
    page = "https://tianchi.aliyun.com/dataset/dataDetail?dataId={}"
    assert normal_url(page.format(1)) != normal_url(page.format(2))
    assert normal_url("") == ""
    assert normal_url("http://[broken") == "http://[broken"


@pytest.mark.parametrize(
    ("url", "deposit"),
    [
        ("https://www.kaggle.com/paul/kermany2018/code", "kaggle:paul/kermany2018"),
        ("https://www.kaggle.com/datasets/paul/kermany2018", "kaggle:paul/kermany2018"),
        ("https://www.kaggle.com/c/rsna/data", "kaggle:competition/rsna"),
        ("https://www.kaggle.com/competitions/rsna", "kaggle:competition/rsna"),
        ("https://www.cancerimagingarchive.net/collection/cmb-mel/", "tcia:cmb-mel"),
        ("https://openneuro.org/datasets/ds001/versions/1.0.0", "openneuro:ds001"),
        ("https://doi.org/10.5281/zenodo.7848195", "zenodo:7848195"),
        ("https://zenodo.org/record/7848195", "zenodo:7848195"),
        ("https://age.grand-challenge.org/Home/", "grand-challenge:age"),
        ("https://www.synapse.org/\\#!Synapse:syn3193805/wiki/217752", "synapse:syn3193805"),
        ("https://tianchi.aliyun.com/dataset/127583", "tianchi:127583"),
        ("https://example.org/somewhere", ""),
    ],
)
def test_the_deposit_an_address_names(url: str, deposit: str) -> None:
    assert collection(url) == deposit


def test_only_a_dataset_has_a_doi_here() -> None:
    assert doi("https://doi.org/10.7937/DJG7-GZ87") == "10.7937/djg7-gz87"
    assert doi("https://zenodo.org/record/53169") == "10.5281/zenodo.53169"
    assert doi("https://doi.org/10.1038/sdata.2017.132") == ""
    assert doi("https://example.org") == ""


def test_where_an_address_leads() -> None:
    assert archive("https://wiki.cancerimagingarchive.net/pages/viewpage.action?pageId=1") == "tcia"
    assert archive("https://doi.org/10.7937/x") == "tcia"
    assert archive("https://notcancerimagingarchive.net/x") == ""
    assert platform("https://www.kaggle.com/a/b") == "kaggle"
    assert platform("http://mrl.cs.vsb.cz/eyedataset") == "vsb"
    assert platform("") == ""


def test_names_in_normal_form() -> None:
    assert name_key("PAIP 2023") == name_key("paip2023")
    assert distinguishers("BraTS 2020") != distinguishers("BraTS 2021")
    assert distinguishers("QUBIQ2021_2D_CT") != distinguishers("QUBIQ2021_2D_MR")


def test_the_same_name_at_the_same_address() -> None:
    found = cluster([rec(0, "LiTS", "https://x.org/lits"), rec(1, "LITS", "http://www.x.org/lits/")])
    assert [(c.dataset, c.records, c.aliases) for c in found] == [("lits", (0, 1), ("LITS",))]
    assert found[0].reasons == ("same-name-and-url",)


def test_a_collection_in_its_archive_whatever_the_page() -> None:
    pages = ("https://wiki.cancerimagingarchive.net/pages/viewpage.action?pageId=1", TCIA + "cmb-crc/")
    rows = [rec(number, "CMB-CRC", url) for number, url in enumerate((*pages, "https://doi.org/10.7937/DJG7-GZ87"))]
    assert groups(cluster(rows)) == {(0, 1, 2)}


def test_two_pages_of_one_challenge_site() -> None:
    rows = [rec(0, "AGE", GC.format("age")), rec(1, "AGE", GC.format("age") + "Home/")]
    assert cluster(rows)[0].reasons == ("same-name-same-collection",)


def test_one_doi_two_names() -> None:
    url = "https://doi.org/10.7937/gkr0-xv29"
    assert cluster([rec(0, "FDG lesions", url), rec(1, "AutoPET", url)])[0].reasons == ("same-doi",)
    assert len(cluster([rec(0, "Challenge task 1", url), rec(1, "Challenge task 2", url)])) == 2


def test_an_address_alone_is_no_key() -> None:
    url = "http://medicaldecathlon.com/"
    assert len(cluster([rec(0, "MSD03-Liver", url), rec(1, "MSD06-Lung", url)])) == 2


def test_a_name_alone_is_no_key() -> None:
    rows = [rec(0, "COVID-19-Image", "https://github.com/a/b"), rec(1, "COVID-19-Image", "https://www.kaggle.com/a/b")]
    assert len(cluster(rows)) == 2
    assert len(cluster([rec(0, "FUND"), rec(1, "FUND")])) == 2


def test_a_curator_merges_and_names() -> None:
    rows = [rec(0, "PCam", "https://a.org"), rec(1, "PatchCamelyon", "https://b.org")]
    named = Decision("survey", 0, None, "name", "PatchCamelyon", "PCam")
    (one,) = cluster(rows, [same(0, 1), named, Decision("survey", 1, None, "slug", "patch-camelyon")])
    assert one == Cluster("patch-camelyon", "PatchCamelyon", (0, 1), ("PCam",), ("decision",))


def test_different_beats_the_rules() -> None:
    rows = [rec(number, "VAMPIRE", "https://x.org") for number in range(3)]
    assert groups(cluster(rows, [different(0, 1)])) == {(0, 2), (1,)}


def test_different_beats_a_chain_of_rules() -> None:
    rows = [rec(0, "Set", "https://a.org"), rec(1, "Set", "https://a.org"), rec(2, "Other", "https://b.org")]
    assert groups(cluster(rows, [same(1, 2), different(0, 2)])) == {(0,), (1, 2)}


def test_contradictory_decisions_name_the_rows() -> None:
    rows = [rec(number, f"set {number}") for number in range(3)]
    with pytest.raises(CatalogueError, match=r"records 1 and 2 .* the same, and records 0 and 2 to be different"):
        cluster(rows, [same(0, 1), same(1, 2), different(2, 0)])


def test_decisions_about_other_sources_are_ignored() -> None:
    assert len(cluster([rec(0, "a"), rec(1, "b")], [Decision("elsewhere", 0, 1, "same", "seen")])) == 2


def test_a_decision_for_another_row_stops_the_build() -> None:
    rows = [rec(0, "a"), rec(1, "b")]
    with pytest.raises(CatalogueError, match="record 1 is 'b', not 'c'"):
        cluster(rows, [Decision("survey", 0, 1, "same", "seen", "a", "c")])
    with pytest.raises(CatalogueError, match="no record 7"):
        cluster(rows, [same(0, 7)])


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ([Decision("survey", 0, None, "slug", "Not A Slug")], "is not a slug"),
        ([Decision("survey", 0, None, "slug", "x"), Decision("survey", 1, None, "slug", "x")], "both to be 'x'"),
        ([Decision("survey", 0, None, "slug", "x"), Decision("survey", 0, None, "slug", "y")], "'x' and 'y'"),
    ],
)
def test_a_slug_is_fixed_once(decisions: list[Decision], message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        cluster([rec(0, "a"), rec(1, "b")], decisions)


def test_records_must_be_rows_of_one_source() -> None:
    with pytest.raises(ValueError, match="occurs twice"):
        cluster([rec(0, "a"), rec(0, "b")])
    with pytest.raises(ValueError, match="one source at a time"):
        cluster([rec(0, "a"), SourceRecord("elsewhere", 1, "b", "")])
    assert cluster([]) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("s\t0\t1\tperhaps\twhy\t\t", "none of different, same, name, slug"),
        ("s\t0\t\tsame\twhy\t\t", "about two records"),
        ("s\t0\t1\tslug\tx\t\t", "about one record"),
        ("s\t0\t0\tsame\twhy\t\t", "compared with itself"),
        ("s\t0\t1\tsame\t \t\t", "must not be empty"),
        ("s\tzero\t1\tsame\twhy\t\t", "no row number"),
        ("s\t0\t-1\tsame\twhy\t\t", "no row number"),
        ("s\t0\t1\tsame\twhy", "5 cells where 7 are wanted"),
    ],
)
def test_a_line_that_means_nothing(line: str, message: str) -> None:
    header = write_decisions([])
    with pytest.raises(CatalogueError, match=f"identity-decisions.tsv:2: .*{message}"):
        parse_decisions(header + line + "\n")


def test_the_header_is_fixed() -> None:
    with pytest.raises(CatalogueError, match="header"):
        parse_decisions("a\tb\n")


def test_the_committed_decisions_are_canonical_and_agree() -> None:
    text = COMMITTED.read_text(encoding="utf-8")
    decisions = parse_decisions(text)
    assert text == write_decisions(decisions)
    names = {d.record_a: d.name_a for d in decisions} | {d.record_b: d.name_b for d in decisions if d.record_b is not None}
    assert all(names.values())
    rows = [SourceRecord("imaging-x", number, name, "") for number, name in names.items()]
    home = {number: one.dataset for one in cluster(rows, decisions) for number in one.records}
    for one in decisions:
        if one.record_b is not None:
            assert (home[one.record_a] == home[one.record_b]) == (one.decision == "same"), one


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("LIDC-IDRI", "lidc-idri"),
        ("3D-IRCADB 01", "3d-ircadb-01"),
        ("ATM'22", "atm22"),
        ("M&Ms-2", "m-and-ms-2"),
        ("BIMCV COVID-19+", "bimcv-covid-19-plus"),
        ("\u03bc-RegPro", "mu-regpro"),
        ("S\u00e3o", "sao"),
        ("\u773c\u5e95", "dataset"),
    ],
)
def test_slugs_can_be_read(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_long_name_is_cut_at_a_word() -> None:
    slug = slug_of("word " * 40)
    assert len(slug) <= 80
    assert slug.endswith("word")
    assert len(slug_of("w" * 100)) == 80


def test_homonyms_are_told_apart_by_year_then_place_then_modality() -> None:
    rows = [rec(0, "VAMPIRE", "https://a.org", "2011"), rec(1, "Vampire", "https://b.org", "2018")]
    assert [one.dataset for one in cluster(rows)] == ["vampire-2011", "vampire-2018"]
    rows = [rec(0, "X", "https://www.kaggle.com/a/b"), rec(1, "X", "https://zenodo.org/record/1")]
    assert [one.dataset for one in cluster(rows)] == ["x-kaggle", "x-zenodo"]
    rows = [rec(0, "X", modality="CT", year="NA"), rec(1, "X", modality="Fundus Photo / OCT", year="NA")]
    assert [one.dataset for one in cluster(rows)] == ["x-ct", "x-fundus-photo"]
    assert [one.dataset for one in cluster([rec(0, "X"), rec(7, "X")])] == ["x-row-0", "x-row-7"]


def test_a_fixed_slug_keeps_others_away() -> None:
    namings = [Naming("X", 0, "2019"), Naming("X", 1, "2020"), Naming("X 2020", 2)]
    assert assign_slugs(namings, {0: "x"}) == ("x", "x-row-1", "x-2020")
    with pytest.raises(ValueError, match="both to be called"):
        assign_slugs(namings, {0: "x", 1: "x"})
    with pytest.raises(ValueError, match="not a slug"):
        assign_slugs(namings, {0: "X"})


NAMES = st.sampled_from(["LiTS", "lits", "KiTS 19", "KiTS19", "VAMPIRE", "Set task 1", "Set task 2", "", "\u773c", "x row 1"])
PLACES = st.sampled_from(
    ["", "https://a.org/x", "http://www.a.org/x/", GC.format("age"), GC.format("age") + "Data", TCIA + "a", TCIA + "b",
     "https://doi.org/10.7937/a", "https://www.kaggle.com/a/b", "https://www.kaggle.com/datasets/a/b/data"]
)  # fmt: skip
YEARS = st.sampled_from(["NA", "2019", "2020"])


@st.composite
def surveys(draw: st.DrawFn) -> list[SourceRecord]:
    cells = draw(st.lists(st.tuples(NAMES, PLACES, YEARS, st.sampled_from(["CT", "MR/PET", ""])), max_size=14))
    return [rec(number, *row) for number, row in enumerate(cells)]


@st.composite
def decided(draw: st.DrawFn) -> tuple[list[SourceRecord], list[Decision]]:
    """A survey with decisions that do not contradict each other: records are dealt to piles beforehand."""
    rows = draw(surveys())
    piles = draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    pairs = list(combinations(range(len(rows)), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    return rows, [same(a, b) if piles[a] == piles[b] else different(a, b) for a, b in chosen]


@given(decided(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_decisions_does_not_matter(
    survey: tuple[list[SourceRecord], list[Decision]], chance: random.Random
) -> None:
    rows, decisions = survey
    before = cluster(rows, decisions)
    chance.shuffle(rows)
    chance.shuffle(decisions)
    assert cluster(rows, decisions) == before


@given(decided())
def test_each_record_is_in_exactly_one_cluster(survey: tuple[list[SourceRecord], list[Decision]]) -> None:
    rows, decisions = survey
    assert sorted(number for one in cluster(rows, decisions) for number in one.records) == [r.record for r in rows]


@given(decided())
def test_decisions_hold(survey: tuple[list[SourceRecord], list[Decision]]) -> None:
    rows, decisions = survey
    home = {number: one.dataset for one in cluster(rows, decisions) for number in one.records}
    for one in decisions:
        a, b = one.pair
        assert (home[a] == home[b]) == (one.decision == "same")


@given(surveys())
def test_slugs_are_unique_and_safe_in_an_iri(rows: list[SourceRecord]) -> None:
    slugs = [one.dataset for one in cluster(rows)]
    assert len(set(slugs)) == len(slugs)
    assert all(SLUG.fullmatch(slug) for slug in slugs)


@given(st.text())
def test_any_name_has_a_slug(name: str) -> None:
    assert SLUG.fullmatch(slug_of(name))


@given(PLACES)
def test_the_normal_form_of_an_address_is_final(url: str) -> None:
    assert normal_url(normal_url(url)) == normal_url(url)


@given(st.text())
def test_any_text_may_stand_where_an_address_is_expected(text: str) -> None:
    assert slug_of(platform(text) or "none")
    assert doi(text) == doi(text).casefold()


@given(st.lists(st.builds(Naming, name=NAMES, record=st.integers(0, 99), year=YEARS), unique_by=lambda n: n.record))
def test_slugs_do_not_depend_on_the_order(namings: list[Naming]) -> None:
    forth = dict(zip((n.record for n in namings), assign_slugs(namings, {}), strict=True))
    back = dict(zip((n.record for n in namings[::-1]), assign_slugs(namings[::-1], {}), strict=True))
    assert forth == back
