"""The label space of some datasets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kg.results.base import Named, Result, Rows, named

__all__ = ["LabelMember", "LabelSpace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMember(Result):
    """One dataset's labels.

    Attributes:
        complete: Whether they are all of its labels; None when nobody says.
        steps: What brings them to the target, a sentence each.
    """

    id: str
    name: str
    complete: bool | None
    labels: tuple[Named, ...]
    steps: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, id=body["id"], name=body["name"], complete=body["complete"], labels=named(body["labels"]),
            steps=tuple(s["text"] for s in body["steps"]),
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The member as one row of a table."""
        return {"id": self.id, "name": self.name, "complete": self.complete, "labels": "; ".join(map(str, self.labels)),
                "steps": "; ".join(self.steps)}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LabelSpace(Rows[LabelMember]):
    """What the labels of some datasets share, and what each lacks for a target. It is the list of those whose labels are known."""

    shared: tuple[Named, ...]
    union: tuple[Named, ...]
    target: tuple[str, ...]
    conflicts: tuple[str, ...]
    members: tuple[LabelMember, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, shared=named(body["shared"]), union=named(body["union"]), target=tuple(t["label"] for t in body["target"]),
            conflicts=tuple(c["sentence"] for c in body["conflicts"]), members=tuple(LabelMember.of(m) for m in body["members"]),
        )  # fmt: skip

    @property
    def items(self) -> tuple[LabelMember, ...]:
        """The members."""
        return self.members

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the labels."""
        return tuple(c.iri for c in self.union)

    def heading(self) -> str:
        """How many labels are shared."""
        return (
            f"{len(self.union)} labels, {len(self.shared)} shared by all {len(self)}; target: {', '.join(self.target) or 'none'}"
        )
