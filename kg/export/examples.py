"""The shipped queries and the prefixes as triples (SHACL), so that an editor finds them by asking the endpoint itself.

The form is that of https://github.com/sib-swiss/sparql-examples; everything is read off the queries' own headers. No blank nodes.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, SH, XSD, Literal, URIRef

from kg.catalogue.triples import Triple
from kg.namespaces import BASE, DCTERMS, PREFIXES, SCHEMA
from kg.queries import Query, load_queries
from kg.store.forms import Form, form_of

__all__ = ["ENDPOINT", "PREFIX_MAP", "example_iri", "example_triples", "plain_text", "prefix_triples", "shipped"]

ENDPOINT: Final = URIRef(f"{BASE}sparql")
PREFIX_MAP: Final = URIRef(f"{BASE}queries/prefixes")
_FOLDERS: Final = ("competency", "examples")
_KINDS: Final = {
    Form.SELECT: (SH.SPARQLSelectExecutable, SH.select),
    Form.ASK: (SH.SPARQLAskExecutable, SH.ask),
    Form.CONSTRUCT: (SH.SPARQLConstructExecutable, SH.construct),
}
_HEADER: Final = re.compile(r"^#\+.*\n?", re.MULTILINE)


def shipped(folder: Path) -> tuple[Query, ...]:
    """Every query that travels with the package, by id.

    Args:
        folder: The queries' folder; those of its sub-folders ``competency`` and ``examples`` are taken.

    Raises:
        CatalogueError: A header is incomplete.
    """
    return tuple(query for name in _FOLDERS for query in load_queries(folder / name))


def example_iri(query: Query) -> URIRef:
    """The IRI of a query."""
    return URIRef(f"{BASE}examples/{query.id}")


def plain_text(query: Query) -> str:
    """A query without its header; runs as it is."""
    return _HEADER.sub("", query.text).strip() + "\n"


def example_triples(queries: Iterable[Query]) -> Iterator[Triple]:
    """The queries, described."""
    for query in queries:
        node = example_iri(query)
        kind, prop = _KINDS[form_of(query.text)]
        yield node, RDF.type, SH.SPARQLExecutable
        yield node, RDF.type, kind
        yield node, DCTERMS.identifier, Literal(query.id)
        yield node, RDFS.comment, Literal(query.question, lang="en")
        yield node, SCHEMA.description, Literal(query.why, lang="en")
        yield node, SCHEMA.keywords, Literal(query.user)
        yield node, SCHEMA.target, ENDPOINT
        yield node, prop, Literal(plain_text(query))
        yield node, SH.prefixes, PREFIX_MAP


def prefix_triples() -> Iterator[Triple]:
    """The prefixes that queries may use (``sh:declare``)."""
    yield PREFIX_MAP, RDF.type, OWL.Ontology
    yield PREFIX_MAP, DCTERMS.title, Literal("imaging-kg: the prefixes of its queries", lang="en")
    for prefix, namespace in PREFIXES.items():
        node = URIRef(f"{PREFIX_MAP}#{prefix}")
        yield PREFIX_MAP, SH.declare, node
        yield node, RDF.type, SH.PrefixDeclaration
        yield node, SH.prefix, Literal(prefix)
        yield node, SH.namespace, Literal(namespace, datatype=XSD.anyURI)
