"""The label space of some datasets: what their labels share, the target that they can serve together, and what each lacks for it.

Open world: that a dataset does not label a structure says nothing of whether its images show it. A label set that is stated to be
complete says that the structure is not labelled; nothing says that it is background.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.errors import ProfileError
from kg.fusion.label_conflicts import Conflict, conflicts
from kg.fusion.label_facts import LabelFacts, parse_labels
from kg.fusion.label_states import MapRow, State, map_of, state_of
from kg.fusion.label_steps import steps_of
from kg.fusion.steps import Step
from kg.knowledge import DatasetView, Knowledge

__all__ = ["LabelSpace", "label_space", "labels_body"]

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class LabelSpace:
    """The labels of some datasets brought together.

    Attributes:
        known: The members whose labels are known, in the order given.
        unknown: The others: nothing is said of them.
        union: Every label of any known member.
        shared: Labels of the union that every known member has, or has in parts that together are all of it.
        shared_in_part: Further labels of the union of which every known member labels at least a kind or a part.
        targets: The target labels.
        given: Whether the user named them; otherwise they are the labels of the union that two members can serve.
        serving: Target → ids of the members that serve it.
        conflicts: Where labels differ in grain, the most members first.
        facts: What follows for single label sets.
    """

    known: tuple[DatasetView, ...]
    unknown: tuple[DatasetView, ...]
    union: tuple[str, ...]
    shared: tuple[str, ...]
    shared_in_part: tuple[str, ...]
    targets: tuple[str, ...]
    given: bool
    serving: Mapping[str, tuple[str, ...]]
    conflicts: tuple[Conflict, ...]
    facts: LabelFacts

    def states(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[State, ...]:
        """What a known member is for each target label."""
        return tuple(state_of(self.facts, dataset, target, knowledge) for target in self.targets)

    def map(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[MapRow, ...]:
        """The labels of a known member and the target labels that each counts towards; only what the ontology entails."""
        return tuple(map_of(self.facts, dataset, self.targets, knowledge))

    def steps(self, knowledge: Knowledge) -> dict[str, tuple[Step, ...]]:
        """Id → the harmonisation steps of each known member that needs any."""
        found = {d.id: self._steps(d, knowledge) for d in self.known} if self.targets else {}
        return {i: steps for i, steps in found.items() if steps}

    def _steps(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[Step, ...]:
        rare = [t for t in self.targets if self._rare(t) and dataset.id in self.serving[t]]
        return steps_of(
            knowledge, self.facts.own(dataset), self.states(dataset, knowledge), self.map(dataset, knowledge),
            rare=rare, organ_only=self._organ_only(),
        )  # fmt: skip

    def _rare(self, target: str) -> bool:
        """Whether so few of the members serve a target that a model would hardly see it."""
        return 0 < 3 * len(self.serving[target]) < len(self.known)

    def _organ_only(self) -> frozenset[str]:
        """Organs that some member labels without the lesions in it that another member labels."""
        return frozenset(c.coarse for c in self.conflicts if c.kind == "lesion-in-organ")

    def summary(self, knowledge: Knowledge) -> dict[str, Any]:
        """The label space in short, as JSON: for an answer with many members."""
        named = _namer(knowledge)
        counts = [
            named(t) | {"serves": len(self.serving[t]), "of": len(self.known)} for t in self.targets[: 4 * _SHOWN]
        ]  # fmt: skip
        return {
            "known": len(self.known), "unknown": len(self.unknown), "union": len(self.union),
            "complete": sum(d.label_set_complete is True for d in self.known),
            "shared": [named(c) for c in self.shared], "sharedInPart": [named(c) for c in self.shared_in_part[:_SHOWN]],
            "target": counts, "targets": len(self.targets), "targetFrom": "given" if self.given else "induced",
            "conflicts": [c.body(knowledge) for c in self.conflicts[:_SHOWN]], "conflictsInAll": len(self.conflicts),
            "unserved": [named(t) for t in self.targets if not self.serving[t]], "note": _note(self),
        }  # fmt: skip

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The whole label space as JSON: every label, and for each known member its states, its map and its steps."""
        named = _namer(knowledge)
        steps = self.steps(knowledge)
        members = [
            {
                "id": d.id, "name": d.name, "complete": d.label_set_complete,
                "labels": [named(c) for c in sorted(self.facts.own(d), key=knowledge.label)],
                "states": [
                    named(s.target) | {"state": s.state, "labels": [named(c) for c in s.labels], "text": s.text}
                    for s in self.states(d, knowledge)
                ],
                "map": [
                    {"label": named(r.label), "target": named(r.target), "relation": r.relation, "axioms": list(r.axioms)}
                    for r in self.map(d, knowledge)
                ],
                "steps": [s.body() for s in steps.get(d.id, ())],
            }
            for d in self.known
        ]  # fmt: skip
        return self.summary(knowledge) | {
            "union": [named(c) for c in self.union],
            "sharedInPart": [named(c) for c in self.shared_in_part],
            "target": [named(t) | {"serves": len(self.serving[t]), "of": len(self.known)} for t in self.targets],
            "conflicts": [c.body(knowledge) for c in self.conflicts],
            "members": members,
            "labelsUnknown": [{"id": d.id, "name": d.name} for d in self.unknown],
        }


def label_space(knowledge: Knowledge, members: Sequence[DatasetView], targets: Iterable[str] = ()) -> LabelSpace:
    """Bring the labels of some datasets together.

    Args:
        knowledge: The graph.
        members: The datasets; those whose labels are unknown are set apart.
        targets: IRIs of the wanted labels; without any they are induced.
    """
    facts = knowledge.kept(LabelFacts)
    known = tuple(m for m in members if facts.own(m))
    # Members with the same label set are answered once.
    sets: dict[frozenset[str], list[str]] = {}
    for member in known:
        sets.setdefault(facts.own(member), []).append(member.id)
    union = sorted({c for own in sets for c in own}, key=lambda c: (knowledge.label(c), c))
    wanted = tuple(dict.fromkeys(targets))
    serving: dict[str, list[str]] = {c: [] for c in (*union, *wanted)}
    partly = set(union)
    for own, ids in sets.items():
        partly &= facts.partly(own)
        for concept in facts.serves(own) & serving.keys():
            serving[concept] += ids
    found = conflicts(knowledge, facts, sets, serving) if len(sets) > 1 else ()
    told = tuple(c for c in found if not wanted or not {c.coarse, *c.fine}.isdisjoint(wanted))
    shared = tuple(c for c in union if known and len(serving[c]) == len(known))
    chosen = wanted or tuple(sorted((c for c in union if len(serving[c]) > 1), key=lambda c: -len(serving[c])))
    return LabelSpace(
        known, tuple(m for m in members if not facts.own(m)), tuple(union), shared,
        tuple(c for c in union if c in partly and c not in shared), chosen, bool(wanted),
        {t: tuple(sorted(serving[t])) for t in chosen}, told, facts,
    )  # fmt: skip


def labels_body(knowledge: Knowledge, datasets: Sequence[str], labels: Sequence[str] = ()) -> dict[str, Any]:
    """The label space of some datasets as JSON; the body of ``/v1/fusion/labels``.

    Args:
        knowledge: The graph.
        datasets: Ids, names, aliases or IRIs.
        labels: The wanted labels: words, CURIEs or IRIs of any mapped terminology; without any they are induced.

    Raises:
        ProfileError: No dataset is given.
        UnknownDataset: A text names no dataset.
        UnknownConcept: A text names nothing that can be a label.
    """
    if not datasets:
        raise ProfileError("datasets", "give at least one dataset")
    members = tuple({d.id: d for d in map(knowledge.dataset, datasets)}.values())
    return label_space(knowledge, members, parse_labels(labels, knowledge)).body(knowledge)


def _namer(knowledge: Knowledge) -> Callable[[str], dict[str, Any]]:
    return lambda iri: {"iri": iri, "label": knowledge.label(iri)}


def _note(space: LabelSpace) -> str:
    if not space.known:
        return "the labels of none of these datasets are known"
    if not space.targets:
        return "no label is served by two of these datasets: name the labels that are wanted"
    return "unlabelled is not background: a structure that a dataset does not label may be in its images"
