"""Why a query found nothing: the terms in it that occur nowhere in the graph, and the nearest that do."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from rapidfuzz import fuzz, process

from kg.namespaces import curie
from kg.store.advice.reading import Unread, read
from kg.store.prefixes import declared_prefixes

__all__ = ["unknown_terms"]

_MOST: Final = 50
_NEAR: Final = 3
_SAFE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]+")
_ABSENT: Final = """SELECT ?t WHERE {{ VALUES ?t {{ {terms} }}
  FILTER NOT EXISTS {{ {{ ?t ?p1 ?o1 }} UNION {{ ?s2 ?t ?o2 }} UNION {{ ?s3 ?p3 ?t }} UNION {{ GRAPH ?t {{ ?s4 ?p4 ?o4 }} }} }} }}"""
_NAMES: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?t ?label WHERE { ?t a ?kind ; rdfs:label ?label FILTER(isIRI(?t) && LANG(?label) = "en") }"""


def unknown_terms(query: str, run: Callable[[str], bytes]) -> list[dict[str, Any]]:
    """The IRIs of a query that no triple holds, each with the nearest terms of the graph.

    Args:
        query: A query that was run.
        run: Runs a SELECT and gives its result as SPARQL JSON.
    """
    named = [iri for iri in dict.fromkeys(_iris(query)) if _SAFE.fullmatch(iri)][:_MOST]
    if not named:
        return []
    absent = [row["t"] for row in _rows(run, _ABSENT.format(terms=" ".join(f"<{i}>" for i in named)))]
    if not absent:
        return []
    known = {curie(row["t"]): row["label"] for row in _rows(run, _NAMES)}
    return [{"term": curie(iri), "did_you_mean": _nearest(curie(iri), known)} for iri in absent]


def _iris(query: str) -> list[str]:
    """The IRIs that a query names, read as ``/sparql/explain`` reads them; none of a query that only the engine can read."""
    try:
        terms = read(query, declared_prefixes()).terms()
    except Unread:  # the engine has judged already
        return []
    return [iri for iri, _ in terms]


def _rows(run: Callable[[str], bytes], query: str) -> list[dict[str, str]]:
    return [{n: t["value"] for n, t in row.items()} for row in json.loads(run(query))["results"]["bindings"]]


def _nearest(term: str, known: dict[str, str]) -> list[str]:
    """Terms of the graph whose name or label is like that of the term."""
    name = term.rpartition(":")[2]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).removeprefix("has ").casefold()
    choices = {t: f"{re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', t.rpartition(':')[2])} {label}".casefold() for t, label in known.items()}
    found = process.extract(words, choices, scorer=fuzz.token_set_ratio, limit=_NEAR, score_cutoff=60)
    return [t for _, _, t in found]
