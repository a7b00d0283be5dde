"""HermiT, a complete OWL 2 DL reasoner, judges the classification that ships."""

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph

from kg.errors import ReasonerError
from kg.namespaces import curie
from kg.reason import hermit
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.classified import taxonomy_for
from kg.reason.taxonomy import Taxonomy
from kg.resources import ontology_dir
from kg.terms.modules import load_modules

HEAD = """@prefix : <urn:x#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:A a owl:Class ; rdfs:label "a"@en . :B a owl:Class ; owl:disjointWith :A . :C a owl:Class ; rdfs:subClassOf :A .
:D a owl:Class ; owl:equivalentClass :A . :p a owl:ObjectProperty , owl:TransitiveProperty .
:note a owl:AnnotationProperty ; rdfs:subPropertyOf skos:note . <urn:x> a owl:Ontology ; rdfs:label "x"@en . """
NAMES = [f"urn:x#{n}" for n in "ABCD"]


def small(more: str = "") -> Graph:
    return Graph().parse(data=HEAD + more, format="turtle")


@pytest.fixture(scope="module")
def java() -> None:
    if not hermit.available():
        pytest.skip("HermiT needs a Java runtime and none starts here")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_modules(ontology_dir())


@pytest.fixture(scope="module")
def taxonomy(graph: Graph) -> Taxonomy:
    return taxonomy_for(graph, axioms_of(graph), ontology_dir())


def test_labels_headers_and_annotation_properties_carry_no_logic() -> None:
    kept = hermit.logical(small(":A skos:definition 'a'@en ."))
    assert not {RDFS.label, SKOS.definition, RDFS.subPropertyOf} & set(kept.predicates())
    assert not {OWL.Ontology, OWL.AnnotationProperty} & set(kept.objects(None, RDF.type))
    assert len(kept) == 4 + 3 + 2


def test_every_axiom_of_the_ontology_survives_the_selection(graph: Graph) -> None:
    assert axioms_of(hermit.logical(graph)) == axioms_of(graph)


@pytest.mark.java
@pytest.mark.usefixtures("java")
def test_the_judge_sees_superclasses_twins_and_edges() -> None:
    chained = ":B rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :C ] . "
    chained += ":C rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :E ] . :E a owl:Class ."
    found = hermit.judge(small(chained), NAMES, [("urn:x#p", "urn:x#E"), ("urn:x#p", "urn:x#B")])
    assert found.supers == {
        "urn:x#A": frozenset({"urn:x#D"}), "urn:x#B": frozenset(), "urn:x#C": frozenset({"urn:x#A", "urn:x#D"}),
        "urn:x#D": frozenset({"urn:x#A"}),
    }  # fmt: skip
    assert found.edges == {"urn:x#p": {c: frozenset({"urn:x#E"}) for c in ("urn:x#B", "urn:x#C")}}


@pytest.mark.java
@pytest.mark.usefixtures("java")
def test_the_judge_refuses_an_empty_class_and_a_contradiction() -> None:
    with pytest.raises(ReasonerError, match="urn:x#C"):
        hermit.judge(small(":C rdfs:subClassOf :B ."), NAMES)
    with pytest.raises(ReasonerError, match="contradicts itself"):
        hermit.judge(small("owl:Thing rdfs:subClassOf :A , :B ."), NAMES)


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.usefixtures("java")
def test_hermit_and_the_shipped_classification_agree_on_every_class(graph: Graph, taxonomy: Taxonomy) -> None:
    """Superclasses of every class and, for every filler that occurs, every class that reaches it: both directions.

    That the judge returns at all says that the ontology is consistent and that no class is empty.
    """
    names = classes_of(graph)
    fillers = {(prop, t) for prop, reach in taxonomy.edges.items() for targets in reach.values() for t in targets}
    judged = hermit.judge(graph, names, fillers)
    assert len(names) > 1000
    assert len(fillers) > 300
    assert {curie(c): sorted(map(curie, judged.supers[c] ^ taxonomy.supers[c])) for c in names
            if judged.supers[c] != taxonomy.supers[c]} == {}  # fmt: skip
    assert judged.edges == taxonomy.edges
