"""``/dumps``: the files of the releases that are here, made when they are first asked for and kept."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as PathParameter
from starlette.responses import FileResponse, RedirectResponse, Response
from werkzeug.http import parse_etags, quote_etag

from kg.catalogue.triples import Triple
from kg.export.dcat import distribution_dcat, release_dcat, releases_dcat
from kg.export.describe import document_triples
from kg.export.dumps import DUMPS, SUMS, dump_named, sums_text
from kg.namespaces import BASE
from kg.release import Kept
from kg.store.written import write_triples
from service.addresses import path_of
from service.conditional import DOCUMENT, IMMUTABLE, respond
from service.current import release_of
from service.documented import Responses, elsewhere, problems, sent
from service.documents import json_bytes, root_of
from service.pages import CSP, rendered
from service.ranges import check_range
from service.shelf import Shelf
from service.wanted import accepted, wanted

__all__ = ["dumps_router"]

_RDF: Final = ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
_INDEX: Final = ("text/html", "application/json", *_RDF)
_PART: Final[Responses] = {206: {"description": "A part of the file."}, **problems(400, 404, 410, 416)}
Version = Annotated[str, PathParameter(description="A release's id.")]


def _chosen(request: Request) -> str:
    return wanted(accepted(request), _INDEX)


def _listed(request: Request, media: str, triples: Iterable[Triple], body: Any, page: tuple[str, dict[str, Any]]) -> Response:
    """A list in the form that was chosen. Files come and go between two releases, so that it has no date."""
    own = f"{root_of(request)}{quote(path_of(request))}?{urlencode({'_mediatype': media})}"
    headers = {"Vary": "Accept", "Content-Location": own}
    if media in _RDF:
        return respond(request, write_triples(list(triples), media), media, headers, dated=False)
    if media == "application/json":
        return respond(request, json_bytes(body), media, headers, dated=False)
    headers["Content-Security-Policy"] = CSP
    return respond(request, rendered(request, *page), "text/html; charset=utf-8", headers, dated=False)


def _releases(request: Request, shelf: Shelf) -> Response:
    media, current = _chosen(request), release_of(request).manifest.id
    here = list(shelf.releases(request).values())
    address = f"{BASE}dumps/"
    triples = [
        *releases_dcat(((r.version_iri, r.id, r.software) for r in here), current),
        *document_triples(address, f"{BASE}void#imaging-kg"),
    ]
    lines = [
        {"release": r.id, "iri": r.version_iri, "software": r.software, "current": r.id == current,
         "url": f"{root_of(request)}/dumps/{r.id}/"}
        for r in here
    ]  # fmt: skip
    return _listed(request, media, triples, {"current": current, "releases": lines}, ("releases.html", {"releases": lines}))


def _index(request: Request, shelf: Shelf, kept: Kept) -> Response:
    media, folder = _chosen(request), shelf.folder(request, kept)
    dumps = shelf.offered(request, kept)
    there = {d.name: folder / d.name for d in dumps if (folder / d.name).is_file()}
    files = [
        {
            "name": d.name, "title": d.title, "mediaType": d.media, "url": f"{root_of(request)}/dumps/{kept.id}/{d.name}",
            "bytes": there[d.name].stat().st_size if d.name in there else None,
            "sha256": shelf.sha256(there[d.name]) if d.name in there else None,
        }
        for d in dumps
    ]  # fmt: skip
    in_service = release_of(request).manifest
    sources = in_service.sources if kept.id == in_service.id else []
    shown = {"kept": kept, "files": files, "sums": SUMS, "sources": sources, "current": in_service.id}
    return _listed(request, media, _dcat(request, kept, files), {"release": kept.id, "files": files}, ("dumps.html", shown))


def _dcat(request: Request, kept: Kept, files: Sequence[dict[str, Any]]) -> Iterable[Triple]:
    public = f"{request.app.state.settings.public}dumps/{kept.id}/"
    yield from release_dcat(kept.version_iri, kept.id, kept.software)
    for file, dump in ((f, dump_named(f["name"])) for f in files if f["sha256"]):
        if dump is not None:
            yield from distribution_dcat(
                kept.version_iri, public + dump.name, dump.title, dump.media, dump.packed, file["bytes"], file["sha256"]
            )
    yield from document_triples(f"{BASE}dumps/{kept.id}/", kept.version_iri)


def _file(request: Request, shelf: Shelf, kept: Kept, name: str) -> Response:
    told = {"X-Data-Release": kept.id}
    if name == SUMS:
        shelf.get(request, DUMPS[0], kept)
        body = sums_text(shelf.folder(request, kept)).encode()
        return respond(request, body, "text/plain; charset=utf-8", told, dated=False)
    dump = dump_named(name)
    if dump is None:
        raise HTTPException(404, f"no dump is called {name!r}; there are {', '.join(d.name for d in DUMPS)}, {SUMS}")
    path = shelf.get(request, dump, kept)
    tag = quote_etag(shelf.sha256(path))
    headers = told | {"ETag": tag, "Cache-Control": IMMUTABLE}
    if parse_etags(request.headers.get("if-none-match")).contains_weak(shelf.sha256(path)):
        return Response(status_code=304, headers=headers)
    check_range(request, path.stat().st_size)
    return FileResponse(path, media_type=dump.packed or dump.media, filename=name.rpartition("/")[2], headers=headers)


def dumps_router() -> APIRouter:
    """The router of ``/dumps``."""
    router = APIRouter(tags=["dumps"])
    shelf = Shelf()

    @router.get("/dumps", include_in_schema=False)
    def place(request: Request) -> Response:
        """Where the list of releases is."""
        return RedirectResponse(f"{root_of(request)}/dumps/", 301, headers={"Cache-Control": DOCUMENT})

    @router.get("/dumps/", summary="The releases whose files are here", response_class=Response,
             responses=sent(*_INDEX, description="The list.") | problems(406))  # fmt: skip
    def releases(request: Request) -> Response:
        """Every release that lies beside the one in service and is whole, that one first: HTML, JSON, DCAT."""
        return _releases(request, shelf)

    @router.get("/dumps/latest", include_in_schema=False)
    @router.get("/dumps/latest/", include_in_schema=False)
    def latest(request: Request) -> Response:
        """Where the files of the latest release are."""
        return _latest(request, "")

    @router.get("/dumps/latest/{name:path}", summary="302 to the latest release's file", response_class=Response,
             status_code=302, responses=elsewhere(302))  # fmt: skip
    def latest_file(
        request: Request, name: Annotated[str, PathParameter(description="Name of a file.", examples=[DUMPS[0].name])]
    ) -> Response:
        """Where the same file of the latest release is."""
        return _latest(request, name)

    @router.get("/dumps/{version}/", summary="The files of a release", response_class=Response,
             responses=sent(*_INDEX, description="The list.") | problems(404, 406, 410))  # fmt: skip
    def index(request: Request, version: Version) -> Response:
        """The files that there are or that can be made, with sizes and digests of those that have been made: HTML, JSON, DCAT."""
        return _index(request, shelf, shelf.release(request, version))

    @router.get("/dumps/{version}/{name:path}", summary="A file of a release", response_class=Response,
             responses=sent(*(d.packed or d.media for d in DUMPS), "text/plain", description="The file.") | _PART)  # fmt: skip
    def file(request: Request, version: Version, name: str) -> Response:
        """The file, in whole or by range; ``SHA256SUMS`` lists the digests of the files that have been made."""
        return _file(request, shelf, shelf.release(request, version), name)

    return router


def _latest(request: Request, name: str) -> Response:
    address = f"{root_of(request)}/dumps/{release_of(request).manifest.id}/{quote(name)}"
    return RedirectResponse(address, 302, headers={"Cache-Control": DOCUMENT})
