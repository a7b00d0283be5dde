"""The catalogue as arrays, one place a dataset in id order: what has a concept, how strongly, and what comes near to it.

A question is then a few operations on whole arrays, whatever the size of the catalogue; sentences are made for the shown hits alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.knowledge.criteria import COUNTED, PROPERTY_OF, Bound, Criteria, Group
from kg.knowledge.matching import INFERRED, SOURCES, step
from kg.knowledge.values import Knowledge
from kg.namespaces import BFO_PART_OF
from kg.reason.taxonomy import Taxonomy

__all__ = ["Flags", "Grid", "Weights", "grid_of"]

Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.float32]

_KEPT_BYTES: Final = 64_000_000
_WHOLE: Final = 0.6  # nearness of the thorax to the lung: the wanted thing may be in it
_PART_OF: Final = str(BFO_PART_OF)


class _Column:
    """The asserted values of some properties: which pairs (property, value) each dataset has, row by row."""

    def __init__(self, knowledge: Knowledge, properties: Iterable[str]) -> None:
        numbers: dict[tuple[str, str], int] = {("", ""): 0}  # every row has one pair at least, for reduceat
        starts: list[int] = []
        pairs: list[int] = []
        kinds = tuple(properties)
        for dataset in knowledge.datasets.values():
            starts.append(len(pairs))
            pairs.append(0)
            for prop in kinds:
                pairs += [numbers.setdefault((prop, value), len(numbers)) for value in dataset.asserted.get(prop, ())]
        self.pairs = tuple(numbers)
        self._starts = np.array(starts, dtype=np.int64)
        self._cells = np.array(pairs, dtype=np.int32)

    def highest(self, worth: Callable[[str, str], float]) -> Weights:
        """For each dataset the highest worth of its pairs."""
        return self.reduced(np.array([0.0, *(worth(p, v) for p, v in self.pairs[1:])], dtype=np.float32))

    def reduced(self, worths: Weights) -> Weights:
        """The same from an array of worths, one a pair."""
        if not len(self._starts):
            return np.zeros(0, dtype=np.float32)
        found: Weights = np.maximum.reduceat(worths[self._cells], self._starts)
        return found

    def counts(self) -> Weights:
        """How many pairs each dataset has."""
        return np.diff(np.append(self._starts, len(self._cells))).astype(np.float32) - 1


class Grid:
    """Arrays over the datasets of a :class:`Knowledge`, made when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        datasets = list(knowledge.datasets.values())
        self.ids: tuple[str, ...] = tuple(d.id for d in datasets)
        self.place = {i: n for n, i in enumerate(self.ids)}
        self.years = np.array([d.year if d.year is not None else -1 for d in datasets], dtype=np.int64)
        self.labelled = np.array([-1 if d.labelled is None else int(d.labelled) for d in datasets], dtype=np.int8)
        self.classes = np.array([-1 if d.classes is None else d.classes for d in datasets], dtype=np.int64)
        self.sizes = np.array([-1 if d.largest is None else d.largest for d in datasets], dtype=np.int64)
        self._columns: dict[str, _Column] = {}
        self._kept: OrderedDict[tuple[str, str, str], Flags | Weights] = OrderedDict()
        self._bytes = 0
        self._stated: dict[str, frozenset[str]] = {}
        self._counted: dict[tuple[bool, tuple[str, ...]], npt.NDArray[np.int64]] = {}
        self._having = self._postings()

    def __len__(self) -> int:
        return len(self.ids)

    def _postings(self) -> dict[tuple[str, str], npt.NDArray[np.int32]]:
        found: dict[tuple[str, str], list[int]] = {}
        for number, dataset in enumerate(self._knowledge.datasets.values()):
            for prop, values in dataset.entailed.items():
                for value in values:
                    found.setdefault((prop, value), []).append(number)
        return {key: np.array(rows, dtype=np.int32) for key, rows in found.items()}

    def having(self, prop: str) -> dict[str, npt.NDArray[np.int32]]:
        """Concept → places of the datasets that have it under a property, asserted or entailed; concepts sorted, places ascending."""
        return {concept: rows for (own, concept), rows in sorted(self._having.items(), key=lambda item: item[0]) if own == prop}

    def count(self, facet: str, concept: str) -> int:
        """How many datasets satisfy a concept of a facet."""
        return len(self._having.get((PROPERTY_OF.get(facet, facet), concept), ()))

    def counted(self, facet: str, flags: Flags) -> list[tuple[str, int]]:
        """Each concept of a facet that any flagged dataset satisfies, with how many do; only such as some dataset states outright."""
        prop = PROPERTY_OF.get(facet, facet)
        if facet not in self._stated:
            self._stated[facet] = frozenset(v for d in self._knowledge.datasets.values() for v in d.asserted.get(facet, ()))
        stated = self._stated[facet]
        found = ((c, int(flags[rows].sum())) for (own, c), rows in self._having.items() if own == prop and c in stated)
        return [(concept, count) for concept, count in found if count]

    def has(self, facet: str, concept: str) -> Flags:
        """Which datasets satisfy a concept of a facet, asserted or entailed."""
        return self.stand(PROPERTY_OF.get(facet, facet), concept)

    @property
    def taxonomy(self) -> Taxonomy:
        """What the reasoner entails between concepts."""
        return self._knowledge.taxonomy

    def stand(self, prop: str, concept: str) -> Flags:
        """Which datasets stand in a property (local name) to a concept, asserted or entailed: in that property and in no other."""
        found = np.zeros(len(self), dtype=np.bool_)
        rows = self._having.get((prop, concept))
        if rows is not None:
            found[rows] = True
        return found

    def reach(self, prop: str, accept: Callable[[str], bool]) -> Flags:
        """Which datasets stand in a property (local name) to any concept that is accepted."""
        found = np.zeros(len(self), dtype=np.bool_)
        for concept in self._values.get(prop, ()):
            if accept(concept):
                found[self._having[prop, concept]] = True
        return found

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        """Property → every concept that some dataset has by it."""
        found: dict[str, list[str]] = {}
        for prop, concept in self._having:
            found.setdefault(prop, []).append(concept)
        return found

    def filled(self, facet: str) -> Flags:
        """For which datasets the graph knows any value of a facet."""
        return self._column(f"near {facet}", (facet,)).counts() > 0

    def strength(self, facet: str, concept: str) -> Weights:
        """How strongly each dataset has a concept: as :func:`kg.knowledge.matching.match` says, 0 where it has not."""
        return self._keep(("strength", facet, concept), self._strength)

    def _strength(self, facet: str, concept: str) -> Weights:
        taxonomy = self._knowledge.taxonomy

        def worth(prop: str, value: str) -> float:
            found = step(taxonomy, facet, prop, value, concept)
            return found.strength if found else 0.0

        own = self._column(facet, SOURCES.get(facet, (facet,))).highest(worth)
        found: Weights = np.where(self.has(facet, concept), np.where(own > 0, own, np.float32(INFERRED)), np.float32(0))
        return found

    def near(self, facet: str, concept: str) -> Weights:
        """How near each dataset comes to a concept by its asserted values of the facet.

        The information that the nearest value shares with the wanted one, by the Jaccard measure over superclasses weighed by their
        information content; a whole of which the wanted structure is a part counts as well.
        """
        return self._keep(("near", facet, concept), self._near)

    def _near(self, facet: str, concept: str) -> Weights:
        knowledge = self._knowledge
        prop = PROPERTY_OF.get(facet, facet)
        theirs = knowledge.taxonomy.up(concept)
        told = {c: knowledge.information(prop, c) for c in theirs}
        wanted = sum(told.values())
        wholes = knowledge.taxonomy.along(_PART_OF, concept) if facet == "anatomy" else frozenset()

        def worth(_: str, value: str) -> float:
            mine = knowledge.taxonomy.up(value)
            shared = sum(told[c] for c in mine & theirs)
            whole = wanted + sum(knowledge.information(prop, c) for c in mine - theirs)
            part = _WHOLE * knowledge.information(prop, value) / max(told[concept], 1e-9) if value in wholes else 0.0
            return max(shared / whole if whole else 0.0, min(part, _WHOLE))

        return self._column(f"near {facet}", (facet,)).highest(worth)

    def focus(self, facet: str) -> Weights:
        """A dataset about one thing is a better answer than one about many: 1, .97, .94 and so on down to .85."""
        return self._keep(("focus", facet, ""), self._focus)

    def _focus(self, facet: str, _: str) -> Weights:
        others = np.clip(self._column(f"near {facet}", (facet,)).counts() - 1, 0, 6)
        return (1 / (1 + 0.03 * others)).astype(np.float32)

    def _column(self, name: str, properties: Sequence[str]) -> _Column:
        if name not in self._columns:
            self._columns[name] = _Column(self._knowledge, properties)
        return self._columns[name]

    def _keep(self, key: tuple[str, str, str], make: Callable[[str, str], Weights]) -> Weights:
        """An array from the cache, or made; the least recently used make room."""
        found = self._kept.get(key)
        if found is None:
            found = make(key[1], key[2])
            found.setflags(write=False)
            self._bytes += found.nbytes
            while self._bytes > _KEPT_BYTES and self._kept:
                self._bytes -= self._kept.popitem(last=False)[1].nbytes
            self._kept[key] = found
        else:
            self._kept.move_to_end(key, last=True)
        return found  # type: ignore[return-value]  # only weights are made

    def group(self, group: Group) -> Flags:
        """Which datasets satisfy a group."""
        found = np.zeros(len(self), dtype=np.bool_)
        for facet, concept in group.choices:
            found |= self.has(facet, concept)
        return found

    def bound(self, bound: Bound) -> Flags:
        """Which datasets satisfy a bound; what is unknown satisfies nothing."""
        if bound.field == "labelled":
            labelled: Flags = self.labelled == bound.least
            return labelled
        if bound.field == "size" and bound.unit:
            found = np.ones(len(self), dtype=np.bool_)
            if bound.least is not None:
                found &= self._count(bound.lower_units, max) >= bound.least
            if bound.most is not None:
                low = self._count(bound.upper_units, min)
                found &= (low >= 0) & (low <= bound.most)
            return found
        values = self.values(bound.field)
        found = values >= 0
        if bound.least is not None:
            found &= values >= bound.least
        if bound.most is not None:
            found &= values <= bound.most
        return found

    def known(self, bound: Bound) -> Flags:
        """For which datasets the graph knows what a bound asks about."""
        if bound.field == "size" and bound.unit:
            counted: Flags = self._count(COUNTED[bound.unit], max) >= 0
            return counted
        flags: Flags = (self.labelled if bound.field == "labelled" else self.values(bound.field)) >= 0
        return flags

    def values(self, field: str) -> npt.NDArray[np.int64]:
        """The years, the numbers of classes or the largest counts of all datasets; -1 where one is unknown."""
        return {"year": self.years, "classes": self.classes}.get(field, self.sizes)

    def _count(self, units: tuple[str, ...], pick: Callable[..., int]) -> npt.NDArray[np.int64]:
        """The highest or the lowest count of each dataset in any of the units, -1 where there is none."""
        key = (pick is max, units)
        if key not in self._counted:
            rows = (pick((c.value for c in d.counts if c.unit in units), default=-1) for d in self._knowledge.datasets.values())
            self._counted[key] = np.fromiter(rows, dtype=np.int64, count=len(self))
        return self._counted[key]

    def strict(self, criteria: Criteria) -> Flags:
        """Which datasets satisfy criteria: what :meth:`Criteria.met_by` says of each."""
        found = np.ones(len(self), dtype=np.bool_)
        if criteria.among:
            found &= self.named(criteria.among)
        for group in criteria.groups:
            found &= self.group(group)
        for group in criteria.excluded:
            found &= ~self.group(group)
        for bound in criteria.bounds:
            found &= self.bound(bound)
        if criteria.holding is not None:
            found &= self.named(criteria.holding)
        found &= ~self.named(criteria.besides)
        return found | self.named(criteria.also)

    def named(self, ids: Iterable[str]) -> Flags:
        """Which datasets have one of the ids."""
        found = np.zeros(len(self), dtype=np.bool_)
        rows = [self.place[i] for i in ids if i in self.place]
        found[rows] = True
        return found


def grid_of(knowledge: Knowledge) -> Grid:
    """The grid of a knowledge, made once."""
    return knowledge.kept(Grid)
