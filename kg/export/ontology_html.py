"""Our own terms as one HTML page, by pyLODE 3.2.1 (extra ``docs``); the page loads nothing from anywhere."""

import html
import re
import warnings
from typing import Final

from rdflib import DCTERMS, OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from kg.errors import MissingExtra
from kg.namespaces import IKG, MODULE, PREFIXES, curie

__all__ = ["WHOLE", "english", "html_page"]

WHOLE: Final = MODULE["imaging-kg"]
"""The ontology that imports the others; its header speaks for all."""

_LOADS: Final = re.compile(
    r"<link\b[^>]*href=\"(?!data:)[^>]*>|<script\b[^>]*\bsrc=[^>]*>.*?</script>|<img\b[^>]*src=\"(?!data:)[^>]*>|@import[^;]*;"
    r"|<script\b[^>]*ld\+json[^>]*>.*?</script>",
    re.DOTALL,
)
_FOREIGN: Final = re.compile(r'<a href="([^"#]+)">\1</a>')
_NOTE: Final = (
    "This page shows the classes and properties of the imaging-kg namespace. The classes of UBERON, MONDO and CL that the ontology "
    "reuses are on the pages of the facets, beside these."
)


def english(graph: Graph, subject: Node, *predicates: URIRef) -> str:
    """The first English or language-free text of the first predicate that has one; ``""`` when none has."""
    found = (o for p in predicates for o in sorted(graph.objects(subject, p), key=str) if isinstance(o, Literal))
    return next((str(o) for o in found if o.language in {"en", None}), "")


def _own(ontology: Graph) -> Graph:
    """What pyLODE is given: the header, and our own terms with the nodes that hang on them, named by their content."""
    found = Graph(bind_namespaces="core")
    stack: list[Node] = [
        s for s in ontology.subjects(RDF.type) if str(s).startswith(str(IKG)) and not str(s).startswith(str(MODULE))
    ]
    seen: set[Node] = set()
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            for triple in ontology.triples((node, None, None)):
                found.add(triple)
                stack += [triple[2]] if isinstance(triple[2], BNode) else []
    for predicate in (DCTERMS.title, DCTERMS.license, OWL.versionInfo):
        for value in ontology.objects(WHOLE, predicate):
            found.add((WHOLE, predicate, value))
    found.add((WHOLE, RDF.type, OWL.Ontology))
    found.add(
        (WHOLE, DCTERMS.description, Literal(f"{english(ontology, WHOLE, DCTERMS.description)} {_NOTE}".strip(), lang="en"))
    )
    if not english(found, WHOLE, DCTERMS.title):
        found.add((WHOLE, DCTERMS.title, Literal("The ontology", lang="en")))
    named = Graph(bind_namespaces="core")
    for triple in sorted(to_canonical_graph(found)):
        named.add(triple)
    for prefix in ("ikg", "obo"):
        named.bind(prefix, PREFIXES[prefix], replace=True)
    return named


def html_page(ontology: Graph) -> str:
    """Our own terms on one page, by pyLODE; the page loads nothing from anywhere.

    Raises:
        MissingExtra: pyLODE is not installed.
    """
    with warnings.catch_warnings():  # pyLODE leaves the files that it reads open
        warnings.simplefilter("ignore")
        try:
            from pylode import OntPub, utils  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415  # a build-time extra
        except ImportError as error:
            raise MissingExtra("docs") from error
        joined = utils.intersperse  # is given the members of an intersection as a set of objects, in another order each time
        utils.intersperse = lambda parts, word: joined(sorted(parts, key=str), word)
        try:
            text: str = OntPub(_own(ontology), sort_subjects=True).make_html()
        finally:
            utils.intersperse = joined

    def named(match: re.Match[str]) -> str:
        label = english(ontology, URIRef(match[1]), RDFS.label)
        return f'<a href="{match[1]}">{html.escape(label)} ({curie(match[1])})</a>' if label else match[0]

    return _FOREIGN.sub(named, _LOADS.sub("", text))
