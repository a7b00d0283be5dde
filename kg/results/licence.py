"""May datasets be combined for a use?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kg.results.base import Result, Rows

__all__ = ["LicenceMember", "LicenceResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceMember(Result):
    """One dataset's terms for the use."""

    id: str
    name: str
    verdict: str
    reason: str
    licences: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, id=body["id"], name=body["name"], verdict=body["verdict"], reason=body["reason"],
            licences=tuple(li["label"] for li in body["licences"]),
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The member as one row of a table."""
        return {n: getattr(self, n) for n in ("id", "name", "verdict", "reason")} | {"licences": "; ".join(self.licences)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LicenceResult(Rows[LicenceMember]):
    """Whether datasets may be combined for a use. It is the list of the members. Not legal advice.

    Attributes:
        verdict: The answer for all together; what is unknown is never a yes.
        attribution: Whom to name, a line each.
    """

    use: str
    verdict: str
    reason: str
    members: tuple[LicenceMember, ...]
    attribution: tuple[str, ...]
    notice: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, use=body["use"], verdict=body["verdict"], reason=body["reason"], notice=body["notice"],
            members=tuple(LicenceMember.of(m) for m in body["members"]), attribution=tuple(body["attribution"]),
        )  # fmt: skip

    @property
    def items(self) -> tuple[LicenceMember, ...]:
        """The members."""
        return self.members

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the licences, not of the datasets."""
        return tuple(dict.fromkeys(li["iri"] for m in self.members for li in m.json["licences"]))

    def heading(self) -> str:
        """The verdict and its reason."""
        return f"{self.use}: {self.verdict}; {self.reason}"
