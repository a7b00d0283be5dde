"""The ontology's axioms as text: what is read, what is refused, and what the key depends on."""

import pytest
from rdflib import Graph

from kg.errors import ReasonerError
from kg.reason.axioms import axioms_of, classes_of, content_hash, document, some
from kg.reason.classify import classify, unsatisfiable
from kg.reason.contradictions import view
from kg.reason.rules import Rule, rules_of

HEAD = """
@prefix : <urn:x#> . @prefix ikg: <https://w3id.org/imaging-kg/ontology/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A a owl:Class . :B a owl:Class . :C a owl:Class . :p a owl:ObjectProperty . :q a owl:ObjectProperty .
"""
DECLARED = {f"Declaration(Class(<urn:x#{c}>))" for c in "ABC"} | {f"Declaration(ObjectProperty(<urn:x#{p}>))" for p in "pq"}


def graph(turtle: str) -> Graph:
    return Graph().parse(data=HEAD + turtle, format="turtle")


@pytest.mark.parametrize(
    ("turtle", "axiom"),
    [
        (":A rdfs:subClassOf :B .", "SubClassOf(<urn:x#A> <urn:x#B>)"),
        (":A owl:equivalentClass :B .", "EquivalentClasses(<urn:x#A> <urn:x#B>)"),
        (":A owl:disjointWith :B .", "DisjointClasses(<urn:x#A> <urn:x#B>)"),
        ("[] a owl:AllDisjointClasses ; owl:members ( :C :A :B ) .", "DisjointClasses(<urn:x#A> <urn:x#B> <urn:x#C>)"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
         "SubClassOf(<urn:x#A> ObjectSomeValuesFrom(<urn:x#p> <urn:x#B>))"),
        (":A owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :C [ a owl:Restriction ; owl:onProperty :p ; "
         "owl:someValuesFrom [ a owl:Class ; owl:intersectionOf ( :B :A ) ] ] ) ] .",
         "EquivalentClasses(<urn:x#A> ObjectIntersectionOf(<urn:x#C> "
         "ObjectSomeValuesFrom(<urn:x#p> ObjectIntersectionOf(<urn:x#A> <urn:x#B>))))"),
        ("[ a owl:Class ; owl:intersectionOf ( :A :B ) ] rdfs:subClassOf :C .",
         "SubClassOf(ObjectIntersectionOf(<urn:x#A> <urn:x#B>) <urn:x#C>)"),
        (":p rdfs:subPropertyOf :q .", "SubObjectPropertyOf(<urn:x#p> <urn:x#q>)"),
        (":p owl:propertyChainAxiom ( :q :p ) .", "SubObjectPropertyOf(ObjectPropertyChain(<urn:x#q> <urn:x#p>) <urn:x#p>)"),
        (":p a owl:TransitiveProperty .", "TransitiveObjectProperty(<urn:x#p>)"),
    ],
)  # fmt: skip
def test_each_construct_is_read_as_one_axiom(turtle: str, axiom: str) -> None:
    assert set(axioms_of(graph(turtle))) == DECLARED | {axiom}


@pytest.mark.parametrize(
    "turtle",
    [
        ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
        ":A owl:unionOf ( :B :C ) .",
        ":A owl:disjointUnionOf ( :B :C ) .",
        ":A owl:intersectionOf ( :B :C ) .",
        ":A rdfs:subClassOf [ a owl:Class ; owl:complementOf :B ] .",
        ":A owl:complementOf :B .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality 1 ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onClass :B ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasSelf true ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :x ] .",
        ":A owl:equivalentClass [ a owl:Class ; owl:oneOf ( :x :y ) ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ; owl:someValuesFrom :B ] .",
        ":p owl:inverseOf :q .",
        ":p owl:equivalentProperty :q .",
        ":p owl:propertyDisjointWith :q .",
        ":p a owl:FunctionalProperty .",
        ":p a owl:SymmetricProperty .",
        ":p a owl:ReflexiveProperty .",
        ":p rdfs:domain :A .",
        ":p rdfs:range :A .",
        ":A owl:hasKey ( :p ) .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ] .",
        ":x a owl:NamedIndividual .",
    ],
)
def test_what_is_outside_the_profile_is_refused_and_not_left_out(turtle: str) -> None:
    with pytest.raises(ReasonerError):
        axioms_of(graph(turtle))


def test_axioms_and_key_do_not_depend_on_order_or_words() -> None:
    one = axioms_of(graph(":A rdfs:subClassOf :B . :B rdfs:subClassOf :C ; rdfs:label 'b' ."))
    other = axioms_of(graph(":B rdfs:label 'another' . :B rdfs:subClassOf :C . :A rdfs:subClassOf :B ."))
    assert one == other == tuple(sorted(one))
    assert content_hash(one) == content_hash(reversed(other))


def test_the_key_changes_with_the_logic() -> None:
    keys = {
        content_hash(axioms_of(graph(t))) for t in ("", ":A rdfs:subClassOf :B .", ":B rdfs:subClassOf :A .", ":D a owl:Class .")
    }
    assert len(keys) == 4


def test_only_named_classes_are_classes() -> None:
    assert classes_of(graph("[] a owl:Class .")) == ("urn:x#A", "urn:x#B", "urn:x#C")


def test_a_document_holds_every_axiom_on_its_line() -> None:
    assert document(["X(1)", "Y(2)"]).splitlines()[1:-1] == ["X(1)", "Y(2)"]


BODY = """
:Organ rdfs:subClassOf :A . :Organ a owl:Class . :Lung a owl:Class ; rdfs:subClassOf :Organ , [ a owl:Restriction ; owl:onProperty
    obo:BFO_0000050 ; owl:someValuesFrom :Chest ] . :Chest a owl:Class ; rdfs:subClassOf :A , [ a owl:Restriction ; owl:onProperty
    obo:BFO_0000050 ; owl:someValuesFrom :Trunk ] . :Trunk a owl:Class . :Big a owl:Class .  :Trunk rdfs:subClassOf :Big .
:Pneumonia a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ikg:hasLocation ; owl:someValuesFrom :Lung ] .
obo:BFO_0000050 a owl:ObjectProperty , owl:TransitiveProperty . ikg:hasLocation a owl:ObjectProperty ;
    owl:propertyChainAxiom ( ikg:hasLocation obo:BFO_0000050 ) .
"""
PART, LOCATION = "http://purl.obolibrary.org/obo/BFO_0000050", "https://w3id.org/imaging-kg/ontology/hasLocation"


def x(*names: str) -> frozenset[str]:
    return frozenset(f"urn:x#{n}" for n in names)


def test_the_reasoner_gives_every_superclass_and_every_edge() -> None:
    body = graph(BODY)
    found = classify(axioms_of(body), classes_of(body))
    assert found.supers["urn:x#Lung"] == x("Organ", "A")
    assert found.supers["urn:x#A"] == frozenset()
    assert found.along(PART, "urn:x#Lung") == x("Chest", "A", "Trunk", "Big")
    assert found.along(LOCATION, "urn:x#Pneumonia") == x("Lung", "Organ", "Chest", "A", "Trunk", "Big")
    assert set(found.edges) == {PART, LOCATION}


def test_named_twins_are_above_each_other() -> None:
    body = graph(":A owl:equivalentClass :B . :B rdfs:subClassOf :C .")
    found = classify(axioms_of(body), classes_of(body))
    assert (found.supers["urn:x#A"], found.supers["urn:x#B"]) == (x("B", "C"), x("A", "C"))


def test_a_class_to_which_nothing_can_belong_is_an_error_that_names_it() -> None:
    body = graph(":A owl:disjointWith :B . :C rdfs:subClassOf :A , :B .")
    with pytest.raises(ReasonerError, match="urn:x#C"):
        classify(axioms_of(body), classes_of(body))


def test_axioms_that_are_no_axioms_are_an_error() -> None:
    with pytest.raises(ReasonerError, match="cannot be loaded"):
        classify(("SubClassOf(<urn:x#A>",), ["urn:x#A"])


def test_the_stages_are_announced_in_order() -> None:
    stages: list[str] = []
    classify(axioms_of(graph("")), ["urn:x#A"], stages.append)
    assert stages == ["classifying", "reading the hierarchy"]


def test_only_the_impossible_expressions_are_unsatisfiable() -> None:
    axioms = axioms_of(graph(":A owl:disjointWith :B . :C rdfs:subClassOf :A ."))
    impossible = "ObjectIntersectionOf(<urn:x#B> <urn:x#C>)"
    nested = some("urn:x#p", "urn:x#A").replace("<urn:x#A>", impossible)
    asked = [impossible, nested, "ObjectIntersectionOf(<urn:x#A> <urn:x#C>)", "<urn:x#B>"]
    assert unsatisfiable(axioms, asked) == {impossible, nested}
    assert unsatisfiable(axioms, []) == frozenset()


def test_a_view_is_the_conjunction_of_what_is_given() -> None:
    assert view() == "ObjectIntersectionOf(<https://w3id.org/imaging-kg/ontology/View>)"
    whole = view(modality="urn:m", site="urn:s", condition="urn:c")
    assert whole.count("ObjectSomeValuesFrom") == 3
    assert all(f"<urn:{n}>" in whole for n in "msc")


RULE = """[] a owl:Class ; owl:intersectionOf ( ikg:ImagingDataset
    [ a owl:Restriction ; owl:onProperty ikg:modality ; owl:someValuesFrom :B ]
    [ a owl:Restriction ; owl:onProperty ikg:anatomy ; owl:someValuesFrom :A ] ) ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ikg:modality ; owl:someValuesFrom :C ] ."""


def test_a_dataset_rule_is_read_with_sorted_premises() -> None:
    wanted = Rule((("anatomy", "urn:x#A"), ("modality", "urn:x#B")), ("modality", "urn:x#C"))
    assert rules_of(graph(RULE + RULE)) == (wanted,)


@pytest.mark.parametrize(
    "turtle",
    [
        RULE.replace("ikg:ImagingDataset", ":A"),
        RULE.replace("rdfs:subClassOf", "owl:equivalentClass"),
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
    ],
)
def test_other_axioms_are_no_dataset_rules(turtle: str) -> None:
    assert rules_of(graph(turtle)) == ()
