"""The service description (https://www.w3.org/TR/sparql11-service-description/): what this endpoint is, speaks and holds."""

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.namespaces import CLAIMS
from service.sparql.answering import Answering
from service.sparql.formats import RESULT_GRAPHS, RESULT_TABLES, SD_NAMES

__all__ = ["describe", "limits_of"]

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_COMMENT: Final = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_PREFIXES: Final = {"sd": _SD, "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "format": _FORMATS}


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{_SD}{name}")


def limits_of(pool: Answering) -> str:
    """The caps of every query, in words."""
    setup = pool.setup
    return (
        f"A query may take {pool.timeout:g} seconds, or up to {pool.cap:g} when it asks for them with timeout= or Prefer: wait=. "
        f"A table may have {setup.rows:,} rows and any result {setup.largest:,} bytes; what would be more is a problem, never "
        "a part. The prefixes of the service need no declaration."
    )


def _triples(pool: Answering, endpoint: str) -> Iterable[ox.Triple]:
    service, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("dataset"), ox.BlankNode("default")
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _COMMENT, ox.Literal(limits_of(pool), language="en"))
    for media_type in (*RESULT_TABLES, *RESULT_GRAPHS):
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(f"{_FORMATS}{SD_NAMES[media_type]}"))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield ox.Triple(default, _TYPE, _sd("Graph"))
    # Not sd:UnionDefaultGraph, which would promise the claims too.
    told = "The union of every named graph but the claims, each triple once."
    yield ox.Triple(default, _COMMENT, ox.Literal(told, language="en"))
    for number, iri in enumerate(sorted(pool.graphs)):
        entry, graph = ox.BlankNode(f"named{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), entry)
        yield ox.Triple(entry, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(entry, _sd("name"), ox.NamedNode(iri))
        yield ox.Triple(entry, _sd("graph"), graph)
        yield ox.Triple(graph, _TYPE, _sd("Graph"))
        if iri.startswith(str(CLAIMS)):
            source = iri.removeprefix(str(CLAIMS))
            yield ox.Triple(graph, _COMMENT, ox.Literal(f"What the source {source} says, as it says it.", language="en"))


def describe(pool: Answering, endpoint: str, media_type: str) -> bytes:
    """The description of an endpoint.

    Args:
        pool: What answers there.
        endpoint: Its absolute IRI.
        media_type: An RDF format.
    """
    rdf = ox.RdfFormat.from_media_type(media_type)
    if rdf is None:
        msg = f"no RDF format: {media_type}"
        raise ValueError(msg)
    prefixes = (
        _PREFIXES if media_type in {"text/turtle", "application/trig", "application/rdf+xml", "application/ld+json"} else None
    )
    return ox.serialize(_triples(pool, endpoint), format=rdf, prefixes=prefixes) or b""
