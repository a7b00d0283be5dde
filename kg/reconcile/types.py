"""The types of entities: datasets, and the concepts of each facet."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from kg.model import Concept
from kg.namespaces import IKG, expand
from kg.reconcile.values import QueryFault
from kg.terms.text import fold

__all__ = ["CONCEPT", "DATASET", "TYPES", "EntityType", "facets_of", "guess_type", "type_named", "types_of"]

DATASET: Final = "dataset"
CONCEPT: Final = "concept"


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entities.

    Attributes:
        id: The id that a query names: ``dataset``, ``concept``, or the facet of the concepts.
        name: For people.
        description: What it holds.
        iri: The class of which its entities are instances or subclasses.
        words: Headings under which tables have such entities.
    """

    id: str
    name: str
    description: str
    iri: str
    words: tuple[str, ...] = ()

    @property
    def broader(self) -> tuple[str, ...]:
        """Ids of the types directly above."""
        return () if self.id in {DATASET, CONCEPT} else (CONCEPT,)


def _type(key: str, name: str, description: str, local: str, words: str = "") -> EntityType:
    return EntityType(key, name, description, str(IKG[local]), tuple(w.strip() for w in words.split(",") if w.strip()))


TYPES: Final = {
    t.id: t
    for t in (
        _type(DATASET, "Dataset", "An open dataset of medical images.", "ImagingDataset", "dataset name, data set, collection, cohort"),
        EntityType(CONCEPT, "Concept", "Any class of the ontology, whatever its facet.", "http://www.w3.org/2004/02/skos/core#Concept"),
        _type(
            "modality", "Imaging modality", "How the images were made: CT, MRI, ultrasound, fundus photography.", "ImagingModality",
            "imaging type, image type, imaging, technique, scan type",
        ),
        _type(
            "anatomy", "Anatomical structure", "An organ, a part or a region of the body.", "AnatomicalEntity",
            "organ, body part, body region, body site, bodypartexamined, structure, location, region, site",
        ),
        _type(
            "condition", "Disease or finding", "A disease, an injury or a finding in the images.", "Condition",
            "disease, diagnosis, finding, pathology, disorder, tumour, tumor, cancer type, lesion, indication",
        ),
        _type("task", "Task", "What is to be computed: segmentation, classification, registration.", "Task", "problem, challenge task"),
        _type("licence", "Licence", "The terms under which data may be used.", "Licence", "license, terms, terms of use"),
        _type("accessLevel", "Access level", "How one gets the data: open download, registration, application.", "AccessLevel", "access"),
        _type(
            "dimensionality", "Dimensionality", "2D image, 3D volume, 4D series, video.", "Dimensionality", "dim, dimension, dimensions"
        ),
        _type(
            "population", "Population", "Who was imaged: sex, age band, species.", "PopulationDescriptor", "sex, gender, age, species"
        ),
        _type(
            "acquisition", "Acquisition", "How images were taken: manufacturer, view, protocol.", "AcquisitionDescriptor",
            "manufacturer, vendor, scanner, device, view, protocol",
        ),
        _type("platform", "Platform", "Where data are hosted.", "Platform", "host, repository, source"),
        _type("companionData", "Companion data", "What comes beside the images: reports, signals, contours.", "DerivedObject"),
        _type("annotates", "Annotation target", "What labels mark that is neither anatomy nor disease.", "AnnotationTarget", "label, labels"),
        _type("sampling", "Sampling", "What was cut from the images: patches, slices, frames.", "ImageSampling"),
        _type("topic", "Study topic", "What a study is about, beyond what its images show.", "StudyTopic", "research area, subject"),
        _type("dataUse", "Data use condition", "A condition of use, as the Data Use Ontology has it.", "DataUseCondition", "data use"),
    )
}  # fmt: skip
"""Id → type. A test holds them equal to the facets of a release, but for the words that say nothing definite."""


def facets_of(types: Iterable[str]) -> frozenset[str]:
    """The facets of the concepts that types admit; every facet when none is given."""
    wanted = set(types)
    every = frozenset(TYPES) - {DATASET, CONCEPT}
    return every if not wanted or CONCEPT in wanted else every & wanted


def types_of(concept: Concept, wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """Ids of the types of a concept: the most specific one, and the one above where it was asked for.

    OpenRefine proposes first the type that most candidates have, so that one which all concepts have would always win.
    """
    return (concept.facet, CONCEPT) if CONCEPT in wanted else (concept.facet,)


def type_named(text: str, field: str = "type") -> EntityType | QueryFault:
    """The type that an id, a name or an IRI names."""
    key = text.strip()
    if key in TYPES:
        return TYPES[key]
    iri = expand(key)
    folded = fold(key)
    for known in TYPES.values():
        if iri == known.iri or folded in {fold(known.id), fold(known.name)}:
            return known
    ids = {fold(w): t.id for t in TYPES.values() for w in (t.id, t.name, *t.words)}
    near = process.extract(folded, list(ids), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    suggestions = tuple(dict.fromkeys(ids[word] for word, _, _ in near)) or tuple(list(TYPES)[:5])
    return QueryFault(field, f"there is no type {text!r}; there are {', '.join(TYPES)}", suggestions)


def guess_type(heading: str) -> str | None:
    """The type of what stands under a heading, where the heading tells: ``Body part`` → ``anatomy``."""
    key = fold(heading)
    return next((t.id for t in TYPES.values() if key in {fold(w) for w in (t.id, t.name, *t.words)}), None)
