"""A dataset and the catalogue as schema.org, for search engines of datasets (Google Dataset Search, science-on-schema.org)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kg.catalogue.triples import CATALOG
from kg.export.record import Record, Term
from kg.export.void import LICENCE
from kg.namespaces import BASE, curie

__all__ = ["CONTEXT", "catalogue_schema_org", "dataset_schema_org", "one_or_all", "term_schema_org"]

CONTEXT: Final = "https://schema.org/"
_RELATED: Final = {"wasDerivedFrom": "isBasedOn", "isPartOf": "isPartOf", "isVersionOf": "isBasedOn", "relabels": "isBasedOn"}
_CATALOGUE: Final = {"@id": str(CATALOG), "@type": "DataCatalog", "name": "imaging-kg", "url": BASE}


def dataset_schema_org(record: Record) -> dict[str, Any]:
    """A dataset as a JSON-LD object. What is not known is left out; there is no ``distribution``, for no file is known by its address.

    The subject is the dataset, not our page about it; the dates of the page are ``sdDatePublished``.
    """
    view = record.view
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": view.iri,
        "name": view.name,
        "description": record.summary,
        "identifier": [view.iri, record.doi] if record.doi else view.iri,
        "url": view.iri,
        "keywords": list(record.keywords),
        "includedInDataCatalog": _CATALOGUE,
        "measurementTechnique": [_defined(t) for t in record.facts.get("modality", ())],
        "variableMeasured": [_measured(t) for p in ("annotates", "annotatesStructure") for t in record.facts.get(p, ())],
        "about": [_defined(t) for p in ("anatomy", "condition") for t in record.facts.get(p, ())],
        "sdLicense": str(LICENCE),
        "sdPublisher": {"@type": "Organization", "name": "imaging-kg", "url": BASE},
    }
    found |= {
        "alternateName": list(view.aliases),
        "sameAs": list(dict.fromkeys(a for a in (view.homepage, record.doi) if a)),
        "license": one_or_all(record.licence_pages),
        "publisher": [{"@type": "Organization", "@id": a.iri, "name": a.name} for a in record.publishers],
        "datePublished": str(view.year or ""),
        "isAccessibleForFree": record.is_open,
        "conditionsOfAccess": "; ".join(record.named("accessLevel")),
        "size": {"@type": "QuantitativeValue", "value": view.size, "unitText": "byte"} if view.size else None,
        "isPartOf": [{"@type": "CreativeWorkSeries", "@id": s.iri, "name": s.label} for s in record.series],
        "sdDatePublished": record.modified,
        "usageInfo": list(record.terms.data_use),
    }
    for relation, name in _RELATED.items():
        others = (record.related or {}).get(relation, ())
        found[name] = [*found.get(name, ()), *({"@type": "Dataset", "@id": t.iri, "name": t.label} for t in others)]
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def one_or_all(values: Sequence[str]) -> Any:
    """A single value as itself, several as a list, as JSON-LD is usually written."""
    return values[0] if len(values) == 1 else list(values)


def _defined(term: Term) -> dict[str, str]:
    return {"@type": "DefinedTerm", "@id": term.iri, "name": term.label, "termCode": curie(term.iri)}


def _measured(term: Term) -> dict[str, str]:
    return {"@type": "PropertyValue", "name": term.label, "propertyID": term.iri}


def term_schema_org(concept: Mapping[str, Any]) -> dict[str, Any]:
    """A concept (the body of ``/v1/concepts?q=``) as a schema.org ``DefinedTerm``."""
    found = {
        "@context": CONTEXT, "@type": "DefinedTerm", "@id": concept["iri"], "name": concept["label"], "termCode": concept["curie"],
        "description": concept["definition"], "alternateName": sorted({w["text"] for w in concept["words"]} - {concept["label"]}),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": f"{BASE}ontology", "name": "imaging-kg ontology"},
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in ("", [])}


def catalogue_schema_org(records: Iterable[Record], dumps: Mapping[str, str]) -> dict[str, Any]:
    """The catalogue as a ``DataCatalog`` and as a dataset of its own, which can be downloaded.

    Args:
        records: The datasets; only their names and IRIs are taken.
        dumps: Address of a dump → its media type.
    """
    return {
        "@context": CONTEXT,
        **_CATALOGUE,
        "@type": ["DataCatalog", "Dataset"],
        "identifier": str(CATALOG),
        "description": "Open medical-imaging datasets as a knowledge graph: what each shows, of whom, labelled how, under which terms.",
        "license": str(LICENCE),
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "the imaging-kg authors"},
        "keywords": ["medical imaging", "datasets", "knowledge graph", "linked data"],
        "distribution": [{"@type": "DataDownload", "contentUrl": url, "encodingFormat": kind} for url, kind in dumps.items()],
        "dataset": [{"@type": "Dataset", "@id": r.view.iri, "name": r.view.name, "url": r.view.iri} for r in records],
    }
