"""From seeds to a profile: the least general concepts that all seeds share and that still say something."""

from collections.abc import Sequence
from typing import Final

from kg.fusion.profile import Profile
from kg.fusion.similarity import Similarity
from kg.knowledge import DatasetView
from kg.knowledge.criteria import PROPERTY_OF
from kg.model import FACETS

__all__ = ["induce"]

# A concept that more than about a third of all datasets have (information below 1 nat) is no demand, except for modality and task,
# where even the broad families (CT, segmentation) are what people mean.
_INFORMATIVE: Final = {"anatomy": 1.0, "condition": 1.0, "modality": 0.3, "task": 0.3}


def induce(seeds: Sequence[DatasetView], similarity: Similarity) -> Profile:
    """The profile that the seeds share; a facet in which they share nothing informative is left open."""
    wanted: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        prop = PROPERTY_OF[facet]
        shared = frozenset.intersection(*(s.entailed.get(prop, frozenset()) for s in seeds)) if seeds else frozenset()
        telling = {c for c in shared if similarity.information(prop, c) >= _INFORMATIVE[facet]}
        least = max((similarity.information(prop, c) for c in telling), default=0.0)
        # Of several shared concepts the most informative ones speak for the facet; the rest mostly lie above them.
        wanted[facet] = tuple(sorted(c for c in telling if similarity.information(prop, c) >= least - 1e-9))[:3]
    return Profile({f: concepts for f, concepts in wanted.items() if concepts})
