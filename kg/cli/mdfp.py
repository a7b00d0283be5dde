"""``imaging-kg fuse --mdfp``: the survey's table from a manifest, and our answer beside it."""

from pathlib import Path
from typing import Any

from rich.table import Table

from kg.cli.shell import out
from kg.fusion.mdfp import Line, read_manifest, table_six
from kg.fusion.mdfp_beside import beside
from kg.knowledge import Knowledge
from kg.terms.text import many

__all__ = ["mdfp_body", "show_mdfp"]


def mdfp_body(manifest: Path, knowledge: Knowledge) -> dict[str, Any]:
    """The table by the rule that meets the paper's figures, by the rule that the paper states, and our answer.

    Raises:
        SourceShapeError: The file is no manifest.
    """
    rows = read_manifest(manifest)
    inferred, stated = table_six(rows), table_six(rows, tasks=True)
    return {
        "rows": len(rows),
        "table": [line.body() for line in inferred],
        "total": _total(inferred),
        "withStatedTasks": [line.body() for line in stated],
        "beside": [beside(line, knowledge) for line in inferred],
    }


def _total(lines: tuple[Line, ...]) -> dict[str, int]:
    return {"datasets": sum(len(line.rows) for line in lines), "images": sum(line.images for line in lines)}


def show_mdfp(body: dict[str, Any]) -> None:
    """Print the answer for a person."""
    for title, lines in (
        ("as the paper counts", body["table"]),
        ("with the task filter that it states", body["withStatedTasks"]),
    ):
        table = Table("modality", "datasets", "images", "organisations", "labelled", title=title)
        for line in lines:
            table.add_row(
                line["modality"],
                str(line["datasets"]),
                f"{line['images']:,}",
                str(line["organisations"]),
                f"{line['labelled']:.3f}",
            )
        table.add_row("all", str(sum(i["datasets"] for i in lines)), f"{sum(i['images'] for i in lines):,}", "", "")
        out.print(table)
    for own in body["beside"]:
        known = ", ".join(f"{n} {label}" for label, n in own["licences"].items()) or "none"
        out.print(
            f"[bold]{own['modality']}[/] {many(own['datasets'], 'distinct dataset')}, {own['withStatedTask']} with a stated task; "
            f"{many(own['duplicateImages'], 'image')} of {many(len(own['collapsed']), 'dataset')} listed twice; licences: {known}, "
            f"{own['licenceUnknown']} unknown; {many(len(own['overlaps']), 'overlap')}; "
            f"reasoning adds {many(own['added']['datasets'], 'dataset')}",
            highlight=False,
        )
        if own["unjoined"]:
            out.print(f"  [yellow]not joined[/] to one dataset: {', '.join(own['unjoined'])}", highlight=False)
        for item in own["collapsed"]:
            out.print(f"  [yellow]one dataset[/] {item['dataset']}: {', '.join(item['rows'])}", highlight=False)
        for overlap in own["overlaps"]:
            out.print(f"  [yellow]overlap[/] {overlap['reason']}", highlight=False)
        for example in own["added"]["examples"][:3]:
            out.print(f"  [green]added[/] {example['dataset']}: {example['reason']}", highlight=False)
