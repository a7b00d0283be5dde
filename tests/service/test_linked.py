"""Linked data: IRIs lead to documents, in the format that the client wants."""

import httpx2 as httpx
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

FORMATS = {
    "text/html": "html",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
LIDC = URIRef("https://w3id.org/imaging-kg/dataset/lidc-idri")


@pytest.mark.parametrize("path", ["/dataset/lidc-idri", "/id/dataset/lidc-idri"])
@pytest.mark.parametrize(("accept", "suffix"), FORMATS.items())
def test_a_dataset_leads_to_its_document(client: httpx.Client, path: str, accept: str, suffix: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/dataset/lidc-idri.{suffix}"
    assert "Accept" in answer.headers["vary"]
    document = client.get(answer.headers["location"])
    assert document.status_code == 200
    assert document.headers["content-type"].startswith(accept)
    assert document.headers["content-location"] == f"/dataset/lidc-idri.{suffix}"
    if suffix in PARSERS:
        graph = Graph().parse(data=document.content, format=PARSERS[suffix])
        assert (LIDC, DCTERMS.title, Literal("LIDC-IDRI")) in graph


def test_a_browser_gets_html_and_nonsense_gets_406(client: httpx.Client) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/dataset/lidc-idri", headers={"Accept": browser}).headers["location"].endswith(".html")
    assert client.get("/dataset/lidc-idri", headers={"Accept": "image/png"}).status_code == 406
    assert client.get("/dataset/lidc-idri", headers={"Accept": "text/html;q=0, text/turtle"}).headers["location"].endswith(".ttl")


def test_concepts_by_own_iri_curie_and_mapped_identifier(client: httpx.Client) -> None:
    assert client.get("/ontology/CT", follow_redirects=True).status_code == 200
    assert "kidney" in client.get("/term/RADLEX:RID205.html").text
    found = client.get("/resolve", params={"iri": "http://snomed.info/id/39607008"}, headers={"Accept": "text/turtle"})
    assert (found.status_code, found.headers["location"]) == (303, "/term/UBERON:0002048.ttl")


def test_unknown_things_are_404_or_422(client: httpx.Client) -> None:
    assert client.get("/dataset/nosuch").status_code == 404
    assert client.get("/ontology/NoSuchClass").status_code == 422


def test_pages_load_nothing_from_outside(client: httpx.Client) -> None:
    for path in ("/", "/search?q=GBM", "/dataset/lidc-idri.html", "/term/UBERON:0002113.html", "/docs"):
        text = client.get(path).text
        for attribute in ('src="http', 'src="//', 'href="//', "@import", "url(http"):
            assert attribute not in text, (path, attribute)
        for line in text.split("<link")[1:]:
            assert 'href="http' not in line.split(">")[0], path


def test_a_name_that_looks_like_markup_stays_text(client: httpx.Client) -> None:
    text = client.get("/search", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in text
