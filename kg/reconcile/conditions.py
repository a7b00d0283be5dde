"""Whether an entity has what a condition asks of it: yes, no, or nobody knows."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from rapidfuzz import fuzz

from kg.knowledge import DatasetView, Knowledge
from kg.reconcile.entities import Entity, address_key, entities_of
from kg.reconcile.facts import literals, targets
from kg.reconcile.properties import PROPERTIES, Property
from kg.reconcile.types import facets_of
from kg.reconcile.values import Condition, Value
from kg.terms.text import fold

__all__ = ["holds", "meant"]

_NUMBER: Final = re.compile(r"-?\d+(?:[.,]\d{3})*(?:\.\d+)?")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_TRUE: Final = frozenset(("true", "yes", "1", "y", "ja", "oui", "si", "是"))
_FALSE: Final = frozenset(("false", "no", "0", "n", "nein", "non", "否"))
_ALIKE: Final = 88.0  # of 100: two spellings of one publisher


def holds(knowledge: Knowledge, entity: Entity, condition: Condition) -> bool | None:
    """Whether an entity fulfils a condition; None when the graph holds no value to compare, or no value asked for can be read."""
    prop = PROPERTIES[condition.prop]
    judged = [_one(knowledge, entity, prop, value, condition.qualifier) for value in condition.values]
    if not judged or all(j is None for j in judged):
        return None
    if condition.quantifier == "all":
        return all(judged) if None not in judged or False in judged else None
    found = any(judged)
    return not found if condition.quantifier == "none" else found


class _Meanings:
    """What values name, remembered: a batch asks the same of every dataset."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.of = lru_cache(maxsize=4096)(partial(_named, knowledge))
        self.entity = lru_cache(maxsize=4096)(entities_of(knowledge).get)


def meant(knowledge: Knowledge, prop: Property, value: Value) -> tuple[str, ...]:
    """IRIs of the entities that a value of a property may name."""
    return knowledge.kept(_Meanings).of(prop, str(value))


def _named(knowledge: Knowledge, prop: Property, text: str) -> tuple[str, ...]:
    entities = entities_of(knowledge)
    known = entities.identified(text)
    if known:
        return tuple(e.iri for e in known)
    if prop.kind == "dataset":
        ids = (text,) if text in knowledge.datasets else knowledge.names.get(fold(text), ())
        return tuple(knowledge.datasets[i].iri for i in ids)
    facets = facets_of((prop.values,))
    return tuple(e.concept.iri for e in knowledge.lexicon.meanings(text) if e.concept.facet in facets)


def _one(knowledge: Knowledge, entity: Entity, prop: Property, value: Value, qualifier: str) -> bool | None:
    if isinstance(entity, DatasetView) != (prop.owner == "dataset"):
        return None
    if prop.kind in {"concept", "dataset"}:
        return _entity(knowledge, entity, prop, value, qualifier)
    if prop.key and (named := knowledge.kept(_Meanings).entity(str(value))) is not None:
        return named.iri == entity.iri
    own = literals(knowledge, entity, prop)
    if not own:
        return None
    return _LITERALS[prop.kind](own, value, "exact" if prop.key else qualifier)


def _entity(knowledge: Knowledge, entity: Entity, prop: Property, value: Value, qualifier: str) -> bool | None:
    wanted = meant(knowledge, prop, value)
    if not wanted:
        return None
    own = targets(knowledge, entity, prop, inferred=qualifier != "exact")
    if not own and not isinstance(entity, DatasetView):
        return False  # the taxonomy is complete: what is not above a concept is not above it
    return bool(own & set(wanted)) if own else None


def _number(own: tuple[Value, ...], value: Value, qualifier: str) -> bool | None:
    asked = _NUMBER.search(str(value))
    return _compared(own, float(asked[0].replace(",", "")), qualifier) if asked else None


def _year(own: tuple[Value, ...], value: Value, qualifier: str) -> bool | None:
    asked = _YEAR.search(str(value))
    return _compared(own, float(asked[0]), qualifier) if asked else None


def _compared(own: tuple[Value, ...], asked: float, qualifier: str) -> bool:
    return any({"least": float(o) >= asked, "most": float(o) <= asked}.get(qualifier, float(o) == asked) for o in own)


def _boolean(own: tuple[Value, ...], value: Value, _: str) -> bool | None:
    text = str(value).strip().casefold()
    if text not in _TRUE | _FALSE:
        return None
    return (text in _TRUE) in own


def _text(own: tuple[Value, ...], value: Value, qualifier: str) -> bool | None:
    asked = fold(str(value))
    if not asked:
        return None
    forms = [fold(str(o)) for o in own]
    return asked in forms if qualifier == "exact" else any(fuzz.token_sort_ratio(asked, f) >= _ALIKE for f in forms)


def _address(own: tuple[Value, ...], value: Value, _: str) -> bool | None:
    asked = address_key(str(value))
    return any(address_key(str(o)) == asked for o in own) if asked else None


_LITERALS: Final[dict[str, Callable[[tuple[Value, ...], Value, str], bool | None]]] = {
    "number": _number, "year": _year, "boolean": _boolean, "text": _text, "address": _address,
}  # fmt: skip
