"""``/dataset/{slug}/provenance`` and ``…/history``: who says what about a dataset and why we say it, and what is dated about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from kg.export.describe import document_triples
from kg.export.void import LICENCE
from kg.namespaces import BASE, IKGD
from kg.opened import OpenRelease
from kg.provenance import history_triples, receipt_triples
from kg.store.port import TripleStore
from kg.store.written import write_triples
from service.current import release_of
from service.documented import documents, elsewhere, problems
from service.documents import json_bytes, see_other, send
from service.pages import rendered
from service.routers.linked import retired_response
from service.signposting import HAS_PROVENANCE, VERSION_HISTORY, Link, Signposts
from service.variants import TERM, Variant

__all__ = ["provenance_router"]

Slug = Annotated[str, Path(max_length=500, description="The dataset's id.", examples=["lidc-idri"])]
_DOCUMENTED: Final = documents(TERM) | elsewhere(301) | problems(410)
Triples = Callable[[TripleStore, Mapping[str, Any]], Iterator[tuple[Any, Any, Any]]]


@dataclass(frozen=True, slots=True)
class _Aspect:
    """One of the two: its place, its page, what it says, and the relation of the one to the other."""

    name: str
    template: str
    told: Callable[[OpenRelease, str], dict[str, Any]]
    triples: Triples
    beside: Callable[[str], Link]


_PROVENANCE: Final = _Aspect(
    "provenance", "provenance.html", OpenRelease.provenance, receipt_triples,
    lambda path: Link(f"{path}/history", VERSION_HISTORY),
)  # fmt: skip
_HISTORY: Final = _Aspect(
    "history", "history.html", OpenRelease.history, history_triples, lambda path: Link(f"{path}/provenance", HAS_PROVENANCE)
)


def _response(request: Request, aspect: _Aspect, slug: str, suffix: str | None) -> Response:
    release = release_of(request)
    variant = next((v for v in TERM if v.suffix == suffix), None)
    if suffix is not None and variant is None:
        there = ", ".join(f".{v.suffix}" for v in TERM)
        raise HTTPException(404, f"of this {aspect.name} there is no document .{suffix}; there are {there}")
    if slug not in release.knowledge.datasets:
        return retired_response(request, slug, f"/{aspect.name}" + (f".{variant.suffix}" if variant else ""))
    thing, iri = f"/dataset/{slug}", str(IKGD[slug])
    path = f"{thing}/{aspect.name}"
    if variant is None:
        return see_other(request, path, TERM)

    def make(chosen: Variant) -> bytes:
        body = aspect.told(release, slug)
        if chosen.media == "application/json":
            return json_bytes(body)
        if chosen.media == "text/html":
            values = {"told": body, "doc": path, "thing": thing, "variants": [v for v in TERM if v.is_metadata]}
            return rendered(request, aspect.template, values)
        own = document_triples(f"{BASE.rstrip('/')}{path}.{chosen.suffix}", iri)
        return write_triples([*aspect.triples(release.store, body), *own], chosen.media)

    posts = Signposts(iri, path, TERM, (), (), iri, licence_of_text=str(LICENCE), beside=(aspect.beside(thing),))
    return send(request, posts, variant, make)


def provenance_router() -> APIRouter:
    """The router of provenance and history; a path below that of a dataset, which takes no slash itself."""
    router = APIRouter(tags=["linked data"])

    @router.get("/dataset/{name}/provenance", summary="Where every fact about a dataset comes from", response_class=Response,
             responses=_DOCUMENTED)  # fmt: skip
    def provenance(request: Request, name: Slug) -> Response:
        """303 to the document that the client wants: per fact its sources, readings, decisions, and what it follows from."""
        return _response(request, _PROVENANCE, name, None)

    @router.get("/dataset/{name}/provenance.{suffix}", include_in_schema=False, response_class=Response)
    def provenance_as(request: Request, name: str, suffix: str) -> Response:
        """The same, by suffix."""
        return _response(request, _PROVENANCE, name, suffix)

    @router.get("/dataset/{name}/history", summary="What is dated about a dataset", response_class=Response,
             responses=_DOCUMENTED)  # fmt: skip
    def history(request: Request, name: Slug) -> Response:
        """303 to the document that the client wants: publication, versions, sources, former ids, changes between releases."""
        return _response(request, _HISTORY, name, None)

    @router.get("/dataset/{name}/history.{suffix}", include_in_schema=False, response_class=Response)
    def history_as(request: Request, name: str, suffix: str) -> Response:
        """The same, by suffix."""
        return _response(request, _HISTORY, name, suffix)

    return router
