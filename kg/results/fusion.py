"""Answers of the fusion: what belongs together, why, why not, and two datasets beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from kg.results.base import Describe, Result, Rows, no_graph

__all__ = ["FusionResult", "Member", "Pair", "Relaxation", "WhyNot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Result):
    """A dataset judged against a fusion question.

    Attributes:
        verdict: ``compatible``, ``compatible-after-harmonisation``, ``related`` or ``excluded``.
        reasons: Why, a sentence each.
        steps: What harmonises it, a sentence each.
        parts: What the score is made of.
    """

    id: str
    iri: str
    name: str
    score: float
    verdict: str
    reasons: tuple[str, ...]
    steps: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, id=body["id"], iri=body["iri"], name=body["name"], score=body["score"], verdict=body["verdict"],
            reasons=tuple(body["reasons"]), steps=tuple(s["text"] for s in body.get("steps", ())), parts=body.get("parts", {}),
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The member as one row of a table."""
        return {
            "id": self.id, "name": self.name, "score": self.score, "verdict": self.verdict, "reasons": "; ".join(self.reasons),
            "steps": "; ".join(self.steps),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FusionResult(Rows[Member]):
    """The answer to a fusion question. It is the list of the members that are shown, best first.

    Attributes:
        expression: What was asked, as a class expression in Manchester syntax.
        members: The members that are shown, those included that a rule of choice left out of the set.
        datasets: How many are in the set.
        left_out: Id of each dataset that fits and that a rule of choice left out → why.
        total: What the set amounts to: extent, overlaps, labels, licence.
        notes: What to know before using it.
        sparql: A query that states the same demands.
        editable: The profile, to be changed and asked again.
    """

    expression: str
    members: tuple[Member, ...]
    datasets: int
    left_out: Mapping[str, str] = field(hash=False)
    total: Mapping[str, Any] = field(hash=False)
    notes: tuple[str, ...]
    sparql: str
    editable: Mapping[str, Any] = field(hash=False)

    @classmethod
    def of(cls, body: Mapping[str, Any], describe: Describe = no_graph) -> Self:
        """The value of a body."""
        profile, total = body["profile"], body["set"]
        return cls(
            json=body, describe=describe, expression=profile["classExpression"], editable=profile["editable"], total=total,
            members=tuple(Member.of(m) for m in body["members"]), datasets=total["datasets"], notes=tuple(total["notes"]),
            sparql=body["sparql"], left_out={d["id"]: d["reason"] for d in total["leftOut"]},
        )  # fmt: skip

    @property
    def chosen(self) -> tuple[Member, ...]:
        """The members that are shown and in the set."""
        return tuple(m for m in self.members if m.id not in self.left_out)

    @property
    def items(self) -> tuple[Member, ...]:
        """The members."""
        return self.members

    def heading(self) -> str:
        """What was asked and how much fits."""
        return f"{self.expression}: {self.datasets} datasets fit, {len(self)} shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation(Result):
    """What a question would have to give up for a dataset to fit.

    Attributes:
        leave_out: Demands to be left out, all of them together.
        instead: Wider demands that would do as well.
    """

    leave_out: tuple[str, ...]
    instead: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        wider = tuple(str(o.get("label", o)) if isinstance(o, dict) else str(o) for o in body["or"])
        return cls(json=body, leave_out=tuple(body["leaveOut"]), instead=wider)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot(Result):
    """One dataset against a fusion question."""

    dataset: Member
    fits: bool
    relaxations: tuple[Relaxation, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, dataset=Member.of(body["dataset"]), fits=body["fits"],
            relaxations=tuple(Relaxation.of(r) for r in body["relaxations"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Result):
    """Two datasets beside each other, a sentence for each finding.

    Attributes:
        a: Id of the one.
        b: Id of the other.
        joins: What they share.
        blocks: What keeps them apart.
        unknown: What nobody says of one of them.
        overlap: The data that they share.
    """

    a: str
    b: str
    joins: tuple[str, ...]
    blocks: tuple[str, ...]
    unknown: tuple[str, ...]
    overlap: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        said = {k: tuple(f["reason"] for f in body[k]) for k in ("joins", "blocks", "unknown", "overlap")}
        return cls(json=body, a=body["a"]["id"], b=body["b"]["id"], **said)
