"""Datasets side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from kg.results.base import Describe, Named, Result, Rows, named, no_graph

__all__ = ["Compared", "Comparison", "ComparisonRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Result):
    """A dataset that is compared."""

    id: str
    iri: str
    name: str
    year: int | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(json=body, id=body["id"], iri=body["iri"], name=body["name"], year=body["year"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow(Result):
    """One property of all of them.

    Attributes:
        state: ``same``, ``common`` (some meaning is shared), ``different`` or ``unknown`` (nothing is asserted of some).
        common: The least general concepts that are true of all.
        values: Dataset → what is asserted of it.
        unknown: Datasets of which nothing is.
    """

    property: str
    state: str
    common: tuple[Named, ...]
    unknown: tuple[str, ...]
    values: Mapping[str, tuple[Named, ...]] = field(hash=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, property=body["property"], state=body["state"], common=named(body["common"]), unknown=tuple(body["unknown"]),
            values={d: named(v) for d, v in body["values"].items()},
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The property as one row of a table, a column for each dataset."""
        cells = {d: "; ".join(map(str, v)) for d, v in self.values.items()}
        return {"property": self.property, "state": self.state, "common": "; ".join(map(str, self.common))} | cells


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comparison(Rows[ComparisonRow]):
    """Datasets side by side. It is the list of the properties.

    Attributes:
        datasets: What is compared, in the order asked.
        overlap: Who shares data with whom, a sentence each.
    """

    datasets: tuple[Compared, ...]
    rows: tuple[ComparisonRow, ...]
    overlap: tuple[str, ...]

    @classmethod
    def of(cls, body: Mapping[str, Any], describe: Describe = no_graph) -> Self:
        """The value of a body."""
        return cls(
            json=body, describe=describe, datasets=tuple(Compared.of(d) for d in body["datasets"]),
            rows=tuple(ComparisonRow.of(r) for r in body["rows"]), overlap=tuple(o["reason"] for o in body["overlap"]),
        )  # fmt: skip

    @property
    def items(self) -> tuple[ComparisonRow, ...]:
        """The properties."""
        return self.rows

    @property
    def iris(self) -> tuple[str, ...]:
        """The IRIs of the datasets."""
        return tuple(d.iri for d in self.datasets)

    def heading(self) -> str:
        """What is compared, and who shares data."""
        return "; ".join((" beside ".join(d.name for d in self.datasets), *self.overlap))
