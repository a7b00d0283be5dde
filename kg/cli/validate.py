"""The command that holds a description of a dataset against the shapes: validate."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kg.cli.shell import JsonOption, app, out, write_json
from kg.errors import DescriptionError
from kg.reason.described import described, report_of
from kg.resources import ontology_dir

__all__: list[str] = []

_MEDIA: Final = {
    ".ttl": "text/turtle", ".jsonld": "application/ld+json", ".json": "application/ld+json", ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml", ".xml": "application/rdf+xml",
}  # fmt: skip


@app.command()
def validate(
    file: Annotated[Path, typer.Argument(help=f"The description: one of {', '.join(_MEDIA)}.", dir_okay=False)],
    turtle: Annotated[bool, typer.Option("--turtle", help="Print the SHACL report as Turtle.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Hold a description of a dataset in RDF against the shapes of the catalogue. Exit code 1 when it does not conform."""
    media = _MEDIA.get(file.suffix.lower())
    if media is None:
        raise DescriptionError(f"its name ends in {file.suffix or 'nothing'}, which is none of {', '.join(_MEDIA)}")
    report = report_of(described(file.read_bytes(), media), ontology_dir())
    body = report.body()
    if as_json:
        write_json(body)
    elif turtle:
        typer.echo(report.turtle().decode(), nl=False)
    else:
        out.print(f"conforms: {'yes' if report.conforms else 'no'}; {len(report.checked)} datasets checked", highlight=False)
        if "note" in body:
            out.print(body["note"], highlight=False, markup=False)
        _show(report.results, "")
    if not report.conforms:
        raise typer.Exit(1)


def _show(results: tuple[dict[str, Any], ...] | list[dict[str, Any]], indent: str) -> None:
    for r in results:
        value = f" {r['value']}" if r["value"] else ""
        out.print(
            f"{indent}{r['focusNode']} {r['path'] or ''}{value}: {r['message']}. {r['remedy']}", highlight=False, markup=False
        )
        _show(r["details"], indent + "  ")
