"""H2: lists come in a stable order, a page at a time, with first, next and prev; a cursor is opaque and belongs to its question."""

import csv
import io
import json
import re
from itertools import pairwise
from typing import Any

import httpx2 as httpx
import pytest

from kg.opened import OpenRelease

LISTS = [
    ("/v1/datasets?limit=400", "datasets"),
    ("/v1/datasets?limit=30&modality=MRI&anatomy=brain&sort=-year", "datasets"),
    ("/v1/datasets?limit=300&sort=name", "datasets"),
    ("/v1/concepts?limit=500", "concepts"),
    ("/v1/concepts?limit=20&facet=task", "concepts"),
    ("/v1/search?q=brain+MRI&limit=90", "strict"),
]


def rel(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'<([^>]+)>; rel="{name}"', answer.headers["Link"])
    return found[1] if found else ""


def ids(answer: httpx.Response, member: str) -> list[str]:
    return [row["iri"] for row in answer.json()[member]]


@pytest.mark.parametrize(("path", "member"), LISTS)
def test_h2_next_leads_through_the_whole_list_and_prev_back(path: str, member: str, client: httpx.Client) -> None:
    whole = ids(client.get(re.sub(r"limit=\d+", "limit=2000", path)), member)
    pages = [client.get(path)]
    while following := rel(pages[-1], "next"):
        pages.append(client.get(following))
    assert len(pages) > 2
    assert [i for page in pages for i in ids(page, member)] == whole
    assert len(set(whole)) == len(whole)
    assert not rel(pages[0], "prev")
    for before, page in pairwise(pages):
        assert client.get(rel(page, "prev")).json()[member] == before.json()[member]
        assert client.get(rel(page, "first")).json()[member] == pages[0].json()[member]
        assert "://" not in page.headers["Link"], "links are relative: no host leaks"
    if member != "strict":
        assert {page.json()["total"] for page in pages} == {len(whole)}


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/v1/datasets?limit=5", "/v1/datasets?limit=5&modality=CT"),
        ("/v1/datasets?limit=5", "/v1/datasets?limit=5&sort=name"),
        ("/v1/concepts?limit=5", "/v1/concepts?limit=5&facet=task"),
        ("/v1/search?q=CT&limit=5", "/v1/search?q=CT+liver&limit=5"),
    ],
)
def test_h2_a_cursor_belongs_to_its_question(path: str, other: str, client: httpx.Client) -> None:
    cursor = client.get(path).json()["page"]["next"]
    assert client.get(f"{path}&cursor={cursor}").json()["page"]["from"] == 5
    refused = client.get(f"{other}&cursor={cursor}")
    assert (refused.status_code, refused.json()["field"]) == (422, "cursor")
    for nonsense in ("x", "!!!", "eHguNQ", "é", "a" * 200):
        assert client.get(f"{path}&cursor={nonsense}").status_code == 422


def test_h2_datasets_are_filtered_like_the_structured_question(client: httpx.Client, release: OpenRelease) -> None:
    asked = {"modality": ["CT", "MRI"], "anatomy": ["liver"], "year": {"least": 2015, "most": 2021}, "labelled": True}
    want = client.post("/v1/search", params={"limit": 2000, "sort": "id"}, json=asked).json()
    params: dict[str, Any] = {"modality": ["CT", "MRI"], "anatomy": "liver", "since": 2015, "until": 2021, "labelled": "true"}
    body = client.get("/v1/datasets", params=params | {"limit": 2000}).json()
    assert body["total"] == want["total"] > 10
    assert [d["id"] for d in body["datasets"]] == [h["id"] for h in want["strict"]] == sorted(d["id"] for d in body["datasets"])
    known = release.knowledge.dataset(body["datasets"][0]["id"])
    assert body["datasets"][0] == json.loads(json.dumps(release.summary(known)))


@pytest.mark.parametrize("liver", ["liver", "hepatic", "UBERON:0002107", "RADLEX:RID58", "http://snomed.info/id/10200004"])
def test_h2_a_filter_takes_any_word_or_identifier(liver: str, client: httpx.Client) -> None:
    params = {"anatomy": liver, "resultType": "hits"}
    assert client.get("/v1/datasets", params=params).json() == client.get("/v1/datasets?anatomy=liver&resultType=hits").json()


def test_h2_hits_and_facets(client: httpx.Client) -> None:
    body = client.get("/v1/datasets?modality=CT&facets=modality,year&resultType=hits").json()
    assert set(body) == {"total", "facets"}
    assert body["facets"]["modality"][0]["datasets"] == body["total"]
    for counted in body["facets"]["modality"][1:6]:
        both = client.post("/v1/search", json={"all": [{"facet": "modality", "any": [m]} for m in ("CT", counted["iri"])]}).json()
        assert counted["datasets"] == both["total"]
    year = body["facets"]["year"][0]
    of_year = client.get(
        "/v1/datasets", params={"modality": "CT", "since": year["value"], "until": year["value"], "resultType": "hits"}
    )
    assert of_year.json()["total"] == year["datasets"]


def test_h2_every_form_lists_the_same(client: httpx.Client) -> None:
    path = "/v1/datasets?modality=CT&anatomy=kidney&limit=7&format="
    want = [d["id"] for d in client.get(f"{path}json").json()["datasets"]]
    assert len(want) == 7
    sheet = client.get(f"{path}csv")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert [row["id"] for row in csv.DictReader(io.StringIO(sheet.text))] == want
    assert rel(sheet, "next"), "a page of a table says so, too"
    assert [json.loads(line)["id"] for line in client.get(f"{path}ndjson").text.splitlines()] == want
    linked = client.get(f"{path}jsonld").json()
    assert [i["item"]["identifier"] for i in linked["itemListElement"]] == want


def test_h2_an_offset_still_passes_over(client: httpx.Client) -> None:
    page = client.get("/v1/datasets?limit=2&offset=1").json()
    assert page["datasets"] == client.get("/v1/datasets?limit=3").json()["datasets"][1:]
    assert client.get("/v1/datasets?offset=5000").json()["datasets"] == []


@pytest.mark.parametrize(
    "wrong", ["sort=relevance", "sort=x", "facets=x", "resultType=x", "since=1", "format=xml", "labelled=perhaps"]
)
def test_h2_what_a_list_does_not_take_is_named(wrong: str, client: httpx.Client) -> None:
    answer = client.get(f"/v1/datasets?{wrong}")
    assert answer.status_code == 422
    assert wrong.partition("=")[0] in answer.text
    assert client.get("/v1/concepts?facet=colour").json()["field"] == "facet"
