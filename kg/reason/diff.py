"""What changed between two states of the ontology, as a value; the changelog of a release is written from it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from kg.catalogue.mappings import Mapping
from kg.model import Word, WordKind
from kg.namespaces import IKG, curie
from kg.reason.axioms import axioms_of, classes_of
from kg.reason.taxonomy import Taxonomy
from kg.reason.why import sentence

__all__ = ["Change", "OntologyDiff", "State", "as_json", "as_markdown", "compare"]

Change = tuple[str, str, str]  # a term's IRI, its text before, its text after; "" where there is none

_TRUE: Final = Literal(lexical_or_value=True)
_PROPERTY_TYPES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_KINDS: Final = {
    RDFS.label: WordKind.LABEL, SKOS.altLabel: WordKind.SYNONYM, IKG.abbreviation: WordKind.ABBREVIATION,
    SKOS.hiddenLabel: WordKind.HIDDEN,
}  # fmt: skip
_TITLES: Final = {
    "deprecated": "Terms deprecated", "reinstated": "Terms reinstated", "labels": "Labels changed",
    "definitions": "Definitions changed", "subclasses_added": "Entailed subclasses added",
    "subclasses_removed": "Entailed subclasses removed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """One state of the ontology; what is None is not compared."""

    graph: Graph
    taxonomy: Taxonomy | None = None
    mappings: tuple[Mapping, ...] | None = None


@dataclass(frozen=True, slots=True)
class OntologyDiff:
    """Everything sorted. Words are of terms that both states have; entailed pairs are between classes that both have.

    Axioms stand in functional syntax, without declarations. ``reinstated`` terms were deprecated in the first state only.
    """

    classes_added: tuple[str, ...] = ()
    classes_removed: tuple[str, ...] = ()
    properties_added: tuple[str, ...] = ()
    properties_removed: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    reinstated: tuple[str, ...] = ()
    labels: tuple[Change, ...] = ()
    definitions: tuple[Change, ...] = ()
    words_added: tuple[tuple[str, Word], ...] = ()
    words_removed: tuple[tuple[str, Word], ...] = ()
    axioms_added: tuple[str, ...] = ()
    axioms_removed: tuple[str, ...] = ()
    mappings_added: tuple[tuple[str, str, str], ...] = ()  # (subject, predicate, object)
    mappings_removed: tuple[tuple[str, str, str], ...] = ()
    subclasses_added: tuple[tuple[str, str], ...] = ()
    subclasses_removed: tuple[tuple[str, str], ...] = ()

    def counts(self) -> dict[str, int]:
        """How many changes of each kind, zeros included."""
        return {f.name: len(getattr(self, f.name)) for f in fields(self)}

    def __bool__(self) -> bool:
        return any(self.counts().values())


def _properties(graph: Graph) -> set[str]:
    return {str(p) for kind in _PROPERTY_TYPES for p in graph.subjects(RDF.type, kind) if isinstance(p, URIRef)}


def _text(graph: Graph, iri: str, predicate: URIRef) -> str:
    """The term's English text; several are joined, so that none is overlooked."""
    found = (o for o in graph.objects(URIRef(iri), predicate) if isinstance(o, Literal) and o.language in {"en", None})
    return " | ".join(sorted(str(o) for o in found))


def _words(graph: Graph, shared: set[str]) -> set[tuple[str, Word]]:
    """The words of the shared terms, but for the English label: that one has a change of its own."""
    said = ((str(s), o, kind) for p, kind in _KINDS.items() for s, o in graph.subject_objects(p) if isinstance(o, Literal))
    words = {(iri, Word(str(o), kind, o.language or "")) for iri, o, kind in said if iri in shared}
    return {(iri, word) for iri, word in words if word.kind is not WordKind.LABEL or word.lang not in {"en", ""}}


def _pairs(taxonomy: Taxonomy, shared: set[str]) -> set[tuple[str, str]]:
    return {(c, above) for c, aboves in taxonomy.supers.items() if c in shared for above in aboves if above in shared}


def _changed(a: Graph, b: Graph, terms: set[str], predicate: URIRef) -> tuple[Change, ...]:
    texts = ((iri, _text(a, iri, predicate), _text(b, iri, predicate)) for iri in sorted(terms))
    return tuple(change for change in texts if change[1] != change[2])


def compare(a: State, b: State) -> OntologyDiff:
    """What must be done to ``a`` to make it ``b``. Mappings and entailments are compared when both states have them.

    Raises:
        ReasonerError: An axiom of either state lies outside OWL 2 EL with disjointness.
    """
    classes = set(classes_of(a.graph)), set(classes_of(b.graph))
    properties = _properties(a.graph), _properties(b.graph)
    both = classes[0] & classes[1]
    terms = both | (properties[0] & properties[1])
    found: dict[str, tuple[set[Any], set[Any]]] = {"classes": classes, "properties": properties}
    found["words"] = _words(a.graph, terms), _words(b.graph, terms)
    found["axioms"] = set(axioms_of(a.graph)), set(axioms_of(b.graph))
    if a.mappings is not None and b.mappings is not None:
        keys = [{(m.subject, m.predicate, m.object) for m in mappings} for mappings in (a.mappings, b.mappings)]
        found["mappings"] = keys[0], keys[1]
    if a.taxonomy is not None and b.taxonomy is not None:
        found["subclasses"] = _pairs(a.taxonomy, both), _pairs(b.taxonomy, both)
    changes = {f"{name}_added": _in_order(new - old) for name, (old, new) in found.items()}
    changes |= {f"{name}_removed": _in_order(old - new) for name, (old, new) in found.items()}
    gone = set(a.graph.subjects(OWL.deprecated, _TRUE)), set(b.graph.subjects(OWL.deprecated, _TRUE))
    changes |= {"deprecated": _in_order(map(str, gone[1] - gone[0])), "reinstated": _in_order(map(str, gone[0] - gone[1]))}
    changes |= {"labels": _changed(a.graph, b.graph, terms, RDFS.label)}
    return OntologyDiff(**changes, definitions=_changed(a.graph, b.graph, terms, SKOS.definition))


def _in_order(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(i for i in items if not str(i).startswith("Declaration(")))  # the lists of terms say those


def _line(name: str, item: Any, label: Callable[[str], str]) -> str:
    kind = name.partition("_")[0]
    if kind == "axioms":
        return sentence(item, label)
    if kind == "words":
        return f"{label(item[0])}: “{item[1].text}” ({', '.join(filter(None, (item[1].kind, item[1].lang)))})"
    if kind == "mappings":
        return f"{label(item[0])} {curie(item[1])} {curie(item[2])}"
    if kind == "subclasses":
        return f"{label(item[0])} is a kind of {label(item[1])}"
    if kind in {"labels", "definitions"}:
        return f"{curie(item[0])}: “{item[1]}” → “{item[2]}”"
    return f"{label(item)} (`{curie(item)}`)"


def as_markdown(diff: OntologyDiff, label: Callable[[str], str], most: int | None = None) -> str:
    """A section for a changelog: a table of the counts, then a list for each kind; ``most`` cuts long lists and says so."""
    found = {name: count for name, count in diff.counts().items() if count}
    if not found:
        return "### Ontology\n\nNothing changed.\n"
    titles = {name: _TITLES.get(name, name.replace("_", " ").capitalize()) for name in found}
    lines = ["### Ontology", "", "| change | count |", "|---|---:|"]
    lines += [f"| {titles[name]} | {count} |" for name, count in found.items()]
    for name, count in found.items():
        said = sorted(" ".join(_line(name, item, label).split()) for item in getattr(diff, name))  # one line an item
        lines += ["", f"#### {titles[name]}", "", *(f"- {text}" for text in said[:most])]
        lines += [f"- … and {count - most} more"] if most is not None and count > most else []
    return "\n".join(lines) + "\n"


def as_json(diff: OntologyDiff) -> str:
    """The counts and every change, over IRIs, as JSON with sorted keys."""
    return json.dumps({"counts": diff.counts(), **asdict(diff)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
