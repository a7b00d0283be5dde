"""The application and what its commands share: options, output, the opened release."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kg.opened import OpenRelease, open_release
from kg.version import __version__

__all__ = [
    "JsonOption",
    "ReleaseFolder",
    "ReleaseOption",
    "app",
    "err",
    "is_address",
    "open_graph",
    "out",
    "progress",
    "write_json",
]

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="An open knowledge graph of medical-imaging datasets: SPARQL, semantic search and reasoned fusion.",
)
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

ReleaseFolder = Annotated[
    Path | None,
    typer.Option("--release", help="Folder of the release. Default: $IMAGING_KG_RELEASE, else your data folder."),
]
ReleaseOption = Annotated[
    str | None,
    typer.Option(
        "--release",
        "--store",
        metavar="FOLDER|URL",
        help="Folder of the release, or address of a SPARQL server that holds one. "
        "Default: $IMAGING_KG_STORE, else $IMAGING_KG_RELEASE, else your data folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the same JSON body as the HTTP API.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """Options of the whole program."""
    if version:
        out.print(__version__)
        raise typer.Exit


def is_address(place: str | Path | None) -> bool:
    """Whether a place is a server's address and no folder."""
    return str(place or "").startswith(("http://", "https://"))


def open_graph(release: str | Path | None) -> OpenRelease:
    """The release that a command asks, in a folder or on a server."""
    return open_release(store=str(release)) if is_address(release) else open_release(release)


def write_json(body: Any) -> None:
    """Print a body as JSON, indented for a person and readable for a program."""
    typer.echo(json.dumps(body, indent=2, ensure_ascii=False))


def progress() -> Progress:
    """A progress bar on standard error; a log gets nothing but the words."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True
    )
