"""The commands of an ontologist: format, classify, slim, mappings, check, diff, docs."""

import json
from pathlib import Path
from typing import Annotated, Literal, cast

import typer
from rdflib import Graph

from kg.catalogue.mappings import canonical, check_mappings, mapping_files, read_mappings
from kg.catalogue.policy import curated_claims
from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.tables import load
from kg.catalogue.tsv import replace_file
from kg.cli.curate import CheckOption
from kg.cli.ontology_states import load_state
from kg.cli.shell import app, err, out, progress
from kg.export.ontology_docs import write_docs
from kg.namespaces import expand
from kg.reason.axioms import axioms_of
from kg.reason.classified import reclassify, taxonomy_for
from kg.reason.contradictions import needed
from kg.reason.diff import as_json, as_markdown, compare
from kg.reason.gates import findings, gate_graph, read_exemptions, read_rules
from kg.reason.views import judge
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.modules import concepts_of, labels, load_modules, module_files
from kg.terms.turtle import canonical_turtle

ontology = typer.Typer(no_args_is_help=True, help="Format, check, classify, slim, compare and document the ontology.")
app.add_typer(ontology, name="ontology")


def _settle(texts: dict[Path, str], *, check: bool, command: str) -> None:
    """Write what differs from its canonical text, or (``check``) only say so and exit with 1."""
    crooked = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in crooked:
        if not check:
            replace_file(path, texts[path])
        err.print(f"{path}: {f'would change; run: imaging-kg ontology {command}' if check else 'written'}", highlight=False)
    if crooked and check:
        raise typer.Exit(1)


@ontology.command("format")
def format_modules(check: CheckOption = False) -> None:
    """Rewrite every Turtle file of the ontology to its canonical form."""
    paths = (*module_files(ontology_dir()), *sorted((ontology_dir() / "shapes").glob("*.ttl")))
    _settle({path: canonical_turtle(path.read_text(encoding="utf-8")) for path in paths}, check=check, command="format")


@ontology.command()
def mappings(check: CheckOption = False) -> None:
    """Rewrite the SSSOM tables to their canonical form and hold every row against the ontology."""
    paths = mapping_files(ontology_dir())
    _settle({path: canonical(path.read_text(encoding="utf-8")) for path in paths}, check=check, command="mappings")
    check_mappings(ontology_dir(), {iri: c.label for iri, c in concepts_of(load_modules(ontology_dir())).items()})
    err.print(f"{len(read_mappings(ontology_dir()))} mappings in {len(paths)} tables: sound", highlight=False)


@ontology.command()
def classify() -> None:
    """Classify the ontology with the EL reasoner; write the classification, and the views that the catalogue needs judged."""
    graph = load_modules(ontology_dir())
    with progress() as bar:
        task = bar.add_task("classifying", total=None)
        axioms = axioms_of(graph)
        path = reclassify(graph, axioms, ontology_dir(), lambda stage: bar.update(task, description=stage))
        bar.update(task, description="judging the views of the catalogue")
        tables = load(catalogue_dir())
        views = judge(axioms, ontology_dir(), needed((*tables.claims, *curated_claims(tables.curated))))
    err.print(f"{path} and {views} written", highlight=False)


@ontology.command()
def check(
    warnings: Annotated[bool, typer.Option("--warnings", help="Show warnings and notes too, not only errors.")] = False,
) -> None:
    """Run the quality rules of ontology/rules on modules, mappings and the catalogue's claims. Exit code 1 on an error."""
    where = ontology_dir()
    graph = load_modules(where)
    rules = read_rules(where)
    claims = load(catalogue_dir()).claims
    used = {expand(c.value) for c in claims if c.property in CONCEPT_PROPERTIES and c.value}
    store = gate_graph(graph, taxonomy_for(graph, axioms_of(graph), where), read_mappings(where), used)
    found = findings(store, rules, read_exemptions(where, rules))
    for finding in found:
        if warnings or finding.severity == "ERROR":
            typer.echo(f"{finding.severity}\t{finding.rule}\t{finding.message}")
    counts = {s: sum(f.severity == s for f in found) for s in ("ERROR", "WARN", "INFO")}
    err.print(f"{len(rules)} rules: {', '.join(f'{n} {s}' for s, n in counts.items())}", highlight=False)
    if counts["ERROR"]:
        raise typer.Exit(1)


@ontology.command()
def slim(
    name: Annotated[str, typer.Argument(help="uberon | mondo | all")] = "all",
    check: CheckOption = False,
) -> None:
    """Make the UBERON and MONDO slims from the package that ships them (extra ``slim``) and our tables of seeds and edges."""
    from kg.terms.slim import build_slim_graph, serialise  # noqa: PLC0415  # a build-time extra, absent from most machines

    files = {"uberon": "anatomy-uberon.ttl", "mondo": "condition-mondo.ttl"}
    if name not in {*files, "all"}:
        raise typer.BadParameter(f"{name!r} is none of uberon, mondo, all")
    kinds = [cast(Literal["uberon", "mondo"], kind) for kind in files if name in {kind, "all"}]
    texts = {ontology_dir() / "modules" / files[k]: serialise(build_slim_graph(k, ontology_dir() / "slim")) for k in kinds}
    _settle(texts, check=check, command="slim")


@ontology.command()
def diff(
    before: Annotated[str, typer.Argument(help="An ontology folder, a release (or its graph.nq.gz), or a git revision.")],
    after: Annotated[str, typer.Argument(help="The other state, named in the same way.")],
    as_data: Annotated[bool, typer.Option("--json", help="Print JSON instead of Markdown.")] = False,
    most: Annotated[int | None, typer.Option(help="Show at most so many lines of each kind of change.", min=1)] = None,
) -> None:
    """What changed between two states of the ontology: classes, words, axioms, mappings, and what is entailed."""
    one, other = load_state(before), load_state(after)
    found, label = compare(one, other), labels(one.graph, other.graph)
    if as_data:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
    else:
        typer.echo(as_markdown(found, label, most), nl=False)


@ontology.command()
def docs(folder: Annotated[Path, typer.Argument(help="Where to write; made if it is not there.")]) -> None:
    """Write the ontology's documentation as Markdown pages and one HTML page (extra ``docs``)."""
    where = ontology_dir()
    graph = load_modules(where)
    with progress() as bar:
        bar.add_task("writing", total=None)
        modules = {path.stem: Graph().parse(path, format="turtle") for path in module_files(where)}
        taxonomy = taxonomy_for(graph, axioms_of(graph), where)
        write_docs(graph, concepts_of(graph), taxonomy, read_mappings(where), folder, modules=modules)
    out.print(f"{folder / 'index.html'}", highlight=False)
