"""A complete result, in memory while it is small and in an unnamed file beyond.

It is complete before its first byte is sent. So a query that fails, or that passes its deadline or a cap after half of its rows,
is answered by a problem and not by half an answer under status 200; and a client that reads slowly holds a file, not a worker.
"""

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

__all__ = ["Result"]

_IN_MEMORY: Final = 1 << 20
_PIECE: Final = 1 << 18


class Result:
    """The bytes of a result; close it."""

    def __init__(self) -> None:
        self._body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed by whoever reads it
        self.size = 0
        self.cpu = 0.0
        """Seconds of a processor that it took."""

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._body.write(piece)
        self.size += len(piece)

    def finish(self, cpu: float) -> None:
        """There are no more pieces."""
        self.cpu = cpu
        self._body.seek(0)

    def read(self) -> bytes:
        """The whole of it."""
        return self._body.read()

    def pieces(self) -> Iterator[bytes]:
        """The bytes from the start on, piece by piece; closes the result."""
        with self:
            while piece := self._body.read(_PIECE):
                yield piece

    def close(self) -> None:
        """Let go of the bytes."""
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
