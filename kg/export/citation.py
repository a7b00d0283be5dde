"""How to cite a dataset: BibTeX and CSL-JSON, from what is known; nobody is named as an author whom no source names."""

import re
from typing import Any, Final

from kg.export.record import Record

__all__ = ["bibtex", "csl"]

_RESOLVER: Final = "https://doi.org/"
_SPECIAL: Final = re.compile(r"[&%$#_{}~^\\]")
_ESCAPED: Final = {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}


def bibtex(record: Record) -> str:
    """A dataset as a BibTeX entry of type ``misc``, with the dataset's id as its key."""
    fields = {
        "title": "{" + _tex(record.view.name) + "}",
        "publisher": " and ".join("{" + _tex(a.name) + "}" for a in record.publishers),
        "year": str(record.view.year or ""),
        "doi": record.doi.removeprefix(_RESOLVER),
        "url": record.view.homepage or record.view.iri,
        "note": f"Described at {record.view.iri}",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{record.view.id},\n" + ",\n".join(lines) + "\n}\n"


def csl(record: Record) -> dict[str, Any]:
    """A dataset as an item of CSL-JSON (https://github.com/citation-style-language/schema)."""
    found: dict[str, Any] = {
        "id": record.view.iri,
        "type": "dataset",
        "title": record.view.name,
        "publisher": ", ".join(a.name for a in record.publishers),
        "issued": {"date-parts": [[record.view.year]]} if record.view.year else None,
        "DOI": record.doi.removeprefix(_RESOLVER),
        "URL": record.view.homepage or record.view.iri,
        "keyword": ", ".join(record.keywords),
        "abstract": record.view.description,
    }
    return {name: value for name, value in found.items() if value}


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda m: _ESCAPED.get(m[0], f"\\{m[0]}"), text)
