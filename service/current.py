"""What serves a request: the release, and the desk that takes its SPARQL."""

from fastapi import Request

from kg.errors import StoreUnavailable
from kg.opened import OpenRelease
from service.serving import Serving
from service.sparql.desk import Desk

__all__ = ["desk_of", "release_of", "serving_of"]


def serving_of(request: Request) -> Serving:
    """What serves the request, to its end.

    Raises:
        StoreUnavailable: Nothing does: the service is starting or stopping.
    """
    found: Serving | None = getattr(request.state, "serving", None)
    if found is None:
        raise StoreUnavailable("no release is in service: the service is starting or stopping")
    return found


def release_of(request: Request) -> OpenRelease:
    """The release that serves the request."""
    return serving_of(request).release


def desk_of(request: Request) -> Desk:
    """The desk that takes the request's SPARQL."""
    return serving_of(request).desk
