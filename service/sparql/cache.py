"""Results that need not be computed again: the release cannot change, so the same question has the same answer."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any, Final

from kg.store.tokens import tokens

__all__ = ["ResultCache", "is_repeatable"]

_SHARE: Final = 16  # the largest result that is kept is this part of the whole
# What answers differently each time. BNODE makes fresh nodes, which may keep their names between two answers.
_CHANGING: Final = ("NOW", "RAND", "UUID", "STRUUID")


def is_repeatable(query: str) -> bool:
    """Whether a query answers the same when it is asked again."""
    folded = query.upper()
    if not any(word in folded for word in _CHANGING):
        return True
    return not any(token.kind == "word" and token.upper in _CHANGING for token in tokens(query))


class ResultCache:
    """The results used last, up to a size.

    Args:
        size: Bytes of results that are kept; 0 keeps none.
    """

    def __init__(self, size: int) -> None:
        self._size, self._held = size, 0
        self._results: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    @staticmethod
    def key(job: Mapping[str, Any]) -> tuple[Hashable, ...]:
        """What makes two questions the same: text, format and dataset."""
        return job["query"], job["type"], tuple(job["default"]), tuple(job["named"]), job["base"]

    def get(self, key: Hashable) -> bytes | None:
        """The result of a question, if it is kept."""
        with self._lock:
            found = self._results.get(key)
            if found is None:
                self.misses += 1
                return None
            self.hits += 1
            self._results.move_to_end(key)
            return found

    def fits(self, size: int) -> bool:
        """Whether a result of that size is kept."""
        return size <= self._size // _SHARE

    def put(self, key: Hashable, result: bytes) -> None:
        """Keep a result; those not used for longest make room."""
        with self._lock:
            before = self._results.pop(key, None)
            self._held += len(result) - (len(before) if before else 0)
            self._results[key] = result
            while self._held > self._size:
                self._held -= len(self._results.popitem(last=False)[1])
