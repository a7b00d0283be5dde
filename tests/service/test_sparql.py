"""`/sparql` over a tiny store on disk: the protocol, its refusals, and a deadline that is kept."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from fastapi import FastAPI
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, Graph, Namespace
from starlette.testclient import TestClient

from kg import errors
from kg.errors import QueryTooLarge
from kg.namespaces import CATALOGUE, CLAIMS
from kg.store.quads import write_store
from service.negotiate import TABLES
from service.problems import TABLE, install, kind_of
from service.routers.sparql import sparql_router
from service.sparql.desk import Desk
from service.sparql.formats import RESULT_GRAPHS
from service.sparql.pool import SparqlPool
from tests.service.desks import served

JSON = TABLES[0]
SELECT = "SELECT ?n { <urn:d:1> <urn:size> ?n }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f) }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sparql") / "store"
    lines = [f'<urn:d:{n}> <urn:size> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> <{CATALOGUE}> .\n' for n in range(400)]
    lines += [f'<urn:d:1> <urn:name> "größe + 100%"@de <{CATALOGUE}> .\n', f"<urn:d:1> <urn:says> <urn:x> <{CLAIMS['s']}> .\n"]
    write_store(found, "".join(lines).encode())
    return found


@pytest.fixture(scope="module")
def pool(folder: Path) -> Iterator[SparqlPool]:
    found = SparqlPool(folder, size=2, timeout=5, cap=8, largest=1_000_000)
    yield found
    found.close()


@pytest.fixture(scope="module")
def client(pool: SparqlPool) -> Iterator[TestClient]:
    app = served(FastAPI())
    app.state.desk = Desk.over(pool, cpu=600)
    app.include_router(sparql_router())
    install(app)
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def graph_of(body: bytes, media_type: str) -> Graph:
    """A body as a graph. Oxigraph reads it: rdflib's JSON-LD parser uses what rdflib itself has deprecated."""
    lines = "".join(f"{quad.triple} .\n" for quad in parse(body, format=RdfFormat.from_media_type(media_type), base_iri="urn:x:"))
    return Graph().parse(data=lines, format="nt")


def problem(response: Any, status: int, slug: str) -> dict[str, Any]:
    """The problem document of a response, checked for what each must have."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["type"].endswith(f"/errors/{slug}")
    assert body["status"] == status
    assert body["instance"] == "/sparql"
    return body


# --- the three ways to ask


def test_get(client: TestClient) -> None:
    response = client.get("/sparql", params={"query": SELECT})
    assert response.status_code == 200
    assert response.headers["content-type"] == JSON
    assert response.headers["vary"] == "Accept"
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "1"


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_a_form_is_decoded_once(client: TestClient, method: str) -> None:
    query = "SELECT ?x { BIND('a+b %2B ü & = 100%25' AS ?x) }"
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    response = client.request(method, "/sparql", content=f"query={quote_plus(query)}", headers=form)
    assert response.json()["results"]["bindings"][0]["x"]["value"] == "a+b %2B ü & = 100%25"


@pytest.mark.parametrize("method", ["POST", "QUERY"])
def test_a_query_is_sent_as_itself(client: TestClient, method: str) -> None:
    body = "SELECT ?x { <urn:d:1> <urn:name> ?x FILTER(?x = 'größe + 100%'@de) }"
    response = client.request(method, "/sparql", content=body.encode(), headers={"Content-Type": "application/sparql-query"})
    assert response.json()["results"]["bindings"][0]["x"]["value"] == "größe + 100%"


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for params in ({"query": SELECT}, {}):
        accept = {"Accept": f"{JSON}, text/turtle"}
        whole = client.get("/sparql", params=params, headers=accept)
        head = client.head("/sparql", params=params, headers=accept)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))
        assert head.headers["content-type"] == whole.headers["content-type"]


def test_options_and_other_methods(client: TestClient) -> None:
    response = client.options("/sparql")
    assert response.status_code == 204
    assert {"GET", "HEAD", "OPTIONS", "POST", "QUERY"} == set(response.headers["allow"].split(", "))
    assert "application/sparql-query" in response.headers["accept-query"]
    response = client.put("/sparql", content=b"")
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"]


def test_version_and_unknown_parameters_are_tolerated(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": SELECT, "version": "1.2", "should-sponge": "soft"}).status_code == 200


# --- formats


@pytest.mark.parametrize("media_type", TABLES)
@pytest.mark.parametrize("query", [SELECT, "ASK {}"])
def test_tables(client: TestClient, query: str, media_type: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.content


@pytest.mark.parametrize("media_type", RESULT_GRAPHS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { <urn:d:1> ?p ?o }", "DESCRIBE <urn:d:1>"])
def test_graphs(client: TestClient, query: str, media_type: str) -> None:
    response = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert len(graph_of(response.content, media_type)) == 2


@pytest.mark.parametrize(("query", "offered"), [(SELECT, TABLES), ("DESCRIBE <urn:d:1>", RESULT_GRAPHS)])
def test_not_acceptable_names_what_there_is(client: TestClient, query: str, offered: tuple[str, ...]) -> None:
    body = problem(client.get("/sparql", params={"query": query}, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert all(media_type in body["detail"] for media_type in offered)


# --- the dataset


def test_the_protocols_dataset(client: TestClient) -> None:
    ask = "ASK { <urn:d:1> <urn:says> ?o }"
    named = str(CLAIMS["s"])
    assert client.get("/sparql", params={"query": ask}).json()["boolean"] is False
    assert client.get("/sparql", params={"query": ask, "default-graph-uri": [str(CATALOGUE), named]}).json()["boolean"] is True
    response = client.post(
        "/sparql", params={"named-graph-uri": named}, content=f"ASK {{ GRAPH <{named}> {{ ?s ?p ?o }} }}",
        headers={"Content-Type": "application/sparql-query"},
    )  # fmt: skip
    assert response.json()["boolean"] is True
    for value, slug in (("no iri", "bad-request"), ("../graph/x", "bad-request"), ("urn:no:such:graph", "query-refused")):
        problem(client.get("/sparql", params={"query": ask, "default-graph-uri": value}), 400, slug)


# --- without a query


@pytest.mark.parametrize("media_type", RESULT_GRAPHS)
def test_the_service_description(client: TestClient, media_type: str) -> None:
    response = client.get("/sparql", headers={"Accept": media_type})
    assert response.headers["content-type"].partition(";")[0] == media_type
    graph = graph_of(response.content, media_type)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
    assert len(set(graph.objects(service, SD.resultFormat))) == len(TABLES) + len(RESULT_GRAPHS)
    assert set(graph.objects(None, SD.name))
    assert (service, SD.feature, SD.UnionDefaultGraph) not in graph  # the claims are left out of it


def test_a_person_gets_a_form_that_loads_nothing(client: TestClient) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/sparql", headers={"Accept": browser})
    assert response.headers["content-type"].startswith("text/html")
    assert 'name="query"' in response.text
    assert 'src="http' not in response.text


# --- refusals


@pytest.mark.parametrize(
    ("query", "line", "column"), [("SELECT * {\n ?s ?p\n}", 3, 1), ("nonsense", 1, 1), ("SELECT * {\n ?s no:prefix ?o }", 2, 5)]
)
def test_a_syntax_error_has_a_place(client: TestClient, query: str, line: int, column: int) -> None:
    body = problem(client.get("/sparql", params={"query": query}), 400, "query-syntax")
    assert (body["line"], body["column"]) == (line, column)
    assert isinstance(body.get("expected", []), list)


@pytest.mark.parametrize(
    "query", ["SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "DROP ALL", "ASK { FILTER(<urn:f>(1)) }"]
)
def test_what_is_not_allowed(client: TestClient, query: str) -> None:
    problem(client.get("/sparql", params={"query": query}), 400, "query-refused")


def test_updates_have_no_place_here(client: TestClient) -> None:
    update = "INSERT DATA { <urn:a> <urn:a> 1 }"
    for response in (
        client.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"}),
        client.post("/sparql", data={"update": update}),
        client.get("/sparql", params={"update": update}),
    ):
        problem(response, 405, "method-not-allowed")
        assert "POST" in response.headers["allow"]


def test_exactly_one_query(client: TestClient) -> None:
    problem(client.get("/sparql", params={"query": [SELECT, SELECT]}), 400, "bad-request")
    problem(client.post("/sparql", data={"query": [SELECT, SELECT]}), 400, "bad-request")
    problem(client.post("/sparql", params={"query": SELECT}, data={"query": SELECT}), 400, "bad-request")
    problem(client.post("/sparql", data={"nothing": "x"}), 400, "bad-request")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""])
def test_other_media_types(client: TestClient, kind: str) -> None:
    body = problem(client.post("/sparql", content=b"x", headers={"Content-Type": kind}), 415, "unsupported-media-type")
    assert "application/sparql-query" in body["detail"]


@pytest.mark.parametrize(("kind", "body"), [("sparql-query", b"ASK { '\xff' }"), ("x-www-form-urlencoded", b"query=%FF")])
def test_bytes_that_are_no_utf8(client: TestClient, kind: str, body: bytes) -> None:
    problem(client.post("/sparql", content=body, headers={"Content-Type": f"application/{kind}"}), 400, "bad-request")


@pytest.mark.parametrize("kind", ["sparql-query", "x-www-form-urlencoded"])
def test_a_body_without_end(client: TestClient, kind: str) -> None:
    flood = (b"x" * 65536 for _ in range(100))
    problem(client.post("/sparql", content=flood, headers={"Content-Type": f"application/{kind}"}), 413, "too-large")


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan", "inf", ""])
def test_a_deadline_is_a_positive_number(client: TestClient, timeout: str) -> None:
    problem(client.get("/sparql", params={"query": SELECT, "timeout": timeout}), 400, "bad-request")


# --- deadlines and caps


def test_a_deadline_is_kept_and_the_next_query_works(client: TestClient) -> None:
    began = time.monotonic()
    response = client.get("/sparql", params={"query": HEAVY, "timeout": "0.5"})
    assert time.monotonic() - began < 2
    assert problem(response, 503, "query-timeout")["seconds"] == 0.5
    assert int(response.headers["retry-after"]) > 0
    for _ in range(4):
        assert client.get("/sparql", params={"query": SELECT}).status_code == 200


def test_an_answer_too_large_is_no_half_answer(client: TestClient) -> None:
    body = problem(client.get("/sparql", params={"query": LARGE}), kind_of(QueryTooLarge("answer", 1)).status, "query-too-large")
    assert body["limit"] == 1_000_000


def test_a_fault_of_ours_says_nothing_of_its_inside(client: TestClient) -> None:
    app = served(FastAPI())
    app.state.desk = None
    app.include_router(sparql_router())
    install(app)
    with TestClient(app, raise_server_exceptions=False) as broken:
        body = problem(broken.get("/sparql", params={"query": SELECT}), 500, "internal")
    assert "NoneType" not in json.dumps(body)


def test_the_table_of_problems_is_complete() -> None:
    public = {getattr(errors, name) for name in errors.__all__} - {errors.KGError}
    assert public == set(TABLE)
    assert len({kind.slug for kind in TABLE.values()}) == len(TABLE)
    assert all(kind.status >= 400 for kind in TABLE.values())


def test_an_answer_that_xml_cannot_hold_is_406_and_names_the_formats_that_can(client: TestClient) -> None:
    for query, accept, why in (
        ('CONSTRUCT { <urn:a> <http://x.example/123> "x" } WHERE {}', "application/rdf+xml", "<http://x.example/123>"),
        ('SELECT ("\\u0001" AS ?x) {}', "application/sparql-results+xml", "U+0001"),
    ):
        response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        body = problem(response, 406, "answer-unwritable")
        assert why in body["detail"]
        assert body["media_type"] == accept
        for other in body["formats"]:
            assert client.get("/sparql", params={"query": query}, headers={"Accept": other}).status_code == 200
