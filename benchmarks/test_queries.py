"""The embedded store against rdflib's own, on the real release and in the same run: ``pytest benchmarks --benchmark-only``.

Read the ratios of the groups, not the seconds.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from rdflib import Dataset

import kg
from kg.build import build
from kg.opened import OpenRelease
from kg.resources import catalogue_dir, ontology_dir

PREFIXES = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
PREFIX UBERON: <http://purl.obolibrary.org/obo/UBERON_>
PREFIX BFO: <http://purl.obolibrary.org/obo/BFO_>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
QUERIES = {
    "closure": "SELECT ?d { ?d ikg:relevantTo UBERON:0002113 ; ikg:modality ikg:CT ; ikg:task ikg:ImageSegmentation }",
    "path": "SELECT DISTINCT ?d { ?a (rdfs:subClassOf|BFO:0000050)* UBERON:0002113 . ?d ikg:anatomy ?a ; ikg:modality ikg:CT }",
    "facet": "SELECT ?m (COUNT(DISTINCT ?d) AS ?n) { ?d a ikg:ImagingDataset ; ikg:modality ?m } GROUP BY ?m",
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenRelease]:
    folder: Path = tmp_path_factory.mktemp("releases")
    build(catalogue_dir(), ontology_dir(), folder)
    with kg.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def rival(release: OpenRelease) -> Dataset:
    return release.dataset()


@pytest.mark.parametrize("name", QUERIES)
def test_oxigraph(benchmark: BenchmarkFixture, release: OpenRelease, name: str) -> None:
    benchmark.group = name
    assert benchmark(lambda: release.store.select(PREFIXES + QUERIES[name]).rows)


@pytest.mark.parametrize("name", QUERIES)
def test_rdflib(benchmark: BenchmarkFixture, rival: Dataset, name: str) -> None:
    benchmark.group = name
    run = benchmark.pedantic
    assert run(lambda: list(rival.query(PREFIXES + QUERIES[name])), rounds=3, iterations=1)  # type: ignore[no-untyped-call]  # untyped there
