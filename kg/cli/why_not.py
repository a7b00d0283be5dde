"""``imaging-kg why-not``: why a dataset is not in an answer, or why two datasets do not belong together."""

from typing import Annotated, Any

import typer

from kg.cli.profile_options import Asked, asks
from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, out, write_json


@app.command()
@asks
def why_not(
    asked: Asked,
    dataset: Annotated[str, typer.Argument(help="The dataset in doubt: id, name, alias or IRI.")],
    seeds: Annotated[
        list[str] | None, typer.Argument(help="Seed datasets; with exactly one and nothing else, the two are compared.")
    ] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Why a dataset is not in a fusion answer and what would let it in; with one other dataset: what joins the two, what blocks."""
    with open_graph(release) as graph:
        if seeds and len(seeds) == 1 and not asked:
            body, shown = graph.pair(dataset, seeds[0]), _show_pair
        else:
            body, shown = graph.why_not(dataset, seeds or (), asked.profile, rules=asked.rules), _show_why_not
    (write_json if as_json else shown)(body)


def _show_pair(body: dict[str, Any]) -> None:
    out.print(f"[bold]{body['a']['name']}[/] and [bold]{body['b']['name']}[/]", highlight=False)
    for kind, colour in (
        ("joins", "green"),
        ("blocks", "red"),
        ("differs", "yellow"),
        ("unknown", "yellow"),
        ("overlap", "yellow"),
        ("precedents", "green"),
    ):
        for item in body[kind]:
            out.print(f"  [{colour}]{kind}[/] {item['reason']}", highlight=False)
    out.print(f"  [cyan]labels[/] {body['labels']['reason']}", highlight=False)
    for conflict in body["labels"]["conflicts"]:
        out.print(f"  [yellow]{conflict['kind']}[/] {conflict['sentence']}", highlight=False)


def _show_why_not(body: dict[str, Any]) -> None:
    one = body["dataset"]
    out.print(f"[bold]{one['name']}[/] is {one['verdict']}", highlight=False)
    for reason in [*one["reasons"], *(step["text"] for step in one.get("steps", []))]:
        out.print(f"  {reason}", highlight=False)
    for item in body["relaxations"]:
        broader = "; or ask for " + ", ".join(b["label"] for b in item["or"]) if item["or"] else ""
        out.print(f"  [green]would fit without[/] {' and '.join(item['leaveOut'])}{broader}", highlight=False)
