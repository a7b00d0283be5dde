"""The datasets that meet some demands, as a list: in a plain order, a page at a time, counted by facets."""

from collections.abc import Callable
from typing import Any

from kg.knowledge import DatasetView, Knowledge
from kg.search.answer import SearchAnswer
from kg.search.cursor import window
from kg.search.page import View, asked_by, counts, sorting

__all__ = ["DEMANDS", "listing"]

DEMANDS = (
    "modality", "anatomy", "task", "condition", "dimensionality", "annotates", "population", "accessLevel", "licence", "platform", "year",
    "labelled",
)  # fmt: skip
"""What a list or a count of datasets may demand, as keys of a structured question."""


def listing(
    answer: SearchAnswer,
    knowledge: Knowledge,
    view: View,
    release: str,
    shown: Callable[[DatasetView], dict[str, Any]],
    *,
    offset: int = 0,
    hits: bool = False,
) -> dict[str, Any]:
    """The body of one page of the list.

    Args:
        answer: The answer to the demands; its strict matches are the list.
        knowledge: The graph.
        view: The page; of its fields ``fields`` and ``explain`` mean nothing here.
        release: Id of the release, which a cursor belongs to.
        shown: What is said of a dataset.
        offset: Where the first page begins.
        hits: Whether to count alone, and list nothing.

    Raises:
        QuestionError: The view is not one, or its cursor belongs to another question or release.
    """
    view.checked()
    places = sorting(answer, knowledge, view.sort)(answer.strict_order)
    body: dict[str, Any] = {"total": len(places)}
    if view.facets:
        body["facets"] = {facet: counts(answer, knowledge, facet, view.facet_limit) for facet in view.facets}
    if hits:
        return body
    page = window(len(places), view.limit, view.cursor, asked_by(answer, view, release), offset)
    datasets = [shown(answer.dataset(place)) for place in places[page.start : page.end].tolist()]
    return {**body, "datasets": datasets, "page": page.body()}
