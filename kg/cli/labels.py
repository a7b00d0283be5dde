"""``imaging-kg labels``: what the labels of some datasets share, and what each needs for a target label set."""

from typing import Annotated, Any

import typer

from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, out, write_json

__all__ = ["labels", "show_label_space"]

_NAMED = 12


@app.command()
def labels(
    datasets: Annotated[list[str], typer.Argument(help="Datasets: ids, names or IRIs.")],
    to: Annotated[
        list[str] | None, typer.Option(help="A wanted label; may be given again. Default: what two datasets can serve.")
    ] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """The label space of some datasets: shared labels, target, differences in grain, and for each its label map and steps."""
    with open_graph(release) as graph:
        body = graph.labels(datasets, to or ())
    if as_json:
        write_json(body)
        return
    show_label_space(body)
    for member in body["members"]:
        complete = {True: "all stated", False: "not all stated", None: "perhaps not all stated"}[member["complete"]]
        out.print(f"[green]{member['id']}[/] {len(member['labels'])} labels, {complete}", highlight=False)
        for state in member["states"]:
            if state["state"] != "labelled":
                out.print(f"  [cyan]{state['state']}[/] {state['text']}", highlight=False)
        for step in member["steps"]:
            out.print(f"  [yellow]{step['kind']}[/] {step['text']}", highlight=False)
    for member in body["labelsUnknown"]:
        out.print(f"[green]{member['id']}[/] its labels are unknown", highlight=False)


def show_label_space(body: dict[str, Any]) -> None:
    """Print what a label space amounts to."""
    shared = ", ".join(c["label"] for c in body["shared"]) or "nothing"
    out.print(
        f"[bold]labels[/] of {body['known']} datasets are known, of {body['unknown']} not; all of the {body['known']} share {shared}",
        highlight=False,
    )
    target = [f"{c['label']} {c['serves']}/{c['of']}" for c in body["target"][:_NAMED]]
    more = f" and {body['targets'] - len(target)} more" if body["targets"] > len(target) else ""
    out.print(f"  target ({body['targetFrom']}): {', '.join(target) or 'none'}{more}", highlight=False)
    for conflict in body["conflicts"][: _NAMED // 2]:
        out.print(f"  [yellow]{conflict['kind']}[/] {conflict['sentence']}", highlight=False)
        out.print(f"    {conflict['action']}", highlight=False)
    out.print(f"  {body['note']}", highlight=False)
