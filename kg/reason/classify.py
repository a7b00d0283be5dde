"""Classification: the OWL reasoner's answer for every named class, as a taxonomy of plain pairs.

For each property p that the closure follows and each class B a helper class ``≡ ∃p.B`` is added; after classification, every
helper above a class A is an entailed edge A –p→ B (the "relation graph" of the OBO world). pyELK does the work: OWL 2 EL, no Java.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from kg.errors import ReasonerError
from kg.namespaces import curie
from kg.reason.axioms import some
from kg.reason.clash import clash, told
from kg.reason.elk import reasoner
from kg.reason.explain import module_of, names_of
from kg.reason.taxonomy import FOLLOWED, Taxonomy
from kg.reason.why import sentence

__all__ = ["FOLLOWED", "classify", "unsatisfiable"]

_THING: Final = "http://www.w3.org/2002/07/owl#Thing"
_NOTHING: Final = "http://www.w3.org/2002/07/owl#Nothing"
_HELPER: Final = "urn:imaging-kg:some:"
_VIEWS: Final = "urn:imaging-kg:view:"


def _fillers(axioms: tuple[str, ...], prop: str, names: Iterable[str]) -> frozenset[str]:
    """The classes B for which "∃prop.B" may be above something: all that the property's asserted fillers reach.

    A property that a chain, a subproperty or transitivity leads to can be filled from elsewhere, so there every class counts.
    """
    led_to = re.compile(rf"SubObjectPropertyOf\(.* <{re.escape(prop)}>\)|TransitiveObjectProperty\(<{re.escape(prop)}>\)")
    if any(led_to.fullmatch(axiom) for axiom in axioms):
        return frozenset(names)
    asserted = frozenset(re.findall(rf"ObjectSomeValuesFrom\(<{re.escape(prop)}> <([^>]+)>\)", " ".join(axioms)))
    reached = asserted | {name for axiom in module_of(axioms, asserted) for name in names_of(axiom)}
    return frozenset(names) & reached


def classify(
    axioms: tuple[str, ...],
    classes: Iterable[str],
    tick: Callable[[str], None] = lambda _: None,
    label: Callable[[str], str] = curie,
) -> Taxonomy:
    """Classify the ontology and read off every entailed superclass and edge.

    Args:
        axioms: The ontology in functional syntax, see :func:`kg.reason.axioms.axioms_of`.
        classes: The named classes whose place is wanted.
        tick: Called with the name of each stage.
        label: What to call a class in an error.

    Raises:
        ReasonerError: The ontology is inconsistent or has an unsatisfiable class (the clashing axioms are named), or is beyond what the
            reasoner decides.
    """
    names = sorted(classes)
    helpers = {
        f"{_HELPER}{p}:{i}": (prop, filler)
        for p, prop in enumerate(FOLLOWED)
        for i, filler in enumerate(sorted(_fillers(axioms, prop, names)))
    }
    extra = [f"EquivalentClasses(<{helper}> {some(prop, filler)})" for helper, (prop, filler) in helpers.items()]
    tick("classifying")
    with reasoner((*axioms, *extra)) as engine:
        if engine.inconsistent:
            axioms_at_fault = " / ".join(sentence(a, label) for a in clash(axioms))
            msg = f"the ontology contradicts itself: {axioms_at_fault}"
            raise ReasonerError(msg)
        tick("reading the hierarchy")
        supers: dict[str, frozenset[str]] = {}
        edges: dict[str, dict[str, frozenset[str]]] = {prop: {} for prop in FOLLOWED}
        empty: list[str] = []
        for name in names:
            above = engine.above(name)
            if _NOTHING in above:
                empty.append(name)
            supers[name] = frozenset(a for a in above if a not in helpers and a != _THING)
            for helper in above & helpers.keys():
                prop, filler = helpers[helper]
                edges[prop][name] = edges[prop].get(name, frozenset()) | {filler}
    if empty:
        raise ReasonerError(told(axioms, _highest(empty, supers), lambda a: sentence(a, label), label))
    return Taxonomy(supers, {prop: found for prop, found in edges.items() if found})


def _highest(empty: Iterable[str], supers: Mapping[str, frozenset[str]]) -> list[str]:
    """Empty classes come with all below them: those with the fewest classes above them are where the fault lies."""
    return sorted(empty, key=lambda c: (len(supers[c]), c))


def unsatisfiable(axioms: tuple[str, ...], expressions: Iterable[str]) -> frozenset[str]:
    """Those of the class expressions (functional syntax) to which nothing can belong."""
    wanted = sorted(set(expressions))
    names = {f"{_VIEWS}{i}": expression for i, expression in enumerate(wanted)}
    extra = [f"EquivalentClasses(<{name}> {expression})" for name, expression in names.items()]
    with reasoner((*axioms, *extra)) as engine:
        return frozenset(expression for name, expression in names.items() if not engine.satisfiable(name))
