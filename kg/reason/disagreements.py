"""What other rows and other sources do not bear out: the second detector of wrong cells, independent of the axioms' disjointness.

Records of one dataset must be able to be true together. A value is doubted when other records of its dataset fill the same facet and none of
them gives a value that is compatible: equal, a kind or a part of it either way, or a condition and its site's. It stays asserted and goes
to review; how many records stand against it and beside it says how certain the doubt is.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

from kg.catalogue.properties import COPIES
from kg.model import Claim, Status
from kg.namespaces import BFO_PART_OF, IKG, expand
from kg.reason.contradictions import Contradiction
from kg.reason.taxonomy import Taxonomy

__all__ = ["FACETS_COMPARED", "disagreements", "fits"]

FACETS_COMPARED: Final = ("modality", "anatomy", "condition")
_PATHS: Final = (str(BFO_PART_OF), str(IKG.hasLocation), str(IKG.hasComponent), str(IKG.comprises), str(IKG.images))


Fits = Callable[[str, str], bool]


def _everywhere(taxonomy: Taxonomy) -> frozenset[str]:
    """Sites that say nothing: those in which more than every fifth located condition sits."""
    reach = taxonomy.edges.get(str(IKG.hasLocation), {})
    counts: dict[str, int] = {}
    for targets in reach.values():
        for target in targets:
            counts[target] = counts.get(target, 0) + 1
    return frozenset(t for t, n in counts.items() if n * 5 > len(reach))


def disagreements(claims: Iterable[Claim], taxonomy: Taxonomy) -> Iterator[Contradiction]:
    """Every doubted claim of the survey and of the other sources, as a contradiction of the kind ``disagreement``.

    Claims that a curator rejected are looked at too, as they were read, so that the detector's yield can be counted.
    """
    filled: dict[tuple[str, str], dict[tuple[str, int], list[Claim]]] = {}
    for claim in claims:
        if claim.source in COPIES:
            continue
        if claim.property in FACETS_COMPARED and claim.value and (claim.asserts or claim.status is Status.REJECTED):
            filled.setdefault((claim.dataset, claim.property), {}).setdefault((claim.source, claim.record), []).append(claim)
    judge = fits(taxonomy)
    for key in sorted(filled):
        records = filled[key]
        if len(records) > 1:
            yield from _doubted(records, judge)


def fits(taxonomy: Taxonomy) -> Fits:
    """A judge of whether two concepts (CURIEs) of one facet can both be said of the same pictures without a mistake."""
    broad = _everywhere(taxonomy)
    sites = str(IKG.hasLocation)

    @cache
    def judge(one: str, other: str) -> bool:
        a, b = expand(one), expand(other)
        if taxonomy.is_a(a, b) or taxonomy.is_a(b, a):
            return True
        if any(b in taxonomy.along(p, a) or a in taxonomy.along(p, b) for p in _PATHS):
            return True
        return bool((taxonomy.along(sites, a) & taxonomy.along(sites, b)) - broad)

    return judge


def _doubted(records: dict[tuple[str, int], list[Claim]], fits: Fits) -> Iterator[Contradiction]:
    for place, own in sorted(records.items()):
        for claim in own:
            others = {p: {c.value for c in cs} for p, cs in records.items() if p != place}
            beside = [p for p, values in others.items() if any(fits(claim.value, v) for v in values)]
            if not beside:
                values = sorted({v for vs in others.values() for v in vs})
                yield Contradiction(claim, "disagreement", tuple(values[:8]), len(others))
