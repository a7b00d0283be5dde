"""The W3C's SPARQL 1.1 test suite (w3c/rdf-tests), read from a folder: which tests there are, what each loads and expects."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

__all__ = ["Loaded", "Rows", "Test", "expected", "graph_key", "read_suite", "same"]

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
BASE: Final = "https://w3c.github.io/rdf-tests/sparql/sparql11/"
FORMATS: Final = {
    "ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML, "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}  # fmt: skip
TABLES: Final = {"srx": ox.QueryResultsFormat.XML, "srj": ox.QueryResultsFormat.JSON, "tsv": ox.QueryResultsFormat.TSV}
_KINDS: Final = (
    "QueryEvaluationTest",
    "CSVResultFormatTest",
    "PositiveSyntaxTest11",
    "NegativeSyntaxTest11",
    "PositiveSyntaxTest",
)
_LEFT_OUT: Final = ("entailment", "service", "delete-insert")  # another regime; other servers; updates

Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file of data: its bytes, format and IRI, and the graph it goes to (None: the default graph)."""

    path: Path
    iri: str
    graph: str | None


@dataclass(frozen=True, slots=True)
class Test:
    """One test."""

    __test__ = False
    name: str
    kind: str
    query: Path
    base: str
    data: tuple[Loaded, ...]
    result: Path | None

    def text(self) -> str:
        return self.query.read_bytes().decode()


def read_suite(folder: Path) -> Iterator[Test]:
    """Every query test of a suite."""
    for manifest in sorted(folder.glob("*/manifest.ttl")):
        group = manifest.parent.name
        if group in _LEFT_OUT:
            continue
        base = f"{BASE}{group}/"
        graph = Graph().parse(manifest, publicID=f"{base}manifest.ttl")
        for head in graph.objects(None, MF.entries):
            for entry in Collection(graph, head):
                kind = next((k for k in _KINDS if (entry, RDF.type, MF[k]) in graph), None)
                if kind:
                    yield _test(graph, entry, kind, group, base, manifest.parent)


def _test(graph: Graph, entry: Node, kind: str, group: str, base: str, folder: Path) -> Test:
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    query = graph.value(action, QT.query) or action

    def path(iri: object) -> Path:
        return folder / unquote(str(iri).removeprefix(base))

    data = [Loaded(path(d), str(d), None) for d in graph.objects(action, QT.data)]
    for named in graph.objects(action, QT.graphData):
        file = named if isinstance(named, URIRef) else graph.value(named, QT.graph)
        name = named if isinstance(named, URIRef) else graph.value(named, RDFS.label)
        data.append(Loaded(path(file), str(file), str(name)))
    title = f"{group}/{str(entry).rpartition('#')[2]}"
    return Test(title, kind, path(query), str(query), tuple(data), path(result) if result else None)


def expected(test: Test) -> bool | Rows | set[str] | str:
    """What a test expects: a truth value, a table, a graph (as its key), or CSV."""
    assert test.result
    suffix, body = test.result.suffix[1:], test.result.read_bytes()
    if suffix == "csv":
        return body.decode()
    if suffix in TABLES:
        return table_of(body, TABLES[suffix])
    triples = [q.triple for q in ox.parse(body, format=FORMATS[suffix], base_iri=test.base)]
    if any(isinstance(t.object, ox.NamedNode) and t.object.value == f"{RS}ResultSet" for t in triples):
        return _result_set(triples)
    return graph_key(triples)


def table_of(body: bytes, format: ox.QueryResultsFormat) -> bool | Rows:
    """A serialised result as rows."""
    found = ox.parse_query_results(body, format=format)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    names = tuple(v.value for v in found.variables)
    return names, [tuple(row) for row in found]


def _result_set(triples: Sequence[ox.Triple]) -> bool | Rows:
    """A result that is written in RDF."""
    told: dict[tuple[str, str], list[ox.NamedNode | ox.BlankNode | ox.Literal]] = defaultdict(list)
    for t in triples:
        told[str(t.subject), t.predicate.value].append(t.object)  # type: ignore[arg-type]  # no triple terms here
    root = next(str(t.subject) for t in triples if isinstance(t.object, ox.NamedNode) and t.object.value == f"{RS}ResultSet")
    if truth := told[root, f"{RS}boolean"]:
        return truth[0].value == "true"
    names = tuple(v.value for v in told[root, f"{RS}resultVariable"])
    rows: list[tuple[object, ...]] = []
    for solution in told[root, f"{RS}solution"]:
        bound = {
            told[str(b), f"{RS}variable"][0].value: told[str(b), f"{RS}value"][0] for b in told[str(solution), f"{RS}binding"]
        }
        rows.append(tuple(bound.get(name) for name in names))
    return names, rows


def _canonical(term: object) -> object:
    """A term as the engine writes it: it keeps the value of a number, not its spelling."""
    if not isinstance(term, ox.Literal):
        return term
    store, node = ox.Store(), ox.NamedNode("urn:n")
    store.add(ox.Quad(node, node, term))
    return next(iter(store)).object


def graph_key(triples: Sequence[ox.Triple]) -> set[str]:
    """What two graphs have in common exactly when they are isomorphic."""
    quads = [ox.Quad(t.subject, t.predicate, _canonical(t.object), ox.DefaultGraph()) for t in triples]  # type: ignore[arg-type]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def same(found: Rows, wanted: Rows, *, ordered: bool) -> bool:
    """Whether two tables say the same: as lists when the order was asked for, else as bags; blank nodes up to their names."""
    names = sorted(set(found[0]) | set(wanted[0]))
    one, other = (_aligned(table, names) for table in (found, wanted))
    if len(one) != len(other):
        return False
    if any(isinstance(term, ox.BlankNode) for row in (*one, *other) for term in row):
        return _row_graph(one, ordered) == _row_graph(other, ordered)
    left, right = ([tuple(map(str, row)) for row in rows] for rows in (one, other))
    return left == right if ordered else Counter(left) == Counter(right)


def _aligned(table: Rows, names: Sequence[str]) -> list[tuple[object, ...]]:
    places = [table[0].index(name) if name in table[0] else None for name in names]
    return [tuple(_canonical(row[p]) if p is not None else None for p in places) for row in table[1]]


def _row_graph(rows: Sequence[tuple[object, ...]], ordered: bool) -> set[str]:
    triples = []
    for number, row in enumerate(rows):
        node = ox.BlankNode()
        triples.append(ox.Triple(node, ox.NamedNode("urn:row"), ox.Literal(number if ordered else 0)))
        for place, term in enumerate(row):
            if term is not None:
                triples.append(ox.Triple(node, ox.NamedNode(f"urn:column:{place}"), term))  # type: ignore[arg-type]
    return graph_key(triples)
