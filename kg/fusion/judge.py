"""The verdict on every dataset at once, and the sentences of one: what is met, what is lacking, what would have to be done first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.fusion.demands import Demand, Wanted, demands, lacks, wants
from kg.fusion.evidence import against, evidence, related
from kg.fusion.explained import explained
from kg.fusion.expression import Expression
from kg.fusion.labelling import Labelling
from kg.fusion.precedent import precedents_of
from kg.fusion.profile import VOLUME, Profile
from kg.fusion.relabelled import borrowed
from kg.fusion.similarity import Similarity
from kg.fusion.steps import Step
from kg.fusion.terms import TermsOfUse
from kg.fusion.verdict import COMPATIBLE, EXCLUDED, HARMONISE, RELATED, VERDICTS, Member
from kg.knowledge import DatasetView, Group, Knowledge, Match, grid_of
from kg.knowledge.grid import Flags, Weights
from kg.knowledge.matching import DERIVED, match
from kg.namespaces import IKG

__all__ = ["COMPATIBLE", "EXCLUDED", "HARMONISE", "RELATED", "Judge", "Member"]

# Shared information from which on two modalities count as one family: CT and cone-beam CT do, CT and X-ray or MRI do not.
_FAMILY: Final = 0.1
_DERIVATIONS: Final = {
    str(IKG.ObjectDetection): ("boxes-from-masks", "draw boxes around the masks"),
    str(IKG.ImageClassification): ("labels-from-masks", "label each image by what is marked in it"),
}
_BORROWED: Final = 0.5  # below what a set's own labels yield: another download, other annotators
_SHOWN: Final = 5e-5  # a part that is smaller rounds to nothing


@dataclass(slots=True)
class _Told:
    """What is said of a dataset, while it is being said."""

    reasons: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    proof: list[dict[str, Any]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)


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
        self.labelling = Labelling(self.knowledge, self.profile.labels)
        self.wanted = wants(self.profile, self._grid)
        self._demands = demands(self.profile, self.knowledge, self.sliced)
        self._use = (
            Demand(f"use {self.profile.use}", "licence", self.terms.allowed, self.terms.against) if self.profile.use else None
        )
        if self._use is not None:
            self._demands.append(self._use)

    def tests(self) -> dict[str, Flags]:
        """Each thing that is wanted or demanded, in words → which datasets meet it."""
        return {w.said(self.knowledge): w.flags for w in self.wanted} | {d.said: d.flags for d in self._demands}

    @cached_property
    def sliced(self) -> Flags:
        """Datasets whose volumes would be sliced into images."""
        if not self.profile.slicing:
            return np.zeros(len(self._grid), dtype=np.bool_)
        flat = self._grid.group(Group("dimensionality", self.profile.demanded["dimensionality"]))
        found: Flags = self._grid.has("dimensionality", VOLUME) & ~flat
        return found

    @cached_property
    def lenders(self) -> Mapping[int, tuple[str, ...]]:
        """Place of a dataset that lacks wanted labels → the sets that label its images and have them."""
        own = {w.name: w.flags for w in self.wanted}
        derived = {w.name: w.derived for w in self.wanted}
        return borrowed(self.knowledge, own, derived.get("task"), self.profile.wanted.get("anatomy", ()))

    @cached_property
    def _met(self) -> Flags:
        found = np.ones(len(self._grid), dtype=np.bool_) if self.wanted else np.zeros(len(self._grid), dtype=np.bool_)
        for wanted in self.wanted:
            found &= wanted.flags
        if not self.wanted and self._demands:  # nothing but demands: who meets them fits
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
    def fits_otherwise(self) -> Flags:
        """Datasets that would fit if their terms of use allowed what is intended."""
        found = self._met.copy()
        found[list(self.lenders)] = True
        for demand in self._demands:
            if demand is not self._use:
                found &= demand.flags
        return found

    @cached_property
    def codes(self) -> npt.NDArray[np.int8]:
        """The verdict on every dataset in id order, as a place in :data:`VERDICTS`."""
        lent = np.zeros(len(self._grid), dtype=np.bool_)
        lent[list(self.lenders)] = True
        derived = np.zeros(len(self._grid), dtype=np.bool_)
        lacking = np.zeros(len(self._grid), dtype=np.int16)
        for wanted in self.wanted:
            lacking += ~wanted.flags
            derived |= wanted.derived
        useless = self.labelling.useless
        fits = (self._met | lent) & ~useless
        stepped = derived | lent | self.sliced | self.labelling.stepped
        near = self.family if self.family is not None else (lacking == 1) & (len(self.wanted) > 1)
        near = near | (self._met & useless)
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
            for wanted in self.wanted:
                strength = np.where(wanted.flags, wanted.strength, 0).astype(np.float64)
                strength[lent] = np.where(wanted.flags[lent], strength[lent], _BORROWED)
                total += strength / len(self.wanted)
        found: npt.NDArray[np.float64] = np.round(total, 4)
        return found

    @cached_property
    def touched(self) -> Flags:
        """Datasets that have at least one of the wanted things."""
        found = np.zeros(len(self._grid), dtype=np.bool_)
        for wanted in self.wanted:
            found |= wanted.had
        return found

    def verdict(self, dataset: DatasetView) -> str:
        """The verdict alone."""
        return VERDICTS[self.codes[self._grid.place[dataset.id]]]

    def judge(self, dataset: DatasetView) -> Member:
        """The verdict on one dataset, with reasons, steps, score and evidence."""
        place = self._grid.place[dataset.id]
        lenders = self.lenders.get(place, ())
        told = _Told()
        for wanted in self.wanted:
            if wanted.expression is not None:
                self._part(dataset, wanted, wanted.expression, told)
            elif wanted.group is not None:
                self._facet(dataset, wanted.group, told, lent=bool(lenders))
        if lenders:
            names = " or ".join(self.knowledge.datasets[i].name for i in lenders)
            told.reasons.append(f"its images are labelled for this by {names}")
            told.proof.append(related(told.reasons[-1], (self.knowledge.datasets[i] for i in lenders), (dataset,)))
            told.steps.append(Step("labels-of-another-set", f"take the labels of {names}, which labels its images"))
        if self.sliced[place]:
            told.steps.append(Step("slice", "slice the volumes into images"))
        for_labels, no_labels = self.labelling.judge(dataset, fits=bool(self.codes[place] < 2))
        told.steps.extend(for_labels)
        told.missing.extend(no_labels)
        unmet = [(d, d.against(dataset)) for d in self._demands if not d.flags[place]]
        blocked = [reason for _, reason in unmet]
        if self.seeds:
            parts = {name: float(row[place]) for name, row in self.alike.items() if row[place] >= _SHOWN}
            if parts:
                self._precedents(dataset, told)
            if not told.reasons and not told.missing:
                told.reasons.append(self._likest(dataset, parts))
        else:
            parts = {name: value / len(self.wanted) for name, value in told.parts.items() if value}
        if not (told.reasons or told.missing or blocked):
            told.reasons.append("it meets every demand")
        told.proof += [against(dataset, d.prop, reason) for d, reason in unmet]
        return Member(
            dataset, VERDICTS[self.codes[place]], float(self.scores[place]), tuple(told.reasons), parts, tuple(told.steps),
            (*told.missing, *blocked), tuple(told.proof), explained(self.knowledge, self.seeds, dataset, parts) if self.seeds else {},
        )  # fmt: skip

    def _part(self, dataset: DatasetView, wanted: Wanted, expression: Expression, told: _Told) -> None:
        """What is said of a dataset against one conjunct of the expression."""
        place = self._grid.place[dataset.id]
        told.parts[wanted.name] = float(wanted.strength[place])
        if not wanted.flags[place]:
            told.missing += expression.missing(dataset, self.knowledge)
            return
        why = expression.told(dataset, self.knowledge)
        told.reasons += why.reasons
        told.proof += why.evidence
        if wanted.derived[place]:
            told.steps += [_derivation(how, task) for task, how in expression.derivations(dataset, self.knowledge)]

    def _facet(self, dataset: DatasetView, group: Group, told: _Told, *, lent: bool) -> None:
        """What is said of a dataset against the wanted concepts of one facet."""
        found, best = self._best(dataset, group)
        told.parts[group.facet] = found.strength if found else _BORROWED if lent else 0.0
        if found is None:
            if self._tolerated(dataset, group):
                told.reasons.append(f"{group.facet} is unknown, which does not speak against it")
            elif not lent:
                told.missing.append(lacks(self.knowledge, dataset, group))
                told.proof.append(against(dataset, group.facet, told.missing[-1]))
            return
        told.reasons.append(found.reason)
        told.proof.append(evidence(self.knowledge, dataset, group.facet, best, found))
        if group.facet == "task" and found.strength <= DERIVED:
            told.steps.append(_derivation(found.reason, best))

    def _tolerated(self, dataset: DatasetView, group: Group) -> bool:
        """Whether nothing is known of a dataset in a facet in which that will do."""
        return group.facet in self.profile.or_unknown and not dataset.entailed.get(group.property)

    def _best(self, dataset: DatasetView, group: Group) -> tuple[Match | None, str]:
        """The strongest match of any of a group's concepts, and that concept."""
        ways = [(m, c) for c in group.concepts if (m := match(self.knowledge, dataset, group.facet, c)) is not None]
        return max(ways, key=lambda w: (w[0].strength, w[0].reason)) if ways else (None, "")

    def _precedents(self, dataset: DatasetView, told: _Told) -> None:
        """That the dataset was fused with a seed before, and how many sets were made from it."""
        known, datasets = precedents_of(self.knowledge), self.knowledge.datasets
        for maker, seed in known.makers(dataset.id, self.seeds)[:2]:
            told.reasons.append(f"{datasets[maker].name} draws on it and on {datasets[seed].name} alike")
            told.proof.append(related(told.reasons[-1], (datasets[maker],), (dataset, datasets[seed])))
        if (uses := known.uses(dataset.id)) > 1:
            told.reasons.append(f"{uses} sets of the catalogue are made from it or share its data")

    def _likest(self, dataset: DatasetView, parts: Mapping[str, float]) -> str:
        """In what the dataset is most like the seeds, where they share too little for a profile."""
        best = max(parts, key=lambda p: (parts[p], p), default="")
        return f"most like the seeds in {best}" if best else f"{dataset.name} has nothing in common with the seeds"


def _derivation(reason: str, task: str) -> Step:
    kind, how = _DERIVATIONS.get(task, ("derive-labels", "derive labels"))
    return Step(kind, f"{how}: {reason}")
