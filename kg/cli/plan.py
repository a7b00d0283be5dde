"""``imaging-kg plan``: the plan of a fusion question, in any form; or a plan made again and compared."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kg.cli.profile_options import Asked as Question
from kg.cli.profile_options import asks, read_profile
from kg.cli.shell import JsonOption, ReleaseOption, app, err, open_graph, out
from kg.errors import QuestionError
from kg.export.plan_forms import PLAN_FORMS, plan_form
from kg.export.plan_markdown import size
from kg.fusion.plan import changes
from kg.fusion.plan_id import Asked, parse_options, release_of
from kg.terms.text import many

_SHOWN: Final = 15
_PAIRS: Final = 8


@app.command()
@asks
def plan(
    asked: Question,
    seeds: Annotated[list[str] | None, typer.Argument(help="Datasets that belong to the set: ids, names or IRIs.")] = None,
    alpha: Annotated[float, typer.Option(help="Power of a member's size in its weight: 0 all alike, 1 in proportion.")] = 0.5,
    test_share: Annotated[float, typer.Option(help="Share of the items for the test side, 0 to 0.5.")] = 0.2,
    fmt: Annotated[str, typer.Option("--format", "-f", help=f"text | {' | '.join(PLAN_FORMS)}.")] = "text",
    out_file: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of printing.")] = None,
    reproduce: Annotated[
        Path | None,
        typer.Option(help="A plan as JSON: make it again and say what differs. Exit code 1 when anything does."),
    ] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Plan the union of datasets: what to fetch and how, weights, steps, overlaps, gaps, a division for testing, citations."""
    form = "json" if as_json else fmt
    if form not in {"text", *PLAN_FORMS}:
        raise QuestionError("--format", f"{form!r} is none of {', '.join(('text', *PLAN_FORMS))}")
    if reproduce is not None and (seeds or asked):
        raise QuestionError("--reproduce", "asks the question of the plan again and takes none beside it")
    options = parse_options({"alpha": alpha, "testShare": test_share})
    question, before = Asked(tuple(seeds or ()), asked.profile, options), None
    if reproduce is not None:
        before = read_profile(reproduce)
        question = Asked.read(before.get("question"), f"{reproduce}: question")
    with open_graph(release) as graph:
        body = graph.plan(question.seeds, question.profile, question.options, rules=asked.rules)
    if before is None or form != "text" or out_file is not None:
        _write(body, form, out_file)
    if before is not None and not _same(before, body):
        raise typer.Exit(1)


def _write(body: dict[str, Any], form: str, target: Path | None) -> None:
    if form == "text" and target is None:
        _show(body)
    elif target is None:
        typer.echo(plan_form(body, form), nl=False)
    else:
        # A plan for a file is for a program, unless told otherwise.
        target.write_text(plan_form(body, "json" if form == "text" else form), encoding="utf-8", newline="")
        err.print(f"plan {body['id']} written to {target}", highlight=False)


def _same(before: dict[str, Any], body: dict[str, Any]) -> bool:
    """Say whether a plan that was made again is the one that was given; False when it is not.

    Raises:
        UnknownPlan: What was given has no id of a plan.
    """
    number = str(before.get("id") or before.get("plan") or "")
    made = release_of(number)
    if made == body["release"] and "members" not in before:  # a problem document: it holds the question, not the plan
        found = [] if number == body["id"] else [f"the plan of this question is {body['id']}, not {number}"]
    else:
        found = (
            changes(before, body) if "members" in before else [f"{number} belongs to release {made}; this is {body['release']}"]
        )
    if not found:
        err.print(f"plan {number} is reproduced: it is the same", highlight=False)
        return True
    where = "the same release" if made == body["release"] else f"release {made}, and this is {body['release']}"
    err.print(f"[yellow]plan {number} differs[/] (it was made from {where})", highlight=False)
    for line in found:
        err.print(f"  {line}", highlight=False, markup=False)
    return False


def _show(body: dict[str, Any]) -> None:
    """Print a plan for a person."""
    members = {m["id"]: m for m in body["members"]}
    out.print(f"[bold]plan[/] {body['id']}", highlight=False)
    ranked = sorted(members.values(), key=lambda m: -m["weight"])
    for member in ranked[:_SHOWN]:
        items = "size unknown" if member["items"] is None else f"{member['itemsBasis']} {many(member['items'], body['unit'])}"
        steps = "".join(f"; {s['text']}" for s in member["steps"])
        line = (
            f"  {member['weight']:7.2%}  [green]{member['id']}[/]  {member['side']}; {items}; {member['access']['label']}{steps}"
        )
        out.print(line, highlight=False)
    if len(ranked) > _SHOWN:
        out.print(f"  and {len(ranked) - _SHOWN} more", highlight=False)
    amount = body["amount"]
    for unit in amount["extent"]:
        out.print(
            f"[bold]{unit['unit']}[/] {unit['listed']:,} listed, {unit['atLeast']:,} at least when shared data count once; "
            f"{many(unit['known'], 'member')} state it, {unit['unknown']} do not", highlight=False,
        )  # fmt: skip
    storage = amount["storage"]
    held = f"{size(storage['bytes'])} of {many(storage['known'], 'member')}, " if storage["known"] else ""
    out.print(f"[bold]storage[/] {held}unknown of {storage['unknown']}", highlight=False)
    for level in body["access"]:
        out.print(f"[bold]{level['label']}[/] {len(level['datasets'])}: {', '.join(level['datasets'][:_PAIRS])}", highlight=False)
    for pair in body["leakage"][:_PAIRS]:
        out.print(f"  [yellow]{pair['certainty']}ly shared data[/] {pair['reason']}: {pair['action']}", highlight=False)
    if len(body["leakage"]) > _PAIRS:
        out.print(f"  and {len(body['leakage']) - _PAIRS} more pairs", highlight=False)
    for gap in body["gaps"]:
        out.print(f"  [yellow]gap[/] {gap['reason']}", highlight=False)
    tested = body["split"]["test"]
    out.print(
        f"[bold]test side[/] {tested['share']:.0%} of the items: {', '.join(tested['datasets']) or 'none'}", highlight=False
    )
    for note in (*body["split"]["notes"], *body["notes"]):
        out.print(f"  [dim]{note}[/]", highlight=False)
