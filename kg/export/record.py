"""Everything that the published forms say of a dataset, read once for the whole catalogue. Nothing here that the graph does not hold."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rdflib.term import Node

from kg.catalogue.triples import RELATION
from kg.knowledge import DatasetView, Knowledge
from kg.namespaces import CATALOGUE, CLAIMS, IKG, PREFIXES, curie, local_name
from kg.store.port import TripleStore

__all__ = ["SHORTEST", "Agent", "Record", "Term", "Terms", "counted", "records_of"]

SHORTEST: Final = 50
"""Characters below which dataset search engines take no description."""
_LONGEST: Final = 5000
_PREFIXES: Final = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("dcat", "dcterms", "foaf", "ikg", "prov", "rdfs"))
_MOST_SAID: Final = 6  # values of one facet that a composed sentence names
_DOI: Final = "https://doi.org/"
_RELATIONS: Final = frozenset(local_name(str(p)) for name, p in RELATION.items() if name != "inSeries")


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """A concept, a licence or a series, with what to call it."""

    label: str
    iri: str


@dataclass(frozen=True, slots=True, order=True)
class Agent:
    """An organisation."""

    name: str
    iri: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a licence allows, forbids and asks: IRIs of ODRL and Creative Commons actions, and of DUO's conditions of use."""

    permits: tuple[str, ...] = ()
    prohibits: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    data_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One dataset, ready to be published.

    Attributes:
        view: What search and fusion know of it.
        facts: Property (local name) → asserted concepts, by label.
        licences: Its licences; several when parts of it have each their own, none when none is asserted.
        licence_pages: Where they can be read: a licence's own address, else the concept's.
        terms: What the licence and the conditions of use amount to.
        publishers: Organisations that publish it.
        series: Families that it belongs to.
        doi: The DOI under which sources say that it is found, as an address; ``""`` when they name none or several.
        subjects: Groups of subjects with their counts.
        related: Relation (local name) → datasets.
        related_from: The same, read from the other end.
        modified: Date (ISO 8601) of the latest source that describes it; ``""`` when only curators do.
    """

    view: DatasetView
    facts: Mapping[str, tuple[Term, ...]]
    licences: tuple[Term, ...] = ()
    licence_pages: tuple[str, ...] = ()
    terms: Terms = Terms()
    publishers: tuple[Agent, ...] = ()
    series: tuple[Term, ...] = ()
    doi: str = ""
    subjects: tuple[tuple[Term, int], ...] = ()
    related: Mapping[str, tuple[Term, ...]] | None = None
    related_from: Mapping[str, tuple[Term, ...]] | None = None
    modified: str = ""

    def named(self, prop: str) -> tuple[str, ...]:
        """The labels of a property's concepts."""
        return tuple(term.label for term in self.facts.get(prop, ()))

    @property
    def is_open(self) -> bool | None:
        """Whether anyone may download it without asking: yes, or not known to be so."""
        return True if any(t.iri == str(IKG.OpenDownload) for t in self.facts.get("accessLevel", ())) else None

    @property
    def keywords(self) -> tuple[str, ...]:
        """The labels of its modalities, structures, tasks, conditions and topics, each once."""
        return tuple(sorted({w for f in ("modality", "anatomy", "task", "condition", "topic") for w in self.named(f)}))

    @property
    def summary(self) -> str:
        """A description of 50 to 5,000 characters: the curator's sentence, and the facts in words where that is short or missing."""
        said = self.view.description.strip()
        return (said if len(said) >= SHORTEST else f"{said} {self._composed()}".strip())[:_LONGEST]

    def _composed(self) -> str:
        kinds = (("Modality", "modality"), ("Anatomy", "anatomy"), ("Condition", "condition"), ("Task", "task"))
        parts = [f"{word}: {_listed(self.named(prop))}." for word, prop in kinds if self.facts.get(prop)]
        sizes = [f"{c.value:,} {counted(c.unit, c.value)}" for c in self.view.counts]
        if sizes:
            parts.append(f"Size: {_listed(tuple(sizes))}.")
        return f"{self.view.name}, a medical-imaging dataset. {' '.join(parts)}".strip()


def _one(dois: set[str]) -> str:
    """A record of a further source may describe a part or a product of the dataset: of several DOIs none is the dataset's for sure."""
    return dois.pop() if len(dois) == 1 else ""


def counted(unit: str, value: int) -> str:
    """A unit in the number that goes with a value: patient, patients; study, studies; series, series."""
    if value == 1 or unit == "series":
        return unit
    return f"{unit[:-1]}ies" if unit.endswith("y") else f"{unit}s"


def _listed(words: tuple[str, ...]) -> str:
    more = len(words) - _MOST_SAID
    return ", ".join(words[:_MOST_SAID]) + (f" and {more} more" if more > 0 else "")


def records_of(knowledge: Knowledge, store: TripleStore) -> dict[str, Record]:
    """The records of a release, by dataset id.

    Args:
        knowledge: The graph in memory.
        store: The store that it was read from.
    """
    pages = _lists(store, f"SELECT ?d ?l {{ GRAPH <{CATALOGUE}> {{ ?d a ikg:ImagingDataset ; dcterms:license ?l }} }}")
    agents = _lists(store, "SELECT ?d ?n ?o { ?d a ikg:ImagingDataset ; dcterms:publisher ?o . ?o foaf:name ?n }")
    series = _lists(store, "SELECT ?d ?n ?s { ?d a ikg:ImagingDataset ; dcat:inSeries ?s . ?s dcterms:title ?n }")
    dois = _lists(
        store,
        f"SELECT ?d ?v {{ GRAPH ?g {{ ?c ikg:about ?d ; ikg:property dcat:landingPage ; ikg:reads ?v ; ikg:status 'value' }} "
        f"FILTER(STRSTARTS(STR(?g), '{CLAIMS}') && STRSTARTS(STR(?v), '{_DOI}')) }}",
    )
    dates = _lists(store, "SELECT ?d ?t { ?r ikg:describes ?d ; dcterms:isPartOf ?s . ?s ikg:retrieved ?t }")
    groups = _lists(store, "SELECT ?d ?g ?n { ?d ikg:subjects ?s . ?s ikg:group ?g ; ikg:value ?n }")
    terms = _terms(knowledge, store)
    back: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for view in knowledge.datasets.values():
        for relation in view.related.keys() & _RELATIONS:
            for other in view.related[relation]:
                back[other][relation].add(view.id)

    def others(found: Mapping[str, frozenset[str] | set[str]]) -> dict[str, tuple[Term, ...]]:
        known = knowledge.datasets
        return {
            r: tuple(sorted(Term(known[i].name, known[i].iri) for i in found[r] if i in known))
            for r in sorted(found)
            if r in _RELATIONS
        }

    made: dict[str, Record] = {}
    for view in knowledge.datasets.values():
        facts = {p: tuple(sorted(Term(knowledge.label(c), c) for c in cs)) for p, cs in sorted(view.asserted.items())}
        made[view.id] = Record(
            view, facts, facts.get("licence", ()), tuple(p for (p,) in pages.get(view.iri, ())), _of(facts, terms, knowledge),
            tuple(Agent(n, i) for n, i in agents.get(view.iri, ())), tuple(Term(n, i) for n, i in series.get(view.iri, ())),
            _one({d.lower() for (d,) in dois.get(view.iri, ())}),
            tuple(sorted((Term(knowledge.label(g), g), int(n)) for g, n in groups.get(view.iri, ()))),
            others(view.related), others(back[view.id]), max((d for (d,) in dates.get(view.iri, ())), default=""),
        )  # fmt: skip
    return made


def _lists(store: TripleStore, query: str) -> dict[str, list[tuple[str, ...]]]:
    """First column → the others of its rows, sorted, each once."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in _rows(store, query):
        found[row[0]].add(row[1:])
    return {first: sorted(rest) for first, rest in found.items()}


def _rows(store: TripleStore, query: str) -> Iterator[tuple[str, ...]]:
    for row in store.select(_PREFIXES + query).rows:
        yield tuple(_text(term) for term in row)


def _text(term: Node | None) -> str:
    return "" if term is None else str(term)


def _terms(knowledge: Knowledge, store: TripleStore) -> dict[str, dict[str, set[str]]]:
    """Licence → what it permits, prohibits, requires and which uses it is bound to; classes of such actions are left out."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = "SELECT ?l ?p ?a { VALUES ?p { ikg:permits ikg:prohibits ikg:requires ikg:dataUse } ?l ?p ?a . FILTER(isIRI(?a)) }"
    for licence, prop, action in _rows(store, query):
        if licence in knowledge.concepts and not action.startswith(str(IKG)):
            found[licence][local_name(prop)].add(action)
    return found


def _of(facts: Mapping[str, tuple[Term, ...]], terms: dict[str, dict[str, set[str]]], knowledge: Knowledge) -> Terms:
    """The terms of all licences together: permitted is what each permits, prohibited and required what any does."""
    licences = [terms.get(licence.iri, {}) for licence in facts.get("licence", ())]
    permits = set.intersection(*(set(one.get("permits", ())) for one in licences)) if licences else set()
    prohibits, requires = (set().union(*(one.get(p, set()) for one in licences)) for p in ("prohibits", "requires"))
    uses = set().union(*(one.get("dataUse", set()) for one in licences)) | {t.iri for t in facts.get("dataUse", ())}
    general = {above for use in uses for above in knowledge.taxonomy.supers.get(use, frozenset())}
    duo = {use for use in uses - general if curie(use).startswith("DUO:")}
    return Terms(*(tuple(sorted(found)) for found in (permits - prohibits, prohibits, requires, duo)))
