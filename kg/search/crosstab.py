"""Two facets against each other: how many datasets of an answer have each pair of values. Each dataset counts once in a cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from kg.errors import QuestionError
from kg.knowledge import Flags, Grid, Knowledge, grid_of
from kg.knowledge.criteria import PROPERTY_OF
from kg.namespaces import curie
from kg.search.answer import SearchAnswer
from kg.search.page import FACETS_COUNTED

__all__ = ["COUNTINGS", "MOST", "Cross", "crosstab"]

COUNTINGS: Final[Mapping[str, str]] = {
    "meaning": "A dataset counts for every value that it has by meaning: for what is asserted of it, for the broader concepts, and for "
    "what follows by the ontology, exactly as the filters of /v1/datasets do. So a row and the rows of its narrower concepts overlap.",
    "stated": "A dataset counts for the values that are asserted of it and for no broader concept.",
}
"""How datasets are counted → what that means."""
MOST: Final = 100
"""Values of a facet at most."""
_OVERLAP: Final = (
    "A dataset may have several values of a facet: cells, rows and columns do not add up to the totals, "
    "which count each dataset once."
)


@dataclass(frozen=True, slots=True)
class Cross:
    """What is to be counted.

    Attributes:
        rows: A facet of :data:`kg.search.page.FACETS_COUNTED`.
        columns: Another; ``""`` for the totals of the rows alone.
        counting: One of :data:`COUNTINGS`.
        row_limit: How many values of ``rows``, the most frequent first.
        column_limit: The same of ``columns``.
    """

    rows: str
    columns: str = ""
    counting: str = "meaning"
    row_limit: int = 20
    column_limit: int = 12

    def checked(self) -> "Cross":
        """Itself.

        Raises:
            QuestionError: It names a facet or a way of counting that does not exist, the same facet twice, or too few or many values.
        """
        for name, value, known in (
            ("rows", self.rows, FACETS_COUNTED),
            ("columns", self.columns, ("", *FACETS_COUNTED)),
            ("counting", self.counting, tuple(COUNTINGS)),
        ):
            if value not in known:
                raise QuestionError(name, f"{value!r} is none of: {', '.join(k for k in known if k)}")
        if self.rows == self.columns:
            raise QuestionError("columns", f"{self.columns!r} is the facet of the rows already; name another, or leave it out")
        for name, limit in (("rowLimit", self.row_limit), ("columnLimit", self.column_limit)):
            if not 1 <= limit <= MOST:
                raise QuestionError(name, f"{limit} is not between 1 and {MOST}")
        return self


@dataclass(frozen=True, slots=True)
class _Axis:
    """The values of a facet: what names each, who has it, and who has none that is known."""

    heads: list[dict[str, Any]]
    flags: list[Flags]
    unknown: Flags
    left_out: int


def crosstab(answer: SearchAnswer, knowledge: Knowledge, cross: Cross) -> dict[str, Any]:
    """Count the strict matches of an answer; the body of ``/v1/stats``.

    Args:
        answer: The answer whose strict matches are counted.
        knowledge: The graph.
        cross: What is to be counted.

    Raises:
        QuestionError: It cannot be counted, see :meth:`Cross.checked`.
    """
    cross.checked()
    among = answer.strict_flags
    rows = _axis(knowledge, among, cross.rows, cross.counting, cross.row_limit)
    body: dict[str, Any] = {
        "total": int(among.sum()), "counting": cross.counting, "closure": cross.counting == "meaning",
        "means": f"{COUNTINGS[cross.counting]} {_OVERLAP}",
        "rows": _told(cross.rows, rows),
    }  # fmt: skip
    if cross.columns:
        columns = _axis(knowledge, among, cross.columns, cross.counting, cross.column_limit)
        body["columns"] = _told(cross.columns, columns)
        body["cells"] = [[int((r & c).sum()) for c in columns.flags] for r in rows.flags]
        body["unknown"] = {
            "rows": [int((r & columns.unknown).sum()) for r in rows.flags],
            "columns": [int((c & rows.unknown).sum()) for c in columns.flags],
            "both": int((rows.unknown & columns.unknown).sum()),
        }
    return body


def _told(facet: str, axis: _Axis) -> dict[str, Any]:
    return {"facet": facet, "values": axis.heads, "unknown": int(axis.unknown.sum()), "leftOut": axis.left_out}


def _axis(knowledge: Knowledge, among: Flags, facet: str, counting: str, limit: int) -> _Axis:
    grid = grid_of(knowledge)
    if facet == "year":
        years, counts = np.unique(grid.years[among & (grid.years >= 0)], return_counts=True)
        found = sorted(zip(years.tolist(), counts.tolist(), strict=True), reverse=True)
        flags = [among & (grid.years == year) for year, _ in found[:limit]]
        heads: list[dict[str, Any]] = [{"value": year, "label": str(year), "datasets": count} for year, count in found[:limit]]
        return _Axis(heads, flags, among & (grid.years < 0), max(0, len(found) - limit))
    known = {c: who & among for c, who in _having(knowledge, grid, facet, counting).items()}
    counted = ((int(who.sum()), c, who) for c, who in known.items())
    ordered = sorted((one for one in counted if one[0]), key=lambda one: (-one[0], knowledge.label(one[1]), one[1]))
    heads = [{"concept": curie(c), "iri": c, "label": knowledge.label(c), "datasets": n} for n, c, _ in ordered[:limit]]
    # By meaning also what a dataset has by a concept that none states, and that is hence no row.
    some = grid.reach(PROPERTY_OF.get(facet, facet), lambda _: True) if counting == "meaning" else grid.filled(facet)
    return _Axis(heads, [who for _, _, who in ordered[:limit]], among & ~some, max(0, len(ordered) - limit))


def _having(knowledge: Knowledge, grid: Grid, facet: str, counting: str) -> dict[str, Flags]:
    """Concept → who has it. By meaning: the concepts that some dataset states, as facet counts have them."""
    if counting == "meaning":
        everybody = np.ones(len(grid), dtype=np.bool_)
        return {c: grid.has(facet, c) for c, _ in grid.counted(facet, everybody) if c in knowledge.concepts}
    found: dict[str, Flags] = {}
    for place, dataset in enumerate(knowledge.datasets.values()):
        for concept in dataset.asserted.get(facet, ()):
            if concept in knowledge.concepts:
                found.setdefault(concept, np.zeros(len(grid), dtype=np.bool_))[place] = True
    return found
