"""What clashes: the fewest axioms by which a class is empty or the whole ontology contradicts itself."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kg.reason.elk import reasoner
from kg.reason.explain import justify, module_of, names_of
from kg.terms.text import a

__all__ = ["clash", "told"]

_SHOWN: Final = 3
_THING: Final = "http://www.w3.org/2002/07/owl#Thing"


def clash(axioms: Sequence[str], cls: str | None = None) -> tuple[str, ...]:
    """A minimal set of axioms from which it follows that nothing can belong to ``cls``, or to anything at all when it is None."""
    if cls is None:
        rest = [a for a in axioms if not a.startswith("Declaration(")]
        return justify(rest, _contradictory)
    module = module_of(axioms, frozenset({cls, _THING}))
    reached = frozenset(name for axiom in module for name in names_of(axiom)) | {cls}
    apart = [a for a in axioms if a.startswith("DisjointClasses(") and len(names_of(a) & reached) > 1]
    return justify((*module, *apart), lambda part: _empty(part, cls))


def _contradictory(part: Sequence[str]) -> bool:
    with reasoner(part) as engine:
        return engine.inconsistent


def _empty(part: Sequence[str], cls: str) -> bool:
    with reasoner((*part, f"Declaration(Class(<{cls}>))")) as engine:
        return engine.inconsistent or not engine.satisfiable(cls)


def told(axioms: Sequence[str], empty: Iterable[str], sentence: Callable[[str], str], label: Callable[[str], str]) -> str:
    """The first few empty classes with the axioms that clash over each, as one sentence a class."""
    classes = list(empty)
    parts = [f"nothing can be {a(label(c))}, because {' / '.join(map(sentence, clash(axioms, c)))}" for c in classes[:_SHOWN]]
    more = f"; and {len(classes) - _SHOWN} more classes are empty" if len(classes) > _SHOWN else ""
    return "; ".join(parts) + more
