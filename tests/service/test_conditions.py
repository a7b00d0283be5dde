"""Validators and preconditions of documents, limits that every answer of /sparql states, forms by Accept, parameters once (H2, H3, H4, L3)."""

import re
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from kg.search.cursor import window
from service.preconditions import unmet
from service.sparql.fairness import Fairness, TooMuch
from service.variants import PROFILES

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PAGES = (
    "/v1/datasets?limit=400",
    "/v1/concepts?limit=500",
    "/v1/search?q=brain+MRI&limit=90",
    "/v1/datasets?modality=CT&limit=2000",
)


def rel(answer: Any, name: str) -> str:
    found = re.search(rf'<([^>]+)>; rel="{name}"', answer.headers["Link"])
    return found[1] if found else ""


@pytest.mark.parametrize("path", PAGES)
def test_h2_last_is_where_next_ends(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    last, turned = rel(answer, "last"), 0
    while following := rel(answer, "next"):
        answer, turned = client.get(following), turned + 1
        assert rel(answer, "last") == last
    assert client.get(last).json() == answer.json()
    assert turned > 1 or "2000" in path


@given(st.integers(0, 300), st.integers(1, 50), st.integers(0, 320))
def test_law_the_last_page_holds_the_last_row(length: int, limit: int, offset: int) -> None:
    shown = window(length, limit, "", "m", offset)
    if "last" in shown.cursors:
        last = window(length, limit, shown.cursors["last"], "m")
        assert "next" not in last.cursors
        assert last.start < length <= last.end or length == 0 or offset % limit >= length
        assert (last.start - shown.start) % limit == 0
    else:
        assert offset == 0
        assert length <= limit


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/sparql", "text/turtle"), ("/sparql", "text/html"), ("/search?q=ct", "text/html"), ("/quality", "*/*"), ("/docs", "*/*"),
     ("/quality?format=json", "*/*"), ("/reconcile", "*/*"), ("/reconcile/v1", "*/*"), ("/v1", "*/*")],
)  # fmt: skip
def test_h3_what_a_release_determines_can_be_kept(client: httpx.Client, path: str, accept: str) -> None:
    first = client.get(path, headers={"Accept": accept})
    assert first.status_code == 200
    assert first.headers["cache-control"]
    kept = client.get(path, headers={"Accept": accept, "If-None-Match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")


@pytest.mark.parametrize("path", ["/dataset/lits.ttl", "/v1/datasets/lits", "/robots.txt", "/static/site.css", "/docs"])
def test_h3_preconditions_of_a_document(client: httpx.Client, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    first = client.get(path, headers=plain)
    tag, when = first.headers["etag"], first.headers["last-modified"]
    for method in ("GET", "HEAD"):
        for demand, status in (
            ({"If-Match": '"other"'}, 412), ({"If-Match": f'"other", {tag}'}, 200), ({"If-Match": "*"}, 200), ({"If-Match": f"W/{tag}"}, 412),
            ({"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 412), ({"If-Unmodified-Since": when}, 200),
            ({"If-Unmodified-Since": "nonsense"}, 200), ({"If-Match": '"other"', "If-None-Match": tag}, 412),
            ({"If-Match": tag, "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ):  # fmt: skip
            answer = client.request(method, path, headers=plain | demand)
            assert answer.status_code == status, (method, demand)
            assert status == 200 or method == "HEAD" or answer.json()["type"] == "/errors/precondition-failed"
    assert client.get("/dataset/nosuch.ttl", headers={"If-Match": '"other"'}).status_code == 404  # another fault comes first


def test_what_has_no_validator_meets_every_precondition() -> None:
    asked = Headers({"If-Match": '"x"', "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"})
    assert unmet(asked, Headers({})) == ""
    assert unmet(asked, Headers({"etag": 'W/"x"'})) != ""


@pytest.mark.parametrize(
    ("query", "params", "status"),
    [(ENDLESS, {"timeout": "0.2"}, 503), ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {"timeout": "30"}, 422), ("SELECT nonsense", {}, 400),
     ("ASK {}", {"timeout": "100"}, 200), ("ASK {}", {}, 200)],
)  # fmt: skip
def test_every_answer_to_a_query_states_the_limits(client: httpx.Client, query: str, params: dict[str, str], status: int) -> None:
    answer = client.get("/sparql", params={"query": query} | params)
    assert answer.status_code == status
    assert "timeout-max=60" in answer.headers["x-query-limits"]
    if status != 400:  # what cannot be read never became a query
        assert re.fullmatch(r"[\w-]{8,64}", answer.headers["x-query-id"])
        assert float(answer.headers["x-query-timeout"]) == min(60, float(params.get("timeout", "20")))


def test_h4_a_refusal_names_the_policy_that_is_exhausted() -> None:
    fairness = Fairness(1, 10, clock=lambda: 0.0)
    assert fairness.headers("a")["RateLimit"] == '"cpu";r=10;t=0, "parallel";r=1'
    fairness.enter("a")
    with pytest.raises(TooMuch) as parallel:
        fairness.enter("a")
    assert fairness.headers("a", parallel.value.policy)["RateLimit"] == '"parallel";r=0'
    fairness.leave("a", 12)
    with pytest.raises(TooMuch) as cpu:
        fairness.enter("a")
    assert fairness.headers("a", cpu.value.policy)["RateLimit"] == '"cpu";r=0;t=72'


@pytest.mark.parametrize("path", ["/v1/datasets?limit=2", "/v1/search?q=ct&limit=2"])
def test_l3_a_list_comes_in_the_form_that_is_accepted(client: httpx.Client, path: str) -> None:
    def kind(accept: str, more: str = "") -> str:
        answer = client.get(path + more, headers={"Accept": accept})
        assert answer.status_code == 200
        assert "Accept" in {v.strip() for v in answer.headers["vary"].split(",")}
        return str(answer.headers["content-type"])

    assert kind("text/csv").startswith("text/csv")
    assert kind("application/x-ndjson") == "application/x-ndjson"
    assert kind("application/ld+json, text/csv;q=0.5") == "application/ld+json"
    assert kind("text/html,*/*;q=0.8") == "application/json"
    assert kind("text/csv", "&format=json") == "application/json"
    refused = client.get(path, headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/csv" in refused.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/resolve?iri=a&iri=b", "/dataset/lits?_mediatype=text/turtle&_mediatype=text/html", "/v1/datasets?limit=1&limit=2",
        "/v1/search?q=a&q=b", "/search?q=a&q=b", "/sparql?query=a&query=b", "/quality?format=html&format=json",
        "/ontology.ttl?_profile=a&_profile=b", "/v1/fusion/pair?a=lits&b=kits19&b=x", "/reconcile?queries={}&queries={}",
    ],
)  # fmt: skip
def test_a_parameter_of_which_there_is_one_is_given_once(client: httpx.Client, path: str) -> None:
    for method in ("GET", "HEAD"):
        assert client.request(method, path).status_code == 400
    assert "times; give it once" in client.get(path).json()["detail"]


def test_what_may_be_given_several_times_still_may(client: httpx.Client) -> None:
    for path in ("/v1/datasets?modality=CT&modality=MRI&limit=1", "/v1/compare?id=lits&id=kits19", "/sparql?x=1&x=2&query=ASK{}",
                 "/examples/cq001-renal-is-kidney/run?identifier=SNOMEDCT:64033007&identifier=SNOMEDCT:64033007"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert client.post("/reconcile", data={"queries": ["{}", "{}"]}).status_code == 400


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ('application/ld+json;profile="https://schema.org/"', "schema.jsonld"), ('text/turtle; profile="{dcat}"', "dcat.ttl"),
        ('application/rdf+xml;profile="{dcat}", */*;q=0.1', "dcat.rdf"), ('text/turtle;profile="{full}"', "ttl"),
        ('text/turtle;profile="urn:unknown"', "ttl"), ("text/turtle", "ttl"), ("*/*", "html"), ("text/turtle;q=0, text/*", "html"),
        ('application/ld+json;profile="https://schema.org/";q=0.5, text/turtle', "ttl"),
        ('application/ld+json;q=0.2, application/ld+json;profile="{dcat}"', "dcat.jsonld"),
        ('application/ld+json;profile="http://mlcommons.org/croissant/1.1"', "croissant.json"),
    ],
)  # fmt: skip
def test_l3_the_profiles_that_are_advertised_may_be_named_in_the_media_type(
    client: httpx.Client, accept: str, suffix: str
) -> None:
    wanted = accept.replace("{dcat}", PROFILES["dcat"]).replace("{full}", PROFILES["full"])
    answer = client.get("/dataset/lits", headers={"Accept": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/dataset/lits.{suffix}")


def test_l3_json_ld_in_others_words_says_in_whose(client: httpx.Client) -> None:
    for suffix, profile in (("schema.jsonld", "schema"), ("dcat.jsonld", "dcat"), ("croissant.json", "croissant")):
        kind = client.get(f"/dataset/lits.{suffix}").headers["content-type"]
        assert kind == f'application/ld+json; profile="{PROFILES[profile]}"'


@pytest.mark.parametrize(
    "media",
    ["text/html", "application/json", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"],
)
def test_l1_a_release_has_every_form_and_says_where_the_one_is(client: httpx.Client, media: str) -> None:
    release = client.get("/version").json()["release"]
    answer = client.get(f"/release/{release}", headers={"Accept": media}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    own = client.get(answer.headers["content-location"], headers={"Accept": "image/png"})
    assert (own.status_code, own.content) == (200, answer.content)
