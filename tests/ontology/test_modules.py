"""The modules keep the conventions of `ontology/README.md`: form, names, words, profile, and no cycles."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, Graph, Literal, URIRef
from rdflib.term import Node

from kg.model import Concept
from kg.namespaces import BFO_PART_OF, IKG, MODULE, OBO, curie
from kg.reason.axioms import axioms_of
from kg.resources import ontology_dir
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules, module_files, named_superclasses
from kg.terms.text import fold

# The ontology that only imports the others has tests of its own.
FILES = [p for p in module_files(ontology_dir()) if p.stem != "imaging-kg"]

TOPS_WITHOUT_FACET = {
    "ikg:Extent": "a count, described by data properties; nothing is above it",
    "ikg:LicenceAction": "what a licence speaks of; its members are ODRL's and Creative Commons' own terms",
    "ikg:SubjectGroup": "a number of subjects, described by a group and a value; nothing is above it",
    "ikg:View": "the thing that must be possible for a modality and an anatomy to stand together; nothing is above it",
}
"""Own classes without a superclass that are no facet's root, and why."""

SHARED = {
    ("anatomy", "ventricle"): "of the heart or of the brain",
    ("condition", "ais"): "adolescent idiopathic scoliosis or acute ischaemic stroke",
    ("condition", "ich"): "intracerebral or, wider, intracranial haemorrhage",
    ("condition", "scd"): "sickle cell disease or subjective cognitive decline",
    ("task", "gen"): "the survey's code for synthesis and for report generation",
    ("task", "prog"): "prognosis of an outcome or progression of a disease",
    ("task", "qa"): "quality assessment, quality assurance or question answering",
    ("task", "rec"): "recognition, reconstruction or retrieval",
    ("task", "recon"): "of an image, of a scene or of a neuron's tree",
    ("task", "reg"): "registration or regression",
    ("task", "trk"): "of objects or of nerve fibres",
}
"""Words that stay on two concepts of one facet, and why: a curator or the context decides."""

PREDICATES = {
    RDF.type, RDF.first, RDF.rest, RDFS.label, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass,
    OWL.disjointWith, OWL.members, OWL.intersectionOf, OWL.onProperty, OWL.someValuesFrom, OWL.propertyChainAxiom,
    OWL.versionInfo, SKOS.altLabel, SKOS.hiddenLabel, SKOS.definition, SKOS.editorialNote, SKOS.example, IKG.abbreviation,
    IKG.layTerm, IKG.pluralForm, IKG.misspelling, IKG.dicomCode, IKG.spdxId, IKG.facet, IKG.coveredBy, IKG.generalTerm, IKG.host,
    IKG.accessSteps, RDFS.seeAlso, DCTERMS.title, DCTERMS.description,
    DCTERMS.license, DCTERMS.source, DCTERMS.rights, DCTERMS.creator, DCTERMS.created, DCTERMS.modified, OWL.versionIRI,
    VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
}  # fmt: skip
TYPES = {
    OWL.Ontology, OWL.Class, OWL.Restriction, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty,
    OWL.TransitiveProperty, OWL.AllDisjointClasses,
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_modules(ontology_dir())


@pytest.fixture(scope="module")
def concepts(graph: Graph) -> dict[str, Concept]:
    return concepts_of(graph)


def own_classes(graph: Graph) -> list[URIRef]:
    found = [c for c in graph.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef) and c.startswith(str(IKG))]
    return sorted(set(found))


def in_english(graph: Graph, cls: Node, predicate: URIRef) -> list[str]:
    texts = [t for t in graph.objects(cls, predicate) if isinstance(t, Literal)]
    return [str(t) for t in texts if t.language == "en"] + [f"not English: {t}" for t in texts if not t.language]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_module_is_one_ontology_with_a_header(path: Path) -> None:
    graph = Graph().parse(path, format="turtle")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [MODULE[path.stem]]
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionInfo):
        assert len(list(graph.objects(MODULE[path.stem], predicate))) == 1, predicate
    for predicate in (DCTERMS.title, DCTERMS.description):
        assert in_english(graph, MODULE[path.stem], predicate)[0].strip()
    assert str(graph.value(MODULE[path.stem], DCTERMS.license)).startswith("https://")


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_module_says_something_beyond_its_header(path: Path) -> None:
    graph = Graph().parse(path, format="turtle")
    assert any(s != MODULE[path.stem] for s in graph.subjects())


def test_own_classes_have_one_label_and_one_definition_in_english(graph: Graph) -> None:
    wrong = []
    for cls in own_classes(graph):
        labels, definitions = in_english(graph, cls, RDFS.label), in_english(graph, cls, SKOS.definition)
        if len(labels) != 1 or len(definitions) != 1 or not labels[0].strip() or len(definitions[0].split()) < 3:
            wrong.append((curie(str(cls)), labels, definitions))
    assert wrong == []


def test_own_definitions_are_each_their_own_sentence(graph: Graph) -> None:
    seen: dict[str, str] = {}
    wrong = []
    for cls in own_classes(graph):
        text = in_english(graph, cls, SKOS.definition)[0]
        if not text.endswith(".") or not (text[0].isupper() or text[0].isdigit()) or text in seen:
            wrong.append((curie(str(cls)), text, seen.get(text)))
        seen[text] = curie(str(cls))
    assert wrong == []


def test_own_classes_have_a_superclass_unless_they_are_a_top(graph: Graph) -> None:
    roots = {str(s) for s in graph.subjects(IKG.facet)}
    bare = {curie(str(c)) for c in own_classes(graph) if not any(named_superclasses(graph, c)) and str(c) not in roots}
    assert bare == set(TOPS_WITHOUT_FACET)


def test_a_named_superclass_is_a_declared_class(graph: Graph) -> None:
    above = {o for o in graph.objects(None, RDFS.subClassOf) if isinstance(o, URIRef)}
    assert {curie(c) for c in above if (c, RDF.type, OWL.Class) not in graph} == set()


def test_own_classes_are_in_camel_case(graph: Graph) -> None:
    names = [str(c).removeprefix(str(IKG)) for c in own_classes(graph)]
    assert [n for n in names if not (n[0].isupper() and n.isalnum() and n.isascii())] == []


def test_no_two_classes_share_a_label(graph: Graph) -> None:
    by_label: dict[str, set[str]] = defaultdict(set)
    for cls in set(graph.subjects(RDF.type, OWL.Class)):
        for label in in_english(graph, cls, RDFS.label):
            by_label[fold(label)].add(curie(str(cls)))
    assert {label: found for label, found in by_label.items() if len(found) > 1} == {}


def test_a_word_names_one_concept_of_a_facet_unless_a_reason_is_given(concepts: dict[str, Concept]) -> None:
    lexicon = Lexicon(concepts)
    shared: set[tuple[str, str]] = set()
    for form in lexicon.forms():
        facets = [e.concept.facet for e in lexicon.meanings(form)]
        shared |= {(facet, form) for facet in facets if facets.count(facet) > 1}
    assert shared - SHARED.keys() == set(), "a new word on two concepts: decide, or give the reason here"
    assert SHARED.keys() - shared == set(), "a reason for a word that is no longer shared"


def test_a_word_stands_once_on_its_class(graph: Graph) -> None:
    wrong = []
    for cls in own_classes(graph):
        texts = [
            (str(t), t.language) for p in (RDFS.label, SKOS.altLabel) for t in graph.objects(cls, p) if isinstance(t, Literal)
        ]
        wrong += [(curie(str(cls)), t) for t in texts if texts.count(t) > 1]
    assert wrong == []


def test_words_are_not_empty_and_have_no_space_at_their_ends(graph: Graph) -> None:
    wrong = [
        (curie(str(s)), str(o))
        for p in (RDFS.label, SKOS.altLabel, IKG.abbreviation, SKOS.definition)
        for s, o in graph.subject_objects(p)
        if str(o) != " ".join(str(o).split()) or not str(o)
    ]
    assert wrong == []


def test_an_abbreviation_is_plain_and_a_synonym_has_a_language(graph: Graph) -> None:
    plain = [t for p in (IKG.abbreviation, SKOS.hiddenLabel) for t in graph.objects(None, p)]
    assert [str(t) for t in plain if not isinstance(t, Literal) or t.language] == []
    languages = {t.language for t in graph.objects(None, SKOS.altLabel) if isinstance(t, Literal)}
    assert languages == {"en", "de", "fr", "es", "zh"}


def test_only_the_agreed_constructs_occur(graph: Graph) -> None:
    importing = MODULE["imaging-kg"]
    assert {p for s, p, _ in graph if s != importing} - PREDICATES == set()
    assert set(graph.objects(None, RDF.type)) - TYPES == set()
    assert axioms_of(graph)  # refuses what is outside the profile


def test_properties_are_declared_in_core_and_those_of_claims_in_provenance() -> None:
    declared = {
        path.stem
        for path in FILES
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
        if (None, RDF.type, kind) in Graph().parse(path, format="turtle")
    }
    assert declared == {"core", "provenance"}


def test_every_property_that_an_axiom_uses_is_declared_and_described(graph: Graph) -> None:
    used = set(graph.objects(None, OWL.onProperty)) | set(graph.objects(None, IKG.facet))
    for chain in graph.objects(None, OWL.propertyChainAxiom):
        used |= set(graph.items(chain))
    assert used
    for prop in used:
        assert (prop, RDF.type, OWL.ObjectProperty) in graph, prop
        assert in_english(graph, prop, RDFS.label), prop


def test_every_borrowed_class_that_is_used_is_declared_and_has_a_label(graph: Graph) -> None:
    properties = set(graph.subjects(RDF.type, OWL.ObjectProperty))
    used = {
        node
        for triple in graph
        for node in triple
        if isinstance(node, URIRef) and node.startswith(str(OBO)) and node not in properties and "_" in node.rsplit("/", 1)[-1]
    }
    assert len(used) > 500
    wrong = [curie(str(c)) for c in used if len(in_english(graph, c, RDFS.label)) != 1 or (c, RDF.type, OWL.Class) not in graph]
    assert wrong == []


def test_borrowed_classes_carry_no_definition_of_ours(graph: Graph) -> None:
    assert [s for s in graph.subjects(SKOS.definition) if str(s).startswith(str(OBO))] == []


def _cycle(below: dict[Node, set[Node]]) -> list[str]:
    """A cycle of the relation as CURIEs, or nothing."""
    state: dict[Node, int] = {}
    for start in sorted(below, key=str):
        stack: list[tuple[Node, Iterator[Node]]] = [] if start in state else [(start, iter(below[start]))]
        state.setdefault(start, 1)
        while stack:
            node, rest = stack[-1]
            following = next((n for n in rest if state.get(n) != 2), None)
            if following is None:
                state[node] = 2
                stack.pop()
            elif state.get(following) == 1:
                return [curie(str(n)) for n, _ in stack] + [curie(str(following))]
            else:
                state[following] = 1
                stack.append((following, iter(below.get(following, set()))))
    return []


def test_the_search_for_cycles_finds_one() -> None:
    a, b, c = URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c")
    assert _cycle({a: {b}, b: {c}}) == []
    assert _cycle({a: {b, c}, b: {c}}) == []
    assert _cycle({a: {b}, b: {c}, c: {b}}) == ["urn:a", "urn:b", "urn:c", "urn:b"]


def test_no_class_is_above_itself(graph: Graph) -> None:
    above: dict[Node, set[Node]] = {
        c: set(named_superclasses(graph, c)) for c in set(graph.subjects(RDF.type, OWL.Class)) if isinstance(c, URIRef)
    }
    assert _cycle(above) == []


@pytest.mark.parametrize("prop", [BFO_PART_OF, IKG.hasLocation, IKG.hasComponent, IKG.images, IKG.derivableTo], ids=curie)
def test_no_class_is_asserted_to_be_a_part_of_itself(graph: Graph, prop: URIRef) -> None:
    reach: dict[Node, set[Node]] = defaultdict(set)
    for restriction in graph.subjects(OWL.onProperty, prop):
        filler = graph.value(restriction, OWL.someValuesFrom)
        for cls in graph.subjects(RDFS.subClassOf, restriction):
            if filler is not None and isinstance(cls, URIRef):
                reach[cls].add(filler)
    assert reach
    assert _cycle(dict(reach)) == []


def test_every_facet_has_a_property_and_members(graph: Graph, concepts: dict[str, Concept]) -> None:
    facets = {curie(str(p)).removeprefix("ikg:") for p in graph.objects(None, IKG.facet)}
    members = {f: sum(c.facet == f for c in concepts.values()) for f in facets}
    assert min(members.values()) > 2, members
    assert {c.facet for c in concepts.values()} == facets


def test_no_class_lies_below_the_roots_of_two_facets(graph: Graph) -> None:
    facet_of_root = {root: str(p) for root, p in graph.subject_objects(IKG.facet)}
    wrong = []
    for cls in set(graph.subjects(RDF.type, OWL.Class)):
        seen: set[Node] = set()
        stack = [cls]
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack += named_superclasses(graph, node)
        facets = {facet_of_root[n] for n in seen if n in facet_of_root}
        if len(facets) > 1:
            wrong.append((curie(str(cls)), sorted(facets)))
    assert wrong == []
