"""Parts of files: a part that there is not is refused as everything else is; Starlette would do it in plain text."""

from os import PathLike, stat_result
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from werkzeug.http import parse_range_header

__all__ = ["Files", "check_range"]


def check_range(request: Request, size: int) -> None:
    """Refuse a part that there is not.

    Args:
        request: The request.
        size: Of the file, in bytes.

    Raises:
        HTTPException: 400 for what is no range, 416 for one beyond the end.
    """
    asked = request.headers.get("range")
    if asked is None or "if-range" in request.headers:
        return
    found = parse_range_header(asked)
    if found is None or found.units != "bytes":
        raise HTTPException(400, f"Range: {asked[:100]!r} names no bytes")
    if any(start >= size for start, _ in found.ranges):
        raise HTTPException(416, f"the file has {size:,} bytes", {"Content-Range": f"bytes */{size}"})


class Files(StaticFiles):
    """The service's own files."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file, or a part of it.

        Raises:
            HTTPException: 400, 416.
        """
        check_range(Request(scope), stat_result.st_size)
        found: Any = super().file_response(full_path, stat_result, scope, status_code)
        return found  # type: ignore[no-any-return]
