"""Answers as values: their views, and the conveniences of the package."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import XSD

import kg
import kg.search.page
from kg.client import connect, default
from kg.client.connect import _opened
from kg.errors import MissingExtra, ServiceError
from kg.results import Hit, SearchResult, SparqlResult
from kg.results.views import html_table
from kg.store.forms import Form

ROOT = Path(__file__).parents[2]
HIT = {
    "id": "a",
    "iri": "https://w3id.org/imaging-kg/dataset/a",
    "name": "<A & B>",
    "score": 0.5,
    "reasons": ["x", "y"],
    "parts": {"text": 1.0},
}
BODY: dict[str, Any] = {
    "query": {"text": "<b>CT</b>", "mentions": [], "constraints": [], "unread": [{"text": "qux", "suggestions": []}]},
    "total": 7, "strict": [HIT, HIT | {"id": "b"}], "near": [HIT | {"missing": ["size unknown"]}], "sparql": "SELECT", "page": {"next": "n"},
}  # fmt: skip


def test_a_result_is_the_list_of_its_hits() -> None:
    found = SearchResult.of(BODY)
    assert [h.id for h in found] == ["a", "b"]
    assert (len(found), found.total, found[1].id, [h.id for h in found[:1]]) == (2, 7, "b", ["a"])
    assert found.near[0].missing == ("size unknown",)
    assert found.next == "n"
    assert found == SearchResult.of(BODY)
    assert found != SearchResult.of(BODY | {"total": 8})
    assert "7 datasets match, 2 shown, 1 near; not understood: qux" in repr(found)
    with pytest.raises(AttributeError):
        found.total = 3  # type: ignore[misc]


def test_what_a_body_holds_is_escaped_in_a_notebook() -> None:
    html = SearchResult.of(BODY)._repr_html_()
    assert "<b>" not in html
    assert "&lt;A &amp; B&gt;" in html
    assert html.count("<tr>") == 3


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_makes_markup(heading: str, cell: str) -> None:
    html = html_table(heading, [{"c": cell}])
    assert html.count("<") == html_table("", [{"c": ""}]).count("<")


def test_a_table_has_a_row_for_each_hit() -> None:
    frame = SearchResult.of(BODY).to_pandas()
    assert list(frame.columns) == ["id", "name", "score", "reasons"]
    assert list(frame["reasons"]) == ["x; y", "x; y"]


def test_without_pandas_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra) as caught:
        SearchResult.of(BODY).to_pandas()
    assert caught.value.remedy == "pip install 'imaging-kg[pandas]'"


def test_a_hit_without_a_score_has_none() -> None:
    assert Hit.of({"id": "a", "iri": "i", "name": "n"}).score is None


SELECT = b"""{"head": {"vars": ["a", "b"]}, "results": {"bindings": [
  {"a": {"type": "uri", "value": "urn:a"}, "b": {"type": "literal", "value": "007", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
  {"a": {"type": "bnode", "value": "x"}},
  {"b": {"type": "literal", "value": "Niere", "xml:lang": "de"}}]}}"""


def test_terms_stay_as_the_store_wrote_them() -> None:
    found = SparqlResult.of("SELECT ?a ?b { }", SELECT)
    assert found.rows[0] == (URIRef("urn:a"), Literal("007", datatype=XSD.integer, normalize=False))
    assert str(found.rows[0][1]) == "007"
    assert found.rows[1] == (BNode("x"), None)
    assert found.rows[2] == (None, Literal("Niere", lang="de"))
    assert next(iter(found.to_pandas()["b"])) == 7
    assert (found.form, len(found), bool(found), len(found.to_rdflib())) == (Form.SELECT, 3, True, 0)
    assert "urn:a" in found._repr_html_()


def test_the_other_forms() -> None:
    no = SparqlResult.of("ASK { }", b'{"head": {}, "boolean": false}')
    assert (bool(no), no.boolean, repr(no)) == (False, False, "<SparqlResult: ASK False>")
    graph = SparqlResult.of("CONSTRUCT WHERE { ?s ?p ?o }", b'<urn:a> <urn:b> "c" .\n')
    assert isinstance(graph.to_rdflib(), Graph)
    assert len(graph) == 1
    assert list(graph.to_pandas().columns) == ["subject", "predicate", "object"]
    empty = SparqlResult.of("SELECT ?a { }", b'{"head": {"vars": ["a"]}, "results": {"bindings": []}}')
    assert not empty
    assert list(empty.to_pandas().columns) == ["a"]


def test_the_package_of_the_search_can_be_called(release_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing a module of ``kg.search`` binds the package to the name: it must still be the function."""
    monkeypatch.setenv("IMAGING_KG_RELEASE", str(release_dir))
    _opened.cache_clear()
    assert kg.search.page.View().limit == 20  # type: ignore[attr-defined]  # a function to the type checker, a package as well at run time
    found = kg.search("renal CT", limit=2)
    assert len(found) == 2
    assert kg.fuse(["LiTS"], limit=1)[0].id
    default().close()
    _opened.cache_clear()


def test_the_default_release_is_opened_once(release_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGING_KG_RELEASE", str(release_dir))
    _opened.cache_clear()
    seen: list[object] = []
    threads = [threading.Thread(target=lambda: seen.append(default())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(found) for found in seen}) == 1
    default().close()
    _opened.cache_clear()


def test_importing_the_package_loads_no_engine() -> None:
    code = "import sys, kg; sys.exit(', '.join({'pyoxigraph', 'httpx', 'rdflib', 'pandas', 'fastapi'} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_there_is_nothing_else_in_the_package() -> None:
    with pytest.raises(AttributeError, match="colour"):
        kg.colour  # type: ignore[attr-defined]  # noqa: B018


def test_connect_tells_an_address_from_a_folder(tmp_path: Path) -> None:
    assert repr(connect("http://127.0.0.1:1")) == "RemoteRelease('http://127.0.0.1:1')"
    with pytest.raises(ServiceError):
        connect("gopher://example.org")
