"""Linking the cells of a table: what becomes of each value, and the table with the columns that say so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rapidfuzz import fuzz, process

from kg.errors import QuestionError
from kg.knowledge import Knowledge
from kg.namespaces import PREFIXES, curie
from kg.reconcile.match import candidates
from kg.reconcile.values import Candidate, Query
from kg.terms.text import fold, squeeze

__all__ = [
    "ADDED",
    "SSSOM_COLUMNS",
    "STATES",
    "THRESHOLD",
    "Link",
    "Linker",
    "added",
    "column_named",
    "link_body",
    "sssom",
    "values_of",
]

THRESHOLD: Final = 80.0
"""The least score at which a candidate is taken that is not called exactly so."""

STATES: Final = ("exact", "likely", "ambiguous", "none")
"""What becomes of a value: called exactly so, by one thing alone; well ahead of the rest; several near each other; nothing."""

ADDED: Final = ("iri", "label", "score", "match", "alternatives")
"""The columns added to a table, each after the name of the linked one."""

SSSOM_COLUMNS: Final = (
    "subject_id", "subject_label", "subject_type", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence",
    "comment",
)  # fmt: skip

_LEAD: Final = 5.0  # how far ahead of the second the first must be
_CANDIDATES: Final = 5
_REMEMBERED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Link:
    """What one value was linked to.

    Attributes:
        text: The value.
        state: One of :data:`STATES`; ``""`` for an empty cell.
        best: The candidate that was taken; None unless the state is exact or likely.
        others: The candidates that were not taken, the likeliest first.
    """

    text: str
    state: str
    best: Candidate | None = None
    others: tuple[Candidate, ...] = ()


class Linker:
    """Links values to the entities of some types, each distinct value once."""

    def __init__(self, knowledge: Knowledge, types: tuple[str, ...], threshold: float = THRESHOLD) -> None:
        self._knowledge = knowledge
        self._types = types
        self._threshold = threshold
        self.link = lru_cache(maxsize=_REMEMBERED)(self._link)

    def _link(self, text: str) -> Link:
        text = squeeze(text)
        if not fold(text):
            return Link(text, "" if not text else "none")
        found = candidates(self._knowledge, Query(text, self._types, _CANDIDATES))
        if not found:
            return Link(text, "none")
        first, rest = found[0], found[1:]
        sure = next((c for c in found if c.match), None)
        if sure is not None:
            return Link(text, "exact", sure, tuple(c for c in found if c is not sure))
        if first.score < self._threshold:
            return Link(text, "none", None, found)
        if rest and first.score - rest[0].score < _LEAD:
            return Link(text, "ambiguous", None, found)
        return Link(text, "likely", first, rest)


def column_named(header: Sequence[str], name: str) -> int:
    """Place of a column in a header.

    Raises:
        QuestionError: There is no such column, or there are several; the reason names the nearest, or all.
    """
    exact = [n for n, h in enumerate(header) if h == name] or [n for n, h in enumerate(header) if fold(h) == fold(name)]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise QuestionError("--column", f"the table has {len(exact)} columns called {name!r}; rename all but one")
    near = process.extract(name.casefold(), [h.casefold() for h in header], scorer=fuzz.WRatio, limit=3, score_cutoff=50)
    hint = f"the nearest are {', '.join(header[n] for _, _, n in near)}" if near else f"there are {', '.join(header)}"
    raise QuestionError("--column", f"the table has no column {name!r}; {hint}")


def values_of(cell: str, separators: str) -> tuple[str, ...]:
    """The values of a cell; several where it is split at separators."""
    if not separators:
        return (cell,)
    for separator in separators[1:]:
        cell = cell.replace(separator, separators[0])
    found = tuple(squeeze(v) for v in cell.split(separators[0]))
    return tuple(v for v in found if v) or ("",)


def added(links: Sequence[Link], joiner: str) -> list[str]:
    """The cells of the added columns, in the order of :data:`ADDED`; several values stand in the order of the cell."""
    rows = [
        (
            link.best.id if link.best else "",
            link.best.name if link.best else "",
            f"{link.best.score:g}" if link.best else "",
            link.state,
            " | ".join(f"{c.name} <{c.id}> {c.score:g}" for c in link.others[:3]),
        )
        for link in links
    ]
    return [joiner.join(column) if any(column) else "" for column in zip(*rows, strict=True)]


def link_body(link: Link) -> dict[str, Any]:
    """A link as JSON."""
    candidate = ([link.best] if link.best else []) + list(link.others)
    return {
        "text": link.text,
        "match": link.state,
        "iri": link.best.id if link.best else None,
        "candidates": [
            {"iri": c.id, "label": c.name, "types": list(c.types), "score": c.score, "match": c.match, "form": c.form}
            for c in candidate
        ],
    }


def sssom(links: Iterable[Link], column: str) -> Iterator[list[str]]:
    """Distinct values as a mapping set of literals: metadata lines (one cell each), the header, a row for each value that was linked.

    See https://mapping-commons.github.io/sssom/. Nothing is invented: a value without a link has no row.
    """
    rows = {link.text: link for link in links if link.best}
    used = sorted({curie(link.best.id).partition(":")[0] for link in rows.values() if link.best} & PREFIXES.keys())
    yield ["#curie_map:"]
    semapv = {"semapv": "https://w3id.org/semapv/vocab/", "skos": PREFIXES["skos"]}
    for prefix, base in sorted({p: PREFIXES[p] for p in used}.items() | semapv.items()):
        yield [f"#  {prefix}: {base}"]
    yield [f"#mapping_set_description: {' '.join(f'Values of the column {column} linked by imaging-kg.'.split())!r}"]
    yield list(SSSOM_COLUMNS)
    for text, link in sorted(rows.items()):
        if link.best is not None:
            exact = link.state == "exact"
            yield [
                "", text, "rdfs literal", "skos:exactMatch" if exact else "skos:closeMatch", curie(link.best.id), link.best.name,
                "semapv:LexicalMatching" if exact else "semapv:LexicalSimilarityThresholdMatching", f"{link.best.score / 100:.3g}",
                f"form: {link.best.form}",
            ]  # fmt: skip
