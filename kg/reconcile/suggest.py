"""Suggestions while an entity, a type or a property is being typed."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from kg.knowledge import Knowledge
from kg.model import Concept
from kg.reconcile.entities import Entity, entities_of
from kg.reconcile.match import candidates
from kg.reconcile.properties import Property, properties_of
from kg.reconcile.types import CONCEPT, DATASET, TYPES, EntityType, facets_of
from kg.reconcile.values import Query
from kg.search.suggest import suggester_of
from kg.terms.text import fold

__all__ = ["entities_suggested", "properties_suggested", "types_suggested"]

T = TypeVar("T")

_MOST = 1000


def entities_suggested(knowledge: Knowledge, prefix: str, types: tuple[str, ...], limit: int, offset: int) -> list[Entity]:
    """The entities whose name begins with a text, or that it identifies; the first ones in name order for an empty text.

    Where no name begins so, the candidates of the text as a whole: OpenRefine's search begins with the cell that nothing matched.
    """
    entities = entities_of(knowledge)
    wants_datasets = not types or DATASET in types
    facets = facets_of(t for t in types if t != DATASET) if not types or set(types) - {DATASET} else frozenset()
    if not prefix.strip():
        everything: list[Entity] = [*knowledge.datasets.values()] if wants_datasets else []
        concepts = sorted((c for c in entities.concepts.values() if c.facet in facets), key=lambda c: (c.label.casefold(), c.iri))
        return [*everything, *concepts][offset : offset + limit]
    found = [e.iri for e in (*entities.identified(prefix), *entities.coded(prefix))]
    kinds = (*(("dataset",) if wants_datasets else ()), *(("concept",) if facets else ()))
    found += [str(hit["iri"]) for hit in suggester_of(knowledge).find(prefix, limit=_MOST, kinds=kinds)]
    found = found or [c.id for c in candidates(knowledge, Query(prefix, types))]
    named = (entities.get(iri) for iri in dict.fromkeys(found))
    admitted = [e for e in named if e is not None and (e.facet in facets if isinstance(e, Concept) else wants_datasets)]
    return admitted[offset : offset + limit]


def types_suggested(prefix: str) -> list[EntityType]:
    """The types of which a word begins with a text; all of them for an empty text."""
    return _beginning(prefix, TYPES.values(), lambda t: (t.id, t.name, *t.words))


def properties_suggested(prefix: str, types: tuple[str, ...] = ()) -> list[Property]:
    """The properties of some types of which a word begins with a text; all of them for an empty text."""
    owners = {DATASET if t == DATASET else CONCEPT for t in types}
    among = [p for p in properties_of("") if not owners or p.owner in owners]
    return _beginning(prefix, among, lambda p: (p.id, p.name))


def _beginning(prefix: str, among: Iterable[T], words: Callable[[T], Iterable[str]]) -> list[T]:
    """Those of which a word begins with a text: a whole id or name first, then names that begin so, then inner words."""
    key = fold(prefix)
    if not key:
        return list(among)
    ranked: list[tuple[int, int, T]] = []
    for place, one in enumerate(among):
        forms = [fold(w) for w in words(one)]
        rank = (
            0 if key in forms else 1 if any(f.startswith(key) for f in forms) else 2 if any(f" {key}" in f for f in forms) else 3
        )
        if rank < 3:
            ranked.append((rank, place, one))
    return [one for _, _, one in sorted(ranked, key=lambda r: r[:2])]
