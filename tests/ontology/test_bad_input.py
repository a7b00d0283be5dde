"""What is wrong with an ontology is named: the file and line, the axioms that clash, the claims that use what is gone."""

import shutil
import time
from pathlib import Path

import pytest
from rdflib import Graph

from kg.build import build
from kg.errors import CatalogueError, ReasonerError
from kg.namespaces import IKG
from kg.reason.apart import classify_apart
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.classify import classify
from kg.release import current
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.modules import labels, load_modules

HEAD = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
PART = "rdfs:subClassOf [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom {} ] ."


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """A copy of the ontology that a test may spoil."""
    return shutil.copytree(ontology_dir(), tmp_path / "ontology")


def spoil(ontology: Path, text: str) -> None:
    (ontology / "modules" / "zz-spoilt.ttl").write_text(HEAD + text, encoding="utf-8")


def test_a_module_that_is_no_turtle_is_named_with_its_line(ontology: Path) -> None:
    spoil(ontology, "ikg:A a owl:Class ;\n  rdfs:label [ .\n")
    with pytest.raises(CatalogueError) as caught:
        load_modules(ontology)
    assert caught.value.file.endswith("zz-spoilt.ttl")
    assert caught.value.line == 6
    assert "Bad syntax" in caught.value.rule


def test_a_module_that_is_no_text_is_named(ontology: Path) -> None:
    (ontology / "modules" / "zz-spoilt.ttl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"zz-spoilt\.ttl"):
        load_modules(ontology)


@pytest.mark.slow
def test_an_empty_class_stops_the_build_names_the_axioms_and_leaves_the_release(
    ontology: Path, tmp_path: Path, release_dir: Path
) -> None:
    releases = shutil.copytree(release_dir, tmp_path / "releases")
    before = current(releases)
    assert before is not None
    held = {path: path.read_bytes() for path in before.rglob("*") if path.is_file()}
    spoil(ontology, "ikg:MRI rdfs:subClassOf ikg:XRayBasedImaging .")
    with pytest.raises(ReasonerError) as caught:
        build(catalogue_dir(), ontology, releases)
    reason = caught.value.reason
    assert "nothing can be a magnetic resonance imaging" in reason
    assert "magnetic resonance imaging is a kind of X-ray-based imaging" in reason
    assert "nothing is two of: " in reason
    assert current(releases) == before
    assert held == {path: path.read_bytes() for path in before.rglob("*") if path.is_file()}
    assert not list(releases.glob(".building-*"))


def test_an_ontology_without_any_model_names_the_axioms() -> None:
    graph = Graph().parse(data=HEAD + "ikg:A a owl:Class ; owl:disjointWith ikg:B . ikg:B a owl:Class .", format="turtle")
    axioms = (*axioms_of(graph), *(f"SubClassOf(<http://www.w3.org/2002/07/owl#Thing> <{IKG[n]}>)" for n in "AB"))
    with pytest.raises(ReasonerError, match=r"the ontology contradicts itself: .*nothing is two of: ikg:A, ikg:B"):
        classify(axioms, classes_of(graph))


def test_a_cyclic_part_of_names_the_circle(ontology: Path) -> None:
    spoil(ontology, "obo:UBERON_0000033 " + PART.format("obo:UBERON_0000955"))
    graph = load_modules(ontology)
    with pytest.raises(ReasonerError) as caught:
        classify(axioms_of(graph), classes_of(graph), label=labels(graph))
    assert "would be a part of itself" in caught.value.reason
    assert "head is part of brain" in caught.value.reason
    assert "brain is part of head" in caught.value.reason


def test_a_mapping_to_an_unknown_subject_stops_the_build(ontology: Path, tmp_path: Path) -> None:
    path = ontology / "mappings" / "snomed.sssom.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("ikg:CT\t", "ikg:Gone\t"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="ikg:Gone is no concept of the ontology"):
        build(catalogue_dir(), ontology, tmp_path / "releases")


def test_a_concept_that_is_gone_while_claims_use_it_names_the_claims(ontology: Path, tmp_path: Path) -> None:
    path = ontology / "modules" / "task.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("ikg:ReportGeneration\n", "ikg:Renamed\n"), encoding="utf-8")
    for table in (ontology / "mappings").glob("*.tsv"):
        table.write_text(table.read_text(encoding="utf-8").replace("ikg:ReportGeneration\t", "ikg:Renamed\t"), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        build(catalogue_dir(), ontology, tmp_path / "releases")
    assert caught.value.file.endswith("claims.tsv")
    assert "ikg:ReportGeneration is not in the ontology" in caught.value.rule
    assert f"line {caught.value.line} (" in caught.value.rule


@pytest.mark.slow
def test_a_classification_is_killed_at_its_deadline() -> None:
    graph = load_modules(ontology_dir())
    started = time.monotonic()
    with pytest.raises(ReasonerError, match="no classification after 1 second"):
        classify_apart(axioms_of(graph), classes_of(graph), seconds=1)
    assert time.monotonic() - started < 60, "it was waited for, not killed"


@pytest.mark.slow
def test_a_classification_apart_says_what_one_here_says() -> None:
    graph = Graph().parse(data=HEAD + "ikg:A a owl:Class ; rdfs:subClassOf ikg:B . ikg:B a owl:Class .", format="turtle")
    stages: list[str] = []
    apart = classify_apart(axioms_of(graph), classes_of(graph), tick=stages.append)
    assert apart == classify(axioms_of(graph), classes_of(graph))
    assert stages == ["classifying", "reading the hierarchy"]
    broken = Graph().parse(data=HEAD + "ikg:A a owl:Class ; owl:disjointWith ikg:A .", format="turtle")
    with pytest.raises(ReasonerError, match="nothing can be an ikg:A"):
        classify_apart(axioms_of(broken), classes_of(broken))
