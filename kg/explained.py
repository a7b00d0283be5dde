"""The answer to "why": the fewest facts and axioms behind one triple of the graph, as sentences, and the claims behind the facts."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from kg.errors import ReleaseDamaged, UnknownConcept, UnknownDataset
from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.criteria import PROPERTY_OF
from kg.model import FACETS, Concept
from kg.namespaces import curie, local_name
from kg.reason.axioms import axioms_of
from kg.reason.why import because, sentence, why
from kg.resources import ontology_dir
from kg.terms.modules import labels, load_modules

__all__ = ["bears", "concept_line", "explain"]

_PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "anatomy": ("anatomy", "fieldOfView", "depictsWithin", "relevantTo"), "task": ("task", "servesTask"),
}  # fmt: skip
_KIND: Final = "subClassOf"
ClaimsOf = Callable[[DatasetView], list[dict[str, str]]]


@cache
def _ontology() -> tuple[tuple[str, ...], Callable[[str], str]]:
    """The axioms, and what to call a class: licence actions and the like are no concepts of the lexicon and have a label all the same."""
    graph = load_modules(ontology_dir())
    return axioms_of(graph), labels(graph)


def concept_line(knowledge: Knowledge, concept: Concept) -> dict[str, Any]:
    """What names a concept, and how many datasets have it, asserted or inferred, as JSON."""
    prop = PROPERTY_OF.get(concept.facet, concept.facet)
    return {
        "iri": concept.iri, "curie": curie(concept.iri), "label": concept.label, "facet": concept.facet,
        "datasets": knowledge.populations.get(prop, {}).get(concept.iri, 0),
    }  # fmt: skip


def explain(knowledge: Knowledge, subject: str, concept: str, prop: str | None, claims: ClaimsOf, place: str) -> dict[str, Any]:
    """See :meth:`kg.opened.OpenRelease.explain`.

    Args:
        knowledge: The graph.
        subject: A dataset, or else a concept.
        concept: The concept in question.
        prop: Local name of the property; None for the first by which the two are linked.
        claims: The claims of a dataset, as JSON.
        place: The release, for an error.
    """
    wanted = knowledge.concept(concept)
    try:
        view = knowledge.dataset(subject)
    except UnknownDataset:
        try:
            own = knowledge.concept(subject)
        except UnknownConcept as error:
            raise UnknownDataset(subject, error.suggestions) from error
        return _of_concepts(knowledge, own, wanted, prop)
    return _of_dataset(knowledge, view, wanted, prop, claims, place)


def _of_dataset(
    knowledge: Knowledge, view: DatasetView, wanted: Concept, asked: str | None, claims: ClaimsOf, place: str
) -> dict[str, Any]:
    candidates = (asked,) if asked else _PROPERTIES.get(wanted.facet, (wanted.facet,))
    prop = next((p for p in candidates if view.has(p, wanted.iri)), None)
    body: dict[str, Any] = {
        "dataset": {"id": view.id, "iri": view.iri, "name": view.name},
        "concept": concept_line(knowledge, wanted), "holds": prop is not None, "property": prop,
        "facts": [], "axioms": [], "functional": [], "claims": [], "against": [],
    }  # fmt: skip
    about = {
        *_PROPERTIES.get(wanted.facet, ()),
        wanted.facet,
        *(("annotates",) if wanted.facet in {"anatomy", "condition"} else ()),
    }
    every = claims(view)
    said = [c for c in every if c.get("property", "").rsplit("/", 1)[-1] in about]
    # What was said and is not asserted: rejected by a curator, guessed, or beaten by a better source.
    body["against"] = [
        c for c in said if curie(c.get("value", "")) not in {curie(v) for p in about for v in view.asserted.get(p, ())}
    ]
    if prop is None:
        own = sorted(knowledge.label(c) for c in view.asserted.get(wanted.facet, ()))
        body["reason"] = f"nothing that is asserted of {view.name} ({wanted.facet}: {', '.join(own) or 'unknown'}) entails it"
        return body
    facts = tuple(
        (p, c)
        for p, values in view.asserted.items()
        for c in values
        if p in {*FACETS, "fieldOfView", "annotates", "annotatesStructure", wanted.facet, prop}
    )
    axioms, label = _ontology()
    found = why(axioms, facts, prop, wanted.iri)
    if found is None:
        raise ReleaseDamaged(place, f"the ontology at hand does not entail what the release says of {view.id}")
    needed = {(p, curie(c)) for p, c in found.facts}
    body["facts"] = [f"{view.name}: {p} is {knowledge.label(c)}" for p, c in found.facts]
    body["axioms"] = [sentence(a, label) for a in found.axioms]
    body["functional"] = list(found.axioms)
    body["claims"] = [c for c in every if bears(c, needed)]
    return body


def bears(claim: Mapping[str, str], needed: set[tuple[str, str]]) -> bool:
    """Whether a claim is behind one of the facts. A count of women says that there are women, and an address names its platform."""
    prop, value = local_name(claim.get("property", "")), claim.get("value", "")
    if prop == "subjects":
        return ("population", value.partition(" ")[0]) in needed
    if prop == "landingPage":
        return any(p == "platform" for p, _ in needed)
    if prop == "annotates" and ("annotatesStructure", curie(value)) in needed:
        return True
    return (prop, curie(value)) in needed


def _of_concepts(knowledge: Knowledge, subject: Concept, target: Concept, asked: str | None) -> dict[str, Any]:
    taxonomy = knowledge.taxonomy
    links = [_KIND] if taxonomy.is_a(subject.iri, target.iri) else []
    links += [p for p in taxonomy.edges if target.iri in taxonomy.along(p, subject.iri)]
    prop = next((p for p in links if asked in {None, p, local_name(p), curie(p)}), None)
    body: dict[str, Any] = {
        "subject": concept_line(knowledge, subject), "concept": concept_line(knowledge, target), "holds": prop is not None,
        "property": local_name(prop) if prop else None, "facts": [], "axioms": [], "functional": [], "claims": [],
    }  # fmt: skip
    if prop is None:
        body["reason"] = f"no axiom makes {subject.label} a kind or a part of {target.label}, or links the two otherwise"
        return body
    axioms, label = _ontology()
    found = because(axioms, subject.iri, target.iri, None if prop == _KIND else prop)
    body["axioms"] = [sentence(a, label) for a in found]
    body["functional"] = list(found)
    return body
