"""The answer to a search: strict matches, near matches with what they lack, the reading, and the SPARQL of the strict set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.knowledge import Bound, Criteria, DatasetView, Flags, Group, Knowledge, grid_of, match_group
from kg.namespaces import curie
from kg.search.reader import read
from kg.search.reading import Reading
from kg.search.repair import contradictions, relaxations
from kg.search.scoring import Score, score, trust_of
from kg.search.structured import Question
from kg.search.vocabulary import vocabulary_of
from kg.terms.text import many

__all__ = ["Hit", "SearchAnswer", "search"]

_NEAR_FLOOR: Final = 0.36
_NEAR_LIMIT: Final = 500


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


class SearchAnswer:
    """A whole answer: who satisfies the question, who comes near, and in which order; hits are worded when they are asked for."""

    def __init__(self, question: Question, knowledge: Knowledge, words: Mapping[str, float], whole: Mapping[str, float]) -> None:
        self.question, self._knowledge, self._words = question, knowledge, words
        self._grid = grid_of(knowledge)
        trust = {g: trust_of(kind) for g, kind in question.kinds.items()}
        self._score: Score = score(knowledge, question.criteria, trust, words, whole)

    @cached_property
    def _kin(self) -> frozenset[str]:
        return self._knowledge.kin(self.criteria.among)

    @property
    def criteria(self) -> Criteria:
        """What is demanded."""
        return self.question.criteria

    @cached_property
    def _strict(self) -> Flags:
        if self.criteria or self.criteria.holding is not None:
            return self._score.strict
        return np.ones(len(self._grid), dtype=np.bool_)  # nothing is demanded: the catalogue

    @cached_property
    def _near(self) -> Flags:
        """Who is no strict match and comes near: nothing that was to be left out."""
        if not (self.criteria or self.criteria.holding is not None):
            return np.zeros(len(self._grid), dtype=np.bool_)
        found = ~self._strict & ~self._grid.named(self.criteria.besides)
        for group in self.criteria.excluded:
            found &= ~self._grid.group(group)
        told = (
            self._grid.named((*self._words, *self._kin))
            if not self.criteria.groups and not self.criteria.bounds
            else np.zeros_like(found)
        )
        flags: Flags = found & ((self._score.total > _NEAR_FLOOR) | told)
        return flags

    @property
    def total(self) -> int:
        """How many datasets satisfy everything."""
        return int(self._strict.sum())

    @property
    def strict(self) -> tuple[Hit, ...]:
        """Every strict match, best first."""
        return tuple(self.hit(p) for p in self.strict_order.tolist())

    @property
    def near(self) -> tuple[Hit, ...]:
        """The near matches, best first."""
        return tuple(self.hit(p) for p in self.near_order.tolist())

    @property
    def strict_flags(self) -> Flags:
        """Who satisfies everything, as flags over the catalogue."""
        return self._strict

    @cached_property
    def strict_order(self) -> npt.NDArray[np.int64]:
        """Places of the strict matches, best first."""
        return self._ordered(self._strict)

    @cached_property
    def near_order(self) -> npt.NDArray[np.int64]:
        """Places of the near matches, best first."""
        return self._ordered(self._near)[:_NEAR_LIMIT]

    def _ordered(self, flags: Flags) -> npt.NDArray[np.int64]:
        places = np.flatnonzero(flags)
        worth = np.round(self._score.total[places].astype(np.float64), 4)
        order: npt.NDArray[np.int64] = places[np.lexsort((places, -worth))]
        return order

    def dataset(self, place: int) -> DatasetView:
        """The dataset at a place."""
        return self._knowledge.datasets[self._grid.ids[place]]

    def hit(self, place: int) -> Hit:
        """A dataset of the answer in words."""
        dataset = self.dataset(place)
        parts = {name: float(part[place]) for name, part in self._score.parts if part[place]}
        total = sum(parts.values())
        if dataset.id in self.criteria.also:
            return Hit(dataset.id, dataset.iri, dataset.name, total, ("it is called what was asked for",), parts)
        reasons, missing = self._worded(place, dataset)
        return Hit(dataset.id, dataset.iri, dataset.name, total, tuple(reasons), parts, tuple(missing))

    def _worded(self, place: int, dataset: DatasetView) -> tuple[list[str], list[str]]:
        criteria, met = self.criteria, self._score.met
        reasons: list[str] = []
        missing: list[str] = []
        if criteria.among:
            named = dataset.id in criteria.among
            kin = not named and dataset.id in self._kin
            instead = "a relative of the dataset that was named" if kin else "another dataset was named"
            (reasons if named else missing).append("the name was asked for" if named else instead)
        for group in criteria.groups:
            found = match_group(self._knowledge, dataset, group) if met[group][place] else None
            if found is not None:
                reasons.append(found.reason)
            else:
                missing.append(_instead(self._knowledge, dataset, group))
        for bound in criteria.bounds:
            if met[bound][place]:
                reasons.append(f"meets {bound.text!r}")
            else:
                missing.append(_short_of(dataset, bound))
        if criteria.holding is not None:
            held = dataset.id in criteria.holding
            words = ", ".join(repr(w) for w in self.question.words)
            (reasons if held else missing).append(f"its texts hold {words}" if held else f"its texts do not hold {words}")
        elif dataset.id in self._words:
            reasons.append("its name or words hold what names no concept")
        return reasons, missing

    def body(self, limit: int = 20) -> dict[str, Any]:
        """The answer as JSON: the same from the command line and over HTTP."""
        return {
            "query": self.understood(),
            "total": self.total,
            "strict": [self.hit(p).body() for p in self.strict_order[:limit].tolist()],
            "near": [self.hit(p).body() for p in self.near_order[:limit].tolist()],
            "sparql": self.sparql,
            **self.repaired(),
        }

    @property
    def sparql(self) -> str:
        """The SELECT that returns exactly the strict set."""
        return self.criteria.sparql()

    def repaired(self) -> dict[str, Any]:
        """What stands in the way when nothing satisfies everything: contradictions, who emptied it, and nearest readings."""
        found: dict[str, Any] = {}
        if clashes := contradictions(self._knowledge, self.criteria):
            found["contradictions"] = list(clashes)
        if not self.total:
            found["relaxations"] = relaxations(self._knowledge, self.question)
        return found

    def understood(self) -> dict[str, Any]:
        """How the question was read."""
        return _understood(self.question, self._knowledge)


def search(
    asked: str | Reading | Question,
    knowledge: Knowledge,
    *,
    lexical: Mapping[str, float] | None = None,
    holding: tuple[str, ...] | None = None,
    whole: Mapping[str, float] | None = None,
) -> SearchAnswer:
    """Answer a text.

    Args:
        asked: The user's words, their reading when it was made already, or a structured question.
        knowledge: The graph.
        lexical: Dataset id → BM25 score of the words that name no concept, if there are any.
        holding: Ids of the datasets whose texts hold all of those words.
        whole: Dataset id → BM25 score of the whole text.
    """
    if isinstance(asked, Question):
        question = asked if holding is None else replace(asked, criteria=replace(asked.criteria, holding=holding))
    else:
        reading = asked if isinstance(asked, Reading) else read(asked, knowledge)
        question = Question.of(reading, holding)
    return SearchAnswer(question, knowledge, lexical or {}, whole or {})


def _instead(knowledge: Knowledge, dataset: DatasetView, group: Group) -> str:
    wanted = " or ".join(knowledge.label(c) for _, c in group.choices)
    own = sorted(knowledge.label(v) for v in dataset.asserted.get(group.facet, ()))
    if own:
        return f"{', '.join(own[:3])} instead of {wanted}"
    guess = dataset.asserted.get("guessedAccessLevel", frozenset()) if group.facet == "accessLevel" else frozenset()
    if guess & set(group.concepts):
        return f"{wanted} is only guessed from where it lies"
    return f"{_WORDS_OF.get(group.facet, group.facet)} unknown, {wanted} wanted"


_WORDS_OF: Final = {"accessLevel": "access", "dataUse": "data use", "companionData": "companion data"}


def _short_of(dataset: DatasetView, bound: Bound) -> str:
    if not bound.known_for(dataset):
        of_unit = f" in {many(2, bound.unit)[2:]}" if bound.unit else ""
        return f"{bound.field}{of_unit} unknown for {bound.text!r}"
    if bound.field == "year":
        return f"of {dataset.year}: does not meet {bound.text!r}"
    if bound.field == "size":
        sizes = ", ".join(many(c.value, c.unit) for c in dataset.counts[:2])
        return f"{sizes}: does not meet {bound.text!r}"
    return f"{bound.field} does not meet {bound.text!r}"


def _understood(question: Question, knowledge: Knowledge) -> dict[str, Any]:
    reading, grid = question.reading, grid_of(knowledge)
    mentions = [
        {
            "text": m.text, "concept": m.concept, "curie": curie(m.concept), "label": knowledge.label(m.concept), "facet": m.facet,
            "word": m.kind.value, "negated": m.negated, "group": m.group, "datasets": grid.count(m.facet, m.concept),
            **({"readAs": m.form} if m.form else {}),
            **({"alsoMeans": [{"concept": i, "label": knowledge.label(i)} for i in m.instead]} if m.instead else {}),
            **({"absorbed": True} if m.absorbed else {}),
        }
        for m in reading.mentions
    ]  # fmt: skip
    bounds = [
        {"field": b.field, "least": b.least, "most": b.most, "text": b.text, **({"unit": b.unit} if b.unit else {})}
        for b in question.criteria.bounds
    ]
    unread = [{"text": w, "suggestions": list(vocabulary_of(knowledge).suggestions(w)), "demanded": True} for w in question.words]
    unread += [{"text": w, "suggestions": [], "demanded": False} for w in question.asides]
    return {
        "text": reading.text,
        "mentions": mentions,
        "constraints": bounds,
        "datasets": list(reading.datasets),
        "besides": list(reading.besides),
        "also": list(reading.also),
        "unread": unread,
        "structured": question.body(),
    }
