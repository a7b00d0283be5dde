"""The commands that tell where what is said of a dataset comes from, and what happened when: provenance, history."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, out, write_json

__all__: list[str] = []

DatasetArgument = Annotated[str, typer.Argument(help="A dataset: id, name, alias or IRI.")]


@app.command()
def provenance(
    dataset: DatasetArgument,
    prop: Annotated[str | None, typer.Option("--property", help="Only this property, e.g. modality. Default: all.")] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Per fact of a dataset: who says so, how it was read, what a curator decided, what it follows from. `explain` has the axioms."""
    with open_graph(release) as graph:
        body = graph.provenance(dataset)
    if prop:
        body["facts"] = [f for f in body["facts"] if f["property"] == prop]
    if as_json:
        write_json(body)
        return
    for fact in body["facts"]:
        why = f" ({fact['because']})" if fact.get("because") else ""
        out.print(f"{fact['property']}: {fact['value']['text']}  {fact['state']}{why}", highlight=False, markup=False)
        if "from" in fact:
            joined = (" together with " if fact["together"] else " or ").join(
                f"{p['property']} {p['value']['text']}" for p in fact["from"]
            )
            out.print(f"  from {joined}", highlight=False, markup=False)
        _said(fact.get("statements", ()))


def _said(statements: Iterable[Mapping[str, Any]]) -> None:
    for s in statements:
        version = " ".join(t for t in (s["version"], f"of {s['retrieved']}" if s["retrieved"] else "") if t)
        note = f"; {s['note']}" if s["note"] else ""
        decision = f"; decided: {s['decision']['flag']}, {s['decision']['reason']}" if s["decision"] else ""
        line = f"  {s['source']}{f' {version}' if version else ''}, {s['field']} “{s['raw']}”: {s['method']}{note}{decision}"
        out.print(f"{line} <{s['claim']}>", highlight=False, markup=False)


@app.command()
def history(dataset: DatasetArgument, as_json: JsonOption = False, release: ReleaseOption = None) -> None:
    """What is dated about a dataset, in order of time, what has no date, and what changed in its record between releases."""
    with open_graph(release) as graph:
        body = graph.history(dataset)
    if as_json:
        write_json(body)
        return
    for event in body["dated"]:
        out.print(f"{event['date']}  {event['text']}", highlight=False, markup=False)
    for change in body["releases"]:
        counts = (
            f"{len(change['added'])} facts added, {len(change['removed'])} removed"
            if change["since"]
            else "the first that is here"
        )
        out.print(f"{change['date']}  release {change['release']}: {counts}", highlight=False, markup=False)
        for sign, facts in (("+", change["added"]), ("-", change["removed"])):
            for fact in facts:
                out.print(f"  {sign} {fact['property']}: {fact['text']} ({fact['state']})", highlight=False, markup=False)
    for event in body["undated"]:
        out.print(f"undated  {event['text']}", highlight=False, markup=False)
    for note in body["notes"]:
        out.print(note, style="dim", highlight=False, markup=False)
