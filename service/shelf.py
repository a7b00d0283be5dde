"""The dumps of every release that lies beside the one in service: where they are, what may be made, and one maker at a time."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import HTTPException, Request

from kg.errors import StoreUnavailable
from kg.export.dumps import DUMPS, Dump, Source, make_dump
from kg.export.tables import Data
from kg.opened import OpenRelease
from kg.release import GRAPH, MANIFEST, Kept, digest, kept_in, read_kept
from service.current import release_of

__all__ = ["Shelf"]

_DUMPS: Final = "dumps"


@dataclass(frozen=True, slots=True)
class _Mark:
    """By what a file is known to be the one that was looked at before."""

    path: Path
    size: int
    when: int


class Shelf:
    """The dumps of the releases that are here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digests: dict[_Mark, str] = {}
        self._seen: set[str] = set()

    def releases(self, request: Request) -> dict[str, Kept]:
        """The releases whose graph is here as their manifests say, by id: the one in service first, then those that came last.

        Raises:
            StoreUnavailable: The release in service is on a server and has no files.
        """
        serving = release_of(request)
        own = read_kept(serving.home)
        told: Path | None = request.app.state.settings.release
        beside = [] if told and (told / MANIFEST).is_file() else kept_in(serving.home.parent)  # a release may be named itself
        found: dict[str, Kept] = {}
        for one in ([own] if own else []) + beside:
            if one.id not in found and (one is own or self._whole(one)):
                found[one.id] = one
        self._seen.update(found)
        return found

    def _whole(self, one: Kept) -> bool:
        try:
            return self.sha256(one.folder / GRAPH) == one.graph
        except OSError:  # it went while it was looked at, as an old release does when a new one is built
            return False

    def release(self, request: Request, version: str) -> Kept:
        """The release of an id.

        Raises:
            HTTPException: 404: it is not here. 410: it was, since this service began, and is no more.
        """
        found = self.releases(request)
        if version in found:
            return found[version]
        if version in self._seen:
            raise HTTPException(410, f"release {version} was here and has been removed; /dumps/ lists those that are")
        raise HTTPException(404, f"there is no release {version[:100]!r} here; /dumps/ lists those that there are")

    def folder(self, request: Request, release: Kept) -> Path:
        """Where the dumps of a release lie."""
        told: Path | None = request.app.state.settings.dumps
        return told / release.id if told else release.folder / _DUMPS

    def sha256(self, path: Path) -> str:
        """A file's digest, taken once: a file of a release, or a dump, never changes.

        Raises:
            OSError: It cannot be read.
        """
        told = path.stat()
        mark = _Mark(path, told.st_size, told.st_mtime_ns)
        if mark not in self._digests:
            self._digests[mark] = digest(path)
        return self._digests[mark]

    def offered(self, request: Request, release: Kept) -> list[Dump]:
        """The dumps that there are of a release or that are made when they are asked for."""
        folder, in_service = self.folder(request, release), release.id == release_of(request).manifest.id
        return [d for d in DUMPS if in_service or d.from_graph or (folder / d.name).is_file()]

    def get(self, request: Request, dump: Dump, release: Kept) -> Path:
        """A dump's file, made first when it is not there.

        Of a release that is not in service only what its graph alone yields is made: its tables need it opened, and another version of the
        software may have built it.

        Raises:
            HTTPException: 404 when it may not be made here.
            StoreUnavailable: The folder cannot be written.
        """
        folder, serving = self.folder(request, release), release_of(request)
        there = (folder / dump.name).is_file()
        if not there and not request.app.state.settings.dumps_on_demand:
            raise HTTPException(404, f"{dump.name} has not been made; its operator makes it with: imaging-kg dumps")
        if not there and dump not in self.offered(request, release):
            how = "its operator makes it with: imaging-kg dumps --release, in the version that built it"
            raise HTTPException(404, f"{dump.name} of release {release.id} was not made while that was in service; {how}")
        with self._lock:
            try:
                return make_dump(dump, Source(release.folder, lambda: _data(serving)), folder)
            except OSError as error:
                reason = f"the dumps cannot be written to {folder.name}/ ({error.strerror}); set IMAGING_KG_DUMPS to a folder that can be"
                raise StoreUnavailable(reason) from error


def _data(release: OpenRelease) -> Data:
    return Data(release.knowledge, release.records, release.store)
