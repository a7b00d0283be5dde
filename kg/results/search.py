"""Answers of the search: hits that match, hits that nearly do, and completions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from kg.results.base import Describe, Result, Rows, no_graph

__all__ = ["Hit", "SearchResult", "Suggestion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Result):
    """A dataset that a search found.

    Attributes:
        id: Its id; ``iri`` is the same as an address.
        score: How well it fits; None when the fields asked for leave it out.
        reasons: Why it matches, a sentence each.
        missing: What a near hit lacks, a sentence each; empty for a strict one.
        parts: What the score is made of.
    """

    id: str
    iri: str
    name: str
    score: float | None = None
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict, hash=False, repr=False)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, id=body["id"], iri=body["iri"], name=body["name"], score=body.get("score"), parts=body.get("parts", {}),
            reasons=tuple(body.get("reasons", ())), missing=tuple(body.get("missing", ())),
        )  # fmt: skip

    def row(self) -> Mapping[str, Any]:
        """The hit as one row of a table; a list becomes one text."""
        plain = {k: v for k, v in self.json.items() if k not in {"iri", "parts", "extent"} and not isinstance(v, dict)}
        return {k: "; ".join(map(str, v)) if isinstance(v, list) else v for k, v in plain.items()}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SearchResult(Rows[Hit]):
    """The answer to a search. It is the list of the strict hits of this page; what only comes near is apart.

    Attributes:
        text: The text that was asked, empty for a structured question.
        total: How many datasets match strictly, on all pages.
        strict: Those of this page, best first.
        near: Datasets that lack something, and what.
        unread: Words that were not understood.
        sparql: A query that returns exactly the strict set.
        next: Cursor of the next page; empty on the last.
    """

    text: str
    total: int
    strict: tuple[Hit, ...]
    near: tuple[Hit, ...]
    unread: tuple[str, ...]
    sparql: str
    next: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any], describe: Describe = no_graph) -> Self:
        """The value of a body."""
        query = body["query"]
        return cls(
            json=body, describe=describe, text=query.get("text", ""), total=body["total"], sparql=body["sparql"],
            strict=tuple(Hit.of(h) for h in body["strict"]), near=tuple(Hit.of(h) for h in body["near"]),
            unread=tuple(w["text"] for w in query["unread"]), next=body["page"].get("next", ""),
        )  # fmt: skip

    @property
    def items(self) -> tuple[Hit, ...]:
        """The strict hits."""
        return self.strict

    @property
    def read_as(self) -> tuple[str, ...]:
        """How the text was read: a concept with its facet, or a constraint, each."""
        query = self.json["query"]
        concepts = [
            f"{'not ' if m['negated'] else ''}{m['label']} ({m['facet']})" for m in query["mentions"] if not m.get("absorbed")
        ]
        return (*concepts, *(c["text"].strip() for c in query["constraints"]))

    def heading(self) -> str:
        """What was asked, how it was read, and how much was found."""
        asked = f"{self.text!r} read as {', '.join(self.read_as) or 'everything'}" if self.text else "structured question"
        unread = f"; not understood: {', '.join(self.unread)}" if self.unread else ""
        return f"{asked}: {self.total} datasets match, {len(self)} shown, {len(self.near)} near{unread}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion(Result):
    """A concept or a dataset whose name begins with a text."""

    kind: str
    id: str
    iri: str
    label: str
    datasets: int | None

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The value of a body."""
        return cls(
            json=body, kind=body["kind"], id=body["id"], iri=body["iri"], label=body["label"], datasets=body.get("datasets")
        )
