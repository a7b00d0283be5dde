"""The datasets that belong to a class expression: on the grid's arrays, and as a SPARQL pattern that holds for the same ones."""

from collections.abc import Iterator
from functools import partial
from itertools import count

import numpy as np

from kg.fusion.properties import DATASET
from kg.knowledge import Flags, Grid
from kg.knowledge.criteria import term
from kg.reason.expressions import Anything, Both, ClassExpression, Either, Named, Some, Without, satisfies

__all__ = ["instances", "pattern"]

_DATASET = "?dataset a ikg:ImagingDataset ."


def instances(expression: ClassExpression, grid: Grid) -> Flags:
    """Which datasets belong to an expression over datasets, in id order."""
    found = np.ones(len(grid), dtype=np.bool_)
    match expression:
        case Some(prop, Named(iri)):
            found = grid.stand(DATASET[prop].name, iri)
        case Some(prop, filler):
            found = grid.reach(DATASET[prop].name, partial(_under, filler, grid))
        case Both(parts):
            for part in parts:
                found &= instances(part, grid)
        case Either(parts):
            found = ~found
            for part in parts:
                found |= instances(part, grid)
        case Without(part):
            found = ~instances(part, grid)
    return found


def _under(filler: ClassExpression, grid: Grid, iri: str) -> bool:
    return satisfies(filler, iri, grid.taxonomy)


def pattern(expression: ClassExpression) -> str:
    """A graph pattern on ``?dataset`` that holds for the datasets that belong to the expression.

    It is made of joins over the materialised graph. Whatever leads over other variables stands in a ``SELECT DISTINCT`` of its own, so that
    no engine multiplies the ways in which a dataset meets one part by those in which it meets another; each branch binds ``?dataset``
    itself, so that ``MINUS`` takes away datasets.
    """
    return _of_dataset(expression, count(1))


def _of_dataset(expression: ClassExpression, numbers: Iterator[int]) -> str:
    match expression:
        case Some(prop, filler):
            leads = _some("?dataset", prop, filler, numbers)
            return leads if isinstance(filler, Named) else _distinct("?dataset", leads)
        case Both(parts):
            return " ".join(_of_dataset(p, numbers) for p in parts)
        case Either(parts):
            return _distinct("?dataset", " UNION ".join(f"{{ {_DATASET} {_of_dataset(p, numbers)} }}" for p in parts))
        case Without(part):
            return f"MINUS {{ {_DATASET} {_of_dataset(part, numbers)} }}"
        case _:
            return _DATASET


def _distinct(variable: str, inner: str) -> str:
    return f"{{ SELECT DISTINCT {variable} WHERE {{ {inner} }} }}"


def _some(subject: str, prop: str, filler: ClassExpression, numbers: Iterator[int]) -> str:
    if isinstance(filler, Named):
        return f"{subject} {term(prop)} {term(filler.iri)} ."
    reached = f"?e{next(numbers)}"
    step = f"{subject} {term(prop)} {reached} ."
    if isinstance(filler, Either) and all(isinstance(p, Named) for p in filler.parts):
        return f"{step} VALUES {reached} {{ {' '.join(term(p.iri) for p in filler.parts if isinstance(p, Named))} }}"
    return step if isinstance(filler, Anything) else f"{step} {_distinct(reached, _of_concept(reached, filler, numbers))}"


def _of_concept(subject: str, expression: ClassExpression, numbers: Iterator[int]) -> str:
    match expression:
        case Named(iri):
            return f"{subject} rdfs:subClassOf {term(iri)} ."
        case Some(prop, filler):
            return _some(subject, prop, filler, numbers)
        case Both(parts):
            return " ".join(_of_concept(subject, p, numbers) for p in parts)
        case Either(parts):
            return " UNION ".join(f"{{ {_of_concept(subject, p, numbers)} }}" for p in parts)
        case Anything():
            return f"{subject} rdfs:subClassOf ?any{next(numbers)} ."
        case Without():
            raise TypeError(expression)  # no reading of a text leads here
