"""From a question to its plan: the one place where the parts are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from kg.errors import UnknownPlan
from kg.fusion.access import access_of, by_effort
from kg.fusion.amounts import amounts
from kg.fusion.answer import Question, profile_body
from kg.fusion.balance import balance
from kg.fusion.gaps import gaps, unseen
from kg.fusion.leakage import leakage
from kg.fusion.members import PlanMember
from kg.fusion.plan import Plan
from kg.fusion.plan_id import Asked, PlanOptions, asked_by, plan_id
from kg.fusion.split import split
from kg.fusion.weights import mixed, sizes, unit_of, weights
from kg.knowledge import Knowledge
from kg.licence import INDEX_ONLY, combine

__all__ = ["PARTS", "Part", "plan_again", "plan_of"]

Part = Callable[[Question], Mapping[str, Any]]
"""A part of a plan that is made from the question alone."""


def _licence(question: Question) -> Mapping[str, Any]:
    found: Mapping[str, Any] = combine(question.knowledge, question.chosen.members, question.profile.use or INDEX_ONLY.key).body()
    return found


def _labels(question: Question) -> Mapping[str, Any]:
    return question.labels.body(question.knowledge)


PARTS: Final[Mapping[str, Part]] = {"licence": _licence, "labels": _labels}
"""What the licences say together, and the label space."""


def plan_of(
    knowledge: Knowledge,
    release: str,
    *,
    seeds: Sequence[str] = (),
    profile: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    options: PlanOptions | None = None,
    parts: Mapping[str, Part] = PARTS,
) -> Plan:
    """Make the plan of a fusion question.

    Args:
        knowledge: The graph.
        release: Id of the release that it was read from.
        seeds: As for :func:`kg.fusion.answer.fuse`; their order does not matter.
        profile: As for :func:`kg.fusion.answer.fuse`.
        rules: As for :func:`kg.fusion.answer.fuse`.
        options: Power, cap, share of the test side.
        parts: Parts that are made from the question alone, by name.

    Raises:
        UnknownDataset: A seed names no dataset.
        UnknownConcept: A text of the profile names no concept.
        ProfileError: The profile makes no sense, or neither seeds nor profile are given.
    """
    chosen = options or PlanOptions()
    ids = sorted({knowledge.dataset(s).id for s in seeds})
    question = Question.read(knowledge, ids, profile, rules)
    asked = Asked(tuple(ids), question.profile.raw(knowledge), chosen)
    return _made(question, asked, plan_id(asked, release), release, parts)


def plan_again(knowledge: Knowledge, release: str, plan: str, token: str, parts: Mapping[str, Part] = PARTS) -> Plan:
    """Make the plan of a link again.

    Raises:
        UnknownPlan: The id names no plan, or not the plan of the question in the token.
        PlanOfAnotherRelease: It belongs to another release.
        ProfileError: The token is no question.
    """
    asked = asked_by(plan, token, release)
    found = plan_of(knowledge, release, seeds=asked.seeds, profile=asked.profile, options=asked.options, parts=parts)
    if found.id != plan.strip():
        raise UnknownPlan(plan, f"the question in q has the plan {found.id}")
    return found


def _made(question: Question, asked: Asked, number: str, release: str, parts: Mapping[str, Part]) -> Plan:
    knowledge, judge, options = question.knowledge, question.judge, asked.options
    members, pairs = question.chosen.members, question.pairs
    seeds = {s.id for s in question.seeds}
    judged = {m.id: judge.judge(m) for m in members}
    unit = unit_of(members, question.profile)
    mixtures = mixed(members, question.profile.wanted.get("modality", ()), knowledge)
    sized = sizes(members, unit, mixtures)
    cap = options.cap if options.cap is not None else question.profile.choice.cap
    weighed = weights(members, sized, pairs, alpha=options.alpha, cap=cap)
    stepped = frozenset(i for i, one in judged.items() if one.steps)
    divided = split(members, sized, pairs, knowledge, share=options.test_share, stepped=stepped)
    left = ({"id": i, "name": knowledge.datasets[i].name, "reason": r} for i, r in question.chosen.left)
    made = Plan(
        number, release, asked, profile_body(question), unit,
        tuple(
            PlanMember(
                m, "seed" if m.id in seeds else "chosen", judged[m.id].verdict, (*judged[m.id].reasons, *judged[m.id].missing),
                judged[m.id].steps, sized[m.id], weighed[m.id], access_of(m, knowledge), divided.side(m.id),
            )
            for m in members
        ),
        amounts(members, pairs, mixtures), tuple(balance(members, sized, knowledge)), gaps(question, members),
        tuple(by_effort(members, knowledge)), tuple(leakage(members, pairs, knowledge)), divided, tuple(left),
        (*question.chosen.notes, *(f"nothing is known of any member's {name}" for name in unseen(members))),
    )  # fmt: skip
    return replace(made, parts={name: part(question) for name, part in parts.items()}) if parts else made
