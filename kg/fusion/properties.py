"""The properties of which a class expression may speak: those of a dataset, and those that lead on from one concept to another.

They are the ones whose entailed values the graph holds, so that every answer is a join. Their names and labels are the ontology's.
"""

import re
from dataclasses import dataclass
from typing import Final

from kg.catalogue.properties import CONCEPT_PROPERTIES, FACETS_OF
from kg.namespaces import BFO_PART_OF, IKG, expand, local_name
from kg.reason.taxonomy import FOLLOWED

__all__ = ["DATASET", "LEADING_ON", "Property", "property_named", "spelled"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property.

    Attributes:
        name: Local name; by this a dataset's values are kept.
        label: The ontology's English label.
        facets: Facets of the concepts to which it leads, the nearest first; empty where it leads to no concept of the catalogue.
        said: The verb of a sentence about it.
    """

    iri: str
    name: str
    label: str
    facets: tuple[str, ...]
    said: str


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda m: " " + m[1].lower(), name)


def _of_dataset(name: str, *facets: str) -> Property:
    return Property(str(IKG[name]), name, _words(name), facets or FACETS_OF.get(name, (name,)), f"{_words(name)} is")


DATASET: Final = {
    p.iri: p
    for p in (
        *(_of_dataset(name) for name in CONCEPT_PROPERTIES),
        _of_dataset("depictsWithin", "anatomy"),
        _of_dataset("relevantTo", "anatomy"),
        _of_dataset("annotatesStructure", "anatomy"),
        _of_dataset("servesTask", "task"),
        _of_dataset("guessedAccessLevel", "accessLevel"),
    )
}
"""IRI → property of a dataset."""

_LEADS: Final = {
    str(BFO_PART_OF): (("anatomy", "annotates"), "is part of"), str(IKG.hasLocation): (("anatomy",), "sits in"),
    str(IKG.images): (("anatomy",), "shows"), str(IKG.comprises): (("anatomy",), "comprises"),
    str(IKG.hasComponent): (("modality",), "includes"), str(IKG.derivableTo): (("task",), "yields labels for"),
    str(IKG.dataUse): (("dataUse",), "is bound to"), str(IKG.permits): ((), "permits"), str(IKG.prohibits): ((), "prohibits"),
    str(IKG.requires): ((), "requires"), str(IKG.derivativesUnder): ((), "puts derivatives under"),
}  # fmt: skip
LEADING_ON: Final = {
    iri: Property(iri, local_name(iri), "part of" if iri == str(BFO_PART_OF) else _words(local_name(iri)), *_LEADS[iri])
    for iri in FOLLOWED
}
"""IRI → property from one concept to another, all whose entailed edges the graph holds."""


def spelled(text: str) -> str:
    """A name as it is compared: ``has location``, ``hasLocation`` and ``ikg:hasLocation`` are one."""
    return re.sub(r"[\s_-]", "", local_name(expand(text))).casefold()


def property_named(text: str, among: dict[str, Property]) -> Property | None:
    """The property that a name, label, CURIE or IRI names, if any."""
    found = among.get(expand(text.strip()))
    key = spelled(text)
    return found or next((p for p in among.values() if key in {spelled(p.name), spelled(p.label)}), None)
