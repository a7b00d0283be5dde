"""What curators state, what can be true only once, guesses, counts by trust: the policy beyond plain agreement."""

import pytest
from rdflib import Literal

from kg.catalogue.facts import Conflict, Extent, Facts, Subjects
from kg.catalogue.policy import curated_claims, facts_of
from kg.catalogue.provenance import build_triples, conflict_triples, provenance_triples
from kg.catalogue.tables import Catalogue, Source
from kg.catalogue.triples import catalogue_triples
from kg.model import Claim, Curated, DatasetRow, Flag, Override, Relation, RowIdentity, Series, Status
from kg.namespaces import IKG

ABOVE = {"ikg:CCBY40": frozenset({"ikg:CCBY"})}


def claim(source: str, prop: str, value: str, status: Status = Status.READ, record: int = 0) -> Claim:
    return Claim("a", source, record, prop, value, prop, value, status)


def facts(*claims: Claim, curated: tuple[Curated, ...] = ()) -> Facts:
    found = facts_of(
        Catalogue(datasets=(DatasetRow("a", "A", ("Alpha",), "https://a.org", "2019"),), claims=claims, curated=curated),
        above=lambda c: ABOVE.get(c, frozenset()),
        platform=lambda url: "ikg:ZenodoPlatform" if url.startswith("zenodo.org") else "",
    )
    return found[0]


def state(prop: str, value: str) -> Curated:
    return Curated("a", prop, value, "", "the paper says so", "https://doi.org/x")


def test_what_a_curator_states_is_the_whole_of_a_property() -> None:
    found = facts(claim("imaging-x", "anatomy", "UBERON:1"), curated=(state("anatomy", "UBERON:2"),))
    assert found.concepts["anatomy"] == ("UBERON:2",)
    (behind,) = found.claims["anatomy", "UBERON:2"]
    assert (behind.source, behind.note) == ("curator", "the paper says so [https://doi.org/x]")


def test_a_source_that_says_the_same_stays_a_witness() -> None:
    found = facts(claim("imaging-x", "anatomy", "UBERON:2"), curated=(state("anatomy", "UBERON:2"),))
    assert {c.source for c in found.claims["anatomy", "UBERON:2"]} == {"curator", "imaging-x"}


def test_a_curator_may_state_that_nothing_holds() -> None:
    found = facts(claim("imaging-x", "condition", "MONDO:1"), curated=(state("condition", "-"),))
    assert "condition" not in found.concepts
    assert "condition" in found.curated


def test_additive_properties_take_from_everybody() -> None:
    found = facts(claim("idc", "population", "ikg:HumanSubject"), curated=(state("population", "ikg:FemaleSubject"),))
    assert found.concepts["population"] == ("ikg:FemaleSubject", "ikg:HumanSubject")


def test_name_year_page_and_aliases_are_stated_too() -> None:
    found = facts(
        curated=(state("title", "B"), state("issued", "2021"), state("landingPage", "https://b.org"), state("alias", "Beta"))
    )
    assert found.row == DatasetRow("a", "B", ("Alpha", "Beta"), "https://b.org", "2021")


def test_a_more_specific_licence_agrees_with_a_broader_one() -> None:
    found = facts(claim("portal", "licence", "ikg:CCBY"), claim("m-aryayi", "licence", "ikg:CCBY40"))
    assert found.concepts["licence"] == ("ikg:CCBY40",)
    assert found.conflicts == ()


def test_licences_that_differ_are_not_asserted_and_shown() -> None:
    found = facts(claim("portal", "licence", "ikg:CC0"), claim("m-aryayi", "licence", "ikg:CCBY40"))
    assert "licence" not in found.concepts
    assert found.conflicts == (Conflict("a", "licence", ("ikg:CC0", "ikg:CCBY40")),)


def test_a_first_hand_source_decides_and_the_conflict_stays_visible() -> None:
    found = facts(claim("portal", "licence", "ikg:CC0"), claim("idc", "licence", "ikg:CCBY40"))
    assert found.concepts["licence"] == ("ikg:CCBY40",)
    assert found.conflicts == (Conflict("a", "licence", ("ikg:CC0", "ikg:CCBY40"), "ikg:CCBY40"),)


def test_a_curator_decides_over_a_first_hand_source_and_the_conflict_stays_visible() -> None:
    found = facts(claim("idc", "licence", "ikg:CCBY40"), curated=(state("licence", "ikg:CC0"),))
    assert found.concepts["licence"] == ("ikg:CC0",)
    assert [c.chosen for c in found.conflicts] == ["ikg:CC0"]


def test_the_host_gives_a_guess_and_never_a_fact() -> None:
    guess = claim("imaging-x", "accessLevel", "ikg:OpenDownload", Status.GUESSED)
    found = facts(guess)
    assert "accessLevel" not in found.concepts
    assert found.guessed == {"accessLevel": ("ikg:OpenDownload",)}
    assert facts(guess, claim("idc", "accessLevel", "ikg:OpenDownload")).guessed == {}


@pytest.mark.parametrize(("source", "kept"), [("idc", {Extent(7, "patient", "exact")}), ("m-aryayi", None)])
def test_counts_of_first_hand_sources_replace_those_of_the_survey(source: str, kept: set[Extent] | None) -> None:
    found = facts(
        claim("imaging-x", "extent", "9 image exact", Status.VALUE), claim(source, "extent", "7 patient exact", Status.VALUE)
    )
    assert set(found.extents) == (kept or {Extent(7, "patient", "exact"), Extent(9, "image", "exact")})


def test_subjects_are_counted_by_group_and_the_unstated_are_no_group() -> None:
    found = facts(
        claim("idc", "subjects", "ikg:FemaleSubject 3", Status.VALUE),
        claim("idc", "subjects", "ikg:SexNotStated 2", Status.VALUE),
    )
    assert found.subjects == (Subjects("ikg:FemaleSubject", 3), Subjects("ikg:SexNotStated", 2))
    assert found.concepts["population"] == ("ikg:FemaleSubject",)


def test_the_platform_follows_from_the_address() -> None:
    found = facts(claim("imaging-x", "landingPage", "https://zenodo.org/record/1", Status.VALUE))
    assert found.concepts["platform"] == ("ikg:ZenodoPlatform",)


def test_a_statement_is_a_claim_of_the_curators() -> None:
    one, none = curated_claims((state("modality", "ikg:CT"), state("condition", "-")))
    assert (one.source, one.value, one.status, one.asserts) == ("curator", "ikg:CT", Status.READ, True)
    assert (none.value, none.status, none.asserts) == ("", Status.VAGUE, False)


def text(triples: object) -> str:
    return "\n".join(" ".join(str(t).removeprefix("https://w3id.org/imaging-kg/") for t in triple) for triple in triples)  # type: ignore[attr-defined]


def test_the_graph_says_all_of_it() -> None:
    found = facts(
        claim("idc", "licence", "ikg:CCBY40"), claim("imaging-x", "accessLevel", "ikg:OpenDownload", Status.GUESSED),
        claim("idc", "subjects", "ikg:FemaleSubject 3", Status.VALUE), claim("idc", "byteSize", "12", Status.VALUE),
        curated=(state("description", "CT of lungs."), state("publisher", "Example Hospital")),
    )  # fmt: skip
    relations = (Relation("a", "inSeries", "brats", "", "page"),)
    said = text(
        catalogue_triples([found], relations, (Series("brats", "BraTS", "https://brats.org"),), lambda _: "https://cc.org/by")
    )
    for line in (
        "dataset/a http://purl.org/dc/terms/license https://cc.org/by", "dataset/a ontology/licence ontology/CCBY40",
        "dataset/a ontology/guessedAccessLevel ontology/OpenDownload", "dataset/a#subjects-FemaleSubject ontology/value 3",
        "dataset/a ontology/byteSize 12", "dataset/a http://purl.org/dc/terms/description CT of lungs.",
        "organisation/example-hospital http://xmlns.com/foaf/0.1/name Example Hospital",
        "dataset/a http://www.w3.org/ns/dcat#inSeries series/brats", "series/brats http://purl.org/dc/terms/title BraTS",
    ):  # fmt: skip
        assert line in said, line


def test_provenance_names_sources_overrides_relations_conflicts_and_the_build() -> None:
    catalogue = Catalogue(
        datasets=(DatasetRow("a", "A"), DatasetRow("b", "B")),
        identity=(RowIdentity("imaging-x", 4, "a", "single"),),
        relations=(Relation("a", "partOf", "b", "half of it", "the paper"),),
        overrides=(Override("imaging-x", 4, "diseases", "Lung", (), Flag.SHIFTED, "of the row before", "https://doi.org/x"),),
        curated=(state("modality", "ikg:CT"),),
        sources=(Source("imaging-x", "Survey", "1", "MIT", "https://x.org", 5, "ab", "2026-11-24"),),
    )
    conflict = Conflict("a", "licence", ("ikg:CC0", "ikg:CCBY40"), "ikg:CC0")
    said = text([*provenance_triples(catalogue), *build_triples(catalogue, "feed"), *conflict_triples([conflict])])
    for line in (
        "source/imaging-x ontology/retrieved 2026-11-24", "source/imaging-x/4#override-diseases-lung ontology/flag shifted",
        "relation/a/partOf/b ontology/evidence the paper", "relation/a/partOf/b ontology/confidence high",
        "source/curator/a ontology/describes dataset/a", "activity/build http://www.w3.org/ns/prov#used source/imaging-x",
        "graph/catalogue http://www.w3.org/ns/prov#wasGeneratedBy activity/build",
        "dataset/a#conflict-licence ontology/against ontology/CCBY40", "dataset/a#conflict-licence ontology/reads ontology/CC0",
    ):  # fmt: skip
        assert line in said, line


def test_a_label_set_is_complete_only_where_a_curator_says_so() -> None:
    stated = facts(curated=(state("annotates", "UBERON:2"), state("labelSetComplete", "true")))
    assert stated.literals["labelSetComplete"] == ("true",)
    (said,) = [o for _, p, o in catalogue_triples((stated,), (), ()) if p == IKG.labelSetComplete]
    assert said == Literal(True)
    assert "labelSetComplete" not in facts(curated=(state("annotates", "UBERON:2"),)).literals
