"""A release: an immutable folder that holds everything an answer needs, and the pointer to the current one.

::

    DIR/CURRENT            the name of the current release, replaced in one step
    DIR/<id>/manifest.json what it is, what is in it, the digest of every file
            /graph.nq.gz   the whole graph, sorted N-Quads
            /store/        the same as an Oxigraph store, for reading
            /search.sqlite the index of names and words
            /review.tsv    the doubts that wait for a curator
            /quality.json  how complete, sure and consistent the catalogue is; quality.html is the same to read
"""

import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.catalogue.tsv import replace_file
from kg.errors import ReleaseDamaged

__all__ = [
    "GRAPH",
    "INDEX",
    "MANIFEST",
    "QUALITY",
    "QUALITY_PAGE",
    "REVIEW",
    "STORE",
    "Kept",
    "Manifest",
    "current",
    "default_dir",
    "digest",
    "kept_in",
    "point_to",
    "read_kept",
    "verify",
]

GRAPH: Final = "graph.nq.gz"
STORE: Final = "store"
INDEX: Final = "search.sqlite"
REVIEW: Final = "review.tsv"
QUALITY: Final = "quality.json"
QUALITY_PAGE: Final = "quality.html"
MANIFEST: Final = "manifest.json"
_POINTER: Final = "CURRENT"
_REBUILD: Final = "rebuild it with: imaging-kg build"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself.

    Attributes:
        id: The first 16 hex digits of the graph's digest.
        software: Version of imaging-kg that built it.
        version_iri: IRI of this release of the graph.
        ontology: Digest of the ontology's axioms.
        counts: The figures that the build reports.
        sources: Name, version and digest of each source.
        files: Path in the release → SHA-256 of its bytes.
    """

    id: str
    software: str
    version_iri: str
    ontology: str
    counts: dict[str, int]
    shares: dict[str, float]
    sources: list[dict[str, str]]
    files: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The manifest as JSON, keys sorted."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Kept:
    """A release that lies in a folder, as far as every version of the software has told of it.

    Attributes:
        folder: Where it lies.
        id: Its id.
        software: The version that built it.
        version_iri: Its IRI.
        graph: The SHA-256 that its manifest gives of :data:`GRAPH`.
    """

    folder: Path
    id: str
    software: str
    version_iri: str
    graph: str


def default_dir() -> Path:
    """Where releases live unless told: ``$IMAGING_KG_RELEASE``, else the user's data folder."""
    told = os.environ.get("IMAGING_KG_RELEASE")
    if told:
        return Path(told)
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return home / "imaging-kg"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def point_to(folder: Path, release: str) -> None:
    """Make ``release`` the current one, in one step: a reader sees the old pointer or the new one."""
    replace_file(folder / _POINTER, release + "\n")


def current(folder: Path) -> Path | None:
    """The current release of a folder, or None when nothing was ever built there.

    A folder that is itself a release (it holds a manifest) is its own current release.

    Raises:
        ReleaseDamaged: The pointer leads nowhere.
    """
    if (folder / MANIFEST).is_file():
        return folder
    pointer = folder / _POINTER
    if not pointer.is_file():
        return None
    release = folder / pointer.read_text(encoding="utf-8").strip()
    if not (release / MANIFEST).is_file():
        raise ReleaseDamaged(str(release / MANIFEST), "is missing", _REBUILD)
    return release


def verify(release: Path, *, contents: bool = True) -> Manifest:
    """Read a release's manifest and check that every file is there and, with ``contents``, unaltered.

    Raises:
        ReleaseDamaged: Names the first file that is missing or altered, and how to rebuild.
    """
    path = release / MANIFEST
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        manifest = Manifest(**raw)
        unlisted = [name for name in (GRAPH, INDEX) if name not in dict(manifest.files)]
    except FileNotFoundError:
        raise ReleaseDamaged(str(path), "is missing", _REBUILD) from None
    except (ValueError, TypeError) as error:
        raise ReleaseDamaged(str(path), f"is no manifest ({error})", _REBUILD) from error
    if unlisted:
        raise ReleaseDamaged(str(path), f"gives no digest of {unlisted[0]}", _REBUILD)
    if not (release / STORE / "CURRENT").is_file():
        raise ReleaseDamaged(str(release / STORE), "is missing or not complete", _REBUILD)
    for name, expected in manifest.files.items():
        if not (release / name).is_file():
            raise ReleaseDamaged(str(release / name), "is missing", _REBUILD)
        if contents and digest(release / name) != expected:
            raise ReleaseDamaged(str(release / name), "is altered", _REBUILD)
    return manifest


def read_kept(release: Path) -> Kept | None:
    """What a release's manifest tells, whatever version of the software wrote it; None where it is none, or lacks what :class:`Kept` has."""
    try:
        raw = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
        told = (raw["id"], raw["software"], raw["version_iri"], raw["files"][GRAPH])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not all(isinstance(text, str) and text for text in told):
        return None
    return Kept(release, *told) if (release / GRAPH).is_file() else None


def kept_in(folder: Path) -> list[Kept]:
    """The releases that lie in a folder, those that came last first; what is no release, or can no more be read as one, is left out.

    Only that each has its graph is seen here, not that its bytes are those that the manifest tells of.
    """

    def came(release: Path) -> int:
        try:
            return (release / MANIFEST).stat().st_mtime_ns
        except OSError:  # removed between two looks
            return 0

    places = sorted((p for p in folder.glob("[!.]*") if p.is_dir()), key=lambda p: (-came(p), p.name))
    return [found for place in places if (found := read_kept(place)) is not None]
