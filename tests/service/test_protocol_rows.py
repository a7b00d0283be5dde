"""One test for each row of the service's contract that concerns SPARQL: P1–P8, S1–S2, G1, H4, H5. P9 is `test_w3c.py`."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kg.namespaces import CATALOGUE, CLAIMS, INFERRED
from kg.store.quads import write_store
from service.problems import install
from service.routers.sparql import sparql_router
from service.routers.store import store_router
from service.sparql.desk import Desk
from service.sparql.formats import RESULT_GRAPHS, RESULT_TABLES, SD_NAMES
from service.sparql.pool import SparqlPool
from tests.service.desks import served

Client = TestClient
E = "urn:e:"
A, B = str(CATALOGUE), str(INFERRED)
CLAIMED = str(CLAIMS["survey"])
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
QUERY = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("rows") / "store"
    quads = [f'<{E}{n}> <{E}p> "{n}" <{A}> .\n' for n in range(20)] + [f'<{E}b> <{E}p> "b" <{B}> .\n']
    write_store(folder, "".join([*quads, f'<{E}c> <{E}p> "c" <{CLAIMED}> .\n']).encode())
    found = served(FastAPI())
    pool = SparqlPool(folder, size=1, timeout=5, cap=6, rows=5000, prefixes={"e": E, "dcterms": "http://purl.org/dc/terms/"})
    found.state.desk = Desk.over(pool, cpu=600)
    found.include_router(sparql_router())
    found.include_router(store_router())
    install(found)
    yield found
    pool.close()


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[Client]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def number(response: Any) -> int:
    assert response.status_code == 200, response.text
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def triples(response: Any, base: str = "http://testserver/sparql") -> set[str]:
    assert response.status_code == 200, response.text
    rdf = ox.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    return {str(quad.triple) for quad in ox.parse(response.content, format=rdf, base_iri=base)}


def test_p1_get_takes_exactly_one_query_and_any_number_of_graphs(client: Client) -> None:
    assert number(client.get("/sparql", params={"query": COUNT})) == 21
    assert number(client.get("/sparql", params={"query": COUNT, "default-graph-uri": [A, CLAIMED]})) == 21
    assert number(client.get("/sparql", params={"query": COUNT, "default-graph-uri": [A, B, CLAIMED]})) == 22
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(client.get("/sparql", params={"query": named, "named-graph-uri": [A, B]})) == 2
    assert client.get("/sparql", params={"query": [COUNT, COUNT]}).status_code == 400
    assert client.get("/sparql", params={"default-graph-uri": A}).status_code == 400


def test_p2_a_form_is_decoded_once(client: Client) -> None:
    text = "a+b %2B ü & = 100%25 肺"
    body = f"query={quote_plus(f'SELECT ?n {{ BIND({chr(39)}{text}{chr(39)} AS ?n) }}')}&default-graph-uri={quote_plus(A)}"
    response = client.post("/sparql", content=body, headers=FORM)
    assert response.json()["results"]["bindings"][0]["n"]["value"] == text
    assert number(client.post("/sparql", data={"query": COUNT, "default-graph-uri": CLAIMED})) == 1
    large = f"{COUNT} # {'x' * 100_000}"
    assert number(client.post("/sparql", data={"query": large})) == 21


def test_p3_a_query_is_sent_as_itself_with_its_graphs_in_the_url(client: Client) -> None:
    assert number(client.post("/sparql", content=COUNT, headers=QUERY)) == 21
    assert number(client.post("/sparql", params={"default-graph-uri": CLAIMED}, content=COUNT, headers=QUERY)) == 1
    both = client.post("/sparql", params={"query": COUNT}, content=COUNT, headers=QUERY)
    assert both.status_code == 400


def test_p4_the_protocols_dataset_wins_over_from(client: Client) -> None:
    from_a = COUNT.replace("{ ?s", f"FROM <{A}> {{ ?s")
    assert number(client.get("/sparql", params={"query": from_a})) == 20
    assert number(client.get("/sparql", params={"query": from_a, "default-graph-uri": CLAIMED})) == 1
    foreign = COUNT.replace("{ ?s", "FROM <http://127.0.0.1:9/x.ttl> { ?s")
    assert client.get("/sparql", params={"query": foreign}).json()["type"] == "/errors/query-refused"
    assert number(client.get("/sparql", params={"query": foreign, "default-graph-uri": CLAIMED})) == 1


@pytest.mark.parametrize("media_type", [*RESULT_TABLES, *RESULT_GRAPHS])
def test_p5_every_format_is_what_it_says(client: Client, media_type: str) -> None:
    table = ox.QueryResultsFormat.from_media_type(media_type)
    for query in (f"SELECT ?o {{ <{E}1> ?p ?o }}", "ASK {}") if table else (f"DESCRIBE <{E}1>",):
        response = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
        assert response.headers["content-type"].partition(";")[0] == media_type
        assert response.headers["vary"] == "Accept"
        if not table:
            assert triples(response) == {f'<{E}1> <{E}p> "1"'}
        elif media_type == "text/csv":
            assert response.text in ("o\r\n1\r\n", "true")
        else:
            found = ox.parse_query_results(response.content, table)
            assert bool(found) if isinstance(found, ox.QueryBoolean) else len(list(found)) == 1


@pytest.mark.parametrize(
    ("method", "params", "headers", "body", "status"),
    [
        ("GET", {"query": "SELECT nonsense"}, {}, None, 400),
        ("GET", {"query": "SELECT * { SERVICE <urn:x> {} }"}, {}, None, 400),
        ("GET", {"query": "ASK {}", "timeout": "never"}, {}, None, 400),
        ("POST", {}, FORM, b"nothing=x", 400),
        ("PUT", {}, {}, b"", 405),
        ("GET", {"query": "ASK {}"}, {"Accept": "image/png"}, None, 406),
        ("POST", {}, QUERY, b"x" * (1 << 21), 413),
        ("POST", {}, {"Content-Type": "text/plain"}, b"ASK {}", 415),
        ("POST", {}, {"Content-Type": "application/sparql-query; charset=latin-1"}, b"ASK {}", 415),
        ("GET", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"}, {}, None, 422),
        ("GET", {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s . ?t ?u ?v }",
                 "timeout": "0.3"}, {}, None, 503),
    ],
)  # fmt: skip
def test_p6_every_fault_has_its_status_and_a_problem_document(
    client: Client, method: str, params: dict[str, str], headers: dict[str, str], body: bytes | None, status: int
) -> None:
    response = client.request(method, "/sparql", params=params, headers=headers, content=body)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["detail"]
    if status == 406:
        assert "application/" in told["detail"]
    if status == 503:
        assert (told["limit"], told["elapsed"] >= 0.3, bool(told["hint"])) == (0.3, True, True)
        assert int(response.headers["retry-after"]) > 0


def test_p6_a_syntax_error_says_where_what_and_what_was_meant(client: Client) -> None:
    def told(query: str) -> Any:
        response = client.get("/sparql", params={"query": query})
        assert response.status_code == 400
        return response.json()

    keyword = told("SELECT * {\n  OPTINAL { ?s ?p ?o }\n}")
    assert (keyword["line"], keyword["did_you_mean"][0]) == (2, "OPTIONAL")
    assert told("SELCT * {}")["did_you_mean"] == ["SELECT"]
    prefix = told("SELECT * { ?s dcterm:title ?o }")
    assert (prefix["line"], prefix["column"], prefix["token"], prefix["did_you_mean"]) == (1, 15, "dcterm:title", ["dcterms:"])


def test_p7_updates_are_refused(client: Client) -> None:
    update = f"INSERT DATA {{ <{E}x> <{E}p> 1 }}"
    assert client.get("/sparql", params={"query": update}).status_code == 400
    assert client.post("/sparql", content=update, headers=QUERY).status_code == 400
    for response in (
        client.post("/sparql", data={"update": update}),
        client.get("/sparql", params={"update": update}),
        client.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"}),
    ):
        assert response.status_code == 405
        assert "POST" in response.headers["allow"]
    assert number(client.get("/sparql", params={"query": COUNT})) == 21


def test_p8_head_options_query_and_version(client: Client) -> None:
    for params in ({"query": COUNT}, {}):
        whole, head = (client.request(m, "/sparql", params=params, headers={"Accept": "*/*"}) for m in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "vary"):
            assert head.headers[name] == whole.headers[name]
    assert client.head("/sparql", params={"query": "nonsense"}).status_code == 400
    options = client.options("/sparql")
    assert (options.status_code, "QUERY" in options.headers["allow"]) == (204, True)
    assert "application/sparql-query" in options.headers["accept-query"]
    assert number(client.request("QUERY", "/sparql", content=COUNT, headers=QUERY)) == 21
    assert number(client.get("/sparql", params={"query": COUNT, "version": "1.2"})) == 21


def test_s1_without_a_query_there_is_a_description_or_a_page(client: Client) -> None:
    for media_type in RESULT_GRAPHS:
        found = triples(client.get("/sparql", headers={"Accept": media_type}))
        assert f"<http://testserver/sparql> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SD}Service>" in found
        assert f"<http://testserver/sparql> <{SD}endpoint> <http://testserver/sparql>" in found
    browser = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.headers["content-type"].startswith("text/html")
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_s1_the_endpoint_is_named_by_the_public_address_when_there_is_one(app: FastAPI, client: Client) -> None:
    before = app.state.settings
    app.state.settings = before.model_copy(update={"public_url": "https://kg.example/base/"})
    try:
        found = triples(client.get("/sparql", headers={"Accept": "application/n-triples", "Host": "10.0.0.1"}))
    finally:
        app.state.settings = before
    assert f"<https://kg.example/base/sparql> <{SD}endpoint> <https://kg.example/base/sparql>" in found
    assert not any("10.0.0.1" in triple for triple in found)


def test_s2_the_description_is_true(client: Client) -> None:
    found = triples(client.get("/sparql", headers={"Accept": "text/turtle"}))

    def objects(predicate: str) -> set[str]:
        return {t.split(" ", 2)[2] for t in found if t.split(" ", 2)[1] == f"<{SD}{predicate}>"}

    assert objects("resultFormat") == {f"<http://www.w3.org/ns/formats/{name}>" for name in SD_NAMES.values()}
    assert set(SD_NAMES) == {*RESULT_TABLES, *RESULT_GRAPHS}  # which P5 proves
    assert objects("name") == {f"<{A}>", f"<{B}>", f"<{CLAIMED}>"}
    assert len(objects("defaultGraph")) == len(objects("defaultDataset")) == 1
    assert not objects("feature")  # the claims are left out of the default graph, so it is no union of all
    assert any("6 when it asks" in t and "5,000 rows" in t for t in found)  # the caps are announced


def test_g1_graphs_can_be_read_whole_and_not_written(client: Client) -> None:
    for media_type in RESULT_GRAPHS:
        one = client.get("/store", params={"graph": CLAIMED}, headers={"Accept": media_type})
        assert one.headers["content-type"].partition(";")[0] == media_type
        assert triples(one) == {f'<{E}c> <{E}p> "c"'}
    assert len(triples(client.get("/store?default"))) == 21
    head = client.head("/store", params={"graph": CLAIMED})
    assert (head.status_code, head.content) == (200, b"")
    again = client.get("/store", params={"graph": CLAIMED}, headers={"If-None-Match": head.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/store", params={"graph": "urn:none"}).status_code == 404
    for params in ({}, {"graph": "relative"}, {"graph": [A, B]}, {"graph": A, "default": ""}):
        assert client.get("/store", params=params).status_code == 400, params
    assert client.get("/store", params={"graph": A}, headers={"Accept": "text/csv"}).status_code == 406
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        response = client.request(method, "/store", params={"graph": A}, content=b"")
        assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.options("/store").headers["allow"] == "GET, HEAD, OPTIONS"


def test_h4_who_asks_too_much_is_told_when_to_come_back(app: FastAPI) -> None:
    outer: Desk = app.state.desk
    app.state.desk = Desk.over(outer.pool, cpu=0.05)
    try:
        with TestClient(app, raise_server_exceptions=False) as client:
            heavy = {
                "query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s }",
                "timeout": "1",
            }
            first = client.get("/sparql", params={"query": COUNT})
            assert first.headers["ratelimit"].startswith('"cpu";r=0;t=')
            assert '"parallel";q=5' in first.headers["ratelimit-policy"]
            assert client.get("/sparql", params=heavy).status_code == 503
            refused = client.get("/sparql", params={"query": COUNT})
        assert refused.status_code == 429
        assert refused.json()["type"] == "/errors/too-many-requests"
        assert int(refused.headers["retry-after"]) > 1
        assert refused.headers["ratelimit"].startswith('"cpu";r=0;t=')
    finally:
        app.state.desk = outer


def test_caps_and_prefixes_are_announced_with_every_answer(client: Client) -> None:
    response = client.get("/sparql", params={"query": "SELECT * { ?s e:p ?o }"}, headers={"Prefer": "wait=3"})
    assert response.headers["x-query-limits"] == "timeout=5, timeout-max=6, rows-max=5000, bytes-max=50000000"
    assert response.headers["preference-applied"] == "wait=3"
    assert response.headers["x-prefixes-supplied"] == "e"
    declared = client.get("/sparql", params={"query": f"PREFIX e: <{E}other:> SELECT * {{ ?s e:p ?o }}"})
    assert "x-prefixes-supplied" not in declared.headers
    assert declared.json()["results"]["bindings"] == []  # what its writer declared wins
    longest = client.get("/sparql", params={"query": "ASK {}"}, headers={"Prefer": "respond-async, wait=600"})
    assert longest.headers["preference-applied"] == "wait=6"


def test_an_answer_that_the_client_has_is_not_sent_again(client: Client) -> None:
    first = client.get("/sparql", params={"query": COUNT})
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get("/sparql", params={"query": COUNT}, headers=tag).status_code == 304
    assert client.get("/sparql", params={"query": COUNT + " "}, headers=tag).status_code == 200
    assert client.get("/sparql", params={"query": COUNT}, headers=tag | {"Accept": "text/csv"}).status_code == 200
    assert "etag" not in client.get("/sparql", params={"query": "SELECT (RAND() AS ?n) {}"}).headers
