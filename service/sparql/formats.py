"""The formats of results, and the choice among them."""

from typing import Final

from kg.store.forms import Form
from service.negotiate import GRAPHS, TABLES, best
from service.wanted import wanted

__all__ = ["HTML", "NAMES", "RESULT_GRAPHS", "RESULT_TABLES", "SD_NAMES", "choose", "content_type", "names_of", "offered_for"]

HTML: Final = "text/html"
"""The page of an answer: its beginning, for people."""

RESULT_TABLES: Final = TABLES
"""Formats of SELECT and ASK, the default first."""
RESULT_GRAPHS: Final = (*GRAPHS, "application/n-quads", "application/trig")
"""Formats of CONSTRUCT and DESCRIBE, the default first."""
SD_NAMES: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
}
"""Their names under http://www.w3.org/ns/formats/."""
NAMES: Final = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "html": HTML,
}
"""What the parameter ``format`` calls them."""


def offered_for(form: Form) -> tuple[str, ...]:
    """The formats of an answer to a form of query, the default first and the page last."""
    return (*(RESULT_GRAPHS if form.is_graph else RESULT_TABLES), HTML)


def names_of(form: Form) -> dict[str, str]:
    """The names of the formats of an answer to a form of query."""
    return {name: media for name, media in NAMES.items() if media in offered_for(form)}


def choose(accept: str | None, offered: tuple[str, ...]) -> str:
    """The format to answer in.

    Raises:
        HTTPException: 406, naming what there is.
    """
    if accept and "text/html" in accept and best(accept, offered) is None:
        return offered[0]  # a browser takes what there is
    return wanted(accept, offered)


def content_type(media_type: str) -> str:
    """A media type as a Content-Type: text says its encoding."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
