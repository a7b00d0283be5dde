"""``/dumps``: the files of a release, made when they are first asked for and kept."""

import threading
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi import Path as PathParameter
from starlette.responses import FileResponse, RedirectResponse, Response
from werkzeug.http import parse_etags, quote_etag

from kg.errors import StoreUnavailable
from kg.export.dcat import distribution_dcat, release_dcat
from kg.export.describe import document_triples
from kg.export.dumps import DUMPS, SUMS, Dump, Source, dump_named, make_dump, sums_text
from kg.export.tables import Data
from kg.namespaces import BASE
from kg.release import digest
from kg.store.written import write_triples
from service.conditional import DOCUMENT, IMMUTABLE, respond
from service.current import release_of
from service.documented import Responses, elsewhere, problems, sent
from service.documents import json_bytes, root_of
from service.negotiate import best
from service.pages import CSP, rendered
from service.ranges import check_range
from service.reading import reading

__all__ = ["dumps_router"]

_INDEX: Final = ("text/html", "application/json", "text/turtle", "application/ld+json")
_DUMPS: Final = "dumps"
_PART: Final[Responses] = {206: {"description": "A part of the file."}, **problems(400, 404, 416)}


class _Shelf:
    """The dumps of the release that is served: where they lie, and one maker at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digests: dict[Path, str] = {}

    def folder(self, request: Request) -> Path:
        release = release_of(request)
        told: Path | None = request.app.state.settings.dumps
        return told / release.manifest.id if told else release.home / _DUMPS

    def sha256(self, path: Path) -> str:
        """A file's digest; a dump never changes."""
        if path not in self._digests:
            self._digests[path] = digest(path)
        return self._digests[path]

    def get(self, request: Request, dump: Dump) -> Path:
        """A dump's file, made first when it is not there.

        Raises:
            HTTPException: 404 when it may not be made here.
            StoreUnavailable: The folder cannot be written.
        """
        folder = self.folder(request)
        if not (folder / dump.name).is_file() and not request.app.state.settings.dumps_on_demand:
            raise HTTPException(404, f"{dump.name} has not been made; its operator makes it with: imaging-kg dumps")
        release = release_of(request)

        def data() -> Data:
            return Data(release.knowledge, release.records, release.store)

        with self._lock:
            try:
                return make_dump(dump, Source(release.home, release.manifest, data), folder)
            except OSError as error:
                reason = f"the dumps cannot be written to {folder.name}/ ({error.strerror}); set IMAGING_KG_DUMPS to a folder that can be"
                raise StoreUnavailable(reason) from error


def _index(request: Request, shelf: _Shelf) -> Response:
    release = release_of(request)
    chosen = best(request.query_params.get("_mediatype", "").replace(" ", "+") or request.headers.get("accept"), _INDEX)
    if chosen is None:
        raise HTTPException(406, f"there is {', '.join(_INDEX)}", {"Vary": "Accept"})
    folder, m = shelf.folder(request), release.manifest
    public = f"{request.app.state.settings.public}dumps/{m.id}/"
    there = {d.name: folder / d.name for d in DUMPS if (folder / d.name).is_file()}
    if chosen in {"text/turtle", "application/ld+json"}:
        files = [
            t for d in DUMPS if d.name in there
            for t in distribution_dcat(m.version_iri, public + d.name, d.title, d.media, d.packed, there[d.name].stat().st_size,
                                       shelf.sha256(there[d.name]))
        ]  # fmt: skip
        triples = [
            *release_dcat(m.version_iri, m.id, m.software),
            *files,
            *document_triples(f"{BASE}dumps/{m.id}/", m.version_iri),
        ]
        return respond(request, write_triples(triples, chosen), chosen, {"Vary": "Accept"})
    files_json: list[dict[str, Any]] = [
        {
            "name": d.name, "title": d.title, "mediaType": d.media, "url": f"{root_of(request)}/dumps/{m.id}/{d.name}",
            "bytes": there[d.name].stat().st_size if d.name in there else None,
            "sha256": shelf.sha256(there[d.name]) if d.name in there else None,
        }
        for d in DUMPS
    ]  # fmt: skip
    if chosen == "application/json":
        return respond(request, json_bytes({"release": m.id, "files": files_json}), chosen, {"Vary": "Accept"})
    body = rendered(request, "dumps.html", {"manifest": m, "files": files_json, "sums": SUMS})
    return respond(request, body, "text/html; charset=utf-8", {"Vary": "Accept", "Content-Security-Policy": CSP})


def _file(request: Request, shelf: _Shelf, name: str) -> Response:
    if name == SUMS:
        shelf.get(request, DUMPS[0])
        return respond(request, sums_text(shelf.folder(request)).encode(), "text/plain; charset=utf-8", {})
    dump = dump_named(name)
    if dump is None:
        raise HTTPException(404, f"no dump is called {name!r}; there are {', '.join(d.name for d in DUMPS)}, {SUMS}")
    path = shelf.get(request, dump)
    tag = quote_etag(shelf.sha256(path))
    headers = {"ETag": tag, "Cache-Control": IMMUTABLE}
    if parse_etags(request.headers.get("if-none-match")).contains_weak(shelf.sha256(path)):
        return Response(status_code=304, headers=headers)
    check_range(request, path.stat().st_size)
    return FileResponse(path, media_type=dump.packed or dump.media, filename=name.rpartition("/")[2], headers=headers)


def dumps_router() -> APIRouter:
    """The router of ``/dumps``."""
    router = APIRouter(tags=["dumps"])
    shelf = _Shelf()

    @reading(router, "/dumps", include_in_schema=False)
    @reading(router, "/dumps/", include_in_schema=False)
    @reading(router, "/dumps/latest", include_in_schema=False)
    @reading(router, "/dumps/latest/", include_in_schema=False)
    def latest(request: Request) -> Response:
        """Where the files of the latest release are."""
        return _latest(request, "")

    @reading(router, "/dumps/latest/{name:path}", summary="302 to the latest release's file", response_class=Response,
             status_code=302, responses=elsewhere(302))  # fmt: skip
    def latest_file(
        request: Request, name: Annotated[str, PathParameter(description="Name of a file.", examples=[DUMPS[0].name])]
    ) -> Response:
        """Where the same file of the latest release is."""
        return _latest(request, name)

    @reading(router, "/dumps/{version}/", summary="The files of a release", response_class=Response,
             responses=sent(*_INDEX, description="The list.") | problems(404, 406))  # fmt: skip
    def index(request: Request, version: str) -> Response:
        """The files that there are, with sizes and digests of those that have been made: HTML, JSON, DCAT."""
        _check(request, version)
        return _index(request, shelf)

    @reading(router, "/dumps/{version}/{name:path}", summary="A file of a release", response_class=Response,
             responses=sent(*(d.packed or d.media for d in DUMPS), "text/plain", description="The file.") | _PART)  # fmt: skip
    def file(request: Request, version: str, name: str) -> Response:
        """The file, in whole or by range; ``SHA256SUMS`` lists the digests of the files that have been made."""
        _check(request, version)
        return _file(request, shelf, name)

    return router


def _latest(request: Request, name: str) -> Response:
    address = f"{root_of(request)}/dumps/{release_of(request).manifest.id}/{quote(name)}"
    return RedirectResponse(address, 302, headers={"Cache-Control": DOCUMENT})


def _check(request: Request, version: str) -> None:
    served = release_of(request).manifest.id
    if version != served:
        raise HTTPException(404, f"this service has release {served} and not {version}; see /dumps/latest/")
