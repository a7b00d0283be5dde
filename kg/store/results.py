"""Answers of SPARQL servers: read from the formats that servers write, and written in the format that was asked for.

Servers differ in what they write well (one loses languages in CSV and datatypes in JSON-LD, another breaks an answer off under a
status of 200). So every answer is read whole, and what is passed on is written here: a broken answer is found out, and every server
gives the same bytes for the same rows.
"""

import io
import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final
from xml.parsers import expat

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from kg.errors import QueryFailed, QueryRefused
from kg.namespaces import PREFIXES
from kg.store.port import SelectResult
from kg.store.xml_text import well_formed

__all__ = ["BROKEN", "read_graph", "read_table", "write_graph", "write_table"]

Answer = SelectResult | bool
BROKEN: Final = "the server's answer is broken off or is no SPARQL result"
_JSON: Final = "application/sparql-results+json"
_XML: Final = "application/sparql-results+xml"
_NS: Final = "http://www.w3.org/2005/sparql-results#"
_BOOLEAN: Final = f"{PREFIXES['xsd']}boolean"
_WORDS: Final = {"0": "false", "1": "true"}


def _literal(text: str, language: str | None, datatype: str | None) -> Literal:
    if language:
        return Literal(text, lang=language)
    if not datatype or datatype == f"{PREFIXES['xsd']}string":
        return Literal(text)
    # Otherwise the lexical form stays what the server wrote; a truth value has one canonical form, as in the embedded store.
    word = _WORDS.get(text, text) if datatype == _BOOLEAN else text
    return Literal(word, datatype=URIRef(datatype), normalize=False)


def _json_term(raw: dict[str, Any]) -> Node:
    match raw["type"]:
        case "uri":
            return URIRef(raw["value"])
        case "bnode":
            return BNode(_label(raw["value"]))
        case "literal" | "typed-literal":  # the second is what drafts of the format called it
            return _literal(raw["value"], raw.get("xml:lang"), raw.get("datatype"))
    msg = f"its answer holds a term that RDF 1.1 does not have: {raw['type']}"
    raise QueryRefused(msg)


def _label(text: str) -> str:
    """A label that every format can write; some servers use addresses (``nodeID://b10005``)."""
    return text.removeprefix("nodeID://").removeprefix("_:")


def _read_json(body: bytes) -> Answer:
    found = json.loads(body)
    if "boolean" in found:
        return bool(found["boolean"])
    names = tuple(found["head"]["vars"])
    rows = found["results"]["bindings"]
    return SelectResult(names, tuple(tuple(_json_term(row[n]) if n in row else None for n in names) for row in rows))


class _Reader:
    """The SPARQL results XML format, event by event."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.rows: list[tuple[Node | None, ...]] = []
        self.truth: bool | None = None
        self._row: dict[str, Node] = {}
        self._name, self._text, self._attributes = "", [""], dict[str, str]()

    def read(self, body: bytes) -> Answer:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype  # its entities could be made to fill the memory
        parser.Parse(body, True)
        if self.truth is not None:
            return self.truth
        return SelectResult(tuple(self.names), tuple(self.rows))

    def _doctype(self, *_: object) -> None:
        raise ValueError("a document type")

    def _characters(self, text: str) -> None:
        self._text.append(text)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if space != _NS:
            raise ValueError(tag)
        self._text, self._attributes = [], attributes
        if name == "variable":
            self.names.append(attributes["name"])
        elif name == "binding":
            self._name = attributes["name"]

    def _end(self, tag: str) -> None:
        text = "".join(self._text)
        match tag.rpartition(" ")[2]:
            case "uri":
                self._row[self._name] = URIRef(text)
            case "bnode":
                self._row[self._name] = BNode(_label(text))
            case "literal":
                language = self._attributes.get("http://www.w3.org/XML/1998/namespace lang")
                self._row[self._name] = _literal(text, language, self._attributes.get("datatype"))
            case "triple":
                raise QueryRefused("its answer holds a term that RDF 1.1 does not have: triple")
            case "result":
                self.rows.append(tuple(self._row.get(n) for n in self.names))
                self._row = {}
            case "boolean":
                self.truth = text.strip() == "true"


_READERS: Final[dict[str, Callable[[bytes], Answer]]] = {
    _JSON: _read_json, "application/json": _read_json,
    _XML: lambda body: _Reader().read(body), "application/xml": lambda body: _Reader().read(body),
}  # fmt: skip


def read_table(body: bytes, media_type: str) -> Answer:
    """Read a table or a truth value.

    Args:
        body: What the server sent.
        media_type: What it calls it.

    Raises:
        QueryFailed: It is not that, or ends too early.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        raise QueryFailed(f"the server answers with {media_type}, which is no SPARQL result")
    try:
        return reader(body)
    except (ValueError, KeyError, TypeError, expat.ExpatError) as error:
        raise QueryFailed(BROKEN) from error


def _written_term(term: Node) -> dict[str, str]:
    if isinstance(term, URIRef):
        return {"type": "uri", "value": str(term)}
    if isinstance(term, BNode):
        return {"type": "bnode", "value": str(term)}
    found = {"type": "literal", "value": str(term)}
    if isinstance(term, Literal) and term.language:
        return found | {"xml:lang": term.language}
    if isinstance(term, Literal) and term.datatype:
        return found | {"datatype": str(term.datatype)}
    return found


def write_table(answer: Answer, media_type: str) -> bytes:
    """Write a table or a truth value in a SPARQL result format.

    Raises:
        QueryRefused: There is no such format.
        AnswerUnwritable: It is XML, which cannot hold the answer.
        QueryFailed: A name or term of the server's answer cannot be written.
    """
    body: dict[str, Any]
    if isinstance(answer, SelectResult):
        rows = [{n: _written_term(t) for n, t in zip(answer.variables, row, strict=True) if t is not None} for row in answer.rows]
        body = {"head": {"vars": list(answer.variables)}, "results": {"bindings": rows}}
    else:
        body = {"head": {}, "boolean": answer}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    wanted = ox.QueryResultsFormat.from_media_type(media_type)
    if wanted is None:
        raise QueryRefused(f"a table cannot be written as {media_type}")
    if wanted == ox.QueryResultsFormat.JSON:
        return text
    out = io.BytesIO()
    try:
        with well_formed(out, media_type, graph=False) if wanted == ox.QueryResultsFormat.XML else nullcontext(out) as checked:
            ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON).serialize(checked, format=wanted)
    except (SyntaxError, ValueError) as error:
        raise QueryFailed(f"the server's answer cannot be written as {media_type} ({error})") from None
    return out.getvalue()


def read_graph(body: bytes, media_type: str) -> list[ox.Quad]:
    """Read the triples of a CONSTRUCT or DESCRIBE.

    Raises:
        QueryFailed: They are in no format of RDF, or end too early.
    """
    syntax = ox.RdfFormat.from_media_type(media_type)
    if syntax is None:
        raise QueryFailed(f"the server answers with {media_type}, which is no RDF")
    try:
        return list(ox.parse(body, format=syntax))
    except (SyntaxError, ValueError) as error:
        raise QueryFailed(BROKEN) from error


def write_graph(triples: list[ox.Quad], media_type: str) -> bytes:
    """Write triples in an RDF format.

    Raises:
        QueryRefused: There is no such format.
        AnswerUnwritable: It is XML, which cannot hold the answer.
    """
    wanted = ox.RdfFormat.from_media_type(media_type)
    if wanted is None:
        raise QueryRefused(f"a graph cannot be written as {media_type}")
    out = io.BytesIO()
    with well_formed(out, media_type, graph=True) if wanted == ox.RdfFormat.RDF_XML else nullcontext(out) as checked:
        ox.serialize((quad.triple for quad in triples), checked, format=wanted)
    return out.getvalue()
