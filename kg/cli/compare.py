"""The command that sets datasets side by side."""

from typing import Annotated, Any

import typer
from rich.table import Table

from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, out, write_json

__all__: list[str] = []


@app.command()
def compare(
    datasets: Annotated[list[str], typer.Argument(help="2 to 20 datasets: ids, names or IRIs.")],
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Datasets side by side: what all have in common by meaning, what differs, what nobody says, and who shares data."""
    with open_graph(release) as graph:
        body = graph.compare(datasets)
    (write_json if as_json else _show)(body)


def _show(body: dict[str, Any]) -> None:
    table = Table("", "in common", *(d["name"] for d in body["datasets"]))
    for row in body["rows"]:
        cells = ("; ".join(c["label"] for c in values) or "unknown" for values in row["values"].values())
        table.add_row(row["property"], "; ".join(c["label"] for c in row["common"]), *cells)
    for name in ("year", "labelled", "classes"):
        values = (d[name] for d in body["datasets"])
        table.add_row(name, "", *("unknown" if v is None else str(v) for v in values))
    counts = ("; ".join(f"{c['value']:,} {c['unit']}" for c in d["extent"]) or "unknown" for d in body["datasets"])
    table.add_row("extent", "", *counts)
    out.print(table)
    for pair in body["overlap"]:
        out.print(f"[yellow]overlap[/] {pair['reason']} ({pair['certainty']})", highlight=False)
    for dataset in body["datasets"]:
        for prop, concepts in dataset["disputed"].items():
            labels = ", ".join(c["label"] for c in concepts)
            out.print(f"[yellow]disputed[/] {dataset['name']}: {prop} is {labels} by different sources", highlight=False)
