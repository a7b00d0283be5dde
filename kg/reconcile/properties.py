"""The properties of entities: what may narrow a query, and what a reconciled table may be extended with."""

from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from kg.namespaces import IKG, expand, local_name
from kg.reconcile.types import CONCEPT, DATASET, TYPES
from kg.reconcile.values import QueryFault
from kg.terms.text import fold

__all__ = ["PROPERTIES", "QUALIFIERS", "Property", "properties_of", "property_named"]

QUALIFIERS: Final = {
    "narrower": ("the value or anything narrower", ("concept",)),
    "exact": ("the value itself", ("concept", "year", "number", "text")),
    "least": ("the value or more", ("year", "number")),
    "most": ("the value or less", ("year", "number")),
}
"""How a value may be compared → (in words, the kinds of properties that have it). The first that fits is the default."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of entities.

    Attributes:
        id: What a query names.
        name: For people.
        description: What its values are.
        owner: ``dataset`` or ``concept``: whose property it is.
        kind: ``concept``, ``dataset``, ``text``, ``address``, ``year``, ``number`` or ``boolean``: what its values are.
        values: Id of the type of its values, when they are entities.
        key: Whether a value belongs to one entity only, so that it names it.
    """

    id: str
    name: str
    description: str
    owner: str
    kind: str
    values: str = ""
    key: bool = False

    @property
    def qualifiers(self) -> tuple[str, ...]:
        """Ids of the ways in which its values can be compared; the first is the default."""
        return tuple(q for q, (_, kinds) in QUALIFIERS.items() if self.kind in kinds)


def _of_dataset(
    key: str, name: str, description: str, kind: str = "concept", values: str = "", *, names: bool = False
) -> Property:
    return Property(key, name, description, DATASET, kind, values or (key if kind == "concept" else ""), names)


def _of_concept(key: str, name: str, description: str, kind: str = "concept", *, names: bool = False) -> Property:
    return Property(key, name, description, CONCEPT, kind, {"concept": CONCEPT, "dataset": DATASET}.get(kind, ""), names)


PROPERTIES: Final = {
    p.id: p
    for p in (
        _of_dataset("modality", "modality", "How its images were made."),
        _of_dataset("anatomy", "anatomy", "What it studies or labels."),
        _of_dataset("task", "task", "What it was made for."),
        _of_dataset("condition", "condition", "The diseases and findings in it."),
        _of_dataset("annotates", "annotates", "What its labels mark.", values=CONCEPT),
        _of_dataset("fieldOfView", "field of view", "What its images show.", values="anatomy"),
        _of_dataset("dimensionality", "dimensionality", "2D, 3D, 4D or video."),
        _of_dataset("licence", "licence", "The terms of its data."),
        _of_dataset("accessLevel", "access level", "How one gets it."),
        _of_dataset("population", "population", "Who was imaged."),
        _of_dataset("acquisition", "acquisition", "Manufacturers, views and protocols."),
        _of_dataset("platform", "platform", "Where it is hosted."),
        _of_dataset("companionData", "companion data", "What comes beside the images."),
        _of_dataset("sampling", "sampling", "What was cut from the images."),
        _of_dataset("topic", "study topic", "What its study is about."),
        _of_dataset("year", "year", "When it was first published.", "year"),
        _of_dataset("homepage", "home page", "Address or DOI of its page.", "address", names=True),
        _of_dataset("title", "name", "Its name.", "text"),
        _of_dataset("alias", "alias", "Other names of it.", "text"),
        _of_dataset("identifier", "identifier", "The last part of its IRI, which never changes its meaning.", "text", names=True),
        _of_dataset("abstract", "description", "What it is, in a sentence.", "text"),
        _of_dataset("publisher", "publisher", "Who publishes it.", "text"),
        _of_dataset("series", "series", "The family that it belongs to.", "text"),
        _of_dataset("labelled", "labelled", "Whether it has labels.", "boolean"),
        _of_dataset("patients", "patients", "How many patients; the largest count that a source gives.", "number"),
        _of_dataset("volumes", "volumes", "How many volumes or series.", "number"),
        _of_dataset("images", "images", "How many images, frames, slides or patches.", "number"),
        _of_dataset("classes", "classes", "How many classes its labels tell apart.", "number"),
        _of_dataset("byteSize", "size in bytes", "Bytes of its files.", "number"),
        _of_dataset("isPartOf", "part of", "The dataset of which it is a part.", "dataset", DATASET),
        _of_dataset("isVersionOf", "version of", "The dataset of which it is a version.", "dataset", DATASET),
        _of_dataset("wasDerivedFrom", "derived from", "The datasets from which it was made.", "dataset", DATASET),
        _of_dataset("relabels", "relabels", "The datasets whose images it labels anew.", "dataset", DATASET),
        _of_dataset("sharesSubjectsWith", "shares subjects with", "The datasets with the same patients.", "dataset", DATASET),
        _of_concept("label", "label", "What it is called.", "text"),
        _of_concept("synonym", "synonym", "Other words for it, in English, German, French, Spanish and Chinese.", "text"),
        _of_concept("definition", "definition", "What it is.", "text"),
        _of_concept("facet", "facet", "Its type.", "text"),
        _of_concept("broader", "broader", "What it is a kind of, at any height."),
        _of_concept("narrower", "narrower", "The kinds of it, at any depth."),
        _of_concept("partOf", "part of", "The structures of which it is a part."),
        _of_concept("hasLocation", "has location", "Where in the body it sits."),
        _of_concept("mapping", "mapping", "CURIEs of the same concept in RadLex, SNOMED CT, NCIT, MeSH, FMA, DICOM …", "text", names=True),
        _of_concept("datasets", "datasets", "How many datasets have it, asserted or inferred.", "number"),
    )
}  # fmt: skip
"""Id → property."""


def properties_of(entity_type: str) -> tuple[Property, ...]:
    """The properties of the entities of a type; of every entity when the type is none (``""``)."""
    owner = DATASET if entity_type == DATASET else CONCEPT
    return tuple(p for p in PROPERTIES.values() if not entity_type or p.owner == owner)


def property_named(text: str, types: tuple[str, ...] = (), field: str = "pid") -> Property | QueryFault:
    """The property that an id, a name or an IRI names; a fault when entities of the wanted types cannot have it."""
    key = text.strip()
    iri = expand(key)
    local = local_name(iri) if iri.startswith(str(IKG)) else key
    folded = fold(local)
    found = PROPERTIES.get(local) or next((p for p in PROPERTIES.values() if folded in {fold(p.id), fold(p.name)}), None)
    if found is None:
        ids = {fold(w): p.id for p in PROPERTIES.values() for w in (p.id, p.name)} | {
            fold(w): t.id for t in TYPES.values() if t.id in PROPERTIES for w in t.words
        }
        near = process.extract(folded, list(ids), scorer=fuzz.ratio, limit=3, score_cutoff=60)
        return QueryFault(field, f"there is no property {text!r}", tuple(dict.fromkeys(ids[w] for w, _, _ in near)))
    owners = {DATASET if t == DATASET else CONCEPT for t in types}
    if owners and found.owner not in owners:
        who = "a dataset" if found.owner == DATASET else "a concept"
        return QueryFault(field, f"{found.id!r} is a property of {who}, and the type asked for is {', '.join(types)}")
    return found
