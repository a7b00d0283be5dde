"""Where the project's data lie: inside the installed package, or in the checkout that it runs from."""

from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["catalogue_dir", "checkout", "data_dir", "ontology_dir", "queries_dir"]

_PACKAGE: Final = Path(__file__).resolve().parent


@cache
def checkout() -> Path | None:
    """The root of the checkout that this code runs from, or None when it is an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "ontology" / "modules").is_dir() and (root / "pyproject.toml").is_file() else None


def data_dir(name: str) -> Path:
    """The folder ``name`` (``ontology`` or ``queries``) of the project.

    A wheel carries it under ``kg/_data``; an editable install reads the checkout, so that an edit shows at once.
    """
    root = checkout()
    folder = root / name if root else _PACKAGE / "_data" / name
    if not folder.is_dir():
        msg = f"the package is incomplete: {folder} is missing; reinstall imaging-kg"
        raise FileNotFoundError(msg)
    return folder


def ontology_dir() -> Path:
    """The ontology's folder: modules, shapes, mappings, classified."""
    return data_dir("ontology")


def queries_dir() -> Path:
    """The folder of the shipped SPARQL queries."""
    return data_dir("queries")


def catalogue_dir() -> Path:
    """The folder of the curated tables."""
    return _PACKAGE / "catalogue" / "tables"
