"""The lexicon and the reading of modules: from Turtle to concepts, from a written form to what it may mean."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from kg.model import Concept, Word, WordKind
from kg.namespaces import IKG
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules, module_files, named_superclasses
from kg.terms.text import fold

LABEL, SYNONYM, SHORT, HIDDEN = WordKind.LABEL, WordKind.SYNONYM, WordKind.ABBREVIATION, WordKind.HIDDEN

MODULE = """
@prefix ikg: <https://w3id.org/imaging-kg/ontology/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ikg:Root a owl:Class ; rdfs:label "root"@en ; ikg:facet ikg:modality .
ikg:Scan a owl:Class ; rdfs:subClassOf ikg:Root ; rdfs:label "Aufnahme"@de , "scan"@en ; skos:altLabel "shot"@en ;
    ikg:abbreviation "SC" ; skos:hiddenLabel "scna" ; skos:definition "A made-up scan."@en .
ikg:FastScan a owl:Class ; rdfs:label "fast scan"@en ;
    owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ikg:Scan
        [ a owl:Restriction ; owl:onProperty ikg:images ; owl:someValuesFrom ikg:Stray ] ) ] .
ikg:Nameless a owl:Class ; rdfs:subClassOf ikg:FastScan .
ikg:Stray a owl:Class ; rdfs:label "stray"@en .
ikg:Twin a owl:Class ; owl:equivalentClass ikg:Scan .
"""


def concept(name: str, facet: str, *words: tuple[str, WordKind]) -> Concept:
    return Concept(f"urn:{name}", name, facet, tuple(Word(text, kind) for text, kind in words))


def lexicon(*concepts: Concept) -> Lexicon:
    return Lexicon({c.iri: c for c in concepts})


LUNG = concept("lung", "anatomy", ("Lungs", LABEL), ("pulmonary organ", SYNONYM), ("L", SHORT))
FUNDUS = concept("retina", "anatomy", ("retina", LABEL), ("fundus", SYNONYM))
PHOTO = concept("photo", "modality", ("fundus photography", LABEL), ("Fundus", HIDDEN))


def test_a_form_is_found_however_it_is_spelled() -> None:
    words = lexicon(LUNG)
    assert [e.concept for e in words.meanings("LUNG")] == [LUNG]
    assert [e.concept for e in words.meanings("Pulmonary-organs")] == [LUNG]
    assert words.meanings("liver") == ()


def test_the_more_trusted_form_comes_first_and_a_facet_restricts() -> None:
    words = lexicon(PHOTO, FUNDUS)
    assert [e.concept for e in words.meanings("fundus")] == [FUNDUS, PHOTO]
    assert [e.concept for e in words.meanings("fundus", facet="modality")] == [PHOTO]
    assert words.meanings("fundus", facet="task") == ()


def test_a_form_that_a_concept_has_twice_keeps_its_more_trusted_kind() -> None:
    words = lexicon(concept("a", "task", ("Tests", HIDDEN), ("test", LABEL)))
    assert [e.word.kind for e in words.meanings("test")] == [LABEL]
    assert len(words) == 1


def test_a_form_that_folds_to_nothing_is_no_form() -> None:
    words = lexicon(concept("a", "unspecified", ("-", HIDDEN), ("none", LABEL)))
    assert list(words.forms()) == ["none"]
    assert words.meanings("...") == ()


def test_the_longest_form_is_counted_in_words() -> None:
    assert lexicon(LUNG, PHOTO).longest == 2
    assert lexicon().longest == 0


def test_the_nearest_labels_to_a_misspelling() -> None:
    words = lexicon(LUNG, FUNDUS, PHOTO)
    assert words.nearest("retnia")[0] == "retina"
    assert words.nearest("fundus photografy", facet="modality") == ("photo",)
    assert words.nearest("zzzzzzzzzz") == ()
    assert len(words.nearest("fundus", limit=1)) == 1


WORDS = st.text(alphabet="abcs -é", min_size=1, max_size=8)
CONCEPTS = st.lists(st.lists(st.tuples(WORDS, st.sampled_from(list(WordKind))), max_size=4), max_size=5).map(
    lambda all_words: [concept(f"c{i}", "anatomy", *words) for i, words in enumerate(all_words)]
)


@given(CONCEPTS)
def test_every_word_finds_its_concept_and_nothing_else_is_found(concepts: list[Concept]) -> None:
    found = lexicon(*concepts)
    for c in concepts:
        assert all(not fold(w.text) or c in [e.concept for e in found.meanings(w.text)] for w in c.words)
    for form in found.forms():
        assert all(fold(e.word.text) == form and e.word in e.concept.words for e in found.meanings(form))


@given(CONCEPTS)
def test_the_order_of_the_concepts_does_not_matter(concepts: list[Concept]) -> None:
    one, other = lexicon(*concepts), lexicon(*reversed(concepts))
    assert {f: one.meanings(f) for f in one.forms()} == {f: other.meanings(f) for f in other.forms()}


@pytest.fixture
def graph() -> Graph:
    return Graph().parse(data=MODULE, format="turtle")


def test_concepts_are_what_lies_below_a_facets_root(graph: Graph) -> None:
    found = concepts_of(graph)
    assert list(found) == [str(IKG[n]) for n in ("FastScan", "Nameless", "Root", "Scan", "Twin")]
    assert {c.facet for c in found.values()} == {"modality"}


def test_a_concept_has_its_words_in_the_order_of_trust_and_its_english_label(graph: Graph) -> None:
    scan = concepts_of(graph)[str(IKG.Scan)]
    assert (scan.label, scan.definition) == ("scan", "A made-up scan.")
    assert scan.words == (
        Word("Aufnahme", LABEL, "de"), Word("scan", LABEL, "en"), Word("shot", SYNONYM, "en"),
        Word("SC", SHORT), Word("scna", HIDDEN),
    )  # fmt: skip


def test_a_class_without_a_label_goes_by_its_local_name(graph: Graph) -> None:
    assert concepts_of(graph)[str(IKG.Nameless)].label == "Nameless"


def test_named_superclasses_are_read_from_definitions_too(graph: Graph) -> None:
    assert set(named_superclasses(graph, IKG.FastScan)) == {IKG.Scan}
    assert set(named_superclasses(graph, IKG.Twin)) == {IKG.Scan}
    assert set(named_superclasses(graph, URIRef("urn:none"))) == set()


def test_modules_are_read_in_name_order_and_only_turtle(tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    for name in ("b.ttl", "a.ttl", "note.txt"):
        (tmp_path / "modules" / name).write_text(MODULE if name.endswith("ttl") else "not Turtle", encoding="utf-8")
    assert [p.name for p in module_files(tmp_path)] == ["a.ttl", "b.ttl"]
    assert (IKG.Scan, None, None) in load_modules(tmp_path)


def test_a_folder_without_modules_is_an_empty_graph(tmp_path: Path) -> None:
    assert len(load_modules(tmp_path)) == 0
