"""imaging-kg: an open knowledge graph of medical-imaging datasets."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.version import __version__

if TYPE_CHECKING:
    from kg.client import Release
    from kg.opened import OpenRelease
    from kg.results import FusionResult, SearchResult

__all__ = ["__version__", "connect", "fuse", "open", "search"]

# Importing ``kg`` alone stays free of engines: each function imports what it needs.


def open(folder: Path | str | None = None, *, store: str | None = None) -> "OpenRelease":
    """Open a release for asking, in a folder or on a SPARQL server; see :func:`kg.opened.open_release`. Its answers are JSON bodies.

    Example:
        ``with kg.open() as graph: graph.search("renal CT")``
    """
    from kg.opened import open_release  # noqa: PLC0415

    return open_release(folder, store=store)


def connect(where: Path | str | None = None, *, token: str | None = None, timeout: float = 60.0) -> "Release":
    """A release that answers with typed values, on this machine or behind an address; see :func:`kg.client.connect.connect`.

    Example:
        ``with kg.connect("https://imaging-kg.example") as graph: graph.search("renal CT").to_pandas()``
    """
    from kg.client.connect import connect as made  # noqa: PLC0415

    return made(where, token=token, timeout=timeout)


def fuse(
    seeds: Sequence[str] = (),
    profile: Mapping[str, Any] | None = None,
    limit: int = 50,
    *,
    rules: Mapping[str, Any] | None = None,
) -> "FusionResult":
    """Find datasets that belong together, in the default release; see :meth:`kg.client.release.Release.fuse`.

    Example:
        ``kg.fuse(["LiTS", "KiTS19"]).to_pandas()``
    """
    from kg.client.connect import default  # noqa: PLC0415

    return default().fuse(seeds, profile, limit, rules=rules)


if TYPE_CHECKING:

    def search(asked: str | Mapping[str, Any], limit: int = 20, **view: Any) -> "SearchResult":
        """Find datasets by meaning, in the default release; see :meth:`kg.client.release.Release.search`.

        Example:
            ``for hit in kg.search("renal CT segmentation"): print(hit.id, hit.score)``
        """
        ...

else:

    def __getattr__(name: str) -> Any:
        """``kg.search`` is the package of the search and can be called: see there."""
        if name == "search":
            from importlib import import_module  # noqa: PLC0415

            return import_module("kg.search")
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
