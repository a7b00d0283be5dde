"""A dataset as a curator's form: a few fields, checked, and turned into rows. What a pull request or an issue form needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.catalogue.properties import CONCEPT_PROPERTIES, FACETS_OF
from kg.catalogue.tables import Catalogue
from kg.errors import CatalogueError, UnknownConcept
from kg.identity import slug_of
from kg.model import Curated, DatasetRow
from kg.namespaces import curie, expand
from kg.terms.lexicon import Lexicon

__all__ = ["FIELDS", "Field", "add"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form.

    Attributes:
        name: Key of the answer; the property for what becomes a fact.
        asks: The question.
        needed: Whether it must be answered.
        many: Whether the answer is a list, with commas between.
    """

    name: str
    asks: str
    needed: bool = False
    many: bool = False


FIELDS: Final = (
    Field("name", "Name of the dataset", needed=True),
    Field("homepage", "Home page (http or https)", needed=True),
    Field("reason", "How do you know what follows? (one sentence)", needed=True),
    Field("reference", "Where can it be checked? (DOI or page)"),
    Field("description", "What is it, in one sentence of your own?"),
    Field("issued", "Year of first release"),
    Field("modality", "Modalities, e.g. CT, T1-weighted MRI", needed=True, many=True),
    Field("anatomy", "Anatomy studied or labelled, e.g. liver", many=True),
    Field("task", "Tasks it carries labels for, e.g. image segmentation", many=True),
    Field("condition", "Diseases or findings it is about (- for none)", many=True),
    Field("dimensionality", "2D image, 3D volume, 4D series or video", many=True),
    Field("annotates", "Structures that its labels mark", many=True),
    Field("extent", "Size, e.g. 131 volume exact; 200 patient approximate", many=True),
    Field("licence", "Licence, e.g. CC BY 4.0"),
    Field("accessLevel", "Access: open download, registration required, data use agreement required …"),
    Field("publisher", "Who made it", many=True),
    Field("alias", "Other names", many=True),
)
"""The form, in the order in which it is asked; an issue form has the same fields."""

_FILE: Final = "answers"


def add(catalogue: Catalogue, answers: Mapping[str, str], lexicon: Lexicon) -> tuple[Catalogue, str]:
    """Add a dataset, or state facts of one that has the same name.

    Args:
        catalogue: The catalogue so far.
        answers: Field → answer; unknown fields are refused.
        lexicon: The ontology's words.

    Returns:
        The catalogue with the rows in it, and the slug.

    Raises:
        CatalogueError: An answer is missing or has not the form that it must have.
        UnknownConcept: An answer names no concept of its facet.
    """
    known = {f.name for f in FIELDS}
    for name in answers:
        if name not in known:
            raise CatalogueError(_FILE, 0, name, f"is no field; the form has {', '.join(sorted(known))}")
    for f in FIELDS:
        if f.needed and not answers.get(f.name, "").strip():
            raise CatalogueError(_FILE, 0, f.name, "must be answered")
    name, homepage = answers["name"].strip(), answers["homepage"].strip()
    if not re.fullmatch(r"https?://\S+", homepage):
        raise CatalogueError(_FILE, 0, "homepage", f"{homepage!r} is no http(s) address")
    slug = next((d.id for d in catalogue.datasets if name.casefold() in {d.name.casefold(), d.id}), slug_of(name))
    new = all(d.id != slug for d in catalogue.datasets)
    year = answers.get("issued", "").strip()
    row = DatasetRow(slug, name, (), homepage, year)
    rows = tuple(r for f in FIELDS for r in _rows(slug, f, answers, lexicon))
    stated = {r.property for r in rows}
    kept = tuple(c for c in catalogue.curated if c.dataset != slug or c.property not in stated)
    return replace(
        catalogue,
        datasets=(*catalogue.datasets, *((row,) if new else ())),
        curated=tuple(dict.fromkeys((*kept, *rows))),
    ), slug


def _rows(slug: str, field: Field, answers: Mapping[str, str], lexicon: Lexicon) -> list[Curated]:
    text = answers.get(field.name, "").strip()
    if not text or field.name in {"name", "homepage", "reason", "reference"}:
        return []
    reason, reference = answers["reason"].strip(), answers.get("reference", "").strip()
    parts = [p.strip() for p in re.split(r"[;,]" if field.name != "extent" else ";", text) if p.strip()] if field.many else [text]
    found = []
    for part in parts:
        value, label = (part, "") if field.name not in CONCEPT_PROPERTIES or part == "-" else _concept(field.name, part, lexicon)
        found.append(Curated(slug, field.name, value, label, reason, reference))
    return found


def _concept(prop: str, text: str, lexicon: Lexicon) -> tuple[str, str]:
    for facet in FACETS_OF.get(prop, (prop,)):
        own = lexicon.concepts.get(expand(text))
        if own is not None and own.facet == facet:
            return curie(own.iri), own.label
        entries = lexicon.meanings(text, facet=facet)
        if entries:
            return curie(entries[0].concept.iri), entries[0].concept.label
    raise UnknownConcept(text, lexicon.nearest(text, facet=FACETS_OF.get(prop, (prop,))[0]))
