"""The commands of a curator that check and list: catalogue lint, catalogue records."""

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from kg.catalogue import lint as rules
from kg.catalogue.records import records as record_lines
from kg.catalogue.tables import load, save
from kg.catalogue.tsv import replace_file
from kg.cli.shell import app, err
from kg.errors import CatalogueError
from kg.identity import parse_decisions, write_decisions
from kg.namespaces import curie, expand
from kg.reason.axioms import axioms_of
from kg.reason.classified import taxonomy_for
from kg.reason.judged import assert_facts, doubts_of
from kg.resources import catalogue_dir, checkout, ontology_dir
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules

catalogue = typer.Typer(no_args_is_help=True, help="Check and list the curated tables.")
app.add_typer(catalogue, name="catalogue")

DECISIONS = "identity-decisions.tsv"
CatalogueOption = Annotated[
    Path | None, typer.Option("--catalogue", help="Folder of the tables. Default: those of this checkout or package.")
]
CheckOption = Annotated[bool, typer.Option("--check", help="Change nothing; exit with 1 when something would change.")]


def tables_folder(folder: Path | None, *, writing: bool) -> Path:
    """The folder of the tables. An installed package's own are never written to: a new folder begins as their copy."""
    if folder is None:
        if writing and checkout() is None:
            raise typer.BadParameter("the package's own tables are read-only: give a folder of yours with --catalogue DIR")
        return catalogue_dir()
    if writing and not folder.exists():
        shutil.copytree(catalogue_dir(), folder)
    if not folder.is_dir():
        raise CatalogueError(folder, 0, "folder", "there is no such folder")
    return folder


def words() -> Lexicon:
    """The words of the ontology at hand."""
    return Lexicon(concepts_of(load_modules(ontology_dir())))


@catalogue.command()
def lint(check: CheckOption = False, folder: CatalogueOption = None) -> None:
    """Rewrite the tables to their canonical form and check every row."""
    where = tables_folder(folder, writing=not check)
    crooked = list(rules.not_canonical(where))
    decisions = where / DECISIONS
    if decisions.exists():
        text = decisions.read_text(encoding="utf-8")
        canonical = write_decisions(parse_decisions(text))
        if text != canonical:
            crooked.append(decisions)
            if not check:
                replace_file(decisions, canonical)
    found = load(where)
    if not check:
        save(where, found)
        found = load(where)
    errors = rules.check(where, found, words())
    for error in errors:
        err.print(str(error), highlight=False, markup=False)
    for path in crooked:
        state = "is not canonical; run: imaging-kg catalogue lint" if check else "rewritten"
        err.print(f"{path}: {state}", highlight=False, markup=False)
    if errors or (crooked and check):
        raise typer.Exit(1)
    err.print(f"{len(found.datasets)} datasets, {len(found.claims)} claims: sound", highlight=False)


@catalogue.command()
def records(
    source: Annotated[str, typer.Option(help="Name of the source.")] = "imaging-x",
    folder: CatalogueOption = None,
) -> None:
    """Print one JSON line a source record: its dataset, what the graph asserts of it, and the cells held to be wrong."""
    tables = load(tables_folder(folder, writing=False))
    if source not in {s.name for s in tables.sources}:
        known = ", ".join(s.name for s in tables.sources)
        raise typer.BadParameter(f"{source!r} is no source of this catalogue; it has {known}")
    graph = load_modules(ontology_dir())
    concepts = concepts_of(graph)

    def label(iri: str) -> str:
        return concepts[iri].label if iri in concepts else curie(iri)

    def in_words(sentence: str) -> str:
        return " ".join(
            label(expand(word.rstrip(","))) if expand(word.rstrip(",")) in concepts else word for word in sentence.split()
        )

    axioms = axioms_of(graph)
    taxonomy = taxonomy_for(graph, axioms, ontology_dir())
    judged = doubts_of(tables, axioms, taxonomy, ontology_dir())
    facts = assert_facts(tables, judged, taxonomy, graph)
    # What a curator states too is no doubt any more; what the axioms exclude and nobody states is.
    settled = {(c.dataset, c.property, c.value) for c in tables.curated}
    excluded = [
        (c.claim, in_words(c.reason))
        for c in judged.doubts
        if c.kind != "disagreement" and (c.claim.dataset, c.claim.property, c.claim.value) not in settled
    ]
    for line in record_lines(tables, facts, source, excluded, label):
        typer.echo(json.dumps(line, ensure_ascii=False))
