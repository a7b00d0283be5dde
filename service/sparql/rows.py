"""How many rows a serialised table holds, counted while it is written: the engine writes it in one go and tells no number."""

from typing import Final

__all__ = ["RowCounter"]

_CSV: Final = "text/csv"
_TSV: Final = "text/tab-separated-values"
_XML: Final = "application/sparql-results+xml"
_JSON: Final = "application/sparql-results+json"
_RESULT: Final = b"<result>"


class RowCounter:
    """Counts the rows of one table, whatever the pieces it comes in. A format that is no table has none.

    Args:
        media_type: The format that is written.
    """

    def __init__(self, media_type: str) -> None:
        self._kind = media_type
        self._tail = b""
        self._quoted = False
        self._lines = 0
        self._found = 0

    @property
    def rows(self) -> int:
        """Rows seen so far; the header of CSV and TSV is none."""
        return max(0, self._lines - 1) if self._kind in (_CSV, _TSV) else self._found

    def add(self, piece: bytes) -> None:
        """Read on."""
        if self._kind == _TSV:  # a line break within a term is escaped
            self._lines += piece.count(b"\n")
        elif self._kind == _CSV:
            self._lines += sum(part.count(b"\n") for part in self._outside(piece))
        elif self._kind == _XML:  # "<" within a term is escaped
            piece = self._tail + piece
            self._found += piece.count(_RESULT)
            self._tail = piece[-len(_RESULT) + 1 :]
        elif self._kind == _JSON:
            self._add_json(self._tail + piece)

    def _add_json(self, piece: bytes) -> None:
        # What may belong together with the beginning of the next piece waits for it.
        cut = len(piece.rstrip(b"\\,["))
        piece, self._tail = piece[:cut], piece[cut:]
        plain = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
        # A row is an object in a list; every other object of the format is the value of a key.
        self._found += sum(part.count(b",{") + part.count(b"[{") for part in self._outside(plain))

    def _outside(self, piece: bytes) -> list[bytes]:
        """The parts of a piece that stand outside quotation marks; a doubled mark closes and opens again."""
        parts = piece.split(b'"')
        outside = parts[1 if self._quoted else 0 :: 2]
        self._quoted ^= len(parts) % 2 == 0
        return outside
