"""The forms of a plan, read back by the tools that their readers use."""

import csv
import io
import json
import socket
from typing import Any, NoReturn

import pybtex.database
import pytest
from rdflib import PROV, RDF, Graph, URIRef

from kg.export.plan_bibtex import entry
from kg.export.plan_forms import PLAN_FORMS, plan_form
from kg.export.plan_markdown import size
from kg.namespaces import BASE, DCAT, DCTERMS
from kg.opened import OpenRelease


@pytest.fixture(scope="module")
def body(release: OpenRelease) -> dict[str, Any]:
    return release.plan(["TCGA-LIHC"], {"modality": ["CT"], "anatomy": ["abdomen"], "task": ["segmentation"]})


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> NoReturn:
        raise AssertionError("a form of a plan must be read without a network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("form", PLAN_FORMS)
def test_a_form_has_the_same_bytes_each_time_and_every_member(form: str, body: dict[str, Any]) -> None:
    text = plan_form(body, form)
    assert text == plan_form(json.loads(json.dumps(body)), form)
    assert text.endswith("\n")
    assert all(m["id"] in text or (form == "md" and m["name"].split()[0].replace("_", "\\_") in text) for m in body["members"])


def test_json_is_the_body(body: dict[str, Any]) -> None:
    assert json.loads(plan_form(body, "json")) == body


def test_csv_has_one_row_a_member(body: dict[str, Any]) -> None:
    rows = list(csv.DictReader(io.StringIO(plan_form(body, "csv"), newline="")))
    assert [r["id"] for r in rows] == [m["id"] for m in body["members"]]
    assert sum(float(r["weight"]) for r in rows) == pytest.approx(1, abs=1e-4)
    for row, member in zip(rows, body["members"], strict=True):
        assert row["side"] == member["side"]
        assert row["licences"] == " | ".join(one["label"] for one in member["licence"])
        assert row["bytes"] == ("" if member["bytes"] is None else str(member["bytes"]))


def test_croissant_is_valid_and_claims_no_file_that_nobody_has_seen(
    body: dict[str, Any], no_network: None, tmp_path: Any
) -> None:
    mlc = pytest.importorskip("mlcroissant")
    document = json.loads(plan_form(body, "croissant"))
    found = mlc.Dataset(jsonld=document)
    assert not found.metadata.ctx.issues.errors
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert found.metadata.ctx.is_v1_1()
    assert document["isLiveDataset"] is True
    assert {d["@id"] for d in document["distribution"]} == {m["id"] for m in body["members"] if m["homepage"]}
    assert not {"recordSet", "sha256", "md5"} & {key for part in (document, *document["distribution"]) for key in part}
    assert document["isBasedOn"] == [m["iri"] for m in body["members"]]
    assert "license" not in document, "the members have different licences and some none that is known"
    told = {one["label"] for m in body["members"] for one in m["licence"]}
    assert {one["name"] for one in document["usageInfo"]} == told


def test_croissant_states_a_licence_that_every_member_has(body: dict[str, Any]) -> None:
    by = {"iri": "urn:by", "label": "BY", "page": "https://creativecommons.org/licenses/by/4.0/"}
    licensed = {**body, "members": [{**m, "licence": [by]} for m in body["members"]]}
    assert json.loads(plan_form(licensed, "croissant"))["license"] == by["page"]
    licensed["members"][0] = {**licensed["members"][0], "licence": []}
    assert "license" not in json.loads(plan_form(licensed, "croissant"))


def test_dcat_is_a_dataset_with_the_members_as_parts(body: dict[str, Any], no_network: None) -> None:
    graph = Graph().parse(data=plan_form(body, "dcat"), format="turtle")
    plan = URIRef(f"{BASE}plan/{body['id']}")
    parts = {URIRef(m["iri"]) for m in body["members"]}
    assert set(graph.objects(plan, DCTERMS.hasPart)) == parts
    assert set(graph.objects(plan, PROV.wasDerivedFrom)) == parts | {URIRef(f"{BASE}release/{body['release']}")}
    assert set(graph.subjects(RDF.type, DCAT.Dataset)) == parts | {plan}
    assert all(isinstance(s, URIRef) for s in graph.subjects())
    files = set(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == sum(bool(m["homepage"]) for m in body["members"])
    assert all(graph.value(f, DCAT.accessURL) for f in files)
    assert sum(int(str(n)) for n in graph.objects(None, DCAT.byteSize)) == body["amount"]["storage"]["bytes"]


def test_bibtex_is_read_back_with_the_facts_of_the_catalogue(body: dict[str, Any]) -> None:
    found = pybtex.database.parse_string(plan_form(body, "bibtex"), "bibtex")
    assert list(found.entries) == [m["id"] for m in body["members"]]
    for member in body["members"]:
        fields = found.entries[member["id"]].fields
        assert fields.get("year") == (str(member["year"]) if member["year"] else None)
        assert ("url" in fields) == bool(member["homepage"])
        assert fields.get("doi") == member["doi"]
        assert "author" not in fields
        assert fields["title"].strip("{}").replace("\\", "") == member["name"]


def test_bibtex_survives_what_a_name_may_hold() -> None:
    hostile = {
        "id": "x", "name": r"A & B_1 {50%} \ #2 ~ ^ $", "publishers": ["A and B", "C"], "year": None, "doi": "10.1/a_{b}",
        "homepage": "https://e.org/a_b?c=%20{d}", "iri": f"{BASE}dataset/x",
    }  # fmt: skip
    fields = pybtex.database.parse_string(entry(hostile), "bibtex").entries["x"].fields
    assert fields["url"] == "https://e.org/a_b?c=%20%7Bd%7D"
    assert fields["doi"] == "10.1/a_%7Bb%7D"
    assert fields["publisher"] == "{A and B} and {C}"
    assert "year" not in fields


def test_the_checklist_has_a_box_a_member_and_a_box_an_overlap(body: dict[str, Any]) -> None:
    lines = plan_form(body, "md").splitlines()
    assert sum(line.startswith("- [ ] ") for line in lines) == len(body["members"]) + len(body["leakage"])
    assert sum(line.startswith("  - to accept: ") for line in lines) == len(body["members"])
    asked = sum("ask its publisher before use" in line for line in lines)
    assert asked == sum(not m["licence"] for m in body["members"]) > 0
    headings = [line for line in lines if line.startswith("## ")]
    assert [h.removeprefix("## ").partition(" (")[0].lower() for h in headings][: len(body["access"])] == [
        a["label"].lower() for a in body["access"]
    ]


@pytest.mark.parametrize(("count", "said"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (20_421_873_751_576, "20.4 TB")])
def test_bytes_for_a_person(count: int, said: str) -> None:
    assert size(count) == said
