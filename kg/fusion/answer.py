"""The fusion answer: members with verdicts and reasons, what is excluded and why, and what the set amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from kg.errors import ProfileError
from kg.fusion.induce import induce
from kg.fusion.overlap import overlaps
from kg.fusion.precedent import precedents_of
from kg.fusion.profile import Profile, parse_profile
from kg.fusion.shared import effective, shared
from kg.fusion.similarity import Similarity
from kg.knowledge import Bound, DatasetView, Group, Knowledge, grid_of, match_group
from kg.knowledge.grid import Flags, Weights
from kg.namespaces import IKG

__all__ = ["COMPATIBLE", "EXCLUDED", "HARMONISE", "RELATED", "Judge", "Member", "fuse"]

COMPATIBLE: Final = "compatible"
HARMONISE: Final = "compatible-after-harmonisation"
RELATED: Final = "related"
EXCLUDED: Final = "excluded"
_ORDER: Final = {COMPATIBLE: 0, HARMONISE: 1, RELATED: 2}
_VOLUME, _IMAGE = str(IKG.ThreeDimensionalVolume), str(IKG.TwoDimensionalImage)
_EXCLUDED_SHOWN: Final = 50
# Shared information from which on two modalities count as one family: CT and cone-beam CT do, CT and MRI do not.
_FAMILY: Final = 0.15


@dataclass(frozen=True, slots=True)
class Member:
    """One dataset's verdict.

    Attributes:
        steps: Harmonisation steps that make it compatible.
        missing: What stands against it.
    """

    dataset: DatasetView
    verdict: str
    score: float
    reasons: tuple[str, ...]
    parts: Mapping[str, float]
    steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def body(self) -> dict[str, Any]:
        """The member as JSON."""
        found: dict[str, Any] = {
            "id": self.dataset.id, "iri": self.dataset.iri, "name": self.dataset.name, "score": round(self.score, 4),
            "verdict": self.verdict, "reasons": [*self.reasons, *self.missing],
            "parts": {k: round(v, 4) for k, v in self.parts.items()},
        }  # fmt: skip
        return found | ({"steps": list(self.steps)} if self.steps else {})


@dataclass
class Judge:
    """One question: the profile, the seeds, the knowledge; judges one dataset at a time."""

    knowledge: Knowledge
    profile: Profile
    seeds: Sequence[DatasetView]
    similarity: Similarity
    alike: Mapping[str, Weights] = field(init=False)
    family: Flags | None = field(init=False)

    def __post_init__(self) -> None:
        self.alike = self.similarity.parts(self.seeds)
        rows = [self.similarity.row("modality", s) >= _FAMILY for s in self.seeds]
        self.family = np.logical_or.reduce(rows) if rows else None

    def judge(self, dataset: DatasetView) -> Member:
        """The verdict on one dataset, with reasons, steps and score."""
        reasons: list[str] = []
        missing: list[str] = []
        steps: list[str] = []
        strengths: dict[str, float] = {}
        for group in self.profile.groups():
            found = match_group(self.knowledge, dataset, group)
            if found is None:
                missing.append(self._lacks(dataset, group))
                continue
            strengths[group.facet] = found.strength
            reasons.append(found.reason)
            if group.facet == "task" and " labels yield " in found.reason:
                steps.append(f"derive labels: {found.reason}")
        blocked = self._demands(dataset, steps)
        parts = self._parts(dataset, strengths)
        reasons += self._precedents(dataset) if parts else []
        score = sum(parts.values())
        if blocked:
            verdict = EXCLUDED
        elif not missing:
            verdict = HARMONISE if steps else COMPATIBLE
        else:
            verdict = RELATED if self._related(dataset, missing) else EXCLUDED
        return Member(dataset, verdict, score, tuple(reasons), parts, tuple(steps), (*missing, *blocked))

    def _lacks(self, dataset: DatasetView, group: Group) -> str:
        wanted = " or ".join(self.knowledge.label(c) for c in group.concepts)
        own = sorted(self.knowledge.label(v) for v in dataset.asserted.get(group.facet, ()))
        return f"{group.facet} is {', '.join(own[:3])}, not {wanted}" if own else f"{group.facet} is unknown, {wanted} is wanted"

    def _demands(self, dataset: DatasetView, steps: list[str]) -> list[str]:
        """What the constraints hold against the dataset; a step that meets one is added to ``steps``."""
        against = [_unmet(bound, dataset) for bound in self.profile.bounds if not bound.met_by(dataset)]
        wanted = self.profile.dimensionality
        if wanted and not any(dataset.has("dimensionality", d) for d in wanted):
            if self.profile.allow_slicing and _IMAGE in wanted and dataset.has("dimensionality", _VOLUME):
                steps.append("slice the volumes into images")
            else:
                own = sorted(self.knowledge.label(v) for v in dataset.asserted.get("dimensionality", ()))
                against.append(
                    f"dimensionality is {', '.join(own) or 'unknown'}, not {' or '.join(self.knowledge.label(d) for d in wanted)}"
                )
        if self.profile.access and not any(dataset.has("accessLevel", a) for a in self.profile.access):
            against.append("access is not known to be " + " or ".join(self.knowledge.label(a) for a in self.profile.access))
        return against

    def _parts(self, dataset: DatasetView, strengths: dict[str, float]) -> dict[str, float]:
        if not self.seeds:
            asked = len(self.profile.groups())
            return {facet: strength / asked for facet, strength in strengths.items()} if asked else {}
        place = grid_of(self.knowledge).place[dataset.id]
        return {name: float(row[place]) for name, row in self.alike.items() if row[place]}

    def _precedents(self, dataset: DatasetView) -> list[str]:
        """That the dataset was fused with a seed before, and how many sets were made from it."""
        if not self.seeds:
            return []
        known = precedents_of(self.knowledge)
        name = {i: d.name for i, d in self.knowledge.datasets.items()}
        found = [
            f"{name[maker]} draws on it and on {name[seed]} alike" for maker, seed in known.makers(dataset.id, self.seeds)[:2]
        ]
        uses = known.uses(dataset.id)
        return [*found, f"{uses} sets of the catalogue are made from it or share its data"] if uses > 1 else found

    def _related(self, dataset: DatasetView, missing: list[str]) -> bool:
        """Worth showing: it shares a modality family with the seeds, or lacks one wanted facet of several."""
        if self.family is not None:
            return bool(self.family[grid_of(self.knowledge).place[dataset.id]])
        return len(missing) == 1 and len(self.profile.groups()) > 1


def _unmet(bound: Bound, dataset: DatasetView) -> str:
    known = bound.known_for(dataset)
    return f"{bound.field} does not meet {bound.text!r}" if known else f"{bound.field} is unknown, {bound.text!r} is demanded"


def fuse(
    knowledge: Knowledge, *, seeds: Sequence[str] = (), profile: Mapping[str, Any] | None = None, limit: int = 50
) -> dict[str, Any]:
    """Answer a fusion question.

    Args:
        knowledge: The graph.
        seeds: Datasets (id, name, alias or IRI) that belong to the set.
        profile: What is wanted and demanded, see :func:`kg.fusion.profile.parse_profile`.
        limit: How many members at most.

    Returns:
        The answer as JSON: members, excluded, set, sparql, and the profile as it was understood.

    Raises:
        UnknownDataset: A seed names no dataset.
        UnknownConcept: A text of the profile names no concept.
        ProfileError: The profile makes no sense, or neither seeds nor profile are given.
    """
    asked = parse_profile(profile or {}, knowledge)
    chosen = list({s.id: s for s in map(knowledge.dataset, seeds)}.values())
    if not asked and not chosen:
        raise ProfileError("profile", "give seed datasets, a profile, or both")
    similarity = knowledge.kept(Similarity)
    whole = _together(asked, induce(chosen, similarity)) if chosen else asked
    judge = Judge(knowledge, whole, chosen, similarity)
    named = {s.id for s in chosen}
    verdicts = [judge.judge(d) for d in knowledge.datasets.values() if d.id not in named]
    ranked = sorted(
        (m for m in verdicts if m.verdict != EXCLUDED),
        key=(lambda m: (-round(m.score, 4), m.dataset.id))
        if chosen
        else (lambda m: (_ORDER[m.verdict], -round(m.score, 4), m.dataset.id)),
    )
    excluded = sorted(
        (m for m in verdicts if m.verdict == EXCLUDED and m.reasons), key=lambda m: (-round(m.score, 4), m.dataset.id)
    )
    fitting = [m.dataset for m in ranked if m.verdict != RELATED]
    return {
        "profile": whole.body(knowledge) | {"induced": bool(chosen), "seeds": [s.id for s in chosen]},
        "members": [m.body() for m in ranked[:limit]],
        "excluded": [m.body() for m in excluded[:_EXCLUDED_SHOWN]],
        "set": _summary([*chosen, *fitting], knowledge) | {"related": len(ranked) - len(fitting), "excluded": len(excluded)},
        "sparql": whole.criteria(sliced=(_VOLUME,) if whole.allow_slicing and _IMAGE in whole.dimensionality else ()).sparql(),
    }


def _together(asked: Profile, induced: Profile) -> Profile:
    """What was asked for stands; the seeds fill the facets that were left open."""
    return Profile({**induced.wanted, **asked.wanted}, asked.dimensionality, asked.allow_slicing, asked.access, asked.bounds)


def _summary(members: Sequence[DatasetView], knowledge: Knowledge) -> dict[str, Any]:
    units: dict[str, int] = {}
    pairs = shared((m.id for m in members), knowledge)
    for member in members:
        if member.counts:
            largest = member.counts[0]
            units[largest.unit] = units.get(largest.unit, 0) + largest.value
    return {
        "datasets": len(members),
        "extent": dict(sorted(units.items())),
        "extentUnknown": sum(not m.counts for m in members),
        "labelled": sum(m.labelled is True for m in members),
        "licenceUnknown": len(members),
        "overlaps": [o.body(knowledge) for o in overlaps((m.id for m in members), knowledge)],
        "shared": [s.body(knowledge) for s in pairs if s.via],
        "effective": effective(members, pairs),
    }
