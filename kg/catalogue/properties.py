"""The properties that claims are about: which have concepts for values, which one value only, and how near their sources are."""

from collections.abc import Mapping
from typing import Final

from kg.model import CURATOR

__all__ = ["ADDITIVE", "CONCEPT_PROPERTIES", "COPIES", "FACETS_OF", "SINGLE", "TRUST"]

CONCEPT_PROPERTIES: Final = (
    "accessLevel", "acquisition", "anatomy", "annotates", "annotationLicence", "codeLicence", "companionData", "condition",
    "dataUse", "dimensionality", "fieldOfView", "licence", "modality", "platform", "population", "sampling", "task", "topic",
)  # fmt: skip
FACETS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "annotates": ("annotates", "anatomy", "condition"),
    "annotationLicence": ("licence",),
    "codeLicence": ("licence",),
    "fieldOfView": ("anatomy",),
}
"""The facets that a property's concepts may belong to, where it is not the one of its own name."""

SINGLE: Final = frozenset(("accessLevel", "annotationLicence", "codeLicence", "licence"))
"""Concept properties of which a dataset has one value at a time."""

ADDITIVE: Final = frozenset(
    (
        "acquisition",
        "alias",
        "annotates",
        "companionData",
        "dataUse",
        "extent",
        "fieldOfView",
        "population",
        "publisher",
        "subjects",
        "topic",
    )
)
"""Properties of which a curator's rows are some of the values; of all others they are all."""

COPIES: Final = frozenset(("imaging-x-2025", "portal"))
"""Sources that repeat the survey's rows, mistakes and all: witnesses of what it says, and of nothing beside it."""

TRUST: Final[Mapping[str, int]] = {
    CURATOR: 4, "croissant": 3, "dcat": 3, "idc": 3, "openneuro": 3, "m-aryayi": 2, "portal": 1, "imaging-x-2025": 1, "imaging-x": 1,
}  # fmt: skip
"""How near a source is to what it describes: 3 the publisher's or archive's own record, 2 an independent list, 1 the survey."""
