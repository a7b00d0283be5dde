"""Classification: the OWL reasoner's answer for every named class, as a taxonomy of plain pairs.

For each property p that the closure follows and each class B a helper class ``≡ ∃p.B`` is added; after classification, every
helper above a class A is an entailed edge A –p→ B (the "relation graph" of the OBO world). pyELK does the work: OWL 2 EL, no Java.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import pyelk
import pyowl_core

from kg.errors import ReasonerError
from kg.namespaces import BFO_PART_OF, IKG
from kg.reason.axioms import document, some
from kg.reason.taxonomy import Taxonomy

__all__ = ["FOLLOWED", "classify", "unsatisfiable"]

FOLLOWED: Final = tuple(str(p) for p in (BFO_PART_OF, IKG.hasLocation, IKG.hasComponent, IKG.images, IKG.derivableTo))
"""The properties between concepts whose entailed edges are materialised."""

_THING: Final = "http://www.w3.org/2002/07/owl#Thing"
_NOTHING: Final = "http://www.w3.org/2002/07/owl#Nothing"
_HELPER: Final = "urn:imaging-kg:some:"
_VIEWS: Final = "urn:imaging-kg:view:"


def _reasoner(axioms: Iterable[str]) -> "pyelk.Reasoner":
    options = pyowl_core.LoadOptions(format=pyowl_core.DocumentFormat.FUNCTIONAL, imports=pyowl_core.ImportPolicy.IGNORE)
    try:
        return pyelk.Reasoner(document(axioms).encode(), load_options=options)
    except pyowl_core.exceptions.PyOWLCoreError as error:
        msg = f"the ontology cannot be loaded: {error}"
        raise ReasonerError(msg) from error


def _iris(nodes: Any) -> set[str]:
    """The class IRIs of a reasoner's answer, which comes as groups of equivalent classes."""
    return {cls.iri.value for node in nodes for cls in node.members}


def classify(axioms: tuple[str, ...], classes: Iterable[str], tick: Callable[[str], None] = lambda _: None) -> Taxonomy:
    """Classify the ontology and read off every entailed superclass and edge.

    Args:
        axioms: The ontology in functional syntax, see :func:`kg.reason.axioms.axioms_of`.
        classes: The named classes whose place is wanted.
        tick: Called with the name of each stage.

    Raises:
        ReasonerError: The ontology is inconsistent, has an unsatisfiable class, or is beyond what the reasoner decides.
    """
    names = sorted(classes)
    helpers = {f"{_HELPER}{p}:{i}": (prop, names[i]) for p, prop in enumerate(FOLLOWED) for i in range(len(names))}
    extra = [f"EquivalentClasses(<{helper}> {some(prop, filler)})" for helper, (prop, filler) in helpers.items()]
    tick("loading the axioms")
    with _reasoner((*axioms, *extra)) as reasoner:
        tick("classifying")
        if reasoner.is_inconsistent().value:
            msg = "the ontology contradicts itself"
            raise ReasonerError(msg)
        reasoner.classify().require_complete()
        tick("reading the hierarchy")
        supers: dict[str, frozenset[str]] = {}
        edges: dict[str, dict[str, frozenset[str]]] = {prop: {} for prop in FOLLOWED}
        empty: list[str] = []
        for name in names:
            cls = pyowl_core.Class(pyowl_core.IRI(name))
            above = _iris(reasoner.superclasses(cls).value) | _iris(reasoner.equivalent_classes(cls).value) - {name}
            if _NOTHING in above:
                empty.append(name)
            supers[name] = frozenset(a for a in above if a not in helpers and a != _THING)
            for helper in above & helpers.keys():
                prop, filler = helpers[helper]
                edges[prop][name] = edges[prop].get(name, frozenset()) | {filler}
    if empty:
        msg = f"no thing can belong to {', '.join(empty[:5])}: the axioms contradict each other there"
        raise ReasonerError(msg)
    return Taxonomy(supers, {prop: found for prop, found in edges.items() if found})


def unsatisfiable(axioms: tuple[str, ...], expressions: Iterable[str]) -> frozenset[str]:
    """Those of the class expressions (functional syntax) to which nothing can belong."""
    wanted = sorted(set(expressions))
    names = {f"{_VIEWS}{i}": expression for i, expression in enumerate(wanted)}
    extra = [f"EquivalentClasses(<{name}> {expression})" for name, expression in names.items()]
    with _reasoner((*axioms, *extra)) as reasoner:
        reasoner.classify().require_complete()
        return frozenset(
            expression
            for name, expression in names.items()
            if not reasoner.is_satisfiable(pyowl_core.Class(pyowl_core.IRI(name))).value
        )
