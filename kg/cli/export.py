"""The commands that write what others read: export, dumps."""

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kg.cli.shell import ReleaseOption, app, err, open_graph
from kg.errors import QuestionError
from kg.export.citation import bibtex, csl
from kg.export.croissant import croissant
from kg.export.dcat import catalogue_dcat, dataset_dcat, release_dcat
from kg.export.describe import about, graph_of
from kg.export.dumps import Source, make_dumps
from kg.export.record import Record
from kg.export.schema_org import dataset_schema_org
from kg.export.tables import Data
from kg.namespaces import EXAMPLES, VOID_GRAPH
from kg.opened import OpenRelease
from kg.store.written import from_ntriples, write_triples

__all__ = ["Kind"]

_RDF: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples", "rdf": "application/rdf+xml"}


class Kind(StrEnum):
    """What can be exported."""

    RDF = "rdf"
    DCAT = "dcat"
    SCHEMA = "schema"
    CROISSANT = "croissant"
    BIBTEX = "bibtex"
    CSL = "csl"
    VOID = "void"
    EXAMPLES = "examples"


_OF_GRAPHS: Final = {Kind.VOID: VOID_GRAPH, Kind.EXAMPLES: EXAMPLES}
_AS_JSON: Final[dict[Kind, tuple[str, Callable[[Record], dict[str, Any]]]]] = {
    Kind.SCHEMA: ("schema.jsonld", dataset_schema_org), Kind.CROISSANT: ("croissant.json", croissant), Kind.CSL: ("csl.json", csl),
}  # fmt: skip


def _json(body: Any) -> bytes:
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()


def _whole(graph: OpenRelease, kind: Kind, media: str) -> bytes:
    """The export of the whole catalogue as one document."""
    m = graph.manifest
    if kind in _OF_GRAPHS:
        return write_triples(from_ntriples(graph_of(graph.store, str(_OF_GRAPHS[kind]))), media)
    if kind is Kind.DCAT:
        return write_triples([*catalogue_dcat(graph.records, m.id), *release_dcat(m.version_iri, m.id, m.software)], media)
    if kind is Kind.BIBTEX:
        return "\n".join(bibtex(r) for r in graph.records.values()).encode()
    if kind is Kind.RDF:
        raise QuestionError("DATASET", "rdf is of one dataset; the whole graph is a dump: imaging-kg dumps")
    return _json([_AS_JSON[kind][1](r) for r in graph.records.values()])


def _one(graph: OpenRelease, kind: Kind, dataset: str, media: str) -> bytes:
    """The export of one dataset."""
    record = graph.records[graph.knowledge.dataset(dataset).id]
    if kind in _OF_GRAPHS:
        raise QuestionError("DATASET", f"{kind} is of the whole graph; leave the dataset out")
    if kind is Kind.RDF:
        return write_triples(from_ntriples(about(graph.store, record.view.iri)), media)
    if kind is Kind.DCAT:
        return write_triples(dataset_dcat(record), media)
    return bibtex(record).encode() if kind is Kind.BIBTEX else _json(_AS_JSON[kind][1](record))


def _each(graph: OpenRelease, kind: Kind, media: str, suffix: str) -> Iterable[tuple[str, bytes]]:
    """A file a dataset, named as the service names its documents."""
    ending = {Kind.BIBTEX: "bib", Kind.DCAT: f"dcat.{suffix}", Kind.RDF: suffix}.get(kind) or _AS_JSON[kind][0]
    for slug in graph.records:
        yield f"{slug}.{ending}", _one(graph, kind, slug, media)


@app.command("export")
def export_(
    kind: Annotated[Kind, typer.Argument(help="What to write.")],
    dataset: Annotated[str, typer.Argument(help="One dataset: id, name or IRI. Default: the whole catalogue.")] = "",
    out_path: Annotated[
        str,
        typer.Option("--out", help="File; or a folder that is there or ends in /: a file a dataset. Default: standard output."),
    ] = "",
    fmt: Annotated[str, typer.Option("--format", "-f", help="Of RDF: ttl | jsonld | nt | rdf.")] = "ttl",
    release: ReleaseOption = None,
) -> None:
    """Write datasets as RDF, DCAT, schema.org, Croissant, BibTeX or CSL-JSON; or the VoID description, or the example queries."""
    if fmt not in _RDF:
        raise QuestionError("--format", f"{fmt!r} is none of {', '.join(_RDF)}")
    place = Path(out_path)
    with open_graph(release) as graph:
        if out_path and not dataset and kind not in _OF_GRAPHS and (place.is_dir() or out_path.endswith(("/", "\\"))):
            place.mkdir(parents=True, exist_ok=True)
            names = [(place / name).write_bytes(body) for name, body in _each(graph, kind, _RDF[fmt], fmt)]
            err.print(f"{len(names):,} files in {place}", highlight=False)
            return
        body = _one(graph, kind, dataset, _RDF[fmt]) if dataset else _whole(graph, kind, _RDF[fmt])
    if not out_path:
        typer.echo(body.decode(), nl=False)
    else:
        place.write_bytes(body)
        err.print(f"{len(body):,} bytes in {place}", highlight=False)


@app.command()
def dumps(
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder. Default: dumps/ in the release, where the service looks.")
    ] = None,
    release: ReleaseOption = None,
) -> None:
    """Write every dump of a release (N-Quads, TriG, Turtle, CSV, Parquet, SQLite) and the list of their SHA-256 digests."""
    with open_graph(release) as graph:
        kept: list[Data] = []

        def data() -> Data:
            if not kept:
                kept.append(Data(graph.knowledge, graph.records, graph.store))
            return kept[0]

        folder = out_dir or graph.home / "dumps"
        made = make_dumps(Source(graph.home, data), folder, lambda name: err.print(f"  {name}", highlight=False))
    err.print(f"{len(made)} files of release {graph.manifest.id} in {folder}", highlight=False)
