"""Writing what a client gets: candidates, suggestions, extensions and manifests in the JSON of both versions of the API."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from kg.knowledge import Knowledge
from kg.namespaces import BASE, IKG
from kg.reconcile.entities import Entity
from kg.reconcile.extend import SETTINGS, Column, Reference, Setting
from kg.reconcile.match import describe
from kg.reconcile.properties import QUALIFIERS, Property
from kg.reconcile.types import TYPES, EntityType
from kg.reconcile.values import Candidate, QueryFault, Value
from kg.version import __version__

__all__ = [
    "BATCH", "PREVIEW", "entity_02", "extend_02", "extend_10", "manifest_02", "manifest_10", "property_body", "result_02", "result_10",
    "type_body",
]  # fmt: skip

BATCH: Final = 100
"""Queries in one batch."""

PREVIEW: Final = (430, 300)
"""Width and height of a preview, in pixels."""

_INT_32: Final = 2**31 - 1  # OpenRefine 3.6 keeps the lowest 32 bits of an `int`: a larger number of bytes became a negative one

_NAME: Final = "imaging-kg: medical-imaging datasets and concepts"

Outcome = Sequence[Candidate] | QueryFault


def type_body(one: EntityType) -> dict[str, Any]:
    """A type, with the types above it."""
    broader = [{"id": TYPES[b].id, "name": TYPES[b].name} for b in one.broader]
    return {"id": one.id, "name": one.name, "description": one.description} | ({"broader": broader} if broader else {})


def property_body(one: Property, *, qualifiers: bool = False) -> dict[str, Any]:
    """A property; with the ways in which its values can be compared where version 1.0 wants them."""
    body: dict[str, Any] = {"id": one.id, "name": one.name, "description": one.description}
    if qualifiers:
        body["matchQualifiers"] = [{"id": q, "name": QUALIFIERS[q][0]} for q in one.qualifiers]
    return body


def entity_02(knowledge: Knowledge, entity: Entity) -> dict[str, Any]:
    """An entity as a suggestion; the same in both versions."""
    name, types, description, _ = describe(knowledge, entity)
    return {"id": entity.iri, "name": name, "description": description, "notable": _types(types)}


def _types(ids: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": i, "name": TYPES[i].name} for i in ids]


def result_02(outcome: Outcome) -> dict[str, Any]:
    """The result of one query in version 0.2. The specification has no place for a fault: it stands beside an empty result."""
    if isinstance(outcome, QueryFault):
        return {"result": [], "error": _fault(outcome)}
    return {"result": [_candidate(c, named=False) for c in outcome]}


def result_10(outcome: Outcome) -> dict[str, Any]:
    """The result of one query in version 1.0-draft."""
    if isinstance(outcome, QueryFault):
        return {"candidates": [], "error": _fault(outcome)}
    return {"candidates": [_candidate(c, named=True) for c in outcome]}


def _fault(fault: QueryFault) -> dict[str, Any]:
    return {"field": fault.field, "detail": str(fault), "suggestions": list(fault.suggestions)}


def _candidate(candidate: Candidate, *, named: bool) -> dict[str, Any]:
    features = [({"id": f.id, "name": f.name} if named else {"id": f.id}) | {"value": f.value} for f in candidate.features]
    return {
        "id": candidate.id, "name": candidate.name, "description": candidate.description, "type": _types(candidate.types),
        "score": candidate.score, "match": candidate.match, "features": features,
    }  # fmt: skip


def _meta(columns: Sequence[Column]) -> list[dict[str, Any]]:
    found = []
    for column in columns:
        entry: dict[str, Any] = {"id": column.prop.id, "name": column.prop.name}
        if column.prop.values and column.form == "entity":
            entry["type"] = {"id": column.prop.values, "name": TYPES[column.prop.values].name}
        found.append(entry)
    return found


def _value(value: Value | Reference, *, widest: float = math.inf) -> dict[str, Any]:
    """A value; a whole number beyond ``widest`` as a float, which is exact up to 2^53."""
    if isinstance(value, Reference):
        return {"id": value.iri, "name": value.name} | ({"description": value.description} if value.description else {})
    if isinstance(value, bool):
        return {"str": "true" if value else "false"}  # neither version has a form for a boolean
    if isinstance(value, int):
        return {"int": value} if abs(value) <= widest else {"float": float(value)}
    return {"float": value} if isinstance(value, float) else {"str": value}


Rows = Sequence[tuple[str, Sequence[Sequence[Value | Reference]]]]
"""For each id, the values of each column."""


def extend_02(columns: Sequence[Column], rows: Rows) -> dict[str, Any]:
    """A data extension in version 0.2: rows by id, cells by property."""
    names = [c.prop.id for c in columns]
    body = {i: {n: [_value(v, widest=_INT_32) for v in cell] for n, cell in zip(names, cells, strict=True)} for i, cells in rows}
    return {"meta": _meta(columns), "rows": body}


def extend_10(columns: Sequence[Column], rows: Rows) -> dict[str, Any]:
    """A data extension in version 1.0-draft: an array of rows in the order asked for."""
    names = [c.prop.id for c in columns]
    body = [
        {"id": i, "properties": [{"id": n, "values": [_value(v) for v in cell]} for n, cell in zip(names, cells, strict=True)]}
        for i, cells in rows
    ]
    return {"meta": _meta(columns), "rows": body}


def _setting(setting: Setting, key: str, label: str, text: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        key: setting.id,
        label: setting.name,
        "type": setting.kind,
        "default": setting.default,
        text: setting.help,
    }
    if setting.choices is not None:
        body["choices"] = [{"value": value, "name": name} for value, name in setting.choices.items()]
    return body


def _manifest(place: str, versions: list[str]) -> dict[str, Any]:
    return {
        "versions": versions, "name": _NAME, "documentation": f"{place}/docs", "logo": f"{place}/static/icon.svg",
        "serviceVersion": __version__, "defaultTypes": [type_body(t) for t in TYPES.values()], "batchSize": BATCH,
    }  # fmt: skip


def manifest_02(place: str) -> dict[str, Any]:
    """The manifest of version 0.2.

    Args:
        place: Public address of the service, without a final slash.
    """
    here = f"{place}/reconcile"
    suggest = {
        kind: {"service_url": here, "service_path": f"/suggest/{kind}", "flyout_service_path": f"/flyout/{kind}?id=${{id}}"}
        for kind in ("entity", "type", "property")
    }
    width, height = PREVIEW
    return _manifest(place, ["0.2"]) | {
        "identifierSpace": BASE,
        "schemaSpace": str(IKG),
        "view": {"url": f"{place}/resolve?iri={{{{id}}}}"},
        "feature_view": {"url": f"{here}/features/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": width, "height": height},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/extend/propose"},
            "property_settings": [_setting(s, "name", "label", "help_text") for s in SETTINGS],
        },
    }


def manifest_10(place: str) -> dict[str, Any]:
    """The manifest of version 1.0-draft; ``place`` as in :func:`manifest_02`."""
    width, height = PREVIEW
    return _manifest(place, ["1.0-draft"]) | {
        "view": {"url": f"{place}/resolve?iri={{id}}"},
        "featureView": {"url": f"{place}/reconcile/features/{{id}}"},
        "preview": {"width": width, "height": height},
        "suggest": {"entity": True, "type": True, "property": True},
        "extend": {"proposeProperties": True, "propertySettings": [_setting(s, "id", "name", "helpText") for s in SETTINGS]},
        "standardizedScore": True,
        "lang": "en",
        "dir": "ltr",
    }
