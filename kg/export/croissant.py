"""A dataset as Croissant 1.1 (https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html), metadata only.

No file is known by its address and checksum, so there is no ``distribution`` and no ``recordSet``: a tool reads the description and
goes to the landing page. What the licence permits, prohibits and requires is an ODRL policy, what it binds the use to are DUO terms.
"""

from typing import Any, Final

from kg.export.citation import bibtex
from kg.export.record import Record
from kg.export.schema_org import one_or_all
from kg.namespaces import PREFIXES, curie

__all__ = ["MEDIA_TYPE", "VERSION", "croissant"]

VERSION: Final = "http://mlcommons.org/croissant/1.1"
MEDIA_TYPE: Final = f'application/ld+json; profile="{VERSION}"'
_ODRL: Final = {"permits": "odrl:permission", "prohibits": "odrl:prohibition", "requires": "odrl:obligation"}
# The names of the specification's own context, so that every reader of Croissant knows it.
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn", "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": PREFIXES["dcterms"],
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
    "field": "cr:field", "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet",
    "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator",
    "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform", "odrl": PREFIXES["odrl"], "cc": PREFIXES["cc"],
    "DUO": PREFIXES["DUO"],
}  # fmt: skip


def croissant(record: Record) -> dict[str, Any]:
    """A dataset's Croissant description; passes ``mlcroissant validate``."""
    view = record.view
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "@id": view.iri,
        "name": view.name,
        "description": record.summary,
        "conformsTo": VERSION,
        "url": view.homepage or view.iri,
        "sameAs": list(dict.fromkeys(a for a in (view.iri, record.doi) if a)),
        "identifier": view.iri,
        "keywords": list(record.keywords),
        "license": one_or_all(record.licence_pages),
        "datePublished": str(view.year or ""),
        "publisher": [{"@type": "sc:Organization", "@id": a.iri, "name": a.name} for a in record.publishers],
        "citeAs": bibtex(record),
        "alternateName": list(view.aliases),
        "isAccessibleForFree": record.is_open,
        "usageInfo": usage(record),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def usage(record: Record) -> list[Any]:
    """The conditions of use: DUO's terms, and the licence's actions as one ODRL policy."""
    found: list[Any] = list(record.terms.data_use)
    rules = {
        name: [{"odrl:action": {"@id": curie(action)}} for action in getattr(record.terms, prop)]
        for prop, name in _ODRL.items()
        if getattr(record.terms, prop)
    }
    if rules:
        found.append({"@type": "odrl:Set", "@id": f"{record.view.iri}#policy", **rules})
    return found
