"""Where the labels of datasets differ in grain: one marks a whole, another its parts or kinds, or the lesions in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.label_facts import GROUP, KIND, LOCATION, PART, LabelFacts
from kg.knowledge import Knowledge
from kg.namespaces import OBO

__all__ = ["KINDS", "Conflict", "conflicts", "listed"]

KINDS: Final = ("lesion-in-organ", "kinds-of-whole", "parts-of-whole", "group-of-structures")
"""What a conflict can be about."""
_NAMED: Final = 3
_REGION: Final = str(OBO.UBERON_0000475)  # organism subdivision: a region such as the abdomen, not an organ
_KIND_OF: Final = {LOCATION: "lesion-in-organ", KIND: "kinds-of-whole", PART: "parts-of-whole"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One difference in grain.

    Attributes:
        kind: One of :data:`KINDS`.
        coarse: The label of the whole, or of the organ.
        fine: The labels of its parts or kinds, or of the lesions in it.
        lacking: Ids of the members that have the coarse label without one of the finer.
        having: Finer label → ids of the members that have it.
        covered: Whether the finer labels together are all of the coarse one.
    """

    kind: str
    coarse: str
    fine: tuple[str, ...]
    lacking: tuple[str, ...]
    having: Mapping[str, tuple[str, ...]]
    covered: bool = False

    @property
    def size(self) -> int:
        """How many members it concerns."""
        return len(set(self.lacking).union(*self.having.values()))

    def sentence(self, knowledge: Knowledge) -> str:
        """What differs."""
        whole, some = knowledge.label(self.coarse), listed([knowledge.label(f) for f in self.fine])
        finer = sorted({i for ids in self.having.values() for i in ids})
        here, there = _members(knowledge, self.lacking), _members(knowledge, finer)
        if self.kind == "lesion-in-organ":
            sits = "sits" if len(self.fine) == 1 else "sit"
            return (
                f"{there} {_verb(finer)} {some}, which {sits} in the {whole}; {here} {_verb(self.lacking)} the {whole} alone: "
                f"does that label contain its lesions?"
            )
        return f"{here} {_verb(self.lacking)} {whole} as one; {there} {_verb(finer)} {some}"

    def action(self, knowledge: Knowledge) -> str:
        """What to do about it."""
        whole, some = knowledge.label(self.coarse), listed([knowledge.label(f) for f in self.fine])
        here = _members(knowledge, self.lacking)
        if self.kind == "lesion-in-organ":
            return (
                f"look at the protocols: where the {whole} contains its lesions, count {some} to the {whole}; "
                f"mask the loss of {some} inside the {whole} of {here}"
            )
        if self.kind == "group-of-structures":
            return f"{whole} cannot be split into {some}: mask their loss inside it for {here}"
        if self.covered:
            return f"merge {some} into {whole}: nothing of it lies outside them"
        rest = "kinds" if self.kind == "kinds-of-whole" else "parts"
        return f"{some} may not be all {rest} of {whole}: count them to {whole}, and mask the loss of {whole} where only they are labelled"

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The conflict as JSON."""
        return {
            "kind": self.kind,
            "concepts": [{"iri": c, "label": knowledge.label(c)} for c in (self.coarse, *self.fine)],
            "members": {self.coarse: list(self.lacking)} | {f: list(self.having[f]) for f in self.fine},
            "sentence": self.sentence(knowledge), "action": self.action(knowledge),
        }  # fmt: skip


def conflicts(
    knowledge: Knowledge, facts: LabelFacts, sets: Mapping[frozenset[str], Iterable[str]], serving: Mapping[str, Sequence[str]]
) -> tuple[Conflict, ...]:
    """Every difference in grain between members, those that concern most of them first.

    Args:
        knowledge: The graph.
        facts: What follows for single labels.
        sets: Label set → ids of the members that have it.
        serving: Label → ids of the members that have it, or parts that together are all of it.
    """
    having: dict[str, list[str]] = {}
    for own, ids in sets.items():
        for label in own:
            having.setdefault(label, []).extend(ids)
    below: dict[tuple[str, str], list[str]] = {}
    for fine in sorted(having):
        served, above = set(serving[fine]), facts.coarser(fine)
        for coarse in above.keys() & having.keys():
            kind = _kind(knowledge, above[coarse], coarse)
            # They differ only where someone has the coarse label without the fine one.
            if not served.issuperset(_with(kind, coarse, having, serving)):
                below.setdefault((kind, coarse), []).append(fine)
    found: list[Conflict] = []
    for (kind, coarse), some in below.items():
        finer = tuple(sorted(some, key=lambda c: (knowledge.label(c), c)))
        # Whoever labels any lesion of the organ has thought of it; a whole is told apart only by all of its parts.
        each: list[set[str]] = [set(serving[f]) for f in finer]
        told = set[str]().union(*each) if kind == "lesion-in-organ" else each[0].intersection(*each[1:])
        lacking = tuple(sorted(set(_with(kind, coarse, having, serving)) - told))
        if lacking:
            covered = kind != "lesion-in-organ" and coarse in facts.serves(frozenset(finer))
            found.append(Conflict(kind, coarse, finer, lacking, {f: tuple(sorted(having[f])) for f in finer}, covered))
    return tuple(sorted(found, key=lambda c: (-c.size, KINDS.index(c.kind), knowledge.label(c.coarse), c.fine)))


def _with(kind: str, coarse: str, having: Mapping[str, Sequence[str]], serving: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The members with a coarse label: an organ may also be made up of its halves, and its lesions are asked of just so."""
    return serving[coarse] if kind == "lesion-in-organ" else having[coarse]


def _kind(knowledge: Knowledge, how: str, coarse: str) -> str:
    if how == GROUP or (how == PART and knowledge.taxonomy.is_a(coarse, _REGION)):
        return "group-of-structures"
    return _KIND_OF[how]


def _members(knowledge: Knowledge, ids: Sequence[str]) -> str:
    return listed([knowledge.datasets[i].name if i in knowledge.datasets else i for i in ids])


def _verb(ids: Sequence[str]) -> str:
    return "labels" if len(ids) == 1 else "label"


def listed(names: Sequence[str], most: int = _NAMED) -> str:
    """Names as a phrase: the first few, and how many more."""
    shown = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
