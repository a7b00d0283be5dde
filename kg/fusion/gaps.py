"""What a set lacks although the ontology knows it and the catalogue holds it: ages, sexes, scanners, modalities, organs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kg.knowledge import DatasetView, Flags, Grid, Knowledge, grid_of
from kg.namespaces import BFO_PART_OF, IKG
from kg.terms.text import many

if TYPE_CHECKING:
    from kg.fusion.answer import Question

__all__ = ["Gap", "gaps", "unseen"]

_EACH: Final = 8  # gaps of one dimension that are shown
_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class _Dimension:
    """One respect in which a set can be incomplete.

    Attributes:
        facet: The facet whose concepts fill it.
        tops: Local names of the concepts under which they lie; empty for the whole facet.
        groups: Whether the tops only name the respect ("scanner manufacturer") and are no gap themselves.
        deep: Whether what lies under the tops counts.
        always: Local names of what is told although no dataset near the question has it.
        within: Whether only parts of the wanted anatomy count.
    """

    name: str
    facet: str
    tops: tuple[str, ...] = ()
    groups: bool = False
    deep: bool = True
    always: tuple[str, ...] = ()
    within: bool = False


_AGES: Final = ("PaediatricSubject", "AdultSubject", "FetalSubject")
_SEXES: Final = ("FemaleSubject", "MaleSubject")
_HEALTH: Final = ("HealthySubject", "PatientSubject")
_DIMENSIONS: Final = (
    _Dimension("age", "population", _AGES, always=_AGES[:2]),
    _Dimension("sex", "population", _SEXES, always=_SEXES),
    _Dimension("health", "population", _HEALTH, deep=False),
    _Dimension("modality", "modality"),
    _Dimension("anatomy", "anatomy", within=True),
    _Dimension("labelled structure", "annotatesStructure", within=True),
    _Dimension("maker", "acquisition", ("Manufacturer",), groups=True),
    _Dimension("field strength", "acquisition", ("MagneticFieldStrength",), groups=True),
    _Dimension("contrast agent", "acquisition", ("ContrastUse",), groups=True),
    _Dimension("centres", "acquisition", ("MultiCentreAcquisition", "MultiVendorAcquisition")),
    _Dimension("species", "population", ("HumanSubject", "AnimalSubject"), deep=False),
)
_CROSSED: Final = tuple(frozenset(str(IKG[t]) for t in tops) for tops in (_AGES, _SEXES, _HEALTH))
"""A concept under two of these ("healthy adult") lacks where one of the two does."""
_SETTLED: Final = ("modality", "anatomy")
"""What a dataset near the question must share with it: a chest radiograph of any task, and no MRI."""
_SPECIMENS: Final = frozenset(str(IKG[t]) for t in ("Microscopy", "HistopathologyImaging"))
"""Modalities that show what was taken out of the body: no gap of a set that shows bodies."""
_SOME: Final = 0.25
_COMMON: Final[Mapping[str, float]] = {"anatomy": 0.1, "dimensionality": _SOME}
"""Facet → the share of the members from which on a value is the set's own."""
_FACET_OF: Final = {"annotatesStructure": "anatomy"}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that no member is known to have.

    Attributes:
        fitting: Ids of datasets that fit the question, have it and were not chosen.
        near: Ids of datasets that have it and come near to the question, the fitting ones included.
        catalogue: How many datasets of the catalogue have it.
        unknown: Of how many members nothing is known in this respect.
    """

    dimension: str
    concept: str
    fitting: tuple[str, ...]
    near: tuple[str, ...]
    catalogue: int
    unknown: int

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The gap as JSON with its sentence."""
        label = knowledge.label(self.concept)
        named = [knowledge.datasets[i].name for i in (*self.fitting, *(n for n in self.near if n not in self.fitting))[:_NAMED]]
        have = "has" if len(self.near) == 1 else "have"
        filled = f"{many(len(self.near), 'dataset')} near the question {have} it, such as {', '.join(named)}" if named else (
            "no dataset near the question has it"
        )  # fmt: skip
        silent = f" (of {self.unknown} nothing is known in this respect)" if self.unknown else ""
        return {
            "dimension": self.dimension, "iri": self.concept, "label": label, "fitting": list(self.fitting), "near": list(self.near),
            "catalogue": self.catalogue, "unknownMembers": self.unknown,
            "reason": f"{self.dimension}: no member is known to have {label}{silent}; {filled}",
        }  # fmt: skip


def gaps(question: "Question", members: Sequence[DatasetView]) -> tuple[Gap, ...]:
    """What the members lack, dimension by dimension, what most datasets near the question would fill first.

    A dimension is looked at where the question does not settle it: other modalities are a gap of "kidney, segmentation", and not of a
    question that asks for nothing but CT. Of a concept and what lies under it only the upper one is told.
    """
    return tuple(gap for dimension in _DIMENSIONS for gap in _of(dimension, question, members))


def unseen(members: Sequence[DatasetView]) -> tuple[str, ...]:
    """The dimensions, among those told in any case, in which nothing is known of any member."""
    return tuple(d.name for d in _DIMENSIONS if d.always and members and not any(_says(d, m) for m in members))


def _of(dimension: _Dimension, question: "Question", members: Sequence[DatasetView]) -> Iterator[Gap]:
    knowledge, grid = question.knowledge, grid_of(question.knowledge)
    near = _near(dimension, question)
    if near is None:
        return
    if dimension.facet == "modality":
        near &= _alike(members, grid)
    own = grid.named(m.id for m in members)
    fits = question.judge.codes < 2  # the places of "compatible" and "compatible after a step"
    close = (near | fits) & ~own
    always = {str(IKG[t]) for t in dimension.always}
    missing: dict[str, frozenset[int]] = {}
    offered = _offered(dimension, question, close) | always
    if sum(bool(_SPECIMENS & m.entailed.get("modality", frozenset())) for m in members) < _SOME * len(members):
        offered = frozenset(c for c in offered if not knowledge.taxonomy.up(c) & _SPECIMENS)
    for concept in sorted(offered):
        having = grid.has(dimension.facet, concept)
        filled = having & close
        if not (having & own).any() and (filled.any() or concept in always):
            missing[concept] = frozenset(map(int, np.flatnonzero(filled)))
    silent = sum(not _says(dimension, m) for m in members)
    if silent == len(members):
        return  # nothing is known: that is told by :func:`unseen`, and is no gap
    found = []
    for concept in _widest(missing, knowledge):
        places = sorted(missing[concept])
        found.append(Gap(
            dimension.name, concept, tuple(grid.ids[n] for n in places if fits[n]), tuple(grid.ids[n] for n in places),
            grid.count(dimension.facet, concept), silent,
        ))  # fmt: skip
    yield from sorted(found, key=lambda g: (-len(g.fitting), -len(g.near), g.concept))[:_EACH]


def _widest(missing: Mapping[str, frozenset[int]], knowledge: Knowledge) -> list[str]:
    """Of what is missing the concepts that lie under no other, each named by the narrowest one that the same datasets would fill."""
    up = knowledge.taxonomy.up
    found = set()
    for top in missing:
        if any(o != top and o in up(top) for o in missing):
            continue
        same = [c for c in missing if top in up(c) and missing[c] == missing[top]]
        found.add(max(same, key=lambda c: (len(up(c)), c)))
    return sorted(found)


def _near(dimension: _Dimension, question: "Question") -> Flags | None:
    """Datasets that meet every demand and come near to what is wanted; None when the question leaves the dimension open.

    In a wanted facet: what meets all the rest, if the rest says of what body part or disease. Elsewhere: what has the modality and the
    anatomy (without one: the condition), where these are wanted, and all the others but one.
    """
    facet = _FACET_OF.get(dimension.facet, dimension.facet)
    flags = {w.name: w.flags for w in question.judge.wanted if w.group is not None}
    rest = {f: own for f, own in flags.items() if f != facet}
    if facet in flags:
        told = {"anatomy", "condition"} & rest.keys() if facet == "modality" else rest
        return np.logical_and.reduce([*rest.values(), question.judge.unblocked]) if told else None
    if dimension.facet == "modality" or dimension.within:
        return None
    found = question.judge.unblocked.copy()
    settled = _SETTLED if "anatomy" in flags else (*_SETTLED, "condition")
    for name in settled:
        found &= flags.get(name, found)
    spare = [own for f, own in rest.items() if f not in settled]
    if spare:
        lacking = np.sum([~own for own in spare], axis=0)
        found &= lacking <= (1 if len(spare) < len(flags) or len(spare) > 1 else 0)
    return found


def _alike(members: Sequence[DatasetView], grid: Grid) -> Flags:
    """Datasets that another modality could bring to the members: about the same structures, and of the members' dimensionality.

    Colonoscopy shows a part of the abdomen, but its videos of the colon add nothing to volumes of livers and kidneys. What less than
    a tenth of the members are about, or less than a quarter of them have, is not the set's.
    """
    found = np.ones(len(grid), dtype=np.bool_)
    for facet, share in _COMMON.items():
        counts = Counter(c for m in members for c in m.asserted.get(facet, ()))
        usual = [c for c, count in counts.items() if count >= share * len(members)]
        if usual:
            found &= np.logical_or.reduce([grid.stand(facet, c) for c in usual])
    return found


def _offered(dimension: _Dimension, question: "Question", close: Flags) -> frozenset[str]:
    """The concepts of a dimension, the broader ones included, that a dataset near the question has."""
    knowledge, grid = question.knowledge, grid_of(question.knowledge)
    up = knowledge.taxonomy.up
    stated = {c for n in np.flatnonzero(close) for c in knowledge.datasets[grid.ids[n]].asserted.get(dimension.facet, ())}
    found = {c for s in stated for c in up(s) if c in knowledge.concepts and c not in knowledge.general and up(c) != {c}}
    tops = {str(IKG[t]) for t in dimension.tops}
    if tops:
        found = {c for c in found if up(c) & tops and (c not in tops if dimension.groups else dimension.deep or c in tops)}
    if dimension.facet == "population":
        found = {c for c in found if sum(bool(up(c) & crossed) for crossed in _CROSSED) < 2}
    if dimension.within:
        wanted = set(question.profile.wanted.get("anatomy", ()))
        found = {c for c in found if wanted & knowledge.taxonomy.along(str(BFO_PART_OF), c)}
    return frozenset(found)


def _says(dimension: _Dimension, member: DatasetView) -> bool:
    tops = {str(IKG[t]) for t in dimension.tops}
    own = member.entailed.get(dimension.facet, frozenset())
    return bool(own & tops) if tops else bool(own)
