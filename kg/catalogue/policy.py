"""The policy by which claims become what the graph asserts.

1. A curator's statement about a property of a dataset is the whole of it: what sources say beside it stays a claim. Of properties that
   hold whatever anybody knows (``ADDITIVE``: aliases, population …) it is a part, unless it says that there is nothing.
2. Concept facets without such a statement hold every value that a claim puts forward and that is not withheld; of two values of one
   facet of which one lies under the other, both are asserted (the reasoner knows that one implies the other).
3. What can have one value only (``SINGLE``) is asserted when the claims agree, a more specific value agreeing with a broader one.
   Where they differ, the claims of the most trusted tier decide if they agree and that tier is first hand; otherwise nothing is
   asserted. Either way the difference is a ``Conflict``, kept and shown.
4. The older table and the portal repeat the survey: of a facet that anybody else fills they add nothing.
5. A group that sources count is a population of the dataset when it makes up a twentieth of its subjects; the counts are kept whole.
6. ``labelled`` is true when any record says so, because a record describes a part of a dataset.

Nothing is repaired silently: what loses stays a claim.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from kg.catalogue.facts import Conflict, Extent, Facts, Subjects
from kg.catalogue.properties import ADDITIVE, CONCEPT_PROPERTIES, COPIES, SINGLE, TRUST
from kg.catalogue.tables import Catalogue
from kg.identity import normal_url
from kg.model import CURATOR, NOTHING, Claim, Curated, DatasetRow, Status

__all__ = ["agreed", "curated_claims", "facts_of"]

_FIRST_HAND: Final = 3
_COUNTED: Final = 3  # extents of first-hand sources and curators replace those of the survey
_STRUCTURE: Final = "ikg:AnatomicalEntity"
"""What is under it is anatomy: a dataset whose labels mark it is relevant to it, which is not so of a labelled disease or device."""
_SEXES: Final = frozenset(("ikg:FemaleSubject", "ikg:MaleSubject", "ikg:SexNotStated"))
_NOTABLE: Final = 0.05
"""The share from which a group of subjects is a population of the dataset: two children among a thousand do not make it paediatric."""
_LITERALS: Final = ("byteSize", "classes", "description", "labelSetComplete", "publisher")


Above = Callable[[str], frozenset[str]]


def _nothing_above(_: str) -> frozenset[str]:
    return frozenset()


def agreed(claims: Iterable[Claim]) -> str:
    """The value of most claims; the earliest record breaks a tie. Empty when there is no claim."""
    ordered = sorted(claims, key=lambda c: (c.source, c.record))
    counts = Counter(c.value for c in ordered)
    return max(counts, key=lambda v: (counts[v], -next(i for i, c in enumerate(ordered) if c.value == v)), default="")


def curated_claims(rows: Iterable[Curated]) -> tuple[Claim, ...]:
    """What curators state, as claims of the source ``curator``, so that every fact has a claim behind it."""
    return tuple(
        Claim(
            row.dataset, CURATOR, 0, row.property, row.label or row.value, "" if row.value == NOTHING else row.property,
            "" if row.value == NOTHING else row.value,
            Status.VAGUE if row.value == NOTHING else Status.READ if row.property in CONCEPT_PROPERTIES else Status.VALUE,
            f"{row.reason} [{row.reference}]" if row.reference else row.reason,
        )
        for row in rows
    )  # fmt: skip


def facts_of(
    catalogue: Catalogue,
    withheld: frozenset[Claim] = frozenset(),
    above: Above = _nothing_above,
    platform: Callable[[str], str] = lambda _: "",
) -> tuple[Facts, ...]:
    """What the graph asserts of every dataset, in id order.

    Args:
        catalogue: The curated tables.
        withheld: Claims that are not asserted while they wait for review (see :mod:`kg.reason.contradictions`).
        above: CURIE of a concept → CURIEs of those it is a kind of.
        platform: Normalised address → CURIE of the platform that it leads to, if one is known.
    """
    said: dict[str, list[Claim]] = {}
    for claim in (*catalogue.claims, *curated_claims(catalogue.curated)):
        said.setdefault(claim.dataset, []).append(claim)
    stated: dict[str, set[str]] = {}
    for row in catalogue.curated:
        if row.property not in ADDITIVE or row.value == NOTHING:
            stated.setdefault(row.dataset, set()).add(row.property)
    return tuple(
        _facts(row, said.get(row.id, []), frozenset(stated.get(row.id, ())), withheld, above, platform)
        for row in sorted(catalogue.datasets)
    )


def _facts(
    row: DatasetRow,
    claims: list[Claim],
    stated: frozenset[str],
    withheld: frozenset[Claim],
    above: Above,
    platform: Callable[[str], str],
) -> Facts:
    behind: dict[str, dict[str, list[Claim]]] = {}
    for claim in claims:
        if claim.asserts and claim not in withheld:
            behind.setdefault(claim.property, {}).setdefault(claim.value, []).append(claim)
    conflicts = [c for prop in sorted(SINGLE & set(behind)) if (c := _conflict(row.id, prop, behind[prop], above))]
    for prop, values in behind.items():
        if prop in CONCEPT_PROPERTIES and prop not in SINGLE:
            behind[prop] = _beside_copies(values)
    for prop in stated:
        own = {c.value for c in claims if c.source == CURATOR and c.property == prop}
        behind[prop] = {value: found for value, found in behind.get(prop, {}).items() if value in own}
    for url, found in behind.get("landingPage", {}).items():
        kept = platform(normal_url(url))
        if kept and "platform" not in stated:
            behind.setdefault("platform", {}).setdefault(kept, []).extend(found)
    concepts: dict[str, tuple[str, ...]] = {}
    for prop in CONCEPT_PROPERTIES:
        values = behind.get(prop, {})
        if values and prop in SINGLE and prop not in stated:
            chosen = _chosen(_sharpest(values, above), values)
            values = {chosen: values[chosen]} if chosen else {}
            behind[prop] = values
        if values:
            concepts[prop] = tuple(sorted(values))
    subjects = tuple(sorted({_subjects(value) for value in behind.get("subjects", {})}))
    _implied(behind, concepts, stated, above)
    labels = behind.get("labelled", {})
    return Facts(
        _named(row, behind, stated),
        dict(sorted(concepts.items())),
        {(prop, value): tuple(cs) for prop, values in sorted(behind.items()) for value, cs in sorted(values.items())},
        _extents(behind.get("extent", {})),
        ("true" in labels) if labels else None,
        tuple(sorted(c for c in claims if c in withheld)),
        {prop: tuple(sorted(behind[prop])) for prop in _LITERALS if behind.get(prop)},
        subjects,
        _guessed(claims, concepts),
        tuple(conflicts),
        stated,
    )


def _implied(
    behind: dict[str, dict[str, list[Claim]]], concepts: dict[str, tuple[str, ...]], stated: frozenset[str], above: Above
) -> None:
    """Add what other facts say in passing: counted subjects are a population, and a labelled structure is one that is marked."""
    counted = [_subjects(value) for value in behind.get("subjects", {})]
    sexes = sum(s.count for s in counted if s.group in _SEXES)
    everybody = max(sexes, sum(s.count for s in counted) - sexes)
    for value, found in behind.get("subjects", {}).items():
        group, count = _subjects(value).group, _subjects(value).count
        if "population" not in stated and not group.endswith("NotStated") and count >= _NOTABLE * everybody:
            behind.setdefault("population", {}).setdefault(group, []).extend(found)
            concepts["population"] = tuple(sorted(behind["population"]))
    if structures := {v: cs for v, cs in behind.get("annotates", {}).items() if _STRUCTURE in above(v)}:
        behind["annotatesStructure"] = structures
        concepts["annotatesStructure"] = tuple(sorted(structures))


def _beside_copies(values: dict[str, list[Claim]]) -> dict[str, list[Claim]]:
    """The values without those that only copies of the survey give, where anybody else gives any."""
    own = {v: cs for v, cs in values.items() if any(c.source not in COPIES for c in cs)}
    return own or values


def _sharpest(values: Iterable[str], above: Above) -> tuple[str, ...]:
    """The values that no other one is a kind of."""
    found = tuple(sorted(values))
    return tuple(v for v in found if not any(v in above(other) for other in found if other != v))


def _chosen(sharpest: tuple[str, ...], values: Mapping[str, list[Claim]]) -> str:
    """The value that is asserted; empty when none may be."""
    if len(sharpest) == 1:
        return sharpest[0]
    tier = {v: max(TRUST.get(c.source, 1) for c in values[v]) for v in sharpest}
    best = [v for v in sharpest if tier[v] == max(tier.values())]
    return best[0] if len(best) == 1 and tier[best[0]] >= _FIRST_HAND else ""


def _conflict(dataset: str, prop: str, values: Mapping[str, list[Claim]], above: Above) -> Conflict | None:
    sharpest = _sharpest(values, above)
    return Conflict(dataset, prop, sharpest, _chosen(sharpest, values)) if len(sharpest) > 1 else None


def _named(row: DatasetRow, behind: Mapping[str, Mapping[str, list[Claim]]], stated: frozenset[str]) -> DatasetRow:
    """The row with what a curator states of its name, year and home page."""

    def own(prop: str, otherwise: str) -> str:
        return next(iter(sorted(behind.get(prop, {}))), "") if prop in stated else otherwise

    aliases = {*row.aliases, *(behind.get("alias", {}))}
    name = own("title", row.name)
    return replace(
        row,
        name=name,
        aliases=tuple(sorted(aliases - {name})),
        homepage=own("landingPage", row.homepage),
        year=own("issued", row.year),
    )


def _extents(values: Mapping[str, list[Claim]]) -> tuple[Extent, ...]:
    counted = {v for v, claims in values.items() if any(TRUST.get(c.source, 1) >= _COUNTED for c in claims)}
    return tuple(sorted(_extent(v) for v in counted or values))


def _extent(text: str) -> Extent:
    count, unit, certainty = text.split(" ")
    return Extent(int(count), unit, certainty)


def _subjects(text: str) -> Subjects:
    group, count = text.split(" ")
    return Subjects(group, int(count))


def _guessed(claims: Iterable[Claim], concepts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for claim in claims:
        if claim.status is Status.GUESSED and claim.property not in concepts:
            found.setdefault(claim.property, set()).add(claim.value)
    return {prop: tuple(sorted(values)) for prop, values in sorted(found.items())}
