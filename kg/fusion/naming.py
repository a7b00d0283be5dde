"""The names in a class expression: which concept a text names where it stands, and by which text a concept is named there."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from kg.errors import ExpressionError, UnknownConcept
from kg.fusion.properties import LEADING_ON, Property, spelled
from kg.knowledge import Knowledge
from kg.knowledge.criteria import PROPERTY_OF
from kg.namespaces import IKG, curie, expand, local_name

__all__ = ["EVERYTHING", "Place", "concept_at", "facet_property", "name_of"]

Place = tuple[int, int]
"""Line and column, from 1."""

EVERYTHING: Final = frozenset(("owl:Thing", "http://www.w3.org/2002/07/owl#Thing", "Thing"))
"""Names of the class of all there is."""
FIELD: Final = "profile.expression"


def facet_property(facet: str) -> str:
    """IRI of the property by which a dataset has a concept of a facet."""
    return str(IKG[PROPERTY_OF.get(facet, facet)])


def concept_at(text: str, prop: Property, knowledge: Knowledge, place: Place) -> str:
    """IRI of the class that a text names after a property.

    Raises:
        UnknownConcept: It names nothing to which the property leads; carries the nearest labels.
        ExpressionError: It names something of another kind.
    """
    found = _named(text, prop, knowledge)
    if found:
        return found
    if not prop.facets:
        reached = sorted({local_name(t) for t in _targets(prop, knowledge)})
        raise ExpressionError(
            FIELD, f"{prop.label} leads to no {text!r}", *place, suggestions=get_close_matches(text, reached, 5, 0.3) or reached
        )
    try:
        other = knowledge.concept(text)
    except UnknownConcept:
        near = dict.fromkeys(n for f in prop.facets for n in knowledge.lexicon.nearest(text, facet=f))
        raise UnknownConcept(text, near) from None
    kinds = " or ".join(prop.facets)
    raise ExpressionError(FIELD, f"{text!r} is a concept of {other.facet}; {prop.label} leads to one of {kinds}", *place)


def _named(text: str, prop: Property, knowledge: Knowledge) -> str:
    for facet in prop.facets:
        try:
            return knowledge.concept(text, facet).iri
        except UnknownConcept:
            continue
    if not prop.facets:
        iri = expand(text.strip())
        return next((t for t in sorted(_targets(prop, knowledge)) if t == iri or spelled(t) == spelled(text)), "")
    return ""


def _targets(prop: Property, knowledge: Knowledge) -> frozenset[str]:
    return frozenset(t for reached in knowledge.taxonomy.edges.get(prop.iri, {}).values() for t in reached)


def name_of(iri: str, prop: Property, knowledge: Knowledge) -> str:
    """The text that names a class after a property: its label, or its CURIE where the label names something else there."""
    options: Sequence[str] = (knowledge.label(iri), curie(iri))
    return next((text for text in options if _named(text, prop, knowledge) == iri), f"<{iri}>")


def leads() -> str:
    """The labels of the properties that lead on, for an error."""
    return ", ".join(sorted(p.label for p in LEADING_ON.values()))
