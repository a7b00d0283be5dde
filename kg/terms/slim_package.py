"""The labels and exact synonyms of UBERON and MONDO, out of ``cellxgene-ontology-guide`` (extra ``slim``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import MissingExtra, SourceShapeError

__all__ = ["RELEASES", "Term", "Terminology", "load_terminology", "terms_of"]

#: The releases that the tables were written against. Another one is an error: its labels and edges may differ.
RELEASES: Final = {"UBERON": "v2026-04-01", "MONDO": "v2026-05-05"}


@dataclass(frozen=True, slots=True)
class Term:
    """What we use of one class of a terminology."""

    label: str
    synonyms: tuple[str, ...] = ()
    obsolete: bool = False


Terminology = Mapping[str, Term]


def terms_of(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Term]:
    """Turn the package's entries into terms, synonyms sorted."""
    return {
        curie: Term(entry["label"] or "", tuple(sorted(set(entry.get("synonyms") or ()))), bool(entry.get("deprecated")))
        for curie, entry in raw.items()
    }


def load_terminology(ontology: str) -> dict[str, Term]:
    """Load one terminology (``UBERON`` or ``MONDO``) from the package.

    Raises:
        MissingExtra: The package is not installed.
        SourceShapeError: The package holds another release than the tables were written against.
    """
    try:
        from cellxgene_ontology_guide.supported_versions import CXGSchema  # noqa: PLC0415 - an optional, large package
    except ImportError as error:
        raise MissingExtra("slim") from error
    schema = CXGSchema()
    found = schema.supported_ontologies.get(ontology, {}).get("version")
    if found != RELEASES[ontology]:
        raise SourceShapeError("cellxgene-ontology-guide", f"{ontology} {RELEASES[ontology]} (it has {found})")
    return terms_of(schema.ontology(ontology))
