"""Search over HTTP: pages, forms, fields, facets, and the structured question."""

import csv
import io
import json
import re

import httpx
import pytest

from kg.opened import OpenRelease

TEXTS = (
    "renal CT segmentation",
    "not COVID chest x-ray",
    "CT or MRI of the liver since 2018",
    "LIDC-IDRI",
    "",
    "unicorns in MRI",
)


def pages(client: httpx.Client, path: str) -> list[dict[str, object]]:
    found = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200
        found.append(answer.json())
        link = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"])
        path = link[1] if link else ""
    return found


def test_pages_follow_one_another_without_gap_or_repetition(client: httpx.Client) -> None:
    whole = client.get("/v1/search", params={"q": "brain MRI", "limit": 2000}).json()
    parts = pages(client, "/v1/search?q=brain+MRI&limit=90")
    assert len(parts) > 2
    for kind in ("strict", "near"):
        assert [h["id"] for p in parts for h in p[kind]] == [h["id"] for h in whole[kind]]  # type: ignore[attr-defined]
    assert "prev" in parts[1]["page"]  # type: ignore[operator]
    assert "http" not in client.get("/v1/search?q=brain&limit=5").headers["Link"], "links are relative: no host leaks"


def test_a_cursor_belongs_to_its_question(client: httpx.Client) -> None:
    cursor = client.get("/v1/search", params={"q": "brain MRI", "limit": 5}).json()["page"]["next"]
    assert client.get("/v1/search", params={"q": "liver CT", "limit": 5, "cursor": cursor}).status_code == 422


@pytest.mark.parametrize("text", TEXTS)
def test_the_structured_question_gives_the_same_answer(text: str, client: httpx.Client) -> None:
    told = client.get("/v1/search", params={"q": text, "limit": 2000}).json()
    asked = client.post("/v1/search", params={"limit": 2000}, json=told["query"]["structured"]).json()
    for key in ("total", "strict", "near", "sparql"):
        assert told[key] == asked[key]


@pytest.mark.parametrize("text", TEXTS)
def test_every_form_holds_the_same_hits(text: str, client: httpx.Client) -> None:
    def get(form: str) -> httpx.Response:
        answer = client.get("/v1/search", params={"q": text, "format": form})
        assert answer.status_code == 200
        return answer

    body = get("json").json()
    ids = [h["id"] for kind in ("strict", "near") for h in body[kind]]
    sheet = get("csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert [r["id"] for r in csv.DictReader(io.StringIO(sheet.text))] == ids
    assert [json.loads(line)["id"] for line in get("ndjson").text.splitlines()] == ids
    linked = get("jsonld").json()
    assert [i["item"]["identifier"] for i in linked["itemListElement"]] == ids
    assert linked["numberOfItems"] == body["total"]


def test_fields_sort_facets_and_steps(client: httpx.Client, release: OpenRelease) -> None:
    params = {
        "q": "liver CT",
        "fields": "id,year,extent,licence",
        "sort": "-year",
        "facets": "modality,year,licence",
        "limit": "50",
    }
    body = client.get("/v1/search", params=params).json()
    assert all(set(h) == {"id", "year", "extent", "licence"} for h in body["strict"])
    years = [h["year"] for h in body["strict"]]
    known = [y for y in years if y is not None]
    assert known == sorted(known, reverse=True)
    assert years[: len(known)] == known, "unknown years come last"
    assert body["facets"]["modality"][0] == {
        "concept": "ikg:CT", "iri": "https://w3id.org/imaging-kg/ontology/CT", "label": "computed tomography", "datasets": body["total"],
    }  # fmt: skip
    assert sum(c["datasets"] for c in body["facets"]["year"]) <= body["total"]
    explained = client.get("/v1/search", params={"q": "thorax CT", "explain": "true", "limit": 5}).json()
    for hit in explained["strict"]:
        assert [s["met"] for s in hit["steps"]] == [True] * len(hit["steps"])
        for step in hit["steps"]:
            assert client.get(step["justification"]).json()["holds"]


def test_nothing_in_a_text_reaches_the_query_but_as_a_term(client: httpx.Client, release: OpenRelease) -> None:
    for text in (
        'CT" } UNION { ?dataset ?p ?o', "'; DROP TABLE names; --", "lung AND (NEAR/2", "SELECT * WHERE { ?s ?p ?o }",
        "🫁 CT 🧠", "liver.*(a+)+$",
        "x" * 10_000, "CT\u0000\u0007liver", '" OR names MATCH "x',
    ):  # fmt: skip
        answer = client.get("/v1/search", params={"q": text})
        assert answer.status_code == 200, text
        body = answer.json()
        found = release.store.select(body["sparql"])
        assert len(found.rows) == body["total"]
    assert client.get("/v1/search", params={"q": "x" * 10_001}).status_code == 422


def test_contradictions_are_named(client: httpx.Client) -> None:
    for text in ("2D CT volumes only video", "CT since 2020 before 2015", "MRI but not MRI"):
        body = client.get("/v1/search", params={"q": text}).json()
        assert body["contradictions"], text
        assert body["total"] == 0


def test_what_emptied_the_answer_is_told_with_counts(client: httpx.Client) -> None:
    body = client.get("/v1/search", params={"q": "OCT of the pancreas"}).json()
    assert body["total"] == 0
    counts = {w["leftOut"]: w["datasets"] for w in body["relaxations"]["without"]}
    assert counts["pancreas"] == client.get("/v1/search", params={"q": "OCT"}).json()["total"]
    assert counts["OCT"] == client.get("/v1/search", params={"q": "pancreas"}).json()["total"]
    assert {b["instead"] for b in body["relaxations"]["broader"]} <= {"OCT", "pancreas"}


def test_suggestions_are_typed_and_counted(client: httpx.Client, release: OpenRelease) -> None:
    found = client.get("/v1/suggest", params={"q": "kidn"}).json()["suggestions"]
    assert found[0]["label"] == "kidney"
    assert found[0]["datasets"] == client.get("/v1/search", params={"q": "kidney"}).json()["total"]
    assert {s["kind"] for s in client.get("/v1/suggest", params={"q": "lidc"}).json()["suggestions"]} == {"dataset"}
    only = client.get("/v1/suggest", params={"q": "brain", "kind": "dataset", "limit": 3}).json()["suggestions"]
    assert len(only) == 3
    assert all(s["kind"] == "dataset" and s["id"] in release.knowledge.datasets for s in only)
    assert client.get("/v1/suggest").json()["suggestions"] == []


def test_the_examples_of_the_openapi_document_run(client: httpx.Client) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    ran = 0
    for path in ("/v1/search", "/v1/suggest"):
        for parameter in paths[path]["get"]["parameters"]:
            schema = parameter.get("schema", {})
            examples = [e["value"] for e in parameter.get("examples", {}).values()] + list(schema.get("examples", []))
            for example in examples:
                answer = client.get(path, params={parameter["name"]: example})
                assert answer.status_code == 200, example
                body = answer.json()
                assert body["total"] if path == "/v1/search" else body["suggestions"], f"{example} finds something"
                ran += 1
    for example in paths["/v1/search"]["post"]["requestBody"]["content"]["application/json"]["examples"].values():
        assert client.post("/v1/search", json=example["value"]).json()["total"], example
        ran += 1
    assert ran >= 8
