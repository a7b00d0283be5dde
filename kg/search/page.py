"""One page of an answer: how it is sorted, which fields are shown, counts by facet, and the cursor to the next page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from kg.errors import QuestionError
from kg.knowledge import DatasetView, Group, Knowledge, grid_of, match_group
from kg.namespaces import curie
from kg.search.answer import Hit, SearchAnswer
from kg.search.cursor import mark_of, window

__all__ = ["FACETS_COUNTED", "HIT_FIELDS", "MOST_HITS", "MOST_VALUES", "SORTS", "View", "asked_by", "counts", "page", "sorting"]

MOST_HITS: Final = 2000
"""As many hits of each kind may be asked for at once."""
MOST_VALUES: Final = 500
"""As many values of a facet may be asked for."""

SORTS: Final = ("relevance", "name", "-name", "year", "-year", "size", "-size", "id")
"""How an answer may be sorted; a minus turns the order round. What has no year or size comes last either way."""

FACETS_COUNTED: Final = (
    "modality", "anatomy", "task", "condition", "dimensionality", "annotates", "population", "accessLevel", "licence", "platform",
    "acquisition", "topic", "companionData", "year",
)  # fmt: skip
"""The facets by which an answer may be counted."""

HIT_FIELDS: Final = (
    "id", "iri", "name", "score", "reasons", "parts", "missing", "aliases", "year", "homepage", "labelled", "extent", "description",
    "modality", "anatomy", "task", "condition", "dimensionality", "accessLevel", "licence", "population", "series",
)  # fmt: skip
"""The fields that a hit may have."""

_SUMMARY: Final = ("modality", "anatomy", "task", "condition", "dimensionality", "accessLevel", "licence", "population")


@dataclass(frozen=True, slots=True)
class View:
    """How an answer is to be shown.

    Attributes:
        limit: How many hits of each kind at most.
        cursor: Where the page before ended, as it said; empty for the first page.
        sort: One of :data:`SORTS`.
        facets: Facets to count, of :data:`FACETS_COUNTED`.
        facet_limit: How many values of each facet.
        fields: Fields of a hit, of :data:`HIT_FIELDS`; empty for the usual ones.
        explain: Whether each hit carries the steps that lead to it.
    """

    limit: int = 20
    cursor: str = ""
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    facet_limit: int = 20
    fields: tuple[str, ...] = ()
    explain: bool = False

    def checked(self) -> "View":
        """The view itself.

        Raises:
            QuestionError: It names a sort, a facet or a field that does not exist.
        """
        for name, values, known in (
            ("sort", (self.sort,), SORTS),
            ("facets", self.facets, FACETS_COUNTED),
            ("fields", self.fields, HIT_FIELDS),
        ):
            for value in values:
                if value not in known:
                    raise QuestionError(name, f"{value!r} is none of: {', '.join(known)}")
        return self


def page(answer: SearchAnswer, knowledge: Knowledge, view: View, release: str) -> dict[str, Any]:
    """The body of one page of an answer.

    Args:
        answer: The answer.
        knowledge: The graph.
        view: How it is to be shown.
        release: Id of the release, which a cursor belongs to.

    Raises:
        QuestionError: The view is not one, or its cursor belongs to another question or release.
    """
    view.checked()
    order = sorting(answer, knowledge, view.sort)
    strict, near = order(answer.strict_order), order(answer.near_order)
    shown = window(max(len(strict), len(near)), view.limit, view.cursor, asked_by(answer, view, release))
    start, end = shown.start, shown.end
    body: dict[str, Any] = {
        "query": answer.understood(),
        "total": answer.total,
        "strict": [_shown(answer, knowledge, p, view) for p in strict[start:end].tolist()],
        "near": [_shown(answer, knowledge, p, view) for p in near[start:end].tolist()],
        "sparql": answer.sparql,
        **answer.repaired(),
    }
    facets = view.facets or (
        ("modality", "anatomy", "task", "condition") if not answer.criteria and not answer.question.words else ()
    )
    if facets:
        body["facets"] = {facet: counts(answer, knowledge, facet, view.facet_limit) for facet in facets}
    return body | {"page": shown.body() | {"nearTotal": len(near)}}


def asked_by(answer: SearchAnswer, view: View, release: str) -> str:
    """What stands for a question and its order in the cursors of its answer."""
    return mark_of(answer.question.body(), answer.question.reading.text, view.sort, release)


def sorting(answer: SearchAnswer, knowledge: Knowledge, sort: str) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
    """What puts places of the catalogue in an order of :data:`SORTS`; for the relevance they are in order already."""
    grid = grid_of(knowledge)
    if sort == "relevance":
        return lambda places: places
    if sort == "id":
        return np.sort
    name, back = sort.removeprefix("-"), sort.startswith("-")

    def by_name(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        found = sorted(places.tolist(), key=lambda p: (answer.dataset(p).name.casefold(), p), reverse=back)
        return np.array(found, dtype=np.int64)

    def by_number(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        values = grid.values(name)[places]
        keys = np.where(values < 0, np.iinfo(np.int64).max, -values if back else values)
        ordered: npt.NDArray[np.int64] = places[np.lexsort((places, keys))]
        return ordered

    return by_name if name == "name" else by_number


def counts(answer: SearchAnswer, knowledge: Knowledge, facet: str, limit: int) -> list[dict[str, Any]]:
    """How many strict matches have each value of a facet, the most frequent first; broader concepts count what is under them."""
    grid, flags = grid_of(knowledge), answer.strict_flags
    if facet == "year":
        years, counts = np.unique(grid.years[flags & (grid.years >= 0)], return_counts=True)
        return [{"value": int(y), "datasets": int(n)} for y, n in sorted(zip(years, counts, strict=True), reverse=True)][:limit]
    found = [(c, n) for c, n in grid.counted(facet, flags) if c in knowledge.concepts]
    ordered = sorted(found, key=lambda pair: (-pair[1], knowledge.label(pair[0]), pair[0]))[:limit]
    return [{"concept": curie(c), "iri": c, "label": knowledge.label(c), "datasets": n} for c, n in ordered]


def _shown(answer: SearchAnswer, knowledge: Knowledge, place: int, view: View) -> dict[str, Any]:
    hit, dataset = answer.hit(place), answer.dataset(place)
    body = hit.body() if not view.fields else _fields(hit, dataset, knowledge, view.fields)
    if view.explain:
        body["steps"] = [_step(knowledge, dataset, g) for g in answer.criteria.groups]
    return body


def _fields(hit: Hit, dataset: DatasetView, knowledge: Knowledge, fields: Sequence[str]) -> dict[str, Any]:
    whole: dict[str, Any] = {"missing": list(hit.missing)} | hit.body()
    whole |= {
        "aliases": list(dataset.aliases), "year": dataset.year, "homepage": dataset.homepage, "labelled": dataset.labelled,
        "description": dataset.description, "series": list(dataset.series),
        "extent": [{"value": c.value, "unit": c.unit, "certainty": c.certainty} for c in dataset.counts],
        **{f: sorted(knowledge.label(c) for c in dataset.asserted.get(f, ())) for f in _SUMMARY},
    }  # fmt: skip
    return {"id": dataset.id} | {f: whole[f] for f in HIT_FIELDS if f in fields}


def _step(knowledge: Knowledge, dataset: DatasetView, group: Group) -> dict[str, Any]:
    """How a dataset meets a demand: the fact that it rests on, and where its justification can be asked for."""
    found = match_group(knowledge, dataset, group)
    wanted = [{"facet": f, "concept": curie(c), "label": knowledge.label(c)} for f, c in group.choices]
    if found is None:
        return {"asked": group.text, "wanted": wanted, "met": False}
    via = {"concept": curie(found.via), "label": knowledge.label(found.via)} if found.via else None
    reason = {"reason": found.reason, "strength": round(found.strength, 3)}
    ask = next((c for f, c in group.choices if dataset.has(group.property if f == group.facet else f, c)), group.concepts[0])
    return {
        "asked": group.text, "wanted": wanted, "met": True, "via": via, **reason,
        "justification": f"/v1/explain?subject={dataset.id}&concept={curie(ask)}",
    }  # fmt: skip
