"""Concepts that claims use and the ontology no longer has."""

from collections.abc import Collection
from pathlib import Path

from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.tables import Catalogue
from kg.errors import CatalogueError
from kg.namespaces import expand

__all__ = ["refuse_unknown_concepts"]

_SHOWN = 5


def refuse_unknown_concepts(folder: Path, catalogue: Catalogue, concepts: Collection[str]) -> None:
    """Hold every claim that names a concept against the ontology.

    Args:
        folder: Where the tables lie, for the error.
        catalogue: The tables.
        concepts: The ontology's concepts, as IRIs.

    Raises:
        CatalogueError: A claim uses a concept that is not in the ontology; the error names the concept, how many claims use it, and the
            first of them.
    """
    known = frozenset(concepts)
    users: dict[str, list[tuple[int, str]]] = {}
    for line, claim in enumerate(catalogue.claims, 2):
        if claim.property in CONCEPT_PROPERTIES and claim.value and expand(claim.value) not in known:
            users.setdefault(claim.value, []).append((line, claim.dataset))
    if users:
        concept, claims = max(users.items(), key=lambda item: (len(item[1]), item[0]))
        lines = ", ".join(f"line {line} ({dataset})" for line, dataset in claims[:_SHOWN])
        more = f" and {len(claims) - _SHOWN} more" if len(claims) > _SHOWN else ""
        others = f"; {len(users) - 1} more concepts are missing too" if len(users) > 1 else ""
        rule = f"{concept} is not in the ontology, and {len(claims)} claims use it: {lines}{more}{others}; restore it or import again"
        raise CatalogueError(str(folder / "claims.tsv"), claims[0][0], "value", rule)
