"""``imaging-kg licence``: may these datasets be used together for this, and under which terms?"""

from typing import Annotated, Any

import typer

from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, out, write_json
from kg.licence import INDEX_ONLY, USES

_COLOUR = {"yes": "green", "allowed": "green", "no": "red", "refused": "red"}


@app.command()
def licence(
    datasets: Annotated[list[str], typer.Argument(help="Datasets: ids, names, aliases or IRIs.")],
    use: Annotated[str, typer.Option(help=f"What they are for: {', '.join(USES)}.")] = INDEX_ONLY.key,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """May datasets be combined for a use: who stands in the way, the licence of the result, what to keep, whom to name and to ask."""
    with open_graph(release) as graph:
        body = graph.licence(datasets, use)
    (write_json if as_json else _show)(body)


def _show(body: dict[str, Any]) -> None:
    def say(text: str) -> None:
        out.print(text, highlight=False)

    say(f"[bold]{body['use']}[/]: [{_COLOUR.get(body['verdict'], 'yellow')}]{body['verdict']}[/], {body['reason']}")
    for member in body["members"]:
        say(f"  [{_COLOUR.get(member['verdict'], 'yellow')}]{member['verdict']}[/] {member['name']}: {member['reason']}")
    if found := body["strictest"]:
        say(f"[bold]strictest[/] {found['meaning']}: {', '.join(dict.fromkeys(b['name'] for b in found['by']))}")
    merged = body["derivative"]
    say(f"[bold]merged[/] {merged['licence']['label'] if merged['licence'] else 'no licence'}: {merged['reason']}")
    if merged["leaveOut"]:
        say(f"  the most can be merged without {', '.join(merged['leaveOut'])}")
    for item in body["conditions"]:
        say(f"[bold]keep[/] {item['meaning']} ({', '.join(item['by'])})")
    for note in body["notes"]:
        say(f"[yellow]note[/] {note}")
    for item in body["toAsk"]:
        whom = ", ".join([*item["whom"], *([item["where"]] if item["where"] else [])]) or "nobody is known"
        say(f"[yellow]ask[/] for {item['name']}: {item['ask']} ({whom})")
    for line in body["attribution"]:
        say(f"[bold]credit[/] {line}")
    say(f"[dim]{body['notice']}[/]")
