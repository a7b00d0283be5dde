"""The plan: what to fetch, in what order, how to make it one set, how often to draw from each member, and what to beware of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.fusion.gaps import Gap
from kg.fusion.members import PlanMember
from kg.fusion.plan_id import Asked, canonical
from kg.fusion.split import Split
from kg.knowledge import Knowledge
from kg.version import __version__

__all__ = ["Plan", "changes"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, made from a question, a release and nothing else.

    Attributes:
        id: See :func:`kg.fusion.plan_id.plan_id`.
        release: Id of the release.
        asked: The question that makes it again.
        unit: What sizes and weights count.
        members: Seeds first, then in rank order.
        amount: See :func:`kg.fusion.amounts.amounts`.
        balance: See :func:`kg.fusion.balance.balance`.
        access: See :func:`kg.fusion.access.by_effort`.
        leakage: See :func:`kg.fusion.leakage.leakage`.
        notes: What could not be decided for want of facts.
        left: What fits and was not chosen, (id, name, reason) as JSON.
        parts: Further parts by name, as JSON: the answer of the licences, the label space.
    """

    id: str
    release: str
    asked: Asked
    profile: Mapping[str, Any]
    unit: str
    members: tuple[PlanMember, ...]
    amount: Mapping[str, Any]
    balance: tuple[Mapping[str, Any], ...]
    gaps: tuple[Gap, ...]
    access: tuple[Mapping[str, Any], ...]
    leakage: tuple[Mapping[str, Any], ...]
    split: Split
    left: tuple[Mapping[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def link(self) -> str:
        """The path and query by which the service makes the plan again."""
        return f"/v1/fusion/plans/{self.id}?q={self.asked.token()}"

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "id": self.id, "release": self.release, "software": __version__, "question": self.asked.body(), "link": self.link,
            "profile": dict(self.profile), "unit": self.unit,
            "members": [m.body(knowledge) for m in self.members],
            "amount": dict(self.amount), "balance": list(self.balance), "gaps": [g.body(knowledge) for g in self.gaps],
            "access": list(self.access), "leakage": list(self.leakage), "split": self.split.body(self.unit),
            "leftOut": list(self.left), "notes": list(self.notes), **self.parts,
        }  # fmt: skip


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """In what two bodies of plans differ, in sentences; empty when they are equal byte for byte."""
    if canonical(old) == canonical(new):
        return []
    before, after = ({m["id"]: m for m in body.get("members", ())} for body in (old, new))
    found = [f"{old.get(k)} is now {new.get(k)} ({k})" for k in ("release", "software") if old.get(k) != new.get(k)]
    found += [f"{before[i]['name']} is no member any more" for i in sorted(before.keys() - after.keys())]
    found += [f"{after[i]['name']} is a new member" for i in sorted(after.keys() - before.keys())]
    for i in sorted(before.keys() & after.keys()):
        keys = [k for k in after[i] if before[i].get(k) != after[i][k]]
        if keys:
            found.append(f"{after[i]['name']}: {', '.join(keys)} changed")
    rest = [
        k for k in new if k not in {"id", "release", "software", "link", "members"} and canonical(old.get(k)) != canonical(new[k])
    ]
    gone = [k for k in old if k not in new]
    found += [f"changed: {', '.join(rest)}"] if rest else []
    return found + ([f"not part of a plan any more: {', '.join(sorted(gone))}"] if gone else [])
