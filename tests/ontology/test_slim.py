"""The slim builder on small made-up tables, and the committed products against the package they are made from."""

import sys
from pathlib import Path
from typing import Any, Literal

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib import Literal as Text
from rdflib.compare import isomorphic

from kg.errors import CatalogueError, MissingExtra, SourceShapeError
from kg.namespaces import BFO_PART_OF, IKG, OBO
from kg.terms import slim_package
from kg.terms.slim import build_mondo, build_slim_graph, build_uberon, plain_synonyms, reached, serialise
from kg.terms.slim_package import Term, load_terminology, terms_of
from kg.terms.slim_tables import AddedWord, AddedWordKind, Edge, Relation, Seed, SlimTables, read_tables

ONTOLOGY = Path(__file__).parents[2] / "ontology"
PRODUCTS: tuple[tuple[Literal["uberon", "mondo"], str], ...] = (
    ("uberon", "anatomy-uberon"),
    ("mondo", "condition-mondo"),
)

TERMS = {
    "UBERON:1": Term("entity"),
    "UBERON:2": Term("wing", ("ala", "flapping limb", "organ, of flight", "entity")),
    "UBERON:3": Term("feather", ("pluma", "quill", "ala plumosa")),
    "UBERON:4": Term("tail", obsolete=True),
}
SEEDS = (Seed("UBERON:3", "feather", ""),)
EDGES = (
    Edge("UBERON:2", Relation.IS_A, "UBERON:1", "uberon"),
    Edge("UBERON:3", Relation.IS_A, "UBERON:1", "uberon"),
    Edge("UBERON:3", Relation.PART_OF, "UBERON:2", "ikg"),
)
WORDS = (
    AddedWord("UBERON:3", AddedWordKind.ABBREVIATION, "FTH", ""),
    AddedWord("UBERON:3", AddedWordKind.ALT, "Feder", "de"),
    AddedWord("UBERON:3", AddedWordKind.DROP, "quill", ""),
    AddedWord("UBERON:3", AddedWordKind.HIDDEN, "fether", ""),
)
TABLES = SlimTables(SEEDS, EDGES, WORDS)


def with_edges(*more: Edge) -> SlimTables:
    return SlimTables(SEEDS, EDGES + more, WORDS)


def test_the_closure_goes_up_over_closing_relations_only() -> None:
    both = frozenset({Relation.IS_A, Relation.PART_OF})
    assert reached(["UBERON:3"], EDGES, both) == {"UBERON:1", "UBERON:2", "UBERON:3"}
    assert reached(["UBERON:3"], EDGES, frozenset({Relation.IS_A})) == {"UBERON:1", "UBERON:3"}


def test_kinds_and_parts_stay_apart() -> None:
    graph = build_uberon(TERMS, TABLES)
    feather, wing = OBO.UBERON_3, OBO.UBERON_2
    named = {o for o in graph.objects(feather, RDFS.subClassOf) if isinstance(o, URIRef)}
    assert named == {OBO.UBERON_1}
    (restriction,) = graph.subjects(OWL.someValuesFrom, wing)
    assert (feather, RDFS.subClassOf, restriction) in graph
    assert (restriction, OWL.onProperty, BFO_PART_OF) in graph


def test_each_class_has_its_label_source_and_words() -> None:
    graph = build_uberon(TERMS, TABLES)
    feather = OBO.UBERON_3
    assert set(graph.subjects(RDF.type, OWL.Class)) == {OBO.UBERON_1, OBO.UBERON_2, feather}
    assert list(graph.objects(feather, RDFS.label)) == [Text("feather", lang="en")]
    assert list(graph.objects(feather, RDFS.isDefinedBy)) == [OBO["uberon.owl"]]
    assert set(graph.objects(feather, SKOS.altLabel)) == {
        Text("pluma", lang="en"), Text("ala plumosa", lang="en"), Text("Feder", lang="de"),
    }  # fmt: skip
    assert list(graph.objects(feather, IKG.abbreviation)) == [Text("FTH")]
    assert list(graph.objects(feather, SKOS.hiddenLabel)) == [Text("fether")]
    assert not list(graph.objects(feather, SKOS.definition))


def test_a_seat_points_outside_and_brings_nothing_in() -> None:
    terms = {"MONDO:1": Term("disease"), "MONDO:2": Term("moult")}
    edges = (
        Edge("MONDO:2", Relation.HAS_LOCATION, "UBERON:3", "ikg"),
        Edge("MONDO:2", Relation.IS_A, "MONDO:1", "mondo"),
    )
    graph = build_mondo(terms, SlimTables((Seed("MONDO:2", "moult", ""),), edges, ()))
    (restriction,) = graph.subjects(OWL.someValuesFrom, OBO.UBERON_3)
    assert (restriction, OWL.onProperty, IKG.hasLocation) in graph
    assert set(graph.subjects(RDF.type, OWL.Class)) == {OBO.MONDO_1, OBO.MONDO_2}


def test_synonyms_are_plain_long_and_of_one_class() -> None:
    terms = {
        "UBERON:2": Term("wing", ("ala", "limb", "shared name", "entity, flying", "Wings", "feather")),
        "UBERON:3": Term("feather", ("shared names", "plume", "quill")),
    }
    words = [AddedWord("UBERON:3", AddedWordKind.DROP, "Quills", "")]
    assert plain_synonyms(terms, words) == {"UBERON:2": ("limb",), "UBERON:3": ("plume",)}


def test_an_added_word_takes_the_form_from_others_and_a_foreign_one_not_from_its_own_class() -> None:
    terms = {"UBERON:2": Term("prostate gland", ("prostate",)), "UBERON:3": Term("feather", ("plume", "pinion"))}
    words = [
        AddedWord("UBERON:2", AddedWordKind.ALT, "pinion", "en"),
        AddedWord("UBERON:2", AddedWordKind.ALT, "prostate", "fr"),
        AddedWord("UBERON:3", AddedWordKind.ALT, "plume", "en"),
    ]
    assert plain_synonyms(terms, words) == {"UBERON:2": ("prostate",), "UBERON:3": ()}


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        (SlimTables((Seed("UBERON:3", "fin", ""),), EDGES, WORDS), "not 'fin'"),
        (with_edges(Edge("UBERON:3", Relation.PART_OF, "UBERON:4", "uberon")), "unknown or obsolete"),
        (with_edges(Edge("UBERON:3", Relation.PART_OF, "UBERON:9", "uberon")), "unknown or obsolete"),
        (with_edges(Edge("UBERON:4", Relation.IS_A, "UBERON:1", "uberon")), "reached from no seed"),
        (with_edges(Edge("UBERON:1", Relation.IS_A, "UBERON:3", "uberon")), "a kind of itself"),
        (with_edges(Edge("UBERON:3", Relation.HAS_LOCATION, "UBERON:2", "ikg")), "no place in this slim"),
        (SlimTables(SEEDS, EDGES, (AddedWord("UBERON:9", AddedWordKind.HIDDEN, "x", ""),)), "not in the slim"),
    ],
)
def test_tables_that_disagree_are_refused(tables: SlimTables, rule: str) -> None:
    with pytest.raises(CatalogueError, match=rule):
        build_uberon(TERMS, tables)


def write(folder: Path, seeds: str = "", edges: str = "", synonyms: str = "") -> Path:
    (folder / "uberon-seeds.tsv").write_text("id\tlabel\tnote\n" + seeds, encoding="utf-8")
    (folder / "uberon-edges.tsv").write_text("child\trelation\tparent\tsource\n" + edges, encoding="utf-8")
    (folder / "uberon-synonyms.tsv").write_text("id\tkind\ttext\tlang\n" + synonyms, encoding="utf-8")
    return folder


def test_tables_are_read_and_comments_are_skipped(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        "# birds\n\nUBERON:3\tfeather\t\n",
        "UBERON:3\tis_a\tUBERON:1\tuberon\nUBERON:3\tpart_of\tUBERON:2\tikg\n",
        "UBERON:3\talt\tFeder\tde\n",
    )
    assert read_tables(folder, "uberon") == SlimTables(
        SEEDS, EDGES[1:], (AddedWord("UBERON:3", AddedWordKind.ALT, "Feder", "de"),)
    )


@pytest.mark.parametrize(
    ("table", "rows", "where", "rule"),
    [
        ("seeds", "UBERON:3\tfeather\n", (2, "row"), "has 2 cells instead of 3"),
        ("seeds", "UBERON:3\tfeather\t\nUBERON:3\tfeather\t\n", (3, "id"), "twice"),
        ("seeds", "UBERON:3\tfeather\t\nUBERON:2\twing\t\n", (3, "id"), "out of order"),
        ("edges", "UBERON:3\tkind_of\tUBERON:1\tikg\n", (2, "relation"), "kind_of"),
        ("synonyms", "UBERON:3\tsynonym\tFeder\tde\n", (2, "kind"), "synonym"),
        ("synonyms", "UBERON:3\talt\tFeder\t\n", (2, "lang"), "none of"),
        ("synonyms", "UBERON:3\thidden\tFeder\tde\n", (2, "lang"), "must be empty for kind 'hidden'"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named(tmp_path: Path, table: str, rows: str, where: tuple[int, str], rule: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_tables(write(tmp_path, **{table: rows}), "uberon")
    assert caught.value.file == f"uberon-{table}.tsv"
    assert (caught.value.line, caught.value.field) == where
    assert rule in caught.value.rule


def test_a_wrong_header_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "uberon-seeds.tsv").write_text("id\tname\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="must be: id label note"):
        read_tables(tmp_path, "uberon")


def test_the_same_tables_give_the_same_text_and_the_text_the_same_graph(tmp_path: Path) -> None:
    folder = write(tmp_path, "UBERON:3\tfeather\t\n", "".join(f"{e.child}\t{e.relation}\t{e.parent}\tikg\n" for e in EDGES))
    first, second = (serialise(build_slim_graph("uberon", folder, TERMS)) for _ in range(2))
    assert first == second
    assert isomorphic(Graph().parse(data=first, format="turtle"), build_slim_graph("uberon", folder, TERMS))


def test_the_package_entries_become_terms() -> None:
    raw: dict[str, dict[str, Any]] = {
        "UBERON:2": {"label": "wing", "synonyms": ["b", "a", "b"]},
        "UBERON:4": {"label": None, "deprecated": True},
    }
    assert terms_of(raw) == {"UBERON:2": Term("wing", ("a", "b")), "UBERON:4": Term("", (), obsolete=True)}


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cellxgene_ontology_guide.supported_versions", None)
    with pytest.raises(MissingExtra) as caught:
        load_terminology("UBERON")
    assert caught.value.extra == "slim"


@pytest.mark.parametrize(("name", "module"), PRODUCTS)
def test_the_product_holds_what_the_tables_say(name: str, module: str) -> None:
    tables = read_tables(ONTOLOGY / "slim", name)
    graph = Graph().parse(ONTOLOGY / "modules" / f"{module}.ttl")
    labels = {str(s): str(o) for s, o in graph.subject_objects(RDFS.label)}
    for seed in tables.seeds:
        assert labels[str(OBO[seed.id.replace(":", "_")])] == seed.label
    assert len(list(graph.triples((None, RDFS.subClassOf, None)))) == len(tables.edges)


def test_each_seat_of_a_condition_is_in_the_anatomy_slim() -> None:
    anatomy = read_tables(ONTOLOGY / "slim", "uberon")
    classes = reached((s.id for s in anatomy.seeds), anatomy.edges, frozenset({Relation.IS_A, Relation.PART_OF}))
    edges = read_tables(ONTOLOGY / "slim", "mondo").edges
    assert {e.parent for e in edges if e.relation is Relation.HAS_LOCATION} <= classes


def wholes(graph: Graph, part: URIRef) -> set[str]:
    """Labels of everything that a class is a part of, by its own axioms and those of the classes above it."""
    found: set[str] = set()
    seen: set[tuple[object, bool]] = set()
    stack: list[tuple[object, bool]] = [(part, False)]
    while stack:
        cls, inside = stack.pop()
        if (cls, inside) in seen:
            continue
        seen.add((cls, inside))
        if inside:
            found |= {str(label) for label in graph.objects(URIRef(str(cls)), RDFS.label)}
        for above in graph.objects(URIRef(str(cls)), RDFS.subClassOf):
            whole = graph.value(above, OWL.someValuesFrom)
            stack.append((above, inside) if whole is None else (whole, True))
    return found


@pytest.mark.parametrize(
    ("region", "parts"),
    [
        ("head", "brain|retina|eye|calcareous tooth|mandible|optic disc|hippocampal formation"),
        ("neck", "thyroid gland|larynx|cervical vertebra"),
        ("craniocervical region", "head|neck|brain|thyroid gland|pharynx"),
        ("chest", "lung|heart|breast|rib|mediastinum|esophagus|thymus|thoracic aorta"),
        ("abdomen", "liver|kidney|pancreas|stomach|spleen|gallbladder|colon|small intestine|adrenal gland"),
        ("pelvic region of trunk", "prostate gland|urinary bladder|uterus|ovary|rectum|uterine cervix|innominate bone"),
        ("upper limb", "manus|humerus|clavicle bone|shoulder|elbow"),
        ("lower limb", "femur|knee joint|meniscus|pes|head of femur"),
    ],
)
def test_structures_lie_in_the_region_in_which_radiology_reports_them(region: str, parts: str) -> None:
    graph = Graph()
    for module in ("anatomy", "anatomy-uberon"):
        graph.parse(ONTOLOGY / "modules" / f"{module}.ttl")
    named = {str(label): cls for cls, label in graph.subject_objects(RDFS.label)}
    assert [p for p in parts.split("|") if region not in wholes(graph, URIRef(str(named[p])))] == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "module"), PRODUCTS)
def test_the_product_equals_what_the_code_makes(name: Literal["uberon", "mondo"], module: str) -> None:
    pytest.importorskip("cellxgene_ontology_guide")
    made = serialise(build_slim_graph(name, ONTOLOGY / "slim"))
    assert made == (ONTOLOGY / "modules" / f"{module}.ttl").read_text(encoding="utf-8")


@pytest.mark.slow
def test_another_release_of_the_source_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cellxgene_ontology_guide")
    monkeypatch.setitem(slim_package.RELEASES, "UBERON", "v1999-12-31")
    with pytest.raises(SourceShapeError) as caught:
        load_terminology("UBERON")
    assert "UBERON v1999-12-31" in str(caught.value)
