"""Every SHACL shape has a case that passes and, for each thing that it demands, one that fails; cases are found by name.

``<shape>[.<what>].valid.ttl`` conforms; ``<shape>.<what>.invalid.ttl`` breaks exactly one rule, at the path that a word of its name
stands for.
"""

from pathlib import Path

import pytest
from rdflib import RDF, SH, Graph, URIRef

from kg.namespaces import DCAT, DCTERMS, IKG
from kg.reason.shapes import violations
from kg.resources import ontology_dir

CASES = sorted((Path(__file__).parent / "shapes").glob("*.ttl"))
VALID = [p for p in CASES if p.name.endswith(".valid.ttl")]
INVALID = [p for p in CASES if p.name.endswith(".invalid.ttl")]
BROKEN_AT = {
    "title": DCTERMS.title,
    "titles": DCTERMS.title,
    "slug": DCTERMS.identifier,
    "slugs": DCTERMS.identifier,
    "year": DCTERMS.issued,
    "years": DCTERMS.issued,
    "page": DCAT.landingPage,
    "pages": DCAT.landingPage,
    "labelled": IKG.labelled,
    "labelsetcomplete": IKG.labelSetComplete,
    "modality": IKG.modality,
    "anatomy": IKG.anatomy,
    "task": IKG.task,
    "condition": IKG.condition,
    "value": IKG.value,
    "values": IKG.value,
    "unit": IKG.unit,
    "units": IKG.unit,
    "certainty": IKG.certainty,
    "certainties": IKG.certainty,
}
"""A word of an invalid case's name → the path at which the report must point."""


def shape_of(path: Path) -> str:
    return path.name.split(".")[0]


def expected_path(path: Path) -> URIRef:
    return next(BROKEN_AT[word] for word in path.name.split(".")[1].split("-") if word in BROKEN_AT)


def shapes() -> Graph:
    graph = Graph()
    for path in sorted((ontology_dir() / "shapes").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def test_every_case_says_by_its_name_what_it_is() -> None:
    assert len(VALID) + len(INVALID) == len(CASES) > 0
    assert {shape_of(p) for p in VALID} == {shape_of(p) for p in INVALID}


def test_every_shape_has_a_valid_and_an_invalid_case() -> None:
    names = {str(s).removeprefix(str(IKG)).removesuffix("Shape").lower() for s in shapes().subjects(RDF.type, SH.NodeShape)}
    assert names == {shape_of(p) for p in VALID} == {shape_of(p) for p in INVALID}


@pytest.mark.parametrize(("shape", "name"), [(IKG.DatasetShape, "dataset"), (IKG.ExtentShape, "extent")])
def test_every_rule_of_a_shape_has_a_case_that_breaks_it(shape: URIRef, name: str) -> None:
    graph = shapes()
    demanded = {graph.value(rule, SH.path) for rule in graph.objects(shape, SH.property)}
    broken = {expected_path(p) for p in INVALID if shape_of(p) == name}
    assert demanded - {IKG.extent} == broken  # what an extent must be is its own shape


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.name)
def test_a_valid_case_conforms(path: Path) -> None:
    assert violations(Graph().parse(path, format="turtle"), ontology_dir()) == ()


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.name)
def test_an_invalid_case_is_reported_where_it_is_broken(path: Path) -> None:
    found = violations(Graph().parse(path, format="turtle"), ontology_dir())
    places = {("urn:set", str(expected_path(path)))}
    if shape_of(path) == "extent":  # reported at the extent, and at the dataset that has it
        places = {("urn:set#extent", str(expected_path(path))), ("urn:set", str(IKG.extent))}
    assert {(v.focus, v.path) for v in found} == places
    assert all(v.message for v in found)


def test_violations_come_sorted_and_without_shapes_there_are_none(tmp_path: Path) -> None:
    both = Graph()
    for path in (INVALID[0], INVALID[-1]):
        both.parse(path, format="turtle")
    found = violations(both, ontology_dir())
    assert list(found) == sorted(found)
    assert found
    assert violations(both, tmp_path) == ()
