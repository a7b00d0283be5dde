"""What a person gets from ``/sparql``: a page of the answer; and the parameter with which a link is a file (rows P5, L3, 2 and 8)."""

import csv
import io
from html import unescape
from html.parser import HTMLParser

import httpx2 as httpx
import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
NAMED = 'SELECT ?d ?name { ?d a ikg:ImagingDataset ; dcterms:title ?name FILTER(STR(?name) = "LIDC-IDRI") }'
MANY = "SELECT ?s ?p { ?s ?p ?o } LIMIT 2000"


class Read(HTMLParser):
    """The links, table cells, and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.rows = 0
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rows += tag == "tr"
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def page(client: httpx.Client, query: str, status: int = 200, **more: str) -> Read:
    answer = client.get("/sparql", params={"query": query, **more}, headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), answer.text[:300]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert unescape(answer.text).count(query)  # the query stands in the form again
    return Read(answer.text)


def test_a_browser_gets_a_page_of_the_answer(client: httpx.Client) -> None:
    found = page(client, NAMED)
    assert "1 row." in found.text
    assert found.rows == 2
    assert "/dataset/lidc-idri" in found.links
    outside = page(client, "SELECT ?x ?y { VALUES (?x ?y) { (<https://example.org/a?b=1&c> UBERON:0002113) (<urn:x> 'de'@de) } }")
    assert {"https://example.org/a?b=1&c", "/term/UBERON:0002113"} <= set(outside.links)
    assert "urn:x" not in outside.links
    assert "UBERON:0002113" in outside.text
    assert "@de" in outside.text
    assert "xsd:gYear" in page(client, "SELECT (STRDT('2020', xsd:gYear) AS ?y) {}").text


def test_a_page_holds_back_rows_and_says_so(client: httpx.Client) -> None:
    found = page(client, MANY)
    assert "The first 200 of 2,000 rows" in found.text
    assert found.rows == 201
    whole = next(link for link in found.links if link.endswith("format=csv"))
    rows = list(csv.reader(io.StringIO(client.get(whole, headers={"Accept": BROWSER}).text)))
    assert len(rows) == 2001
    assert "0 rows." in page(client, "SELECT ?s { ?s a <urn:nothing> }").text


@pytest.mark.parametrize(("query", "said"), [("ASK { ?s a ikg:ImagingDataset }", "Yes"), ("ASK { ?s a <urn:nothing> }", "No")])
def test_a_truth_value_is_said(client: httpx.Client, query: str, said: str) -> None:
    assert said in page(client, query).text.split()


def test_a_graph_is_shown_as_triples(client: httpx.Client) -> None:
    found = page(client, "CONSTRUCT { ?d dcterms:title ?n } WHERE { ?d a ikg:ImagingDataset ; dcterms:title ?n } LIMIT 3")
    assert "3 rows." in found.text
    assert "dcterms:title" in found.text
    assert client.get(next(x for x in found.links if x.endswith("format=ttl"))).headers["content-type"].startswith("text/turtle")


def test_a_query_at_fault_is_a_page_with_its_place(client: httpx.Client) -> None:
    query = "SELECT ?s {\n  ?s a ?b .\n  FILTR(?b) }"
    told = client.get("/sparql", params={"query": query}).json()
    found = page(client, query, 400)
    assert told["line"] == 3
    assert f"Line 3, column {told['column']}:" in found.text
    assert f"  FILTR(?b) }}\n{' ' * (told['column'] - 1)}^" in found.text


def test_the_caps_hold_for_a_page(client: httpx.Client) -> None:
    page(client, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 503, timeout="1")


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        (None, "application/sparql-results+json"), ("*/*", "application/sparql-results+json"), ("text/html", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"), ("text/html;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("application/xhtml+xml", "text/html; charset=utf-8"), ("application/xml", "application/sparql-results+xml"),
    ],
)  # fmt: skip
def test_a_page_is_only_for_who_prefers_one(client: httpx.Client, accept: str | None, sent: str) -> None:
    client.headers.pop("accept", None)
    answer = client.get("/sparql", params={"query": NAMED}, headers={"Accept": accept} if accept else {})
    assert answer.headers["content-type"] == sent


def test_the_page_and_the_file_have_tags_of_their_own(client: httpx.Client) -> None:
    tags = {
        client.get("/sparql", params={"query": NAMED}, headers={"Accept": kind}).headers["etag"]
        for kind in ("text/html", "text/tab-separated-values", "application/sparql-results+json")
    }
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("name", "sent"),
    [("csv", "text/csv"), ("tsv", "text/tab-separated-values"), ("json", "application/sparql-results+json"),
     ("xml", "application/sparql-results+xml"), ("html", "text/html")],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_names_the_format_of_a_table(client: httpx.Client, method: str, name: str, sent: str) -> None:
    fields = {"query": NAMED, "format": name}
    headers = {"Accept": "image/png"}
    given = client.get("/sparql", params=fields, headers=headers) if method == "GET" else None
    answer = given or client.post("/sparql", data=fields, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == sent
    assert "LIDC-IDRI" in answer.text


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld", "nq", "trig"])
def test_a_parameter_names_the_format_of_a_graph(client: httpx.Client, name: str) -> None:
    query = "CONSTRUCT WHERE { ?d a ikg:ImagingDataset } LIMIT 1"
    assert client.get("/sparql", params={"query": query, "format": name}).status_code == 200


@pytest.mark.parametrize("name", ["xls", "ttl", "", "text/csv"])
def test_an_unknown_format_is_refused_with_those_that_there_are(client: httpx.Client, name: str) -> None:
    answer = client.get("/sparql", params={"query": NAMED, "format": name})
    assert answer.status_code == 400
    assert all(f"{there}" in answer.json()["detail"] for there in ("json", "xml", "csv", "tsv", "html"))


def test_other_parameters_are_nobodys_business(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": NAMED, "should-sponge": "soft", "debug": "on"}).status_code == 200


def test_an_example_is_shown_alike(client: httpx.Client) -> None:
    answer = client.get("/examples/cq001-renal-is-kidney/run", headers={"Accept": BROWSER})
    found = Read(answer.text)
    assert f"{found.rows - 1} rows." in found.text
    assert client.get(next(x for x in found.links if "csv" in x)).headers["content-type"] == "text/csv; charset=utf-8"
