"""What is at an address: the methods of all the routes that it meets, where a slash too many leads, and what is near one that meets none.

Nothing here is taken from the ``Host`` header, which whoever asks may write as they like.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.routing import RouteContext, iter_route_contexts
from rapidfuzz import fuzz, process
from starlette.routing import Mount

__all__ = ["absolute", "allowed", "near", "own_methods", "path_of", "root_of", "slashed"]

_FILES: Final = frozenset({"GET", "HEAD"})
_PATH: Final = "/:@!$&()*+,;=~-._'"
_QUERY: Final = f"{_PATH}?%[]"
_PORTS: Final = {"http": 80, "https": 443}
_SHOWN: Final = 3
_ALIKE: Final = 70  # of 100: below, a name is another one rather than a misspelling


def root_of(request: Request) -> str:
    """What goes before every path of ours on this host, also below a folder of files, which Starlette mounts."""
    found: str = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    return found


def absolute(request: Request, path: str) -> str:
    """The absolute address of a path: below the public address that is set, else below the one that the request came in at.

    That is the address of the socket: behind a proxy, or in a container whose ports are mapped, ``IMAGING_KG_PUBLIC_URL`` has to be set.
    """
    settings = request.app.state.settings
    server = request.scope.get("server")
    if settings.public_url or not server or server[1] is None:  # a socket of Unix has no address that a client could use
        return f"{settings.public.rstrip('/')}{path}"
    scheme, (host, port) = request.scope.get("scheme", "http"), server
    named = f"[{host}]" if ":" in host else host
    return f"{scheme}://{named}{'' if _PORTS.get(scheme) == port else f':{port}'}{root_of(request)}{path}"


def path_of(request: Request) -> str:
    """The path that was asked, as our routes write it."""
    found: str = request.scope["path"]
    return found.removeprefix(root_of(request))


def _met(app: FastAPI, path: str) -> Iterator[RouteContext]:
    for route in iter_route_contexts(app.routes):
        if route.path_regex.match(path):
            yield route


def own_methods(app: FastAPI, path: str) -> frozenset[str]:
    """The methods of the routes that a path meets; none where there is no route, or one that takes whatever comes."""
    found: set[str] = set()
    for route in _met(app, path):
        found |= _FILES if isinstance(route.original_route, Mount) else route.methods or set()
    return frozenset(found)


def allowed(app: FastAPI, path: str) -> tuple[str, ...]:
    """The methods that a path is answered under, for the header ``Allow``; none as for :func:`own_methods`."""
    own = own_methods(app, path)
    return tuple(sorted(own | {"OPTIONS"} | ({"HEAD"} if "GET" in own else set()))) if own else ()


def slashed(request: Request) -> str:
    """Where a path leads that has a slash too many or too few at its end, relative to the host; ``""`` where it leads nowhere."""
    path, app = path_of(request), request.app
    if any(_met(app, path)):  # the slash is a part of a name there, and what has no such name is not found
        return ""
    other = path.rstrip("/")
    if path != other:
        found = other if any(_met(app, other)) else ""
    else:  # only where a route is written so
        found = f"{path}/" if any((r.path or "").endswith("/") for r in _met(app, f"{path}/")) else ""
    if not found:
        return ""
    query = request.scope["query_string"].decode("latin-1")
    return f"{root_of(request)}{quote(found, safe=_PATH)}{f'?{quote(query, safe=_QUERY)}' if query else ''}"


def near(request: Request) -> tuple[str, ...]:
    """The addresses, of those without parameters, that are written most like the one that was asked."""
    path = path_of(request)
    there = {r.path for r in iter_route_contexts(request.app.routes) if r.path and "{" not in r.path and r.path != "/"}
    found = process.extract(path.rstrip("/")[:200], sorted(there), scorer=fuzz.ratio, limit=_SHOWN, score_cutoff=_ALIKE)
    return tuple(f"{root_of(request)}{name}" for name, _, _ in found)
