"""The quality report: how complete, how sure and how consistent the catalogue is, as one JSON body."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kg.catalogue.facts import Conflict, Facts
from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.tables import Catalogue
from kg.landscape.figures import Figure
from kg.model import CURATOR, FACETS, NOTHING, Claim, Flag, Status
from kg.namespaces import expand
from kg.reason.contradictions import Contradiction

__all__ = ["flags", "quality", "yields"]

_UNSURE: Final = frozenset(("ikg:UnknownLicence", "ikg:CustomLicence"))
_COVERED: Final = ("issued", "extent", "labelled", "description", "publisher", "homepage")


def flags(catalogue: Catalogue) -> Counter[tuple[str, str]]:
    """(kind, column) → how many mentions of the survey's cells are flagged."""
    kinds = {(o.source, o.record, o.field, o.raw): o.flag.value for o in catalogue.overrides if o.flag is not Flag.READING}
    found = Counter((kind, field) for (_, _, field, _), kind in kinds.items())
    found.update(("facet", c.field) for c in catalogue.claims if c.status is Status.OTHER_FACET and c.source == "imaging-x")
    return found


def yields(
    found: Iterable[Contradiction], wrong: frozenset[tuple[str, int, str, str]], stated: Mapping[tuple[str, str], set[str]]
) -> dict[str, Any]:
    """How each detector of wrong cells did, judged by what curators decided.

    Args:
        found: What the detectors found, in cells as they were read before any decision.
        wrong: The cells (source, record, field, raw) that curators hold to be wrong.
        stated: (dataset, property) → the values that a curator states; cells about anything else are not judged.

    Returns:
        Per detector: found, judged, confirmed, precision; and the share of the wrong cells that either of them found.
    """
    cells: dict[str, set[Claim]] = {"reasoner": set(), "duplicates": set()}
    for contradiction in found:
        if contradiction.claim.source == "imaging-x":
            cells["duplicates" if contradiction.kind == "disagreement" else "reasoner"].add(contradiction.claim)
    body: dict[str, Any] = {}
    hit: set[tuple[str, int, str, str]] = set()
    for name, claims in cells.items():
        judged = [c for c in claims if (c.dataset, c.property) in stated]
        right = {(c.source, c.record, c.field, c.raw) for c in judged} & wrong
        hit |= right
        body[name] = {
            "found": len(claims), "judged": len(judged), "confirmed": len(right),
            "precision": round(len(right) / len(judged), 3) if judged else None,
        }  # fmt: skip
    body["wrong cells known"] = len(wrong)
    body["share of them that a detector found"] = round(len(hit) / len(wrong), 3) if wrong else None
    return body


def quality(
    catalogue: Catalogue,
    facts: tuple[Facts, ...],
    found: tuple[Contradiction, ...],
    landscape: Mapping[str, list[Figure]],
    label: Callable[[str], str],
) -> dict[str, Any]:
    """The report.

    Args:
        catalogue: The curated tables.
        facts: What the graph asserts.
        found: Contradictions and disagreements.
        landscape: The figures.
        label: Concept IRI → label.
    """
    conflicts = [c for f in facts for c in f.conflicts]
    stated: dict[tuple[str, str], set[str]] = {}
    for row in catalogue.curated:
        stated.setdefault((row.dataset, row.property), set()).add(row.value)
    wrong = frozenset(
        (c.source, c.record, c.field, c.raw)
        for c in catalogue.claims
        if c.status is Status.REJECTED
        and c.value
        and c.property in {"modality", "anatomy", "condition"}
        and c.source == "imaging-x"
    )
    open_doubts = [c for c in found if c.claim.asserts and (c.claim.dataset, c.claim.property) not in stated]
    return {
        "datasets": len(facts),
        "sources": _sources(catalogue),
        "coverage": _coverage(facts),
        "licences": _licences(catalogue, facts, label),
        "access": _access(facts, label),
        "population": _population(facts),
        "conflicts": [_conflict(c, label) for c in sorted(conflicts)],
        "flags": {f"{kind} in {field}": n for (kind, field), n in sorted(flags(catalogue).items())},
        "detectors": yields(found, wrong, stated),
        "open doubts": len(open_doubts),
        "unknown": {facet: sum(not f.concepts.get(facet) and _open(f, facet, stated) for f in facts) for facet in FACETS},
        "orphans": _orphans(catalogue, facts),
        "landscape": {by: [figure.body() for figure in own] for by, own in landscape.items()},
    }


def _open(fact: Facts, facet: str, stated: Mapping[tuple[str, str], set[str]]) -> bool:
    """Whether nothing is known; that nothing holds (a healthy cohort has no condition) is knowledge."""
    return stated.get((fact.row.id, facet)) != {NOTHING}


def _sources(catalogue: Catalogue) -> list[dict[str, Any]]:
    claims = Counter(c.source for c in catalogue.claims)
    linked = Counter(i.source for i in catalogue.identity)
    waiting = Counter(u.source for u in catalogue.unlinked)
    found: list[dict[str, Any]] = [
        {
            "name": s.name, "title": s.title, "version": s.version, "retrieved": s.retrieved, "records": s.records,
            "linked": linked[s.name], "unlinked": waiting[s.name], "claims": claims[s.name],
        }
        for s in catalogue.sources
    ]  # fmt: skip
    datasets = len({c.dataset for c in catalogue.curated})
    return [
        *found,
        {"name": CURATOR, "title": "the curators", "records": datasets, "linked": datasets, "claims": len(catalogue.curated)},
    ]


def _coverage(facts: tuple[Facts, ...]) -> dict[str, dict[str, Any]]:
    total = max(len(facts), 1)
    found: dict[str, dict[str, Any]] = {}
    for prop in (*CONCEPT_PROPERTIES, *_COVERED):
        have = [f for f in facts if _has(f, prop)]
        curated = sum(any(c.source == CURATOR for (p, _), cs in f.claims.items() if p == prop for c in cs) for f in have)
        found[prop] = {"datasets": len(have), "share": round(len(have) / total, 4), "by a curator": curated}
    return found


def _has(fact: Facts, prop: str) -> bool:
    own = {
        "issued": bool(fact.row.year), "extent": bool(fact.extents), "labelled": fact.labelled is not None,
        "homepage": bool(fact.row.homepage),
    }  # fmt: skip
    return own.get(prop, bool(fact.concepts.get(prop) or fact.literals.get(prop)))


def _licences(catalogue: Catalogue, facts: tuple[Facts, ...], label: Callable[[str], str]) -> dict[str, Any]:
    known = [f for f in facts if set(f.concepts.get("licence", ())) - _UNSURE]
    by = Counter(label(expand(v)) for f in known for v in f.concepts["licence"])
    texts = Counter(
        c.raw for c in catalogue.claims if c.field.casefold() in {"license", "licence", "rights"} and c.status is Status.UNREAD
    )
    return {
        "known": len(known), "share": round(len(known) / max(len(facts), 1), 4),
        "disputed": sum(any(c.property == "licence" and not c.chosen for c in f.conflicts) for f in facts),
        "by licence": dict(sorted(by.items(), key=lambda kv: (-kv[1], kv[0]))),
        "texts that name none": dict(sorted(texts.items())),
    }  # fmt: skip


def _access(facts: tuple[Facts, ...], label: Callable[[str], str]) -> dict[str, Any]:
    levels = Counter(label(expand(v)) for f in facts for v in f.concepts.get("accessLevel", ()))
    known = sum(bool(f.concepts.get("accessLevel")) for f in facts)
    guessed = sum(bool(f.guessed.get("accessLevel")) for f in facts)
    return {
        "by evidence": known, "share": round(known / max(len(facts), 1), 4), "guessed from the host only": guessed,
        "unknown": len(facts) - known - guessed, "by level": dict(sorted(levels.items(), key=lambda kv: (-kv[1], kv[0]))),
    }  # fmt: skip


def _population(facts: tuple[Facts, ...]) -> dict[str, int]:
    groups = [{s.group for s in f.subjects} for f in facts]
    sexes, unstated = {"ikg:FemaleSubject", "ikg:MaleSubject"}, {"ikg:SexNotStated", "ikg:AgeNotStated"}
    return {
        "datasets with numbers by sex": sum(bool(g & sexes) for g in groups),
        "datasets with numbers by age": sum(bool(g - sexes - unstated) for g in groups),
        "datasets whose headers state neither": sum(bool(g) and g <= unstated for g in groups),
    }


def _conflict(conflict: Conflict, label: Callable[[str], str]) -> dict[str, Any]:
    return {
        "dataset": conflict.dataset, "property": conflict.property, "values": [label(expand(v)) for v in conflict.values],
        "chosen": label(expand(conflict.chosen)) if conflict.chosen else None,
    }  # fmt: skip


def _orphans(catalogue: Catalogue, facts: tuple[Facts, ...]) -> dict[str, Any]:
    return {
        "datasets without a home page": sorted(f.row.id for f in facts if not f.row.homepage),
        "datasets without a modality": sorted(f.row.id for f in facts if not f.concepts.get("modality")),
        "records that describe no dataset": dict(sorted(Counter(u.source for u in catalogue.unlinked).items())),
    }
