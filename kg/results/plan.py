"""The plan of a set: its members with weights, steps and sides, and the link that makes it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kg.results.base import Describe, Result, Rows, no_graph

__all__ = ["Plan", "PlanMember"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMember(Result):
    """A member of a plan.

    Attributes:
        weight: Its share of the draws, of 1 for all members together.
        side: ``train`` or ``test``.
        items: Its size in the plan's unit, where it is known or stood in for; ``basis`` says which.
        access: What has to be done to obtain it; None when nobody says.
    """

    id: str
    iri: str
    name: str
    role: str
    weight: float
    side: str
    items: int | None
    basis: str
    access: str | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, id=body["id"], iri=body["iri"], name=body["name"], role=body["role"], weight=body["weight"],
            side=body["side"], items=body["items"], basis=body["itemsBasis"], access=body["access"]["label"],
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The member as one row of a table."""
        names = ("id", "name", "role", "weight", "side", "items", "basis", "access")
        return {n: getattr(self, n) for n in names}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Plan(Rows[PlanMember]):
    """What to do with a set of datasets. It is the list of its members.

    Attributes:
        id: The same for the same question on the same release.
        release: Id of that release.
        link: The address, relative to a service, that makes it again; :meth:`plan_again` takes it.
        unit: What its sizes count.
    """

    id: str
    release: str
    link: str
    unit: str | None
    members: tuple[PlanMember, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any], describe: Describe = no_graph) -> Self:
        """The value of a body."""
        return cls(
            json=body, describe=describe, id=body["id"], release=body["release"], link=body["link"], unit=body["unit"],
            members=tuple(PlanMember.of(m) for m in body["members"]),
        )  # fmt: skip

    @property
    def items(self) -> tuple[PlanMember, ...]:
        """The members."""
        return self.members

    def heading(self) -> str:
        """What it is and how it divides."""
        test = sum(m.side == "test" for m in self.members)
        return f"plan {self.id}: {len(self)} datasets, {test} of them for testing"
