"""Which methods an address takes, and what is told of addresses and methods that there are not (P8, H1, H5)."""

import re
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.routing import iter_route_contexts

from service.addresses import own_methods
from service.app import create_app
from service.settings import Settings

APP = create_app(Settings())
GETS = sorted(path for path, told in APP.openapi()["paths"].items() if "get" in told)
PACKED = {"Accept-Encoding": "gzip"}


def varies(answer: Any) -> set[str]:
    return {v.strip() for v in answer.headers.get("vary", "").split(",")}


def filled(path: str) -> str:
    """A path with an example for each of its parameters."""
    operation = APP.openapi()["paths"][path]["get"]
    for one in operation.get("parameters", ()):
        found = one.get("example") or next(iter(one.get("schema", {}).get("examples", ())), "x")
        path = path.replace(f"{{{one['name']}}}", str(found)) if one["in"] == "path" else path
    return path


@pytest.mark.parametrize("path", [*GETS, "/docs", "/static/site.css", "/robots.txt", "/ontology.ttl"])
def test_p8_head_is_get_without_the_body_everywhere(client: httpx.Client, path: str) -> None:
    address = filled(path) if path in GETS else path
    whole, head = (client.request(method, address, headers=PACKED) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (whole.status_code, b"")
    apart = {"date", "x-request-id", "x-query-id", "ratelimit"} | ({"content-length"} if path == "/metrics" else set())
    assert {k: v for k, v in head.headers.items() if k not in apart} == {k: v for k, v in whole.headers.items() if k not in apart}


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/sparql", "GET, HEAD, OPTIONS, POST, QUERY"), ("DELETE", "/dataset/lits.ttl", "GET, HEAD, OPTIONS"),
        ("PUT", "/store?default", "GET, HEAD, OPTIONS"), ("GET", "/v1/fusion/plans", "OPTIONS, POST"),
        ("POST", "/sparql/queries/abcdefgh", "DELETE, GET, HEAD, OPTIONS"), ("POST", "/static/site.css", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/search", "GET, HEAD, OPTIONS, POST"), ("PATCH", "/sparql/explain", "GET, HEAD, OPTIONS, POST, QUERY"),
        ("POST", "/healthz", "GET, HEAD, OPTIONS"), ("HEAD", "/v1/fusion/plans", "OPTIONS, POST"),
    ],
)  # fmt: skip
def test_allow_is_what_the_address_takes_by_all_its_routes(client: httpx.Client, method: str, path: str, allow: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    if method != "HEAD":
        assert answer.json()["detail"] == f"{path.partition('?')[0]} takes {allow}, not {method}"
    assert client.options(path).status_code == 204
    assert client.options(path).headers["allow"] == allow


def test_h5_a_preflight_names_the_methods_that_there_are(client: httpx.Client) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    told = set(client.options("/v1/datasets", headers=asked).headers["access-control-allow-methods"].split(", "))
    there: set[str] = set().union(*(route.methods or () for route in iter_route_contexts(APP.routes) if route.methods))
    assert told == there | {"HEAD", "OPTIONS"}


def test_h1_an_unknown_address_says_what_is_near(client: httpx.Client) -> None:
    near = client.get("/v1/datsets")
    assert near.status_code == 404
    assert near.json()["detail"].startswith("there is nothing at /v1/datsets; did you mean /v1/datasets")
    assert near.json()["suggestions"][0] == "/v1/datasets"
    assert client.get("/zzzzqqqq").json()["detail"] == "there is nothing at /zzzzqqqq"
    assert client.get("/static/nothing.css").json()["detail"].startswith("there is nothing at /static/nothing.css")


def test_h3_vary_is_the_same_whether_it_was_compressed_or_sent_at_all(client: httpx.Client) -> None:
    for path in (
        "/dataset/lits.ttl",
        "/v1/datasets?limit=1",
        "/v1/datasets",
        "/sparql?query=ASK%20%7B%7D",
        "/search?q=ct",
        "/quality",
    ):
        plain, packed = (client.get(path, headers={"Accept-Encoding": how}) for how in ("identity", "gzip"))
        assert "Accept-Encoding" in varies(plain), path
        assert varies(plain) == varies(packed), path
        if "etag" in packed.headers:
            kept = client.get(path, headers=PACKED | {"If-None-Match": packed.headers["etag"]})
            assert (kept.status_code, varies(kept)) == (304, varies(packed)), path


def test_every_api_of_the_catalogue_of_apis_is_there(client: httpx.Client) -> None:
    catalogue = client.get("/.well-known/api-catalog").json()["linkset"]
    public = catalogue[0]["anchor"].removesuffix(".well-known/api-catalog")
    for one in catalogue[1:]:
        for target in (one["anchor"], *(link["href"] for rel in one if rel != "anchor" for link in one[rel])):
            assert client.get("/" + target.removeprefix(public), follow_redirects=True).status_code == 200, target


def test_the_start_of_the_api_names_every_operation(client: httpx.Client) -> None:
    answer = client.get("/v1")
    told = {(one["method"].lower(), one["path"]) for one in answer.json()["operations"]}
    paths = client.get("/v1/openapi.json").json()["paths"]
    assert told == {(method, path) for path, item in paths.items() if path.startswith("/v1/") for method in item}
    assert re.search(r'</v1/openapi\.json>; rel="service-desc"', answer.headers["link"])
    assert answer.headers["etag"]
    for link in answer.json()["links"]:
        assert client.get(link["href"], follow_redirects=True).status_code == 200, link
    assert own_methods(APP, "/v1") == {"GET"}
