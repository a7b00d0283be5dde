"""The API over HTTP, as programs rely on it."""

import json

import httpx2 as httpx
import pytest

from kg.fusion.rules import PORTAL_RULE
from kg.opened import OpenRelease
from kg.queries import Query, load_queries
from kg.resources import queries_dir


def test_health(client: httpx.Client, release: OpenRelease) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "release": release.manifest.id}
    assert client.get("/version").json()["counts"]["source rows"] == 1151


def test_search_has_the_promised_shape(client: httpx.Client, release: OpenRelease) -> None:
    body = client.get("/v1/search", params={"q": "renal CT", "limit": 3}).json()
    assert body == json.loads(json.dumps(release.search("renal CT", 3)))
    assert len(body["strict"]) == 3
    for hit in (*body["strict"], *body["near"]):
        assert {"id", "iri", "name", "score", "reasons"} <= set(hit)
    assert all(hit["missing"] for hit in body["near"])
    assert body["sparql"].startswith("PREFIX")


def test_fusion_takes_seeds_by_id_name_and_iri(client: httpx.Client) -> None:
    answers = [
        client.post("/v1/fusion", json={"seeds": [s, "kits19"], "limit": 5}).json()["members"]
        for s in ("lits", "LiTS", "https://w3id.org/imaging-kg/dataset/lits")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert {"id", "iri", "name", "score", "reasons", "verdict"} <= set(answers[0][0])


def test_a_rule_of_the_portal_is_read_and_answered(client: httpx.Client) -> None:
    rule = dict(PORTAL_RULE) | {"frobnicate": 1}
    read = client.post("/v1/import/imaging-x", json=rule).json()
    assert read["profile"]["modality"] == ["computed tomography", "magnetic resonance imaging", "fundus photography"]
    assert read["rules"]["unknown"] == [{"field": "rules.frobnicate", "given": 1, "nearest": None}]
    answer = client.post("/v1/fusion", json={"rules": rule, "limit": 5}).json()
    assert answer["profile"]["rules"] == read["rules"]
    assert answer["members"]
    why = client.post("/v1/fusion/why-not", json={"dataset": "kits19", "rules": rule}).json()
    assert why["relaxations"]


def test_demands_that_contradict_each_other_are_named(client: httpx.Client) -> None:
    body = client.post("/v1/fusion", json={"profile": {"modality": ["dermoscopy"], "anatomy": ["kidney"]}}).json()
    (conflict,) = body["profile"]["conflicts"]
    assert conflict["demands"] == ["modality dermoscopy", "anatomy kidney"]
    assert "none meets both" in conflict["reason"]
    one = client.post("/v1/fusion", json={"profile": {"expression": "CT", "constraints": {"minimumSize": 10**12}}}).json()
    assert [c["demands"] for c in one["profile"]["conflicts"]] == [["minimumSize 1000000000000"]]


def test_an_expression_that_cannot_be_read_says_where(client: httpx.Client) -> None:
    answer = client.post("/v1/fusion", json={"profile": {"expression": "CT adn MRI"}})
    body = answer.json()
    assert (answer.status_code, body["type"], body["field"]) == (422, "/errors/expression", "profile.expression")
    assert (body["line"], body["column"], body["suggestions"]) == (1, 4, ["and"])
    assert {"and", "or", "the end"} <= set(body["expected"])


@pytest.mark.parametrize(
    "kidney", ["kidney", "renal", "UBERON:0002113", "RADLEX:RID205", "http://snomed.info/id/64033007", "Niere", "肾"]
)
def test_fusion_takes_concepts_in_any_terminology(client: httpx.Client, kidney: str) -> None:
    body = client.post("/v1/fusion", json={"profile": {"modality": ["CT"], "anatomy": [kidney]}}).json()
    assert [c["iri"] for c in body["profile"]["anatomy"]] == ["http://purl.obolibrary.org/obo/UBERON_0002113"]
    assert "kits19" in {m["id"] for m in body["members"]}


@pytest.mark.parametrize(
    ("subject", "concept", "prop"),
    [
        ("UPENN-GBM", "head", "relevantTo"),
        ("UBERON:0000955", "head", "BFO_0000050"),
        ("PET/CT", "RADLEX:RID10321", "hasComponent"),
    ],
)
def test_explain_answers_for_datasets_and_for_concepts(
    client: httpx.Client, release: OpenRelease, subject: str, concept: str, prop: str
) -> None:
    body = client.get("/v1/explain", params={"subject": subject, "concept": concept, "property": prop}).json()
    assert body == json.loads(json.dumps(release.explain(subject, concept, prop)))
    assert body["holds"]
    assert body["property"] == prop
    assert body["axioms"]
    assert bool(body["claims"]) == ("dataset" in body)


def test_explain_says_no_and_refuses_what_it_does_not_know(client: httpx.Client) -> None:
    no = client.get("/v1/explain", params={"subject": "kidney", "concept": "head"}).json()
    assert (no["holds"], no["property"], no["axioms"]) == (False, None, [])
    assert no["reason"]
    unknown = client.get("/v1/explain", params={"subject": "no such thing at all", "concept": "head"})
    assert unknown.status_code == 404
    assert unknown.headers["content-type"].startswith("application/problem+json")


def test_datasets_and_concepts(client: httpx.Client) -> None:
    page = client.get("/v1/datasets", params={"limit": 2, "offset": 1}).json()
    whole = client.get("/v1/datasets", params={"limit": 3}).json()
    assert page["datasets"] == whole["datasets"][1:]
    one = client.get("/v1/datasets/lidc-idri").json()
    assert "computed tomography" in one["modality"]
    assert one["description"]
    assert {c["source"] for c in one["claims"]} >= {"imaging-x", "idc", "curator"}
    assert one["claims"]
    concept = client.get("/v1/concepts", params={"q": "RADLEX:RID1301"}).json()
    assert concept["label"] == "lung"
    facets = client.get("/v1/concepts", params={"facet": "modality"}).json()["concepts"]
    assert {c["facet"] for c in facets} == {"modality"}


@pytest.mark.parametrize(
    ("method", "path", "kwargs", "status", "member"),
    [
        ("POST", "/v1/fusion", {"json": {"profile": {"anatomy": ["kidnoy"]}}}, 422, "suggestions"),
        ("POST", "/v1/fusion", {"json": {"seeds": ["LIDC-IDRY"]}}, 404, "suggestions"),
        ("POST", "/v1/fusion", {"json": {}}, 422, "field"),
        ("POST", "/v1/fusion", {"json": {"profile": {"organ": ["liver"]}}}, 422, "field"),
        ("POST", "/v1/fusion", {"json": {"nonsense": 1}}, 422, "errors"),
        ("POST", "/v1/fusion", {"json": {"profile": {"expression": "CT and"}}}, 422, "expected"),
        ("POST", "/v1/fusion", {"json": {"rules": {"modalities": [5]}}}, 422, "field"),
        ("POST", "/v1/import/imaging-x", {"json": {"prefer_labeled": "yes"}}, 422, "field"),
        ("POST", "/v1/import/imaging-x", {"json": [1]}, 422, "errors"),
        ("POST", "/v1/fusion", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 422, "errors"),
        ("GET", "/v1/datasets/nosuch", {}, 404, "text"),
        ("GET", "/v1/search?limit=-1", {}, 422, "errors"),
        ("GET", "/v1/search?q=CT&sort=beauty", {}, 422, "field"),
        ("GET", "/v1/search?q=CT&facets=colour", {}, 422, "field"),
        ("GET", "/v1/search?q=CT&cursor=nonsense", {}, 422, "field"),
        ("POST", "/v1/search", {"json": {"modality": ["CTT"]}}, 422, "suggestions"),
        ("POST", "/v1/search", {"json": {"modalities": ["CT"]}}, 422, "field"),
        ("POST", "/v1/search", {"json": {"among": ["LIDC-IDRY"]}}, 404, "suggestions"),
        ("GET", "/nothing/here", {}, 404, "detail"),
        ("DELETE", "/v1/search", {}, 405, "detail"),
        ("GET", "/sparql?query=SELECT", {}, 400, "line"),
    ],
)
def test_every_error_is_a_problem_document(
    client: httpx.Client, method: str, path: str, kwargs: dict[str, object], status: int, member: str
) -> None:
    answer = client.request(method, path, **kwargs)  # type: ignore[arg-type]  # the table's values fit their keys
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", member} <= set(answer.json())


def test_cross_origin_on_success_and_error(client: httpx.Client) -> None:
    for path in ("/v1/datasets/lidc-idri", "/v1/datasets/nosuch"):
        assert client.get(path, headers={"Origin": "https://example.org"}).headers["access-control-allow-origin"] == "*"


QUERIES = load_queries(queries_dir() / "competency")


@pytest.mark.parametrize("query", QUERIES, ids=[q.id for q in QUERIES])
def test_competency_queries_over_http_equal_the_library(client: httpx.Client, release: OpenRelease, query: Query) -> None:
    answer = client.post(
        "/sparql",
        content=query.text.encode(),
        headers={"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"},
    )
    assert answer.status_code == 200
    assert answer.json() == json.loads(release.store.serialise(query.text, "application/sparql-results+json"))


def test_the_quality_report_is_served_to_read_and_as_data(client: httpx.Client) -> None:
    page = client.get("/quality")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Quality of the catalogue" in page.text
    report = client.get("/quality", params={"format": "json"}).json()
    assert report["datasets"] == client.get("/version").json()["counts"]["datasets"]


def test_what_people_read_too_is_a_page_for_browsers(client: httpx.Client) -> None:
    """Section 6: ``/v1/compare`` and ``/v1/fusion/pair`` as json and html."""
    for path, params, told in (
        ("/v1/compare", {"id": ["LiTS", "KiTS19"]}, "abdominal organ"),
        ("/v1/fusion/pair", {"a": "brats-2020", "b": "brats-2021"}, "BraTS 2021 and BraTS 2020 share data"),
    ):
        page = client.get(path, params=params, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert told in page.text
        plain = client.get(path, params=params)
        assert plain.headers["content-type"] == "application/json"
        assert "Accept" in plain.headers["vary"]
        assert plain.headers["etag"] != page.headers["etag"]
