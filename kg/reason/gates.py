"""The ontology's quality gates: each rule is a SPARQL query, its severity and its exemptions are data; see ``ontology/rules``."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import Graph

from kg.catalogue.mappings import Mapping
from kg.catalogue.tsv import Row, Table, read_exact
from kg.errors import CatalogueError
from kg.namespaces import curie, expand
from kg.reason.taxonomy import SUBCLASS, Taxonomy
from kg.terms.modules import concepts_of
from kg.terms.text import fold

__all__ = ["SEVERITIES", "STALE", "Exemption", "Finding", "Rule", "findings", "gate_graph", "read_exemptions", "read_rules"]

SEVERITIES: Final = ("ERROR", "WARN", "INFO")
STALE: Final = "stale-exemption"
"""The one rule without a query: an exemption that exempts nothing."""

_GATE: Final = "urn:imaging-kg:gate:"
_VARIABLES: Final = ["entity", "property", "value"]
_ASSERTED_EDGES: Final = f"""
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT {{ GRAPH <{_GATE}extra> {{ ?sub ?property ?filler }} }} WHERE {{ GRAPH <{_GATE}asserted> {{
  ?sub (rdfs:subClassOf|owl:equivalentClass)/(owl:intersectionOf/rdf:rest*/rdf:first)? ?some .
  ?some owl:onProperty ?property ; owl:someValuesFrom ?filler .
  FILTER(isIRI(?sub) && isIRI(?filler))
}} }}"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the query finds what breaks it."""

    name: str
    severity: str
    title: str
    query: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entity (CURIE or IRI) that may break a rule with this value (``*`` = with any), and why."""

    rule: str
    entity: str
    value: str
    reason: str

    def covers(self, found: "Finding") -> bool:
        """Whether this exemption speaks of that finding."""
        same = self.value == "*" or found.value in {self.value, expand(self.value)}
        return same and (self.rule, expand(self.entity)) == (found.rule, found.entity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken; IRIs in full, ``""`` where the rule names no property or no value."""

    rule: str
    severity: str
    entity: str
    property: str
    value: str
    message: str


def read_rules(folder: Path) -> tuple[Rule, ...]:
    """The rules of ``folder/rules``: every line of the profile with its query.

    Raises:
        CatalogueError: The profile and the queries do not fit together, or a line or a query is malformed; names file and line.
    """
    profile = _PROFILE.path(folder / "rules")
    queries = {path.stem: path for path in sorted(profile.parent.glob("*.rq"))}
    rules: list[Rule] = []
    for number, rule in enumerate(_rows(_PROFILE, profile.parent), 2):
        if rule.name not in queries:
            raise CatalogueError(str(profile), number, "rule", f"there is no {rule.name}.rq")
        if rule.severity not in SEVERITIES:
            raise CatalogueError(str(profile), number, "severity", f"{rule.severity!r} is none of {', '.join(SEVERITIES)}")
        rules.append(replace(rule, query=_query(queries.pop(rule.name))))
    for name, path in queries.items():
        raise CatalogueError(str(path), 1, "rule", f"{profile.name} has no line for {name}")
    return tuple(rules)


def read_exemptions(folder: Path, rules: Iterable[Rule]) -> tuple[Exemption, ...]:
    """The exemptions of ``folder/rules``.

    Raises:
        CatalogueError: A line is malformed or speaks of no rule of ``rules``; names file and line.
    """
    known, rows = {rule.name for rule in rules}, _rows(_EXEMPTIONS, folder / "rules")
    for number, row in enumerate(rows, 2):
        if row.rule not in known or not all(astuple(row)):
            rule = "no cell may be empty" if row.rule in known else f"there is no rule {row.rule!r}"
            raise CatalogueError(str(_EXEMPTIONS.path(folder / "rules")), number, "row", rule)
    return rows


def gate_graph(ontology: Graph, taxonomy: Taxonomy, mappings: Iterable[Mapping], used: Iterable[str]) -> ox.Store:
    """What the rules query: named graphs ``urn:imaging-kg:gate:`` + asserted, entailed, mappings and extra.

    ``used`` are the IRIs of the concepts that the catalogue's claims give.
    """
    store = ox.Store()
    text = ontology.serialize(format="nt").encode()
    store.bulk_load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(f"{_GATE}asserted"))
    store.update(_ASSERTED_EDGES)
    entailed = {expand(SUBCLASS): taxonomy.supers, **taxonomy.edges}
    triples = ((cls, prop, target) for prop, reach in entailed.items() for cls, found in reach.items() for target in found)
    store.bulk_extend(_quad(*triple, "entailed") for triple in triples)
    store.bulk_extend(_quad(m.subject, m.predicate, m.object, "mappings") for m in mappings)
    store.bulk_extend(_extra(ontology, taxonomy, frozenset(used)))
    return store


def findings(graph: ox.Store, rules: Iterable[Rule], exemptions: Iterable[Exemption] = ()) -> tuple[Finding, ...]:
    """Everything that breaks a rule and is not exempt, and every exemption that exempts nothing; the gravest first."""
    broken = [found for rule in rules for found in _broken(graph, rule)]
    exempt = {row: [found for found in broken if row.covers(found)] for row in exemptions}
    spared = {found for covered in exempt.values() for found in covered}
    kept = {*broken, *(_stale(row) for row, covered in exempt.items() if not covered)} - spared
    return tuple(sorted(kept, key=lambda f: (SEVERITIES.index(f.severity), f.rule, f.entity, f.property, f.value)))


def _broken(graph: ox.Store, rule: Rule) -> Iterator[Finding]:
    rows = graph.query(rule.query)
    assert isinstance(rows, ox.QuerySolutions)  # noqa: S101  # read_rules lets nothing else through
    for row in rows:
        entity, prop, value = (term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" for term in row)
        detail = "".join(f" [{curie(part)}]" for part in (prop, value) if part)
        yield Finding(rule.name, rule.severity, entity, prop, value, f"{curie(entity)}: {rule.title}{detail}")


def _stale(row: Exemption) -> Finding:
    message = f"{row.entity}: is exempt from {row.rule} in vain ({row.value}: {row.reason})"
    return Finding(STALE, "ERROR", expand(row.entity), "", row.value, message)


def _quad(subject: str, predicate: str, target: str | ox.Literal, graph: str) -> ox.Quad:
    value = target if isinstance(target, ox.Literal) else ox.NamedNode(target)
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), value, ox.NamedNode(f"{_GATE}{graph}"))


def _extra(ontology: Graph, taxonomy: Taxonomy, claimed: frozenset[str]) -> Iterator[ox.Quad]:
    for iri, concept in concepts_of(ontology).items():
        yield _quad(iri, f"{_GATE}facet", ox.Literal(concept.facet), "extra")
        for form in {fold(word.text) for word in concept.words} - {""}:
            yield _quad(iri, f"{_GATE}folded", ox.Literal(form), "extra")
    yield from (_quad(iri, f"{_GATE}claimed", ox.Literal(value=True), "extra") for iri in claimed)
    yield from (_quad(iri, f"{_GATE}used", ox.Literal(value=True), "extra") for iri in _reached(taxonomy, claimed))


def _reached(taxonomy: Taxonomy, claimed: Iterable[str]) -> set[str]:
    """The claimed concepts, and all that is above them or that an entailed edge leads to from there."""
    seen = new = set(claimed)
    while new:
        new = {to for iri in new for to in taxonomy.up(iri).union(*(taxonomy.along(p, iri) for p in taxonomy.edges))} - seen
        seen = seen | new
    return seen


def _query(path: Path) -> str:
    text = read_exact(path)
    if not (text.startswith("# ") and text.partition("\n")[0].endswith(".")):
        raise CatalogueError(str(path), 1, "comment", "the first line is a comment with the rule in one sentence")
    try:
        answer = ox.Store().query(text)
    except SyntaxError as error:
        place, _, reason = str(error).removeprefix("error at ").partition(": ")
        number = int(place.partition(":")[0]) if place[:1].isdecimal() else 1
        raise CatalogueError(str(path), number, "query", " ".join((reason or str(error)).split())) from error
    names = [v.value for v in answer.variables] if isinstance(answer, ox.QuerySolutions) else []
    if names != _VARIABLES or "ORDER BY" not in text:
        raise CatalogueError(str(path), 2, "query", "a rule is SELECT DISTINCT ?entity ?property ?value … ORDER BY")
    return text


def _rows(table: Table[Row], folder: Path) -> tuple[Row, ...]:
    path, rows = table.path(folder), table.read(folder)
    if not path.exists() or read_exact(path) != table.text(rows):
        raise CatalogueError(str(path), 1, "file", "it exists, its rows are sorted and stand once each, without empty lines")
    return rows


_PROFILE: Final = Table(
    "profile", ("severity", "rule", "title"), lambda c: Rule(c[1], c[0], c[2]),
    lambda r: (r.severity, r.name, r.title), lambda r: r.name,
)  # fmt: skip
_EXEMPTIONS: Final = Table("exemptions", ("rule", "entity", "value", "reason"), lambda c: Exemption(*c), astuple, astuple)
