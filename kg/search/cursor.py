"""Pages of a list: which stretch is shown, and the cursors to its neighbours. A cursor belongs to its question and release."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import QuestionError

__all__ = ["Window", "mark_of", "window"]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a list.

    Attributes:
        start: Its first place.
        end: The place after its last one; the list may end before.
        cursors: ``next`` and ``prev``, where there are such stretches, and ``last``, where there is more than one.
    """

    start: int
    end: int
    cursors: Mapping[str, str]

    def body(self) -> dict[str, Any]:
        """The stretch as JSON."""
        return {"from": self.start, "limit": self.end - self.start, **self.cursors}


def mark_of(*asked: Any) -> str:
    """What stands for a question, in JSON's values, in the cursors of its answer."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]


def window(length: int, limit: int, cursor: str, mark: str, offset: int = 0) -> Window:
    """The stretch that a cursor leads to.

    Args:
        length: Of the whole list.
        limit: Of the stretch; of none, which has no neighbours.
        cursor: As an answer gave it; empty for the first stretch.
        mark: Of the question, see :func:`mark_of`.
        offset: Where the first stretch begins.

    Raises:
        QuestionError: The cursor is none, or that of another question or release.
    """
    start = _read(cursor, mark) if cursor else offset
    cursors = {
        "next": _written(mark, start + limit) if limit and start + limit < length else "",
        "prev": _written(mark, max(start - limit, 0)) if limit and start else "",
    }
    if cursors["next"] or cursors["prev"]:
        first = start % limit  # the stretches keep the places that they have from here
        cursors["last"] = _written(mark, first + max(length - 1 - first, 0) // limit * limit)
    return Window(start, start + limit, {rel: text for rel, text in cursors.items() if text})


def _written(mark: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{mark}.{offset}".encode()).decode().rstrip("=")


def _read(cursor: str, mark: str) -> int:
    try:
        said, _, number = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(".")
        offset = int(number)
    except (binascii.Error, ValueError) as error:
        raise QuestionError("cursor", "is none that an answer gave; leave it out for the first page") from error
    if said != mark or offset < 0:
        raise QuestionError("cursor", "belongs to another question or release; leave it out for the first page")
    return offset
