"""DCAT, schema.org, Croissant, citations: what they say is what the graph says, and the validators of each form agree."""

import json
import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import mlcroissant as mlc
import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.namespace import DCTERMS, PROV

from kg.catalogue.triples import Triple
from kg.export.citation import bibtex, csl
from kg.export.croissant import VERSION, croissant
from kg.export.dcat import catalogue_dcat, dataset_dcat, distribution_dcat, release_dcat
from kg.export.record import Agent, Record, Term, Terms, counted
from kg.export.schema_org import dataset_schema_org
from kg.knowledge import DatasetView
from kg.namespaces import BASE, DCAT, IKG
from kg.opened import OpenRelease

SHAPES = Path(__file__).parent / "dcat-ap.ttl"
SAMPLE = 40  # datasets for the quick suite; the slow one takes all
VERSION_IRI = f"{BASE}release/0123"


def graph_of(triples: Any) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def whole(records: dict[str, Record]) -> Graph:
    files = distribution_dcat(
        VERSION_IRI, f"{BASE}dumps/0123/x.nq.gz", "N-Quads", "application/n-quads", "application/gzip", 12, "0a" * 32
    )
    return graph_of(chain(catalogue_dcat(records, "0123"), release_dcat(VERSION_IRI, "0123", "1.0"), files))


def every(records: dict[str, Record], step: int) -> dict[str, Record]:
    """Some datasets; of what they lead to, only those that are among them: a link that leads out of the sample is no fault."""
    some = dict(islice(records.items(), 0, None, step))
    known = {r.view.iri for r in some.values()}

    def within(found: Mapping[str, tuple[Term, ...]] | None) -> dict[str, tuple[Term, ...]]:
        return {p: tuple(t for t in ts if t.iri in known) for p, ts in (found or {}).items()}

    return {i: replace(r, related=within(r.related), related_from=within(r.related_from)) for i, r in some.items()}


def faults(graph: Graph, shapes: Graph) -> list[str]:
    ontology = Graph()
    for narrow, wide in ((DCAT.Dataset, DCAT.Resource), (DCAT.DataService, DCAT.Resource), (DCAT.DatasetSeries, DCAT.Resource)):
        ontology.add((narrow, RDFS.subClassOf, wide))
    ontology.add((DCAT.Catalog, RDFS.subClassOf, DCAT.Dataset))
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=ontology, inference="none")
    assert isinstance(report, Graph)
    return sorted(
        f"{report.value(r, SH.focusNode)} {report.value(r, SH.resultPath)} {report.value(r, SH.resultMessage)}"
        for r in report.subjects(RDF.type, SH.ValidationResult)
        # The range rdfs:Resource holds of anything at all; that the catalogue, as a kind of dataset, has themes is no rule of the profile.
        if "rdfs:Resource" not in str(report.value(r, SH.resultMessage))
        and report.value(r, SH.focusNode) != URIRef(f"{BASE}catalogue")
    )


def our_shapes() -> Graph:
    return Graph().parse(SHAPES)


def test_d1_a_part_of_the_catalogue_keeps_the_rules_of_dcat_ap(release: OpenRelease) -> None:
    graph = whole(every(release.records, len(release.records) // SAMPLE))
    assert faults(graph, our_shapes()) == []
    kinds = {DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService, DCAT.DatasetSeries, DCAT.CatalogRecord}
    assert kinds <= set(graph.objects(None, RDF.type))
    assert (URIRef(VERSION_IRI), DCAT.isVersionOf, URIRef(f"{BASE}void#imaging-kg")) in graph


@pytest.mark.slow
def test_d1_the_whole_catalogue_keeps_the_rules_of_dcat_ap(release: OpenRelease) -> None:
    graph = whole(release.records)
    assert faults(graph, our_shapes()) == []
    assert len(set(graph.objects(URIRef(f"{BASE}catalogue"), DCAT.dataset))) >= len(release.records)


def test_d1_the_shapes_bite(release: OpenRelease) -> None:
    graph = whole(every(release.records, len(release.records) // 4))
    node = next(graph.subjects(RDF.type, DCAT.Distribution))
    graph.remove((node, DCAT.accessURL, None))
    graph.remove((URIRef(f"{BASE}catalogue"), DCTERMS.description, None))
    some = URIRef(next(iter(release.records.values())).view.iri)
    graph.remove((some, DCTERMS.title, None))
    found = faults(graph, our_shapes())
    assert any(f.startswith(f"{node} {DCAT.accessURL}") for f in found)
    assert any(f.startswith(f"{some} {DCTERMS.title}") for f in found)


def test_d1_the_official_shapes_agree(release: OpenRelease) -> None:
    path = os.environ.get("IMAGING_KG_DCAT_AP_SHAPES")
    if not path:
        pytest.skip("IMAGING_KG_DCAT_AP_SHAPES names no file of the official shapes")
    official = Graph().parse(path, format="json-ld" if path.endswith("jsonld") else "turtle")
    assert faults(whole(release.records), official) == []


def validated(record: Record, tmp_path: Path) -> list[str]:
    """The errors that mlcroissant finds; it says them by raising."""
    path = tmp_path / "croissant.json"
    path.write_text(json.dumps(croissant(record)), encoding="utf-8")
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mlc.Dataset(path)
    except mlc.ValidationError as error:
        return [str(error)]
    finally:
        logging.disable(logging.NOTSET)
    return []


def test_c7_croissant_is_valid(release: OpenRelease, tmp_path: Path) -> None:
    for record in islice(release.records.values(), 0, None, len(release.records) // 25):
        assert validated(record, tmp_path) == [], record.view.id


@pytest.mark.slow
def test_c7_croissant_is_valid_for_every_dataset(release: OpenRelease, tmp_path: Path) -> None:
    assert {r.view.id: found for r in release.records.values() if (found := validated(r, tmp_path))} == {}


def test_c7_a_broken_croissant_is_found_broken(release: OpenRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import kg.export.croissant as module

    monkeypatch.setattr(module, "_CONTEXT", {"sc": "https://schema.org/"})
    with pytest.raises((AssertionError, ValueError, KeyError)):
        assert validated(release.records["lidc-idri"], tmp_path) == []


def test_c7_terms_of_use_are_duo_and_odrl_and_no_file_is_invented(release: OpenRelease) -> None:
    found = croissant(release.records["lidc-idri"])
    assert found["conformsTo"] == VERSION
    assert found["license"] == "https://creativecommons.org/licenses/by/3.0/"
    assert "distribution" not in found
    (policy,) = found["usageInfo"]
    assert {"odrl:action": {"@id": "odrl:attribute"}} in policy["odrl:obligation"]
    bound = [r for r in release.records.values() if r.terms.data_use]
    assert bound
    assert all(u in croissant(r)["usageInfo"] for r in bound for u in r.terms.data_use)
    silent = next(r for r in release.records.values() if not r.licences and not r.terms.data_use)
    assert not {"license", "usageInfo"} & croissant(silent).keys()


def test_d2_descriptions_have_the_length_that_search_engines_take(release: OpenRelease) -> None:
    assert [r.view.id for r in release.records.values() if not 50 <= len(r.summary) <= 5000] == []


def test_d2_only_what_is_known_is_said(release: OpenRelease) -> None:
    for record in release.records.values():
        found = dataset_schema_org(record)
        assert ("license" in found) == bool(record.licence_pages)
        assert ("datePublished" in found) == bool(record.view.year)
        assert found.get("isAccessibleForFree") in {None, True}
        assert not {"distribution", "creator"} & found.keys()
        if found.get("isAccessibleForFree"):
            assert str(IKG.OpenDownload) in {t.iri for t in record.facts["accessLevel"]}


def test_a_licence_of_several_permits_what_each_permits_and_prohibits_what_any_does(release: OpenRelease) -> None:
    several = [r for r in release.records.values() if len(r.licences) > 1]
    assert several
    for record in several:
        assert not set(record.terms.permits) & set(record.terms.prohibits)
        assert not [t for t in dataset_dcat(record) if t[1] == DCTERMS.license and str(t[0]).endswith("#distribution")]


def small(**more: Any) -> Record:
    view = DatasetView("a-b", "A & B_1", year=2020, homepage="https://a.org/", asserted={}, entailed={})
    return Record(view, {}, **more)


def test_several_publishers_are_attributed_and_one_is_the_publisher() -> None:
    one, two = Agent("One", f"{BASE}organisation/one"), Agent("Two", f"{BASE}organisation/two")

    def said(record: Record) -> list[Triple]:
        return [t for t in dataset_dcat(record) if t[1] in {DCTERMS.publisher, PROV.agent}]

    assert [t[1] for t in said(small(publishers=(one,)))] == [DCTERMS.publisher]
    assert [t[1] for t in said(small(publishers=(one, two)))] == [PROV.agent, PROV.agent]


def test_citations_escape_and_name_no_author() -> None:
    record = small(publishers=(Agent("C%", f"{BASE}organisation/c"),), doi="https://doi.org/10.1/x")
    text = bibtex(record)
    assert r"title = {{A \& B\_1}}" in text
    assert r"publisher = {{C\%}}" in text
    assert "doi = {10.1/x}" in text
    assert "author" not in text
    assert csl(record) == {
        "id": f"{BASE}dataset/a-b", "type": "dataset", "title": "A & B_1", "publisher": "C%", "issued": {"date-parts": [[2020]]},
        "DOI": "10.1/x", "URL": "https://a.org/",
    }  # fmt: skip


def test_a_short_description_is_completed_by_facts() -> None:
    view = DatasetView("x", "X", description="CT of mice.")
    record = Record(view, {"modality": (Term("computed tomography", str(IKG.CT)),)})
    assert record.summary == "CT of mice. X, a medical-imaging dataset. Modality: computed tomography."


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [("study", 2, "studies"), ("series", 2, "series"), ("image", 1, "image"), ("patient", 0, "patients")],
)
def test_units_are_counted_in_english(unit: str, value: int, said: str) -> None:
    assert counted(unit, value) == said


def test_terms_are_empty_where_nothing_is_known() -> None:
    assert Terms() == small().terms
    assert "usageInfo" not in croissant(small())
