"""Which members of a set may hold the same images or subjects."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kg.knowledge import Knowledge

__all__ = ["Overlap", "overlaps"]

_SENTENCES: Final = {
    "isPartOf": "{0} is part of {1}",
    "isVersionOf": "{0} is a version of {1}",
    "wasDerivedFrom": "{0} is derived from {1}",
    "relabels": "{0} labels the images of {1} anew",
    "sharesSubjectsWith": "{0} shares subjects with {1}",
}


@dataclass(frozen=True, slots=True, order=True)
class Overlap:
    """Two datasets that share data, by a curated relation."""

    dataset: str
    relation: str
    other: str

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The overlap as JSON with its sentence."""
        names = (knowledge.datasets[self.dataset].name, knowledge.datasets[self.other].name)
        return {
            "datasets": [self.dataset, self.other],
            "relation": self.relation,
            "reason": _SENTENCES[self.relation].format(*names),
        }


def overlaps(ids: Iterable[str], knowledge: Knowledge) -> tuple[Overlap, ...]:
    """Every curated overlap between two of the datasets, sorted."""
    return tuple(sorted(set(_between(frozenset(ids), knowledge))))


def _between(members: frozenset[str], knowledge: Knowledge) -> Iterator[Overlap]:
    for member in members:
        for relation, others in knowledge.datasets[member].related.items():
            yield from (Overlap(member, relation, other) for other in others & members if relation in _SENTENCES)
