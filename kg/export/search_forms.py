"""A page of a search answer in other forms than JSON: CSV, one JSON object a line, JSON-LD with schema.org's words."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kg.namespaces import PREFIXES

__all__ = ["SEARCH_FORMS", "cell", "listing_form", "search_form"]

SEARCH_FORMS: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "jsonld": "application/ld+json",
}
"""Name of a form → its media type."""

_FIRST: Final = ("verdict", "id", "iri", "name", "score")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def search_form(body: Mapping[str, Any], form: str) -> str:
    """The text of a page in one of :data:`SEARCH_FORMS`."""
    if form == "csv":
        return _csv(body)
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(body))
    if form == "jsonld":
        return json.dumps(_jsonld(body), ensure_ascii=False)
    return json.dumps(body, ensure_ascii=False)


def listing_form(body: Mapping[str, Any], form: str) -> str:
    """The text of a page of the list of datasets in one of :data:`SEARCH_FORMS`; without datasets, where they were only counted."""
    rows: list[dict[str, Any]] = body.get("datasets", [])
    if form == "csv":
        return _sheet(rows, list(rows[0]) if rows else ["id", "iri", "name"])
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if form == "jsonld":
        items = [
            {"@type": "ListItem", "position": n, "item": _item(row)}
            for n, row in enumerate(rows, body.get("page", {}).get("from", 0) + 1)
        ]
        return json.dumps(_item_list("the datasets", body["total"], items), ensure_ascii=False)
    return json.dumps(body, ensure_ascii=False)


def _rows(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for verdict in ("strict", "near"):
        for hit in body[verdict]:
            yield {"verdict": verdict, **hit}


def _csv(body: Mapping[str, Any]) -> str:
    rows = list(_rows(body))
    columns = list(dict.fromkeys((*(c for c in _FIRST if any(c in r for r in rows) or not rows), *(k for r in rows for k in r))))
    return _sheet(rows, columns)


def _sheet(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
    return text.getvalue()


def cell(value: Any) -> str:
    """A value as the text of a CSV cell: lists of texts parted by bars, other structures as JSON, and nothing that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        value = " | ".join(value)
    elif not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if value.startswith(_FORMULA) else value  # a spreadsheet would run it


def _jsonld(body: Mapping[str, Any]) -> dict[str, Any]:
    items = [
        {
            "@type": "ListItem", "position": n, "item": _item(row),
            "ikg:verdict": row["verdict"], "ikg:score": row["score"],
        }
        for n, row in enumerate(_rows({v: [_full(h) for h in body[v]] for v in ("strict", "near")}), body["page"]["from"] + 1)
    ]  # fmt: skip
    return _item_list(body["query"]["text"] or "the catalogue", body["total"], items)


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"@id": row["iri"], "@type": "Dataset", "name": row["name"], "identifier": row["id"]}


def _item_list(name: str, total: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "@context": {"@vocab": "https://schema.org/", "ikg": PREFIXES["ikg"]},
        "@type": "ItemList", "name": name, "numberOfItems": total, "itemListElement": items,
    }  # fmt: skip


def _full(hit: Mapping[str, Any]) -> dict[str, Any]:
    """What names a hit, also where a caller's fields left it out."""
    return {"name": hit["id"], "score": 0, "iri": f"{PREFIXES['ikgd']}{hit['id']}", **hit}
