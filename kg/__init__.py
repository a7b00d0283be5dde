"""imaging-kg: an open knowledge graph of medical-imaging datasets."""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.version import __version__

if TYPE_CHECKING:
    from kg.opened import OpenRelease

__all__ = ["__version__", "open"]


def open(folder: Path | str | None = None, *, store: str | None = None) -> "OpenRelease":
    """Open a release for asking, in a folder or on a SPARQL server; see :func:`kg.opened.open_release`.

    Example:
        ``with kg.open() as graph: graph.search("renal CT")``
    """
    from kg.opened import open_release  # noqa: PLC0415  # importing ``kg`` alone stays free of engines

    return open_release(folder, store=store)
