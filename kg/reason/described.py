"""A description of a dataset that somebody sends, held against our SHACL shapes; nothing that it names is fetched, and it has bounds.

https://www.w3.org/TR/shacl/#validation-report
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.errors import DescriptionError
from kg.namespaces import IKG, PREFIXES, curie, local_name
from kg.reason.shapes import shapes_of

__all__ = ["DESCRIBED", "MOST_TRIPLES", "Report", "described", "report_of"]

DESCRIBED: Final[Mapping[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
"""Media types of a description."""
MOST_TRIPLES: Final = 1000
"""Triples of a description: what takes longest to check takes some seconds then; the asserted ones of a dataset of ours are fewer than 200."""
_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_NOTHING: Final = (
    "Nothing in the description is an ikg:ImagingDataset, so that no shape applies: give the dataset the type "
    f"<{IKG.ImagingDataset}>."
)


@dataclass(frozen=True, slots=True)
class Report:
    """A validation report.

    Attributes:
        conforms: Whether no shape is broken.
        checked: The datasets that the shapes were held against; when there is none, that it conforms means nothing.
        results: What is broken, as JSON, sorted.
        graph: The report itself, an ``sh:ValidationReport``.
    """

    conforms: bool
    checked: tuple[str, ...]
    results: tuple[dict[str, Any], ...]
    graph: Graph

    def body(self) -> dict[str, Any]:
        """The report as JSON; the body of ``/v1/validate``."""
        found = {"conforms": self.conforms, "checked": list(self.checked), "results": list(self.results)}
        return found if self.checked else found | {"note": _NOTHING}

    def turtle(self) -> bytes:
        """The report as Turtle."""
        for prefix, base in PREFIXES.items():
            self.graph.bind(prefix, base)
        return self.graph.serialize(format="turtle", encoding="utf-8")


def described(body: bytes, media_type: str) -> Graph:
    """Read a description.

    Args:
        body: Its text, in UTF-8.
        media_type: One of :data:`DESCRIBED`, without parameters.

    Raises:
        DescriptionError: It cannot be read, is of another type, needs something from elsewhere, or is too long.
    """
    if media_type not in DESCRIBED:
        raise DescriptionError(f"{media_type!r} is none of {', '.join(DESCRIBED)}")
    if b"\x00" in body:
        raise DescriptionError("it holds a NUL character, so that it is no text in UTF-8")
    # An entity may stand for a text of any length, and is not needed to write RDF.
    if media_type == "application/rdf+xml" and b"<!DOCTYPE" in body:
        raise DescriptionError("a document type declaration is not read; write the IRIs out")
    found = Graph()
    try:
        body.decode()
        for quad in islice(ox.parse(body, format=DESCRIBED[media_type]), MOST_TRIPLES + 1):
            found.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    except UnicodeDecodeError as error:
        raise DescriptionError("it is no text in UTF-8") from error
    except SyntaxError as error:
        if "LoadDocumentCallback" in str(error):
            raise DescriptionError(
                "it refers to a context elsewhere, which is never fetched; put the context into the description"
            ) from error
        raise DescriptionError(str(error.msg), error.lineno, error.offset) from error
    except ValueError as error:
        raise DescriptionError(str(error)) from error
    if len(found) > MOST_TRIPLES:
        raise DescriptionError(f"it has more than {MOST_TRIPLES:,} triples; send one dataset at a time")
    return found


def _node(term: object) -> Node:
    match term:
        case ox.NamedNode():
            return URIRef(term.value)
        case ox.BlankNode():
            return BNode(term.value)
        case ox.Literal():
            datatype = None if term.language or term.datatype.value == _XSD_STRING else URIRef(term.datatype.value)
            return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    raise DescriptionError("it holds a statement about a statement, which RDF 1.1 does not have")


@cache
def _shapes(folder: Path) -> Graph:
    return shapes_of(folder)


def report_of(description: Graph, ontology_dir: Path) -> Report:
    """Hold a description against ``shapes/*.ttl``.

    Args:
        description: What was read.
        ontology_dir: The ontology's folder.
    """
    import pyshacl  # noqa: PLC0415  # it takes a tenth of a second, and little needs it

    conforms, report, _ = pyshacl.validate(
        description, shacl_graph=_shapes(ontology_dir), inference="none", meta_shacl=False, do_owl_imports=False, advanced=False
    )
    graph = report if isinstance(report, Graph) else Graph()
    top = [r for node in graph.subjects(RDF.type, SH.ValidationReport) for r in graph.objects(node, SH.result)]
    checked = sorted(str(node) for node in description.subjects(RDF.type, IKG.ImagingDataset))
    return Report(bool(conforms), tuple(checked), tuple(_sorted(_result(graph, node) for node in top)), graph)


def _sorted(results: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(results, key=lambda r: (r["focusNode"], r["path"] or "", str(r["value"]), r["constraint"]))


def _result(graph: Graph, node: Node) -> dict[str, Any]:
    path, value, shape = (graph.value(node, p) for p in (SH.resultPath, SH.value, SH.sourceShape))
    remedy = graph.value(shape, SH.description) if shape is not None else None
    constraint = local_name(str(graph.value(node, SH.sourceConstraintComponent)))
    return {
        "focusNode": _shown(graph.value(node, SH.focusNode)),
        "path": curie(str(path)) if path is not None else None,
        "value": _shown(value),
        "severity": local_name(str(graph.value(node, SH.resultSeverity))),
        "constraint": constraint.removesuffix("ConstraintComponent"),
        "message": " ".join(sorted(str(m) for m in graph.objects(node, SH.resultMessage))),
        "remedy": str(remedy) if remedy is not None else "Change the value so that the message no longer applies.",
        "details": _sorted(_result(graph, detail) for detail in graph.objects(node, SH.detail)),
    }


def _shown(term: Node | None) -> str | None:
    """A term as text: an IRI bare, a literal as N-Triples writes it, so that its type is seen."""
    if term is None:
        return None
    return term.n3() if isinstance(term, Literal | BNode) else str(term)
