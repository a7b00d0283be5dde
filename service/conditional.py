"""Responses that a cache can keep: a strong ETag, Last-Modified, Cache-Control, and 304 for what the client has (RFC 9110, 9111)."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from fastapi import Request
from starlette.responses import Response
from werkzeug.http import http_date, quote_etag
from werkzeug.sansio.http import is_resource_modified

from kg.opened import OpenRelease
from kg.release import MANIFEST
from service.current import release_of

__all__ = ["DOCUMENT", "IMMUTABLE", "REVALIDATED", "released", "respond"]

DOCUMENT: Final = "public, max-age=3600"
"""For what changes with the next release."""
REVALIDATED: Final = "no-cache"
"""For what is kept and asked about each time: the next release or setting answers otherwise."""
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For what a release's id names."""


_BEGAN: Final = datetime.now(UTC)


def released(release: OpenRelease) -> datetime:
    """When the release came to this machine, or, where it is on a server, when this process began: since then its documents are the same."""
    if release.folder is None:
        return _BEGAN
    return datetime.fromtimestamp((release.folder / MANIFEST).stat().st_mtime, UTC)


def respond(
    request: Request, body: bytes, content_type: str, headers: Mapping[str, str], cache: str = DOCUMENT, *, dated: bool = True
) -> Response:
    """The response, or 304 when the client has it.

    Args:
        request: The request.
        body: The whole representation.
        content_type: Its Content-Type.
        headers: Further headers.
        cache: Its Cache-Control.
        dated: Whether it changes with the release alone, so that Last-Modified can be told.
    """
    release = release_of(request)
    # The release and the bytes: strong whatever template or serialiser made them.
    tag = quote_etag(f"{release.manifest.id}-{hashlib.sha256(body).hexdigest()[:16]}")
    when = released(release)
    sent = {**headers, "ETag": tag, "Cache-Control": cache} | ({"Last-Modified": http_date(when)} if dated else {})
    changed = is_resource_modified(
        http_if_none_match=request.headers.get("if-none-match"),
        http_if_modified_since=request.headers.get("if-modified-since") if dated else None,
        etag=tag,
        last_modified=when if dated else None,
    )
    if not changed:
        return Response(status_code=304, headers=sent)
    return Response(body, media_type=content_type, headers=sent)
