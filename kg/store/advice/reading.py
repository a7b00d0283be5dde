"""A query as SPARQL's algebra has it, through rdflib's reading; the engine's own plan is not to be had from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import MulPath, Path
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from kg.namespaces import curie

__all__ = ["Pattern", "Reading", "Unread", "is_recursive", "plain_literal", "read", "shown"]

_ONE_PART = (
    "SelectQuery", "AskQuery", "ConstructQuery", "DescribeQuery", "Slice", "Project", "OrderBy", "Distinct", "Reduced", "Extend",
    "AggregateJoin", "Group", "Filter", "ToMultiSet", "Graph",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern and where it stands.

    Attributes:
        subject: Its subject.
        predicate: Its predicate, or a property path.
        object: Its object.
        graph: The graph that it is matched in, when the query says.
        required: Whether a solution needs it: it is in no OPTIONAL, UNION, MINUS or EXISTS.
        group: The number of the group of joined patterns that it belongs to.
    """

    subject: Node
    predicate: Node | Path
    object: Node
    graph: Node | None
    required: bool
    group: int

    def sparql(self) -> str:
        """The pattern as SPARQL, IRIs in full."""
        text = " ".join(_written(t) for t in (self.subject, self.predicate, self.object))
        return f"GRAPH {_written(self.graph)} {{ {text} }}" if self.graph is not None else text

    def variables(self) -> frozenset[str]:
        """The variables and blank nodes that it shares with others."""
        return frozenset(
            _written(t) for t in (self.subject, self.predicate, self.object, self.graph) if isinstance(t, Variable | BNode)
        )

    def terms(self) -> Iterator[tuple[str, str]]:
        """Its IRIs, each with its role: property, value or graph."""
        yield from ((str(t), "value") for t in (self.subject, self.object) if isinstance(t, URIRef))
        yield from ((iri, "property") for iri in _of_path(self.predicate))
        if isinstance(self.graph, URIRef):
            yield str(self.graph), "graph"


@dataclass(slots=True)
class Reading:
    """What was read off a query.

    Attributes:
        patterns: Every triple pattern, in the order of the algebra.
        plan: The algebra as nested objects.
        links: For each group, the sets of variables that something else than a pattern ties together.
        constants: IRIs that stand in VALUES and in expressions.
        named: Operators that occur.
    """

    patterns: list[Pattern] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    links: dict[int, list[frozenset[str]]] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    groups: int = 0

    def terms(self) -> list[tuple[str, str]]:
        """The IRIs of the query, each with its role: property, value or graph."""
        return [term for p in self.patterns for term in p.terms()] + [(iri, "value") for iri in sorted(self.constants)]


def _written(term: Any) -> str:
    """A term as SPARQL. A blank node of a query is a variable that cannot be selected."""
    if isinstance(term, BNode):
        return f"?_{term}"
    text: str = term.n3()
    return text


def shown(term: Any) -> str:
    """A term for people: shortened where a prefix is declared."""
    if isinstance(term, URIRef):
        short = curie(str(term))
        return short if short != str(term) else term.n3()
    if isinstance(term, Path):
        text: str = term.n3()
        for iri in sorted(set(_of_path(term)), key=len, reverse=True):
            text = text.replace(f"<{iri}>", shown(URIRef(iri)))
        return text
    return _written(term)


def _of_path(path: Any) -> Iterator[str]:
    """The IRIs of a path."""
    if isinstance(path, URIRef):
        yield str(path)
    elif isinstance(path, Path):
        for part in vars(path).values():
            for one in part if isinstance(part, list | tuple) else [part]:
                yield from _of_path(one)


def is_recursive(path: Any) -> bool:
    """Whether a path repeats a step without end."""
    if isinstance(path, MulPath) and path.mod in ("*", "+"):
        return True
    parts = vars(path).values() if isinstance(path, Path) else ()
    return any(is_recursive(one) for part in parts for one in (part if isinstance(part, list | tuple) else [part]))


class Unread(Exception):  # noqa: N818  # it says what happened
    """A query that only the engine can read; the text is the parser's complaint."""


def read(query: str, prefixes: Mapping[str, str]) -> Reading:
    """Read a query.

    Args:
        query: The text.
        prefixes: Prefixes that it may use without declaring them.

    Raises:
        Unread: rdflib cannot; it knows SPARQL 1.1 alone.
    """
    found = Reading()
    try:
        algebra = translateQuery(parseQuery(query), initNs=dict(prefixes)).algebra
        found.plan = _walk(algebra, found, None, True, 0)
    except Exception as error:  # a parser's own errors are of many kinds
        raise Unread(str(error)) from error
    return found


def _new_group(found: Reading) -> int:
    found.groups += 1
    return found.groups


def _link(found: Reading, group: int, variables: Any) -> None:
    found.links.setdefault(group, []).append(frozenset(_written(v) for v in variables if isinstance(v, Variable)))


def _walk(node: CompValue, found: Reading, graph: Node | None, required: bool, group: int) -> dict[str, Any]:
    found.named.add(node.name)
    if node.name == "BGP":
        own = [Pattern(s, p, o, graph, required, group) for s, p, o in node.triples]
        found.patterns += own
        return {"operator": "BGP", "patterns": [" ".join(shown(t) for t in (p.subject, p.predicate, p.object)) for p in own]}
    if node.name == "values":
        _link(found, group, {v for row in node.res for v in row})
        found.constants |= {str(t) for row in node.res for t in row.values() if isinstance(t, URIRef)}
        return {"operator": "Values", "rows": len(node.res)}
    if node.name == "Join":
        return _both(node, found, graph, (required, group), (required, group))
    if node.name in ("LeftJoin", "Minus"):
        return _both(node, found, graph, (required, group), (False, _new_group(found)))
    if node.name == "Union":
        _link(found, group, node["_vars"])
        return _both(node, found, graph, (False, _new_group(found)), (False, _new_group(found)))
    told: dict[str, Any] = {"operator": node.name}
    if node.name == "Filter":
        _expression(node.expr, found)
        _link(found, group, _variables(node.expr))
    if node.name == "Extend":
        _expression(node.expr, found)
        told["variable"] = shown(node.var)
        _link(found, group, {node.var, *_variables(node.expr)})
    if node.name == "Graph":
        told["graph"], graph = shown(node.term), node.term
    if node.name == "ToMultiSet" and node.p.name != "values":
        _link(found, group, node.p["PV"] if "PV" in node.p else node.p["_vars"])
        group = _new_group(found)  # a subselect is joined as a whole
    if node.name == "Project":
        told["variables"] = [shown(v) for v in node.PV]
    if node.name == "Slice":
        told |= {"offset": node.start, "limit": node.length}
    if node.name in _ONE_PART and isinstance(node.get("p"), CompValue):
        told["of"] = _walk(node.p, found, graph, required, group)
    return told


def _both(node: CompValue, found: Reading, graph: Node | None, left: tuple[bool, int], right: tuple[bool, int]) -> dict[str, Any]:
    parts = [_walk(part, found, graph, *where) for part, where in ((node.p1, left), (node.p2, right))]
    if node.name == "LeftJoin":
        _expression(node.expr, found)
    return {"operator": node.name, "of": parts}


def _parts(expression: Any) -> Iterator[Any]:
    if isinstance(expression, CompValue):
        for name, part in expression.items():
            if name != "_vars":
                yield from _parts(part)
    elif isinstance(expression, list | tuple):
        for part in expression:
            yield from _parts(part)
    else:
        yield expression


def _variables(expression: Any) -> set[Variable]:
    return {part for part in _parts(expression) if isinstance(part, Variable)}


def _expression(expression: Any, found: Reading) -> None:
    """Keep the IRIs of an expression, the patterns of its EXISTS among them, and the functions it calls."""
    found.constants |= {str(part) for part in _parts(expression) if isinstance(part, URIRef)}
    for name in ("Builtin_REGEX", "Builtin_CONTAINS"):
        if name in _names(expression):
            found.named.add(name)


def _names(expression: Any) -> set[str]:
    if isinstance(expression, CompValue):
        inner = [_names(part) for name, part in expression.items() if name != "_vars"]
        return {expression.name}.union(*inner)
    if isinstance(expression, list | tuple):
        return set().union(*(_names(part) for part in expression))
    return set()


def plain_literal(term: Any) -> bool:
    """Whether a term is a text without language or datatype."""
    return isinstance(term, Literal) and term.language is None and term.datatype is None
