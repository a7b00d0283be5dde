"""What a curator works with every day: catalogue add, review, diff, stats, show."""

import json
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.table import Table

from kg.catalogue.compare import changes
from kg.catalogue.facts import Facts
from kg.catalogue.form import FIELDS, add
from kg.catalogue.policy import facts_of
from kg.catalogue.tables import Catalogue, load, save
from kg.cli.curate import CatalogueOption, catalogue, tables_folder, words
from kg.cli.imports import DateOption, add_file
from kg.cli.shell import JsonOption, err, out, write_json
from kg.errors import CatalogueError
from kg.landscape.report import report_of
from kg.model import Claim
from kg.namespaces import expand
from kg.reason.axioms import axioms_of
from kg.reason.classified import taxonomy_for
from kg.reason.judged import assert_facts, doubts_of
from kg.reason.taxonomy import Taxonomy
from kg.resources import ontology_dir
from kg.terms.modules import concepts_of, labels, load_modules, platforms_of


class _Judged:
    """A catalogue with what the ontology makes of it: facts, doubts, labels."""

    def __init__(self, tables: Catalogue) -> None:
        graph = load_modules(ontology_dir())
        axioms = axioms_of(graph)
        self.tables = tables
        self.label = labels(graph)
        self.named = {iri: c.label for iri, c in concepts_of(graph).items()}
        self.taxonomy: Taxonomy = taxonomy_for(graph, axioms, ontology_dir())
        found = doubts_of(tables, axioms, self.taxonomy, ontology_dir())
        self.judged, self.queue = found, found.queue
        self.facts: tuple[Facts, ...] = assert_facts(tables, found, self.taxonomy, graph)


@catalogue.command("add")
def add_dataset(
    file: Annotated[
        str | None, typer.Argument(help="A Croissant, schema.org or DCAT file (JSON-LD): a path or an address.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="The answers as YAML or JSON, instead of being asked.")] = None,
    retrieved: DateOption = "",
    folder: CatalogueOption = None,
) -> None:
    """Add a dataset: from its publisher's file, from a file of answers, or by answering questions."""
    if file:
        add_file(file, retrieved, folder)
        return
    where = tables_folder(folder, writing=True)
    if answers:
        told = yaml.safe_load(answers.read_text(encoding="utf-8"))
        if not isinstance(told, dict):
            raise CatalogueError(answers, 1, "answers", "must be fields with their answers")
        given = {str(k): ", ".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in told.items() if v is not None}
    else:
        given = {f.name: typer.prompt(f.asks, default=None if f.needed else "", show_default=False, err=True) for f in FIELDS}
    found, slug = add(load(where), given, words())
    save(where, found)
    err.print(f"{slug}: in {where}; now run: imaging-kg catalogue lint", highlight=False)


def _told(claim: Claim, label: dict[str, str]) -> str:
    value = label.get(expand(claim.value), claim.value)
    return f"{claim.source} {claim.record}, {claim.field}: {claim.raw!r}" + (f", read as {value}" if value else "")


@catalogue.command()
def review(
    limit: Annotated[int, typer.Option(help="How many to show; 0 for all.", min=0)] = 20,
    as_json: JsonOption = False,
    folder: CatalogueOption = None,
) -> None:
    """The queue of doubts, the most certain first, with both sides: what is said, and what stands against it."""
    judged = _Judged(load(tables_folder(folder, writing=False)))
    shown = judged.queue[: limit or None]
    others: dict[tuple[str, str], list[Claim]] = {}
    for claim in judged.tables.claims:
        if claim.asserts:
            others.setdefault((claim.dataset, claim.property), []).append(claim)
    if as_json:
        write_json([
            {
                "dataset": c.claim.dataset, "certainty": c.certainty, "kind": c.kind, "source": c.claim.source, "record": c.claim.record,
                "field": c.claim.field, "raw": c.claim.raw, "value": c.claim.value, "against": list(c.against), "withheld": c.withheld,
            }
            for c in shown
        ])  # fmt: skip
        return
    for c in shown:
        out.print(
            f"[bold]{c.claim.dataset}[/]  {c.kind}, certainty {c.certainty}{', withheld' if c.withheld else ''}", highlight=False
        )
        out.print(f"    says     {_told(c.claim, judged.named)}", highlight=False, markup=False)
        out.print(f"    against  {', '.join(judged.named.get(expand(a), a) for a in c.against)}", highlight=False, markup=False)
        beside = [
            o
            for o in others.get((c.claim.dataset, c.claim.property), ())
            if o.record != c.claim.record or o.source != c.claim.source
        ]
        for other in beside[:4]:
            out.print(f"    beside   {_told(other, judged.named)}", highlight=False, markup=False)
    disputes = [x for f in judged.facts for x in f.conflicts if not x.chosen]
    err.print(
        f"{len(judged.queue)} doubts, {len(disputes)} properties on which sources differ and nothing is asserted, "
        f"{len(judged.tables.unlinked)} records without a dataset (unlinked.tsv)",
        highlight=False,
    )


@catalogue.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Folder of the tables before.")],
    after: Annotated[
        Path | None, typer.Argument(help="Folder of the tables after. Default: those of this checkout or package.")
    ] = None,
) -> None:
    """What changed between two catalogues, in words."""
    both = [load(tables_folder(place, writing=False)) for place in (before, after)]
    graph = load_modules(ontology_dir())
    kinds = taxonomy_for(graph, axioms_of(graph), ontology_dir()).kinds
    facts = [facts_of(tables, frozenset(), kinds, platforms_of(graph)) for tables in both]
    count = 0
    for sentence in changes((both[0], facts[0]), (both[1], facts[1]), labels(graph)):
        out.print(sentence, highlight=False, markup=False)
        count += 1
    err.print(f"{count} changes", highlight=False)


@catalogue.command()
def stats(as_json: JsonOption = False, folder: CatalogueOption = None) -> None:
    """The quality report of the tables as they are: coverage, licences, access, flags, detectors, landscape."""
    judged = _Judged(load(tables_folder(folder, writing=False)))
    report = report_of(judged.tables, judged.facts, judged.judged, judged.taxonomy, judged.named)
    if as_json:
        typer.echo(json.dumps(report, indent=1, ensure_ascii=False))
        return
    table = Table("property", "datasets", "share", "by a curator", title=f"{report['datasets']} datasets")
    for name, cover in report["coverage"].items():
        table.add_row(name, str(cover["datasets"]), f"{cover['share']:.1%}", str(cover["by a curator"]))
    out.print(table)
    licences, access = report["licences"], report["access"]
    out.print(f"licence known: {licences['known']} ({licences['share']:.1%}), disputed: {licences['disputed']}", highlight=False)
    out.print(
        f"access by evidence: {access['by evidence']} ({access['share']:.1%}), guessed only: {access['guessed from the host only']}",
        highlight=False,
    )
    out.print(f"conflicts: {len(report['conflicts'])}, open doubts: {report['open doubts']}", highlight=False)
    for name, found in report["detectors"].items():
        out.print(f"{name}: {found}", highlight=False)
