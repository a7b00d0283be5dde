"""Datasets side by side: what each is known to have, what they share by meaning, where they differ, and what nobody says."""

from collections.abc import Sequence
from math import log
from typing import Any, Final

from kg.errors import QuestionError
from kg.fusion.shared import shared
from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.criteria import PROPERTY_OF
from kg.namespaces import curie

__all__ = ["COMPARED", "MOST", "compare"]

COMPARED: Final = (
    "modality", "anatomy", "task", "condition", "fieldOfView", "annotates", "dimensionality", "accessLevel", "licence", "population",
    "acquisition", "platform",
)  # fmt: skip
"""The properties that a comparison has a row for."""
MOST: Final = 20
"""So many datasets can be read side by side."""
_HALF: Final = log(2)  # information of what half of the catalogue has


def compare(knowledge: Knowledge, names: Sequence[str]) -> dict[str, Any]:
    """Two or more datasets side by side, as JSON.

    Args:
        knowledge: The graph.
        names: Ids, names, aliases or IRIs, 2 to :data:`MOST` of them; they keep their order.

    Returns:
        ``datasets``: what each is, how large, and where its sources differ. ``rows``: for each property what is asserted of each dataset,
        the least general concepts that are true of all, the datasets of which nothing is asserted, and the state: ``same``, ``common``
        (some meaning is shared), ``different``, or ``unknown`` (nothing is asserted of some). ``overlap``: who shares data with whom.

    Raises:
        UnknownDataset: A text names none.
        QuestionError: There are too few or too many, or one is named twice.
    """
    views = [knowledge.dataset(name) for name in names]
    if not 2 <= len(views) <= MOST:
        raise QuestionError("datasets", f"a comparison takes 2 to {MOST} datasets, not {len(views)}")
    for place, view in enumerate(views):
        if view in views[:place]:
            raise QuestionError("datasets", f"{names[place]!r} names {view.id!r}, which is there already")
    return {
        "datasets": [_head(v, knowledge) for v in views],
        "rows": [_row(prop, views, knowledge) for prop in COMPARED],
        "overlap": [pair.body(knowledge) for pair in shared([v.id for v in views], knowledge)],
    }


def _head(view: DatasetView, knowledge: Knowledge) -> dict[str, Any]:
    return {
        "id": view.id, "iri": view.iri, "name": view.name, "year": view.year, "homepage": view.homepage,
        "labelled": view.labelled, "classes": view.classes, "byteSize": view.size, "publishers": list(view.publishers),
        "extent": [{"value": c.value, "unit": c.unit, "certainty": c.certainty} for c in view.counts],
        "disputed": {p: _named(view.disputed[p], knowledge) for p in sorted(view.disputed) if p in COMPARED},
    }  # fmt: skip


def _row(prop: str, views: Sequence[DatasetView], knowledge: Knowledge) -> dict[str, Any]:
    own = {v.id: v.asserted.get(prop, frozenset()) for v in views}
    unknown = [v.id for v in views if not own[v.id]]
    common = _common(prop, views, knowledge)
    if unknown:
        state = "unknown"
    elif len(set(own.values())) == 1:
        state = "same"
    else:
        state = "common" if common else "different"
    return {
        "property": prop, "state": state, "unknown": unknown, "common": _named(common, knowledge),
        "values": {dataset: _named(values, knowledge) for dataset, values in own.items()},
    }  # fmt: skip


def _common(prop: str, views: Sequence[DatasetView], knowledge: Knowledge) -> frozenset[str]:
    """The least general concepts that are true of all; one that more than half of the catalogue has counts only where all state it."""
    inferred = PROPERTY_OF.get(prop, prop)
    stated = frozenset.intersection(*(v.asserted.get(prop, frozenset()) for v in views))
    true_of_all = frozenset.intersection(*(v.entailed.get(inferred, frozenset()) for v in views))
    telling = {c for c in true_of_all if c in stated or knowledge.information(inferred, c) > _HALF}
    taxonomy = knowledge.taxonomy
    above = {a for c in telling for a in taxonomy.supers.get(c, ()) if not taxonomy.is_a(a, c)}
    return frozenset(telling - above)


def _named(iris: frozenset[str], knowledge: Knowledge) -> list[dict[str, str]]:
    found = [{"iri": i, "curie": curie(i), "label": knowledge.label(i)} for i in iris]
    return sorted(found, key=lambda c: (c["label"], c["iri"]))
