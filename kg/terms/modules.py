"""Reading the ontology's modules: files → one graph, and the graph → concepts."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from kg.errors import CatalogueError
from kg.model import Concept, Word, WordKind
from kg.namespaces import IKG, curie, local_name

__all__ = [
    "WORD_PROPERTIES",
    "concepts_of",
    "labels",
    "load_modules",
    "module_files",
    "named_superclasses",
    "pages_of",
    "platforms_of",
]

WORD_PROPERTIES: Final = (
    (RDFS.label, WordKind.LABEL),
    (SKOS.altLabel, WordKind.SYNONYM),
    (IKG.layTerm, WordKind.LAY),
    (IKG.abbreviation, WordKind.ABBREVIATION),
    (IKG.dicomCode, WordKind.DICOM),
    (IKG.pluralForm, WordKind.PLURAL),
    (IKG.misspelling, WordKind.MISSPELLING),
    (SKOS.hiddenLabel, WordKind.HIDDEN),
)
"""The annotation properties that hold words, and what kind of word each holds."""


def module_files(folder: Path) -> tuple[Path, ...]:
    """The Turtle modules under ``folder/modules``, in name order."""
    return tuple(sorted((folder / "modules").glob("*.ttl")))


def load_modules(folder: Path) -> Graph:
    """Parse every module of the ontology folder into one graph.

    Raises:
        CatalogueError: A module is no well-formed Turtle; the error names the file and the line.
    """
    graph = Graph()
    for path in module_files(folder):
        try:
            graph.parse(path, format="turtle")
        except (BadSyntax, UnicodeDecodeError) as error:
            why = str(error).splitlines()
            raise CatalogueError(
                str(path), getattr(error, "lines", -1) + 1, "Turtle", (why[1:2] or why[:1])[0].strip().removesuffix(" at ^ in:")
            ) from error
    return graph


def named_superclasses(graph: Graph, subject: Node) -> Iterator[Node]:
    """The named classes that are asserted above ``subject``: by subClassOf, or as a conjunct of its definition."""
    yield from (o for o in graph.objects(subject, RDFS.subClassOf) if isinstance(o, URIRef))
    for definition in graph.objects(subject, OWL.equivalentClass):
        if isinstance(definition, URIRef):
            yield definition
        for conjuncts in graph.objects(definition, OWL.intersectionOf):
            yield from (o for o in graph.items(conjuncts) if isinstance(o, URIRef))


def _facets(graph: Graph) -> dict[Node, str]:
    """Each class below a facet's root, and the facet's property (local name)."""
    below: dict[Node, list[Node]] = {}
    for cls in set(graph.subjects(RDF.type, OWL.Class)):
        for parent in named_superclasses(graph, cls):
            below.setdefault(parent, []).append(cls)
    facets: dict[Node, str] = {}
    for root, prop in sorted(graph.subject_objects(IKG.facet)):
        stack = [root]
        while stack:
            cls = stack.pop()
            if cls not in facets:
                facets[cls] = local_name(str(prop))
                stack += below.get(cls, [])
    return facets


def _words(graph: Graph, cls: Node) -> Iterable[Word]:
    for predicate, kind in WORD_PROPERTIES:
        for text in graph.objects(cls, predicate):
            if isinstance(text, Literal):
                yield Word(str(text), kind, text.language or "")


def concepts_of(graph: Graph) -> dict[str, Concept]:
    """Every class of the graph that belongs to a facet, by IRI, in IRI order.

    The label is the English one; a class without one is named by its local name.
    """
    facets = _facets(graph)
    found: dict[str, Concept] = {}
    for cls in sorted(facets, key=str):
        words = tuple(sorted(_words(graph, cls), key=lambda w: (list(WordKind).index(w.kind), w.lang, w.text)))
        label = next((w.text for w in words if w.kind is WordKind.LABEL and w.lang in {"en", ""}), local_name(str(cls)))
        definition = next((str(d) for d in graph.objects(cls, SKOS.definition)), "")
        found[str(cls)] = Concept(str(cls), label, facets[cls], words, definition)
    return found


def labels(*graphs: Graph) -> Callable[[str], str]:
    """What to call a class or property: its English label in the last of the graphs that has one, else its CURIE."""
    found = {
        str(s): str(o) for g in graphs for s, o in g.subject_objects(RDFS.label) if isinstance(o, Literal) and o.language == "en"
    }
    return lambda iri: found.get(iri, curie(iri))


def pages_of(graph: Graph) -> Callable[[str], str]:
    """CURIE of a class → the page that the ontology names as its text (``rdfs:seeAlso``); empty when it names none."""
    found = {curie(str(s)): str(o) for s, o in sorted(graph.subject_objects(RDFS.seeAlso)) if isinstance(o, URIRef)}
    return lambda concept: found.get(concept, "")


def platforms_of(graph: Graph) -> Callable[[str], str]:
    """A normalised address (no scheme, no ``www.``) → CURIE of the platform that it leads to; empty when none is known."""
    hosts = sorted(
        ((str(host), curie(str(platform))) for platform, host in graph.subject_objects(IKG.host)), key=lambda h: (-len(h[0]), h)
    )

    def platform(address: str) -> str:
        host, _, path = address.partition("/")
        for known, found in hosts:
            place, _, below = known.partition("/")
            if (host == place or host.endswith(f".{place}")) and path.startswith(below):
                return found
        return ""

    return platform
