"""Pairs of members that share data, one entry a pair: why, how sure it is, and what to do before training."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from kg.fusion.overlap import Overlap, overlaps
from kg.fusion.shared import Shared
from kg.knowledge import DatasetView, Knowledge

__all__ = ["leakage"]

_ORDER: Final = ("isPartOf", "isVersionOf", "relabels", "wasDerivedFrom", "sharesSubjectsWith")
_ACTIONS: Final = {
    "isPartOf": "use {other} alone, or leave the cases of {one} out of it",
    "isVersionOf": "use one of the two",
    "relabels": "join the labels on the images' identifiers and count the images once",
    "wasDerivedFrom": "leave the cases of {other} that went into {one} out of one of them, by their identifiers",
    "sharesSubjectsWith": "leave the subjects of one out of the other, by their identifiers",
}
_FAR: Final = "compare the identifiers of their subjects, and keep both on one side of any split"


def leakage(members: Sequence[DatasetView], pairs: Iterable[Shared], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Every pair of members that shares data as JSON, the stated and certain ones first; each pair once."""
    stated: dict[frozenset[str], list[Overlap]] = {}
    for overlap in overlaps((m.id for m in members), knowledge):
        stated.setdefault(frozenset((overlap.dataset, overlap.other)), []).append(overlap)
    found = [_stated(sorted(own, key=lambda o: _ORDER.index(o.relation)), knowledge) for own in stated.values()]
    for pair in pairs:
        if frozenset((pair.one, pair.other)) not in stated:
            found.append(pair.body(knowledge) | {"relations": [], "action": _FAR})
    return sorted(found, key=lambda w: (not w["relations"], w["certainty"] != "certain", w["datasets"]))


def _stated(own: Sequence[Overlap], knowledge: Knowledge) -> dict[str, Any]:
    first = own[0]
    names = {"one": knowledge.datasets[first.dataset].name, "other": knowledge.datasets[first.other].name}
    return {
        "datasets": [first.dataset, first.other], "certainty": "certain", "via": [],
        "reason": "; ".join(o.body(knowledge)["reason"] for o in own), "relations": [o.relation for o in own],
        "action": _ACTIONS[first.relation].format(**names),
    }  # fmt: skip
