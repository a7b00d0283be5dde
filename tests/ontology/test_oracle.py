"""The materialised graph against the reasoner: a SPARQL answer over the release is the reasoner's own instance retrieval.

Real datasets become classes with their asserted facts as axioms; a question becomes a class defined by what is asked. The reasoner
never sees what the build inferred, and the release never sees the reasoner's answer.
"""

import random
from collections.abc import Iterable
from typing import Final

import pyelk
import pyowl_core
import pytest

from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.namespaces import BFO_PART_OF, CATALOGUE, IKG, IKGD, curie
from kg.opened import OpenRelease
from kg.reason.axioms import axioms_of, classes_of, document, some
from kg.resources import ontology_dir
from kg.terms.modules import concepts_of, load_modules

# Not traced: coverage's tracer doubles the time of such loops, and quicker tests run the same lines.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

CONJUNCTIONS: Final = 60
NESTED: Final = 30
ASKED: Final = tuple(str(IKG[p]) for p in ("condition", "depictsWithin", "modality", "relevantTo", "servesTask"))
HELPER: Final = "urn:imaging-kg:asked:"

Pair = tuple[str, str]


def rows(release: OpenRelease, query: str) -> set[tuple[str, ...]]:
    return {tuple(str(term) for term in row) for row in release.store.select(query).rows}


def values(name: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{name} {{ {' '.join(f'<{i}>' for i in iris)} }}"


@pytest.fixture(scope="module")
def datasets(release: OpenRelease) -> tuple[str, ...]:
    return tuple(sorted(d for (d,) in rows(release, f"SELECT ?d WHERE {{ ?d a <{IKG.ImagingDataset}> }}")))


@pytest.fixture(scope="module")
def asserted(release: OpenRelease, datasets: tuple[str, ...]) -> set[tuple[str, ...]]:
    """(dataset, property, concept) as the catalogue asserts them."""
    properties = [str(IKG[p]) for p in (*CONCEPT_PROPERTIES, "fieldOfView", "annotatesStructure")]
    return rows(
        release,
        f"SELECT ?d ?p ?c WHERE {{ {values('d', datasets)} {values('p', properties)} GRAPH <{CATALOGUE}> {{ ?d ?p ?c }} }}",
    )


@pytest.fixture(scope="module")
def materialised(release: OpenRelease, datasets: tuple[str, ...]) -> dict[str, set[Pair]]:
    """Dataset → every (property, concept) that the release answers with."""
    found: dict[str, set[Pair]] = {d: set() for d in datasets}
    for d, p, c in rows(release, f"SELECT ?d ?p ?c WHERE {{ {values('d', datasets)} {values('p', ASKED)} ?d ?p ?c }}"):
        found[d].add((p, c))
    return found


@pytest.fixture(scope="module")
def axioms(asserted: set[tuple[str, ...]], datasets: tuple[str, ...]) -> tuple[str, ...]:
    """The ontology, and each dataset as a class: an imaging dataset that has what is asserted of it."""
    kinds = (f"SubClassOf(<{d}> <{IKG.ImagingDataset}>)" for d in datasets)
    facts = (f"SubClassOf(<{d}> {some(p, c)})" for d, p, c in asserted)
    return (*axioms_of(load_modules(ontology_dir())), *sorted(kinds), *sorted(facts))


def retrieved(axioms: tuple[str, ...], expressions: dict[str, str], datasets: tuple[str, ...]) -> dict[str, set[str]]:
    """Dataset → the names of the expressions (functional syntax) under which the reasoner puts it."""
    extra = [f"EquivalentClasses(<{HELPER}{name}> {expression})" for name, expression in expressions.items()]
    options = pyowl_core.LoadOptions(format=pyowl_core.DocumentFormat.FUNCTIONAL, imports=pyowl_core.ImportPolicy.IGNORE)
    found: dict[str, set[str]] = {}
    with pyelk.Reasoner(document((*axioms, *extra)).encode(), load_options=options) as reasoner:
        assert not reasoner.is_inconsistent().value
        reasoner.classify().require_complete()
        for dataset in datasets:
            nodes = reasoner.superclasses(pyowl_core.Class(pyowl_core.IRI(dataset))).value
            above = {cls.iri.value for node in nodes for cls in node.members}
            found[dataset] = {iri.removeprefix(HELPER) for iri in above if iri.startswith(HELPER)}
    return found


def test_much_was_inferred(datasets: tuple[str, ...], asserted: set[tuple[str, ...]], materialised: dict[str, set[Pair]]) -> None:
    assert len(datasets) > 800
    assert all(d.startswith(str(IKGD)) for d in datasets)
    for prop in ASKED:
        have = {(d, c) for d, pairs in materialised.items() for p, c in pairs if p == prop}
        stated = {(d, c) for d, p, c in asserted if p == prop}
        assert len(have - stated) > 100, f"{curie(prop)}: hardly anything was inferred"


def test_every_question_about_one_concept_is_answered_alike(
    axioms: tuple[str, ...], datasets: tuple[str, ...], materialised: dict[str, set[Pair]]
) -> None:
    """Every question there is: each property asked of each class of the ontology, over the whole catalogue."""
    classes = classes_of(load_modules(ontology_dir()))
    questions = {f"{p}:{c}": (prop, cls) for p, prop in enumerate(ASKED) for c, cls in enumerate(classes)}
    answers = retrieved(axioms, {name: some(*pair) for name, pair in questions.items()}, datasets)
    wrong = {}
    for dataset in datasets:
        reasoned = {questions[name] for name in answers[dataset]}
        if reasoned != materialised[dataset]:
            wrong[curie(dataset)] = {
                "only the reasoner": sorted((curie(p), curie(c)) for p, c in reasoned - materialised[dataset]),
                "only the graph": sorted((curie(p), curie(c)) for p, c in materialised[dataset] - reasoned),
            }
    assert wrong == {}


def test_conjunctions_of_two_are_answered_alike(
    release: OpenRelease, axioms: tuple[str, ...], datasets: tuple[str, ...], materialised: dict[str, set[Pair]]
) -> None:
    """Half of them hold for some dataset, half are drawn from all concepts."""
    draw = random.Random(60)
    facet = {
        "condition": "condition",
        "depictsWithin": "anatomy",
        "modality": "modality",
        "relevantTo": "anatomy",
        "servesTask": "task",
    }
    of_facet: dict[str, list[str]] = {}
    for iri, concept in concepts_of(load_modules(ontology_dir())).items():
        of_facet.setdefault(concept.facet, []).append(iri)
    everything = [(str(IKG[p]), c) for p, f in facet.items() for c in of_facet[f]]
    rich = [sorted(pairs) for pairs in materialised.values() if len(pairs) > 1]
    held = [sorted(draw.sample(pairs, 2)) for pairs in draw.choices(rich, k=CONJUNCTIONS // 2)]
    drawn = [sorted(draw.sample(everything, 2)) for _ in range(CONJUNCTIONS // 2)]
    questions = {str(n): pair for n, pair in enumerate((*held, *drawn))}
    asked = {n: f"ObjectIntersectionOf({some(*one)} {some(*other)})" for n, (one, other) in questions.items()}
    answers = retrieved(axioms, asked, datasets)
    empty = 0
    for n, ((p, c), (q, d)) in questions.items():
        graph = rows(release, f"SELECT ?d WHERE {{ {values('d', datasets)} ?d <{p}> <{c}> ; <{q}> <{d}> }}")
        assert {x for (x,) in graph} == {x for x in datasets if n in answers[x]}, asked[n]
        empty += not graph
    assert 0 < empty < CONJUNCTIONS


def test_questions_through_a_part_are_answered_alike(
    release: OpenRelease, axioms: tuple[str, ...], datasets: tuple[str, ...], materialised: dict[str, set[Pair]]
) -> None:
    """ "Relevant to something that is part of X" is a join of two materialised triples, and a nested expression to the reasoner."""
    draw = random.Random(30)
    prop = str(IKG.relevantTo)
    sites = sorted({c for pairs in materialised.values() for p, c in pairs if p == prop})
    questions = {str(n): site for n, site in enumerate(draw.sample(sites, NESTED))}
    nested = {n: f"ObjectSomeValuesFrom(<{prop}> {some(str(BFO_PART_OF), site)})" for n, site in questions.items()}
    answers = retrieved(axioms, nested, datasets)
    hits = 0
    for n, site in questions.items():
        graph = rows(
            release, f"SELECT DISTINCT ?d WHERE {{ {values('d', datasets)} ?d <{prop}> ?x . ?x <{BFO_PART_OF}> <{site}> }}"
        )
        assert {x for (x,) in graph} == {x for x in datasets if n in answers[x]}, curie(site)
        hits += len(graph)
    assert hits > NESTED
