"""Classification: the OWL reasoner's answer for every named class, as a taxonomy of plain pairs.

For each property p that the closure follows and each class B a helper class ``≡ ∃p.B`` is added; after classification, every
helper above a class A is an entailed edge A –p→ B (the "relation graph" of the OBO world). pyELK does the work: OWL 2 EL, no Java.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from kg.errors import ReasonerError
from kg.namespaces import BFO_PART_OF, IKG, curie
from kg.reason.axioms import some
from kg.reason.clash import clash, told
from kg.reason.elk import reasoner
from kg.reason.explain import module_of, names_of
from kg.reason.taxonomy import FOLLOWED, Taxonomy
from kg.reason.why import because, sentence

__all__ = ["FOLLOWED", "classify", "unsatisfiable"]

_THING: Final = "http://www.w3.org/2002/07/owl#Thing"
_NOTHING: Final = "http://www.w3.org/2002/07/owl#Nothing"
_WITHOUT_CYCLES: Final = tuple(str(p) for p in (BFO_PART_OF, IKG.hasComponent, IKG.comprises))
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
        ReasonerError: The ontology is inconsistent or has an unsatisfiable class, or a class is a part of itself (the axioms are named);
            or it is beyond what the reasoner decides.
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
    for prop in _WITHOUT_CYCLES:
        for cls in sorted(c for c, targets in edges[prop].items() if c in targets and c not in empty):
            circle = " / ".join(sentence(a, label) for a in because(axioms, cls, cls, prop))
            msg = f"{label(cls)} would be a part of itself: {circle}"
            raise ReasonerError(msg)
    if empty:
        raise ReasonerError(told(axioms, _highest(axioms, empty), lambda a: sentence(a, label), label))
    return Taxonomy(supers, {prop: found for prop, found in edges.items() if found})


def _highest(axioms: Iterable[str], empty: Iterable[str]) -> list[str]:
    """Whatever is below an empty class is empty too: the fault lies at those that are not said to be below another empty one."""
    found = set(empty)
    above = [tuple(re.findall(r"<([^>]+)>", a)) for a in axioms if a.startswith("SubClassOf(<") and "Object" not in a]
    below = {sub for sub, sup in above if sub in found and sup in found}
    return sorted(found - below) or sorted(found)


def unsatisfiable(axioms: tuple[str, ...], expressions: Iterable[str]) -> frozenset[str]:
    """Those of the class expressions (functional syntax) to which nothing can belong."""
    wanted = sorted(set(expressions))
    names = {f"{_VIEWS}{i}": expression for i, expression in enumerate(wanted)}
    extra = [f"EquivalentClasses(<{name}> {expression})" for name, expression in names.items()]
    with reasoner((*axioms, *extra)) as engine:
        return frozenset(expression for name, expression in names.items() if not engine.satisfiable(name))
