"""Data extension: the values of properties of reconciled entities, under settings that a user may choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.knowledge import Knowledge
from kg.namespaces import curie
from kg.reconcile.entities import entities_of
from kg.reconcile.facts import literals, targets
from kg.reconcile.match import describe
from kg.reconcile.properties import Property
from kg.reconcile.values import QueryFault, Value

__all__ = ["FORMS", "LANGUAGES", "SETTINGS", "Column", "Reference", "Setting", "column", "extended"]

FORMS: Final = {"entity": "the entity itself", "name": "its name", "iri": "its IRI", "curie": "its CURIE"}
LANGUAGES: Final = {"": "any", "en": "English", "de": "German", "es": "Spanish", "fr": "French", "zh": "Chinese"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of a property that a client lets its user choose."""

    id: str
    name: str
    help: str
    kind: str
    default: Value
    choices: Mapping[str, str] | None = None


SETTINGS: Final = (
    Setting("limit", "How many values at most", "0 for all of them.", "number", 0),
    Setting("inferred", "What follows, too", "Also the values that the graph infers, and not only those stated outright.", "checkbox", False),
    Setting("form", "Values as", "How a value is given that is an entity itself.", "select", "entity", FORMS),
    Setting("language", "Language of words", "For labels and synonyms of concepts.", "select", "", LANGUAGES),
)  # fmt: skip
"""The settings of every property; one that a property has no use for is ignored."""


@dataclass(frozen=True, slots=True)
class Column:
    """A property to be fetched, with its settings."""

    prop: Property
    limit: int = 0
    inferred: bool = False
    form: str = "entity"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is an entity."""

    iri: str
    name: str
    description: str


def column(prop: Property, settings: Any, field: str) -> Column | QueryFault:
    """A column from what a client sent; a fault when there is no such setting, or it cannot have that value."""
    if not isinstance(settings, Mapping):
        return QueryFault(field, "the settings are no JSON object")
    known = {s.id: s for s in SETTINGS}
    values: dict[str, Any] = {s.id: s.default for s in SETTINGS}
    for name, value in settings.items():
        if name not in known:
            return QueryFault(f"{field}/{name}"[:200], f"there is no such setting; there are {', '.join(known)}")
        try:
            values[name] = _READ[known[name].kind](value, known[name])
        except ValueError as error:
            return QueryFault(f"{field}/{name}", str(error))
    return Column(prop, values["limit"], values["inferred"], values["form"], values["language"])


def _count(value: Any, _: Setting) -> int:
    """A count; OpenRefine sends it as text."""
    text = str(value).strip() or "0"
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise ValueError(f"{value!r} is no whole number of 0 or more")
    return int(text)


def _flag(value: Any, _: Setting) -> bool:
    known = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False, "": False}
    text = str(value).strip().casefold()
    if text not in known:
        raise ValueError(f"{value!r} is neither true nor false")
    return known[text]


def _chosen(value: Any, setting: Setting) -> str:
    choices = setting.choices or {}
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(c or 'an empty text' for c in choices)}")
    return value


_READ: Final[dict[str, Callable[[Any, Setting], Any]]] = {"number": _count, "checkbox": _flag, "select": _chosen}


def extended(knowledge: Knowledge, text: str, wanted: Column) -> list[Value | Reference]:
    """The values of a column for the entity that an id names; none when it names none, or the entity has none."""
    entity = entities_of(knowledge).get(text)
    if entity is None:
        return []
    found: list[Value | Reference]
    if wanted.prop.kind in {"concept", "dataset"}:
        iris = targets(knowledge, entity, wanted.prop, inferred=wanted.inferred)
        references = [_reference(knowledge, iri) for iri in iris]
        found = [_given(r, wanted.form) for r in sorted(references, key=lambda r: (r.name.casefold(), r.iri))]
    else:
        found = list(literals(knowledge, entity, wanted.prop, wanted.language))
    return found[: wanted.limit] if wanted.limit else found


def _reference(knowledge: Knowledge, iri: str) -> Reference:
    entity = entities_of(knowledge).get(iri)
    if entity is None:  # a class that is no concept of the lexicon
        return Reference(iri, knowledge.label(iri), "")
    name, _, description, _ = describe(knowledge, entity)
    return Reference(iri, name, description)


def _given(reference: Reference, form: str) -> Value | Reference:
    return {"name": reference.name, "iri": reference.iri, "curie": curie(reference.iri)}.get(form) or reference
