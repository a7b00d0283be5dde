"""N-Quads in and Oxigraph stores out: the two forms in which a release holds the graph."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kg.namespaces import CLAIMS

__all__ = ["as_term", "canonical_lines", "lines_of", "load_quads", "write_store"]


def as_term(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A term of rdflib as one of Oxigraph."""
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))
    return ox.BlankNode(str(node))


def lines_of(triples: Iterable[tuple[Node, Node, Node]], graph: URIRef) -> list[str]:
    """Triples without blank nodes as sorted N-Quads lines of one named graph, each once."""
    name = ox.NamedNode(str(graph))
    return sorted({f"{ox.Quad(as_term(s), as_term(p), as_term(o), name)} .\n" for s, p, o in triples})  # type: ignore[arg-type]  # a subject or predicate is never a literal here


def canonical_lines(graph: Graph, name: URIRef) -> list[str]:
    """A graph with blank nodes as sorted N-Quads lines; RDFC-1.0 names the nodes: the bytes depend on the content alone."""
    where = ox.NamedNode(str(name))
    dataset = ox.Dataset(ox.Quad(as_term(s), as_term(p), as_term(o), where) for s, p, o in graph)  # type: ignore[arg-type]  # as above
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} .\n" for quad in dataset)


def write_store(folder: Path, quads: bytes) -> None:
    """Load N-Quads into a new on-disk store; see :func:`load_quads`."""
    store = ox.Store(str(folder))
    load_quads(store, quads)
    store.flush()
    store.optimize()


def load_quads(store: ox.Store, quads: bytes) -> None:
    """Load N-Quads into an empty store, and the union of every named graph but the claims into its default graph.

    The union is written out because one that is formed at query time is slow (up to seven times on disk) and wrong: Oxigraph then
    yields a triple once for each graph that holds it, so that COUNT counts it twice.
    """
    store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    store.bulk_extend(
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.DefaultGraph())
        for quad in store
        if not str(quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "").startswith(str(CLAIMS))
    )
