"""The explanation of a query: all of the advice in one object."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox
from rdflib import BNode, Variable

from kg.namespaces import CLAIMS, curie
from kg.store.advice.reading import Pattern, Reading, Unread, is_recursive, plain_literal, read, shown
from kg.store.advice.traps import traps
from kg.store.advice.vocabulary import Vocabulary
from kg.store.forms import form_of

__all__ = ["explain_query"]

_MOST: Final = 10_000  # matches of a pattern that are counted
_NOTE: Final = "The algebra of SPARQL 1.1. The engine orders the joins itself and does not tell how."


def _count(store: ox.Store, pattern: str, most: int = _MOST) -> int:
    """How often a pattern matches, up to a number."""
    found = store.query(f"SELECT (COUNT(*) AS ?n) {{ SELECT * {{ {pattern} }} LIMIT {most} }}")
    try:
        return next(int(row[0].value) for row in found)  # type: ignore[union-attr]  # a SELECT of one number
    finally:
        del found


def _any(store: ox.Store, patterns: Sequence[str]) -> bool:
    found = store.query(f"ASK {{ {' '.join(p if p.endswith('}') else p + ' .' for p in patterns)} }}")
    try:
        return bool(found)
    finally:
        del found


def _countable(pattern: Pattern) -> bool:
    """Whether a pattern alone can be counted: a path from everywhere to everywhere would take as long as it likes."""
    ends = (pattern.subject, pattern.object)
    return not (is_recursive(pattern.predicate) and all(isinstance(t, Variable | BNode) for t in ends))


def _pattern(store: ox.Store, pattern: Pattern) -> dict[str, Any]:
    text = " ".join(shown(t) for t in (pattern.subject, pattern.predicate, pattern.object))
    told: dict[str, Any] = {"pattern": text, "required": pattern.required}
    if pattern.graph is not None:
        told["graph"] = shown(pattern.graph)
    if not _countable(pattern):
        return told | {"matches": None}
    told["matches"] = count = _count(store, pattern.sparql())
    told["capped"] = count >= _MOST
    if not count:
        told["help"] = _help(store, pattern)
    return told


def _help(store: ox.Store, pattern: Pattern) -> str:
    """Why a pattern that matches nothing may do so."""
    elsewhere = f"GRAPH ?_g {{ {pattern.sparql()} }}"
    if pattern.graph is None and _count(store, elsewhere, 1):
        graphs = _graphs(store, elsewhere)
        return f"It matches only in {', '.join(graphs)}, which the default graph leaves out: put it into GRAPH ?g {{ … }}."
    if plain_literal(pattern.object):
        tagged = Pattern(pattern.subject, pattern.predicate, Variable("_o"), pattern.graph, True, 0).sparql()
        wanted = pattern.object.n3()
        languages = [tag for tag in ("en", "de") if _count(store, tagged.replace("?_o", f"{wanted}@{tag}"), 1)]
        if languages:
            return f"{wanted} matches nothing, {wanted}@{languages[0]} does: the texts say their language."
        if _count(store, f"{tagged} FILTER(LCASE(STR(?_o)) = LCASE({wanted}))", 1):
            return f"{wanted} is written with other capitals: compare LCASE(STR(?o))."
    if not isinstance(pattern.object, Variable | BNode):
        loose = Pattern(pattern.subject, pattern.predicate, Variable("_o"), pattern.graph, True, 0)
        if _countable(loose) and (count := _count(store, loose.sparql())):
            return f"With any object it matches {count:,} times: it is the object {shown(pattern.object)} that has none."
    return "Nothing in the graph has this form; look at the unknown terms."


def _graphs(store: ox.Store, pattern: str) -> list[str]:
    found = store.query(f"SELECT DISTINCT ?_g {{ {pattern} }}")
    try:
        return sorted(curie(row[0].value) for row in found)  # type: ignore[union-attr]  # a SELECT of IRIs
    finally:
        del found


def _emptied(store: ox.Store, reading: Reading) -> dict[str, Any] | None:
    """The first of the patterns that every solution needs with which, joined in order, no solution is left."""
    needed = [p for p in reading.patterns if p.required and p.group == 0]
    if not needed or not all(_countable(p) for p in needed):
        return None
    texts = [p.sparql() for p in _connected(needed)]
    shorts = [" ".join(shown(t) for t in (p.subject, p.predicate, p.object)) for p in _connected(needed)]
    if _any(store, texts):
        return None
    low, high = 0, len(texts)  # the first `low` patterns have a solution, the first `high` have none
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _any(store, texts[:middle]) else (low, middle)
    return {"pattern": shorts[high - 1], "joined_with": shorts[: high - 1]}


def _connected(patterns: Sequence[Pattern]) -> list[Pattern]:
    """The patterns in an order in which each shares a variable with those before it, where there is one."""
    left, ordered, seen = list(patterns), [], set[str]()
    while left:
        following = next((p for p in left if p.variables() & seen), left[0])
        left.remove(following)
        ordered.append(following)
        seen |= following.variables()
    return ordered


def explain_query(store: ox.Store, query: str, prefixes: Mapping[str, str], vocabulary: Vocabulary) -> dict[str, Any]:
    """Explain a query that the engine has parsed.

    Args:
        store: The store that it would be asked of.
        query: The text.
        prefixes: Prefixes that it may use without declaring them.
        vocabulary: The words of the store.

    Returns:
        A JSON object: form, plan, every pattern with the number of its matches, what empties the answer, unknown terms, warnings.
    """
    body: dict[str, Any] = {
        "form": str(form_of(query)),
        "plan": None,
        "patterns": [],
        "emptied_by": None,
        "unknown_terms": [],
        "warnings": [],
    }
    try:
        reading = read(query, prefixes)
    except Unread as error:  # the engine has judged already
        return body | {"note": f"The engine reads this query, the explainer does not: {str(error)[:200]}"}
    terms = reading.terms()
    warnings = [*traps(reading), *_warned(vocabulary, terms)]
    claimed = [p for p in reading.patterns if isinstance(p.graph, Variable)]
    if claimed and any(str(CLAIMS) in iri for iri, _ in terms):
        warnings.append({"kind": "claims", "message": "Claims are what a source says, true or not."})
    return body | {
        "plan": reading.plan,
        "note": _NOTE,
        "patterns": [_pattern(store, p) for p in reading.patterns],
        "emptied_by": _emptied(store, reading),
        "unknown_terms": vocabulary.unknown(terms),
        "warnings": warnings,
    }


def _warned(vocabulary: Vocabulary, terms: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    found = {iri: twin for iri, _ in terms if (twin := vocabulary.twin(iri))}
    return [{"kind": "http-or-https", "message": f"Nothing uses <{iri}>, but <{twin}>."} for iri, twin in found.items()]
