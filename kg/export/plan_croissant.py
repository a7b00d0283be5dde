"""The union of a plan as Croissant 1.1: what it is made of and where it is described.

The catalogue knows addresses, not files: each member is a file object whose content is what lies there (mostly a page), and the whole is
declared live, since that has no lasting digest. Records are inside files that nobody here has opened, so that there are no record sets.
"""

import json
from collections.abc import Mapping
from mimetypes import MimeTypes
from typing import Any, Final

from kg.export.plan_bibtex import bibtex
from kg.namespaces import BASE
from kg.terms.text import many

__all__ = ["CROISSANT", "croissant"]

CROISSANT: Final = "http://mlcommons.org/croissant/1.1"
_ARCHIVES: Final = ("application/zip", "application/x-tar")
_CONTEXT: Final[Mapping[str, Any]] = {
    "@language": "en", "@vocab": "https://schema.org/", "arrayShape": "cr:arrayShape", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "containedIn": "cr:containedIn", "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/", "description": {"@container": "@language"}, "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isArray": "cr:isArray", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "name": {"@container": "@language"}, "parentField": "cr:parentField", "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex",
    "repeated": "cr:repeated", "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/",
    "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def croissant(body: Mapping[str, Any]) -> str:
    """A plan as a Croissant 1.1 document; its context is written out, so that no reader fetches one."""
    return json.dumps(_document(body), indent=2, ensure_ascii=False) + "\n"


def _document(body: Mapping[str, Any]) -> dict[str, Any]:
    members = body["members"]
    licences = sorted({one["page"] or one["iri"] for m in members for one in m["licence"]})
    known = all(m["licence"] for m in members)
    keywords = sorted({v for m in members for f in ("modality", "anatomy", "task", "condition") for v in m[f]})
    found: dict[str, Any] = {
        "@context": dict(_CONTEXT), "@type": "sc:Dataset", "@id": f"{BASE}plan/{body['id']}",
        "name": f"imaging-kg-plan-{body['id']}", "conformsTo": CROISSANT, "url": f"{BASE}plan/{body['id']}",
        "description": _described(body), "isLiveDataset": True, "version": f"1.0.0+{body['release']}", "keywords": keywords,
        "isBasedOn": [m["iri"] for m in members], "citeAs": bibtex(body),
        "usageInfo": _terms(members),
        "distribution": [
            {
                "@type": "cr:FileObject", "@id": m["id"], "name": m["id"],
                "description": m["description"] or f"{m['name']}: its page; the files are fetched from there",
                "contentUrl": m["homepage"], "encodingFormat": _format(m["homepage"]),
            }
            for m in members
            if m["homepage"]
        ],
    }  # fmt: skip
    # One licence for the union is stated only where every member has that one; what follows from several is no matter of a list.
    return found | ({"license": licences[0]} if known and len(licences) == 1 else {})


def _format(address: str) -> str:
    """The media type behind an address: an archive where its name ends like one, else a page."""
    found = MimeTypes(()).guess_type(address)[0]
    return found if found in _ARCHIVES else "text/html"


def _described(body: Mapping[str, Any]) -> str:
    names = ", ".join(m["name"] for m in body["members"])
    extent = "; ".join(
        f"at least {many(e['atLeast'], e['unit'])} of {many(e['known'], 'dataset')}" for e in body["amount"]["extent"]
    )
    return (
        f"A union of {many(len(body['members']), 'dataset')}, to be fetched from their own pages and not distributed here: {names}. "
        f"It holds {extent or 'an unknown number of items'}. Made from release {body['release']} of the imaging-kg catalogue."
    )


def _terms(members: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The terms of use that are known, each once, with the datasets that have them."""
    found: dict[tuple[str, str], list[str]] = {}
    for member in members:
        for one in member["licence"]:
            found.setdefault((one["label"], one["page"] or one["iri"]), []).append(member["name"])
    return [
        {"@type": "sc:CreativeWork", "name": label, "url": page, "description": f"terms of {', '.join(names)}"}
        for (label, page), names in sorted(found.items())
    ]
