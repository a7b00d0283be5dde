"""The answer to a search: strict matches, near matches with what they lack, the reading, and the SPARQL of the strict set."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log10
from typing import Any, Final

from kg.knowledge import Bound, Criteria, DatasetView, Group, Knowledge, match_group, nearness
from kg.model import WordKind
from kg.search.reader import Reading, read

__all__ = ["Hit", "SearchAnswer", "search"]

_WORD_TRUST: Final = {
    WordKind.LABEL: 1.0, WordKind.SYNONYM: 0.98, WordKind.LAY: 0.98, WordKind.ABBREVIATION: 0.97, WordKind.DICOM: 0.97,
    WordKind.PLURAL: 0.98, WordKind.MISSPELLING: 0.95, WordKind.HIDDEN: 0.95,
}  # fmt: skip
_TEXT_WEIGHT: Final = 0.1
_NAMED: Final = 1.1  # more than any dataset that is only described can have
_NEARNESS: Final = 0.5  # a near concept is worth at most half of the wanted one
_NEAR_FLOOR: Final = 0.34


@dataclass(frozen=True, slots=True)
class Hit:
    """One dataset of an answer.

    Attributes:
        parts: The score's parts by name; their sum is the score.
        reasons: Why it is here, one sentence each.
        missing: What a near match lacks, one sentence each; empty for a strict match.
    """

    id: str
    iri: str
    name: str
    score: float
    reasons: tuple[str, ...]
    parts: Mapping[str, float]
    missing: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The hit as JSON."""
        found: dict[str, Any] = {
            "id": self.id, "iri": self.iri, "name": self.name, "score": round(self.score, 4),
            "reasons": list(self.reasons), "parts": {k: round(v, 4) for k, v in self.parts.items()},
        }  # fmt: skip
        return found | ({"missing": list(self.missing)} if self.missing else {})


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """A whole answer."""

    reading: Reading
    strict: tuple[Hit, ...]
    near: tuple[Hit, ...]
    total: int
    sparql: str
    understood: dict[str, Any]

    def body(self) -> dict[str, Any]:
        """The answer as JSON: the same from the command line and over HTTP."""
        return {
            "query": self.understood,
            "total": self.total,
            "strict": [h.body() for h in self.strict],
            "near": [h.body() for h in self.near],
            "sparql": self.sparql,
        }


def search(
    asked: str | Reading, knowledge: Knowledge, *, lexical: Mapping[str, float] | None = None, limit: int = 20
) -> SearchAnswer:
    """Answer a text.

    Args:
        asked: The user's words, or their reading when it was made already.
        knowledge: The graph.
        lexical: Dataset id → BM25 score of the words that name no concept, if there are any.
        limit: How many strict and how many near hits at most.
    """
    reading = asked if isinstance(asked, Reading) else read(asked, knowledge)
    criteria = reading.criteria()
    words = _scaled(lexical or {})
    strict, near = [], []
    for dataset in knowledge.datasets.values():
        if dataset.id in criteria.also:
            strict.append(_called(dataset))
        elif criteria and criteria.met_by(dataset):
            strict.append(_hit(knowledge, dataset, reading, criteria, words))
        elif dataset.id not in criteria.besides and not any(g.met_by(dataset) for g in criteria.excluded):
            hit = _hit(knowledge, dataset, reading, criteria, words)
            if hit.missing and (hit.score > _NEAR_FLOOR or (not criteria and dataset.id in words)):
                near.append(hit)
    return SearchAnswer(
        reading, _top(strict, limit), _top(near, limit), len(strict), criteria.sparql() if criteria else "",
        _understood(reading, criteria, knowledge),
    )  # fmt: skip


def _top(hits: list[Hit], limit: int) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda h: (-round(h.score, 4), h.id))[:limit])


def _scaled(lexical: Mapping[str, float]) -> dict[str, float]:
    best = max(lexical.values(), default=0.0)
    return {i: s / best for i, s in lexical.items()} if best > 0 else {}


def _called(dataset: DatasetView) -> Hit:
    """The hit of a dataset whose name is the text."""
    return Hit(dataset.id, dataset.iri, dataset.name, _NAMED, ("it is called what was asked for",), {"name": _NAMED})


def _hit(knowledge: Knowledge, dataset: DatasetView, reading: Reading, criteria: Criteria, words: Mapping[str, float]) -> Hit:
    reasons: list[str] = []
    missing: list[str] = []
    asked = len(criteria.groups) + len(criteria.bounds) + bool(criteria.among)
    parts: dict[str, float] = {}
    if criteria.among:
        if dataset.id in criteria.among:
            parts["name"] = 1 / asked
            reasons.append("the name was asked for")
        else:
            missing.append("another dataset was named")
    for group in criteria.groups:
        found = match_group(knowledge, dataset, group)
        if found is None:
            missing.append(_instead(knowledge, dataset, group))
            close = _NEARNESS * nearness(knowledge, dataset, group)
            if close:
                parts[f"near {group.facet}"] = parts.get(f"near {group.facet}", 0.0) + close / asked
            continue
        trust = max(_WORD_TRUST[m.kind] for m in reading.mentions if m.concept in group.concepts)
        worth = found.strength * trust * _focus(dataset, group.facet)
        parts[group.facet] = parts.get(group.facet, 0.0) + worth / asked
        reasons.append(found.reason)
    earned_bounds, lacking = _bounds(dataset, criteria.bounds)
    parts |= {field: count / asked for field, count in earned_bounds.items()}
    reasons += [f"meets {b.text!r}" for b in criteria.bounds if b.met_by(dataset)]
    missing += lacking
    if dataset.id in words:
        parts["text"] = _TEXT_WEIGHT * words[dataset.id]
        reasons.append("its name or words hold what names no concept")
    if reasons and not missing:
        parts["size"] = 0.01 * min(log10(dataset.largest or 1), 7) / 7
        parts["labelled"] = 0.005 if dataset.labelled else 0.0
    if not criteria:
        missing.append("no concept was read in the query")
    return Hit(dataset.id, dataset.iri, dataset.name, sum(parts.values()), tuple(reasons), parts, tuple(missing))


def _bounds(dataset: DatasetView, bounds: tuple[Bound, ...]) -> tuple[dict[str, int], list[str]]:
    """Field → how many bounds on it the dataset meets, and a sentence for each that it does not."""
    met: dict[str, int] = {}
    lacking: list[str] = []
    for bound in bounds:
        if bound.met_by(dataset):
            met[bound.field] = met.get(bound.field, 0) + 1
        else:
            lacking.append(f"{bound.field} {'does not meet' if bound.known_for(dataset) else 'unknown for'} {bound.text!r}")
    return met, lacking


def _focus(dataset: DatasetView, facet: str) -> float:
    """A dataset about one thing is a better answer than one about many: 1, .97, .94 and so on."""
    others = max(len(dataset.asserted.get(facet, ())) - 1, 0)
    return 1 / (1 + 0.03 * min(others, 6))


def _instead(knowledge: Knowledge, dataset: DatasetView, group: Group) -> str:
    wanted = " or ".join(knowledge.label(c) for c in group.concepts)
    own = sorted(knowledge.label(v) for v in dataset.asserted.get(group.facet, ()))
    return f"{', '.join(own[:3])} instead of {wanted}" if own else f"{group.facet} unknown, {wanted} wanted"


def _understood(reading: Reading, criteria: Criteria, knowledge: Knowledge) -> dict[str, Any]:
    mentions = [
        {
            "text": m.text, "concept": m.concept, "label": knowledge.label(m.concept), "facet": m.facet,
            "word": m.kind.value, "negated": m.negated, "group": m.group,
            "datasets": sum(Group(m.facet, (m.concept,)).met_by(d) for d in knowledge.datasets.values()),
            **({"readAs": m.form} if m.form else {}),
        }
        for m in reading.mentions
    ]  # fmt: skip
    bounds = [{"field": b.field, "least": b.least, "most": b.most, "text": b.text} for b in criteria.bounds]
    unread = [{"text": w, "suggestions": list(knowledge.lexicon.nearest(w, limit=3))} for w in reading.unread]
    return {
        "text": reading.text,
        "mentions": mentions,
        "constraints": bounds,
        "datasets": list(reading.datasets),
        "besides": list(reading.besides),
        "also": list(reading.also),
        "unread": unread,
    }
