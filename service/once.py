"""Parameters of which there is one: given twice they are refused, or else it would be chance which of them counts."""

from typing import Any, Final

from fastapi import HTTPException, Request

__all__ = ["given_once"]

_EVERYWHERE: Final = frozenset({"_mediatype", "_profile"})


def _is_list(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" or any(_is_list(one) for one in schema.get("anyOf", ()))


def _single(request: Request) -> frozenset[str]:
    """The parameters of which the route takes one, as its description says."""
    path = getattr(request.scope.get("route"), "path_format", "")
    operation = request.app.openapi()["paths"].get(path, {}).get(request.method.lower(), {})
    named = (p for p in operation.get("parameters", ()) if p["in"] == "query" and not _is_list(p.get("schema", {})))
    return _EVERYWHERE | {p["name"] for p in named}


async def given_once(request: Request) -> None:
    """For the ``dependencies`` of an application.

    Raises:
        HTTPException: 400: a parameter of which there is one is given several times.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) == len(set(names)):
        return
    doubled = sorted(name for name in _single(request) if names.count(name) > 1)
    if doubled:
        raise HTTPException(400, f"the parameter {doubled[0]!r} is given {names.count(doubled[0])} times; give it once")
