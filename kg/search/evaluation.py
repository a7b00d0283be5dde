"""How good a ranking is: graded judgements, the usual measures, and the two plain rivals to be held against.

A query's ranking is its strict matches followed by its near ones. Gains are 2^grade - 1 (Burges et al. 2005), discounted by log2 of the
rank (Järvelin and Kekäläinen 2002).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from kg.errors import CatalogueError
from kg.knowledge import Knowledge
from kg.model import FACETS
from kg.terms.text import fold

__all__ = ["MEASURES", "Answerer", "Judged", "exact_facets", "measure", "read_judged", "summary"]

MEASURES: Final = ("ndcg@10", "recall@20", "mrr", "success@1", "abstained")
"""The measures of a run; ``abstained`` over the queries without an answer, the others over those with one."""

Answerer = Callable[[str], tuple[Sequence[str], Sequence[str]]]
"""A text → the ids of its strict matches and of its near ones, best first."""

_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with what answers it.

    Attributes:
        id: Name of the query.
        query: The user's words.
        tags: Its kinds.
        relevant: Dataset id → 2 (satisfies all that is asked) or 1 (near).
        note: How it was judged.
    """

    id: str
    query: str
    tags: tuple[str, ...]
    relevant: Mapping[str, int]
    note: str = ""


def read_judged(path: Path) -> tuple[Judged, ...]:
    """The judged queries of a file, one JSON object a line.

    Raises:
        CatalogueError: A line is not one.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            item = json.loads(line)
            found.append(Judged(item["id"], item["query"], tuple(item["tags"]), item["relevant"], item.get("note", "")))
        except (ValueError, KeyError, TypeError) as error:
            raise CatalogueError(str(path), number, "line", "a JSON object with id, query, tags, relevant") from error
    return tuple(found)


def measure(judged: Judged, strict: Sequence[str], near: Sequence[str]) -> dict[str, float]:
    """The measures of one answer that hold for it."""
    if not judged.relevant:
        return {"abstained": float(not strict)}
    ranked = list(dict.fromkeys((*strict, *near)))
    gains = [_gain(judged.relevant.get(i, 0)) for i in ranked[:10]]
    ideal = sorted((_gain(g) for g in judged.relevant.values()), reverse=True)[:10]
    best = {i for i, grade in judged.relevant.items() if grade == 2}
    rank = next((n for n, i in enumerate(ranked, 1) if i in best), 0)
    return {
        "ndcg@10": _discounted(gains) / _discounted(ideal),
        "recall@20": len(best & set(ranked[:_DEPTH])) / min(len(best), _DEPTH) if best else 0.0,
        "mrr": 1 / rank if rank else 0.0,
        "success@1": float(rank == 1),
    }


def _gain(grade: int) -> float:
    return float(2**grade - 1)


def _discounted(gains: Iterable[float]) -> float:
    return sum(gain / log2(n + 1) for n, gain in enumerate(gains, 1))


def summary(queries: Iterable[Judged], answer: Answerer) -> dict[str, dict[str, Any]]:
    """The means of each measure over all queries and over those of each tag.

    Returns:
        Tag (``all`` for all of them) → measure → mean, and ``queries`` → how many there are.
    """
    rows = [(q, measure(q, *answer(q.query))) for q in queries]
    found: dict[str, dict[str, Any]] = {}
    for tag in ("all", *sorted({t for q, _ in rows for t in q.tags})):
        own = [m for q, m in rows if tag == "all" or tag in q.tags]
        found[tag] = {name: fmean(values) for name in MEASURES if (values := [m[name] for m in own if name in m])}
        found[tag]["queries"] = len(own)
    return found


def exact_facets(knowledge: Knowledge) -> Answerer:
    """The rival that filters by exact labels, as the field's portals do: a word counts where it is a facet's very value.

    It knows no synonym, no hierarchy and no inference; every value that the text holds must be among the dataset's asserted ones.
    """
    labels: dict[str, set[tuple[str, str]]] = {}
    for concept in knowledge.concepts.values():
        if concept.facet in (*FACETS, "dimensionality"):
            labels.setdefault(fold(concept.label), set()).add((concept.facet, concept.iri))
    longest = max(len(label.split()) for label in labels)

    def answer(text: str) -> tuple[list[str], list[str]]:
        words = fold(text).split()
        wanted: list[set[tuple[str, str]]] = []
        at = 0
        while at < len(words):
            runs = (" ".join(words[at : at + n]) for n in range(min(longest, len(words) - at), 0, -1))
            run = next((r for r in runs if r in labels), "")
            if run:
                wanted.append(labels[run])
            at += len(run.split()) or 1
        hits = [
            (sum(any(c in d.asserted.get(f, ()) for f, c in any_of) for any_of in wanted), d.id)
            for d in knowledge.datasets.values()
        ]
        ranked = [i for n, i in sorted(hits, key=lambda pair: (-pair[0], pair[1])) if n]
        strict = [i for n, i in hits if wanted and n == len(wanted)]
        return strict, [i for i in ranked if i not in set(strict)]

    return answer
