"""What is dated about a dataset, in order of time; what has no date stands apart. Only what the tables know."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kg.export.describe import Retirement
from kg.knowledge import DatasetView, Knowledge
from kg.model import CURATOR
from kg.provenance.releases import Change

__all__ = ["history"]

_TO: Final[Mapping[str, str]] = {
    "isPartOf": "this dataset is a part of it", "isVersionOf": "this dataset is a version of it",
    "wasDerivedFrom": "this dataset was derived from it", "relabels": "this dataset labels it anew",
    "sharesSubjectsWith": "it shares subjects with this dataset",
}  # fmt: skip
_FROM: Final[Mapping[str, str]] = {
    "isPartOf": "it is a part of this dataset", "isVersionOf": "it is a version of this dataset",
    "wasDerivedFrom": "it was derived from this dataset", "relabels": "it labels this dataset anew",
    "sharesSubjectsWith": "it shares subjects with this dataset",
}  # fmt: skip
_NOTES: Final = (
    "A year is that of publication, as far as a source or a curator gives one.",
    "A source's date is the day on which it was retrieved; what it says may be older.",
    "The decisions of curators have no dates in the tables.",
    "No check of the links is recorded.",
)
_HERE: Final = "A release's date is the time at which it came to this machine; releases themselves carry none."
_ALONE: Final = "No older release lies beside the one that is served, so that nothing can be said of what changed."
_REMOTE: Final = "The release is on a SPARQL server, which holds no older ones."

Event = dict[str, Any]


def history(
    knowledge: Knowledge,
    view: DatasetView,
    receipts: Mapping[str, Any],
    retired: Mapping[str, Retirement],
    releases: Sequence[Change] | None,
) -> dict[str, Any]:
    """The history of a dataset; the body of ``/dataset/{slug}/history.json``.

    Args:
        knowledge: The graph.
        view: The dataset.
        receipts: Its receipts.
        retired: What became of the slugs that named a dataset once.
        releases: The releases that lie together, the oldest first; None when the release is on a server.
    """
    events = [
        *_published(receipts), *_relatives(knowledge, view, receipts), *_family(knowledge, view, receipts), *_retrieved(receipts),
        *_names(view, retired), *_decided(receipts),
    ]  # fmt: skip
    dated = sorted((e for e in events if e["date"]), key=lambda e: (e["date"], e["kind"], e["text"]))
    told = (_REMOTE,) if releases is None else (_HERE,) if len(releases) > 1 else (_HERE, _ALONE)
    return {
        "dataset": {"id": view.id, "iri": view.iri, "name": view.name},
        "dated": dated,
        "undated": [{k: v for k, v in e.items() if k != "date"} for e in events if not e["date"]],
        "releases": [change.body() for change in releases or ()],
        "notes": [*_NOTES, *told],
    }


def _event(date: str | int | None, kind: str, text: str, **more: Any) -> Event:
    return {"date": str(date) if date else None, "kind": kind, "text": text, **more}


def _published(receipts: Mapping[str, Any]) -> Iterator[Event]:
    for fact in receipts["facts"]:
        if fact["property"] != "issued":
            continue
        sources = sorted({s["title"] for s in fact["statements"]})
        by = f", as {', '.join(sources)} {'says' if len(sources) == 1 else 'say'}" if sources else ""
        if fact["state"] == "asserted":
            yield _event(fact["value"]["text"], "publication", f"first published{by}", statements=_claims(fact))
        else:
            text = f"published in this year{by}; not asserted: {fact['because']}"
            yield _event(fact["value"]["text"], "publication-otherwise", text, statements=_claims(fact))


def _claims(fact: Mapping[str, Any]) -> list[str]:
    return [s["claim"] for s in fact["statements"]]


def _relatives(knowledge: Knowledge, view: DatasetView, receipts: Mapping[str, Any]) -> Iterator[Event]:
    for relation in receipts["relations"]:
        mine = relation["from"]["iri"] == view.iri
        other = knowledge.datasets.get((relation["to"] if mine else relation["from"])["id"])
        if other is None or (relation["from"]["kind"], relation["to"]["kind"]) != ("dataset", "dataset"):
            continue
        said = (_TO if mine else _FROM).get(relation["relation"], relation["relation"])
        detail = f" ({relation['detail']})" if relation["detail"] else ""
        yield _event(
            other.year, "relative", f"{other.name} published; {said}{detail}",
            dataset={"id": other.id, "iri": other.iri, "name": other.name}, relation=relation["iri"],
            confidence=relation["confidence"],
        )  # fmt: skip


def _family(knowledge: Knowledge, view: DatasetView, receipts: Mapping[str, Any]) -> Iterator[Event]:
    """Members of its series that no relation names already."""
    told = {r[side]["id"] for r in receipts["relations"] for side in ("from", "to")} | {view.id}
    for other in knowledge.datasets.values():
        shared = sorted(set(other.series) & set(view.series))
        if shared and other.id not in told:
            yield _event(
                other.year, "family", f"{other.name} published; of the same series, {', '.join(shared)}",
                dataset={"id": other.id, "iri": other.iri, "name": other.name},
            )  # fmt: skip


def _retrieved(receipts: Mapping[str, Any]) -> Iterator[Event]:
    sources = {s["name"]: s for s in receipts["sources"]}
    said: dict[str, int] = {}
    statements = [*(s for f in receipts["facts"] for s in f["statements"]), *receipts["unread"]]
    for record in {s["claim"]: s["record"] for s in statements}.values():
        said[record] = said.get(record, 0) + 1
    for record in receipts["records"]:
        source = sources.get(record["source"])
        if source is None:
            continue
        count = said.get(record["iri"], 0)
        text = f"{source['title']}, version {source['version']}, retrieved: {count} statement{'' if count == 1 else 's'} about this dataset"
        yield _event(
            source["retrieved"], "retrieved", text, record=record["iri"], source=source["name"], version=source["version"],
            identifiedBy=record["identifiedBy"],
        )  # fmt: skip


def _names(view: DatasetView, retired: Mapping[str, Retirement]) -> Iterator[Event]:
    for slug, what in sorted(retired.items()):
        if what.replacement == view.id:
            yield _event(None, "former-id", f"its id was {slug}: {what.reason}", id=slug)
    for alias in view.aliases:
        yield _event(None, "name", f"also called {alias}", name=alias)


def _decided(receipts: Mapping[str, Any]) -> Iterator[Event]:
    statements = [*(s for f in receipts["facts"] for s in f["statements"]), *receipts["unread"]]
    seen: set[str] = set()
    for s in statements:
        decision = s["decision"]
        if decision and decision["iri"] not in seen:
            seen.add(decision["iri"])
            instead = f", read as {', '.join(decision['values'])}" if decision["values"] else ""
            text = f"a curator on “{s['raw']}” in {s['field']} of {s['title']}: {decision['flag']}{instead}; {decision['reason']}"
            yield _event(None, "decision", text, decision=decision["iri"], reference=decision["reference"])
    for s in statements:
        if s["source"] == CURATOR and s["claim"] not in seen:
            seen.add(s["claim"])
            yield _event(None, "curated", f"a curator states {s['field']}: {s['raw']}; {s['note']}", claim=s["claim"])
