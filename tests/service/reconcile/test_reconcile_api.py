"""Rows R1 and R2: the Reconciliation API 0.2 and 1.0-draft over the real server, every answer held against a schema of its version."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2 as httpx
import pytest
from jsonschema import Draft202012Validator
from rdflib import Graph, URIRef

from kg.opened import OpenRelease
from kg.reconcile.match import FEATURES
from kg.reconcile.properties import PROPERTIES
from kg.reconcile.types import TYPES
from kg.reconcile.writing import BATCH, manifest_02

Ask = Callable[..., Any]


@pytest.mark.parametrize("version", ["0.2", "1.0-draft"])
def test_the_schemas_are_schemas_and_refuse_what_is_wrong(version: str, schemas: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schemas[version])
    wrong: dict[str, Any] = {
        "manifest": {"name": "x"}, "result-batch": {"q0": {}} if version == "0.2" else {"results": {}}, "suggested-types": {"result": [{}]},
        "extend-response": {"meta": [{"id": "x"}], "rows": {}}, "query-batch": {"q0": {"limit": 1}} if version == "0.2" else {"queries": [{}]},
        "proposal": {"type": "x"}, "cell": {"str": "x", "int": 1}, "candidate": {"id": "x", "name": "y"}, "setting": {"type": "select"},
    }  # fmt: skip
    for part, body in wrong.items():
        assert not Draft202012Validator(schemas[version] | {"$ref": f"#/$defs/{part}"}).is_valid(body), part


def test_manifests(client: httpx.Client, address: str, good: Ask) -> None:
    first = good(client.get("/reconcile"), "0.2", "manifest")
    second = good(client.get("/reconcile/v1"), "1.0-draft", "manifest")
    assert client.get("/reconcile/v1/").json() == second
    assert first["view"]["url"].startswith(address)
    assert {t["id"] for t in first["defaultTypes"]} == {t["id"] for t in second["defaultTypes"]} == set(TYPES)
    assert first["batchSize"] == second["batchSize"] == BATCH
    assert second["standardizedScore"] is True


def test_the_public_address_is_a_setting() -> None:
    assert manifest_02("https://data.example/kg")["preview"]["url"] == "https://data.example/kg/reconcile/preview?id={{id}}"


def test_any_origin_may_ask(client: httpx.Client) -> None:
    for path in ("/reconcile", "/reconcile/v1", "/reconcile/suggest/type"):
        assert client.get(path, headers={"Origin": "https://openrefine.example"}).headers["access-control-allow-origin"] == "*"
    refused = client.post("/reconcile", data={"queries": "{"}, headers={"Origin": "https://openrefine.example"})
    assert refused.headers["access-control-allow-origin"] == "*"
    asked = {
        "Origin": "https://a.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    assert client.options("/reconcile/v1/match", headers=asked).status_code == 200


def test_a_session_of_openrefine(client: httpx.Client, match_02: Ask, good: Ask, hold: Ask) -> None:
    """Manifest → guess the types → the batch → look → search by hand → propose → fetch columns."""
    manifest = good(client.get("/reconcile"), "0.2", "manifest")
    cells = ["Renal", "GBM", "CT scan", "MRT", "kidny"]
    guessed = match_02({f"q{n}": {"query": c, "limit": 3} for n, c in enumerate(cells)})
    assert [guessed[f"q{n}"]["result"][0]["name"] for n in range(len(cells))] == [
        "kidney", "glioblastoma", "computed tomography", "magnetic resonance imaging", "kidney",
    ]  # fmt: skip

    batch = {f"q{n}": {"query": c, "type": "anatomy", "type_strict": "should", "limit": 5} for n, c in enumerate(cells)}
    hold(batch, "0.2", "query-batch")
    found = match_02(batch)
    assert found["q0"]["result"][0]["match"] is True
    assert found["q1"]["result"] == []
    kidney = found["q0"]["result"][0]["id"]

    seen = client.get(manifest["preview"]["url"].replace("{{id}}", quote(kidney, safe="")))
    assert seen.status_code == 200
    assert "kidney" in seen.text
    view = client.get(
        manifest["view"]["url"].replace("{{id}}", quote(kidney, safe="")), headers={"Accept": "text/html"}, follow_redirects=True
    )
    assert view.status_code == 200
    assert "kidney" in view.text
    for feature in found["q0"]["result"][0]["features"]:
        assert (
            client.get(manifest["feature_view"]["url"].replace("{{id}}", feature["id"])).json()["name"] == FEATURES[feature["id"]]
        )

    entity = manifest["suggest"]["entity"]
    typed = good(
        client.get(entity["service_url"] + entity["service_path"], params={"prefix": "kidn"}), "0.2", "suggested-entities"
    )
    assert typed["result"][0]["id"] == kidney

    propose = manifest["extend"]["propose_properties"]
    offered = good(client.get(propose["service_url"] + propose["service_path"], params={"type": "anatomy"}), "0.2", "proposal")
    assert {"partOf", "mapping", "synonym"} <= {p["id"] for p in offered["properties"]}
    query = {
        "ids": [kidney],
        "properties": [{"id": "mapping"}, {"id": "datasets"}, {"id": "synonym", "settings": {"limit": "1", "language": "de"}}],
    }
    hold(query, "0.2", "extend-query")
    table = good(client.post("/reconcile", data={"extend": json.dumps(query)}), "0.2", "extend-response")
    row = table["rows"][kidney]
    assert {"str": "RADLEX:RID205"} in row["mapping"]
    assert row["datasets"][0]["int"] > 10
    assert len(row["synonym"]) == 1


def test_the_same_session_in_the_draft(client: httpx.Client, match_10: Ask, good: Ask, hold: Ask, named: Ask) -> None:
    queries = [
        named("Renal", "anatomy"),
        named("BraTS", "dataset", {"propertyId": "year", "propertyValue": 2019, "required": True}, limit=1),
    ]
    hold({"queries": queries}, "1.0-draft", "query-batch")
    kidney, brats = (r["candidates"] for r in match_10(queries))
    assert (kidney[0]["name"], kidney[0]["match"]) == ("kidney", True)
    assert [c["name"] for c in brats] == ["BraTS 2019"]
    typed = good(
        client.get("/reconcile/v1/suggest/entity", params={"prefix": "BraTS 20", "type": "dataset", "limit": 3}),
        "1.0-draft",
        "suggested-entities",
    )
    assert len(typed["result"]) == 3
    query = {"ids": [brats[0]["id"], "nobody"], "properties": [{"id": "modality", "settings": {"form": "curie"}}, {"id": "year"}]}
    table = good(client.post("/reconcile/v1/extend", json=query), "1.0-draft", "extend-response")
    assert [r["id"] for r in table["rows"]] == query["ids"]
    values = {p["id"]: p["values"] for p in table["rows"][0]["properties"]}
    assert values["year"] == [{"int": 2019}]
    assert all(v["str"].startswith("ikg:") for v in values["modality"])
    assert all(p["values"] == [] for p in table["rows"][1]["properties"])
    assert client.get("/reconcile/v1/preview", params={"id": brats[0]["id"]}).status_code == 200


def test_earlier_drafts_are_understood(client: httpx.Client, match_10: Ask) -> None:
    old = {
        "conditions": [{"matchType": "name", "v": "KiTS19"}, {"matchType": "property", "pid": "year", "v": ["2019"]}],
        "type": "dataset",
    }
    assert match_10([old])[0]["candidates"][0]["match"] is True


@pytest.mark.parametrize(("base", "version"), [("/reconcile", "0.2"), ("/reconcile/v1", "1.0-draft")])
def test_suggestions(client: httpx.Client, release: OpenRelease, base: str, version: str, good: Ask) -> None:
    def names(kind: str, part: str, **params: Any) -> list[str]:
        return [r["id"] for r in good(client.get(f"{base}/suggest/{kind}", params=params), version, part)["result"]]

    assert names("type", "suggested-types", prefix="") == list(TYPES)
    assert names("type", "suggested-types", prefix="organ")[0] == "anatomy"
    assert set(names("property", "suggested-properties", prefix="")) == set(PROPERTIES)
    assert names("property", "suggested-properties", prefix="year") == ["year"]
    assert "year" not in names("property", "suggested-properties", prefix="", type="anatomy")
    lidc = release.knowledge.datasets["lidc-idri"].iri
    for prefix in ("LIDC-IDRI", lidc, "ikgd:lidc-idri", "lidc"):
        assert lidc in names("entity", "suggested-entities", prefix=prefix)
    assert release.knowledge.concept("lung").iri in names("entity", "suggested-entities", prefix="RID1301")
    assert all("/dataset/" in i for i in names("entity", "suggested-entities", prefix="brain", type="dataset"))
    step = "cursor" if version == "0.2" else "offset"
    everything = names("entity", "suggested-entities", prefix="")
    assert names("entity", "suggested-entities", prefix="", **{step: 5})[:5] == everything[5:10]


def test_a_text_with_which_no_name_begins_is_matched(client: httpx.Client) -> None:
    """OpenRefine's *Search for match* begins with the cell that nothing matched."""
    for base in ("/reconcile", "/reconcile/v1"):
        for prefix, kind, name in (("Chexprt", "dataset", "CheXpert"), ("kidnee", "anatomy", "kidney")):
            result = client.get(f"{base}/suggest/entity", params={"prefix": prefix, "type": kind}).json()["result"]
            assert result[0]["name"] == name
        assert client.get(f"{base}/suggest/entity", params={"prefix": "xyzzy"}).json()["result"] == []


def test_the_type_above_all_is_told_only_where_it_was_asked_for(match_02: Ask) -> None:
    """OpenRefine proposes the type that most candidates have, and every concept has that one."""
    found = match_02({"a": {"query": "Renal"}, "b": {"query": "Renal", "type": "concept"}})
    assert [[t["id"] for t in found[q]["result"][0]["type"]] for q in "ab"] == [["anatomy"], ["anatomy", "concept"]]


def test_flyouts_are_fragments_that_another_page_takes_in(client: httpx.Client, good: Ask) -> None:
    suggest = good(client.get("/reconcile"), "0.2", "manifest")["suggest"]
    for kind, name, words in (
        ("entity", "http://purl.obolibrary.org/obo/UBERON_0002113", ("kidney", "Anatomical structure")),
        ("entity", "ikgd:lidc-idri", ("LIDC-IDRI", "Dataset")),
        ("type", "anatomy", ("Anatomical structure", "An organ")),
        ("property", "fieldOfView", ("field of view", "fieldOfView")),
    ):
        path = suggest[kind]["flyout_service_path"].replace("${id}", quote(name, safe=""))
        told = client.get(suggest[kind]["service_url"] + path).json()
        assert told["id"] == name
        assert all(word in told["html"] for word in words)
        assert not any(element in told["html"] for element in ("<script", "<style", "<img", "<html", "style="))
        unknown = client.get(f"/reconcile/flyout/{kind}", params={"id": "<b>nobody</b>"})
        assert unknown.status_code == 404


def test_whole_numbers_beyond_32_bits(client: httpx.Client, good: Ask) -> None:
    """OpenRefine 3.6 reads 32 bits of an `int`; the draft's clients are newer."""
    query = {"ids": ["4d-lung"], "properties": [{"id": "byteSize"}, {"id": "patients"}]}
    row = good(client.post("/reconcile", data={"extend": json.dumps(query)}), "0.2", "extend-response")["rows"]["4d-lung"]
    draft = good(client.post("/reconcile/v1/extend", json=query), "1.0-draft", "extend-response")["rows"][0]["properties"]
    (whole,) = draft[0]["values"]
    assert whole["int"] > 2**32
    assert row["byteSize"] == [{"float": whole["int"]}]
    assert [list(value) for value in row["patients"]] == [["int"]]


def test_a_preview_is_small_whole_and_loads_nothing(client: httpx.Client) -> None:
    for name in ("ikgd:lidc-idri", "ikg:CT", "UBERON:0002113"):
        answer = client.get("/reconcile/preview", params={"id": name})
        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert len(answer.content) < 6000
        for element in ("<script", "<img", "<link", "@import", "url(", "src="):
            assert element not in answer.text


def test_an_extension_gives_what_the_graph_holds(client: httpx.Client, release: OpenRelease, good: Ask) -> None:
    lidc = release.knowledge.datasets["lidc-idri"]
    wanted: list[dict[str, Any]] = [
        {"id": "modality"},
        {"id": "patients"},
        {"id": "labelled"},
        {"id": "anatomy", "settings": {"inferred": True}},
        {"id": "broader"},
    ]
    table = good(
        client.get("/reconcile", params={"extend": json.dumps({"ids": ["lidc-idri"], "properties": wanted})}),
        "0.2",
        "extend-response",
    )
    row = table["rows"]["lidc-idri"]
    assert {v["id"] for v in row["modality"]} == lidc.asserted["modality"]
    assert {v["id"] for v in row["anatomy"]} >= lidc.entailed["anatomy"]
    assert (row["patients"], row["labelled"], row["broader"]) == ([{"int": 1010}], [{"str": "true"}], [])
    assert [m["id"] for m in table["meta"]] == [w["id"] for w in wanted]
    assert table["meta"][0]["type"]["id"] == "modality"


def test_every_property_can_be_fetched_for_every_kind_of_entity(client: httpx.Client, good: Ask) -> None:
    query = {
        "ids": ["ikgd:lidc-idri", "ikg:CT", "UBERON:0002113", "MONDO:0018177"],
        "properties": [{"id": p} for p in PROPERTIES],
    }
    table = good(client.post("/reconcile/v1/extend", json=query), "1.0-draft", "extend-response")
    assert [len(r["properties"]) for r in table["rows"]] == [len(PROPERTIES)] * 4
    good(client.post("/reconcile", data={"extend": json.dumps(query)}), "0.2", "extend-response")


def test_the_api_is_described(client: httpx.Client) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    described = {p for p in paths if p.startswith("/reconcile")}
    for kind in ("entity", "type", "property"):
        assert {f"/reconcile/suggest/{kind}", f"/reconcile/v1/suggest/{kind}"} <= described
    assert {"/reconcile", "/reconcile/preview", "/reconcile/extend/propose", "/reconcile/v1", "/reconcile/v1/match"} <= described
    assert {"/reconcile/v1/extend", "/reconcile/v1/extend/propose", "/reconcile/v1/preview"} <= described
    assert set(paths["/reconcile"]["post"]["requestBody"]["content"]) == {"application/x-www-form-urlencoded"}


def test_ids_lead_to_this_host(client: httpx.Client, address: str, match_02: Ask) -> None:
    for text in ("KiTS19", "Renal", "CT"):
        one = match_02({"q": {"query": text}})["q"]["result"][0]["id"]
        url = client.get("/reconcile/v1").json()["view"]["url"].replace("{id}", quote(one, safe=""))
        answer = client.get(url, headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert urlsplit(str(answer.url)).netloc == urlsplit(address).netloc
        assert answer.status_code == 200
        assert (URIRef(one), None, None) in Graph().parse(data=answer.text, format="turtle")
