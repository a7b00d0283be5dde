"""What in a query is legal and probably not what its writer wants."""

from collections.abc import Iterator
from typing import Any, Final

from rdflib import RDFS, BNode, Variable

from kg.namespaces import BFO_PART_OF, curie
from kg.store.advice.reading import Pattern, Reading, is_recursive, shown

__all__ = ["traps"]

_CLOSED: Final = {str(RDFS.subClassOf), str(BFO_PART_OF)}
_SCHEMA: Final = ("http://schema.org/", "https://schema.org/")


def traps(reading: Reading) -> Iterator[dict[str, str]]:
    """Warnings, each with its kind and a sentence that says what to do."""
    yield from _products(reading)
    for pattern in reading.patterns:
        yield from _paths(pattern)
    iris = {iri for p in reading.patterns for iri, _ in p.terms()} | reading.constants
    if any(iri.startswith(_SCHEMA) for iri in iris):
        yield {
            "kind": "schema-org",
            "message": "The graph describes datasets with dcterms: and dcat:, not with schema.org; http://schema.org/ and "
            "https://schema.org/ are besides different IRIs.",
        }
    if reading.named & {"Builtin_REGEX", "Builtin_CONTAINS"}:
        yield {
            "kind": "text-scan",
            "message": "REGEX and CONTAINS read every text that the patterns leave; /v1/search answers from an index and knows "
            "synonyms, and names the concepts to ask for here.",
        }
    if "OrderBy" not in reading.named and _offset(reading):
        yield {"kind": "page-without-order", "message": "OFFSET without ORDER BY: nothing promises the same order on each page."}


def _offset(reading: Reading) -> bool:
    plan: Any = reading.plan
    while isinstance(plan, dict):  # a join has a list of parts: there the outermost operators end
        if plan.get("offset"):
            return True
        plan = plan.get("of")
    return False


def _products(reading: Reading) -> Iterator[dict[str, str]]:
    for group in sorted({p.group for p in reading.patterns}):
        own = [p for p in reading.patterns if p.group == group]
        islands: list[tuple[set[str], list[Pattern]]] = []
        edges: list[tuple[frozenset[str], Pattern | None]] = [(p.variables(), p) for p in own]
        edges += [(variables, None) for variables in reading.links.get(group, [])]
        for variables, pattern in edges:
            if not variables:
                continue
            joined: tuple[set[str], list[Pattern]] = (set(variables), [pattern] if pattern else [])
            apart = []
            for island in islands:
                if island[0] & variables:
                    joined[0].update(island[0])
                    joined[1].extend(island[1])
                else:
                    apart.append(island)
            islands = [*apart, joined]
        islands = [island for island in islands if island[1]]
        if len(islands) > 1:
            first, second = (_text(min(island[1], key=own.index)) for island in islands[:2])
            yield {
                "kind": "cartesian-product",
                "message": f"Nothing joins '{first}' with '{second}': every match of one is paired with every match of the other.",
            }


def _text(pattern: Pattern) -> str:
    return " ".join(shown(t) for t in (pattern.subject, pattern.predicate, pattern.object))


def _paths(pattern: Pattern) -> Iterator[dict[str, str]]:
    if not is_recursive(pattern.predicate):
        return
    closed = [iri for iri, role in pattern.terms() if role == "property" and iri in _CLOSED]
    if closed:
        same = "finds the same" if closed[0] == str(RDFS.subClassOf) else "finds the same but for the thing itself, which * adds,"
        yield {
            "kind": "naive-path",
            "message": f"'{_text(pattern)}': {curie(closed[0])} is materialised to the end, for concepts and, as ikg:relevantTo, "
            f"ikg:depictsWithin and ikg:servesTask, for datasets; without * or + the query {same} and is far faster.",
        }
    elif all(isinstance(t, Variable | BNode) for t in (pattern.subject, pattern.object)):
        yield {
            "kind": "open-path",
            "message": f"'{_text(pattern)}': neither end of the path is given; it is followed from everywhere.",
        }
