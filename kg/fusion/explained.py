"""Each part of a score in one sentence: what the dataset has in common with which of the seeds."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from kg.fusion.precedent import precedents_of
from kg.fusion.similarity import FACET_WEIGHTS, SAID
from kg.knowledge import DatasetView, Knowledge

__all__ = ["explained"]

_NAMED: Final = 3
_PROPERTIES: Final[Mapping[str, str]] = {**{f: p for f, (p, _) in FACET_WEIGHTS.items()}, "labels": "annotates"}


def explained(knowledge: Knowledge, seeds: Sequence[DatasetView], dataset: DatasetView, parts: Collection[str]) -> dict[str, str]:
    """Part of the score → why it is not 0, for the given parts, in their order."""
    return {part: _sentence(knowledge, seeds, dataset, part) for part in parts}


def _sentence(knowledge: Knowledge, seeds: Sequence[DatasetView], dataset: DatasetView, part: str) -> str:
    if part in _PROPERTIES:
        prop = _PROPERTIES[part]
        own = {s.id: s.entailed.get(prop, frozenset()) for s in seeds}
        shared = dataset.entailed.get(prop, frozenset()) & frozenset().union(*own.values())
        # What lies above another shared concept says nothing beyond it.
        telling = sorted(
            shared - {above for c in shared for above in knowledge.taxonomy.supers.get(c, ())},
            key=lambda c: (-knowledge.information(prop, c), c),
        )[:_NAMED]
        return f"{_LEADS.get(part, part)} {_told(knowledge, telling, own, len(seeds))}"
    if part == "asserted":
        stated = [
            _told(knowledge, sorted(both)[:_NAMED], own, len(seeds))
            for facet in SAID
            if (own := {s.id: s.asserted.get(facet, frozenset()) for s in seeds})
            and (both := dataset.asserted.get(facet, frozenset()) & frozenset().union(*own.values()))
        ]
        return f"stated in just the same concepts: {'; '.join(stated)}"
    if part == "kinship":
        common = {s.id: frozenset(s.series) & frozenset(dataset.series) for s in seeds}
        return f"of one series: {_told(knowledge, sorted(frozenset().union(*common.values())), common, len(seeds))}"
    if part == "precedent":
        makers = precedents_of(knowledge).makers(dataset.id, seeds)
        fused = {m for m, _ in makers}
        names = ", ".join(knowledge.datasets[m].name for m in sorted(fused)[:_NAMED])
        return f"drawn upon together with {_some(len({s for _, s in makers}), len(seeds))} by {names}{_more(len(fused))}"
    if part == "reuse":
        uses = precedents_of(knowledge).uses(dataset.id)
        return f"{uses} {'set' if uses == 1 else 'sets'} of the catalogue draw upon it or share its data"
    return "its images are not known to come from another set of the catalogue"


_LEADS: Final[Mapping[str, str]] = {"labels": "its labels mark", "accessLevel": "access:", "acquisition": "setting:"}


def _told(knowledge: Knowledge, concepts: Sequence[str], own: Mapping[str, Collection[str]], seeds: int) -> str:
    """Concepts with how many of the seeds have each: "liver (2 of 3 seeds), abdomen (all 3)"."""
    told = (f"{knowledge.label(c)} ({_some(sum(c in o for o in own.values()), seeds)})" for c in concepts)
    return ", ".join(told) or "nothing that tells datasets apart"


def _some(count: int, seeds: int) -> str:
    if seeds == 1:
        return "the seed"
    return f"all {seeds} seeds" if count == seeds else f"{count} of {seeds} seeds"


def _more(count: int) -> str:
    return f" and {count - _NAMED} more" if count > _NAMED else ""
