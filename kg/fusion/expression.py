"""An OWL class expression over datasets, as a part of a profile: who belongs to it, and in sentences why or why not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kg.fusion.evidence import evidence, evidence_of
from kg.fusion.instances import instances, pattern
from kg.fusion.manchester import parse, render
from kg.fusion.properties import DATASET, LEADING_ON
from kg.knowledge import DatasetView, Flags, Grid, Knowledge, Match, match
from kg.knowledge.criteria import PROPERTY_OF
from kg.namespaces import IKG
from kg.reason.expressions import Both, ClassExpression, Either, Hop, Named, Some, Without, both, either, satisfies, steps

__all__ = ["Expression", "Told", "parse_expression"]

_FACET_OF: Final = {prop: facet for facet, prop in PROPERTY_OF.items()}
_STATED: Final = {**_FACET_OF, "depictsWithin": "anatomy"}  # where what is stated stands, of a property that is inferred
_SHOWN: Final = 3
_SERVES: Final = str(IKG.servesTask)
_TASK: Final = str(IKG.task)


@dataclass(frozen=True, slots=True)
class Told:
    """Why a dataset belongs: the sentences, and the triples and axioms behind them."""

    reasons: tuple[str, ...]
    evidence: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A class expression over datasets, whose every name is resolved.

    Attributes:
        value: The expression; a dataset belongs to it by the materialised graph as it does by a reasoner. What is under ``not`` is
            judged on what is known: no fact that says so counts as not.
    """

    value: ClassExpression

    def flags(self, grid: Grid) -> Flags:
        """Which datasets are instances, in id order."""
        return instances(self.value, grid)

    def conjuncts(self) -> "tuple[Expression, ...]":
        """The parts of which an instance needs every one: a dataset that lacks a single one is told which."""
        return tuple(map(Expression, self.value.parts)) if isinstance(self.value, Both) else (self,)

    def direct(self) -> "Expression":
        """The expression with tasks for which the labels are there, where any from which they can be derived would do."""
        return Expression(_direct(self.value))

    def holds(self, dataset: DatasetView, knowledge: Knowledge) -> bool:
        """Whether a dataset is an instance."""
        return _holds(self.value, dataset, knowledge)

    def told(self, dataset: DatasetView, knowledge: Knowledge) -> "Told":
        """Why a dataset is an instance: sentences that name each fact and the step from it, and the triples and axioms behind them."""
        ways = list(_ways(self.value, dataset, knowledge))
        reasons = dict.fromkeys(w if isinstance(w, str) else w.reason(knowledge) for w in ways)
        return Told(tuple(reasons), tuple(w.proof(dataset, knowledge) for w in ways if isinstance(w, _Way)))

    def reasons(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """The sentences alone."""
        return self.told(dataset, knowledge).reasons

    def missing(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """What a dataset lacks to be an instance, in sentences; empty when it is one."""
        return tuple(dict.fromkeys(_missing(self.value, dataset, knowledge)))

    def derivations(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
        """(task, sentence) for each wanted task whose labels would first be derived from others."""
        ways = (w for w in _ways(self.value, dataset, knowledge) if isinstance(w, _Way) and w.some.prop == _SERVES)
        derived = (w for w in ways if w.how and not _holds(_direct(w.some), dataset, knowledge))
        return tuple(sorted((w.witness, w.how.reason) for w in derived if w.how))

    def manchester(self, knowledge: Knowledge) -> str:
        """The expression in Manchester syntax with labels."""
        return render(self.value, knowledge)

    def sparql(self) -> str:
        """A graph pattern on ``?dataset`` that holds for the instances alone."""
        return pattern(self.value)


def parse_expression(text: str, knowledge: Knowledge) -> Expression:
    """Read an expression in Manchester syntax.

    Raises:
        ExpressionError: It is no expression, or one that the graph cannot answer exactly.
        UnknownConcept: A name names no concept.
    """
    return Expression(parse(text, knowledge))


def _direct(expression: ClassExpression) -> ClassExpression:
    match expression:
        case Some(prop, filler) if prop == _SERVES:
            return Some(_TASK, filler)
        case Both(parts):
            return both(map(_direct, parts))
        case Either(parts):
            return either(map(_direct, parts))
        case _:
            return expression


@dataclass(frozen=True, slots=True)
class _Way:
    """How a dataset meets a restriction: by which of its concepts, how it comes by that, and the hops from there to the filler."""

    some: Some
    witness: str
    how: Match | None
    hops: tuple[Hop, ...]

    def reason(self, knowledge: Knowledge) -> str:
        """The fact, and what follows from it."""
        fact = self.how.reason if self.how else f"{DATASET[self.some.prop].said} {knowledge.label(self.witness)}"
        return "; ".join((fact, *(_hop(h, knowledge) for h in self.hops)))

    def proof(self, dataset: DatasetView, knowledge: Knowledge) -> dict[str, Any]:
        """The triples and axioms, as JSON."""
        name = DATASET[self.some.prop].name
        if self.how is not None:
            found = evidence(knowledge, dataset, _FACET_OF[name], self.witness, self.how)
        else:
            found = evidence_of(dataset, name, self.witness)
        axioms = [*found["axioms"], *(_axiom(h, knowledge) for h in self.hops)]
        return found | {"facet": "expression", "reason": self.reason(knowledge), "axioms": axioms}


def _way(some: Some, dataset: DatasetView, knowledge: Knowledge) -> _Way | None:
    name = DATASET[some.prop].name
    witness = _witness(some, name, dataset, knowledge)
    if not witness:
        return None
    facet = _FACET_OF.get(name)
    how = match(knowledge, dataset, facet, witness) if facet else None
    return _Way(some, witness, how, tuple(steps(some.filler, witness, knowledge.taxonomy)))


def _witness(some: Some, name: str, dataset: DatasetView, knowledge: Knowledge) -> str:
    """The dataset's concept by which it meets a restriction: a stated one if there is one, and the most telling of them."""
    if isinstance(some.filler, Named) and name in _FACET_OF:
        return some.filler.iri if dataset.has(name, some.filler.iri) else ""
    for values in (dataset.asserted, dataset.entailed):
        found = [c for c in values.get(name, ()) if satisfies(some.filler, c, knowledge.taxonomy)]
        if found:
            return min(found, key=lambda c: (-knowledge.information(name, c), knowledge.label(c), c))
    return ""


def _holds(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> bool:
    match expression:
        case Some(prop, Named(iri)):
            return dataset.has(DATASET[prop].name, iri)
        case Some(prop, filler):
            return any(satisfies(filler, c, knowledge.taxonomy) for c in dataset.entailed.get(DATASET[prop].name, ()))
        case Both(parts):
            return all(_holds(p, dataset, knowledge) for p in parts)
        case Either(parts):
            return any(_holds(p, dataset, knowledge) for p in parts)
        case Without(part):
            return not _holds(part, dataset, knowledge)
        case _:
            return True


def _ways(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> Iterator[_Way | str]:
    """How a dataset comes to belong to an expression: a way for each restriction that it meets, a sentence for each "not"."""
    match expression:
        case Some():
            if (way := _way(expression, dataset, knowledge)) is not None:
                yield way
        case Both(parts):
            for part in parts:
                yield from _ways(part, dataset, knowledge)
        case Either(parts):
            for part in parts:
                if _holds(part, dataset, knowledge):
                    yield from _ways(part, dataset, knowledge)
        case Without(part):
            yield f"no fact says that it is in ({render(part, knowledge)}); what is unknown counts as not"
        case _:
            return


def _hop(hop: Hop, knowledge: Knowledge) -> str:
    one, prop, other = hop
    return f"{knowledge.label(one)} {LEADING_ON[prop].said if prop else 'is a kind of'} {knowledge.label(other)}"


def _missing(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> Iterator[str]:
    if _holds(expression, dataset, knowledge):
        return
    match expression:
        case Some(iri, filler):
            name = DATASET[iri].name
            prop = DATASET[str(IKG[_STATED.get(name, name)])]
            own = dataset.asserted.get(prop.name, frozenset())
            wanted = render(Some(iri, filler), knowledge).split(" some ", 1)[1]
            known = ", ".join(sorted(map(knowledge.label, own))[:_SHOWN])
            yield f"{prop.said} {known}, not {wanted}" if known else f"{prop.label} is unknown, {wanted} is wanted"
        case Both(parts):
            for part in parts:
                yield from _missing(part, dataset, knowledge)
        case Either(parts):
            yield " and ".join(s for p in parts for s in _missing(p, dataset, knowledge))
        case Without(part):
            yield f"it is in ({render(part, knowledge)}): {'; '.join(Expression(part).reasons(dataset, knowledge))}"
        case _:
            return


def _axiom(hop: Hop, knowledge: Knowledge) -> dict[str, str]:
    one, prop, other = hop
    below, above = f"'{knowledge.label(one)}'", f"'{knowledge.label(other)}'"
    filler = f"'{LEADING_ON[prop].label}' some {above}" if prop else above
    return {"sub": one, "property": prop, "super": other, "text": f"{below} SubClassOf {filler}"}
