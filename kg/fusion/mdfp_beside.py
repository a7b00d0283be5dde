"""Our answer beside the survey's table: the same rows as datasets, without duplicates, with licences and overlaps, and what reasoning adds."""

from collections.abc import Sequence
from typing import Any, Final

from kg.fusion.mdfp import STATED_TASKS, Line
from kg.fusion.overlap import overlaps
from kg.identity.records import normal_url
from kg.knowledge import DatasetView, Knowledge, grid_of, match
from kg.knowledge.criteria import Bound
from kg.namespaces import IKG
from kg.terms.text import fold

__all__ = ["beside"]

_FLAT: Final = str(IKG.TwoDimensionalImage)
_SHOWN: Final = 10


class _Pages(dict[str, list[str]]):
    """Address of a home page, in its normal form → ids of the datasets that have it."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        for dataset in knowledge.datasets.values():
            if dataset.homepage:
                self.setdefault(normal_url(dataset.homepage), []).append(dataset.id)


def beside(line: Line, knowledge: Knowledge, *, least: int = 100) -> dict[str, Any]:
    """What the catalogue knows of a line of the table, as JSON.

    A row is joined by its name, else by the address of its page where a single dataset has it; one that tells no dataset apart is listed
    and counted nowhere else.

    Raises:
        UnknownConcept: The line's modality names no concept.
    """
    joined: dict[str, list[Any]] = {}
    strange: list[str] = []
    pages = knowledge.kept(_Pages)
    for row in line.rows:
        ids = knowledge.names.get(fold(row.name), ()) or pages.get(normal_url(row.link), ())
        if len(ids) == 1:
            joined.setdefault(ids[0], []).append(row)
        else:
            strange.append(row.name)
    twice = {i: rows for i, rows in joined.items() if len(rows) > 1}
    members = [knowledge.datasets[i] for i in sorted(joined)]
    licences = [(knowledge.label(v) for v in d.asserted.get("licence", ())) for d in members]
    named = [next(iter(sorted(labels)), "") for labels in licences]
    return {
        "modality": line.modality,
        "datasets": len(members),
        "unjoined": strange,
        "collapsed": [{"dataset": i, "rows": [r.name for r in rows]} for i, rows in sorted(twice.items())],
        "duplicateImages": sum(sum(r.images or 0 for r in rows) - max(r.images or 0 for r in rows) for rows in twice.values()),
        "withStatedTask": sum(any(STATED_TASKS & {t.casefold() for t in r.task} for r in rows) for rows in joined.values()),
        "licences": {label: named.count(label) for label in sorted(set(named) - {""})},
        "licenceUnknown": named.count(""),
        "overlaps": [o.body(knowledge) for o in overlaps(joined, knowledge)],
        "added": _added(line, members, knowledge, least),
    }


def _added(line: Line, members: Sequence[DatasetView], knowledge: Knowledge, least: int) -> dict[str, Any]:
    """Datasets that satisfy the same wish by the ontology, and that the words did not find."""
    grid = grid_of(knowledge)
    concept = knowledge.concept(line.modality, "modality").iri
    fitting = grid.has("modality", concept) & grid.has("dimensionality", _FLAT) & grid.bound(Bound("size", least, unit="image"))
    fitting &= ~grid.named(d.id for d in members)
    found = [knowledge.datasets[grid.ids[n]] for n in fitting.nonzero()[0]]
    reasons = [(d.id, match(knowledge, d, "modality", concept)) for d in found]
    # What was said in other words than the asked ones shows best what reasoning is for.
    told = sorted((m.strength, i, m.reason) for i, m in reasons if m is not None)
    return {"datasets": len(found), "examples": [{"dataset": i, "reason": reason} for _, i, reason in told[:_SHOWN]]}
