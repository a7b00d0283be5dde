"""The forms in which a plan can be had, and their media types."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from kg.export.plan_bibtex import bibtex
from kg.export.plan_croissant import CROISSANT, croissant
from kg.export.plan_csv import plan_csv
from kg.export.plan_dcat import dcat
from kg.export.plan_markdown import checklist

__all__ = ["PLAN_FORMS", "plan_form"]

PLAN_FORMS: Final[Mapping[str, str]] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "croissant": f'application/ld+json; profile="{CROISSANT}"',
    "dcat": "text/turtle; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
"""Name of a form → its media type, the default first."""


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


_WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "json": _json, "csv": plan_csv, "croissant": croissant, "dcat": dcat, "bibtex": bibtex, "md": checklist,
}  # fmt: skip


def plan_form(body: Mapping[str, Any], form: str) -> str:
    """The text of a plan in one of :data:`PLAN_FORMS`."""
    return _WRITERS[form](body)
