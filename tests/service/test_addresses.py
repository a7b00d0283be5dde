"""Where the service says that things are: never where the Host header says (web.md 2, row 15)."""

from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from service.addresses import absolute, slashed
from service.app import create_app
from service.settings import Settings

EVIL = {"Host": "evil.example"}
SD = "http://www.w3.org/ns/sparql-service-description#"
APP = create_app(Settings())


def asked(path: str, *, query: bytes = b"", public: str = "", **more: Any) -> Request:
    """A request as a server would make it."""
    app = APP if not public else create_app(Settings(public_url=public))
    headers = [(b"host", b"evil.example")]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "query_string": query,
        "headers": headers,
        "app": app,
    }
    return Request(scope | more)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/dataset/lits/", "/dataset/lits"), ("/sparql/?query=ASK%20%7B%7D", "/sparql?query=ASK%20%7B%7D"), ("/dataset/", "/dataset"),
        ("/search/?q=a%2Fb", "/search?q=a%2Fb"), ("/examples/", "/examples"), ("/docs//", "/docs"),
        ("/dumps/x", "/dumps/x/"), ("/mcp/", "/mcp"),
    ],
)  # fmt: skip
def test_a_slash_too_many_or_too_few_leads_on_within_the_host(client: httpx.Client, path: str, location: str) -> None:
    answer = client.get(path, headers=EVIL)
    assert (answer.status_code, answer.headers["location"]) == (308, location)


def test_a_slash_that_a_name_may_end_with_stays(client: httpx.Client) -> None:
    for path in ("/v1/datasets/https://example.org/x/", "/v1/datasets/", "/ontology/NoSuchClass/", "/static/"):
        assert client.get(path).status_code == 404, path


def test_the_method_and_the_body_go_along(client: httpx.Client) -> None:
    answer = client.post("/sparql/", data={"query": "ASK {}"}, headers=EVIL)
    assert (answer.status_code, answer.headers["location"]) == (308, "/sparql")
    assert client.post("/sparql/", data={"query": "ASK {}"}, follow_redirects=True).json()["boolean"] is True


def test_the_iri_of_the_ontologys_namespace_leads_to_the_ontology(client: httpx.Client) -> None:
    answer = client.get("/ontology/", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ontology.ttl")
    assert client.get("/ontology/", headers={"Accept": "text/turtle"}, follow_redirects=True).status_code == 200


def test_no_answer_names_the_host_that_was_asked_for(client: httpx.Client) -> None:
    for path in (
        "/",
        "/sparql",
        "/reconcile",
        "/reconcile/v1",
        "/dataset/lits.html",
        "/v1/datasets?limit=1",
        "/sitemap.xml",
        "/dumps/latest/",
    ):
        answer = client.get(path, headers=EVIL | {"Accept": "application/json, text/turtle, */*;q=0.1"})
        assert answer.status_code < 400, path
        assert "evil.example" not in answer.text + str(answer.headers), path


def test_the_endpoint_is_where_the_request_came_in(client: httpx.Client, address: str) -> None:
    found = client.get("/sparql", headers=EVIL | {"Accept": "application/n-triples"}).text
    assert f"<{address}/sparql> <{SD}endpoint> <{address}/sparql>" in found
    assert client.get("/reconcile", headers=EVIL).json()["view"]["url"].startswith(address)
    assert client.get("/reconcile/v1", headers=EVIL).json()["view"]["url"].startswith(address)


@pytest.mark.parametrize(
    ("server", "scheme", "root", "expected"),
    [
        (("127.0.0.1", 8000), "http", "", "http://127.0.0.1:8000/x"),
        (("10.0.0.2", 443), "https", "/kg", "https://10.0.0.2/kg/x"),
        (("::1", 80), "http", "", "http://[::1]/x"),
        (("/run/kg.sock", None), "http", "", "https://w3id.org/imaging-kg/x"),
        (None, "http", "", "https://w3id.org/imaging-kg/x"),
    ],
)
def test_an_absolute_address_is_that_of_the_socket(server: Any, scheme: str, root: str, expected: str) -> None:
    assert absolute(asked(f"{root}/y", server=server, scheme=scheme, root_path=root), "/x") == expected


def test_an_absolute_address_is_the_public_one_where_that_is_set() -> None:
    assert absolute(asked("/y", server=("10.0.0.2", 80), public="https://kg.example/base/"), "/x") == "https://kg.example/base/x"


@given(st.text(max_size=30), st.binary(max_size=20))
def test_law_where_a_path_leads_is_below_this_host(tail: str, query: bytes) -> None:
    for path in (f"/{tail}/", f"/dataset/{tail}/", f"//evil.example/{tail}", f"/\\evil.example{tail}/"):
        found = slashed(asked(path, query=query))
        assert not found or (found[0] == "/" and found[1:2] not in {"/", "\\"})
        assert found.isascii()
        assert not set(found) & {"\r", "\n", " ", "#"}
