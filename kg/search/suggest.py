"""Suggestions while a word is being typed: concepts and datasets whose names begin with it, with how many datasets each stands for."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, Final

from kg.knowledge import Knowledge, grid_of
from kg.model import WordKind
from kg.namespaces import curie
from kg.search.vocabulary import FACETS_READ
from kg.terms.text import fold

__all__ = ["KINDS", "MOST_SUGGESTED", "Suggester", "suggester_of"]

KINDS: Final = ("concept", "dataset")
"""What can be suggested."""
MOST_SUGGESTED: Final = 100
"""As many suggestions may be asked for."""

_SCANNED: Final = 4000
_UNSHOWN: Final = frozenset((WordKind.HIDDEN, WordKind.MISSPELLING, WordKind.PLURAL))
_END: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    key: str
    text: str
    rank: int
    starts: bool


class Suggester:
    """A sorted list of every word of every name, to find what begins with a text by bisection."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._concepts = knowledge.concepts
        self._datasets = knowledge.datasets
        self._grid = grid_of(knowledge)
        found: dict[tuple[str, str, str], _Entry] = {}
        order = list(WordKind)
        for concept in knowledge.concepts.values():
            if concept.facet in FACETS_READ:
                for word in concept.words:
                    if word.kind not in _UNSHOWN:
                        _spread(found, "concept", concept.iri, word.text, order.index(word.kind))
        for dataset in knowledge.datasets.values():
            for rank, name in enumerate((dataset.name, *dataset.aliases)):
                _spread(found, "dataset", dataset.id, name, min(rank, 1))
        ordered = sorted(found.items(), key=lambda item: (item[0][0], item[1].rank, item[1].key))
        self._keys = [start for (start, _, _), _ in ordered]
        self._entries = [entry for _, entry in ordered]

    def find(self, text: str, *, limit: int = 10, kinds: tuple[str, ...] = KINDS) -> list[dict[str, Any]]:
        """What a text may be the beginning of, the likeliest first.

        A whole name comes before a name that begins so, that before one with such a word inside; then what more datasets stand for.
        """
        start = fold(text) or text.strip().casefold()
        if not start:
            return []
        low = bisect_left(self._keys, start)
        high = min(bisect_left(self._keys, start + _END), low + _SCANNED)
        best: dict[tuple[str, str], tuple[tuple[bool, bool, int, int, str], _Entry]] = {}
        for place in range(low, high):
            entry = self._entries[place]
            if entry.kind not in kinds:
                continue
            whole = entry.starts and self._keys[place] == start
            rank = (not whole, not entry.starts, -self._count(entry), entry.rank, entry.text)
            known = best.get((entry.kind, entry.key))
            if known is None or rank < known[0]:
                best[entry.kind, entry.key] = (rank, entry)
        return [self._body(entry) for _, entry in sorted(best.values(), key=lambda pair: pair[0])[:limit]]

    def _count(self, entry: _Entry) -> int:
        return 1 if entry.kind == "dataset" else self._grid.count(self._concepts[entry.key].facet, entry.key)

    def _body(self, entry: _Entry) -> dict[str, Any]:
        if entry.kind == "dataset":
            dataset = self._datasets[entry.key]
            return {
                "kind": "dataset",
                "id": dataset.id,
                "iri": dataset.iri,
                "label": dataset.name,
                "matched": entry.text,
                "datasets": 1,
            }
        concept = self._concepts[entry.key]
        return {
            "kind": "concept", "id": curie(concept.iri), "iri": concept.iri, "label": concept.label, "facet": concept.facet,
            "matched": entry.text, "datasets": self._count(entry),
        }  # fmt: skip


def _spread(found: dict[tuple[str, str, str], _Entry], kind: str, key: str, text: str, rank: int) -> None:
    """Enter a name under itself and under what follows each of its first words."""
    words = fold(text).split()
    for at in range(min(len(words), 6)):
        start = " ".join(words[at:])
        entry = _Entry(kind, key, text, rank, at == 0)
        known = found.get((start, kind, key))
        if known is None or (not entry.starts, entry.rank) < (not known.starts, known.rank):
            found[start, kind, key] = entry


def suggester_of(knowledge: Knowledge) -> Suggester:
    """The suggester of a knowledge, made once."""
    return knowledge.kept(Suggester)
