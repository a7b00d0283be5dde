"""HTML, rendered on the server: templates that load nothing from outside and work without a script."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from kg.export.record import counted
from kg.namespaces import BASE, curie

__all__ = ["CSP", "STATIC", "local", "page", "rendered", "script_text"]

_HERE: Final = Path(__file__).resolve().parent
STATIC: Final = _HERE / "static"
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page of ours may load: its own files. (The JSON-LD in a page is data, and no script.)"""
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def local(iri: str, concepts: Collection[str] = ()) -> str:
    """Where a page links to for a thing: our own document about it as a path, else the address itself.

    Args:
        iri: The thing.
        concepts: The concepts that we describe although their IRIs are others'.
    """
    if iri.startswith(BASE):
        return f"/{iri.removeprefix(BASE)}"
    if iri in concepts:
        return f"/term/{curie(iri)}"
    return iri if iri.startswith(("http://", "https://")) else ""


def script_text(body: Any) -> Markup:
    """JSON for a page's ``script`` element; ``<`` is escaped so that it cannot end the element."""
    return Markup(json.dumps(body, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704  # that is what the escape is for


_TEMPLATES.filters["curie"] = curie
_TEMPLATES.filters["sentence"] = lambda text: f"{text[:1].upper()}{text[1:]}"
_TEMPLATES.filters["number"] = lambda n: f"{n:,}"
_TEMPLATES.filters["plural"] = counted


def rendered(request: Request, template: str, values: Mapping[str, Any]) -> bytes:
    """Render a template; ``base`` is where the service is mounted."""
    release = getattr(getattr(request.state, "serving", None), "release", None)
    root = request.scope.get("root_path", "")
    concepts = release.knowledge.concepts if release else {}

    def link(iri: str) -> str:
        """Relative to where the service is mounted."""
        found = local(iri, concepts)
        return f"{root}{found}" if found.startswith("/") else found

    shown = {"base": root, "release": release.manifest.id if release else "", "link": link}
    return _TEMPLATES.get_template(template).render({**shown, **values}).encode()


def page(request: Request, template: str, values: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A page as a response."""
    body = rendered(request, template, values)
    return Response(
        body, media_type="text/html; charset=utf-8", headers={"Vary": "Accept", "Content-Security-Policy": CSP, **(headers or {})}
    )
