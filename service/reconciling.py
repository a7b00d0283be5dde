"""What ``/reconcile`` answers in both versions: bodies read within bounds, batches, suggestions, extensions, previews."""

import json
from collections.abc import Callable
from typing import Any, Final

from fastapi import HTTPException, Request
from starlette.responses import Response

from kg.knowledge import Knowledge
from kg.reconcile.entities import Entity, entities_of
from kg.reconcile.extend import Column, column, extended
from kg.reconcile.facts import literals, targets
from kg.reconcile.match import candidates, describe
from kg.reconcile.properties import Property, properties_of, property_named
from kg.reconcile.reading import read_02, read_10
from kg.reconcile.suggest import entities_suggested
from kg.reconcile.types import TYPES, EntityType, type_named
from kg.reconcile.values import Candidate, Query, QueryFault
from kg.reconcile.writing import BATCH, entity_02, property_body, result_02, result_10
from service.pages import page, rendered

__all__ = [
    "body_of",
    "entities",
    "extend",
    "flyout",
    "match_02",
    "match_10",
    "parsed",
    "preview",
    "propose",
    "types_named",
]

_LARGEST: Final = 2 << 20  # bytes of a request's body
_MOST_IDS: Final = 1000
_MOST_COLUMNS: Final = 50
_NOT_SHOWN: Final = frozenset(
    ("title", "identifier", "abstract", "label", "definition", "facet", "datasets", "narrower", "byteSize")
)


def parsed(text: str | bytes, what: str) -> Any:
    """JSON from outside, as a value that can be sent back; ``what`` names it in an error."""

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON number")

    try:
        body = json.loads(text, parse_constant=refuse)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text, and could not be sent back
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise HTTPException(400, f"{what} is no JSON: {why}") from error
    return body


async def body_of(request: Request, media_type: str) -> bytes:
    """The body of a request of one media type, read no further than is allowed."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if given != media_type:
        raise HTTPException(415, f"the body is {given or 'of no media type'}; send {media_type}")
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise HTTPException(413, f"a request may have {_LARGEST:,} bytes")
    return b"".join(parts)


def _ask(knowledge: Knowledge, query: Query | QueryFault) -> tuple[Candidate, ...] | QueryFault:
    return query if isinstance(query, QueryFault) else candidates(knowledge, query)


def _bounded(count: int) -> None:
    if count > BATCH:
        raise HTTPException(413, f"the batch has {count} queries; there may be {BATCH}")


def match_02(knowledge: Knowledge, text: str) -> dict[str, Any]:
    """The answer to a batch of version 0.2."""
    batch = parsed(text, "queries")
    if not isinstance(batch, dict):
        raise HTTPException(400, "queries is no JSON object of queries by id")
    _bounded(len(batch))
    return {key: result_02(_ask(knowledge, read_02(query))) for key, query in batch.items()}


def match_10(knowledge: Knowledge, body: Any) -> dict[str, Any]:
    """The answer to a batch of version 1.0-draft."""
    batch = body.get("queries") if isinstance(body, dict) else None
    if not isinstance(batch, list):
        raise HTTPException(400, "the body is no JSON object with an array of queries under 'queries'")
    _bounded(len(batch))
    return {"results": [result_10(_ask(knowledge, read_10(query))) for query in batch]}


def extend(knowledge: Knowledge, body: Any, write: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """The answer to a data extension query, written in one version."""
    ids = body.get("ids") if isinstance(body, dict) else None
    wanted = body.get("properties") if isinstance(body, dict) else None
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise HTTPException(422, "ids: it is no JSON array of ids")
    if not isinstance(wanted, list):
        raise HTTPException(422, "properties: it is no JSON array of properties")
    if len(ids) > _MOST_IDS or len(wanted) > _MOST_COLUMNS:
        raise HTTPException(413, f"there may be {_MOST_IDS} ids and {_MOST_COLUMNS} properties")
    columns = [_column(one, f"properties/{n}") for n, one in enumerate(wanted)]
    rows = [(i, [extended(knowledge, i, c) for c in columns]) for i in dict.fromkeys(ids)]
    return write(columns, rows)


def _column(one: Any, field: str) -> Column:
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise HTTPException(422, f"{field}/id: a property is an object with an id")
    prop = property_named(one["id"], (), f"{field}/id")
    found = prop if isinstance(prop, QueryFault) else column(prop, one.get("settings") or {}, f"{field}/settings")
    if isinstance(found, QueryFault):
        raise HTTPException(422, str(found))
    return found


def types_named(names: list[str]) -> tuple[str, ...]:
    """Ids of the types that are named."""
    found = [type_named(name) for name in names if name.strip()]
    for one in found:
        if isinstance(one, QueryFault):
            raise HTTPException(422, str(one))
    return tuple(t.id for t in found if not isinstance(t, QueryFault))


def entities(knowledge: Knowledge, prefix: str, types: list[str], limit: int, offset: int) -> dict[str, Any]:
    """The entities whose names begin with a text."""
    found = entities_suggested(knowledge, prefix, types_named(types), limit, offset)
    return {"result": [entity_02(knowledge, e) for e in found]}


def propose(name: str, limit: int) -> dict[str, Any]:
    """The properties of the entities of a type."""
    types = types_named([name])
    found = properties_of(types[0] if types else "")[:limit]
    return {"properties": [property_body(p) for p in found], "type": types[0] if types else name, "limit": limit}


def preview(request: Request, knowledge: Knowledge, name: str) -> Response:
    """A small page about an entity."""
    entity = entities_of(knowledge).get(name)
    if entity is None:
        raise HTTPException(404, f"no entity is called {name!r}")
    title, types, description, count = describe(knowledge, entity)
    facts: list[tuple[str, str]] = []
    for prop in properties_of(types[0]):
        if prop.kind in {"concept", "dataset"}:
            values = sorted(knowledge.label(i) for i in targets(knowledge, entity, prop, inferred=False))
        else:
            values = [str(v) for v in literals(knowledge, entity, prop)]
        if values and prop.id not in _NOT_SHOWN:
            facts.append((prop.name, ", ".join(values[:6]) + (" …" if len(values) > 6 else "")))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    shown = {
        "name": title, "iri": entity.iri, "types": [TYPES[t].name for t in types], "description": description, "count": count,
        "facts": facts[:8],
    }  # fmt: skip
    return page(request, "preview.html", shown, {"Content-Security-Policy": policy})


def flyout(request: Request, knowledge: Knowledge, kind: str, name: str) -> dict[str, str]:
    """A few words about what a suggestion means, as HTML that another page takes in: no style, no script of its own."""
    found: Entity | EntityType | Property | QueryFault | None
    if kind == "entity":
        found = entities_of(knowledge).get(name)
    else:
        found = type_named(name, "id") if kind == "type" else property_named(name, (), "id")
    if found is None or isinstance(found, QueryFault):
        raise HTTPException(404, f"no {kind} is called {name!r}")
    if isinstance(found, EntityType | Property):
        title, below, text = found.name, found.id, found.description
    else:
        title, types, text, _ = describe(knowledge, found)
        below = TYPES[types[0]].name
    html = rendered(request, "flyout.html", {"name": title, "below": below, "description": text})
    return {"id": name, "html": html.decode()}
