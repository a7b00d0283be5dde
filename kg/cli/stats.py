"""The command that counts datasets: stats. What `catalogue stats` counts is what is known and what is missing in a curator's tables."""

from typing import Annotated

import typer

from kg.cli.shell import JsonOption, ReleaseOption, app, open_graph, write_json
from kg.errors import QuestionError
from kg.export.crosstab_forms import STATS_FORMS, crosstab_form
from kg.search.crosstab import Cross
from kg.search.page import FACETS_COUNTED

__all__: list[str] = []


@app.command()
def stats(
    rows: Annotated[str, typer.Argument(help=f"A facet: {', '.join(FACETS_COUNTED)}.")],
    columns: Annotated[str, typer.Argument(help="Another facet; left out, the rows are counted alone.")] = "",
    text: Annotated[str, typer.Option("--of", help="Only the datasets that answer these words, as `search` reads them.")] = "",
    counting: Annotated[str, typer.Option(help="`meaning` counts for broader concepts too, `stated` does not.")] = "meaning",
    row_limit: Annotated[int, typer.Option("--row-limit", help="Values of the rows at most.")] = 20,
    column_limit: Annotated[int, typer.Option("--column-limit", help="Values of the columns at most.")] = 12,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(STATS_FORMS)}.")] = "csv",
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Count the datasets by two facets at once: a table, or a picture with `--format svg`."""
    if form not in STATS_FORMS:
        raise QuestionError("format", f"{form!r} is none of: {', '.join(STATS_FORMS)}")
    with open_graph(release) as graph:
        body = graph.stats(Cross(rows, columns, counting, row_limit, column_limit), text)
    if as_json:
        write_json(body)
        return
    typer.echo(crosstab_form(body, form).replace("\r\n", "\n"), nl=False)
