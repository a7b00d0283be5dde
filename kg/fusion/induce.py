"""From seeds to a profile: the least general concepts that all seeds share and that still say something.

The profile is a gate, so that it must not exclude for lack of knowledge: a set that its sources call a CT set may well be one with
contrast. Where they often leave the finer kind untold, the profile asks for the coarser one; the score rewards the finer one all the same.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from kg.fusion.profile import Profile
from kg.fusion.similarity import Similarity
from kg.knowledge import DatasetView, Knowledge
from kg.knowledge.criteria import PROPERTY_OF
from kg.model import FACETS
from kg.namespaces import BFO_PART_OF, IKG

__all__ = ["common", "induce"]

# A concept that more than about a third of all datasets have (information below 1 nat) is no demand; of conditions half of them, since
# "neoplasm" is what people mean; of modality even the broad families are (CT), of task what nearly all labels yield (classification).
_INFORMATIVE: Final = {"anatomy": 1.0, "condition": 0.7, "modality": 0.3, "task": 0.1}
_NAMED: Final = 4
_MOST: Final = 5  # so many concepts of a facet at most, any one of which will do
_NEAR: Final = 1.0  # an alternative that says so many nats less would let in what the seeds are not about
_USED: Final = 0.25
"""Share of the datasets that have a concept from which on it counts as one that sources state as their last word."""
_PART_OF, _LOCATION = str(BFO_PART_OF), str(IKG.hasLocation)
_DERIVABLE, _COMPONENT = str(IKG.derivableTo), str(IKG.hasComponent)


def _telling(seeds: Sequence[DatasetView], facet: str, similarity: Similarity) -> dict[str, float]:
    """Concept that all seeds have and that says something → its information, in nats."""
    prop = PROPERTY_OF[facet]
    shared = frozenset.intersection(*(s.entailed.get(prop, frozenset()) for s in seeds)) if seeds else frozenset()
    found = {c: similarity.information(prop, c) for c in shared}
    return {c: worth for c, worth in found.items() if worth >= _INFORMATIVE[facet] and c not in similarity.knowledge.general}


class _LastWords(dict[tuple[str, str], float]):
    """(facet, concept) → share of the datasets that have the concept and of which nothing finer is said; made when first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        above, have = knowledge.taxonomy.supers, knowledge.populations
        last: dict[tuple[str, str], int] = {}
        for dataset in knowledge.datasets.values():
            for facet in FACETS:
                own = dataset.asserted.get(facet, frozenset())
                for concept in own - {c for v in own for c in above.get(v, ()) if c != v}:
                    last[facet, concept] = last.get((facet, concept), 0) + 1
        for (facet, concept), count in last.items():
            self[facet, concept] = count / max(have.get(facet, {}).get(concept, 0), count)

    def used(self, facet: str, concept: str) -> bool:
        """Whether sources use the concept as their last word."""
        return self.get((facet, concept), 0.0) >= _USED


def _coarse(facet: str, telling: dict[str, float], words: _LastWords, knowledge: Knowledge) -> set[str]:
    """For modality and task: a concept above which another is often the last word gives way to it."""

    def broad(concept: str) -> bool:
        return not any(words.used(facet, c) for c in knowledge.taxonomy.supers.get(concept, ()) if c in telling and c != concept)

    return {c for c in telling if broad(c)}


def _studied(seeds: Sequence[DatasetView], telling: dict[str, float], words: _LastWords, knowledge: Knowledge) -> set[str]:
    """For anatomy: what all seeds are about, rather than what their findings happen to touch, in words that sources use."""

    def about(seed: DatasetView) -> frozenset[str]:
        own = seed.asserted.get("anatomy", frozenset())
        reached = (c for v in own for c in (*knowledge.taxonomy.up(v), *knowledge.taxonomy.along(_PART_OF, v)))
        return frozenset(reached) or seed.entailed.get(PROPERTY_OF["anatomy"], frozenset())

    found = set(telling) & frozenset.intersection(*map(about, seeds)) or set(telling)
    return {c for c in found if words.used("anatomy", c)} or found


def _what(telling: dict[str, float], words: _LastWords, knowledge: Knowledge) -> set[str]:
    """For condition: neither a root ("imaging finding") nor what only says where ("abdominal disease"): the anatomy says that."""

    def located(concept: str) -> bool:
        return bool(knowledge.taxonomy.along(_LOCATION, concept))

    def only_where(concept: str) -> bool:
        kinds = knowledge.taxonomy.supers.get(concept, frozenset())
        says = {c for c in kinds if not located(c) and knowledge.information("condition", c) >= _ROOT}
        return len(kinds) < 2 or (located(concept) and not says and not words.used("condition", concept))

    return {c for c in telling if not only_where(c)}


_ROOT: Final = 0.5  # information below which a class of conditions ("disease", "finding") says nothing of the kind


def _least(found: Iterable[str], facet: str, telling: dict[str, float], knowledge: Knowledge) -> tuple[str, ...]:
    """The concepts above which no other one lies, by kind, by part or by derivation; the most telling ones, sorted."""
    edge = {"anatomy": _PART_OF, "task": _DERIVABLE, "modality": _COMPONENT}.get(facet, "")
    concepts = set(found)
    if facet == "anatomy":
        concepts = {c for c in concepts if telling[c] >= max(telling[o] for o in concepts) - _NEAR}

    def above(concept: str) -> set[str]:
        reached = set(knowledge.taxonomy.supers.get(concept, ())) | set(knowledge.taxonomy.along(edge, concept) if edge else ())
        return reached - {concept}

    lower = sorted(concepts, key=lambda c: (-telling[c], c))
    kept: list[str] = []
    for concept in lower:
        # Of two that lie above each other (equivalent ones) the first stays.
        if not any(concept in above(o) and (o not in above(concept) or o in kept) for o in concepts - {concept}):
            kept.append(concept)
    return tuple(sorted(kept[:_MOST]))


def induce(seeds: Sequence[DatasetView], similarity: Similarity) -> Profile:
    """The profile that the seeds share; a facet in which they share nothing informative is left open.

    Several concepts of a facet are alternatives: a dataset needs any one of them. A condition that no seed states, and that only their
    different ones have in common (a tumour of the liver, one of the kidney: neoplasm), is not what they were chosen for: it keeps out what
    is known to be of another, and lets in what says nothing of its condition.
    """
    if not seeds:
        return Profile()
    knowledge = similarity.knowledge
    words = knowledge.kept(_LastWords)
    wanted: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        telling = _telling(seeds, facet, similarity)
        if facet == "anatomy":
            found = _studied(seeds, telling, words, knowledge)
        else:
            found = _what(telling, words, knowledge) if facet == "condition" else _coarse(facet, telling, words, knowledge)
        wanted[facet] = _least(found, facet, telling, knowledge)
    stated = frozenset().union(*(s.asserted.get("condition", frozenset()) for s in seeds))
    loose = bool(wanted["condition"]) and stated.isdisjoint(wanted["condition"])
    return Profile(
        {f: concepts for f, concepts in wanted.items() if concepts}, or_unknown=frozenset(("condition",) if loose else ())
    )


def common(seeds: Sequence[DatasetView], similarity: Similarity) -> dict[str, Any]:
    """What the seeds share, to edit a profile by, as JSON.

    Returns:
        ``shared``: for each facet the least general concepts that all seeds have, with their information and how many datasets have
        them, the most telling first; ``note``: a word when there are none in any facet, or none but a task, which half of the catalogue
        may serve; ``each``: then what each seed is.
    """
    knowledge = similarity.knowledge
    shared: dict[str, list[dict[str, Any]]] = {}
    for facet in FACETS:
        telling = _telling(seeds, facet, similarity)
        above = {s for c in telling for s in knowledge.taxonomy.up(c) if s != c}
        prop = PROPERTY_OF[facet]
        least = sorted((c for c in telling if c not in above), key=lambda c: (-telling[c], c))
        shared[facet] = [
            {"iri": c, "label": knowledge.label(c), "information": round(telling[c], 3),
             "datasets": knowledge.populations.get(prop, {}).get(c, 0)}
            for c in least
        ]  # fmt: skip
    if len(seeds) < 2 or any(shared[f] for f in FACETS if f != "task"):  # one seed shares everything with itself
        return {"shared": shared}
    each = [
        {"id": s.id, "name": s.name}
        | {f: sorted(knowledge.label(v) for v in s.asserted.get(f, ()))[:_NAMED] for f in FACETS if s.asserted.get(f)}
        for s in seeds
    ]
    told = "; ".join(
        f"{e['name']}: {', '.join(str(v) for f in FACETS for v in e.get(f, ())) or 'nothing is known of it'}" for e in each
    )
    beside = " but tasks" if shared["task"] else ""
    note = f"the seeds have nothing in common{beside} that would tell other datasets apart ({told}); remove a seed or say what is wanted"
    return {"shared": shared, "note": note, "each": each}
