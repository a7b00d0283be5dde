"""Which records are the same dataset.

Two records are merged when a declared rule says so, or a curator does. The rules are few and strict, because a wrong
merge costs more than a missed one: an address alone never merges (one page serves all tasks of a challenge), nor does
a name alone (two groups publish a ``COVID-19 image`` set). Year editions, stages, tasks, parts and derivatives are
datasets of their own. What the rules cannot know stands in ``identity-decisions.tsv``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from kg.errors import CatalogueError
from kg.identity.decisions import Decision
from kg.identity.records import SourceRecord, archive, collection, distinguishers, doi, name_key, normal_url, platform
from kg.identity.slugs import SLUG, Naming, assign_slugs
from kg.terms.text import atoms, squeeze

__all__ = ["RULES", "Cluster", "Rule", "cluster"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to merge: records with the same key (not empty) are one dataset.

    Attributes:
        name: How the rule is called in a cluster's reasons.
        says: The rule in words, for the documentation and the review pages.
        key: What must be equal; the empty tuple when the rule has nothing to say about a record.
    """

    name: str
    says: str
    key: Callable[[SourceRecord], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Cluster:
    """One dataset and the records that describe it.

    Attributes:
        dataset: The slug.
        name: The display name.
        records: Row numbers, ascending.
        aliases: The other names the records use, sorted.
        reasons: Names of the rules that merged the records, sorted; empty when there was nothing to merge.
    """

    dataset: str
    name: str
    records: tuple[int, ...]
    aliases: tuple[str, ...]
    reasons: tuple[str, ...]


def _with_name(place: Callable[[str], str]) -> Callable[[SourceRecord], tuple[object, ...]]:
    def key(record: SourceRecord) -> tuple[object, ...]:
        name, where = name_key(record.name), place(record.url)
        return (name, where) if name and where else ()

    return key


def _doi_key(record: SourceRecord) -> tuple[object, ...]:
    number = doi(record.url)
    return (number, distinguishers(record.name)) if number else ()


RULES: Final = (
    Rule("same-name-and-url", "the same name at the same address", _with_name(normal_url)),
    Rule("same-name-same-collection", "the same name in one deposit or challenge site", _with_name(collection)),
    Rule("same-name-same-archive", "the same name in an archive that gives a name once", _with_name(archive)),
    Rule("same-doi", "the same dataset DOI, and no number or part word that differs", _doi_key),
)


class _Groups:
    """Union-find over record numbers that refuses what a curator set apart."""

    def __init__(self, numbers: Iterable[int], apart: Iterable[tuple[int, int]]) -> None:
        self._parent = {number: number for number in numbers}
        self._apart = tuple(apart)
        self._reasons: dict[int, set[str]] = defaultdict(set)

    def find(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, first: int, second: int, reason: str) -> bool:
        """Merge two groups, or return False when that would bring together what is to stay apart."""
        low, high = sorted((self.find(first), self.find(second)))
        if low != high:
            if self.between(low, high):
                return False
            self._parent[high] = low
            self._reasons[low] |= self._reasons.pop(high, set())
        self._reasons[low].add(reason)
        return True

    def between(self, first: int, second: int) -> tuple[tuple[int, int], ...]:
        """The pairs set apart that a merge of these two groups would bring together."""
        both = {self.find(first), self.find(second)}
        return tuple(sorted({(a, b) for a, b in self._apart if {self.find(a), self.find(b)} == both}))

    def groups(self) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
        members: dict[int, list[int]] = defaultdict(list)
        for number in sorted(self._parent):
            members[self.find(number)].append(number)
        for root, numbers in members.items():
            yield tuple(numbers), tuple(sorted(self._reasons.get(root, ())))


def cluster(
    records: Iterable[SourceRecord], decisions: Iterable[Decision] = (), rules: Sequence[Rule] = RULES
) -> tuple[Cluster, ...]:
    """Find the datasets behind the records of one source.

    The result does not depend on the order of the records or of the decisions. A ``same`` decision is followed first,
    then the rules in their order; a merge that would join records decided to be ``different`` is left out.

    Args:
        records: All rows of one source.
        decisions: The curator's decisions; those about other sources are ignored.
        rules: The declared rules.

    Returns:
        The clusters, sorted by slug; each record is in exactly one.

    Raises:
        ValueError: The records are of several sources, or a row number occurs twice.
        CatalogueError: A decision does not fit the row it speaks of, or decisions contradict each other.
    """
    rows = _by_number(records)
    source = next((record.source for record in rows.values()), "")
    own = {one for one in decisions if one.source == source}
    decided = sorted(own, key=lambda one: (one.decision, one.record_a, one.record_b or 0, one.reason))
    names = {number: record.name for number, record in rows.items()}
    for one in decided:
        one.check(names)
    groups = _Groups(rows, (one.pair for one in decided if one.decision == "different"))
    for one in decided:
        if one.decision == "same" and not groups.join(*one.pair, "decision"):
            raise _conflict(one, groups.between(*one.pair))
    for rule in rules:
        for first, second in _edges(rule, rows):
            groups.join(first, second, rule.name)
    return _clusters(rows, groups, decided)


def _by_number(records: Iterable[SourceRecord]) -> dict[int, SourceRecord]:
    rows: dict[int, SourceRecord] = {}
    for record in records:
        if record.record in rows:
            raise ValueError(f"{record.source} record {record.record} occurs twice")
        rows[record.record] = record
    sources = sorted({record.source for record in rows.values()})
    if len(sources) > 1:
        raise ValueError(f"records of one source at a time, not of {', '.join(sources)}")
    return dict(sorted(rows.items()))


def _edges(rule: Rule, rows: Mapping[int, SourceRecord]) -> Iterator[tuple[int, int]]:
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, record in rows.items():
        key = rule.key(record)
        if key:
            alike[key].append(number)
    # All pairs, not a chain: a pair that may not be merged must not cut off the rest of the group.
    return iter(sorted(pair for numbers in alike.values() for pair in combinations(numbers, 2)))


def _conflict(one: Decision, apart: Iterable[tuple[int, int]]) -> CatalogueError:
    parted = ", ".join(f"{a} and {b}" for a, b in apart)
    joined = "records {} and {}".format(*one.pair)
    return one.error("decision", f"{joined} are decided to be the same, and records {parted} to be different")


def _clusters(rows: Mapping[int, SourceRecord], groups: _Groups, decided: Sequence[Decision]) -> tuple[Cluster, ...]:
    found = tuple(groups.groups())
    home = {number: numbers[0] for numbers, _ in found for number in numbers}
    names = _fixed(decided, "name", home)
    namings = [_naming([rows[number] for number in numbers], names.get(numbers[0])) for numbers, _ in found]
    slugs = assign_slugs(namings, _fixed(decided, "slug", home))
    clusters = []
    for (numbers, reasons), naming, slug in zip(found, namings, slugs, strict=True):
        written = {squeeze(rows[number].name) for number in numbers}
        aliases = tuple(sorted(written - {naming.name}))
        clusters.append(Cluster(slug, naming.name, numbers, aliases, reasons))
    return tuple(sorted(clusters, key=lambda one: one.dataset))


def _fixed(decided: Iterable[Decision], kind: str, home: Mapping[int, int]) -> dict[int, str]:
    """What a curator fixed about a dataset, by its first record."""
    fixed: dict[int, str] = {}
    owners: dict[str, int] = {}
    for one in decided:
        if one.decision == kind:
            first = home[one.record_a]
            if kind == "slug" and not SLUG.fullmatch(one.reason):
                raise one.error("reason", f"{one.reason!r} is not a slug")
            if kind == "slug" and owners.setdefault(one.reason, first) != first:
                raise one.error("reason", f"records {owners[one.reason]} and {first} are both to be {one.reason!r}")
            if fixed.setdefault(first, one.reason) != one.reason:
                both = f"{fixed[first]!r} and {one.reason!r}"
                raise one.error("reason", f"the {kind} of the dataset of record {one.record_a} is to be {both}")
    return fixed


def _naming(members: Sequence[SourceRecord], fixed: str | None) -> Naming:
    first = members[0]
    return Naming(
        name=fixed or _commonest(squeeze(record.name) for record in members),
        record=first.record,
        year=_commonest(record.year for record in members if record.year.isdigit()),
        platform=_commonest(platform(record.url) for record in members if platform(record.url)),
        modality=_commonest(atom for record in members for atom in atoms(record.modality)[:1]),
    )


def _commonest(values: Iterable[str]) -> str:
    """The value that occurs most often; of equals the one met first, members being in the order of their rows."""
    ranked = Counter(values).most_common(1)
    return ranked[0][0] if ranked else ""
