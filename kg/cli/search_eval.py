"""``imaging-kg search-eval``: score the search on judged queries, beside BM25 and exact facets in the same run."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track
from rich.table import Table

from kg.cli.shell import JsonOption, ReleaseOption, app, err, open_graph, out, write_json
from kg.opened import OpenRelease
from kg.search.evaluation import MEASURES, Answerer, exact_facets, measure, read_judged, summary

_DEPTH = 100


@app.command("search-eval")
def search_eval(
    queries: Annotated[Path, typer.Argument(help="Judged queries, one JSON object a line.", exists=True, dir_okay=False)],
    by_query: Annotated[bool, typer.Option("--by-query", help="Each query that falls short, with its nDCG@10.")] = False,
    as_json: JsonOption = False,
    release: ReleaseOption = None,
) -> None:
    """Score the search on judged queries (nDCG@10, recall@20, MRR, success@1, abstention), beside two plain rivals."""
    judged = read_judged(queries)
    with open_graph(release) as graph:
        answerers = answerers_of(graph)
        found = {}
        for name in track(answerers, description="scoring", console=err, transient=True):
            start = time.perf_counter()
            found[name] = summary(judged, answerers[name])
            found[name]["all"]["seconds"] = time.perf_counter() - start
        if as_json:
            write_json(found)
            return
        _table(found)
        if by_query:
            rows = [(measure(q, *answerers["imaging-kg"](q.query)), q) for q in judged]
            for measures, q in sorted(rows, key=lambda row: (row[0].get("ndcg@10", row[0].get("abstained", 0)), row[1].id)):
                value = measures.get("ndcg@10", measures.get("abstained", 0.0))
                if value < 1:
                    out.print(f"{value:.2f}  {q.id}  {q.query}", highlight=False)


def answerers_of(graph: OpenRelease) -> dict[str, Answerer]:
    """The search and its rivals, by name."""

    def ours(text: str) -> tuple[list[str], list[str]]:
        answer = graph.answer(text)
        ids = [answer.dataset(p).id for p in answer.strict_order[:_DEPTH].tolist()]
        return ids, [answer.dataset(p).id for p in answer.near_order[:_DEPTH].tolist()]

    def bm25(text: str) -> tuple[list[str], list[str]]:
        return list(graph.texts.find(text.split(), _DEPTH)), []

    return {"imaging-kg": ours, "BM25": bm25, "exact facets": exact_facets(graph.knowledge)}


def _table(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    table = Table("system", "tag", "queries", *MEASURES)
    for system, tags in found.items():
        for tag, means in tags.items():
            if tag == "all" or system == "imaging-kg":
                table.add_row(system, tag, str(means["queries"]), *(f"{means[m]:.3f}" if m in means else "" for m in MEASURES))
    out.print(table)
