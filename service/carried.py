"""Headers that every answer to a request carries from some point on, its problems too."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request

__all__ = ["carried", "carry"]

_KEY: Final = "carried_headers"


def carried(request: Request) -> dict[str, str]:
    """What the answer to a request is to carry."""
    found: dict[str, str] = request.scope.get("state", {}).get(_KEY, {})
    return found


def carry(request: Request, headers: Mapping[str, str]) -> dict[str, str]:
    """Have the answer to a request carry headers; all that it carries by now."""
    state = request.scope.setdefault("state", {})
    state[_KEY] = {**state.get(_KEY, {}), **headers}
    return carried(request)
