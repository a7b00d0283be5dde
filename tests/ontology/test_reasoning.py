"""What a radiologist knows, asked of the real ontology."""

import pytest
from rdflib import Graph

from kg.namespaces import BFO_PART_OF, IKG, curie, expand
from kg.reason.axioms import axioms_of, classes_of, content_hash
from kg.reason.classified import classified_file, taxonomy_for
from kg.reason.classify import FOLLOWED, unsatisfiable
from kg.reason.closure import entailed
from kg.reason.contradictions import view
from kg.reason.rules import rules_of
from kg.reason.taxonomy import Taxonomy, read_taxonomy
from kg.resources import ontology_dir
from kg.terms.modules import concepts_of, load_modules

PART, LOCATION, COMPONENT, IMAGES, DERIVABLE = (
    str(p) for p in (BFO_PART_OF, IKG.hasLocation, IKG.hasComponent, IKG.images, IKG.derivableTo)
)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_modules(ontology_dir())


@pytest.fixture(scope="module")
def axioms(graph: Graph) -> tuple[str, ...]:
    return axioms_of(graph)


@pytest.fixture(scope="module")
def taxonomy(graph: Graph, axioms: tuple[str, ...]) -> Taxonomy:
    return taxonomy_for(graph, axioms, ontology_dir())


@pytest.fixture(scope="module")
def by_label(graph: Graph) -> dict[str, str]:
    """English label → IRI, so that the facts below read as facts."""
    return {c.label: iri for iri, c in concepts_of(graph).items()}


CHEST, HEAD, PELVIS, ABDOMEN = "chest", "head", "pelvic region of trunk", "abdomen"

IS_A = [
    ("glioblastoma", "glioma"),
    ("low grade glioma", "glioma"),
    ("glioma", "brain neoplasm"),
    ("lung adenocarcinoma", "lung cancer"),
    ("lung cancer", "cancer"),
    ("hepatocellular carcinoma", "liver cancer"),
    ("COVID-19 pneumonia", "pneumonia"),
    ("COVID-19 pneumonia", "COVID-19"),
    ("pneumonia", "lung disease"),
    ("diabetic retinopathy", "retinal disease"),
    ("ischemic stroke", "stroke disorder"),
    ("low-dose CT", "computed tomography"),
    ("cone-beam CT", "computed tomography"),
    ("chest radiography", "radiography"),
    ("mammography", "radiography"),
    ("digital radiography", "radiography"),
    ("echocardiography", "ultrasonography"),
    ("diffusion-weighted imaging", "magnetic resonance imaging"),
    ("cardiac MRI", "magnetic resonance imaging"),
    ("positron emission tomography", "nuclear medicine imaging"),
    ("retinal optical coherence tomography", "optical coherence tomography"),
    ("capsule endoscopy", "endoscopy"),
    ("whole slide imaging", "microscopy"),
    ("instance segmentation", "image segmentation"),
    ("landmark localisation", "object localisation"),
]
NOT_IS_A = [
    ("glioma", "glioblastoma"),
    ("computed tomography", "low-dose CT"),
    ("computed tomography", "magnetic resonance imaging"),
    ("lung", CHEST),
    ("PET-CT", "magnetic resonance imaging"),
    ("image segmentation", "object detection"),
    ("melanoma", "glioma"),
    ("ultrasonography", "radiography"),
]
EDGES = [
    ("lung", PART, CHEST),
    ("heart", PART, CHEST),
    ("breast", PART, CHEST),
    ("mediastinum", PART, CHEST),
    ("rib", PART, CHEST),
    ("brain", PART, HEAD),
    ("retina", PART, "eye"),
    ("eye", PART, HEAD),
    ("retina", PART, HEAD),
    ("optic disc", PART, "retina"),
    ("hippocampal formation", PART, "brain"),
    ("prostate gland", PART, PELVIS),
    ("urinary bladder", PART, PELVIS),
    ("uterus", PART, PELVIS),
    ("ovary", PART, PELVIS),
    ("rectum", PART, PELVIS),
    ("kidney", PART, ABDOMEN),
    ("liver", PART, ABDOMEN),
    ("pancreas", PART, ABDOMEN),
    ("spleen", PART, ABDOMEN),
    ("stomach", PART, ABDOMEN),
    ("gallbladder", PART, ABDOMEN),
    ("lumbar vertebra", PART, "vertebral column"),
    ("glioblastoma", LOCATION, "brain"),
    ("glioblastoma", LOCATION, HEAD),
    ("glioma", LOCATION, "brain"),
    ("lung cancer", LOCATION, CHEST),
    ("breast cancer", LOCATION, "breast"),
    ("diabetic retinopathy", LOCATION, "eye"),
    ("hepatocellular carcinoma", LOCATION, ABDOMEN),
    ("prostate cancer", LOCATION, PELVIS),
    ("PET-CT", COMPONENT, "positron emission tomography"),
    ("PET-CT", COMPONENT, "computed tomography"),
    ("PET-MR", COMPONENT, "magnetic resonance imaging"),
    ("fundus photography", IMAGES, "retina"),
    ("chest radiography", IMAGES, CHEST),
    ("mammography", IMAGES, "breast"),
    ("dermoscopy", IMAGES, "skin of body"),
    ("echocardiography", IMAGES, "heart"),
    ("image segmentation", DERIVABLE, "object detection"),
    ("image segmentation", DERIVABLE, "image classification"),
    ("object detection", DERIVABLE, "image classification"),
    ("instance segmentation", DERIVABLE, "object detection"),
]
NO_EDGES = [
    ("lung", PART, ABDOMEN),
    ("brain", PART, CHEST),
    ("liver", PART, CHEST),
    (CHEST, PART, "lung"),
    ("kidney", PART, PELVIS),
    ("uterus", PART, "prostate gland"),
    ("melanoma", LOCATION, "brain"),
    ("cancer", LOCATION, "lung"),
    ("PET-CT", COMPONENT, "magnetic resonance imaging"),
    ("computed tomography", COMPONENT, "positron emission tomography"),
    ("computed tomography", IMAGES, CHEST),
    ("radiography", IMAGES, CHEST),
    ("magnetic resonance imaging", IMAGES, "brain"),
    ("object detection", DERIVABLE, "image segmentation"),
    ("image classification", DERIVABLE, "object detection"),
    ("image classification", DERIVABLE, "image segmentation"),
]


@pytest.mark.parametrize(("sub", "sup"), IS_A)
def test_is_a(sub: str, sup: str, taxonomy: Taxonomy, by_label: dict[str, str]) -> None:
    assert taxonomy.is_a(by_label[sub], by_label[sup])


@pytest.mark.parametrize(("sub", "sup"), NOT_IS_A)
def test_is_not_a(sub: str, sup: str, taxonomy: Taxonomy, by_label: dict[str, str]) -> None:
    assert not taxonomy.is_a(by_label[sub], by_label[sup])


@pytest.mark.parametrize(("thing", "prop", "other"), EDGES, ids=lambda v: curie(v) if ":" in v else v)
def test_reaches(thing: str, prop: str, other: str, taxonomy: Taxonomy, by_label: dict[str, str]) -> None:
    assert by_label[other] in taxonomy.along(prop, by_label[thing])


@pytest.mark.parametrize(("thing", "prop", "other"), NO_EDGES, ids=lambda v: curie(v) if ":" in v else v)
def test_does_not_reach(thing: str, prop: str, other: str, taxonomy: Taxonomy, by_label: dict[str, str]) -> None:
    assert by_label[other] not in taxonomy.along(prop, by_label[thing])


POSSIBLE = [
    ("computed tomography", "lung", ""),
    ("computed tomography", "brain", ""),
    ("magnetic resonance imaging", "prostate gland", ""),
    ("fundus photography", "retina", "diabetic retinopathy"),
    ("dermoscopy", "skin of body", "melanoma"),
    ("mammography", "breast", "breast cancer"),
    ("chest radiography", "lung", "pneumonia"),
    ("chest radiography", "heart", ""),
    ("colonoscopy", "colon", ""),
    ("histopathology imaging", "kidney", ""),
    ("histopathology imaging", "", "breast cancer"),
]
IMPOSSIBLE = [
    ("dermoscopy", "brain", ""),
    ("dermoscopy", "lung", ""),
    ("fundus photography", "", "breast cancer"),
    ("fundus photography", "lung", ""),
    ("mammography", "", "glioma"),
    ("mammography", "prostate gland", ""),
    ("echocardiography", "liver", ""),
    ("retinal optical coherence tomography", "kidney", ""),
    ("colonoscopy", "eye", ""),
    ("dermoscopy", "", "diabetic retinopathy"),
]


def test_the_impossible_views_are_impossible_and_the_others_are_not(axioms: tuple[str, ...], by_label: dict[str, str]) -> None:
    by_label = by_label | {"": ""}
    views = {
        case: view(modality=by_label[case[0]], site=by_label[case[1]], condition=by_label[case[2]])
        for case in (*POSSIBLE, *IMPOSSIBLE)
    }
    empty = unsatisfiable(axioms, views.values())
    assert [case for case in POSSIBLE if views[case] in empty] == []
    assert [case for case in IMPOSSIBLE if views[case] not in empty] == []


def test_every_modality_and_every_condition_can_be_seen(axioms: tuple[str, ...], graph: Graph) -> None:
    """No modality, site or condition is shut out for good: each has a view of its own."""
    views = {}
    for iri, concept in concepts_of(graph).items():
        if concept.facet == "modality":
            views[concept.label] = view(modality=iri)
        elif concept.facet == "anatomy":
            views[concept.label] = view(site=iri)
        elif concept.facet == "condition":
            views[concept.label] = view(condition=iri)
    empty = unsatisfiable(axioms, views.values())
    assert sorted(label for label, expression in views.items() if expression in empty) == []


@pytest.mark.parametrize(
    ("facts", "prop", "concept"),
    [
        ({"condition": ["glioma"]}, "relevantTo", "brain"),
        ({"anatomy": ["lung"]}, "depictsWithin", CHEST),
        ({"modality": ["fundus photography"]}, "depictsWithin", "eye"),
        ({"modality": ["PET-CT"]}, "modality", "computed tomography"),
        ({"task": ["image segmentation"]}, "servesTask", "image classification"),
        ({"modality": ["radiography"], "anatomy": ["lung"]}, "modality", "chest radiography"),
        ({"modality": ["radiography"], "anatomy": ["breast"]}, "modality", "mammography"),
        ({"modality": ["ultrasonography"], "anatomy": ["heart"]}, "modality", "echocardiography"),
        (
            {"modality": ["optical coherence tomography"], "anatomy": ["retina"]},
            "modality",
            "retinal optical coherence tomography",
        ),
        ({"modality": ["digital radiography"], "condition": ["pneumonia"]}, "modality", "chest radiography"),
    ],
)
def test_what_follows_for_a_dataset(
    facts: dict[str, list[str]], prop: str, concept: str, taxonomy: Taxonomy, graph: Graph, by_label: dict[str, str]
) -> None:
    asserted = {p: [by_label[v] for v in values] for p, values in facts.items()}
    assert by_label[concept] in entailed(asserted, taxonomy, rules_of(graph))[prop]


@pytest.mark.parametrize(
    ("facts", "prop", "concept"),
    [
        ({"condition": ["glioma"]}, "anatomy", "brain"),
        ({"anatomy": ["lung"]}, "anatomy", CHEST),
        ({"modality": ["computed tomography"], "anatomy": ["lung"]}, "modality", "chest radiography"),
        ({"modality": ["radiography"], "anatomy": ["knee"]}, "modality", "chest radiography"),
        ({"task": ["image classification"]}, "servesTask", "image segmentation"),
        ({"modality": ["positron emission tomography", "computed tomography"]}, "modality", "PET-CT"),
    ],
)
def test_what_does_not_follow_for_a_dataset(
    facts: dict[str, list[str]], prop: str, concept: str, taxonomy: Taxonomy, graph: Graph, by_label: dict[str, str]
) -> None:
    asserted = {p: [by_label[v] for v in values] for p, values in facts.items()}
    assert by_label[concept] not in entailed(asserted, taxonomy, rules_of(graph)).get(prop, frozenset())


def test_every_dataset_rule_is_read(graph: Graph) -> None:
    names = {"ImagingDataset"}
    general = [a for a in axioms_of(graph) if a.startswith("SubClassOf(Object") and any(f"/{n}>" in a for n in names)]
    assert len(rules_of(graph)) == len(general) > 0


def test_the_shipped_classification_is_of_these_axioms(axioms: tuple[str, ...]) -> None:
    key, _ = read_taxonomy(classified_file(ontology_dir()))
    assert key == content_hash(axioms), "the axioms were edited after the last classification; run: imaging-kg ontology classify"


def test_the_shipped_classification_names_only_classes_of_the_ontology(graph: Graph) -> None:
    _, shipped = read_taxonomy(classified_file(ontology_dir()))
    classes = set(classes_of(graph))
    assert set(shipped.supers) == classes
    assert {c for above in shipped.supers.values() for c in above} <= classes
    assert set(shipped.edges) <= set(FOLLOWED)
    assert all({*reach, *(t for ts in reach.values() for t in ts)} <= classes for reach in shipped.edges.values())


def test_no_class_is_above_or_a_part_of_itself(taxonomy: Taxonomy) -> None:
    assert [curie(c) for c, above in taxonomy.supers.items() if c in above] == []
    for prop in (PART, COMPONENT, DERIVABLE):
        assert [curie(c) for c, targets in taxonomy.edges[prop].items() if c in targets] == [], curie(prop)


def test_part_of_is_transitive_and_locations_follow_it(taxonomy: Taxonomy) -> None:
    parts, places = taxonomy.edges[PART], taxonomy.edges[LOCATION]
    for reach in (parts, places):
        for start, targets in reach.items():
            for target in targets:
                assert parts.get(target, frozenset()) <= targets, (curie(start), curie(target))


def test_twins_are_not_needed(taxonomy: Taxonomy) -> None:
    """Two names of one class would be two concepts with the same datasets."""
    twins = {frozenset((curie(a), curie(b))) for a, above in taxonomy.supers.items() for b in above if taxonomy.is_a(b, a)}
    assert twins == set()


def test_identifiers_of_the_facts_are_those_of_the_sources(by_label: dict[str, str]) -> None:
    known = {"lung": "UBERON:0002048", "brain": "UBERON:0000955", "glioma": "MONDO:0021042", "heart": "UBERON:0000948"}
    assert {label: by_label[label] for label in known} == {label: expand(identifier) for label, identifier in known.items()}
