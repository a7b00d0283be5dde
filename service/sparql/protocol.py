"""What a client asks, read from a request (https://www.w3.org/TR/sparql11-protocol/#query-operation); a fault is its 4xx."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps, loads
from typing import Final
from urllib.parse import parse_qsl

import pyoxigraph as ox
from fastapi import HTTPException, Request

from service.body import LARGEST

__all__ = ["ALLOW", "FORM_TYPE", "QUERY_TYPE", "Asked", "absolute", "asked_of", "body_of", "fields_of"]

QUERY_TYPE: Final = "application/sparql-query"
FORM_TYPE: Final = "application/x-www-form-urlencoded"
ALLOW: Final = {"Allow": "GET, HEAD, OPTIONS, POST, QUERY"}
_UPDATE_TYPE: Final = "application/sparql-update"
_MOST_FIELDS: Final = 100
_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?=$|[,;])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query operation.

    Attributes:
        query: The text; None when there is none.
        default_graphs: ``default-graph-uri``, in order.
        named_graphs: ``named-graph-uri``, in order.
        timeout: The deadline wanted, in seconds.
        waits: Whether it was wanted by ``Prefer: wait``, which an answer confirms.
        format: The name of the format wanted; None leaves it to the Accept header.
    """

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None
    waits: bool = False
    format: str | None = None


def asked_of(request: Request, parameters: Sequence[tuple[str, str]]) -> Asked:
    """Read the parameters of a query operation.

    Raises:
        HTTPException: 400 for what is malformed, 405 for an update.
    """

    def given(name: str) -> list[str]:
        return [value for key, value in parameters if key == name]

    if given("update") or given("using-graph-uri") or given("using-named-graph-uri"):
        raise HTTPException(405, "this endpoint is read-only, it takes no update", ALLOW)
    default = tuple(absolute(iri, "default-graph-uri") for iri in given("default-graph-uri"))
    named = tuple(absolute(iri, "named-graph-uri") for iri in given("named-graph-uri"))
    timeout = _seconds(_one(given("timeout"), "timeout"))
    wait = _WAIT.search(", ".join(request.headers.getlist("prefer"))) if timeout is None else None
    if wait and int(wait[1]):
        timeout = float(wait[1])
    format = _one(given("format"), "format")
    return Asked(_one(given("query"), "query"), default, named, timeout, waits=bool(wait and timeout), format=format)


def _one(values: list[str], name: str) -> str | None:
    if len(values) > 1:
        raise HTTPException(400, f"the parameter {name!r} is given {len(values)} times; give it once")
    return values[0] if values else None


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise HTTPException(400, f"timeout: {text!r} is no positive number of seconds")
    return seconds


def absolute(iri: str, name: str) -> str:
    """An absolute IRI that a parameter gives.

    Raises:
        HTTPException: 400 when it is none.
    """
    try:
        ox.NamedNode(iri)
    except ValueError:
        raise HTTPException(400, f"{name}: {iri[:200]!r} is no absolute IRI") from None
    return iri


async def body_of(request: Request) -> str:
    """The request's body as text, read no further than is allowed.

    Raises:
        HTTPException: 413 when it is too large, 400 when it is no UTF-8.
    """
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise HTTPException(413, f"a request may have {LARGEST:,} bytes")
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the request is no UTF-8 (byte {error.start})") from error


def _form(text: str) -> list[tuple[str, str]]:
    """The fields of a form, each decoded once."""
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, f"the form cannot be read: {error}") from error


def _object(text: str) -> list[tuple[str, str]]:
    """The fields of a JSON object."""
    try:
        read = loads(text)
        dumps(read, ensure_ascii=False).encode()  # an escape can write half a character, which is no text
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"the JSON cannot be read: {error}") from error
    if not isinstance(read, dict):
        raise HTTPException(400, "the JSON is no object with a 'query'")
    return [(name, str(value)) for name, value in read.items() if value is not None]


async def fields_of(request: Request, *, json: bool = False) -> list[tuple[str, str]]:
    """The parameters of a request of any method, from its URL and its body, which may be JSON where that is allowed.

    Raises:
        HTTPException: 400, 405, 413 or 415.
    """
    in_url = _form(request.scope["query_string"].decode("latin-1"))
    if request.method == "GET":
        return in_url
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == _UPDATE_TYPE:
        raise HTTPException(405, "this endpoint is read-only, it takes no update", ALLOW)
    known = [QUERY_TYPE, FORM_TYPE, *(["application/json"] if json else [])]
    if kind not in known:
        accepted = {"Accept-Query": ", ".join(known), "Accept-Post": ", ".join(known)}
        raise HTTPException(415, f"send {' or '.join(known)}, not {kind[:100] or 'nothing'}", accepted)
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]+)", rest, re.IGNORECASE)
    if charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise HTTPException(415, f"send UTF-8, not {charset[1][:40]}")
    body = await body_of(request)
    if kind == QUERY_TYPE:
        return [*in_url, ("query", body)]
    return [*in_url, *(_object(body) if kind == "application/json" else _form(body))]
