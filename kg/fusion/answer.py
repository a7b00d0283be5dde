"""The fusion answer: members with verdicts and reasons, what is excluded and why, and what the set amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from kg.errors import ProfileError
from kg.fusion.choose import Chosen, choose
from kg.fusion.conflicts import conflicts
from kg.fusion.induce import common, induce
from kg.fusion.judge import COMPATIBLE, EXCLUDED, HARMONISE, RELATED, Judge
from kg.fusion.labels import LabelSpace, label_space
from kg.fusion.overlap import overlaps
from kg.fusion.parsing import KEYS, parse_profile
from kg.fusion.profile import Profile
from kg.fusion.rules import RuleReading, from_rules
from kg.fusion.shared import Shared, effective, shared
from kg.fusion.similarity import Similarity
from kg.knowledge import COUNTED, DatasetView, Knowledge, grid_of

__all__ = ["COMPATIBLE", "EXCLUDED", "HARMONISE", "MOST_MEMBERS", "RELATED", "Question", "fuse"]

MOST_MEMBERS: Final = 5000
"""As many members may be asked for."""
_EXCLUDED_SHOWN: Final = 50
_ASKED: Final = tuple(k for k in KEYS if k not in {"orUnknown", "labels", "use", "choose"})
"""Keys of a profile that tell datasets apart."""


@dataclass(frozen=True)
class Question:
    """A fusion question, resolved, with everything that its answer and its plan need.

    Attributes:
        profile: What was asked, with what the seeds filled in.
        reading: What the fields of a rule of the survey's portal became, if one was given.
    """

    knowledge: Knowledge
    seeds: tuple[DatasetView, ...]
    profile: Profile
    reading: RuleReading | None = None
    judge: Judge = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "judge", Judge(self.knowledge, self.profile, self.seeds, self.knowledge.kept(Similarity)))

    @classmethod
    def read(
        cls,
        knowledge: Knowledge,
        seeds: Sequence[str] = (),
        profile: Mapping[str, Any] | None = None,
        rules: Mapping[str, Any] | None = None,
    ) -> "Question":
        """Read a question.

        Raises:
            UnknownDataset: A seed names no dataset.
            UnknownConcept: A text of the profile names no concept.
            ProfileError: The profile makes no sense, or nothing is asked.
        """
        reading = from_rules(rules, knowledge) if rules is not None else None
        raw = dict(profile or {})
        if reading is not None:
            raw = _over(reading.profile, raw)
        asked = parse_profile(raw, knowledge)
        chosen = tuple({s.id: s for s in map(knowledge.dataset, seeds)}.values())
        if not asked and not chosen:
            raise ProfileError(
                "profile", f"asks for nothing by which datasets can be told apart; give seeds, or some of {', '.join(_ASKED)}"
            )
        if chosen:
            asked = _filled(asked, induce(chosen, knowledge.kept(Similarity)))
        return cls(knowledge, chosen, asked, reading)

    @cached_property
    def _places(self) -> list[int]:
        """Places of all datasets but the seeds."""
        named = {s.id for s in self.seeds}
        return [n for n, i in enumerate(grid_of(self.knowledge).ids) if i not in named]

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Ids of what is not excluded: by verdict and score, or by score alone when there are seeds."""
        codes, scores = self.judge.codes, self.judge.scores
        places = np.array([n for n in self._places if codes[n] < 3], dtype=np.int64)  # the place of "excluded"
        if not len(places):
            return ()
        first = np.zeros(len(places)) if self.seeds else codes[places]
        order = np.lexsort((places, -scores[places], first))
        ids = grid_of(self.knowledge).ids
        return tuple(ids[n] for n in places[order])

    @cached_property
    def excluded(self) -> tuple[str, ...]:
        """Ids of what is excluded although it has something that is wanted, the most wanted first."""
        codes, scores, touched = self.judge.codes, self.judge.scores, self.judge.touched
        rest = touched if touched.any() else scores > 0 if self.seeds else ~self.judge.unblocked
        places = np.array([n for n in self._places if codes[n] == 3 and rest[n]], dtype=np.int64)
        if not len(places):
            return ()
        ids = grid_of(self.knowledge).ids
        return tuple(ids[n] for n in places[np.lexsort((places, -scores[places]))])

    @cached_property
    def fitting(self) -> tuple[DatasetView, ...]:
        """What fits, at once or after a step, in rank order; without the seeds."""
        place, codes = grid_of(self.knowledge).place, self.judge.codes
        return tuple(self.knowledge.datasets[i] for i in self.ranked if codes[place[i]] < 2)  # compatible or after a step

    @cached_property
    def chosen(self) -> Chosen:
        """What the rules of choice take of the seeds and of what fits."""
        return choose(self.fitting, self.profile.choice, self.knowledge, fixed=self.seeds, asked=self.profile.wanted)

    @cached_property
    def pairs(self) -> tuple[Shared, ...]:
        """The chosen datasets that share subjects."""
        return shared((m.id for m in self.chosen.members), self.knowledge)

    @cached_property
    def labels(self) -> LabelSpace:
        """The label space of the chosen datasets."""
        return label_space(self.knowledge, self.chosen.members, self.profile.labels)

    def sparql(self) -> str:
        """A SELECT for what fits the profile."""
        ids, codes = grid_of(self.knowledge).ids, self.judge.codes
        lent = [ids[n] for n in sorted(self.judge.lenders) if codes[n] == 1]
        useless = (ids[n] for n in np.flatnonzero(self.judge.labelling.useless))
        terms = self.judge.terms
        besides = tuple(dict.fromkeys((*terms.apart(), *useless)))
        return self.profile.criteria(also=lent, besides=besides, demands=terms.pattern()).sparql()


def _filled(asked: Profile, induced: Profile) -> Profile:
    """A profile with what the seeds say of the facets of which it says nothing."""
    free = {f: c for f, c in induced.wanted.items() if f not in asked.left_open and f not in asked.wanted}
    return replace(asked, wanted={**free, **asked.wanted}, or_unknown=asked.or_unknown | (induced.or_unknown & free.keys()))


def _over(rule: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A profile over what a rule said: the profile's own keys win."""
    found = {**rule, **own}
    for part in ("constraints", "choose"):
        if rule.get(part) and isinstance(own.get(part, {}), Mapping):
            found[part] = {**rule[part], **own.get(part, {})}
    return found


def fuse(
    knowledge: Knowledge,
    *,
    seeds: Sequence[str] = (),
    profile: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Answer a fusion question.

    Args:
        knowledge: The graph.
        seeds: Datasets (id, name, alias or IRI) that belong to the set.
        profile: What is wanted and demanded, see :func:`kg.fusion.parsing.parse_profile`.
        rules: A rule of the survey's portal, see :func:`kg.fusion.rules.from_rules`; the profile's own keys win over it.
        limit: How many members at most.

    Returns:
        The answer as JSON: members, excluded, set, sparql, and the profile as it was understood.

    Raises:
        UnknownDataset: A seed names no dataset.
        UnknownConcept: A text of the profile names no concept.
        ProfileError: The profile makes no sense, or neither seeds nor profile are given.
    """
    question = Question.read(knowledge, seeds, profile, rules)
    judge, datasets = question.judge, knowledge.datasets
    return {
        "profile": profile_body(question),
        "members": [judge.judge(datasets[i]).body() for i in question.ranked[:limit]],
        "excluded": [judge.judge(datasets[i]).body() for i in question.excluded[:_EXCLUDED_SHOWN]],
        "set": _summary(question),
        "sparql": question.sparql(),
    }


def profile_body(question: Question) -> dict[str, Any]:
    """The profile as it was understood, with what the seeds share and how to edit it."""
    knowledge, profile = question.knowledge, question.profile
    body: dict[str, Any] = profile.body(knowledge) | {
        "induced": bool(question.seeds),
        "seeds": [s.id for s in question.seeds],
        "editable": profile.raw(knowledge),
        "conflicts": conflicts(question.judge) if not question.fitting else [],
    }
    if question.seeds:
        body |= common(question.seeds, knowledge.kept(Similarity))
    return body | ({"rules": question.reading.body()} if question.reading else {})


def _summary(question: Question) -> dict[str, Any]:
    knowledge, profile, terms = question.knowledge, question.profile, question.judge.terms
    members = question.chosen.members
    units: dict[str, int] = {}
    for member in members:
        if member.counts:
            largest = member.counts[0]
            units[largest.unit] = units.get(largest.unit, 0) + largest.value
    found = {
        "datasets": len(members),
        "extent": dict(sorted(units.items())),
        "extentUnknown": sum(not m.counts for m in members),
        "labelled": sum(m.labelled is True for m in members),
        "licenceUnknown": terms.unknown(members),
        "licence": terms.together(members),
        "overlaps": [o.body(knowledge) for o in overlaps((m.id for m in members), knowledge)],
        "shared": [s.body(knowledge) for s in question.pairs if s.via],
        "effective": effective(members, question.pairs),
        "fitting": len(question.fitting) + len(question.seeds),
        "related": len(question.ranked) - len(question.fitting),
        "excluded": len(question.excluded),
        "leftOut": [{"id": i, "name": knowledge.datasets[i].name, "reason": r} for i, r in question.chosen.left],
        "notes": list(question.chosen.notes),
        "toAsk": terms.to_ask(question),
        "labels": question.labels.summary(knowledge),
    }
    return found | ({"minimumTotal": _total(profile, found)} if profile.minimum_total is not None else {})


def _total(profile: Profile, found: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the set is as large as demanded: by what it holds at least, with shared data counted once."""
    unit = profile.unit
    counted = {u: e["atLeast"] for u, e in found["effective"]["extent"].items() if not unit or u in COUNTED[unit]}
    most = max(counted.values(), default=0)
    return {
        "demanded": profile.minimum_total, "unit": unit or None, "atLeast": most, "met": most >= (profile.minimum_total or 0),
        "unknown": found["effective"]["unknown"],
    }  # fmt: skip
