"""The licence of one derivative made of several datasets, or why there is none."""

from collections.abc import Sequence
from typing import Any

from kg.knowledge import DatasetView, Knowledge
from kg.licence.book import OwnTerms, book_of
from kg.licence.merge import Demands, first_clash, largest
from kg.licence.terms import NO_TEXT, Terms

__all__ = ["derivative"]


def derivative(knowledge: Knowledge, members: Sequence[DatasetView], own: Sequence[OwnTerms]) -> dict[str, Any]:
    """What a derivative of all members may be shared under, as JSON.

    Returns:
        ``licence`` (iri, label, page; None when there is none or no single one), ``kind``, ``reason``, ``clash`` (the first pair that
        cannot be covered together; one dataset twice when it may not be merged at all) and ``leaveOut`` (ids without which the most
        members can be merged).
    """
    rules = book_of(knowledge).rules
    unknown = [m.name for m, o in zip(members, own, strict=True) if not o.known]
    silent = [m.name for m, o in zip(members, own, strict=True) if o.known and o.silent]
    demands = [o.demands for o in own]
    kept = largest(demands, rules)
    body: dict[str, Any] = {
        "licence": None,
        "kind": None,
        "clash": None,
        "leaveOut": [m.id for n, m in enumerate(members) if n not in kept],
    }
    told = [n for n, o in enumerate(own) if o.known and not o.silent]
    clash = first_clash([demands[n] for n in told], rules)
    if clash is not None:
        one, other = told[clash.one], told[clash.other]
        pair = [
            {"id": members[n].id, "name": members[n].name, "licences": _labels(knowledge, own[n])}
            for n in dict.fromkeys((one, other))
        ]
        names = " and ".join(f"{p['name']} ({', '.join(p['licences']) or 'no licence'})" for p in pair)
        return body | {"clash": pair, "reason": f"{names}: {clash.reason}"}
    if unknown:
        return body | {"reason": f"the licence of {_listed(unknown)} is unknown"}
    if silent:
        return body | {"reason": f"what the terms of {_listed(silent)} say of passing on and adapting must be read there"}
    joint = Demands.joined(demands)
    found = _named(knowledge, joint, [terms for o in own for _, terms in o.parts])
    label = knowledge.label(found) if found else None
    licence = {"iri": found, "label": label, "page": knowledge.pages.get(found)} if found else None
    reason = (
        f"{label} meets the terms of all"
        if found
        else f"terms of the kind {joint.kind(rules)} meet those of all; no single licence among them does"
    )
    return body | {"licence": licence, "kind": joint.kind(rules), "reason": reason}


def _listed(names: Sequence[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")


def _labels(knowledge: Knowledge, own: OwnTerms) -> list[str]:
    return list(dict.fromkeys(knowledge.label(terms.iri) for _, terms in own.parts))


def _named(knowledge: Knowledge, joint: Demands, licences: Sequence[Terms]) -> str:
    """The licence that meets joint demands: the members' own where one is the strictest, else the nearest above theirs of the same kind."""
    book = book_of(knowledge)
    kind = joint.kind(book.rules)
    strictest = sorted({t.iri for t in licences if t.kind == kind})
    for target in joint.targets(book.rules):
        own = [i for i in strictest if target in knowledge.taxonomy.up(i)]
        return own[0] if len(own) == 1 else target
    if len(strictest) == 1:
        return strictest[0]
    shared = frozenset.intersection(*(knowledge.taxonomy.up(i) for i in strictest)) if strictest else frozenset()
    fitting = [i for i in sorted(shared) if (terms := book.terms(i)).kind == kind and terms.kind != NO_TEXT]
    lowest = [i for i in fitting if not any(i in knowledge.taxonomy.supers.get(o, ()) for o in fitting if o != i)]
    return lowest[0] if len(lowest) == 1 else ""
