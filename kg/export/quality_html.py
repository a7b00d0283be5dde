"""The quality report as one page that loads nothing from anywhere."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["quality_page"]


def quality_page(report: Mapping[str, Any]) -> str:
    """The page of a report as :func:`kg.landscape.quality.quality` makes it."""
    pages = Environment(loader=PackageLoader("kg.export"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    defaults = {"version": "", "retrieved": "", "unlinked": 0}
    sources = [{**defaults, **source} for source in report["sources"]]
    return pages.get_template("quality.html").render(r={**report, "sources": sources})
