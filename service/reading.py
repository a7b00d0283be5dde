"""Routes that are read: GET, and HEAD beside it (RFC 9110, 9.3.2), which FastAPI does not add of itself."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter

__all__ = ["reading"]

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def reading(router: APIRouter, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
    """Register a function for GET and, unlisted, for HEAD.

    Args:
        router: The router.
        path: The path.
        options: What :meth:`fastapi.APIRouter.api_route` takes.
    """

    def register(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(path, endpoint, methods=["GET"], **options)
        router.add_api_route(path, endpoint, methods=["HEAD"], **{**options, "include_in_schema": False})
        return endpoint

    return register
