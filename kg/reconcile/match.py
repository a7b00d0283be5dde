"""From a query to its candidates: hits of the name, weighed by the conditions, and the decision whether one may be taken unseen."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.model import Concept
from kg.reconcile.concepts import concepts_of
from kg.reconcile.conditions import holds
from kg.reconcile.datasets import datasets_of
from kg.reconcile.entities import Entity, entities_of
from kg.reconcile.facts import targets
from kg.reconcile.hits import Hit, best
from kg.reconcile.properties import PROPERTIES
from kg.reconcile.types import DATASET, TYPES, facets_of, types_of
from kg.reconcile.values import LONGEST_TEXT, MOST_CANDIDATES, Candidate, Feature, Query
from kg.terms.text import squeeze

__all__ = ["FEATURES", "candidates", "describe"]

FEATURES: Final = {
    "name_similarity": "how well the name fits, of 100",
    "exact_name": "the text is a name of it",
    "identifier": "the text is an identifier of it",
    "family": "the text names its family, and not it alone",
    "coverage": "share of the text that its name makes up, of 100",
    "conditions_met": "conditions that hold",
    "conditions_broken": "conditions that do not hold",
    "conditions_unknown": "conditions of which nothing is known",
    "datasets": "datasets that have it",
}
"""Id → meaning of the features of a candidate."""

_LEAST: Final = 30.0
_BROKEN: Final = 0.6  # worth of a name whose entity is known not to have what was asked
_UNKNOWN: Final = 0.95
_ALL_MET: Final = 75.0  # worth of conditions alone: they may hold of many
_KEY_MET: Final = 99.0


def candidates(knowledge: Knowledge, query: Query) -> tuple[Candidate, ...]:
    """The candidates of a query, the likeliest first.

    A name is weighed against the conditions: one that is broken takes more from the score than one of which nothing is known. Without a
    name, a candidate must fulfil every condition. ``match`` is true for one candidate at most, and only where the text is an identifier
    of it, or a name of it and of nothing else of the wanted types that fulfils the conditions.
    """
    text = squeeze(query.text)[:LONGEST_TEXT]
    hits = _hits(knowledge, text, query.types) if text else _everything(knowledge, query)
    weighed = [w for hit in hits if (w := _weigh(knowledge, hit, query, named=bool(text))) is not None]
    sure = _sure([w for w in weighed if w[1].exact and not w[3]])
    found = [_candidate(knowledge, w, sure, query.types) for w in weighed if w[2] >= _LEAST]
    found.sort(key=lambda c: (-c.score, -_datasets(c), c.name.casefold(), c.id))
    return tuple(found[: min(query.limit, MOST_CANDIDATES)])


Weighed = tuple[Entity, Hit, float, int, tuple[int, int, int]]
"""An entity, its hit, its score, how many conditions are broken, and how many hold, are broken, are unknown."""


def _hits(knowledge: Knowledge, text: str, types: tuple[str, ...]) -> Iterable[Hit]:
    found: list[Hit] = []
    if not types or DATASET in types:
        found += datasets_of(knowledge).hits(text)
    if not types or set(types) - {DATASET}:
        found += concepts_of(knowledge).hits(text, tuple(t for t in types if t != DATASET))
    return best(found).values()


def _everything(knowledge: Knowledge, query: Query) -> Iterable[Hit]:
    """Every entity of the wanted types that can have the properties asked for."""
    if not query.conditions:
        return
    owners = {PROPERTIES[c.prop].owner for c in query.conditions}
    if owners == {DATASET} and (not query.types or DATASET in query.types):
        yield from (Hit(d.iri, _ALL_MET, "") for d in knowledge.datasets.values())
    if DATASET not in owners and (not query.types or set(query.types) - {DATASET}):
        facets = facets_of(t for t in query.types if t != DATASET)
        yield from (Hit(c.iri, _ALL_MET, "") for c in entities_of(knowledge).concepts.values() if c.facet in facets)


def _weigh(knowledge: Knowledge, hit: Hit, query: Query, *, named: bool) -> Weighed | None:
    entity = entities_of(knowledge).get(hit.iri)
    if entity is None:
        return None
    score, met, broken, unknown, key_met = hit.score, 0, 0, 0, False
    for condition in query.conditions:
        held = holds(knowledge, entity, condition)
        if held is not True and (condition.required or not named):
            return None
        met, broken, unknown = met + (held is True), broken + (held is False), unknown + (held is None)
        score *= {True: 1.0, False: _BROKEN, None: _UNKNOWN}[held]
        key_met = key_met or (held is True and PROPERTIES[condition.prop].key and condition.quantifier != "none")
    if not named and key_met:
        score, hit = _KEY_MET, replace(hit, exact=True, identifier=True)
    return entity, hit, score, broken, (met, broken, unknown)


def _sure(exact: list[Weighed]) -> str:
    """IRI of the one entity that may be taken unseen, or ``""``: an identifier before a label before any other name."""
    for pick in (
        [w for w in exact if w[1].identifier],
        [w for w in exact if w[1].rank == 0],
        exact,
    ):
        if pick:
            # a label that is another entity's synonym is safe, two labels are not
            return pick[0][0].iri if len(pick) == 1 else ""
    return ""


def _candidate(knowledge: Knowledge, weighed: Weighed, sure: str, wanted: tuple[str, ...]) -> Candidate:
    entity, hit, score, _, (met, broken, unknown) = weighed
    name, types, description, count = describe(knowledge, entity, wanted)
    grounds: dict[str, float | bool] = {
        "name_similarity": round(hit.score, 1), "exact_name": hit.exact and not hit.identifier, "identifier": hit.identifier,
        "coverage": round(100 * hit.coverage, 1),
    }  # fmt: skip
    if hit.kin:
        grounds["family"] = True
    if met or broken or unknown:
        grounds |= {"conditions_met": met, "conditions_broken": broken, "conditions_unknown": unknown}
    if count is not None:
        grounds["datasets"] = count
    features = tuple(Feature(key, FEATURES[key], value) for key, value in grounds.items())
    return Candidate(entity.iri, name, types, description, round(score, 1), entity.iri == sure, hit.form, features)


def _datasets(candidate: Candidate) -> float:
    return next((float(f.value) for f in candidate.features if f.id == "datasets"), 0.0)


def describe(knowledge: Knowledge, entity: Entity, wanted: tuple[str, ...] = ()) -> tuple[str, tuple[str, ...], str, int | None]:
    """Name, types and description of an entity; of a concept also how many datasets have it.

    Args:
        knowledge: The release.
        entity: The entity.
        wanted: Ids of the types that were asked for.
    """
    if isinstance(entity, DatasetView):
        year = f", {entity.year}" if entity.year else ""
        return entity.name, (DATASET,), entity.description or f"{TYPES[DATASET].name}{year}", None
    text = entity.definition or knowledge.kept(_Places).of(entity)
    return entity.label, types_of(entity, wanted), text, grid_of(knowledge).count(entity.facet, entity.iri)


class _Places:
    """Where concepts without a definition stand: their type and what they are kinds of, so that namesakes can be told apart."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.of = lru_cache(maxsize=4096)(self._of)

    def _of(self, concept: Concept) -> str:
        above = targets(self._knowledge, concept, PROPERTIES["broader"], inferred=False)
        kinds = " and ".join(sorted(self._knowledge.label(iri) for iri in above))
        return f"{TYPES[concept.facet].name}, a kind of {kinds}" if kinds else TYPES[concept.facet].name
