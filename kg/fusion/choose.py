"""Choosing among the datasets that fit: one of a family, a budget, a balance. What is left out says which rule left it out."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from heapq import heapify, heappop, heappush
from types import MappingProxyType
from typing import Any, Final

from kg.errors import ProfileError
from kg.fusion.reading import flag, known_keys, number, one_of, whole
from kg.fusion.shared import shared
from kg.knowledge import COUNTED, DatasetView, Knowledge
from kg.knowledge.criteria import PROPERTY_OF
from kg.terms.text import many

__all__ = ["CHOICES", "Choice", "Chosen", "choose", "parse_choice"]

_GIGABYTE: Final = 10**9
_BALANCED: Final = ("modality", "anatomy", "task", "condition", "population", "dimensionality")


@dataclass(frozen=True, slots=True)
class Choice:
    """How to choose; a rule that is not given does nothing.

    Attributes:
        one_per_family: Of datasets that hold the same data for certain, or belong to one series, only the first.
        prefer_labelled: Those that are known to have labels come first.
        balance: Facet whose values take turns: the next dataset is the best one of the value that has the fewest so far. The values are the
            concepts that were asked for, else those that are stated; a dataset of several waits as its most frequent one does.
        maximum_datasets: At most so many.
        size_budget: At most so many items, in ``unit``.
        unit: What the size budget and the cap count, a key of :data:`kg.knowledge.COUNTED`.
        storage_budget: At most so many bytes.
        cap: At most so many items of one dataset are drawn; it stays a member.
        minimum_datasets: A modality with fewer datasets is dropped as a whole.
        minimum_organisations: A modality whose datasets come from fewer publishers is dropped as a whole.
    """

    one_per_family: bool = False
    prefer_labelled: bool = False
    balance: str = ""
    maximum_datasets: int | None = None
    size_budget: int | None = None
    unit: str = "image"
    storage_budget: float | None = None
    cap: int | None = None
    minimum_datasets: int | None = None
    minimum_organisations: int | None = None

    def raw(self) -> dict[str, Any]:
        """The rules that do something, as a user writes them."""
        return {
            key: getattr(self, name) for key, name in _NAMES.items()
            if getattr(self, name) != _DEFAULTS[name] and (name != "unit" or self.size_budget or self.cap)
        }  # fmt: skip

    def body(self) -> dict[str, Any]:
        """All rules as JSON."""
        return {key: getattr(self, name) for key, name in _NAMES.items()}


_NAMES: Final[Mapping[str, str]] = {
    "onePerFamily": "one_per_family", "preferLabelled": "prefer_labelled", "balance": "balance", "maximumDatasets": "maximum_datasets",
    "sizeBudget": "size_budget", "sizeUnit": "unit", "storageBudgetGB": "storage_budget", "cap": "cap",
    "minimumDatasetsPerModality": "minimum_datasets", "minimumOrganisationsPerModality": "minimum_organisations",
}  # fmt: skip
_DEFAULTS: Final = {f.name: f.default for f in fields(Choice)}
CHOICES: Final = tuple(_NAMES)
"""The keys of a profile's ``choose``."""


def parse_choice(raw: Any) -> Choice:
    """Read the ``choose`` part of a profile.

    Raises:
        ProfileError: A key is unknown or a value has the wrong type.
    """
    if not isinstance(raw, Mapping):
        raise ProfileError("profile.choose", "give an object")
    known_keys("profile.choose", raw, CHOICES)
    checks: dict[str, Callable[[str, Any], Any]] = {
        "onePerFamily": flag, "preferLabelled": flag, "storageBudgetGB": number,
        "balance": lambda path, value: one_of(path, value, _BALANCED),
        "sizeUnit": lambda path, value: one_of(path, value, COUNTED),
    }  # fmt: skip

    def positive(path: str, value: Any) -> int:
        return whole(path, value, least=1)

    read: dict[str, Any] = {}
    for key, name in _NAMES.items():
        if (value := raw.get(key)) is not None and value != "":
            check: Callable[[str, Any], Any] = checks.get(key, positive)
            read[name] = check(f"profile.choose.{key}", value)
    return Choice(**read)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen and what was left out.

    Attributes:
        members: In the order in which they were taken.
        left: (dataset id, reason), in rank order.
        notes: What could not be decided for want of facts.
    """

    members: tuple[DatasetView, ...]
    left: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def items(dataset: DatasetView, unit: str) -> int | None:
    """The highest count of a dataset in a unit; None when no source gives one."""
    return max((c.value for c in dataset.counts if c.unit in COUNTED[unit]), default=None)


def choose(
    ranked: Sequence[DatasetView],
    choice: Choice,
    knowledge: Knowledge,
    *,
    fixed: Sequence[DatasetView] = (),
    asked: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Chosen:
    """Choose among datasets in rank order.

    Args:
        ranked: What fits, best first.
        choice: The rules.
        knowledge: The graph, for relations and names.
        fixed: Datasets that are in the set whatever the rules say (seeds); they count towards every rule.
        asked: Facet → the concepts asked for: they are balanced, and with a minimum per modality each of them is judged on its own; where
            none was asked for, the stated ones are.
    """
    left: dict[str, str] = {}
    notes: list[str] = []
    order = [d for d in ranked if d.id not in {f.id for f in fixed}]
    if choice.prefer_labelled:
        order = [*(d for d in order if d.labelled), *(d for d in order if not d.labelled)]
    if choice.one_per_family:
        left |= _family(order, fixed, knowledge)
        order = [d for d in order if d.id not in left]
    sparse = _sparse([*fixed, *order], choice, knowledge, asked.get("modality", ()))
    for dataset in order:
        if dataset.id in sparse:
            left[dataset.id] = sparse[dataset.id]
    order = [d for d in order if d.id not in left]
    taken = list(fixed)
    spent = _Spent(choice, fixed)
    for dataset in _turns(order, choice.balance, fixed, asked.get(choice.balance, ())):
        reason = spent.refuses(dataset)
        if reason:
            left[dataset.id] = reason
        else:
            taken.append(dataset)
            spent.add(dataset)
    notes += spent.notes()
    place = {d.id: n for n, d in enumerate(ranked)}
    return Chosen(tuple(taken), tuple(sorted(left.items(), key=lambda x: place[x[0]])), tuple(notes))


def _family(order: Sequence[DatasetView], fixed: Sequence[DatasetView], knowledge: Knowledge) -> dict[str, str]:
    """Those that come after another of their family, with the reason."""
    pairs: dict[str, set[str]] = {}
    for pair in shared((d.id for d in (*fixed, *order)), knowledge):
        if pair.certain:
            pairs.setdefault(pair.one, set()).add(pair.other)
            pairs.setdefault(pair.other, set()).add(pair.one)
    kept: dict[str, DatasetView] = {d.id: d for d in fixed}
    series = {name: d.name for d in fixed for name in d.series}
    left: dict[str, str] = {}
    for dataset in order:
        twin = next((kept[i].name for i in sorted(pairs.get(dataset.id, ())) if i in kept), "")
        family = next((name for name in dataset.series if name in series), "")
        if twin or family:
            of = f"shares data with {twin}" if twin else f"is of the family {family} as {series[family]} is"
            left[dataset.id] = f"one per family: it {of}"
        else:
            kept[dataset.id] = dataset
            series |= dict.fromkeys(dataset.series, dataset.name)
    return left


def _sparse(members: Sequence[DatasetView], choice: Choice, knowledge: Knowledge, asked: Sequence[str]) -> dict[str, str]:
    """Those all of whose modalities have too few datasets or publishers, with the reason."""
    if not choice.minimum_datasets and not choice.minimum_organisations:
        return {}
    wanted = asked or sorted({m for d in members for m in d.asserted.get("modality", ())})
    reasons: dict[str, str] = {}
    for modality in wanted:
        own = [d for d in members if d.has("modality", modality)]
        publishers = {p for d in own for p in d.publishers}
        if len(own) < (choice.minimum_datasets or 0):
            reasons[modality] = (
                f"{knowledge.label(modality)} has {many(len(own), 'dataset')}, {choice.minimum_datasets} are demanded"
            )
        elif len(publishers) < (choice.minimum_organisations or 0):
            known = f"{knowledge.label(modality)} has {many(len(publishers), 'known publisher')}"
            reasons[modality] = f"{known}, {choice.minimum_organisations} are demanded"
    found = {}
    for dataset in members:
        own_modalities = [m for m in wanted if dataset.has("modality", m)]
        if own_modalities and all(m in reasons for m in own_modalities):
            found[dataset.id] = reasons[own_modalities[0]]
    return found


def _turns(order: Sequence[DatasetView], facet: str, fixed: Sequence[DatasetView], asked: Sequence[str]) -> Iterable[DatasetView]:
    """The datasets so that the values of a facet take turns; a dataset of several values counts for each of them."""
    if not facet:
        yield from order
        return
    count: dict[str, int] = {}
    for dataset in fixed:
        for value in _values(dataset, facet, asked):
            count[value] = count.get(value, 0) + 1
    queues: dict[frozenset[str], deque[tuple[int, DatasetView]]] = {}
    for place, dataset in enumerate(order):
        queues.setdefault(_values(dataset, facet, asked), deque()).append((place, dataset))

    def turn(values: frozenset[str]) -> tuple[int, int]:
        return max(count.get(v, 0) for v in values), queues[values][0][0]

    # Counts only grow, so that a turn that is still what it was when it was put on the heap is the smallest there is.
    heap = [(*turn(values), values) for values in queues]
    heapify(heap)
    while heap:
        fewest, place, values = heappop(heap)
        if (fewest, place) == turn(values):
            yield queues[values].popleft()[1]
            for value in values:
                count[value] = count.get(value, 0) + 1
        if queues[values]:
            heappush(heap, (*turn(values), values))


def _values(dataset: DatasetView, facet: str, asked: Sequence[str]) -> frozenset[str]:
    own = (c for c in asked if dataset.has(PROPERTY_OF.get(facet, facet), c)) if asked else dataset.asserted.get(facet, ())
    return frozenset(own) or frozenset({""})


class _Spent:
    """What the chosen datasets have used of the budgets. What is unknown uses nothing and is told."""

    def __init__(self, choice: Choice, fixed: Sequence[DatasetView]) -> None:
        self._choice = choice
        self._count, self._items, self._bytes = 0, 0, 0
        self._without: dict[str, list[str]] = {"size": [], "storage": []}
        for dataset in fixed:
            self.add(dataset)

    def _items_of(self, dataset: DatasetView) -> int | None:
        found = items(dataset, self._choice.unit)
        return found if found is None or self._choice.cap is None else min(found, self._choice.cap)

    def refuses(self, dataset: DatasetView) -> str:
        """Why the dataset does not go in any more; empty when it does."""
        choice = self._choice
        if choice.maximum_datasets is not None and self._count >= choice.maximum_datasets:
            return f"maximum of {choice.maximum_datasets} datasets is reached"
        own = self._items_of(dataset)
        if choice.size_budget is not None and own is not None and self._items + own > choice.size_budget:
            return f"its {own} {choice.unit}s exceed what is left of the budget of {choice.size_budget}"
        if choice.storage_budget is not None and dataset.size is not None:
            budget = choice.storage_budget * _GIGABYTE
            if self._bytes + dataset.size > budget:
                return f"its {dataset.size / _GIGABYTE:.1f} GB exceed what is left of the budget of {choice.storage_budget:g} GB"
        return ""

    def add(self, dataset: DatasetView) -> None:
        """Count a dataset in."""
        own = self._items_of(dataset)
        self._count += 1
        self._items += own or 0
        self._bytes += dataset.size or 0
        if own is None:
            self._without["size"].append(dataset.name)
        if dataset.size is None:
            self._without["storage"].append(dataset.name)

    def notes(self) -> list[str]:
        """Which budgets could not be kept for certain, and for want of whose figures."""
        asked = {"size": self._choice.size_budget, "storage": self._choice.storage_budget}
        return [
            f"the {kind} budget cannot count {many(len(names), 'member')} whose {kind} is unknown: {', '.join(names[:5])}"
            f"{' and others' if len(names) > 5 else ''}"
            for kind, names in self._without.items()
            if asked[kind] is not None and names
        ]
