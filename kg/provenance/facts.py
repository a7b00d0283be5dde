"""The facts about one dataset, one value each: what the catalogue asserts, what it guesses, and what follows, with what it follows from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rdflib import XSD, Graph

from kg.catalogue.triples import address
from kg.identity import slug_of
from kg.knowledge import DatasetView, Knowledge
from kg.namespaces import BASE, CATALOGUE, ONTOLOGY, PREFIXES, curie
from kg.reason.closure import entailed
from kg.reason.rules import Rule, rules_of
from kg.store.port import Selects

__all__ = ["Fact", "known_facts"]

Pair = tuple[str, str]
_GUESSED: Final = "guessed"
_NOT_OURS: Final = frozenset(("license",))  # the page of the licence, beside the licence itself
_SUBJECTS: Final = f"""PREFIX ikg: <{PREFIXES["ikg"]}>
SELECT ?s ?g ?n {{{{ GRAPH <{CATALOGUE}> {{{{ <{{iri}}> ikg:subjects ?s . ?s ikg:group ?g ; ikg:value ?n }}}} }}}}"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one property of a dataset.

    Attributes:
        property: Local name.
        value: IRI of a concept, or the text that a claim of the same writes.
        state: ``asserted``, ``inferred`` or ``guessed``.
        shown: The value as JSON: its text, its IRI or the datatype or language of its literal.
        premises: Of what follows: the asserted facts from which it does, each on its own unless ``together``.
        together: Whether it takes all premises at once.
    """

    property: str
    value: str
    state: str
    shown: Mapping[str, str]
    premises: tuple[tuple[Pair, str], ...] = ()
    together: bool = False

    def body(self) -> dict[str, Any]:
        """The fact as JSON."""
        found: dict[str, Any] = {"property": self.property, "value": dict(self.shown), "state": self.state}
        if self.state == "inferred":
            found["from"] = [
                {"property": p, "value": {"text": label, "iri": v, "curie": curie(v)}} for (p, v), label in self.premises
            ]
            found["together"] = self.together
        return found


def known_facts(knowledge: Knowledge, store: Selects, view: DatasetView) -> tuple[Fact, ...]:
    """Every fact of a dataset that the graph holds."""
    rules = _rules(store)  # type: ignore[arg-type]  # a store is hashable by identity, which its protocol does not say
    return (*_literals(store, view), *_concepts(knowledge, view), *_inferred(knowledge, rules, view))


def _concepts(knowledge: Knowledge, view: DatasetView) -> Iterator[Fact]:
    for prop, values in view.asserted.items():
        if prop not in _NOT_OURS:
            state = "guessed" if prop.startswith(_GUESSED) else "asserted"
            for value in sorted(values):
                yield Fact(prop, value, state, {"text": knowledge.label(value), "iri": value, "curie": curie(value)})


@lru_cache(maxsize=4)
def _rules(store: Selects) -> tuple[Rule, ...]:
    """The dataset rules of a release's own ontology. They are axioms about unnamed classes, so that blank nodes are all that it takes."""
    found = Graph()
    query = f"SELECT ?s ?p ?o {{ GRAPH <{ONTOLOGY}> {{ ?s ?p ?o FILTER(isBlank(?s)) }} }}"
    for subject, prop, value in store.select(query).rows:
        if subject is not None and prop is not None and value is not None:
            found.add((subject, prop, value))
    return rules_of(found)


def _inferred(knowledge: Knowledge, rules: tuple[Rule, ...], view: DatasetView) -> Iterator[Fact]:
    """What follows. Each asserted fact is closed alone; what none entails alone takes the fewest that do so together."""
    asserted: list[Pair] = sorted(
        (p, v) for p, vs in view.asserted.items() if p not in _NOT_OURS and not p.startswith(_GUESSED) for v in vs
    )
    alone = {fact: entailed({fact[0]: [fact[1]]}, knowledge.taxonomy, rules) for fact in asserted}
    for prop in sorted(view.entailed):
        for value in sorted(view.entailed[prop] - view.asserted.get(prop, frozenset())):
            if prop in _NOT_OURS:
                continue
            premises = [fact for fact in asserted if value in alone[fact].get(prop, ())]
            together = not premises
            if together:
                premises = _fewest(knowledge, rules, asserted, prop, value)
            told = tuple((fact, knowledge.label(fact[1])) for fact in premises)
            shown = {"text": knowledge.label(value), "iri": value, "curie": curie(value)}
            yield Fact(prop, value, "inferred", shown, told, together)


def _fewest(knowledge: Knowledge, rules: tuple[Rule, ...], asserted: list[Pair], prop: str, value: str) -> list[Pair]:
    """Facts of which none can be left out, by leaving out one after the other; none when the ontology at hand entails nothing such."""

    def holds(kept: list[Pair]) -> bool:
        concepts: dict[str, list[str]] = {}
        for own, concept in kept:
            concepts.setdefault(own, []).append(concept)
        return value in entailed(concepts, knowledge.taxonomy, rules).get(prop, ())

    kept = list(asserted)
    if not holds(kept):
        return []
    for fact in asserted:
        rest = [f for f in kept if f != fact]
        if holds(rest):
            kept = rest
    return kept


def _literals(store: Selects, view: DatasetView) -> Iterator[Fact]:
    """What is asserted and is no concept: the text is as a claim writes it, the rest is what the catalogue's graph makes of it."""
    year, boolean, integer = str(XSD.gYear), str(XSD.boolean), str(XSD.integer)
    plain: list[tuple[str, str, dict[str, str]]] = [("title", view.name, {}), *(("alias", a, {}) for a in view.aliases)]
    plain += [("description", view.description, {"language": "en"})] if view.description else []
    plain += [("issued", str(view.year), {"datatype": year})] if view.year is not None else []
    plain += [("landingPage", view.homepage, {"iri": str(address(view.homepage))})] if view.homepage else []
    plain += [
        (name, "true" if told else "false", {"datatype": boolean})
        for name, told in (("labelled", view.labelled), ("labelSetComplete", view.label_set_complete))
        if told is not None
    ]
    plain += [
        (name, str(number), {"datatype": integer})
        for name, number in (("classes", view.classes), ("byteSize", view.size))
        if number is not None
    ]
    plain += [("publisher", name, {"iri": f"{BASE}organisation/{slug_of(name)}"}) for name in view.publishers]
    for c in view.counts:
        plain.append(
            ("extent", f"{c.value} {c.unit} {c.certainty}", {"iri": f"{view.iri}#extent-{c.value}-{c.unit}-{c.certainty}"})
        )
    rows = store.select(_SUBJECTS.format(iri=view.iri)).rows
    plain += [("subjects", f"{curie(str(g))} {n}", {"iri": str(s)}) for s, g, n in sorted(rows, key=str)]
    for prop, text, more in plain:
        yield Fact(prop, text, "asserted", {"text": text, **more})
