"""Triples out, in any RDF format and in one order: the same triples give the same bytes."""

import io
import json
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any, Final

import pyoxigraph as ox
from rdflib.term import Node

from kg.errors import QueryRefused
from kg.namespaces import PREFIXES, curie, json_ld_context
from kg.store.quads import as_term
from kg.store.xml_text import well_formed

__all__ = ["from_ntriples", "write_triples"]

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_JSON_LD: Final = "application/ld+json"


def from_ntriples(text: bytes) -> list[tuple[Any, Any, Any]]:
    """N-Triples as the engine's own triples, to be given to :func:`write_triples` with others."""
    return [(q.subject, q.predicate, q.object) for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def write_triples(triples: Iterable[tuple[Any, Any, Any]], media_type: str) -> bytes:
    """Serialise triples: sorted, blank nodes named by what they stand for (RDFC-1.0), our prefixes declared.

    Args:
        triples: Of rdflib's terms or of the engine's, mixed as one likes.
        media_type: An RDF format.

    Raises:
        QueryRefused: There is no such format.
        AnswerUnwritable: It is XML, which cannot hold them.
    """
    rdf = ox.RdfFormat.from_media_type(media_type)
    if rdf is None:
        raise QueryRefused(f"a graph cannot be written as {media_type}")
    dataset = ox.Dataset(ox.Quad(_own(s), _own(p), _own(o), ox.DefaultGraph()) for s, p, o in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    ordered = [quad.triple for quad in sorted(dataset, key=str)]
    used = _used(ordered) if rdf in {ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML} else None
    out = io.BytesIO()
    with well_formed(out, media_type, graph=True) if rdf == ox.RdfFormat.RDF_XML else nullcontext(out) as checked:
        ox.serialize(ordered, checked, format=rdf, prefixes=used)
    if media_type == _JSON_LD:
        return _compact(out.getvalue())
    return _in_order(out.getvalue()) if used else out.getvalue()


def _own(term: Any) -> Any:
    return as_term(term) if isinstance(term, Node) else term


def _in_order(text: bytes) -> bytes:
    """The declarations of prefixes, which the engine writes in any order, sorted: lines of Turtle, attributes of RDF/XML's first element."""
    if text.startswith(b"<?xml"):
        head, opening, rest = text.partition(b"<rdf:RDF ")
        attributes, _, body = rest.partition(b">")
        return head + opening + b" ".join(sorted(attributes.split(b" "))) + b">" + body
    lines = text.split(b"\n")
    count = next(n for n, line in enumerate(lines) if not line.startswith(b"@prefix "))
    return b"\n".join((*sorted(lines[:count]), b"", *lines[count:]))


def _used(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """The prefixes that shorten some IRI of the triples."""
    iris = {
        t.value for triple in triples for t in (triple.subject, triple.predicate, triple.object) if isinstance(t, ox.NamedNode)
    }
    iris |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    names = {short.partition(":")[0] for short in map(curie, iris)}
    return {prefix: base for prefix, base in PREFIXES.items() if prefix in names}


def _compact(expanded: bytes) -> bytes:
    """Expanded JSON-LD with its properties and types as CURIEs of our prefixes, single values alone: easier on the eye, the same graph."""
    nodes = [dict(_member(k, v) for k, v in node.items()) for node in json.loads(expanded)]
    text = json.dumps(nodes)
    context = json_ld_context({prefix: base for prefix, base in PREFIXES.items() if f'"{prefix}:' in text})
    return (json.dumps({"@context": context, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n").encode()


def _member(name: str, found: Any) -> tuple[str, Any]:
    if name.startswith("@"):
        return name, found
    values = [_value(v) for v in found]
    if name == _TYPE and all(set(v) == {"@id"} for v in found):
        name, values = "@type", [curie(v["@id"]) for v in found]
    return curie(name), values[0] if len(values) == 1 else values


def _value(value: Any) -> Any:
    if "@type" in value:
        return value | {"@type": curie(value["@type"])}
    return value["@value"] if set(value) == {"@value"} else value
