"""Why the graph says that a dataset has a concept: the facts and axioms behind it, as sentences."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyelk
import pyowl_core

from kg.namespaces import BFO_PART_OF, IKG, local_name
from kg.reason.axioms import document, some
from kg.reason.explain import justify, module_of

__all__ = ["Why", "sentence", "why"]

_DATASET: Final = "urn:imaging-kg:this-dataset"
_GOAL: Final = "urn:imaging-kg:goal"
_VERBS: Final[Mapping[str, str]] = {
    str(BFO_PART_OF): "is part of",
    str(IKG.hasLocation): "sits in",
    str(IKG.hasComponent): "includes",
    str(IKG.images): "always shows",
    str(IKG.derivableTo): "yields labels for",
    str(IKG.modality): "has modality",
    str(IKG.anatomy): "has anatomy",
    str(IKG.task): "has task",
    str(IKG.condition): "has condition",
    str(IKG.depictsWithin): "depicts within",
    str(IKG.relevantTo): "is relevant to",
    str(IKG.servesTask): "serves task",
}
_IRI: Final = re.compile(r"<([^>]+)>")


@dataclass(frozen=True, slots=True)
class Why:
    """A justification.

    Attributes:
        property: The property (local name) by which the dataset has the concept.
        facts: The asserted (property, concept IRI) pairs that are needed.
        axioms: The ontology's axioms that are needed, in functional syntax.
    """

    property: str
    facts: tuple[tuple[str, str], ...]
    axioms: tuple[str, ...]


def _holds(axioms: Sequence[str], prop: str, concept: str) -> bool:
    goal = f"EquivalentClasses(<{_GOAL}> {some(str(IKG[prop]), concept)})"
    options = pyowl_core.LoadOptions(format=pyowl_core.DocumentFormat.FUNCTIONAL, imports=pyowl_core.ImportPolicy.IGNORE)
    text = document((*axioms, f"Declaration(Class(<{_DATASET}>))", goal))
    with pyelk.Reasoner(text.encode(), load_options=options) as reasoner:
        reasoner.classify()
        found = reasoner.superclasses(pyowl_core.Class(pyowl_core.IRI(_DATASET))).value
        return any(cls.iri.value == _GOAL for node in found for cls in node.members)


def why(axioms: Sequence[str], facts: Iterable[tuple[str, str]], prop: str, concept: str) -> Why | None:
    """The fewest facts and axioms from which "the dataset has ``prop`` to ``concept``" follows; None when it does not.

    Args:
        axioms: The ontology in functional syntax.
        facts: The dataset's asserted (property local name, concept IRI) pairs.
        prop: Local name of the property in question.
        concept: IRI of the concept in question.
    """
    stated = {f"SubClassOf(<{_DATASET}> {some(str(IKG[p]), c)})": (p, c) for p, c in sorted(facts)}
    kind = f"SubClassOf(<{_DATASET}> <{IKG.ImagingDataset}>)"
    seed = frozenset(c for _, c in stated.values()) | {_DATASET, str(IKG.ImagingDataset)}
    candidates = (*stated, kind, *module_of(axioms, seed))
    needed = justify(candidates, lambda part: _holds(part, prop, concept))
    if not needed:
        return None
    return Why(prop, tuple(stated[a] for a in needed if a in stated), tuple(a for a in needed if a not in stated and a != kind))


def sentence(axiom: str, label: Callable[[str], str]) -> str:
    """An axiom of the ontology in one plain sentence."""
    names = _IRI.findall(axiom)
    if axiom.startswith("SubObjectPropertyOf(ObjectPropertyChain("):
        *links, target = (_verb(n) for n in names)
        return f"what {' something that '.join(links)} a thing, {target} that thing"
    if axiom.startswith("SubObjectPropertyOf("):
        return f"what {_verb(names[0])} a thing, {_verb(names[1])} it"
    if axiom.startswith("TransitiveObjectProperty("):
        return f"“{_verb(names[0])}” is passed on"
    if axiom.startswith("SubClassOf(<") and "Object" not in axiom:
        return f"{label(names[0])} is a kind of {label(names[1])}"
    if axiom.startswith("SubClassOf(<") and axiom.count("ObjectSomeValuesFrom") == 1 and len(names) == 3:
        return f"{label(names[0])} {_verb(names[1])} {label(names[2])}"
    return _IRI.sub(lambda m: _VERBS.get(m[1]) or label(m[1]), axiom)


def _verb(iri: str) -> str:
    return _VERBS.get(iri, local_name(iri))
