"""The taxonomy: reduced and expanded, written and read; the closure over it; and what it holds to be contradicted."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDFS, Graph, URIRef

from kg.catalogue.facts import Facts
from kg.errors import ReleaseDamaged
from kg.model import Claim, DatasetRow, Status
from kg.namespaces import BFO_PART_OF, IKG, IKGD, expand
from kg.reason.axioms import axioms_of, content_hash
from kg.reason.classified import classified_file, reclassify, taxonomy_for
from kg.reason.closure import concept_closure, dataset_closure, entailed
from kg.reason.contradictions import Contradiction, find, named
from kg.reason.rules import Rule
from kg.reason.taxonomy import Taxonomy, read_taxonomy, write_taxonomy

PART, LOCATION, COMPONENT, IMAGES, DERIVABLE = (
    str(p) for p in (BFO_PART_OF, IKG.hasLocation, IKG.hasComponent, IKG.images, IKG.derivableTo)
)
NAMES = [expand(f"ikg:N{i}") for i in range(7)]


def closed(direct: dict[str, set[str]], reach: dict[str, dict[str, set[str]]]) -> Taxonomy:
    """The whole taxonomy of a random graph, worked out the plain way: repeat until nothing is new."""
    supers = {n: set(direct.get(n, ())) for n in NAMES}
    edges = {p: {n: set(ts.get(n, ())) for n in NAMES} for p, ts in reach.items()}
    grown = True
    while grown:
        before = str((supers, edges))
        for n in NAMES:
            supers[n] |= {a for s in supers[n] for a in supers[s]}
            for found in edges.values():
                found[n] |= {t for s in supers[n] for t in found[s]} | {a for t in found[n] for a in supers[t]}
        grown = str((supers, edges)) != before
    return Taxonomy(
        {n: frozenset(above - {n}) for n, above in supers.items()},
        {p: {n: frozenset(ts) for n, ts in found.items() if ts} for p, found in edges.items() if any(found.values())},
    )


PAIRS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=10)


def as_map(pairs: Iterable[tuple[int, int]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for a, b in pairs:
        found.setdefault(NAMES[a], set()).add(NAMES[b])
    return found


# Pairs from a lower to a higher number make a DAG; any pairs at all make classes that are equivalent too.
DAGS = st.builds(
    lambda up, part, image: closed(as_map((a, b) for a, b in up if a < b), {PART: as_map(part), IMAGES: as_map(image)}),
    PAIRS, PAIRS, PAIRS,
)  # fmt: skip
GRAPHS = st.builds(lambda up, part: closed(as_map(up), {PART: as_map(part)}), PAIRS, PAIRS)


@given(st.one_of(DAGS, GRAPHS))
def test_expanding_the_reduced_taxonomy_gives_the_whole_back(whole: Taxonomy) -> None:
    again = whole.reduced().expanded()
    assert again.supers == whole.supers
    assert {p: r for p, r in again.edges.items() if r} == whole.edges


@given(DAGS)
def test_the_reduced_taxonomy_holds_no_pair_that_follows_from_others(whole: Taxonomy) -> None:
    small = whole.reduced()
    for n, direct in small.supers.items():
        assert not any(a in whole.supers[b] for a in direct for b in direct), n
        for reach in small.edges.values():
            own = reach.get(n, frozenset())
            assert not any(a in whole.supers[b] for a in own for b in own), n
            assert not any(t in reach.get(s, ()) for t in own for s in whole.supers[n]), n


@given(st.one_of(DAGS, GRAPHS))
def test_from_the_nearest_targets_all_others_follow(whole: Taxonomy) -> None:
    for n, targets in whole.edges.get(PART, {}).items():
        nearest = whole.nearest(PART, n)
        assert nearest <= targets
        assert {t for near in nearest for t in whole.up(near)} >= targets
        same = {(a, b) for a in nearest for b in nearest if whole.is_a(a, b) and whole.is_a(b, a)}
        assert not any(whole.is_a(a, b) for a in nearest for b in nearest if (a, b) not in same)


@given(GRAPHS)
def test_expanding_twice_changes_nothing(whole: Taxonomy) -> None:
    assert whole.expanded().supers == whole.supers
    assert {p: r for p, r in whole.expanded().edges.items() if r} == whole.edges


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("taxonomy") / "taxonomy.tsv"


@given(st.one_of(DAGS, GRAPHS))
def test_what_is_written_is_read_back(place: Path, whole: Taxonomy) -> None:
    write_taxonomy(place, whole, "0" * 64)
    first = place.read_bytes()
    key, again = read_taxonomy(place)
    assert key == "0" * 64
    assert again == whole
    write_taxonomy(place, again, key)
    assert place.read_bytes() == first


@pytest.mark.parametrize("text", ["", "x", "# axioms sha256 0\nsubject\tobject\n", "subject\tproperty\tobject\nikg:A\t\t\n"])
def test_another_file_is_no_classification(tmp_path: Path, text: str) -> None:
    path = tmp_path / "taxonomy.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="no classification") as caught:
        read_taxonomy(path)
    assert "imaging-kg ontology classify" in caught.value.remedy


@pytest.mark.parametrize("line", ["ikg:A", "ikg:A\trdfs:subClassOf", "ikg:A\trdfs:subClassOf\tikg:B\textra"])
def test_a_line_with_other_than_three_cells_is_damage(tmp_path: Path, line: str) -> None:
    path = tmp_path / "taxonomy.tsv"
    path.write_text(f"# axioms sha256 0\nsubject\tproperty\tobject\n{line}\n", encoding="utf-8")
    with pytest.raises(ReleaseDamaged, match="line 3"):
        read_taxonomy(path)


def i(*names: str) -> frozenset[str]:
    return frozenset(str(IKG[n]) for n in names)


def one(name: str) -> str:
    return str(IKG[name])


BODY = Taxonomy(
    {one("LowDose"): i("CT"), one("CT"): i(), one("Lung"): i("Organ"), one("Organ"): i(), one("Chest"): i("Region")},
    {
        PART: {one("Lung"): i("Chest", "Region")},
        LOCATION: {one("Pneumonia"): i("Lung", "Organ", "Chest", "Region")},
        COMPONENT: {one("Trimodal"): i("PETCT"), one("PETCT"): i("PET", "CT")},
        IMAGES: {one("ChestXray"): i("Lung", "Organ")},
        DERIVABLE: {one("Seg"): i("Det", "Cls")},
    },
)


def test_up_is_a_and_along() -> None:
    assert BODY.up(one("LowDose")) == i("LowDose", "CT")
    assert BODY.is_a(one("LowDose"), one("CT"))
    assert BODY.is_a(one("CT"), one("CT"))
    assert not BODY.is_a(one("CT"), one("LowDose"))
    assert BODY.up(one("Unknown")) == i("Unknown")
    assert BODY.along(PART, one("Lung")) == i("Chest", "Region")
    assert BODY.along("urn:other", one("Lung")) == frozenset()


@pytest.mark.parametrize(
    ("facts", "prop", "expected"),
    [
        ({"modality": ["LowDose"]}, "modality", i("LowDose", "CT")),
        ({"modality": ["PETCT"]}, "modality", i("PETCT", "PET", "CT")),
        ({"modality": ["Trimodal"]}, "modality", i("Trimodal", "PETCT", "PET", "CT")),
        ({"modality": ["ChestXray"]}, "depictsWithin", i("Lung", "Organ", "Chest", "Region")),
        ({"anatomy": ["Lung"]}, "depictsWithin", i("Lung", "Organ", "Chest", "Region")),
        ({"anatomy": ["Lung"]}, "anatomy", i("Lung", "Organ")),
        ({"fieldOfView": ["Lung"]}, "relevantTo", i("Lung", "Organ", "Chest", "Region")),
        ({"condition": ["Pneumonia"]}, "relevantTo", i("Lung", "Organ", "Chest", "Region")),
        ({"condition": ["Pneumonia"]}, "depictsWithin", frozenset()),
        ({"task": ["Seg"]}, "servesTask", i("Seg", "Det", "Cls")),
        ({"task": ["Det"]}, "servesTask", i("Det")),
        ({"task": ["Seg"]}, "task", i("Seg")),
        ({}, "modality", frozenset()),
    ],
)
def test_what_follows_for_a_dataset(facts: dict[str, list[str]], prop: str, expected: frozenset[str]) -> None:
    found = entailed({p: [one(v) for v in values] for p, values in facts.items()}, BODY)
    assert found.get(prop, frozenset()) == expected
    assert all(found.values())


def test_rules_apply_to_what_follows_and_to_each_other() -> None:
    first = Rule((("depictsWithin", one("Chest")), ("modality", one("CT"))), ("modality", one("ChestCT")))
    second = Rule((("modality", one("ChestCT")),), ("task", one("Seg")))
    facts = {"modality": [one("LowDose")], "anatomy": [one("Lung")]}
    found = entailed(facts, BODY, [second, first])
    assert one("ChestCT") in found["modality"]
    assert found["servesTask"] == i("Seg", "Det", "Cls")
    assert "task" not in entailed({"modality": [one("LowDose")]}, BODY, [second, first])


def test_only_what_is_not_asserted_is_a_triple_of_the_closure() -> None:
    facts = Facts(DatasetRow("set", "Set"), {"modality": ("ikg:CT", "ikg:LowDose"), "task": ("ikg:Det",)}, {})
    assert set(dataset_closure([facts], BODY)) == {(IKGD["set"], IKG.servesTask, IKG.Det)}


def test_each_class_is_its_own_superclass_in_the_graph() -> None:
    found = set(concept_closure(BODY))
    assert (IKG.CT, RDFS.subClassOf, IKG.CT) in found
    assert (IKG.LowDose, RDFS.subClassOf, IKG.CT) in found
    assert (IKG.Lung, URIRef(PART), IKG.Region) in found
    assert (IKG.CT, RDFS.subClassOf, IKG.LowDose) not in found


TINY = """@prefix : <https://w3id.org/imaging-kg/ontology/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . :A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ."""


def test_a_shipped_classification_is_used_only_for_its_own_axioms(tmp_path: Path) -> None:
    graph = Graph().parse(data=TINY, format="turtle")
    axioms = axioms_of(graph)
    other = Taxonomy({one("A"): i("Z"), one("Z"): i()})
    assert taxonomy_for(graph, axioms, tmp_path).supers == {one("A"): i("B"), one("B"): i()}
    write_taxonomy(classified_file(tmp_path), other, content_hash(axioms))
    assert taxonomy_for(graph, axioms, tmp_path) == other
    write_taxonomy(classified_file(tmp_path), other, "0" * 64)
    assert taxonomy_for(graph, axioms, tmp_path).supers[one("A")] == i("B")
    assert read_taxonomy(reclassify(graph, axioms, tmp_path))[0] == content_hash(axioms)
    assert taxonomy_for(graph, axioms, tmp_path).supers[one("A")] == i("B")


def claim(prop: str, value: str, record: int = 0, status: Status = Status.READ) -> Claim:
    return Claim("set", "survey", record, prop, value, prop, value, status)


def judged(*claims: Claim, impossible: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Value of each contradicted claim → kind, when a view with both of a pair's names is impossible."""

    def empty(views: Iterable[str]) -> frozenset[str]:
        return frozenset(v for v in views if any(one(a) in v and one(b) in v for a, b in impossible))

    return {c.claim.value: c.kind for c in find(claims, empty)}


DERMOSCOPY, CT, BRAIN, LUNG, GLIOMA = (
    claim("modality", "ikg:Dermoscopy"), claim("modality", "ikg:CT"), claim("anatomy", "ikg:Brain"),
    claim("anatomy", "ikg:Lung"), claim("condition", "ikg:Glioma"),
)  # fmt: skip


def test_an_anatomy_that_no_modality_of_the_record_can_show_is_contradicted() -> None:
    pair = (("Dermoscopy", "Brain"),)
    assert judged(DERMOSCOPY, BRAIN, impossible=pair) == {"ikg:Brain": "impossible-view"}
    assert judged(DERMOSCOPY, CT, BRAIN, impossible=pair) == {}


def test_a_record_that_names_no_modality_or_another_record_contradicts_nothing() -> None:
    pair = (("Dermoscopy", "Brain"),)
    assert judged(BRAIN, impossible=pair) == {}
    assert judged(DERMOSCOPY, claim("anatomy", "ikg:Brain", record=1), impossible=pair) == {}


def test_a_claim_that_asserts_nothing_neither_contradicts_nor_is_contradicted() -> None:
    withdrawn = claim("modality", "ikg:Dermoscopy", status=Status.REJECTED)
    assert judged(withdrawn, BRAIN, impossible=(("Dermoscopy", "Brain"),)) == {}


def test_a_condition_that_sits_elsewhere_waits_for_review_but_stays() -> None:
    elsewhere = (("Lung", "Glioma"),)
    assert judged(CT, LUNG, GLIOMA, impossible=elsewhere) == {"ikg:Glioma": "other-site"}
    assert judged(CT, LUNG, BRAIN, GLIOMA, impossible=elsewhere) == {}
    both = (("Lung", "Glioma"), ("CT", "Glioma"))
    assert judged(CT, LUNG, GLIOMA, impossible=both) == {"ikg:Glioma": "impossible-view"}


def test_a_contradiction_says_why_in_one_sentence() -> None:
    shown = Contradiction(BRAIN, "impossible-view", ("ikg:Dermoscopy", "ikg:CT"))
    assert shown.withheld
    assert shown.reason == "contradiction by axiom: no ikg:Dermoscopy or ikg:CT image can show ikg:Brain"
    doubt = Contradiction(GLIOMA, "other-site", ("ikg:Lung",))
    assert not doubt.withheld
    assert "IKG:GLIOMA does not sit in IKG:LUNG" in named(doubt.reason, str.upper)
    assert "to review" in doubt.reason
