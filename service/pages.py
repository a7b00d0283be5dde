"""HTML, rendered on the server: templates that load nothing from outside."""

import json
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from kg.namespaces import curie

__all__ = ["STATIC", "page", "schema_org"]

_HERE: Final = Path(__file__).resolve().parent
STATIC: Final = _HERE / "static"
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters["curie"] = curie


def page(request: Request, template: str, values: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """Render a template; ``base`` is where the service is mounted."""
    text = _TEMPLATES.get_template(template).render(values, base=request.scope.get("root_path", ""))
    return HTMLResponse(text, headers={"Vary": "Accept"} | (headers or {}))


def schema_org(dataset: dict[str, Any]) -> str:
    """A dataset as schema.org JSON-LD for a page's ``script`` element; ``<`` is escaped so that it cannot end the element."""
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": dataset["iri"],
        "name": dataset["name"],
        "identifier": dataset["id"],
        "keywords": sorted({w for f in ("modality", "anatomy", "task", "condition") for w in dataset[f]}),
        "measurementTechnique": dataset["modality"],
        "about": dataset["condition"],
    }
    optional = {"alternateName": dataset["aliases"], "url": dataset["homepage"], "datePublished": dataset["year"]}
    found |= {name: value for name, value in optional.items() if value}
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
