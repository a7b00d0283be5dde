"""What the OpenAPI document says of answers: the problem documents, once for all routes, and the forms of what is sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI

from service.kinds import HTTP
from service.problems import MEDIA_TYPE
from service.variants import Variant

__all__ = ["PROBLEMS", "Responses", "describe_problem", "document", "documents", "elsewhere", "problems", "sent"]

Responses = dict[int | str, dict[str, Any]]
_REFERENCE: Final = {"$ref": "#/components/schemas/Problem"}
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457). Each kind has further members of its own.",
    "required": ["type", "title", "status", "detail", "instance", "request_id", "hint"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The kind; its address says what it means."},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What is wrong here, in one sentence or a few."},
        "instance": {"type": "string", "description": "The path that was asked."},
        "request_id": {"type": "string", "description": "What the service's log knows the request by."},
        "hint": {"type": "string", "description": "What to do about it."},
        "suggestions": {"type": "array", "items": {"type": "string"}, "description": "What may have been meant."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where: path, query, header or body, and a JSON pointer within.",
                    },
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_METHODS: Final = frozenset(("delete", "get", "patch", "post", "put"))


def describe_problem(description: str) -> dict[str, Any]:
    """What a route documents for a status that is a problem."""
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": _REFERENCE}, "text/html": {"schema": {"type": "string"}}},
    }


PROBLEMS: Final[Mapping[int, dict[str, Any]]] = {status: describe_problem(kind.meaning) for status, kind in HTTP.items()}
"""Status → what a route documents that may answer so."""
_LOCATION: Final[dict[str, Any]] = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
_GOING: Final[dict[str, Any]] = {
    "Deprecation": {"schema": {"type": "string"}, "description": "Since when it is deprecated (RFC 9745)."},
    "Sunset": {"schema": {"type": "string"}, "description": "From when on it may be gone, where that is decided (RFC 8594)."},
}
_ELSEWHERE: Final = {
    301: "The thing has another name now.",
    302: "Where it is in the latest release.",
    303: "Where the document is that the client wants.",
    308: "The same address without the slash at its end.",
}


def problems(*statuses: int) -> Responses:
    """What a route documents that answers with these problems.

    Those that follow from what a route takes need no mention, see :func:`document`.
    """
    return {status: PROBLEMS[status] for status in statuses}


def sent(*media: str, description: str) -> Responses:
    """What a route documents that sends one of these media types.

    Args:
        media: The types; parameters are left out.
        description: What is sent.
    """
    bare = dict.fromkeys(kind.partition(";")[0].strip() for kind in media)
    return {200: {"description": description, "content": {kind: _content(kind) for kind in bare}}}


def elsewhere(*statuses: int) -> Responses:
    """What a route documents that sends its client on: 301, 302, 303, 308."""
    return {status: {"description": _ELSEWHERE[status], "headers": _LOCATION} for status in statuses}


def documents(variants: Sequence[Variant]) -> Responses:
    """What a route documents that leads to a thing's documents, and sends the one that a suffix names."""
    return sent(*(v.media for v in variants), description="The document.") | elsewhere(303) | problems(404, 406)


def _content(media: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}} if media.startswith("text/") else {}


def document(app: FastAPI) -> None:
    """Make an application's OpenAPI document tell of every problem.

    Any operation may meet a service that starts or stops (503). What takes parameters may get one twice (400), and find them or a
    body invalid (422); what takes JSON may get a body that is none (400, 415), or too much of it (413); what a token guards may lack it
    (401); what names a thing in its path may name none (404), or have a slash too many (308).
    """
    make = app.openapi

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = make()
            for path in found["paths"].values():
                for operation in (path[method] for method in sorted(_METHODS & set(path))):
                    _complete(operation)
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = _SCHEMA
            for replaced in ("HTTPValidationError", "ValidationError"):
                schemas.pop(replaced, None)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]  # the way that FastAPI documents


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    implied = [503]
    if "requestBody" in operation:
        implied += [400, 413, 415]
    if "422" in responses and MEDIA_TYPE not in responses["422"].get("content", {}):
        del responses["422"]  # FastAPI's own, which is not what we send
        implied.append(422)
    if any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
        implied.append(400)
    if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
        implied.append(404)
        responses.setdefault("308", elsewhere(308)[308])
    if "security" in operation:
        implied.append(401)
    for status in implied:
        responses.setdefault(str(status), PROBLEMS[status])
    if operation.get("deprecated"):
        for status, response in responses.items():
            # The problems are shared by all operations, of which only this one will go.
            responses[status] = {**response, "headers": {**response.get("headers", {}), **_GOING}}
    operation["responses"] = dict(sorted(responses.items()))
