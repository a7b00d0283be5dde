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

    It is made of joins over the materialised graph. Each branch binds ``?dataset`` itself, so that a ``NOT EXISTS`` in it filters what it
    is meant to.
    """
    return _of_dataset(expression, count(1))


def _of_dataset(expression: ClassExpression, numbers: Iterator[int]) -> str:
    match expression:
        case Some(prop, filler):
            return _some("?dataset", prop, filler, numbers)
        case Both(parts):
            return " ".join(_of_dataset(p, numbers) for p in parts)
        case Either(parts):
            return " UNION ".join(f"{{ {_DATASET} {_of_dataset(p, numbers)} }}" for p in parts)
        case Without(part):
            return f"FILTER NOT EXISTS {{ {_DATASET} {_of_dataset(part, numbers)} }}"
        case _:
            return _DATASET


def _some(subject: str, prop: str, filler: ClassExpression, numbers: Iterator[int]) -> str:
    match filler:
        case Named(iri):
            return f"{subject} {term(prop)} {term(iri)} ."
        case _:
            reached = f"?e{next(numbers)}"
            return f"{subject} {term(prop)} {reached} . {_of_concept(reached, filler, numbers)}".rstrip()


def _of_concept(subject: str, expression: ClassExpression, numbers: Iterator[int]) -> str:
    match expression:
        case Named(iri):
            return f"{subject} rdfs:subClassOf {term(iri)} ."
        case Some(prop, filler):
            return _some(subject, prop, filler, numbers)
        case Both(parts):
            return " ".join(_of_concept(subject, p, numbers) for p in parts)
        case Either(parts) if all(isinstance(p, Named) for p in parts):
            above = f"?e{next(numbers)}"
            named = " ".join(term(p.iri) for p in parts if isinstance(p, Named))
            return f"{subject} rdfs:subClassOf {above} . VALUES {above} {{ {named} }}"
        case Either(parts):
            return " UNION ".join(f"{{ {_of_concept(subject, p, numbers)} }}" for p in parts)
        case Anything():
            return ""
        case Without():
            raise TypeError(expression)  # no reading of a text leads here
