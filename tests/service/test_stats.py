"""Section 6: ``/v1/stats``. The counts are those of the list of datasets, and of a count by hand."""

import csv
import io
import xml.etree.ElementTree as ET

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.export.crosstab_forms import crosstab_form
from kg.knowledge.criteria import PROPERTY_OF
from kg.opened import OpenRelease
from kg.search.crosstab import Cross
from kg.search.page import FACETS_COUNTED

SVG = "{http://www.w3.org/2000/svg}"
SAMPLED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SAMPLED
@given(
    facets=st.lists(st.sampled_from(FACETS_COUNTED), min_size=2, max_size=2, unique=True),
    counting=st.sampled_from(["meaning", "stated"]),
    since=st.sampled_from([None, 2019]),
)
def test_every_cell_is_the_count_by_hand(release: OpenRelease, facets: list[str], counting: str, since: int | None) -> None:
    rows, columns = facets
    demands = {"modality": ["CT"]} | ({"year": {"least": since}} if since else {})
    body = release.stats(Cross(rows, columns, counting, 7, 5), demands)
    among = [release.knowledge.datasets[h.id] for h in release.answer(demands).strict]

    def having(facet: str, head: dict[str, object] | None) -> set[str]:
        """The datasets with a value of a facet; with none that is known when there is no head."""
        if facet == "year":
            return {d.id for d in among if d.year == (head["value"] if head else None)}
        prop = PROPERTY_OF.get(facet, facet) if counting == "meaning" else facet
        values = {d.id: (d.entailed if counting == "meaning" else d.asserted).get(prop, frozenset()) for d in among}
        return {i for i, found in values.items() if (head["iri"] in found if head else not found)}

    assert body["total"] == len(among)
    for axis in (body["rows"], body["columns"]):
        assert [v["datasets"] for v in axis["values"]] == [len(having(axis["facet"], v)) for v in axis["values"]]
        assert axis["unknown"] == len(having(axis["facet"], None))
    for row, counts in zip(body["rows"]["values"], body["cells"], strict=True):
        assert counts == [len(having(rows, row) & having(columns, c)) for c in body["columns"]["values"]]
    assert body["unknown"]["both"] == len(having(rows, None) & having(columns, None))
    assert body["unknown"]["rows"] == [len(having(rows, r) & having(columns, None)) for r in body["rows"]["values"]]
    assert body["unknown"]["columns"] == [len(having(columns, c) & having(rows, None)) for c in body["columns"]["values"]]


def test_a_total_is_what_the_list_answers(client: httpx.Client) -> None:
    body = client.get(
        "/v1/stats", params={"rows": "modality", "columns": "anatomy", "rowLimit": 3, "columnLimit": 3, "since": 2018}
    ).json()
    assert body["closure"] is True
    assert "broader concepts" in body["means"]
    for n, row in enumerate(body["rows"]["values"]):
        asked = {"modality": row["concept"], "since": 2018, "resultType": "hits"}
        assert client.get("/v1/datasets", params=asked).json()["total"] == row["datasets"]
        for m, column in enumerate(body["columns"]["values"]):
            both = client.get("/v1/datasets", params={**asked, "anatomy": column["concept"]}).json()["total"]
            assert both == body["cells"][n][m]
    stated = client.get("/v1/stats", params={"rows": "modality", "counting": "stated"}).json()
    assert stated["closure"] is False
    assert "no broader concept" in stated["means"]


def test_the_table_and_the_picture_hold_the_same_numbers(client: httpx.Client) -> None:
    asked = {"rows": "task", "columns": "accessLevel"}
    body = client.get("/v1/stats", params=asked).json()
    table = client.get("/v1/stats", params=asked, headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(table.text)))
    assert lines[0] == ["task \\ accessLevel", *(v["label"] for v in body["columns"]["values"]), "unknown", "total"]
    assert [[int(n) for n in line[1:-2]] for line in lines[1:-2]] == body["cells"]
    assert int(lines[-1][-1]) == body["total"]
    picture = client.get("/v1/stats", params=asked, headers={"Accept": "image/avif,image/svg+xml,image/*,*/*;q=0.1"})
    assert picture.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(picture.text)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "title desc"
    assert root.findtext(f"{SVG}title") == "Datasets by task and accessLevel"
    assert body["means"] in str(root.findtext(f"{SVG}desc"))
    texts = {t.text for t in root.iter(f"{SVG}text")}
    assert {f"{n:,}" for counts in body["cells"] for n in counts} <= texts
    assert {v["label"] for v in body["rows"]["values"]} <= texts
    assert not list(root.iter(f"{SVG}script"))
    assert not list(root.iter(f"{SVG}style"))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_h8_text_in_the_picture_has_contrast(release: OpenRelease) -> None:
    """WCAG 2.2, 1.4.3: 4.5:1."""
    root = ET.fromstring(crosstab_form(release.stats(Cross("modality", "anatomy")), "svg"))
    seen = set()
    for cell in root.iter(f"{SVG}g"):
        back, ink = (cell.find(f"{SVG}{tag}") for tag in ("rect", "text"))
        assert back is not None
        assert ink is not None
        seen.add(back.attrib["fill"])
        light, dark = sorted((luminance(back.attrib["fill"]), luminance(ink.attrib["fill"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert len(seen) >= 5


def test_a_label_that_looks_like_markup_stays_text() -> None:
    head = {"concept": "x:y", "iri": "urn:x", "label": '<script>"&', "datasets": 3}
    axis = {"facet": "topic", "values": [head], "unknown": 0, "leftOut": 0}
    body = {
        "total": 3, "means": "", "rows": axis, "columns": axis, "cells": [[3]], "unknown": {"rows": [0], "columns": [0], "both": 0},
    }  # fmt: skip
    for form in (body, {k: v for k, v in body.items() if k not in {"columns", "cells", "unknown"}}):
        assert not list(ET.fromstring(crosstab_form(form, "svg")).iter(f"{SVG}script"))


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 422), ({"rows": "colour"}, 422), ({"rows": "task", "columns": "task"}, 422), ({"rows": "task", "counting": "twice"}, 422),
        ({"rows": "task", "rowLimit": "0"}, 422), ({"rows": "task", "format": "png"}, 422), ({"rows": "task", "modality": "xyzzy"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_a_problem(client: httpx.Client, params: dict[str, str], status: int) -> None:
    answer = client.get("/v1/stats", params=params)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert client.get("/v1/stats", params={"rows": "task"}, headers={"Accept": "image/png"}).status_code == 406


def test_h3_a_table_that_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    forms = {
        client.get("/v1/stats", params={"rows": "task"}, headers={"Accept": a}).headers["etag"]
        for a in ("text/csv", "image/svg+xml")
    }
    assert len(forms) == 2
    first = client.get("/v1/stats", params={"rows": "task"})
    assert "Accept" in first.headers["vary"]
    assert client.get("/v1/stats", params={"rows": "task"}, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
