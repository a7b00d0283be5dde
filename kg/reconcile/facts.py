"""What an entity has for a property: other entities, or literals."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kg.knowledge import DatasetView, Knowledge, grid_of
from kg.knowledge.criteria import COUNTED, PROPERTY_OF
from kg.model import Concept, WordKind
from kg.namespaces import BFO_PART_OF, IKG, IKGD
from kg.reconcile.entities import Entity, entities_of
from kg.reconcile.properties import Property
from kg.reconcile.values import Value

__all__ = ["literals", "targets"]

_ASSERTED_AS: Final[Mapping[str, tuple[str, ...]]] = {"annotates": ("annotates", "annotatesStructure")}
_COUNTS: Final = {"patients": "patient", "volumes": "volume", "images": "image"}
_EDGES: Final = {"partOf": str(BFO_PART_OF), "hasLocation": str(IKG.hasLocation)}


def targets(knowledge: Knowledge, entity: Entity, prop: Property, *, inferred: bool) -> frozenset[str]:
    """IRIs of the entities that an entity has for a property; empty when the property is not of its kind.

    Args:
        knowledge: The graph.
        entity: A dataset or a concept.
        prop: A property whose values are entities.
        inferred: Whether what follows counts too; else what is asserted of a dataset, and the nearest ones of a concept.
    """
    if isinstance(entity, DatasetView):
        if prop.kind == "dataset":
            return frozenset(str(IKGD[i]) for i in entity.related.get(prop.id, ()))
        names = _ASSERTED_AS.get(prop.id, (prop.id,))
        if inferred:
            names = (*names, PROPERTY_OF.get(prop.id, prop.id))
        source = entity.entailed if inferred else entity.asserted
        return frozenset().union(*(source.get(name, frozenset()) for name in names))
    taxonomy = knowledge.taxonomy
    found: frozenset[str]
    if prop.id == "broader":
        found = taxonomy.supers.get(entity.iri, frozenset())
        return found if inferred else _ends(found, lambda a, b: taxonomy.is_a(b, a))
    if prop.id == "narrower":
        found = knowledge.kept(_below).get(entity.iri, frozenset())
        return found if inferred else _ends(found, taxonomy.is_a)
    edge = _EDGES.get(prop.id, "")
    found = taxonomy.along(edge, entity.iri)
    return found if inferred else _ends(found, lambda a, b: taxonomy.is_a(b, a) or a in taxonomy.along(edge, b))


def _below(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for iri, above in knowledge.taxonomy.supers.items():
        for parent in above:
            found.setdefault(parent, set()).add(iri)
    return {iri: frozenset(lower) for iri, lower in found.items()}


def _ends(iris: Iterable[str], beyond: Callable[[str, str], bool]) -> frozenset[str]:
    """Those beyond which no other of them lies: ``beyond(a, b)`` says that ``a`` lies further away than ``b``."""
    every = frozenset(iris)
    return frozenset(a for a in every if not any(a != b and beyond(a, b) and not beyond(b, a) for b in every))


def literals(knowledge: Knowledge, entity: Entity, prop: Property, language: str = "") -> tuple[Value, ...]:
    """The literal values that an entity has for a property; empty when it has none or the property is not of its kind.

    Args:
        knowledge: The graph.
        entity: A dataset or a concept.
        prop: A property whose values are literals.
        language: Of words; ``""`` for all of them.
    """
    if isinstance(entity, DatasetView):
        return _of_dataset(entity, prop.id)
    return _of_concept(knowledge, entity, prop.id, language)


def _of_dataset(dataset: DatasetView, prop: str) -> tuple[Value, ...]:
    if prop in _COUNTS:
        counts = [c.value for c in dataset.counts if c.unit in COUNTED[_COUNTS[prop]]]
        return (max(counts),) if counts else ()
    single: Mapping[str, Value | None] = {
        "year": dataset.year, "homepage": dataset.homepage or None, "title": dataset.name, "identifier": dataset.id,
        "abstract": dataset.description or None, "labelled": dataset.labelled, "classes": dataset.classes, "byteSize": dataset.size,
    }  # fmt: skip
    if prop in single:
        value = single[prop]
        return () if value is None else (value,)
    return {"alias": dataset.aliases, "publisher": dataset.publishers, "series": dataset.series}.get(prop, ())


def _of_concept(knowledge: Knowledge, concept: Concept, prop: str, language: str) -> tuple[Value, ...]:
    words = tuple(w for w in concept.words if w.kind.shown and language in {"", w.lang})
    if prop == "label":
        own = tuple(w.text for w in words if w.kind is WordKind.LABEL and language)
        return own or (concept.label,)
    found: Mapping[str, Callable[[], tuple[Value, ...]]] = {
        "synonym": lambda: tuple(dict.fromkeys(w.text for w in words if w.text != concept.label)),
        "definition": lambda: (concept.definition,) if concept.definition else (),
        "facet": lambda: (concept.facet,),
        "mapping": lambda: entities_of(knowledge).mappings.get(concept.iri, ()),
        "datasets": lambda: (grid_of(knowledge).count(concept.facet, concept.iri),),
    }
    return found[prop]() if prop in found else ()
