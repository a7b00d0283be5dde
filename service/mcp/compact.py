"""Answers made small: what an agent needs to go on, with the receipts, and without what it can ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

from kg.namespaces import curie, local_name

__all__ = ["comparison", "concept", "dataset", "fusion", "licence", "member", "search"]

_CLAIMS = 3  # claims told for one fact
_SENTENCES = 5


def _cut(body: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty; False and 0 are something."""
    return {k: v for k, v in body.items() if v not in (None, "", [], {}, ())}


def search(body: Mapping[str, Any], near: int) -> dict[str, Any]:
    """A search answer."""
    query, page = body["query"], body["page"]
    read = [
        {"text": m["text"], "concept": m["curie"], "label": m["label"], "facet": m["facet"]}
        | ({"not": True} if m["negated"] else {})
        for m in query["mentions"]
        if not m.get("absorbed")
    ]
    return _cut(
        {
            "read_as": read + [{"constraint": c["text"].strip()} for c in query["constraints"]],
            "not_understood": [{"text": w["text"], "did_you_mean": w["suggestions"]} for w in query["unread"]],
            "contradictions": body.get("contradictions"),
            "total": body["total"],
            "hits": [_cut({k: v for k, v in h.items() if k != "parts"}) for h in body["strict"]],
            "near": [_cut({k: h[k] for k in ("id", "name", "missing") if k in h}) for h in body["near"][:near]],
            "if_relaxed": body.get("relaxations"),
            "facets": body.get("facets"),
            "next_cursor": page.get("next") if page["from"] + len(body["strict"]) < body["total"] else None,
            "sparql": body["sparql"],
        }
    )


def dataset(body: Mapping[str, Any], inferred: bool) -> dict[str, Any]:
    """A dataset: each asserted fact with the claims behind it."""
    claims = body["claims"]
    facts = {
        prop: [
            {"concept": c["curie"], "label": c["label"]} | _receipts(claims, prop, c["iri"]) for c in concepts
        ]
        for prop, concepts in body["asserted"].items()
    }  # fmt: skip
    return _cut(
        {
            "kind": "dataset",
            **{k: body[k] for k in ("id", "iri", "name", "aliases", "year", "homepage", "labelled", "description", "extent")},
            "byteSize": body["byteSize"],
            "facts": facts,
            "inferred": {p: [c["label"] for c in v] for p, v in body["inferred"].items()} if inferred else None,
            "related": body["related"],
            "conflicts": body["conflicts"],
            "sources": sorted({c["source"] for c in claims}),
            "claims_in_all": len(claims),
        }
    )


def _receipts(claims: Sequence[Mapping[str, str]], prop: str, value: str) -> dict[str, Any]:
    found = [c for c in claims if c.get("value") == value and local_name(c.get("property", "")) == prop]
    told = [{"source": c["source"], "field": c["field"], "said": c["raw"], "claim": c["claim"]} for c in found[:_CLAIMS]]
    return {"claims": told} | ({"more_claims": len(found) - _CLAIMS} if len(found) > _CLAIMS else {})


def concept(body: Mapping[str, Any], most: int) -> dict[str, Any]:
    """A concept: what it is called, where it stands, and what it is elsewhere."""

    def listed(things: Sequence[Mapping[str, str]]) -> list[str]:
        return [f"{t['curie']} {t['label']}" for t in things[:most]]

    return _cut(
        {
            "kind": "concept",
            **{k: body[k] for k in ("iri", "curie", "label", "facet", "datasets", "definition")},
            "words": list(dict.fromkeys(w["text"] for w in body["words"]))[:most],
            "broader": listed(body["broader"]),
            "narrower": listed(body["narrower"]),
            "narrower_in_all": len(body["narrower"]),
            "edges": {p: listed(v) for p, v in body["edges"].items()},
            "mappings": body["mappings"],
        }
    )


def member(body: Mapping[str, Any], receipts: bool) -> dict[str, Any]:
    """A dataset judged: verdict, reasons, and the triples and axioms that they rest on."""
    because = [
        {
            "reason": e["reason"],
            "triples": [f"{curie(t['subject'])} {curie(t['predicate'])} {curie(t['object'])}" for t in e["triples"]],
            "axioms": [a["text"] for a in e["axioms"]],
        }
        for e in body.get("evidence", ())
    ]
    return _cut(
        {
            **{k: body[k] for k in ("id", "name", "verdict", "score", "reasons")},
            "steps": [s["text"] for s in body.get("steps", ())],
            "receipts": because if receipts else None,
        }
    )


def fusion(body: Mapping[str, Any], receipts: bool) -> dict[str, Any]:
    """A fusion answer: the question as it was understood, the members, what they amount to."""
    total, profile = body["set"], body["profile"]
    overlaps, out = total["overlaps"], {d["id"]: d["reason"] for d in total["leftOut"]}
    return _cut(
        {
            "asked": profile["classExpression"],
            "profile": profile["editable"],
            "from_seeds": profile["seeds"] if profile["induced"] else None,
            "nothing_fits": [c["reason"] for c in profile["conflicts"]],
            "members": [member(m, receipts) | ({"left_out": out[m["id"]]} if m["id"] in out else {}) for m in body["members"]],
            "set": _cut(
                {
                    "datasets": total["datasets"],
                    "extent": total["extent"],
                    "size_unknown": total["extentUnknown"],
                    "without_double_counting": total["effective"],
                    "licence": {k: total["licence"][k] for k in ("use", "verdict", "reason")},
                    "overlaps": [o["reason"] for o in overlaps[:_SENTENCES]],
                    "overlaps_in_all": len(overlaps),
                    "related": total["related"],
                    "excluded": total["excluded"],
                    "notes": total["notes"],
                }
            ),
            "sparql": body["sparql"],
        }
    )


def licence(body: Mapping[str, Any]) -> dict[str, Any]:
    """A licence answer; the notice always goes with it."""
    members = [
        _cut(
            {k: m[k] for k in ("id", "verdict", "reason")}
            | {"licences": [f"{li['label']} ({li['page']})" for li in m["licences"]]}
        )
        for m in body["members"]
    ]
    kept = ("use", "verdict", "reason", "strictest", "derivative", "conditions", "notes", "attribution", "toAsk", "notice")
    return _cut({k: body[k] for k in kept} | {"members": members})


def comparison(body: Mapping[str, Any]) -> dict[str, Any]:
    """A comparison: labels only, with the CURIEs of what is common."""
    heads = [
        _cut({k: v for k, v in d.items() if k != "disputed"} | {"disputed": _labels(d["disputed"])}) for d in body["datasets"]
    ]
    rows = [
        _cut(
            {
                "property": r["property"],
                "state": r["state"],
                "common": [f"{c['curie']} {c['label']}" for c in r["common"]],
                "unknown_of": r["unknown"],
                "values": {d: v for d, v in _labels(r["values"]).items() if v},
            }
        )
        for r in body["rows"]
    ]
    return {"datasets": heads, "rows": rows, "overlap": [o["reason"] for o in body["overlap"]]}


def _labels(values: Mapping[str, Sequence[Mapping[str, str]]]) -> dict[str, list[str]]:
    return {key: [c["label"] for c in concepts] for key, concepts in values.items()}
