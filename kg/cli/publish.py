"""``imaging-kg publish``: a release to a SPARQL server."""

import gzip
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kg.cli.shell import ReleaseFolder, app, err, out
from kg.errors import ReleaseDamaged
from kg.namespaces import IKGG
from kg.publish import BATCH, Plan, Step, Target, plan_of
from kg.publish import publish as publish_release
from kg.publish.plan import LARGEST_BATCH
from kg.published import FILES, UNION
from kg.release import GRAPH, current, default_dir, verify
from kg.store.address import PASSWORD, USER, credentials_for


def update_address(query: str) -> str:
    """Where a server takes updates, from where it takes queries: beside ``…/query`` stands ``…/update``, else it is the same."""
    return f"{query.removesuffix('/query')}/update" if query.endswith("/query") else query


@app.command()
def publish(
    to: Annotated[str, typer.Option("--to", help="Address of the server's query endpoint.")],
    update: Annotated[
        str | None, typer.Option("--update", help="Address of its update endpoint. Default: …/update beside …/query, else --to.")
    ] = None,
    graph_store: Annotated[
        str | None, typer.Option("--graph-store", help="Address of its Graph Store Protocol; much faster where there is one.")
    ] = None,
    user: Annotated[str | None, typer.Option("--user", help=f"Who writes there. Default: ${USER}, else ~/.netrc.")] = None,
    password_env: Annotated[
        str, typer.Option("--password-env", help="Name of the environment variable that holds the password.")
    ] = PASSWORD,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run that was stopped has left off.")] = False,
    batch: Annotated[int, typer.Option(help="Triples a request.", min=1, max=LARGEST_BATCH)] = BATCH,
    timeout: Annotated[float, typer.Option(help="Seconds that one request may take.", min=1)] = 600.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is there and say what would be done; write nothing.")
    ] = False,
    release: ReleaseFolder = None,
) -> None:
    """Bring a release to a SPARQL server: graph by graph, counted, and only then there to open."""
    where = release or default_dir()
    folder = current(where)
    if folder is None:
        raise ReleaseDamaged(str(where), "holds no release", "build one with: imaging-kg build")
    manifest = verify(folder)
    with gzip.open(folder / GRAPH, "rt", encoding="utf-8", newline="\n") as lines:
        plan = plan_of(lines)
    files = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
    who = credentials_for(to, user, password_env)
    with Target(to, update or update_address(to), graph_store, who, timeout) as target:
        if dry_run:
            _show(plan, target, batch)
            return
        with _bar() as bar:
            task = bar.add_task("beginning", total=plan.triples)

            def tick(step: Step) -> None:
                bar.update(task, description=step.what, completed=step.brought)

            found = publish_release(manifest, plan, files, target, resume=resume, batch=batch, tick=tick)
    for graph, count in found.items():
        out.print(f"  {graph.removeprefix(str(IKGG))}: {count:,}", highlight=False)
    out.print(f"release {manifest.id} is at {to}; ask it with: IMAGING_KG_STORE={to} imaging-kg search …", highlight=False)


def _show(plan: Plan, target: Target, batch: int) -> None:
    table = Table("graph", "here", "there", "requests")
    for graph, count in ((g, len(lines)) for g, lines in plan.graphs.items()):
        table.add_row(graph.removeprefix(str(IKGG)), f"{count:,}", f"{target.count(graph):,}", f"{-(-count // batch):,}")
    table.add_row("union", f"{plan.union:,}", f"{target.count(str(UNION)):,}", "made there")
    out.print(table)
    err.print("nothing was written")


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True,
    )  # fmt: skip
