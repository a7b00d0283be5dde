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

__all__ = ["Expression", "parse_expression"]

_FACET_OF: Final = {prop: facet for facet, prop in PROPERTY_OF.items()}
_STATED: Final = {**_FACET_OF, "depictsWithin": "anatomy"}  # where what is stated stands, of a property that is inferred
_SHOWN: Final = 3
_SERVES: Final = str(IKG.servesTask)
_TASK: Final = str(IKG.task)


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

    def reasons(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """Why a dataset is an instance, in sentences: each names the fact and the step from it."""
        return tuple(dict.fromkeys(_reasons(self.value, dataset, knowledge)))

    def missing(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """What a dataset lacks to be an instance, in sentences; empty when it is one."""
        return tuple(dict.fromkeys(_missing(self.value, dataset, knowledge)))

    def evidence(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[dict[str, Any], ...]:
        """The triples and axioms by which a dataset meets the restrictions of the expression, as JSON."""
        return tuple(_proof(some, dataset, knowledge) for some in _met(self.value, dataset, knowledge))

    def derivations(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[tuple[str, str], ...]:
        """(task, sentence) for each wanted task whose labels would first be derived from others."""
        found = {}
        for some in _met(self.value, dataset, knowledge):
            if some.prop == _SERVES and not _holds(_direct(some), dataset, knowledge):
                task = _witness(some, dataset, knowledge)
                if task and (how := match(knowledge, dataset, "task", task)):
                    found[task] = how.reason
        return tuple(sorted(found.items()))

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


def _values(some: Some, dataset: DatasetView, knowledge: Knowledge) -> Iterator[str]:
    """The dataset's concepts by which it meets a restriction: stated ones first, then the most telling."""
    name = DATASET[some.prop].name
    stated = dataset.asserted.get(name, frozenset())
    found = [c for c in dataset.entailed.get(name, ()) if satisfies(some.filler, c, knowledge.taxonomy)]
    yield from sorted(found, key=lambda c: (c not in stated, -knowledge.information(name, c), knowledge.label(c), c))


def _witness(some: Some, dataset: DatasetView, knowledge: Knowledge) -> str:
    if isinstance(some.filler, Named) and DATASET[some.prop].name in _FACET_OF:
        return some.filler.iri if dataset.has(DATASET[some.prop].name, some.filler.iri) else ""
    return next(_values(some, dataset, knowledge), "")


def _holds(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> bool:
    match expression:
        case Some(prop, Named(iri)):
            return dataset.has(DATASET[prop].name, iri)
        case Some():
            return any(True for _ in _values(expression, dataset, knowledge))
        case Both(parts):
            return all(_holds(p, dataset, knowledge) for p in parts)
        case Either(parts):
            return any(_holds(p, dataset, knowledge) for p in parts)
        case Without(part):
            return not _holds(part, dataset, knowledge)
        case _:
            return True


def _met(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> Iterator[Some]:
    """The restrictions that a dataset meets, those under "not" left out."""
    match expression:
        case Some():
            if _holds(expression, dataset, knowledge):
                yield expression
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _met(part, dataset, knowledge)
        case _:
            return


def _reasons(expression: ClassExpression, dataset: DatasetView, knowledge: Knowledge) -> Iterator[str]:
    match expression:
        case Some():
            yield _because(expression, dataset, knowledge)
        case Both(parts):
            for part in parts:
                yield from _reasons(part, dataset, knowledge)
        case Either(parts):
            for part in parts:
                if _holds(part, dataset, knowledge):
                    yield from _reasons(part, dataset, knowledge)
        case Without(part):
            yield f"no fact says that it is in ({render(part, knowledge)}); what is unknown counts as not"
        case _:
            return


def _because(some: Some, dataset: DatasetView, knowledge: Knowledge) -> str:
    """How a dataset meets a restriction: the fact, and what follows from it."""
    prop, witness = DATASET[some.prop], _witness(some, dataset, knowledge)
    how = _match(some, witness, dataset, knowledge)
    fact = how.reason if how else f"{prop.said} {knowledge.label(witness)}"
    return "; ".join((fact, *(_hop(h, knowledge) for h in steps(some.filler, witness, knowledge.taxonomy))))


def _match(some: Some, witness: str, dataset: DatasetView, knowledge: Knowledge) -> Match | None:
    """How a dataset comes by a concept of one of the four facets; None for a concept that it has in another property."""
    facet = _FACET_OF.get(DATASET[some.prop].name)
    return match(knowledge, dataset, facet, witness) if facet else None


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
            yield f"it is in ({render(part, knowledge)}): {'; '.join(_reasons(part, dataset, knowledge))}"
        case _:
            return


def _proof(some: Some, dataset: DatasetView, knowledge: Knowledge) -> dict[str, Any]:
    prop, witness = DATASET[some.prop], _witness(some, dataset, knowledge)
    how = _match(some, witness, dataset, knowledge)
    if how is not None:
        found = evidence(knowledge, dataset, _FACET_OF[prop.name], witness, how)
    else:
        found = evidence_of(dataset, prop.name, witness)
    axioms = [*found["axioms"], *(_axiom(h, knowledge) for h in steps(some.filler, witness, knowledge.taxonomy))]
    return found | {"facet": "expression", "reason": _because(some, dataset, knowledge), "axioms": axioms}


def _axiom(hop: Hop, knowledge: Knowledge) -> dict[str, str]:
    one, prop, other = hop
    below, above = f"'{knowledge.label(one)}'", f"'{knowledge.label(other)}'"
    filler = f"'{LEADING_ON[prop].label}' some {above}" if prop else above
    return {"sub": one, "property": prop, "super": other, "text": f"{below} SubClassOf {filler}"}
