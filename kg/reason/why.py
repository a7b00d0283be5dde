"""Why the graph says that a dataset has a concept: the facts and axioms behind it, as sentences."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.namespaces import BFO_PART_OF, IKG, local_name
from kg.reason.axioms import some
from kg.reason.elk import reasoner
from kg.reason.explain import justify, leading_to, module_of
from kg.terms.text import a

__all__ = ["Why", "because", "sentence", "why"]

_DATASET: Final = "urn:imaging-kg:this-dataset"
_GOAL: Final = "urn:imaging-kg:goal"
_VERBS: Final[Mapping[str, str]] = {
    str(BFO_PART_OF): "is part of",
    str(IKG.hasLocation): "sits in",
    str(IKG.hasComponent): "includes",
    str(IKG.images): "always shows",
    str(IKG.comprises): "comprises",
    str(IKG.derivableTo): "yields labels for",
    str(IKG.modality): "has modality",
    str(IKG.anatomy): "has anatomy",
    str(IKG.task): "has task",
    str(IKG.condition): "has condition",
    str(IKG.annotates): "annotates",
    str(IKG.annotatesStructure): "annotates",
    str(IKG.depictsWithin): "depicts within",
    str(IKG.relevantTo): "is relevant to",
    str(IKG.servesTask): "serves task",
    str(IKG.fieldOfView): "has field of view",
    str(IKG.permits): "permits",
    str(IKG.prohibits): "prohibits",
    str(IKG.requires): "requires",
    str(IKG.derivativesUnder): "lets derivatives be shared only under",
    str(IKG.dataUse): "may be used only under",
    str(IKG.viewSite): "is a view of",
    str(IKG.viewModality): "is a view by",
    str(IKG.viewCondition): "is a view of the condition",
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
    with reasoner((*axioms, f"Declaration(Class(<{_DATASET}>))", goal)) as engine:
        return _GOAL in engine.above(_DATASET)


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
    candidates = leading_to((*stated, kind, *module_of(axioms, seed)), concept, str(IKG[prop]))
    needed = justify(candidates, lambda part: _holds(part, prop, concept))
    if not needed:
        return None
    return Why(prop, tuple(stated[a] for a in needed if a in stated), tuple(a for a in needed if a not in stated and a != kind))


def because(axioms: Sequence[str], subject: str, target: str, prop: str | None = None) -> tuple[str, ...]:
    """The fewest axioms from which "``subject`` is a kind of ``target``" follows, or "``subject`` has ``prop`` to some ``target``".

    Args:
        axioms: The ontology in functional syntax.
        subject: IRI of a class.
        target: IRI of another class.
        prop: IRI of a property between classes; None for the class hierarchy.

    Returns:
        Axioms in functional syntax; empty when it does not follow.
    """
    goal = f"EquivalentClasses(<{_GOAL}> {some(prop, target)})" if prop else f"SubClassOf(<{target}> <{_GOAL}>)"

    def holds(part: Sequence[str]) -> bool:
        with reasoner((*part, f"Declaration(Class(<{subject}>))", goal)) as engine:
            return _GOAL in engine.above(subject)

    return justify(leading_to(module_of(axioms, frozenset({subject})), target, prop), holds)


def sentence(axiom: str, label: Callable[[str], str]) -> str:
    """An axiom of the ontology in one plain sentence."""
    names = _IRI.findall(axiom)
    telling = next((tell for start, tell in _TELLERS if axiom.startswith(start)), None)
    if telling is not None:
        return telling(axiom, names, label)
    return _IRI.sub(lambda m: _VERBS.get(m[1]) or label(m[1]), axiom)


def _chain(_: str, names: Sequence[str], __: Callable[[str], str]) -> str:
    *links, target = (_verb(n) for n in names)
    return f"what {' something that '.join(links)} a thing, {target} that thing"


def _subsumption(axiom: str, names: Sequence[str], label: Callable[[str], str]) -> str:
    if "Object" not in axiom:
        return f"{label(names[0])} is a kind of {label(names[1])}"
    return f"{label(names[0])} {_conjunction(axiom.split(' ', 1)[1], label)}"


def _rule(axiom: str, _: Sequence[str], label: Callable[[str], str]) -> str:
    left, right = axiom.removeprefix("SubClassOf(")[:-1].rsplit(" ObjectSomeValuesFrom(", 1)
    return f"{_conjunction(left, label)} also {_conjunction('ObjectSomeValuesFrom(' + right, label)}"


_Teller = Callable[[str, Sequence[str], Callable[[str], str]], str]
_TELLERS: Final[tuple[tuple[str, _Teller], ...]] = (
    ("SubObjectPropertyOf(ObjectPropertyChain(", _chain),
    ("SubObjectPropertyOf(", lambda _, names, __: f"what {_verb(names[0])} a thing, {_verb(names[1])} it"),
    ("TransitiveObjectProperty(", lambda _, names, __: f"“{_verb(names[0])}” is passed on"),
    ("DisjointClasses(", lambda _, names, label: f"nothing is two of: {', '.join(label(n) for n in names)}"),
    (
        "EquivalentClasses(<",
        lambda axiom, names, label: f"{label(names[0])} is exactly {_conjunction(axiom.split(' ', 1)[1], label)}",
    ),
    ("SubClassOf(ObjectIntersectionOf(", _rule),
    ("SubClassOf(<", _subsumption),
)  # the first that fits tells


def _conjunction(expression: str, label: Callable[[str], str]) -> str:
    """An intersection of names and existentials as words: "a disease that sits in the liver"."""
    pairs = re.findall(r"ObjectSomeValuesFrom\(<([^>]+)> <([^>]+)>\)", expression)
    filled = {name for pair in pairs for name in pair}
    kinds = [label(n) for n in _IRI.findall(expression) if n not in filled]
    restrictions = " and ".join(f"{_verb(p)} {label(c)}" for p, c in pairs)
    return f"{a(' and '.join(kinds))} that {restrictions}" if kinds and pairs else " and ".join(kinds) or restrictions


def _verb(iri: str) -> str:
    return _VERBS.get(iri, local_name(iri))
