"""The verdict on every dataset at once, and the sentences of one: what is met, what is lacking, what would have to be done first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.fusion.evidence import evidence
from kg.fusion.explained import explained
from kg.fusion.precedent import precedents_of
from kg.fusion.profile import CONCEPT_DEMANDS, Profile
from kg.fusion.relabelled import borrowed
from kg.fusion.similarity import Similarity
from kg.fusion.steps import Step
from kg.fusion.terms import TermsOfUse
from kg.knowledge import Bound, DatasetView, Group, Knowledge, grid_of, match_group
from kg.knowledge.grid import Flags, Weights
from kg.knowledge.matching import DERIVED, match
from kg.namespaces import IKG

__all__ = ["COMPATIBLE", "EXCLUDED", "HARMONISE", "RELATED", "Judge", "Member"]

COMPATIBLE: Final = "compatible"
HARMONISE: Final = "compatible-after-harmonisation"
RELATED: Final = "related"
EXCLUDED: Final = "excluded"
VERDICTS: Final = (COMPATIBLE, HARMONISE, RELATED, EXCLUDED)
VOLUME, IMAGE = str(IKG.ThreeDimensionalVolume), str(IKG.TwoDimensionalImage)
# Shared information from which on two modalities count as one family: CT and cone-beam CT do, CT and X-ray or MRI do not.
_FAMILY: Final = 0.1
_BORROWED: Final = 0.5  # below what a set's own labels yield: another download, other annotators
_SHOWN: Final = 5e-5  # a part that is smaller rounds to nothing


@dataclass(frozen=True, slots=True)
class Member:
    """One dataset's verdict.

    Attributes:
        steps: Harmonisation steps that make it compatible.
        missing: What stands against it.
        evidence: The triples and axioms behind the reasons.
        why: Part of the score → its reason in one sentence; with seeds alone.
    """

    dataset: DatasetView
    verdict: str
    score: float
    reasons: tuple[str, ...]
    parts: Mapping[str, float]
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()
    evidence: tuple[dict[str, Any], ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The member as JSON."""
        found: dict[str, Any] = {
            "id": self.dataset.id, "iri": self.dataset.iri, "name": self.dataset.name, "score": round(self.score, 4),
            "verdict": self.verdict, "reasons": [*self.reasons, *self.missing],
            "parts": {k: round(v, 4) for k, v in self.parts.items()}, "evidence": list(self.evidence),
        }  # fmt: skip
        found |= {"why": dict(self.why)} if self.why else {}
        return found | ({"steps": [s.body() for s in self.steps]} if self.steps else {})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One thing that is wanted: which datasets have it and how strongly."""

    name: str
    flags: Flags
    strength: Weights
    group: Group | None


@dataclass(frozen=True, slots=True)
class _Demand:
    """One demand: which datasets meet it, and what is said of one that does not."""

    said: str
    flags: Flags
    against: Callable[[DatasetView], str]


@dataclass
class Judge:
    """One question: the profile, the seeds, the knowledge."""

    knowledge: Knowledge
    profile: Profile
    seeds: Sequence[DatasetView]
    similarity: Similarity
    terms: TermsOfUse = field(init=False)

    def __post_init__(self) -> None:
        self._grid = grid_of(self.knowledge)
        self.terms = TermsOfUse(self.knowledge, self.profile.use)
        self._wanted = self._wants()
        self._demands = self._demand()

    def _wants(self) -> list[_Wanted]:
        grid, found = self._grid, []
        for group in self.profile.groups():
            strengths = [grid.strength(facet, concept) for facet, concept in group.choices]
            found.append(_Wanted(group.facet, grid.group(group), np.maximum.reduce(strengths), group))
        if self.profile.expression is not None:
            flags = self.profile.expression.flags(grid)
            found.append(_Wanted("expression", flags, flags.astype(np.float32), None))
        return found

    def _demand(self) -> list[_Demand]:
        grid, profile = self._grid, self.profile
        found = [_Demand(b.text, grid.bound(b), partial(_unmet, b)) for b in profile.bounds]
        for key, facet in CONCEPT_DEMANDS.items():
            if concepts := profile.demanded.get(key, ()):
                flags = grid.group(Group(facet, concepts))
                if key == "dimensionality":
                    flags = flags | self.sliced
                found.append(_Demand(self._said(key, concepts), flags, partial(self._other, key, facet, concepts)))
        if profile.use:
            found.append(_Demand(f"use {profile.use}", self.terms.allowed, self.terms.against))
        return found

    def _said(self, name: str, concepts: Sequence[str]) -> str:
        return f"{name} {' or '.join(self.knowledge.label(c) for c in concepts)}"

    def tests(self) -> dict[str, Flags]:
        """Each thing that is wanted or demanded, in words → which datasets meet it."""
        wanted = {
            self._said(w.name, w.group.concepts)
            if w.group
            else f"expression {self.profile.body(self.knowledge)['expression']}": w.flags
            for w in self._wanted
        }
        return wanted | {d.said: d.flags for d in self._demands}

    def _other(self, key: str, facet: str, concepts: Sequence[str], dataset: DatasetView) -> str:
        own = sorted(self.knowledge.label(v) for v in dataset.asserted.get(facet, ()))
        wanted = " or ".join(self.knowledge.label(c) for c in concepts)
        return f"{key} is {', '.join(own)}, not {wanted}" if own else f"{key} is unknown, {wanted} is demanded"

    @cached_property
    def sliced(self) -> Flags:
        """Datasets whose volumes would be sliced into images."""
        wanted = self.profile.demanded.get("dimensionality", ())
        if not self.profile.allow_slicing or IMAGE not in wanted:
            return np.zeros(len(self._grid), dtype=np.bool_)
        flat = self._grid.group(Group("dimensionality", wanted))
        found: Flags = self._grid.has("dimensionality", VOLUME) & ~flat
        return found

    @cached_property
    def lenders(self) -> Mapping[int, tuple[str, ...]]:
        """Place of a dataset that lacks wanted labels → the sets that label its images and have them."""
        own = {w.name: w.flags for w in self._wanted}
        derived = {w.name: w.strength <= DERIVED for w in self._wanted}
        return borrowed(self.knowledge, own, derived.get("task"), self.profile.wanted.get("anatomy", ()))

    @cached_property
    def _met(self) -> Flags:
        found = np.ones(len(self._grid), dtype=np.bool_) if self._wanted else np.zeros(len(self._grid), dtype=np.bool_)
        for wanted in self._wanted:
            found &= wanted.flags
        if not self._wanted and self._demands:  # nothing but demands: who meets them fits
            found[:] = True
        return found

    @cached_property
    def unblocked(self) -> Flags:
        """Datasets against which no demand stands."""
        found = np.ones(len(self._grid), dtype=np.bool_)
        for demand in self._demands:
            found &= demand.flags
        return found

    @cached_property
    def codes(self) -> npt.NDArray[np.int8]:
        """The verdict on every dataset in id order, as a place in :data:`VERDICTS`."""
        lent = np.zeros(len(self._grid), dtype=np.bool_)
        lent[list(self.lenders)] = True
        derived = np.zeros(len(self._grid), dtype=np.bool_)
        lacking = np.zeros(len(self._grid), dtype=np.int16)
        for wanted in self._wanted:
            lacking += ~wanted.flags
            if wanted.name == "task":
                derived = wanted.flags & (wanted.strength <= DERIVED)
        fits = self._met | lent
        stepped = derived | lent | self.sliced
        near = self.family if self.family is not None else (lacking == 1) & (len(self._wanted) > 1)
        found = np.where(fits, np.where(stepped, 1, 0), np.where(near, 2, 3)).astype(np.int8)
        found[~self.unblocked] = 3
        return found

    @cached_property
    def alike(self) -> Mapping[str, Weights]:
        """Part of the score → its value for every dataset; empty without seeds."""
        return self.similarity.parts(self.seeds)

    @cached_property
    def family(self) -> Flags | None:
        """Datasets that share a modality family with a seed, or were fused with one before; None without seeds."""
        rows = [self.similarity.row("modality", s) >= _FAMILY for s in self.seeds]
        rows += [precedents_of(self.knowledge).together(s.id) > 0 for s in self.seeds]
        return np.logical_or.reduce(rows) if rows else None

    @cached_property
    def scores(self) -> npt.NDArray[np.float64]:
        """The score of every dataset in id order, 0 to 1, rounded to four places."""
        total = np.zeros(len(self._grid), dtype=np.float64)
        if self.seeds:
            for row in self.alike.values():
                total += row
        else:
            lent = np.array(sorted(self.lenders), dtype=np.int64)
            for wanted in self._wanted:
                strength = np.where(wanted.flags, wanted.strength, 0).astype(np.float64)
                strength[lent] = np.where(wanted.flags[lent], strength[lent], _BORROWED)
                total += strength / len(self._wanted)
        found: npt.NDArray[np.float64] = np.round(total, 4)
        return found

    @cached_property
    def touched(self) -> Flags:
        """Datasets that have at least one of the wanted things."""
        found = np.zeros(len(self._grid), dtype=np.bool_)
        for wanted in self._wanted:
            found |= wanted.flags
        return found

    def verdict(self, dataset: DatasetView) -> str:
        """The verdict alone."""
        return VERDICTS[self.codes[self._grid.place[dataset.id]]]

    def judge(self, dataset: DatasetView) -> Member:
        """The verdict on one dataset, with reasons, steps, score and evidence."""
        place = self._grid.place[dataset.id]
        lenders = self.lenders.get(place, ())
        reasons: list[str] = []
        missing: list[str] = []
        proof: list[dict[str, Any]] = []
        steps: list[Step] = []
        parts: dict[str, float] = {}
        for wanted in self._wanted:
            if wanted.group is None:
                self._expressed(dataset, reasons, missing)
                parts[wanted.name] = float(wanted.strength[place])
                continue
            found = match_group(self.knowledge, dataset, wanted.group)
            parts[wanted.name] = found.strength if found else _BORROWED if lenders else 0.0
            if found is None:
                if not lenders:
                    missing.append(self._lacks(dataset, wanted.group))
                continue
            reasons.append(found.reason)
            best = max(wanted.group.concepts, key=lambda c: _strength(self.knowledge, dataset, wanted, c))
            proof.append(evidence(self.knowledge, dataset, wanted.name, best, found))
            if wanted.name == "task" and found.strength <= DERIVED:
                steps.append(_derivation(found.reason, best))
        if lenders:
            names = " or ".join(self.knowledge.datasets[i].name for i in lenders)
            reasons.append(f"its images are labelled for this by {names}")
            steps.append(Step("labels-of-another-set", f"take the labels of {names}, which labels its images"))
        if self.sliced[place]:
            steps.append(Step("slice", "slice the volumes into images"))
        blocked = [d.against(dataset) for d in self._demands if not d.flags[place]]
        if self.seeds:
            parts = {name: float(row[place]) for name, row in self.alike.items() if row[place] >= _SHOWN}
            reasons += self._precedents(dataset) if parts else []
            if not reasons and not missing:
                reasons.append(self._likest(dataset, parts))
        else:
            parts = {name: value / len(self._wanted) for name, value in parts.items() if value}
        if not (reasons or missing or blocked):
            reasons.append("it meets every demand")
        verdict = VERDICTS[self.codes[place]]
        return Member(
            dataset, verdict, float(self.scores[place]), tuple(reasons), parts, tuple(steps), (*missing, *blocked), tuple(proof),
            explained(self.knowledge, self.seeds, dataset, parts) if self.seeds else {},
        )  # fmt: skip

    def _expressed(self, dataset: DatasetView, reasons: list[str], missing: list[str]) -> None:
        expression = self.profile.expression
        if expression is None:
            return
        if expression.flags(self._grid)[self._grid.place[dataset.id]]:
            reasons.extend(expression.reasons(dataset, self.knowledge))
        else:
            missing.extend(expression.missing(dataset, self.knowledge))

    def _lacks(self, dataset: DatasetView, group: Group) -> str:
        wanted = " or ".join(self.knowledge.label(c) for c in group.concepts)
        own = sorted(self.knowledge.label(v) for v in dataset.asserted.get(group.facet, ()))
        return f"{group.facet} is {', '.join(own[:3])}, not {wanted}" if own else f"{group.facet} is unknown, {wanted} is wanted"

    def _precedents(self, dataset: DatasetView) -> list[str]:
        """That the dataset was fused with a seed before, and how many sets were made from it."""
        known = precedents_of(self.knowledge)
        name = self.knowledge.datasets
        found = [
            f"{name[maker].name} draws on it and on {name[seed].name} alike"
            for maker, seed in known.makers(dataset.id, self.seeds)[:2]
        ]
        uses = known.uses(dataset.id)
        return [*found, f"{uses} sets of the catalogue are made from it or share its data"] if uses > 1 else found

    def _likest(self, dataset: DatasetView, parts: Mapping[str, float]) -> str:
        """In what the dataset is most like the seeds, where they share too little for a profile."""
        best = max(parts, key=lambda p: (parts[p], p), default="")
        return f"most like the seeds in {best}" if best else f"{dataset.name} has nothing in common with the seeds"


def _strength(knowledge: Knowledge, dataset: DatasetView, wanted: _Wanted, concept: str) -> tuple[float, str]:
    found = match(knowledge, dataset, wanted.name, concept)
    return (found.strength, found.reason) if found else (-1.0, "")


def _derivation(reason: str, task: str) -> Step:
    kinds = {str(IKG.ObjectDetection): "boxes-from-masks", str(IKG.ImageClassification): "labels-from-masks"}
    return Step(kinds.get(task, "derive-labels"), f"derive labels: {reason}")


def _unmet(bound: Bound, dataset: DatasetView) -> str:
    known = bound.known_for(dataset)
    return f"{bound.field} does not meet {bound.text!r}" if known else f"{bound.field} is unknown, {bound.text!r} is demanded"
