"""XML that is well-formed, or none: the engine writes into it what XML cannot hold.

Some IRIs end in no name that could be an element's (https://www.w3.org/TR/rdf-syntax-grammar/#section-Serialising), some characters
are not XML's (https://www.w3.org/TR/xml/#charsets), and a carriage return that is not written as a reference is read as a line feed.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

from kg.errors import AnswerUnwritable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["well_formed"]

_PIECE: Final = 1 << 16  # bytes that are read back at once
_NAMELESS: Final = b"<oxprefix:"  # how the engine begins the element of a predicate that has no name
_PREDICATE: Final = re.compile(rb'\s*xmlns:oxprefix="([^"]*)"')
GRAPHS: Final = ("text/turtle", "application/n-triples", "application/ld+json")
TABLES: Final = ("application/sparql-results+json", "text/tab-separated-values", "text/csv")


class _Checked:
    """Passes on what a reader of XML understands, piece by piece."""

    def __init__(self, body: IO[bytes], media_type: str, others: tuple[str, ...]) -> None:
        self._body, self._media_type, self._others = body, media_type, others
        # Aware of namespaces, as every reader of RDF/XML is. The engine writes no document type, hence no entities.
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._held, self._before, self._size = bytearray(), b"", 0

    def write(self, data: "Buffer", /) -> int:
        taken = bytes(data)
        self._held += taken
        if len(self._held) >= _PIECE:
            self._pass_on(last=False)
        return len(taken)

    def flush(self) -> None:
        """Nothing is passed on before it was read."""

    def finish(self) -> None:
        """There is no more to come."""
        self._pass_on(last=True)

    def _pass_on(self, *, last: bool) -> None:
        # No tag holds a carriage return: each is text.
        piece = bytes(self._held).replace(b"\r", b"&#13;")
        self._held.clear()
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise self.unwritable(self._reason(piece, str(error))) from None
        self._before, self._size = piece, self._size + len(piece)
        self._body.write(piece)

    def unwritable(self, reason: str) -> AnswerUnwritable:
        """The error, for a reason."""
        return AnswerUnwritable(self._media_type, reason, self._others)

    def _reason(self, piece: bytes, complaint: str) -> str:
        text = self._before + piece
        at = self._parser.ErrorByteIndex - (self._size - len(self._before))
        if text[:at].endswith(_NAMELESS):
            found = _PREDICATE.match(text, at)
            named = f" <{unescape(found[1].decode())}>" if found else ""
            return f"the predicate{named} ends in no name that an XML element can have"
        character = text[at:].decode(errors="replace")[:1]
        if character < " " or character in "\ufffe\uffff":
            return f"XML has no character U+{ord(character):04X}" if character else complaint
        return complaint


@contextmanager
def well_formed(body: IO[bytes], media_type: str, *, graph: bool) -> Iterator[IO[bytes]]:
    """Where the engine may write XML; what reaches the body is read back first.

    Args:
        body: Where it goes.
        media_type: What it is called.
        graph: Whether it is RDF/XML, else a table.

    Raises:
        AnswerUnwritable: XML cannot say it.
    """
    checked = _Checked(body, media_type, GRAPHS if graph else TABLES)
    try:
        yield checked  # type: ignore[misc]  # the engine needs no more of a file than write and flush
    except OSError as error:
        if "RDF/XML" not in str(error):  # the engine's own refusal of rdf:li and the like
            raise
        raise checked.unwritable(str(error)) from None
    checked.finish()
