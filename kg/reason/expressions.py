"""OWL class expressions as values, and what the taxonomy says of them: existential restrictions, "and", "or".

What the taxonomy says is what a reasoner says, for two reasons that a test holds: no axiom of the ontology has a nested filler, so that
whatever a restriction leads to is a named class, and the ontology is Horn, so that a union is entailed only where one of its parts is.
``Without`` lies outside of that: it is a demand on what is known, and no reasoner is asked about it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kg.reason.taxonomy import Taxonomy

__all__ = [
    "Anything", "Both", "ClassExpression", "Either", "Hop", "Named", "Some", "Without", "both", "either", "satisfies", "steps", "walk",
    "without_not",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Anything:
    """Everything there is: ``owl:Thing``."""


@dataclass(frozen=True, slots=True)
class Named:
    """A named class."""

    iri: str


@dataclass(frozen=True, slots=True)
class Some:
    """What stands in the property to something of the filler."""

    prop: str
    filler: "ClassExpression"


@dataclass(frozen=True, slots=True)
class Both:
    """What belongs to every part. Made by :func:`both`."""

    parts: "tuple[ClassExpression, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """What belongs to any part. Made by :func:`either`."""

    parts: "tuple[ClassExpression, ...]"


@dataclass(frozen=True, slots=True)
class Without:
    """What is not known to belong to the part: a closed-world demand, no OWL complement."""

    part: "ClassExpression"


ClassExpression: TypeAlias = Anything | Named | Some | Both | Either | Without


def both(parts: Iterable[ClassExpression]) -> ClassExpression:
    """The intersection in its one form: no intersection in an intersection, no part twice, and no "anything" beside other parts."""
    flat = [p for part in parts for p in (part.parts if isinstance(part, Both) else (part,))]
    own = tuple(dict.fromkeys(p for p in flat if not isinstance(p, Anything)))
    return own[0] if len(own) == 1 else Both(own) if own else Anything()


def either(parts: Iterable[ClassExpression]) -> ClassExpression:
    """The union in its one form: no union in a union, no part twice.

    Raises:
        ValueError: There is no part.
    """
    own = tuple(dict.fromkeys(p for part in parts for p in (part.parts if isinstance(part, Either) else (part,))))
    if not own:
        msg = "a union of nothing is nothing"
        raise ValueError(msg)
    return own[0] if len(own) == 1 else Either(own)


def satisfies(expression: ClassExpression, iri: str, taxonomy: Taxonomy) -> bool:
    """Whether a named class lies under the expression."""
    found = True
    match expression:
        case Named(name):
            found = name in taxonomy.up(iri)
        case Some(prop, Named(name)):
            found = name in taxonomy.along(prop, iri)
        case Some(prop, filler):
            found = any(satisfies(filler, target, taxonomy) for target in taxonomy.along(prop, iri))
        case Both(parts):
            found = all(satisfies(p, iri, taxonomy) for p in parts)
        case Either(parts):
            found = any(satisfies(p, iri, taxonomy) for p in parts)
        case Without(part):
            found = not satisfies(part, iri, taxonomy)
    return found


Hop: TypeAlias = tuple[str, str, str]
"""A class, the property along which it leads on ("" for the class hierarchy), and the class that is reached."""


def steps(expression: ClassExpression, iri: str, taxonomy: Taxonomy) -> Iterator[Hop]:
    """How a named class comes to lie under an expression that it satisfies, hop by hop, along the most specific classes there are."""
    match expression:
        case Named(name) if name != iri:
            yield iri, "", name
        case Some(prop, Named(name)):
            yield iri, prop, name
        case Some(prop, filler):
            reached = [t for t in taxonomy.along(prop, iri) if satisfies(filler, t, taxonomy)]
            target = min(reached, key=lambda t: (-len(taxonomy.supers.get(t, ())), t))
            yield iri, prop, target
            yield from steps(filler, target, taxonomy)
        case Both(parts):
            for part in parts:
                yield from steps(part, iri, taxonomy)
        case Either(parts):
            yield from steps(next(p for p in parts if satisfies(p, iri, taxonomy)), iri, taxonomy)
        case _:
            return


def without_not(expression: ClassExpression) -> bool:
    """Whether the expression is plain OWL, to be put to a reasoner."""
    return not any(isinstance(e, Without) for e in walk(expression))


def walk(expression: ClassExpression) -> Iterator[ClassExpression]:
    """The expression and every one inside it."""
    yield expression
    match expression:
        case Some(_, inner) | Without(inner):
            yield from walk(inner)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from walk(part)
        case _:
            return
