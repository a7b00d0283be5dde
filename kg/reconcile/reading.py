"""Reading what a client sent: batches of both versions of the Reconciliation API as queries, each on its own.

A fault of one query is that query's answer; the rest of its batch is answered. A batch that is none is refused whole.
See https://reconciliation-api.github.io/specs/0.2/ and https://reconciliation-api.github.io/specs/1.0-draft/.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kg.reconcile.properties import QUALIFIERS, property_named
from kg.reconcile.types import type_named
from kg.reconcile.values import (
    DEFAULT_LIMIT,
    LONGEST_TEXT,
    MOST_CONDITIONS,
    MOST_VALUES,
    QUANTIFIERS,
    Condition,
    Query,
    QueryFault,
    Value,
)

__all__ = ["read_02", "read_10"]

_STRICT: Final = ("any", "should", "all")
_FIELDS_02: Final = ("query", "type", "limit", "properties", "type_strict")
_FIELDS_10: Final = ("type", "limit", "conditions", "lang", "dir")
_OF_CONDITION: Final = (
    "matchType",
    "propertyId",
    "propertyValue",
    "required",
    "matchQuantifier",
    "matchQualifier",
    "pid",
    "v",
    "lang",
    "dir",
)


class _FaultyError(Exception):
    """Carries a fault out of the reading of one query."""

    def __init__(self, field: str, reason: str, suggestions: Iterable[str] = ()) -> None:
        super().__init__(field)
        self.fault = QueryFault(field, reason, tuple(suggestions))


def read_02(body: Any) -> Query | QueryFault:
    """One query of a batch of version 0.2."""
    try:
        _object(body, "query", _FIELDS_02)
        if body.get("type_strict", "should") not in _STRICT:
            raise _FaultyError("type_strict", f"{body['type_strict']!r} is none of {', '.join(_STRICT)}")
        types = _types(body.get("type"))
        text = _text(body.get("query", ""), "query")
        conditions = tuple(
            Condition(_prop(c, "pid", f"properties/{n}", types), _values(c.get("v"), f"properties/{n}/v"))
            for n, c in enumerate(_list(body.get("properties", []), "properties", MOST_CONDITIONS))
            if _object(c, f"properties/{n}", ("pid", "v"))
        )
        if not text and not conditions:
            raise _FaultyError("query", "it has neither a text nor a property")
        return Query(text, types, _limit(body.get("limit")), _bounded(conditions, "properties"))
    except _FaultyError as found:
        return found.fault


def read_10(body: Any) -> Query | QueryFault:
    """One query of a batch of version 1.0-draft. ``pid`` and ``v``, as earlier drafts had them, are understood too."""
    try:
        _object(body, "query", _FIELDS_10)
        if isinstance(body.get("type"), list):
            raise _FaultyError("type", "a query has one type")
        types = _types(body.get("type"))
        conditions = _list(body.get("conditions"), "conditions", MOST_CONDITIONS)
        if not conditions:
            raise _FaultyError("conditions", "there is none, and a query has one at least")
        names: list[str] = []
        found: list[Condition] = []
        for n, raw in enumerate(conditions):
            field = f"conditions/{n}"
            _object(raw, field, _OF_CONDITION)
            kind = raw.get("matchType")
            key = "v" if "propertyValue" not in raw and "v" in raw else "propertyValue"
            values = _values(raw.get(key), f"{field}/{key}")
            if kind == "name":
                names += [_text(str(v), f"{field}/{key}") for v in values]
            elif kind == "property":
                found.append(_condition(raw, field, values, types))
            else:
                raise _FaultyError(f"{field}/matchType", f"{kind!r} is neither name nor property")
        if not found and not any(names):
            raise _FaultyError("conditions", "they hold neither a text nor a property")
        if len(names) > 1:
            raise _FaultyError("conditions", f"{len(names)} names are given; a query has one")
        return Query(names[0] if names else "", types, _limit(body.get("limit")), _bounded(tuple(found), "conditions"))
    except _FaultyError as found_fault:
        return found_fault.fault


def _condition(raw: Mapping[str, Any], field: str, values: tuple[Value, ...], types: tuple[str, ...]) -> Condition:
    key = "pid" if "propertyId" not in raw and "pid" in raw else "propertyId"
    prop = _prop(raw, key, field, types)
    required, quantifier, qualifier = raw.get("required", False), raw.get("matchQuantifier", "any"), raw.get("matchQualifier", "")
    if not isinstance(required, bool):
        raise _FaultyError(f"{field}/required", f"{required!r} is neither true nor false")
    if quantifier not in QUANTIFIERS:
        raise _FaultyError(f"{field}/matchQuantifier", f"{quantifier!r} is none of {', '.join(QUANTIFIERS)}")
    named = property_named(prop)
    known = named.qualifiers if not isinstance(named, QueryFault) else ()
    if qualifier and qualifier not in known:
        offered = ", ".join(known) or "none"
        raise _FaultyError(
            f"{field}/matchQualifier",
            f"{prop!r} cannot be compared by {qualifier!r}; there is {offered}",
            QUALIFIERS.keys() & known,
        )
    return Condition(prop, values, required, quantifier, qualifier)


def _bounded(conditions: tuple[Condition, ...], field: str) -> tuple[Condition, ...]:
    count = sum(len(c.values) for c in conditions)
    if count > MOST_VALUES:
        raise _FaultyError(field, f"they have {count} values together; there may be {MOST_VALUES}")
    return conditions


def _object(body: Any, field: str, known: tuple[str, ...]) -> bool:
    if not isinstance(body, dict):
        raise _FaultyError(field, "it is no JSON object")
    for name in body:
        if name not in known:
            raise _FaultyError(f"{field}/{name}"[:200], f"there is no such field; there are {', '.join(known)}")
    return True


def _list(value: Any, field: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise _FaultyError(field, "it is no JSON array")
    if len(value) > most:
        raise _FaultyError(field, f"it has {len(value)} entries; there may be {most}")
    return value


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise _FaultyError(field, "it is no text")
    if len(value) > LONGEST_TEXT:
        raise _FaultyError(field, f"it has {len(value):,} characters; it may have {LONGEST_TEXT:,}")
    return value.strip()


def _types(value: Any) -> tuple[str, ...]:
    """Ids of the wanted types; OpenRefine sends an object where its user chose a type by hand."""
    found: list[str] = []
    for one in _list(value if isinstance(value, list) else [value], "type", MOST_CONDITIONS):
        text = one.get("id") if isinstance(one, dict) else one
        if text is None or text == "":
            continue
        named = type_named(_text(text, "type"))
        if isinstance(named, QueryFault):
            raise _FaultyError(named.field, named.reason, named.suggestions)
        found.append(named.id)
    return tuple(dict.fromkeys(found))


def _limit(value: Any) -> int:
    if value is None:
        return DEFAULT_LIMIT
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value != int(value)
        or value < 1
    ):
        raise _FaultyError("limit", f"{value!r} is no positive whole number")
    return int(value)


def _prop(raw: Mapping[str, Any], key: str, field: str, types: tuple[str, ...]) -> str:
    if key not in raw:
        raise _FaultyError(f"{field}/{key}", "it is missing")
    named = property_named(_text(raw[key], f"{field}/{key}"), types, f"{field}/{key}")
    if isinstance(named, QueryFault):
        raise _FaultyError(named.field, named.reason, named.suggestions)
    return named.id


def _values(value: Any, field: str) -> tuple[Value, ...]:
    """Property values; of an entity its id counts."""
    if value is None:
        raise _FaultyError(field, "it is missing")
    found: list[Value] = []
    for one in _list(value if isinstance(value, list) else [value], field, MOST_VALUES):
        plain = one.get("id") if isinstance(one, dict) else one
        if isinstance(plain, str):
            found.append(_text(plain, field))
        elif isinstance(plain, bool | int | float):
            found.append(plain)
        else:
            raise _FaultyError(field, "a value is a text, a number, true, false, or an object with an id")
    return tuple(found)
