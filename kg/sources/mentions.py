"""What an adapter makes of a record: its name, where it points to, and its mentions, each with the reading beside the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.model import Claim, Status
from kg.namespaces import curie
from kg.terms.lexicon import Lexicon
from kg.terms.normalise import Reading, normalise
from kg.terms.text import fold, squeeze

__all__ = ["Entry", "Mention", "Reader"]

_LONGEST: Final = 160  # of a text that no rule reads: a name is kept whole, a paragraph of somebody's prose is not
_SILENT: Final = frozenset(("", "na", "n a", "none", "nan", "not mention", "unknown"))


@dataclass(frozen=True, slots=True)
class Mention:
    """One sentence of a record: a claim that does not know yet which dataset it is about."""

    field: str
    raw: str
    property: str = ""
    value: str = ""
    status: Status = Status.UNREAD
    note: str = ""

    def claim(self, dataset: str, source: str, record: int) -> Claim:
        """The mention as a claim about a dataset."""
        return Claim(dataset, source, record, self.field, self.raw, self.property, self.value, self.status, self.note)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a further source.

    Attributes:
        record: 0-based position in the source.
        name: What the record calls the dataset.
        url: Its address, possibly empty.
        aliases: Other names that the record gives.
        year: Year of release, possibly empty.
        founds: Whether the record may stand for a dataset that the catalogue does not have yet.
        mentions: What it says.
        parents: Names of records of the same source that this one was derived from.
    """

    record: int
    name: str
    url: str = ""
    aliases: tuple[str, ...] = ()
    year: str = ""
    founds: bool = False
    mentions: tuple[Mention, ...] = ()
    parents: tuple[str, ...] = ()

    def concepts(self, prop: str) -> frozenset[str]:
        """CURIEs that the record gives for a property."""
        return frozenset(m.value for m in self.mentions if m.property == prop and m.value)


class Reader:
    """Reads cells with the ontology's words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def concepts(self, field: str, cell: str, facet: str) -> Iterator[Mention]:
        """A cell that names concepts of a facet."""
        text = squeeze(cell)
        if fold(text) in _SILENT:
            return
        for reading in normalise(text, facet, self.lexicon, {}):
            yield self._mention(field, reading)

    @staticmethod
    def _mention(field: str, reading: Reading) -> Mention:
        value = curie(reading.concept) if reading.concept else ""
        return Mention(field, reading.raw[:_LONGEST], reading.facet if value else "", value, reading.status, reading.note)

    @staticmethod
    def literal(field: str, raw: str, prop: str, value: str, note: str = "") -> Mention:
        """A cell that holds a number, a year or a name; no value: it could not be read."""
        text = squeeze(raw)[:_LONGEST]
        return Mention(field, text, prop if value else "", value, Status.VALUE if value else Status.UNREAD, note)

    def licence(self, field: str, cell: str, prop: str = "licence") -> Iterator[Mention]:
        """A cell that names a licence. Text that names none is kept as text.

        A dash between two licences (``TCIA Restricted - CC BY 3.0``) separates those of two parts of the data; which part has which
        cannot be told, so that both are claimed and the difference is a conflict.
        """
        text = squeeze(cell)
        if fold(text) in {"", "na", "none", "nan"}:
            return
        whole = self._licence(field, text, prop)
        if whole.value or whole.status is Status.VAGUE:
            yield whole
            return
        parts = [p for p in re.split(r"\s+-\s+|,\s+(?=C|T)", text) if p]
        found = [self._licence(field, part, prop) for part in parts] if len(parts) > 1 else []
        if found and all(m.value or m.status is Status.VAGUE for m in found):
            yield from found
        else:
            yield whole

    def _licence(self, field: str, text: str, prop: str) -> Mention:
        own = self.lexicon.meanings(text, facet="licence")
        if own:
            value = curie(own[0].concept.iri)
            if value in {"ikg:UnknownLicence", "ikg:CustomLicence"}:
                return Mention(field, text, status=Status.VAGUE, note=own[0].concept.label)
            return Mention(field, text[:_LONGEST], prop, value, Status.READ)
        other = self.lexicon.meanings(text)
        if other:
            return Mention(field, text, status=Status.VAGUE, note=f"names {other[0].concept.label}, which is no licence")
        return Mention(field, text[:_LONGEST])
