"""The graph as values: datasets, concepts, taxonomy, and the names by which each can be called."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any, Final, TypeVar

from rapidfuzz import fuzz, process

from kg.errors import UnknownConcept, UnknownDataset
from kg.model import FACETS, Concept
from kg.namespaces import IKGD, expand, local_name
from kg.reason.taxonomy import Taxonomy
from kg.terms.lexicon import Lexicon
from kg.terms.text import fold

__all__ = ["Count", "DatasetView", "Knowledge"]

T = TypeVar("T")
_SUGGESTED: Final = 5  # names of datasets that an unknown one is answered with
_TELLING: Final = 5  # letters and digits from which on a name inside another says something


def _alike(one: str, other: str, **_: object) -> float:
    """How alike two folded names are, 0 to 100: in their words whatever else there is, or in their letters however they are spaced."""
    joined, name = one.replace(" ", ""), other.replace(" ", "")
    inside = 0.9 * fuzz.partial_ratio(name, joined) if _TELLING <= len(name) <= len(joined) else 0.0
    return max(fuzz.token_set_ratio(one, other), fuzz.ratio(joined, name), inside)


@dataclass(frozen=True, slots=True)
class Count:
    """One source's count of what a dataset holds."""

    value: int
    unit: str
    certainty: str


@dataclass(frozen=True, slots=True)
class DatasetView:
    """One dataset as the graph has it.

    Attributes:
        asserted: Property (local name) → concept IRIs that the catalogue graph asserts.
        entailed: The same with everything that follows; adds ``depictsWithin``, ``relevantTo``, ``servesTask``.
        related: Relation (local name) → dataset ids, as asserted.
        classes: How many classes its labels tell apart.
        series: Names of the families that it belongs to.
        description: What it is, in a curator's sentence.
        publishers: Names of the organisations that publish it.
        size: Bytes of its files, where a source tells.
        label_set_complete: Whether ``annotates`` names every class of its labels; None when nobody says.
        disputed: Property (local name) → the concept IRIs between which its sources differ, whether or not one of them is asserted.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    year: int | None = None
    homepage: str = ""
    labelled: bool | None = None
    counts: tuple[Count, ...] = ()
    asserted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    entailed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    related: Mapping[str, frozenset[str]] = field(default_factory=dict)
    classes: int | None = None
    series: tuple[str, ...] = ()
    description: str = ""
    publishers: tuple[str, ...] = ()
    size: int | None = None
    label_set_complete: bool | None = None
    disputed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        """The dataset's IRI."""
        return str(IKGD[self.id])

    def has(self, prop: str, concept: str) -> bool:
        """Whether the dataset stands in the property to the concept, asserted or entailed."""
        return concept in self.entailed.get(prop, frozenset())

    @property
    def largest(self) -> int | None:
        """The largest count that any source gives, whatever its unit; None when none gives one."""
        return max((c.value for c in self.counts), default=None)


class Knowledge:
    """The graph in memory: datasets, concepts, taxonomy, and the names of all of them.

    Attributes:
        mapped: IRI of another terminology → our concept.
        general: Concepts whose words add nothing beside a more specific one.
        covers: Structure → kinds or parts of it outside of which nothing of it lies.
        apart: Organs of which no single view shows two.
        access_steps: Platform → what one does there to obtain the files.
        pages: Concept → the page about it, where there is one.
    """

    def __init__(
        self,
        datasets: Iterable[DatasetView],
        concepts: Mapping[str, Concept],
        taxonomy: Taxonomy,
        mapped: Mapping[str, str],
        general: Iterable[str] = (),
        covers: Mapping[str, frozenset[str]] | None = None,
        apart: Iterable[str] = (),
        access_steps: Mapping[str, str] | None = None,
        pages: Mapping[str, str] | None = None,
    ) -> None:
        self.datasets = {d.id: d for d in sorted(datasets, key=lambda d: d.id)}
        self.concepts = dict(concepts)
        self.taxonomy = taxonomy
        self.mapped = dict(mapped)
        self.general = frozenset(general)
        self.covers = dict(covers or {})
        self.apart = frozenset(apart)
        self.access_steps = dict(access_steps or {})
        self.pages = dict(pages or {})
        self._kept: dict[Callable[[Knowledge], Any], Any] = {}

    def kept(self, make: Callable[["Knowledge"], T]) -> T:
        """What is made of the knowledge once and lives as long as it does."""
        if make not in self._kept:
            self._kept[make] = make(self)
        found: T = self._kept[make]
        return found

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the concepts."""
        return Lexicon(self.concepts)

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Folded name or alias → dataset ids."""
        found: dict[str, set[str]] = {}
        for dataset in self.datasets.values():
            for name in (dataset.id, dataset.name, *dataset.aliases):
                found.setdefault(fold(name), set()).add(dataset.id)
        return {name: tuple(sorted(ids)) for name, ids in found.items() if name}

    @cached_property
    def populations(self) -> dict[str, dict[str, int]]:
        """Property → concept → how many datasets have it, entailed ones included."""
        found: dict[str, dict[str, int]] = {}
        for dataset in self.datasets.values():
            for prop, values in dataset.entailed.items():
                counts = found.setdefault(prop, {})
                for value in values:
                    counts[value] = counts.get(value, 0) + 1
        return found

    def kin(self, ids: Iterable[str]) -> frozenset[str]:
        """Ids of the datasets that stand in any relation to some of the given ones, or belong to a family with them."""
        wanted = frozenset(ids)
        families = {s for i in wanted if i in self.datasets for s in self.datasets[i].series}
        found = {other for i in wanted if i in self.datasets for others in self.datasets[i].related.values() for other in others}
        for dataset in self.datasets.values():
            if families & set(dataset.series) or any(wanted & others for others in dataset.related.values()):
                found.add(dataset.id)
        return frozenset(found) - wanted

    def information(self, prop: str, concept: str) -> float:
        """Information content of a concept under a property, in nats: 0 for one that every dataset has."""
        total = max(len(self.datasets), 1)
        return log(total / max(self.populations.get(prop, {}).get(concept, 0), 1))

    def label(self, iri: str) -> str:
        """The English label of a concept; an unknown IRI is named by its last part."""
        concept = self.concepts.get(iri)
        return concept.label if concept else local_name(iri)

    def concept(self, text: str, facet: str | None = None) -> Concept:
        """The concept that a label, synonym, CURIE or IRI of any mapped terminology names.

        Raises:
            UnknownConcept: It names none (of the facet); carries the nearest labels.
        """
        iri = expand(text.strip())
        if iri not in self.concepts:  # one of ours may be near to another of ours as well
            iri = self.mapped.get(iri.replace("http://www.radlex.org/RID/", "http://radlex.org/RID/"), iri)
        known = self.concepts.get(iri)
        if known is not None and facet in {None, known.facet}:
            return known
        meanings = self.lexicon.meanings(text, facet=facet)
        if facet is None:
            meanings = tuple(m for m in meanings if m.concept.facet in FACETS) or meanings
        if not meanings:
            raise UnknownConcept(text, self.lexicon.nearest(text, facet=facet))
        return meanings[0].concept

    def dataset(self, text: str) -> DatasetView:
        """The dataset that an id, IRI, name or alias names.

        Raises:
            UnknownDataset: It names none; carries the nearest names.
        """
        key = text.strip().removeprefix(str(IKGD)).removeprefix("ikgd:")
        if key in self.datasets:
            return self.datasets[key]
        ids = self.names.get(fold(key), ())
        if not ids:
            near = process.extract(fold(key), list(self.names), scorer=_alike, limit=20, score_cutoff=60)
            found = dict.fromkeys(self.datasets[self.names[n][0]].name for n, _, _ in near)
            raise UnknownDataset(text, tuple(found)[:_SUGGESTED])
        return self.datasets[ids[0]]
