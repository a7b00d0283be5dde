"""Why two datasets belong together or do not, and why a dataset is not in an answer: what joins, what blocks, and the least that would help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import log
from typing import Any, Final

from kg.errors import ProfileError
from kg.fusion.answer import Question
from kg.fusion.expression import Expression
from kg.fusion.judge import COMPATIBLE, HARMONISE, Judge
from kg.fusion.label_conflicts import listed
from kg.fusion.labels import label_space
from kg.fusion.precedent import precedents_of
from kg.fusion.profile import CONCEPT_DEMANDS, Profile
from kg.fusion.shared import shared
from kg.fusion.similarity import FACET_WEIGHTS, Similarity
from kg.knowledge import DatasetView, Knowledge
from kg.model import FACETS
from kg.reason.expressions import both

__all__ = ["pair", "why_not"]

_FITS: Final = frozenset((COMPATIBLE, HARMONISE))
_NAMED: Final = 5
_HARMLESS: Final = frozenset(("accessLevel", "acquisition"))
"""Facets in which datasets may differ and be fused all the same: how they are obtained and acquired."""
_HALF: Final = log(2)  # information of a concept that half of the datasets have


def pair(knowledge: Knowledge, one: str, other: str) -> dict[str, Any]:
    """What joins two datasets and what keeps them apart, as JSON.

    Raises:
        UnknownDataset: A text names no dataset.
        ProfileError: Both name the same one.
    """
    a, b = knowledge.dataset(one), knowledge.dataset(other)
    if a.id == b.id:
        raise ProfileError("b", f"names the same dataset as a: {a.name}")
    similarity = knowledge.kept(Similarity)
    joins, unknown = [], []
    apart: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    for facet, (prop, _) in FACET_WEIGHTS.items():
        value = similarity.facet(facet, a, b)
        if value is None:
            unknown.append(
                {
                    "facet": facet,
                    "reason": f"{facet} is unknown of {' and '.join(d.name for d in (a, b) if not d.entailed.get(prop))}",
                }
            )
            continue
        common = _telling(a, b, facet, knowledge)
        if common:
            told = [{"iri": c, "label": knowledge.label(c)} for c in common]
            reason = f"{facet}: both have {', '.join(t['label'] for t in told)}"
            joins.append({"facet": facet, "similarity": round(value, 4), "shared": told, "reason": reason})
        else:
            own = [
                ", ".join(sorted(knowledge.label(v) for v in d.asserted.get(facet, d.entailed[prop]))[:_NAMED]) for d in (a, b)
            ]
            apart[facet in _HARMLESS].append({"facet": facet, "reason": f"{facet}: {a.name} has {own[0]}, {b.name} has {own[1]}"})
    names = knowledge.datasets
    return {
        "a": {"id": a.id, "iri": a.iri, "name": a.name}, "b": {"id": b.id, "iri": b.iri, "name": b.name},
        "joins": joins, "blocks": apart[False], "differs": apart[True], "unknown": unknown,
        "labels": _labels(knowledge, a, b),
        "overlap": [s.body(knowledge) for s in shared((a.id, b.id), knowledge)],
        "precedents": [{"set": m, "reason": f"{names[m].name} draws on both"} for m, _ in precedents_of(knowledge).makers(a.id, [b])],
    }  # fmt: skip


def _labels(knowledge: Knowledge, a: DatasetView, b: DatasetView) -> dict[str, Any]:
    """What the labels of two datasets share and where they differ in grain, with a sentence on each."""
    space = label_space(knowledge, (a, b))
    body = space.summary(knowledge)
    if space.unknown:
        reason = f"the labels of {' and '.join(d.name for d in space.unknown)} are unknown"
    elif space.shared:
        reason = f"both label {listed([knowledge.label(c) for c in space.shared], _NAMED)}"
    else:
        reason = "no label is common to both"
    return {k: body[k] for k in ("shared", "sharedInPart", "conflicts")} | {"reason": reason}


def _telling(a: DatasetView, b: DatasetView, facet: str, knowledge: Knowledge) -> list[str]:
    """What two datasets share in a facet: what both state, and what follows for both and says something; none above another.

    Most telling first. A concept that more than half of all datasets have says little and joins only where both state it.
    """
    prop = FACET_WEIGHTS[facet][0]
    stated = a.asserted.get(facet, frozenset()) & b.asserted.get(facet, frozenset())
    both = {c for c in a.entailed[prop] & b.entailed[prop] if c in stated or knowledge.information(prop, c) > _HALF}
    above = {s for c in both for s in knowledge.taxonomy.supers.get(c, ())}
    return sorted(both - above, key=lambda c: (-knowledge.information(prop, c), c))[:_NAMED]


def why_not(
    knowledge: Knowledge,
    dataset: str,
    *,
    seeds: Sequence[str] = (),
    profile: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One dataset against a fusion question: its verdict, the reasons, and the smallest relaxations that would let it in, as JSON.

    Raises:
        UnknownDataset: A text names no dataset.
        UnknownConcept: A text of the profile names no concept.
        ProfileError: The profile is not one, or nothing is asked.
    """
    question = Question.read(knowledge, seeds, profile, rules)
    one = knowledge.dataset(dataset)
    member = question.judge.judge(one)
    fits = member.verdict in _FITS
    return {
        "dataset": member.body(),
        "fits": fits,
        "relaxations": [] if fits else list(_least(question, one)),
    }


Demand = tuple[str, str]


def _least(question: Question, one: DatasetView) -> Iterator[dict[str, Any]]:
    """The smallest sets of demands without which the dataset would fit; all of the smallest size."""
    profile = question.profile
    demands: list[Demand] = [
        *(("wanted", f) for f in FACETS if profile.wanted.get(f)),
        *(("bound", str(n)) for n in range(len(profile.bounds))),
        *(("demanded", key) for key in CONCEPT_DEMANDS if profile.demanded.get(key)),
    ]
    demands += [("expression", str(n)) for n in range(len(profile.expression.conjuncts()))] if profile.expression else []
    demands += [("use", "")] if profile.use else []
    demands += [("labels", "")] if profile.labels else []
    # A demand that the dataset does not meet on its own is in every relaxation, unless a step makes up for it; the rest is searched.
    failing = [d for d in demands if not _fits(question, _without(profile, [o for o in demands if o != d]), one)]
    if failing and _fits(question, _without(profile, failing), one):
        smaller = [
            c
            for size in range(1, len(failing))
            for c in combinations(failing, size)
            if _fits(question, _without(profile, c), one)
        ]
        least = min(map(len, smaller), default=0)
        for chosen in [c for c in smaller if len(c) == least] or [tuple(failing)]:
            yield _told(question, chosen, one)
        return
    for size in range(1, len(demands) + 1):
        found = [c for c in combinations(demands, size) if _fits(question, _without(profile, c), one)]
        for chosen in found:
            yield _told(question, chosen, one)
        if found:
            return


def _fits(question: Question, profile: Profile, one: DatasetView) -> bool:
    if not profile and not profile.labels and not profile.use:
        return True
    return Judge(question.knowledge, profile, (), question.judge.similarity).verdict(one) in _FITS


def _told(question: Question, chosen: Sequence[Demand], one: DatasetView) -> dict[str, Any]:
    profile, knowledge, similarity = question.profile, question.knowledge, question.judge.similarity
    return {
        "leaveOut": [_said(profile, d, knowledge) for d in chosen],
        "or": [b for d in chosen if d[0] == "wanted" and (b := _broader(knowledge, profile, d[1], one, similarity))]
        + list(_milder(question, chosen, one)),
    }


def _milder(question: Question, chosen: Sequence[Demand], one: DatasetView) -> Iterator[dict[str, Any]]:
    """What could be asked for instead of leaving a demand out: that the unknown will do, that volumes are sliced."""
    profile, knowledge = question.profile, question.knowledge
    for demand in chosen:
        kind, which = demand
        rest = _without(profile, [d for d in chosen if d != demand])
        if kind == "wanted" and _fits(question, replace(rest, or_unknown=rest.or_unknown | {which}), one):
            yield {"facet": which, "label": f"{_said(profile, demand, knowledge)}, or unknown", "orUnknown": True}
        if demand == ("demanded", "dimensionality") and _fits(question, replace(rest, allow_slicing=True), one):
            yield {"facet": which, "label": "volumes sliced into images", "allowSlicing": True}


def _without(profile: Profile, chosen: Sequence[Demand]) -> Profile:
    kinds = {k for k, _ in chosen}
    gone = {int(n) for k, n in chosen if k == "bound"}
    return replace(
        profile,
        wanted={f: c for f, c in profile.wanted.items() if ("wanted", f) not in chosen},
        expression=_left(profile.expression, {int(n) for k, n in chosen if k == "expression"}),
        demanded={k: c for k, c in profile.demanded.items() if ("demanded", k) not in chosen},
        bounds=tuple(b for n, b in enumerate(profile.bounds) if n not in gone),
        use="" if "use" in kinds else profile.use,
        labels=() if "labels" in kinds else profile.labels,
    )


def _left(expression: Expression | None, gone: set[int]) -> Expression | None:
    """What is left of an expression without some of its conjuncts."""
    if expression is None or not gone:
        return expression
    left = [c.value for n, c in enumerate(expression.conjuncts()) if n not in gone]
    return Expression(both(left)) if left else None


def _said(profile: Profile, demand: Demand, knowledge: Knowledge) -> str:
    kind, which = demand
    if kind == "bound":
        return profile.bounds[int(which)].text
    if kind == "use":
        return f"use {profile.use}"
    if kind == "labels":
        return f"labels {' or '.join(knowledge.label(c) for c in profile.labels)}"
    if kind == "expression":
        return profile.expression.conjuncts()[int(which)].manchester(knowledge) if profile.expression else kind
    values = (profile.wanted if kind == "wanted" else profile.demanded).get(which, ())
    return f"{which} {' or '.join(knowledge.label(v) for v in values)}"


def _broader(
    knowledge: Knowledge, profile: Profile, facet: str, one: DatasetView, similarity: Similarity
) -> dict[str, str] | None:
    """The most telling concept above a wanted one that the dataset has: what could be asked for instead."""
    prop = FACET_WEIGHTS[facet][0]
    above = {c for wanted in profile.wanted[facet] for c in knowledge.taxonomy.up(wanted)} & one.entailed.get(prop, frozenset())
    above = {c for c in above if similarity.information(prop, c) > _HALF}
    best = max(above, key=lambda c: (similarity.information(prop, c), c), default=None)
    return {"facet": facet, "iri": best, "label": knowledge.label(best)} if best else None
