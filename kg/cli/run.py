"""The commands that run things: build, serve, demo."""

import gc
import os
from pathlib import Path
from typing import Annotated

import typer

from kg.build import STAGES, Built
from kg.build import build as build_release
from kg.cli.answers import show_fusion, show_search
from kg.cli.shell import ReleaseOption, app, err, is_address, open_graph, out, progress
from kg.release import current, default_dir
from kg.resources import catalogue_dir, ontology_dir

_EXAMPLE = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
# Datasets relevant to the kidney, named by its SNOMED CT code, that hold both CT and segmentations
SELECT ?dataset ?name WHERE {
  ?kidney skos:closeMatch|skos:exactMatch <http://snomed.info/id/64033007> .
  ?dataset ikg:relevantTo ?kidney ; ikg:modality ikg:CT ; ikg:task ikg:ImageSegmentation ; dcterms:title ?name .
} ORDER BY ?name LIMIT 8
"""


def _build(out_dir: Path, tables: Path | None, keep: int = 2) -> Built:
    with progress() as bar:
        task = bar.add_task("building", total=len(STAGES))
        started = iter(range(len(STAGES) + 1))

        def tick(stage: str) -> None:
            bar.update(task, description=stage, completed=next(started))

        return build_release(tables or catalogue_dir(), ontology_dir(), out_dir, keep=keep, tick=tick)


def report(built: Built) -> None:
    """Print the counts of a release and where the time went."""
    m = built.manifest
    for name, value in m.counts.items():
        out.print(f"  {name}: {value:,}", highlight=False)
    for facet, share in m.shares.items():
        out.print(f"  datasets with a concept for {facet}, of those whose sources name one: {share:.1%}", highlight=False)
    total = sum(built.seconds.values())
    slow = sorted(built.seconds.items(), key=lambda item: -item[1])
    times = ", ".join(f"{name} {seconds:.1f}" for name, seconds in slow if seconds >= 0.05)
    out.print(f"  built in {total:.1f} s: {times}", highlight=False)
    out.print(f"  release {m.id} in {built.release}", highlight=False)


@app.command()
def build(
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder of releases. Default: your data folder.")] = None,
    tables: Annotated[Path | None, typer.Option("--catalogue", help="Folder of the curated tables.")] = None,
    keep: Annotated[int, typer.Option(help="How many releases stay, the new one included.", min=1)] = 2,
) -> None:
    """Build the graph: classify, close, validate, and publish an immutable release."""
    report(_build(out_dir or default_dir(), tables, keep))


@app.command()
def serve(
    release: ReleaseOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = 8000,
) -> None:
    """Serve SPARQL, search, fusion and linked data over HTTP. Builds a release first when there is none; a server's is as it is."""
    gc.disable()  # what is imported stays, and to look for garbage in it meanwhile takes a tenth of a second
    from service.run import run  # noqa: PLC0415  # the library itself does not need the service

    gc.freeze()
    gc.enable()
    store = release if is_address(release) else os.environ.get("IMAGING_KG_STORE") if release is None else None
    if store:
        run(None, host, port, store=store)
        return
    folder = Path(release) if release else default_dir()
    if current(folder) is None:
        err.print(f"there is no release in {folder} yet: building one", highlight=False)
        report(_build(folder, None))
    run(folder, host, port)


@app.command()
def mcp(release: ReleaseOption = None) -> None:
    """Serve the graph to an agent over standard input and output (Model Context Protocol); over HTTP `serve` does it at /mcp."""
    from service.run import run_mcp  # noqa: PLC0415  # the library itself does not need the service

    address = release if is_address(release) else None
    run_mcp(None if address or release is None else Path(release), store=address)


@app.command()
def demo(
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder of releases. Default: your data folder.")] = None,
) -> None:
    """The main job: build the graph, then answer a SPARQL query, a search and a fusion question."""
    folder = out_dir or default_dir()
    out.print("[bold]imaging-kg: the graph[/]")
    report(_build(folder, None))
    with open_graph(folder) as graph:
        out.print("\n[bold]1. SPARQL[/]: CT segmentation sets for the kidney, asked by its SNOMED CT code")
        for _, name in graph.store.select(_EXAMPLE).rows:
            out.print(f"  {name}", highlight=False)
        out.print("\n[bold]2. Search[/]: GBM MRI since 2015")
        show_search(graph.search("GBM MRI since 2015", 5))
        out.print("\n[bold]3. Fusion[/]: what belongs with LiTS, KiTS19 and MSD07-Pancreas?")
        show_fusion(graph.fuse(["LiTS", "KiTS19", "MSD07-Pancreas"], {}, 5))
    told = f" --release {folder}" if out_dir else ""
    out.print(f"\nOpen the service with: [bold]imaging-kg serve{told}[/]  (then http://127.0.0.1:8000/)", highlight=False)
