"""From seeds to a profile: the least general concepts that all seeds share and that still say something."""

from collections.abc import Sequence
from typing import Any, Final

from kg.fusion.profile import Profile
from kg.fusion.similarity import Similarity
from kg.knowledge import DatasetView
from kg.knowledge.criteria import PROPERTY_OF
from kg.model import FACETS

__all__ = ["common", "induce"]

# A concept that more than about a third of all datasets have (information below 1 nat) is no demand, except for modality and task,
# where even the broad families (CT, segmentation) are what people mean.
_INFORMATIVE: Final = {"anatomy": 1.0, "condition": 1.0, "modality": 0.3, "task": 0.3}
_NAMED: Final = 4


def _telling(seeds: Sequence[DatasetView], facet: str, similarity: Similarity) -> dict[str, float]:
    """Concept that all seeds have and that says something → its information, in nats."""
    prop = PROPERTY_OF[facet]
    shared = frozenset.intersection(*(s.entailed.get(prop, frozenset()) for s in seeds)) if seeds else frozenset()
    found = {c: similarity.information(prop, c) for c in shared}
    return {c: worth for c, worth in found.items() if worth >= _INFORMATIVE[facet]}


def induce(seeds: Sequence[DatasetView], similarity: Similarity) -> Profile:
    """The profile that the seeds share; a facet in which they share nothing informative is left open."""
    wanted: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        telling = _telling(seeds, facet, similarity)
        least = max(telling.values(), default=0.0)
        # Of several shared concepts the most informative ones speak for the facet; the rest mostly lie above them.
        wanted[facet] = tuple(sorted(c for c, worth in telling.items() if worth >= least - 1e-9))[:3]
    return Profile({f: concepts for f, concepts in wanted.items() if concepts})


def common(seeds: Sequence[DatasetView], similarity: Similarity) -> dict[str, Any]:
    """What the seeds share, to edit a profile by, as JSON.

    Returns:
        ``shared``: for each facet the least general concepts that all seeds have, with their information and how many datasets have
        them, the most telling first; ``note``: a word when there are none in any facet; ``each``: then what each seed is.
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
    if len(seeds) < 2 or any(shared.values()):  # one seed shares everything with itself
        return {"shared": shared}
    each = [
        {"id": s.id, "name": s.name}
        | {f: sorted(knowledge.label(v) for v in s.asserted.get(f, ()))[:_NAMED] for f in FACETS if s.asserted.get(f)}
        for s in seeds
    ]
    told = "; ".join(
        f"{e['name']}: {', '.join(str(v) for f in FACETS for v in e.get(f, ())) or 'nothing is known of it'}" for e in each
    )
    note = f"the seeds have nothing in common that would tell other datasets apart ({told}); remove a seed or say what is wanted"
    return {"shared": shared, "note": note, "each": each}
