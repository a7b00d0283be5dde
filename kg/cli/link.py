"""``imaging-kg link``: the cells of a table's column linked to concepts or datasets."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from kg.cli.shell import ReleaseOption, app, err, open_graph
from kg.cli.tables import Table, opened_table, written
from kg.errors import QuestionError
from kg.reconcile.linking import ADDED, STATES, THRESHOLD, Link, Linker, added, column_named, link_body, sssom, values_of
from kg.reconcile.types import TYPES, guess_type, type_named
from kg.reconcile.values import QueryFault
from kg.terms.text import many

__all__ = ["link"]

_FORMATS = ("csv", "json", "sssom")
_SHOWN = 8  # values not linked that are worth naming
_ROUND = 256  # rows between two steps of the bar
Linked = Iterable[tuple[int, list[str], tuple[Link, ...]]]


@app.command()
def link(
    file: Annotated[str, typer.Argument(help="A table with a header, or - for standard input.")],
    column: Annotated[str, typer.Option(help="The column whose cells are to be linked.")],
    kind: Annotated[
        str,
        typer.Option(
            "--type", help=f"What the cells name: {', '.join(TYPES)}; any: whatever. Default: as the column's name tells."
        ),
    ] = "",
    out_file: Annotated[Path | None, typer.Option("--out", "-o", help="Where to write. Default: standard output.")] = None,
    threshold: Annotated[
        float, typer.Option(help="The least score of what is taken though it is not called exactly so.", min=0, max=100)
    ] = THRESHOLD,
    split: Annotated[str, typer.Option(help='Characters at which a cell falls into several values, e.g. ";" or ",;".')] = "",
    fmt: Annotated[
        str, typer.Option("--format", "-f", help=f"{' | '.join(_FORMATS)}. csv: the table, with the columns added.")
    ] = "csv",
    prefix: Annotated[str, typer.Option(help="What the added columns' names begin with. Default: the column's name.")] = "",
    encoding: Annotated[str, typer.Option(help="How the text is encoded; a byte order mark wins.")] = "utf-8",
    release: ReleaseOption = None,
) -> None:
    """Link a column of a table to datasets or concepts; what became of its cells is told on standard error.

    Added columns: iri, label and score of what was taken, match (exact, likely, ambiguous, none), and what else the cell may mean.
    """
    if fmt not in _FORMATS:
        raise QuestionError("--format", f"{fmt!r} is none of {', '.join(_FORMATS)}")
    with opened_table(file, encoding) as table, open_graph(release) as graph:
        place = column_named(table.header, column)
        types = _types(kind, table.header[place])
        names = [f"{prefix or table.header[place]}_{part}" for part in ADDED]
        taken = [n for n in names if n in table.header]
        if taken and fmt == "csv":
            raise QuestionError("--prefix", f"the table has a column {taken[0]!r} already; choose a prefix for the added ones")
        linker = Linker(graph.knowledge, types, threshold)
        told: Counter[str] = Counter()
        left: Counter[str] = Counter()
        with written(out_file, "utf-8-sig" if table.bom and fmt == "csv" else "utf-8") as target:
            linked = _linked(table, place, linker, split, (told, left))
            if fmt == "csv":
                _write_csv(table, names, linked, split, target)
            elif fmt == "json":
                _write_json(table, place, types, linked, target)
            else:
                links = [one for _, _, found in linked for one in found]
                csv.writer(target, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(
                    sssom(links, table.header[place])
                )
        _tell(told, left, types)


def _types(kind: str, heading: str) -> tuple[str, ...]:
    if kind == "any":
        return ()
    if not kind:
        guessed = guess_type(heading)
        return (guessed,) if guessed else ()
    named = type_named(kind, "--type")
    if isinstance(named, QueryFault):
        raise QuestionError("--type", f"{named.reason}; the nearest are {', '.join(named.suggestions)}")
    return (named.id,)


def _linked(
    table: Table, place: int, linker: Linker, split: str, tallies: tuple[Counter[str], Counter[str]]
) -> Iterator[tuple[int, list[str], tuple[Link, ...]]]:
    told, left = tallies
    with Progress(
        TextColumn("linking"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task = bar.add_task("linking", total=table.size)
        for number, (line, row) in enumerate(table.rows()):
            links = tuple(linker.link(v) for v in values_of(row[place], split))
            told.update(one.state or "empty" for one in links)
            left.update(one.text for one in links if one.state in {"ambiguous", "none"})
            if number % _ROUND == 0:
                bar.update(task, completed=table.done())
            yield line, row, links


def _write_csv(table: Table, names: list[str], linked: Linked, split: str, target: TextIO) -> None:
    writer = csv.writer(target, delimiter=table.delimiter, lineterminator=table.newline)
    writer.writerow([*table.header, *names])
    joiner = f"{split[0]} " if split else ""
    for _, row, links in linked:
        writer.writerow([*row, *added(links, joiner)])


def _write_json(table: Table, place: int, types: tuple[str, ...], linked: Linked, target: TextIO) -> None:
    head = {"column": table.header[place], "types": list(types)}
    target.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    for number, (line, row, links) in enumerate(linked):
        body = {"line": line, "cell": row[place], "values": [link_body(one) for one in links if one.state]}
        target.write((",\n" if number else "\n") + json.dumps(body, ensure_ascii=False))
    target.write("\n]}\n")


def _tell(told: Counter[str], left: Counter[str], types: tuple[str, ...]) -> None:
    values = sum(told[s] for s in STATES)
    shares = ", ".join(f"{told[s]:,} {s}" for s in STATES)
    empty = f"; {many(told['empty'], 'empty cell')}" if told["empty"] else ""
    err.print(f"{many(values, 'value')} as {types[0] if types else 'anything'}: {shares}{empty}", highlight=False)
    if left:
        ordered = sorted(left.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"{text!r} {count:,}" for text, count in ordered[:_SHOWN])
        more = f" and {len(left) - _SHOWN:,} more" if len(left) > _SHOWN else ""
        err.print(f"not linked: {shown}{more}", highlight=False, markup=False)
