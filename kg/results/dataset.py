"""One dataset with everything that is known of it, and the claims behind that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from rdflib import Graph

from kg.results.base import Describe, Named, Result, named, no_graph
from kg.results.views import html_table

__all__ = ["Claim", "Count", "Dataset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Result):
    """One count of what a dataset holds: ``certainty`` is exact or approximate."""

    value: int
    unit: str
    certainty: str

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(json=body, value=body["value"], unit=body["unit"], certainty=body["certainty"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Result):
    """One sentence of one source.

    Attributes:
        claim: Its IRI.
        raw: What the source wrote.
        status: What became of it.
        value: IRI of the concept that it was read as; empty when it was read as none.
    """

    claim: str
    source: str
    field: str
    raw: str
    status: str
    value: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, claim=body["claim"], source=body["source"], field=body["field"], raw=body["raw"], status=body["status"],
            value=body.get("value", ""),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset(Result):
    """A dataset. What is None nobody says.

    Attributes:
        asserted: Property → concepts that the catalogue asserts.
        inferred: Property → concepts that follow from the ontology.
        related: Relation → ids of datasets.
        claims: What the sources say.
    """

    id: str
    iri: str
    name: str
    aliases: tuple[str, ...]
    year: int | None
    homepage: str
    labelled: bool | None
    description: str | None
    extent: tuple[Count, ...]
    asserted: Mapping[str, tuple[Named, ...]] = field(hash=False, repr=False)
    inferred: Mapping[str, tuple[Named, ...]] = field(hash=False, repr=False)
    related: Mapping[str, tuple[str, ...]] = field(hash=False, repr=False)
    claims: tuple[Claim, ...] = field(repr=False)
    describe: Describe = field(default=no_graph, repr=False, compare=False)

    @classmethod
    def of(cls, body: Mapping[str, Any], describe: Describe = no_graph) -> Self:
        """The value of a body."""
        return cls(
            json=body, describe=describe, id=body["id"], iri=body["iri"], name=body["name"], aliases=tuple(body["aliases"]),
            year=body["year"], homepage=body["homepage"], labelled=body["labelled"], description=body["description"],
            extent=tuple(Count.of(c) for c in body["extent"]), claims=tuple(Claim.of(c) for c in body["claims"]),
            asserted={p: named(v) for p, v in body["asserted"].items()},
            inferred={p: named(v) for p, v in body["inferred"].items()},
            related={p: tuple(ids) for p, ids in body["related"].items()},
        )  # fmt: skip

    def to_rdflib(self) -> Graph:
        """What the graph says of it."""
        return self.describe([self.iri])

    def _repr_html_(self) -> str:
        counts = "; ".join(f"{c.value:,} {c.unit} ({c.certainty})" for c in self.extent)
        facts = {"id": self.id, "year": self.year, "homepage": self.homepage, "labelled": self.labelled, "extent": counts}
        facts |= {p: "; ".join(map(str, v)) for p, v in self.asserted.items()}
        facts["claims"] = f"{len(self.claims)} of {', '.join(sorted({c.source for c in self.claims}))}"
        return html_table(self.name, [{"": name, "known": value} for name, value in facts.items()])
