"""The commands that ask: query, search, fuse, show, explain, concept."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from kg.cli.labels import show_label_space
from kg.cli.mdfp import mdfp_body, show_mdfp
from kg.cli.profile_options import Asked, asks, read_profile
from kg.cli.shell import JsonOption, ReleaseOption, app, err, open_graph, out, write_json
from kg.errors import QuestionError
from kg.export.plan_forms import plan_form
from kg.export.search_forms import SEARCH_FORMS, search_form
from kg.namespaces import curie
from kg.search.page import SORTS, View
from kg.store.forms import form_of
from kg.terms.text import many

_EXCLUDED = 5  # of what is excluded, those that come nearest
_RESULTS = {"json": "application/sparql-results+json", "csv": "text/csv", "tsv": "text/tab-separated-values"}
_GRAPHS = {"ttl": "text/turtle", "nt": "application/n-triples", "json": "application/ld+json"}


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="A file with a SPARQL query, or - for standard input.")],
    fmt: Annotated[
        str, typer.Option("--format", "-f", help="table | json | csv | tsv, or ttl | nt | json for graphs.")
    ] = "table",
    release: ReleaseOption = None,
) -> None:
    """Run a SPARQL query on the graph."""
    text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    graph_form = form_of(text).is_graph
    kinds = _GRAPHS if graph_form else _RESULTS
    if fmt == "table" and graph_form:
        fmt = "ttl"
    with open_graph(release) as graph:
        if fmt == "table":
            _table(graph.sparql(text, _RESULTS["json"]))
        elif fmt in kinds:
            typer.echo(graph.sparql(text, kinds[fmt]).decode(), nl=False)
        else:
            raise QuestionError("--format", f"{fmt!r} is none of {', '.join(('table', *kinds))} for a {form_of(text)} query")


def _table(raw: bytes) -> None:
    found = json.loads(raw)
    if "boolean" in found:
        out.print("yes" if found["boolean"] else "no")
        return
    table = Table(*found["head"]["vars"], show_lines=False)
    for row in found["results"]["bindings"]:
        cells = [row.get(v) for v in found["head"]["vars"]]
        table.add_row(*("" if c is None else curie(c["value"]) if c["type"] == "uri" else c["value"] for c in cells))
    out.print(table)
    err.print(f"{table.row_count} rows")


@app.command()
def search(
    text: Annotated[
        str, typer.Argument(help='What you look for, in your own words: "renal CT segmentation since 2018". Empty: everything.')
    ] = "",
    limit: Annotated[int, typer.Option(help="How many hits of each kind at most.", min=1)] = 10,
    question: Annotated[Path | None, typer.Option(help="A JSON file with a structured question instead of a text.")] = None,
    sort: Annotated[str, typer.Option(help=f"One of {', '.join(SORTS)}.")] = "relevance",
    facets: Annotated[str, typer.Option(help="Counts of the result by these facets, comma-separated.")] = "",
    fields: Annotated[str, typer.Option(help="Only these fields of a hit, comma-separated.")] = "",
    cursor: Annotated[str, typer.Option(help="Where the page before ended, as it said.")] = "",
    fmt: Annotated[str, typer.Option("--format", "-f", help=f"text | {' | '.join(SEARCH_FORMS)}.")] = "text",
    explain: Annotated[bool, typer.Option("--explain", help="The steps that lead to each hit.")] = False,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Find datasets by meaning; strict and near matches stand apart."""
    form = "json" if as_json else fmt
    if form not in {"text", *SEARCH_FORMS}:
        raise QuestionError("--format", f"{form!r} is none of {', '.join(('text', *SEARCH_FORMS))}")
    lists = [tuple(w.strip() for w in value.split(",") if w.strip()) for value in (facets, fields)]
    view = View(limit, cursor, sort, lists[0], fields=lists[1], explain=explain)
    with open_graph(release) as graph:
        body = graph.page(graph.answer(read_profile(question) if question else text), view)
    if form == "json":
        write_json(body)
    elif form == "text":
        show_search(body)
    else:
        typer.echo(search_form(body, form), nl=False)


def show_search(body: dict[str, Any]) -> None:
    """Print a search answer for a person."""
    read = [
        f"{m['text']} → {'not ' if m['negated'] else ''}{m['label']} ({m['facet']})"
        for m in body["query"]["mentions"]
        if not m.get("absorbed")
    ]
    read += [c["text"].strip() for c in body["query"]["constraints"]]
    out.print(f"[bold]read as[/] {'; '.join(read) or 'nothing'}", highlight=False)
    for word in body["query"]["unread"]:
        near = f" (did you mean {', '.join(word['suggestions'])}?)" if word["suggestions"] else ""
        out.print(f"[yellow]not understood[/] {word['text']}{near}", highlight=False)
    for clash in body.get("contradictions", ()):
        out.print(f"[red]contradiction[/] {clash}", highlight=False)
    out.print(f"[bold]{body['total']} datasets match[/]", highlight=False)
    for hit in body["strict"]:
        _line({"score": 0.0} | hit, hit.get("reasons", []))
    if found := body.get("relaxations"):
        _show_relaxations(found)
    if body["near"]:
        out.print("[bold]near[/]")
        for hit in body["near"][:5]:
            _line({"score": 0.0} | hit, hit.get("missing", []))
    for facet, counts in body.get("facets", {}).items():
        listed = ", ".join(f"{c.get('label', c.get('value'))} {c['datasets']}" for c in counts[:12])
        out.print(f"[bold]{facet}[/] {listed}", highlight=False)
    if "next" in body["page"]:
        out.print(f"[dim]more with --cursor {body['page']['next']}[/]", highlight=False)


def _show_relaxations(found: dict[str, Any]) -> None:
    if found["emptiedBy"]:
        out.print(f"[yellow]emptied by[/] {'; '.join(found['emptiedBy'])}", highlight=False)
    for item in found["without"][:5]:
        out.print(f"  without {item['leftOut']}: {item['datasets']} datasets", highlight=False)
    for item in found["broader"][:5]:
        out.print(f"  {item['label']} instead of {item['instead']}: {item['datasets']} datasets", highlight=False)


def _line(hit: dict[str, Any], why: list[str]) -> None:
    verdict = f"[cyan]{hit['verdict']}[/] " if "verdict" in hit else ""
    out.print(f"  {hit['score']:.2f}  [green]{hit['id']}[/]  {verdict}{'; '.join(why)}", highlight=False)


@app.command()
@asks
def fuse(
    asked: Asked,
    seeds: Annotated[list[str] | None, typer.Argument(help="Datasets that belong to the set: ids, names or IRIs.")] = None,
    mdfp: Annotated[
        Path | None, typer.Option(help="A manifest of the survey's portal: the paper's own table from it, and our answer beside.")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many members at most.", min=1)] = 20,
    plan: Annotated[
        Path | None, typer.Option(help="Write the plan of the set to this file, as JSON; see `imaging-kg plan`.")
    ] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Find datasets that belong together: from a profile, from seed datasets, or both; with verdicts and reasons."""
    if mdfp is not None and (seeds or asked):
        raise QuestionError("--mdfp", "runs the paper's own rule and takes neither seeds nor a profile beside it")
    if mdfp is not None and plan is not None:
        raise QuestionError("--plan", "is of a fusion question, not of a manifest")
    with open_graph(release) as graph:
        if mdfp is not None:
            body, shown = mdfp_body(mdfp, graph.knowledge), show_mdfp
        else:
            body, shown = graph.fuse(seeds or (), asked.profile, limit, rules=asked.rules), show_fusion
            if plan is not None:
                made = graph.plan(seeds or (), asked.profile, rules=asked.rules)
                plan.write_text(plan_form(made, "json"), encoding="utf-8")
    (write_json if as_json else shown)(body)


def show_fusion(body: dict[str, Any]) -> None:
    """Print a fusion answer for a person."""
    profile, total = body["profile"], body["set"]
    origin = "shared by the seeds" if profile["induced"] else "asked for"
    out.print(f"[bold]{origin}[/]", Text(profile["classExpression"]), highlight=False)
    _show_rules(profile.get("rules", {}))
    for conflict in profile["conflicts"]:
        out.print("[red]no dataset can fit[/]", Text(conflict["reason"]), highlight=False)
    if note := profile.get("note"):
        out.print("[yellow]note[/]", Text(note), highlight=False)
    for hit in body["members"]:
        _line(hit, [*hit["reasons"], *(step["text"] for step in hit.get("steps", []))])
    for hit in body["excluded"][:_EXCLUDED]:
        _line(hit, [e["reason"] for e in hit["evidence"] if e.get("against")] or hit["reasons"])
    extent = ", ".join(many(n, unit) for unit, n in total["extent"].items())
    out.print(
        f"[bold]the set[/] {total['datasets']} datasets, {extent or 'of unknown size'}; {total['related']} related, "
        f"{total['excluded']} excluded; {len(total['overlaps'])} overlaps", highlight=False,
    )  # fmt: skip
    if total["labels"]["known"] > 1:
        show_label_space(total["labels"])
    if least := total.get("minimumTotal"):
        state = "is met" if least["met"] else "is not met"
        unit = least["unit"] or "item"
        out.print(f"  the least total of {many(least['demanded'], unit)} {state}: at least {least['atLeast']:,}", highlight=False)
    for overlap in total["overlaps"][:5]:
        out.print(f"  [yellow]overlap[/] {overlap['reason']}", highlight=False)
    for left in total["leftOut"][:5]:
        out.print(f"  [yellow]left out[/] {left['name']}: {left['reason']}", highlight=False)
    for note in total["notes"]:
        out.print(f"  [yellow]note[/] {note}", highlight=False)


def _show_rules(rules: dict[str, Any]) -> None:
    """What the fields of a portal's rule became."""
    for field in rules.get("fields", ()):
        out.print(Text(f"  {field['field']} {json.dumps(field['given'])}: {field['note']}"), highlight=False)
    for field in rules.get("unknown", ()):
        near = f", did you mean {field['nearest']}?" if field["nearest"] else ""
        out.print(Text(f"  {field['field']} is no field of a rule and does nothing{near}", style="yellow"), highlight=False)


@app.command()
def show(
    dataset: Annotated[str, typer.Argument(help="A dataset: id, name, alias or IRI.")],
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Everything that is known of one dataset, with the claims behind it."""
    with open_graph(release) as graph:
        body = graph.show(dataset)
    if as_json:
        write_json(body)
        return
    out.print(f"[bold]{body['name']}[/]  {body['iri']}", highlight=False)
    plain = {
        "aliases": ", ".join(body["aliases"]),
        "year": body["year"],
        "home page": body["homepage"],
        "labelled": body["labelled"],
    }
    plain["extent"] = ", ".join(f"{e['value']:,} {e['unit']}s ({e['certainty']})" for e in body["extent"])
    for name, value in plain.items():
        out.print(f"  {name}: {'unknown' if value in (None, '') else value}", highlight=False)
    for kind in ("asserted", "inferred"):
        out.print(f"[bold]{kind}[/]")
        for prop, concepts in body[kind].items():
            out.print(f"  {prop}: {', '.join(c['label'] for c in concepts)}", highlight=False)
    out.print("[bold]claims[/]")
    for claim in body["claims"]:
        out.print(f"  {claim['field']} “{claim['raw']}” {claim['status']} {curie(claim.get('value', ''))}", highlight=False)


@app.command()
def explain(
    subject: Annotated[str, typer.Argument(help="A dataset (id, name, alias or IRI), or else a concept.")],
    concept: Annotated[str, typer.Argument(help="A concept: label, synonym, CURIE or IRI.")],
    prop: Annotated[str | None, typer.Option("--property", help="By which property, e.g. depictsWithin. Default: any.")] = None,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Why the graph says that a dataset has a concept, or one concept another: the claims and the axioms. Exit code 1 when not so."""
    with open_graph(release) as graph:
        body = graph.explain(subject, concept, prop)
    if as_json:
        write_json(body)
    else:
        name = body["dataset"]["name"] if "dataset" in body else body["subject"]["label"]
        link = f"–{body['property']}→" if body["holds"] else "has no"
        out.print(f"{name} {link} {body['concept']['label']}", highlight=False)
        for title in ("facts", "axioms"):
            for line in body[title]:
                out.print(f"  {title[:-1]}: {line}", highlight=False)
        for claim in body["claims"]:
            note = f" ({claim['note']})" if claim.get("note") else ""
            out.print(f"  claim: {claim['source']}, {claim['field']} “{claim['raw']}”{note} <{claim['claim']}>", highlight=False)
        for claim in body.get("against", ()):
            note = f": {claim['note']}" if claim.get("note") else ""
            out.print(
                f"  not asserted: {claim['source']}, {claim['field']} “{claim['raw']}” ({claim['status']}{note})", highlight=False
            )
        if not body["holds"]:
            out.print(f"  {body['reason']}", highlight=False)
    if not body["holds"]:
        raise typer.Exit(1)


@app.command()
def concept(
    name: Annotated[str, typer.Argument(help="A concept: label, synonym, CURIE or IRI of any mapped terminology.")],
    release: ReleaseOption = None,
) -> None:
    """One concept: its words, its place in the ontology, its mappings, how many datasets have it (JSON)."""
    with open_graph(release) as graph:
        write_json(graph.concept(name))
