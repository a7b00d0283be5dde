"""The receipt of every fact about one dataset, as JSON: who says it, how it was read, what a curator decided, what follows from what.

Nothing here that the graph does not hold: claims (``ikgg:claims/…``), records, sources, overrides, conflicts and relations
(``ikgg:provenance``). Why a claim is not asserted is read off the policy (:mod:`kg.catalogue.policy`).
"""

from collections.abc import Mapping
from typing import Any, Final

from kg.catalogue.properties import ADDITIVE, CONCEPT_PROPERTIES, COPIES, TRUST
from kg.explained import bears
from kg.knowledge import DatasetView, Knowledge
from kg.model import CURATOR, Status
from kg.namespaces import curie, expand, local_name
from kg.provenance.facts import Fact, known_facts
from kg.provenance.recorded import Decision, Recorded, recorded
from kg.shown import claims
from kg.store.port import Selects

__all__ = ["METHODS", "STANDING", "receipts"]

METHODS: Final[Mapping[str, str]] = {
    Status.READ.value: "read as a concept of the column's own facet",
    Status.OTHER_FACET.value: "read as a concept of another facet than the column's",
    Status.VALUE.value: "taken as it stands",
    Status.VAGUE.value: "says nothing definite",
    Status.AMBIGUOUS.value: "names more than one concept, and nobody has decided",
    Status.UNREAD.value: "names no concept",
    Status.OVERRIDDEN.value: "a curator put another value in its place",
    Status.REJECTED.value: "a curator holds the cell to be wrong",
    Status.GUESSED.value: "concluded from a circumstance; shown and never asserted",
}
"""Status of a claim → how its text came to its value."""
STANDING: Final[Mapping[int, str]] = {
    4: "a curator's statement", 3: "the publisher's or archive's own record", 2: "an independent list",
    1: "the survey, or a copy of it",
}  # fmt: skip
"""Trust of a source (:data:`kg.catalogue.properties.TRUST`) → what it means."""
_CURATORS: Final = "a curator"
_BY_CURATOR: Final = "stated by a curator of the dataset as a whole"
_NAMES: Final = {"altLabel": "alias"}
_BESIDE: Final[Mapping[str, str]] = {
    "extent": "counts of publishers, archives or curators stand in its place",
    "labelled": "another record says that it is labelled, and a record describes a part of a dataset",
    **dict.fromkeys(("issued", "landingPage", "title"), "another record's value was taken"),
}
_OF_THE_ROW: Final = frozenset(("alias", "issued", "landingPage", "title"))
_FACTS: Final = frozenset(
    (
        *_OF_THE_ROW, *CONCEPT_PROPERTIES,
        "byteSize", "classes", "description", "extent", "labelSetComplete", "labelled", "publisher", "subjects",
    )
)  # fmt: skip
_KEPT: Final = "it is kept as it was said; the graph has no fact of this kind"
_CONFIDENCE: Final = (
    "A confidence is recorded of relations alone; of other facts, `standing` says how near each source is to what it describes."
)
_ASSERTING: Final = frozenset(s.value for s in (Status.READ, Status.OTHER_FACET, Status.VALUE, Status.OVERRIDDEN))


def receipts(knowledge: Knowledge, store: Selects, view: DatasetView) -> dict[str, Any]:
    """What stands behind everything that is said of a dataset; the body of ``/dataset/{slug}/provenance.json``."""
    held = recorded(store, view.iri)
    said = [_statement(claim, held) for claim in claims(store, view)]
    known = known_facts(knowledge, store, view)
    facts = [_told(fact, said) for fact in known]
    asserted = {(f.property, f.value) for f in known if f.state == "asserted"}
    facts += _unasserted(knowledge, said, asserted, held)
    used = {s["source"] for s in said} | {r["source"] for r in held.records.values()}
    return {
        "dataset": {"id": view.id, "iri": view.iri, "name": view.name},
        "facts": sorted(facts, key=lambda f: (_ORDER.get(f["property"], len(_ORDER)), f["property"], _STATES[f["state"]], f["value"]["text"])),
        "relations": list(held.relations),
        "unread": [s for s in said if not s["value"]],
        "conflicts": [{**c, "labels": [knowledge.label(expand(v)) for v in c["values"]]} for c in held.conflicts],
        "doubts": list(held.doubts),
        "sources": [s for s in held.sources if s["name"] in used],
        "records": list(held.records.values()),
        "confidence": _CONFIDENCE,
    }  # fmt: skip


_ORDER: Final = {name: n for n, name in enumerate(("title", "alias", "description", "modality", "anatomy", "condition", "task"))}
_STATES: Final = {"asserted": 0, "inferred": 1, "guessed": 2, "not asserted": 3}


def _statement(claim: Mapping[str, str], held: Recorded) -> dict[str, Any]:
    """One claim with the record, the source and the decision that belong to it."""
    record = claim["claim"].partition("#")[0]
    name, source = claim["source"], held.source(claim["source"])
    found: Decision | None = held.decisions.get((record, claim["field"], claim["raw"]))
    prop = local_name(claim.get("property", ""))
    return {
        "claim": claim["claim"], "record": record, "source": name, "title": _CURATORS if name == CURATOR else source.get("title", name),
        "version": source.get("version"), "retrieved": source.get("retrieved"),
        "identifiedBy": held.records.get(record, {}).get("identifiedBy"),
        "field": claim["field"], "raw": claim["raw"], "property": _NAMES.get(prop, prop), "value": claim.get("value", ""),
        "status": claim["status"], "method": _BY_CURATOR if name == CURATOR else METHODS.get(claim["status"], claim["status"]),
        "standing": STANDING[TRUST.get(name, 1)], "note": claim.get("note"), "decision": found.body() if found else None,
    }  # fmt: skip


def _told(fact: Fact, said: list[dict[str, Any]]) -> dict[str, Any]:
    behind = [] if fact.state == "inferred" else [s for s in said if _behind(fact, s)]
    body = fact.body() | {"statements": behind}
    named = fact.state == "asserted" and fact.property in _OF_THE_ROW and not behind
    return body | {"because": "the row of the dataset in datasets.tsv, which was made of its records" if named else None}


def _behind(fact: Fact, statement: Mapping[str, Any]) -> bool:
    """Whether a statement puts the fact forward."""
    if fact.state == "guessed":
        wanted = fact.property.removeprefix("guessed").casefold()
        return statement["status"] == Status.GUESSED.value and (statement["property"].casefold(), statement["value"]) == (
            wanted,
            fact.value,
        )
    if statement["status"] not in _ASSERTING or not statement["value"]:
        return False
    if fact.property in CONCEPT_PROPERTIES or fact.property == "annotatesStructure":
        return bears(statement, {(fact.property, curie(fact.value))})
    return bool((statement["property"], statement["value"]) == (fact.property, fact.value))


def _unasserted(
    knowledge: Knowledge, said: list[dict[str, Any]], asserted: set[tuple[str, str]], held: Recorded
) -> list[dict[str, Any]]:
    """What sources say and the catalogue does not assert, each value once, with the reason where the policy gives one."""
    apart: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for statement in said:
        key = (statement["property"], statement["value"])
        if statement["value"] and key not in asserted and statement["status"] != Status.GUESSED.value:
            apart.setdefault(key, []).append(statement)
    stated = {s["field"]: s["claim"] for s in said if s["source"] == CURATOR and (s["field"] not in ADDITIVE or not s["value"])}
    disputed = {c["property"] for c in held.conflicts}
    found = []
    for (prop, value), statements in apart.items():
        concept = prop in CONCEPT_PROPERTIES
        shown = {"text": knowledge.label(value), "iri": value, "curie": curie(value)} if concept else {"text": value}
        by = sorted({s["claim"] for s in said if s["source"] == CURATOR and s["field"] == prop}) if prop in stated else []
        found.append(
            {
                "property": prop,
                "value": shown,
                "state": "not asserted",
                "because": _because(prop, statements, by, disputed, held),
                "decidedBy": by,
                "statements": statements,
            }
        )
    return found


def _because(prop: str, statements: list[dict[str, Any]], by: list[str], disputed: set[str], held: Recorded) -> str:
    """Why the catalogue does not assert what the statements say; the first reason that there is."""
    decided = [s["decision"]["reason"] for s in statements if s["status"] == Status.REJECTED.value and s["decision"]]
    doubts = {(d["record"], d["field"], d["raw"]): d["reason"] for d in held.doubts if d["withheld"]}
    withheld = [doubts[key] for s in statements if (key := (s["record"], s["field"], s["raw"])) in doubts]
    reasons: tuple[str, ...] = (
        *(f"a curator holds the cell to be wrong: {reason}" for reason in decided),
        *(f"withheld until it is reviewed: {reason}" for reason in withheld),
        *(("what a curator states of this property is all that holds of it",) if by else ()),
        *(("sources differ, and of this property only one value can hold",) if prop in disputed else ()),
        *((_KEPT,) if prop not in _FACTS else ()),
        *((_BESIDE[prop],) if prop in _BESIDE else ()),
        *(("only copies of the survey say so, and others fill the property",) if _are_copies(statements) else ()),
        "the policy of the catalogue does not assert it",
    )
    return reasons[0]


def _are_copies(statements: list[dict[str, Any]]) -> bool:
    return all(s["source"] in COPIES for s in statements)
