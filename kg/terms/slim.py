"""Slims: the classes of UBERON and MONDO that the catalogue needs, with their labels, words and direct links.

The building is pure: terms and tables in, a graph out. ``ontology/slim/README.md`` states the rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rdflib import OWL, RDF, RDFS, SKOS, VANN, XSD, BNode, Graph, URIRef
from rdflib import Literal as Text

from kg.errors import CatalogueError
from kg.namespaces import BFO_PART_OF, DCTERMS, IKG, MODULE, OBO, expand
from kg.terms.slim_package import RELEASES, Term, Terminology, load_terminology
from kg.terms.slim_tables import AddedWord, AddedWordKind, Edge, Relation, SlimTables, read_tables
from kg.terms.text import fold

__all__ = ["build_mondo", "build_slim_graph", "build_uberon", "plain_synonyms", "reached", "serialise"]

_VERSION: Final = "0.2.0"  # of the ontology; every module carries the same
_SHORTEST: Final = 4
_WORD_PROPERTY: Final = {
    AddedWordKind.ALT: SKOS.altLabel, AddedWordKind.LAY: IKG.layTerm, AddedWordKind.ABBREVIATION: IKG.abbreviation,
    AddedWordKind.PLURAL: IKG.pluralForm, AddedWordKind.MISSPELLING: IKG.misspelling, AddedWordKind.HIDDEN: SKOS.hiddenLabel,
}  # fmt: skip
_UNPLAIN: Final = frozenset(',;:()[]{}/\\"|<>=')
_PREFIXES: Final = {
    "dcterms": str(DCTERMS), "ikg": str(IKG), "obo": str(OBO), "owl": str(OWL), "rdfs": str(RDFS), "skos": str(SKOS),
    "vann": str(VANN), "xsd": str(XSD),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Slim:
    """What differs between the two slims."""

    name: str
    module: str
    title: str
    description: str
    source: URIRef
    release: str
    rights: str
    closing: frozenset[Relation]
    pointing: frozenset[Relation]


_UBERON: Final = _Slim(
    name="uberon",
    module="anatomy-uberon",
    title="imaging-kg: anatomy from UBERON",
    description="The classes of UBERON that the catalogue uses, and what they are kinds and parts of.",
    source=OBO["uberon.owl"],
    release=RELEASES["UBERON"],
    rights="UBERON, CC BY 3.0, the UBERON developers; a selection, with links and words of our own added.",
    closing=frozenset({Relation.IS_A, Relation.PART_OF}),
    pointing=frozenset(),
)
_MONDO: Final = _Slim(
    name="mondo",
    module="condition-mondo",
    title="imaging-kg: conditions from MONDO",
    description="The classes of MONDO that the catalogue uses, what they are kinds of and where they sit.",
    source=OBO["mondo.owl"],
    release=RELEASES["MONDO"],
    rights="MONDO, CC BY 4.0, the Monarch Initiative; a selection, with links and words of our own added.",
    closing=frozenset({Relation.IS_A}),
    pointing=frozenset({Relation.HAS_LOCATION}),
)
_PROPERTY: Final = {Relation.PART_OF: BFO_PART_OF, Relation.HAS_LOCATION: IKG.hasLocation}


def build_uberon(terms: Terminology, tables: SlimTables) -> Graph:
    """The anatomy slim: kinds as ``rdfs:subClassOf``, parts as restrictions on ``obo:BFO_0000050``.

    Raises:
        CatalogueError: The tables disagree with the terminology or with themselves.
    """
    return _build(_UBERON, terms, tables)


def build_mondo(terms: Terminology, tables: SlimTables) -> Graph:
    """The condition slim: kinds as ``rdfs:subClassOf``, seats as restrictions on ``ikg:hasLocation``.

    Raises:
        CatalogueError: The tables disagree with the terminology or with themselves.
    """
    return _build(_MONDO, terms, tables)


def build_slim_graph(name: Literal["uberon", "mondo"], tables: Path, package: Terminology | None = None) -> Graph:
    """Build one slim from the tables in a folder.

    Args:
        name: Which slim.
        tables: The folder with the ``NAME-*.tsv`` tables.
        package: The terminology; taken from ``cellxgene-ontology-guide`` when left out.

    Raises:
        MissingExtra: The package is needed and not installed.
        CatalogueError: A table breaks a rule.
    """
    terms = load_terminology(name.upper()) if package is None else package
    build = build_uberon if name == "uberon" else build_mondo
    return build(terms, read_tables(tables, name))


def serialise(graph: Graph) -> str:
    """Canonical Turtle: the same graph gives the same text."""
    return graph.serialize(format="longturtle", canon=True)


def reached(seeds: Iterable[str], edges: Iterable[Edge], closing: frozenset[Relation]) -> frozenset[str]:
    """The seeds, and everything that is reached from them upwards over edges of the closing relations."""
    above: dict[str, list[str]] = {}
    for edge in edges:
        if edge.relation in closing:
            above.setdefault(edge.child, []).append(edge.parent)
    found: set[str] = set()
    stack = list(seeds)
    while stack:
        curie = stack.pop()
        if curie not in found:
            found.add(curie)
            stack += above.get(curie, [])
    return frozenset(found)


def plain_synonyms(terms: Mapping[str, Term], words: Iterable[AddedWord]) -> dict[str, tuple[str, ...]]:
    """Choose, for each class of a slim, the source's synonyms that a person could write and that mean one thing.

    Left out: short forms, forms with list or bracket punctuation, forms that fold to a label or an added word, forms
    that two classes share, and those that the tables drop.
    """
    added = tuple(words)
    drops = {(w.id, fold(w.text)) for w in added if w.kind is AddedWordKind.DROP}
    takers: dict[str, set[str]] = {}
    for word in added:
        if word.kind is not AddedWordKind.DROP:
            # A foreign word may be the same as the English one ("prostate"): it does not take it from its own class.
            takers.setdefault(fold(word.text), set()).add("" if word.lang in {"", "en"} else word.id)
    labels = {fold(term.label) for term in terms.values()}
    fit = {
        curie: {fold(s): s for s in reversed(term.synonyms) if _plain(s) and (curie, fold(s)) not in drops}
        for curie, term in terms.items()
    }
    users = Counter(form for forms in fit.values() for form in forms)
    return {
        curie: tuple(
            sorted(
                text
                for form, text in forms.items()
                if form not in labels and users[form] == 1 and takers.get(form, {curie}) == {curie}
            )
        )
        for curie, forms in fit.items()
    }


def _plain(text: str) -> bool:
    return len(text) >= _SHORTEST and not _UNPLAIN & set(text) and len(fold(text)) >= _SHORTEST


def _build(slim: _Slim, terms: Terminology, tables: SlimTables) -> Graph:
    ids = reached((s.id for s in tables.seeds), tables.edges, slim.closing)
    _check(slim, terms, tables, ids)
    members = {curie: terms[curie] for curie in sorted(ids)}
    graph = Graph(bind_namespaces="none")
    for prefix, iri in _PREFIXES.items():
        graph.bind(prefix, iri)
    _head(graph, slim)
    for curie, term in members.items():
        cls = URIRef(expand(curie))
        graph.add((cls, RDF.type, OWL.Class))
        graph.add((cls, RDFS.label, Text(term.label, lang="en")))
        graph.add((cls, RDFS.isDefinedBy, slim.source))
    for curie, synonyms in plain_synonyms(members, tables.words).items():
        for text in synonyms:
            graph.add((URIRef(expand(curie)), SKOS.altLabel, Text(text, lang="en")))
    for word in tables.words:
        _add_word(graph, word)
    for edge in tables.edges:
        _add_edge(graph, edge)
    return graph


def _head(graph: Graph, slim: _Slim) -> None:
    module = MODULE[slim.module]
    graph.add((module, RDF.type, OWL.Ontology))
    graph.add((module, DCTERMS.title, Text(slim.title, lang="en")))
    graph.add((module, DCTERMS.description, Text(slim.description, lang="en")))
    graph.add((module, DCTERMS.license, URIRef("https://creativecommons.org/licenses/by/4.0/")))
    graph.add((module, DCTERMS.rights, Text(slim.rights, lang="en")))
    graph.add((module, DCTERMS.source, slim.source))
    graph.add((module, OWL.versionInfo, Text(_VERSION)))
    graph.add((module, OWL.versionIRI, URIRef(f"{module}/{_VERSION}")))
    graph.add((module, DCTERMS.creator, Text("the imaging-kg contributors")))
    graph.add((module, DCTERMS.created, Text("2026-11-23", datatype=XSD.date)))
    graph.add((module, DCTERMS.modified, Text("2026-11-24", datatype=XSD.date)))
    graph.add((module, VANN.preferredNamespacePrefix, Text("ikg")))
    graph.add((module, VANN.preferredNamespaceUri, Text(str(IKG))))
    graph.add((module, SKOS.editorialNote, Text(f"Made from {slim.source} {slim.release}; do not edit.", lang="en")))


def _add_word(graph: Graph, word: AddedWord) -> None:
    if word.kind is not AddedWordKind.DROP:
        graph.add((URIRef(expand(word.id)), _WORD_PROPERTY[word.kind], Text(word.text, lang=word.lang or None)))


def _add_edge(graph: Graph, edge: Edge) -> None:
    child, parent = URIRef(expand(edge.child)), URIRef(expand(edge.parent))
    if edge.relation is Relation.IS_A:
        graph.add((child, RDFS.subClassOf, parent))
        return
    restriction = BNode(f"{edge.child}{edge.relation}{edge.parent}".replace(":", ""))
    graph.add((child, RDFS.subClassOf, restriction))
    graph.add((restriction, RDF.type, OWL.Restriction))
    graph.add((restriction, OWL.onProperty, _PROPERTY[edge.relation]))
    graph.add((restriction, OWL.someValuesFrom, parent))


def _check(slim: _Slim, terms: Terminology, tables: SlimTables, ids: frozenset[str]) -> None:
    """Refuse tables that disagree with the terminology or with themselves."""

    def refuse(table: str, subject: str, rule: str) -> CatalogueError:
        return CatalogueError(f"{slim.name}-{table}.tsv", 0, subject, rule)

    for seed in tables.seeds:
        if seed.id in terms and terms[seed.id].label != seed.label:
            raise refuse("seeds", seed.id, f"is {terms[seed.id].label!r} in the source, not {seed.label!r}")
    for curie in sorted(ids):
        if curie not in terms or terms[curie].obsolete:
            raise refuse("edges", curie, "is unknown or obsolete in the source")
    for edge in tables.edges:
        if edge.child not in ids:
            raise refuse("edges", edge.child, "is reached from no seed")
        if edge.relation not in slim.closing | slim.pointing:
            raise refuse("edges", edge.child, f"{edge.relation} has no place in this slim")
    for word in tables.words:
        if word.id not in ids:
            raise refuse("synonyms", word.id, "is not in the slim")
    circle = _circle(tables.edges)
    if circle:
        raise refuse("edges", circle, "is a kind of itself")


def _circle(edges: Iterable[Edge]) -> str:
    """A class that is above itself by ``is_a``, or nothing."""
    kinds = [e for e in edges if e.relation is Relation.IS_A]
    above: dict[str, set[str]] = {}
    for edge in kinds:
        above.setdefault(edge.child, set()).add(edge.parent)
    for curie in sorted(above):
        if curie in reached(above[curie], kinds, frozenset({Relation.IS_A})):
            return curie
    return ""
