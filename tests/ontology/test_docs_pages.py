"""The pages for people say what the ontology says, and hold together."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from kg.catalogue.mappings import read_mappings
from kg.errors import MissingExtra
from kg.export.ontology_docs import write_docs
from kg.namespaces import IKG, MODULE, curie, local_name
from kg.reason.axioms import axioms_of
from kg.reason.classified import taxonomy_for
from kg.resources import ontology_dir
from kg.terms.modules import concepts_of, load_modules, module_files

KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
LINK = re.compile(r"\]\(([^)\s]+)\)")

SMALL = """
import sys
from pathlib import Path
from kg.export.ontology_docs import write_docs
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.classify import classify
from kg.terms.modules import concepts_of
from rdflib import Graph

graph = Graph().parse(sys.argv[1])
write_docs(graph, concepts_of(graph), classify(axioms_of(graph), classes_of(graph)), (), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_modules(ontology_dir())


@pytest.fixture(scope="module")
def pages(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pytest.importorskip("pylode")
    taxonomy = taxonomy_for(graph, axioms_of(graph), ontology_dir())
    modules = {path.stem: Graph().parse(path) for path in module_files(ontology_dir())}
    out = tmp_path_factory.mktemp("docs")
    written = write_docs(graph, concepts_of(graph), taxonomy, read_mappings(ontology_dir()), out, modules=modules)
    assert sorted(written) == sorted(out.iterdir())
    return {path.name: path.read_text(encoding="utf-8") for path in written}


def own_terms(graph: Graph) -> list[URIRef]:
    found = {s for kind in KINDS for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}
    return sorted(s for s in found if s.startswith(str(IKG)) and not s.startswith(str(MODULE)))


def texts(graph: Graph, term: URIRef) -> list[str]:
    found = [o for p in (RDFS.label, SKOS.definition) for o in graph.objects(term, p) if isinstance(o, Literal)]
    return [str(o) for o in found if o.language in {"en", None}]


def test_every_own_term_stands_with_its_label_and_definition(graph: Graph, pages: dict[str, str]) -> None:
    lines = [re.sub(r"\\(.)", r"\1", line) for name, text in pages.items() if name.endswith(".md") for line in text.splitlines()]
    line_of = {name: line for line in lines for name in re.findall(r'<a id="([^"]+)"></a>', line)}
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", pages["index.html"])).split())
    assert len(own_terms(graph)) > 700
    for term in own_terms(graph):
        for text in texts(graph, term):
            assert " ".join(text.split()) in line_of[local_name(term)], term
            assert " ".join(text.split()) in shown, term


def test_every_class_is_described_once(graph: Graph, pages: dict[str, str]) -> None:
    facets = [text for name, text in pages.items() if name.endswith(".md") and name != "index.md"]
    anchors = [a for text in facets for a in re.findall(r'<a id="([^"]+)"></a>\*\*', text)]
    classes = [c for c in set(graph.subjects(RDF.type, OWL.Class)) if isinstance(c, URIRef)]
    assert sorted(anchors) == sorted(local_name(c) for c in classes)


def test_every_relative_link_resolves(pages: dict[str, str]) -> None:
    found = 0
    for name, text in pages.items():
        links = LINK.findall(text) if name.endswith(".md") else re.findall(r'href="([^"]+)"', text)
        for link in links:
            page, _, anchor = link.partition("#")
            if ":" in page:
                continue
            target = pages[page or name]
            assert not anchor or f'id="{anchor}"' in target, (name, link)
            found += 1
    assert found > 2000


def test_the_tree_and_the_sentences_are_those_of_the_ontology(pages: dict[str, str]) -> None:
    modality = pages["modality.md"].splitlines()
    depth = {name: len(line) - len(line.lstrip()) for line in modality for name in re.findall(r'<a id="([^"]+)"></a>\*\*', line)}
    assert depth["ImagingModality"] == 0
    assert depth["ChestRadiography"] == depth["Radiography"] + 2
    assert "fundus photography always shows [retina](anatomy.md#UBERON_0000966)" in pages["modality.md"]
    assert "_exact:_ " in pages["modality.md"]
    assert (
        "by definition: every [disease](condition.md#MONDO_0000001) that sits in [lung](anatomy.md#UBERON_0002048)"
        in pages["condition.md"]
    )
    assert re.search(r"^\| view \| .* \| \d+ \|$", pages["index.md"], re.MULTILINE)
    assert "what has modality something that always shows a thing, depicts within that thing" in pages["index.md"]


def test_the_html_loads_nothing(pages: dict[str, str]) -> None:
    text = pages["index.html"]
    assert re.findall(r"<(?:img|iframe|object|embed|video|audio|source)\b", text) == []
    assert re.findall(r"\bsrc=|@import|url\((?!['\"]?data:)", text) == []
    assert [link for link in re.findall(r"<link\b[^>]*>", text) if 'href="data:' not in link] == []
    assert "<script" not in text
    assert "<style>" in text
    assert "This page shows the classes and properties of the imaging-kg namespace" in text


def test_two_processes_write_the_same_bytes(graph: Graph, tmp_path: Path) -> None:
    pytest.importorskip("pylode")
    names = ("core", "view", "dataset-rules", "imaging-kg", "dimensionality")
    parts = [(ontology_dir() / "modules" / f"{name}.ttl").read_text(encoding="utf-8") for name in names]
    (tmp_path / "all.ttl").write_text("\n".join(parts), encoding="utf-8")
    written = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        arguments = [sys.executable, "-c", SMALL, str(tmp_path / "all.ttl"), str(out)]
        subprocess.run(arguments, check=True, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=Path(__file__).parents[2])
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert written[0] == written[1]
    assert "other.md" in written[0]


def test_without_pylode_the_extra_is_named(graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylode", None)
    small = Graph().parse(ontology_dir() / "modules" / "imaging-kg.ttl")
    with pytest.raises(MissingExtra, match="docs"):
        write_docs(small, {}, taxonomy_for(small, axioms_of(small), tmp_path), (), tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert curie(str(IKG.CT)) == "ikg:CT"
