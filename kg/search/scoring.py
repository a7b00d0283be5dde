"""The score: written parts that are added up, as arrays over the catalogue; each part can be shown for each hit.

What is asked weighs by facet, and all of it together weighs 1. A met demand earns its weight times how directly the fact is stated, how
plainly it was asked for and how much the dataset is about it; a missed one earns at most half, by how near the dataset comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kg.knowledge import Bound, Criteria, Flags, Grid, Group, Knowledge, Weights, grid_of
from kg.model import WordKind
from kg.namespaces import IKG

__all__ = ["NAMED", "Score", "score", "trust_of"]

NAMED: Final = 1.1  # more than any dataset that is only described can have
_NEARNESS: Final = 0.5  # a near concept is worth at most half of the wanted one
_UNKNOWN: Final = 0.5  # nearness of a dataset of which it is not known
_GUESSED: Final = 0.8  # nearness of a dataset whose access level is only guessed to be the wanted one
_TEXT_WEIGHT: Final = 0.1
_WHOLE_WEIGHT: Final = 0.05
_WORDS_WEIGHT: Final = 0.6
_BOUND_WEIGHT: Final = 0.5
_WEIGHTS: Final[Mapping[str, float]] = {
    "modality": 1.0, "anatomy": 1.0, "condition": 1.0, "task": 0.9, "annotates": 0.8, "dimensionality": 0.6, "population": 0.6,
    "acquisition": 0.6, "sampling": 0.6, "companionData": 0.6, "topic": 0.6, "accessLevel": 0.5, "licence": 0.5, "dataUse": 0.5,
    "platform": 0.5,
}  # fmt: skip
_TERMS: Final = frozenset(("accessLevel", "licence", "dataUse", "platform"))
"""Facets in which silence is no denial: what is not known may well be so."""

_WORD_TRUST: Final = {
    WordKind.LABEL: 1.0, WordKind.SYNONYM: 0.98, WordKind.LAY: 0.98, WordKind.ABBREVIATION: 0.97, WordKind.DICOM: 0.97,
    WordKind.PLURAL: 0.98, WordKind.MISSPELLING: 0.95, WordKind.HIDDEN: 0.95,
}  # fmt: skip
_KIN: Final = 0.4  # another edition, a part or a derivative of a dataset that was named
_YEARS_APART: Final = 10
_OPEN: Final = (("OpenDownload", 0.004), ("RegistrationRequired", 0.002))


@dataclass(frozen=True, slots=True)
class Score:
    """The scores of all datasets and what they are made of.

    Attributes:
        total: Score, one a dataset.
        parts: Name of the part and its array; they sum to the total.
        strict: Who satisfies everything.
        met: Group or bound → who satisfies it.
    """

    total: Weights
    parts: tuple[tuple[str, Weights], ...]
    strict: Flags
    met: Mapping[Group | Bound, Flags]


def trust_of(kind: WordKind) -> float:
    """How plainly a word of this kind asks for its concept."""
    return _WORD_TRUST[kind]


def score(
    knowledge: Knowledge, criteria: Criteria, trust: Mapping[Group, float], words: Mapping[str, float], whole: Mapping[str, float]
) -> Score:
    """Score every dataset.

    Args:
        knowledge: The graph.
        criteria: What is asked.
        trust: Group → how plainly it was asked for; 1 where none is given.
        words: Dataset id → BM25 score of the words that name no concept.
        whole: Dataset id → BM25 score of the whole text: of two that are equal otherwise, the one whose texts say it comes first.
    """
    grid = grid_of(knowledge)
    weights = [_WEIGHTS.get(g.facet, _WORDS_WEIGHT) for g in criteria.groups]
    asked = sum(weights) + _BOUND_WEIGHT * len(criteria.bounds) + bool(criteria.among)
    asked += _WORDS_WEIGHT * (criteria.holding is not None)
    parts: list[tuple[str, Weights]] = []
    met: dict[Group | Bound, Flags] = {}
    if criteria.among:
        named = grid.named(criteria.among)
        parts.append(("name", named * np.float32(1 / asked)))
        kin = grid.named(knowledge.kin(criteria.among)) & ~named
        parts.append(("near name", kin * np.float32(_KIN / asked)))
    for group, weight in zip(criteria.groups, weights, strict=True):
        met[group] = grid.group(group)
        own, near = _group(grid, group, met[group])
        parts.append((group.facet, own * np.float32(weight * trust.get(group, 1.0) / asked)))
        parts.append((f"near {group.facet}", near * np.float32(_NEARNESS * weight / asked)))
    for bound in criteria.bounds:
        met[bound] = grid.bound(bound)
        parts.append((bound.field, met[bound] * np.float32(_BOUND_WEIGHT / asked)))
        near = np.where(met[bound], 0, _distance(grid, bound)).astype(np.float32)
        parts.append((f"near {bound.field}", near * np.float32(_NEARNESS * _BOUND_WEIGHT / asked)))
    if criteria.holding is not None:
        parts.append(("words", grid.named(criteria.holding) * np.float32(_WORDS_WEIGHT / asked)))
    parts.append(("text", _text(grid, words, _TEXT_WEIGHT) + _text(grid, whole, _WHOLE_WEIGHT)))
    strict = grid.strict(criteria)
    parts += [("size", np.where(strict, _sizes(grid), 0)), ("labelled", np.where(strict & (grid.labelled == 1), np.float32(0.005), 0)),
              ("access", np.where(strict, _openness(grid), 0))]  # fmt: skip
    parts = _merged(parts)
    total: Weights = np.zeros(len(grid), dtype=np.float32)
    for _, part in parts:
        total = total + part
    called = grid.named(criteria.also)
    if called.any():
        parts = [(name, np.where(called, 0, part).astype(np.float32)) for name, part in parts]
        parts.append(("name", called * np.float32(NAMED)))
        total = np.where(called, np.float32(NAMED), total).astype(np.float32)
    return Score(total, tuple(parts), strict, met)


def _merged(parts: list[tuple[str, Weights]]) -> list[tuple[str, Weights]]:
    """Parts of one name as one."""
    found: dict[str, Weights] = {}
    for name, part in parts:
        found[name] = found[name] + part if name in found else part.astype(np.float32)
    return list(found.items())


def _group(grid: Grid, group: Group, met: Flags) -> tuple[Weights, Weights]:
    own = np.zeros(len(grid), dtype=np.float32)
    near = np.zeros(len(grid), dtype=np.float32)
    for facet, concept in group.choices:
        own = np.maximum(own, grid.strength(facet, concept) * grid.focus(facet))
        near = np.maximum(near, grid.near(facet, concept))
        if facet in _TERMS:
            near = np.maximum(near, np.where(grid.filled(facet), 0, np.float32(_UNKNOWN)))
        if facet == "accessLevel":
            near = np.maximum(near, grid.has("guessedAccessLevel", concept) * np.float32(_GUESSED))
    return own, np.where(met, 0, near).astype(np.float32)


def _distance(grid: Grid, bound: Bound) -> Weights:
    """How near a dataset comes to a bound that it does not meet: 1 at the bound, 0 far from it; unknown lies between."""
    known = grid.known(bound)
    values = grid.values(bound.field)
    if bound.field == "labelled":
        return np.where(known, 0, np.float32(_UNKNOWN)).astype(np.float32)
    low = bound.least if bound.least is not None else 0
    apart = np.where(values < low, low - values, 0)
    if bound.most is not None:
        apart = np.maximum(apart, values - bound.most)
    scale = _YEARS_APART if bound.field == "year" else max(low, bound.most or 0, 1)
    close = np.clip(1 - apart / scale, 0, 1) * 0.9
    return np.where(known, close, _UNKNOWN).astype(np.float32)


def _text(grid: Grid, words: Mapping[str, float], weight: float) -> Weights:
    found = np.zeros(len(grid), dtype=np.float32)
    best = max(words.values(), default=0.0)
    for name, value in words.items():
        if best > 0 and name in grid.place:
            found[grid.place[name]] = weight * value / best
    return found


def _sizes(grid: Grid) -> Weights:
    found: Weights = (0.01 * np.clip(np.log10(np.maximum(grid.sizes, 1)), 0, 7) / 7).astype(np.float32)
    return found


def _openness(grid: Grid) -> Weights:
    found = np.zeros(len(grid), dtype=np.float32)
    for level, worth in _OPEN:
        found = np.maximum(found, grid.has("accessLevel", str(IKG[level])) * np.float32(worth))
    return found
