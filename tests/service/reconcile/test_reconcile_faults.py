"""Reconciliation over the real server: batches at their bounds, queries at fault, requests that are none."""

import json
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.reconcile.writing import BATCH

Ask = Callable[..., Any]
HTTP = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def property_condition(**more: Any) -> dict[str, Any]:
    return {
        "conditions": [
            {"matchType": "name", "propertyValue": "x"},
            {"matchType": "property", "propertyId": "year", "propertyValue": 1, **more},
        ]
    }


def test_batches(client: httpx.Client, match_02: Ask, match_10: Ask, good: Ask, named: Ask) -> None:
    assert match_02({}) == {}
    assert match_10([]) == []
    asked = json.dumps({"a": {"query": "Renal"}})
    by_get = good(client.get("/reconcile", params={"queries": asked}), "0.2", "result-batch")
    assert by_get == match_02({"a": {"query": "Renal"}})
    many = {f"q{n}": {"query": "lung"} for n in range(BATCH + 1)}
    assert client.post("/reconcile", data={"queries": json.dumps(many)}).status_code == 413
    assert client.post("/reconcile/v1/match", json={"queries": [named("lung")] * (BATCH + 1)}).status_code == 413
    assert (
        client.post(
            "/reconcile", content=b"queries=" + b"x" * (3 << 20), headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 413
    )


@pytest.mark.parametrize(
    ("query", "field", "suggested"),
    [
        ({"query": "x", "type": "organs"}, "type", "anatomy"),
        ({"query": "x", "properties": [{"pid": "modalty", "v": "CT"}]}, "properties/0/pid", "modality"),
        ({"query": "x", "type": "anatomy", "properties": [{"pid": "year", "v": 2019}]}, "properties/0/pid", None),
        ({"query": "x", "properties": [{"pid": "year"}]}, "properties/0/v", None),
        ({"query": "x", "properties": [{"pid": "year", "v": [[]]}]}, "properties/0/v", None),
        ({"query": "x", "properties": {"pid": "year"}}, "properties", None),
        ({"query": "x", "properties": [{"pid": "year", "v": list(range(11))}] * 2}, "properties", None),
        ({"query": "x", "limit": 0}, "limit", None),
        ({"query": "x", "limit": 1.5}, "limit", None),
        ({"query": "x", "limit": True}, "limit", None),
        ({"query": "x", "limit": "5"}, "limit", None),
        ({"query": "x" * 1001}, "query", None),
        ({"query": 5}, "query", None),
        ({"query": "x", "type_strict": "maybe"}, "type_strict", None),
        ({"query": "x", "qeury": "y"}, "query/qeury", None),
        ({"query": "  "}, "query", None),
        ({}, "query", None),
        ([], "query", None),
        (None, "query", None),
    ],
)
def test_a_query_at_fault_is_told_and_the_rest_answered(
    client: httpx.Client, query: Any, field: str, suggested: str | None, match_02: Ask
) -> None:
    found = match_02({"good": {"query": "Renal"}, "bad": query})
    assert found["good"]["result"][0]["name"] == "kidney"
    assert found["bad"]["result"] == []
    error = found["bad"]["error"]
    assert error["field"] == field
    assert error["detail"].startswith(f"{field}: ")
    assert suggested is None or suggested in error["suggestions"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"conditions": []}, "conditions"),
        ({"conditions": [{"matchType": "name", "propertyValue": " "}]}, "conditions"),
        ({}, "conditions"),
        ({"conditions": [{"matchType": "nme", "propertyValue": "x"}]}, "conditions/0/matchType"),
        ({"conditions": [{"matchType": "name"}]}, "conditions/0/propertyValue"),
        ({"conditions": [{"matchType": "property", "propertyValue": "x"}]}, "conditions/0/propertyId"),
        (property_condition(required="yes"), "conditions/1/required"),
        (
            property_condition(matchQuantifier="some"),
            "conditions/1/matchQuantifier",
        ),
        (
            property_condition(matchQualifier="narrower"),
            "conditions/1/matchQualifier",
        ),
        ({"conditions": [{"matchType": "name", "propertyValue": ["x", "y"]}]}, "conditions"),
        ({**property_condition(), "type": ["anatomy", "modality"]}, "type"),
        ({**property_condition(), "query": "y"}, "query/query"),
    ],
)
def test_the_draft_tells_the_same(client: httpx.Client, query: Any, field: str, match_10: Ask, named: Ask) -> None:
    first, second = match_10([named("Renal"), query])
    assert first["candidates"][0]["name"] == "kidney"
    assert second["candidates"] == []
    assert second["error"]["field"] == field


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", "/reconcile", {"data": {"queries": "{"}}, 400),
        ("POST", "/reconcile", {"data": {"queries": "[]"}}, 400),
        ("POST", "/reconcile", {"data": {"queries": '{"a":{"query":"x","limit":NaN}}'}}, 400),
        ("POST", "/reconcile", {"data": {"queries": '{"\\ud800":{"query":"x"}}'}}, 400),
        ("POST", "/reconcile", {"data": {"queries": "[" * 100_000}}, 400),
        ("POST", "/reconcile", {"data": {"nothing": "x"}}, 400),
        ("POST", "/reconcile", {"json": {}}, 415),
        (
            "POST",
            "/reconcile",
            {"content": b"queries=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
            400,
        ),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":["x"]}'}}, 422),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":[1],"properties":[]}'}}, 422),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":[],"properties":[{"id":"yaer"}]}'}}, 422),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":[],"properties":[{"id":"year","settings":{"limit":-1}}]}'}}, 422),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":[],"properties":[{"id":"year","settings":{"lmit":1}}]}'}}, 422),
        ("POST", "/reconcile", {"data": {"extend": '{"ids":[],"properties":[{"id":"year","settings":{"form":[]}}]}'}}, 422),
        ("GET", "/reconcile?queries={", {}, 400),
        ("GET", "/reconcile/suggest/entity?prefix=x&type=nothing", {}, 422),
        ("GET", "/reconcile/suggest/entity?prefix=x&cursor=-1", {}, 422),
        ("GET", "/reconcile/extend/propose?type=nothing", {}, 422),
        ("GET", "/reconcile/preview?id=nothing", {}, 404),
        ("GET", "/reconcile/preview", {}, 422),
        ("GET", "/reconcile/features/nothing", {}, 404),
        ("POST", "/reconcile/v1/match", {"json": []}, 400),
        ("POST", "/reconcile/v1/match", {"json": {"queries": {}}}, 400),
        ("POST", "/reconcile/v1/match", {"data": {"queries": "{}"}}, 415),
        ("POST", "/reconcile/v1/extend", {"json": {"ids": [], "properties": [{"name": "year"}]}}, 422),
        ("POST", "/reconcile/v1/extend", {"json": {"ids": ["x"] * 1001, "properties": []}}, 413),
        ("GET", "/reconcile/v1/match", {}, 405),
    ],
)
def test_bad_requests_get_a_problem_document(
    client: httpx.Client, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    answer = client.request(method, path, **sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail", "instance"} <= set(answer.json())


FIELDS = ["query", "type", "limit", "properties", "pid", "v", "id", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@HTTP
@given(batch=st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_whatever_is_asked_the_answer_has_its_shape(batch: dict[str, Any], match_02: Ask, match_10: Ask) -> None:
    found = match_02(batch)
    assert list(found) == list(batch)
    match_10(list(batch.values()))


@HTTP
@given(body=JSON)
def test_no_extension_breaks_the_server(client: httpx.Client, body: Any) -> None:
    kind = {"content-type": "application/json"}
    old = client.post("/reconcile", data={"extend": json.dumps(body)})
    new = client.post("/reconcile/v1/extend", content=json.dumps(body), headers=kind)
    assert {old.status_code, new.status_code} <= {200, 413, 422}


def test_the_dearest_batch_is_bounded(client: httpx.Client) -> None:
    """Conditions of which every dataset must be asked, as many as a query may have."""
    values = [f"https://x.example/{n}" for n in range(20)]
    dear = {
        "type": "dataset",
        "conditions": [{"matchType": "property", "propertyId": "homepage", "propertyValue": values, "matchQuantifier": "none"}],
    }
    answer = client.post("/reconcile/v1/match", json={"queries": [dear] * 10})
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() < 15  # a second or two where nothing else runs
