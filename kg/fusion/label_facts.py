"""What single labels and label sets amount to by the ontology: how two labels are related, what a set can serve, what it cannot show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import UnknownConcept
from kg.fusion.evidence import axiom_text
from kg.knowledge import DatasetView, Knowledge
from kg.namespaces import BFO_PART_OF, IKG
from kg.reason.taxonomy import Taxonomy

__all__ = [
    "BROADER",
    "EXACT",
    "GROUP",
    "KIND",
    "LABEL_FACETS",
    "LOCATION",
    "MERGED",
    "PART",
    "WHOLE",
    "LabelFacts",
    "Served",
    "parse_labels",
    "relation",
]

EXACT: Final = "exact"
KIND: Final = "kind"
PART: Final = "part"
LOCATION: Final = "location"
BROADER: Final = "broader"
WHOLE: Final = "whole"
GROUP: Final = "group"
LABEL_FACETS: Final = ("anatomy", "condition", "annotates")
"""The facets of which a concept can be a label."""
MERGED: Final = frozenset((KIND, PART))
"""Relations by which a label counts towards a coarser one."""

_PART_OF, _LOCATION, _IMAGES, _COMPRISES = str(BFO_PART_OF), str(IKG.hasLocation), str(IKG.images), str(IKG.comprises)
_UNNAMED: Final = str(IKG.AnnotatedAnatomy)  # labels of something that the source does not name: no label to map


def relation(taxonomy: Taxonomy, label: str, target: str) -> str:
    """How a label stands to a target.

    Returns:
        ``exact`` · ``kind`` (it is a kind of the target) · ``part`` (of it) · ``location`` (it sits in the target) · ``broader`` (the
        target is a kind of it) · ``whole`` (the target is a part of it) · "" when the ontology entails none of these.
    """
    below, above = taxonomy.is_a(label, target), taxonomy.is_a(target, label)
    if below or above:
        return EXACT if below and above else KIND if below else BROADER
    for prop, found, turned in ((_PART_OF, PART, WHOLE), (_LOCATION, LOCATION, "")):
        if target in taxonomy.along(prop, label):
            return found
        if turned and label in taxonomy.along(prop, target):
            return turned
    return ""


def parse_labels(texts: Iterable[str], knowledge: Knowledge) -> tuple[str, ...]:
    """The concepts that some texts name as labels: anatomy, conditions, and whatever else annotations mark.

    Raises:
        UnknownConcept: A text names none.
    """
    found: dict[str, None] = {}
    for text in texts:
        facets = tuple(f for f in LABEL_FACETS if knowledge.lexicon.meanings(text, facet=f))
        concept = knowledge.concept(text, facets[0]) if facets else knowledge.concept(text)
        if concept.facet not in LABEL_FACETS:
            raise UnknownConcept(text, ())
        found[concept.iri] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Served:
    """What a label set can do for a target.

    Attributes:
        state: ``labelled`` · ``derivable`` · ``part-only`` · ``coarser`` · "" for nothing.
        labels: The labels of the set that do it.
    """

    state: str = ""
    labels: tuple[str, ...] = ()


class LabelFacts:
    """The label sets of a knowledge, and what follows for each, worked out when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._own: dict[str, frozenset[str]] = {}
        self._reached: dict[str, frozenset[str]] = {}
        self._coarser: dict[str, dict[str, str]] = {}
        self._serves: dict[frozenset[str], frozenset[str]] = {}
        self._partly: dict[frozenset[str], frozenset[str]] = {}
        self._served: dict[tuple[frozenset[str], str], Served] = {}
        self._organs: dict[str, frozenset[str]] = {}

    def own(self, dataset: DatasetView) -> frozenset[str]:
        """The labels of a dataset: what it is stated to annotate, without what only says the same less exactly; empty when unknown."""
        if dataset.id not in self._own:
            stated = dataset.asserted.get("annotates", frozenset()) - {_UNNAMED}
            supers = self._knowledge.taxonomy.supers
            above = {a for c in stated for a in supers.get(c, ()) if c not in supers.get(a, ())}
            self._own[dataset.id] = frozenset(stated - above)
        return self._own[dataset.id]

    def reached(self, label: str) -> frozenset[str]:
        """The label itself and everything of which it is a kind or a part."""
        if label not in self._reached:
            taxonomy = self._knowledge.taxonomy
            self._reached[label] = taxonomy.up(label) | taxonomy.along(_PART_OF, label)
        return self._reached[label]

    def coarser(self, label: str) -> Mapping[str, str]:
        """Every concept that a label is a kind or a part of, sits in, or is named in → how it stands to it."""
        if label not in self._coarser:
            taxonomy = self._knowledge.taxonomy
            groups = {g for g, regions in taxonomy.edges.get(_COMPRISES, {}).items() if label in regions}
            near = self.reached(label) | taxonomy.along(_LOCATION, label)
            found = {c: kind for c in sorted(near) if (kind := relation(taxonomy, label, c)) not in {"", EXACT}}
            self._coarser[label] = found | dict.fromkeys(sorted(groups), GROUP)
        return self._coarser[label]

    def serves(self, own: frozenset[str]) -> frozenset[str]:
        """Every concept that a label set has, under any name, or in parts that together are all of it."""
        if own not in self._serves:
            supers = self._knowledge.taxonomy.supers
            twins = {a for o in own for a in supers.get(o, ()) if o in supers.get(a, ())}
            self._serves[own] = own | twins | {t for t in self._knowledge.covers if self._covering(own, t)}
        return self._serves[own]

    def partly(self, own: frozenset[str]) -> frozenset[str]:
        """Every concept of which a label set has at least a kind or a part."""
        if own not in self._partly:
            self._partly[own] = self.serves(own).union(*(self.reached(o) for o in own))
        return self._partly[own]

    def served(self, own: frozenset[str], target: str) -> Served:
        """What a label set can do for a target, by the strongest way there is."""
        key = (own, target)
        if key not in self._served:
            self._served[key] = self._serve(own, target)
        return self._served[key]

    def _serve(self, own: frozenset[str], target: str) -> Served:
        taxonomy = self._knowledge.taxonomy
        if same := [o for o in own if relation(taxonomy, o, target) == EXACT]:
            return Served("labelled", tuple(sorted(same)))
        if parts := self._covering(own, target):
            return Served("derivable", tuple(sorted(parts)))
        if some := [o for o in own if target in self.reached(o)]:
            return Served("part-only", tuple(sorted(some)))
        if wholes := self.reached(target) & own:
            return Served("coarser", tuple(sorted(wholes)))
        return Served()

    def _covering(self, own: frozenset[str], target: str) -> frozenset[str]:
        """Labels of the set that together are the target, because the ontology says that nothing of it lies outside them."""
        found: set[str] = set()
        for part in self._knowledge.covers.get(target, ()):
            labels = frozenset((part,)) if part in own else self._covering(own, part)
            if not labels:
                return frozenset()
            found |= labels
        return frozenset(found)

    def hidden(self, dataset: DatasetView, target: str) -> bool:
        """Whether no image of the dataset can show the target: every modality of it always shows an organ that excludes the target's.

        Known by the axioms that keep the views of single organs apart; what is merely not stated to be in the field of view may be in it.
        """
        organs = self._organs_of(target)
        modalities = dataset.asserted.get("modality", frozenset())
        return bool(organs and modalities) and all(
            any(a != b for a in self._shown(m) for b in organs) and not self._shown(m) & organs for m in modalities
        )

    def viewed(self, dataset: DatasetView, target: str) -> bool:
        """Whether the target lies in a structure that the pictures are stated to show."""
        taxonomy = self._knowledge.taxonomy
        within = taxonomy.along(_PART_OF, target) | taxonomy.along(_LOCATION, target) | {target}
        return any(dataset.asserted.get(p, frozenset()) & within for p in ("fieldOfView", "anatomy"))

    def _organs_of(self, target: str) -> frozenset[str]:
        taxonomy = self._knowledge.taxonomy
        if target not in self._organs:
            around = taxonomy.up(target) | taxonomy.along(_PART_OF, target) | taxonomy.along(_LOCATION, target)
            self._organs[target] = self._knowledge.apart & around
        return self._organs[target]

    def _shown(self, modality: str) -> frozenset[str]:
        found = (self._organs_of(site) for site in self._knowledge.taxonomy.along(_IMAGES, modality))
        return frozenset().union(*found)

    def axiom(self, label: str, target: str, kind: str) -> dict[str, Any]:
        """What entails a relation other than ``exact``: subject, property, object and the axiom in Manchester syntax with labels."""
        prop = {PART: _PART_OF, LOCATION: _LOCATION}.get(kind, "")
        return {"sub": label, "property": prop, "super": target, "text": axiom_text(self._knowledge, label, prop, target)}

    def cover_axiom(self, target: str) -> dict[str, Any]:
        """What says that some labels together are the target."""
        parts = sorted(self._knowledge.covers.get(target, ()))
        label = self._knowledge.label
        text = f"'{label(target)}' is covered by {', '.join(repr(label(p)) for p in parts)}"
        return {"sub": target, "property": str(IKG.coveredBy), "super": parts, "text": text}
