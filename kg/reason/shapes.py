"""Validation of the assembled facts against the SHACL shapes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, Graph, Namespace

from kg.catalogue.triples import Triple

__all__ = ["Violation", "shapes_of", "violations"]

_SH = Namespace("http://www.w3.org/ns/shacl#")


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One broken shape: the node, the path and the message."""

    focus: str
    path: str
    message: str


def shapes_of(ontology_dir: Path) -> Graph:
    """The shapes, ``shapes/*.ttl``."""
    shapes = Graph()
    for path in sorted((ontology_dir / "shapes").glob("*.ttl")):
        shapes.parse(path, format="turtle")
    return shapes


def violations(triples: Iterable[Triple], ontology_dir: Path) -> tuple[Violation, ...]:
    """Every violation of ``shapes/*.ttl`` in the triples, sorted; empty when they conform."""
    import pyshacl  # noqa: PLC0415  # only a build needs it, and it takes a tenth of a second

    shapes = shapes_of(ontology_dir)
    data = Graph()
    for triple in triples:
        data.add(triple)
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", meta_shacl=False)
    if conforms or not isinstance(report, Graph):
        return ()
    return tuple(
        sorted(
            Violation(*(str(report.value(result, p) or "") for p in (_SH.focusNode, _SH.resultPath, _SH.resultMessage)))
            for result in report.subjects(RDF.type, _SH.ValidationResult)
        )
    )
