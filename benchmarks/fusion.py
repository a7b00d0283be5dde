"""Fusion's quality and speed, beside baselines over the survey's own words in the same run; writes ``benchmarks/fusion.md``.

Usage: python -m benchmarks.fusion [--collections FILE ...] [--survey FILE] [--datasets 100000] [--release DIR]
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from benchmarks.fusion_losses import completed, selected
from benchmarks.search import synthetic
from kg.catalogue.tables import load
from kg.fusion.answer import fuse
from kg.fusion.evaluation import MEASURES, Expert, Words, complete, drawn, goal, mean, ranker, read_experts
from kg.fusion.evaluation import selection as chosen_by
from kg.knowledge import Knowledge
from kg.model import Claim, Status
from kg.opened import open_release
from kg.resources import catalogue_dir

HERE = Path(__file__).parent
OWN = HERE / "fusion-collections.json"
_ENOUGH = 0.85  # the recall that a selection from a goal is asked to reach


def words_of(survey: Path | None) -> Words:
    """The survey's words: from the claims of our own catalogue, or from its file with our assignment of its rows."""
    claims = load(catalogue_dir()).claims
    if survey is None:
        return Words(claims)
    row_of = {c.record: c.dataset for c in claims if c.source == "imaging-x"}
    rows = json.loads(survey.read_text(encoding="utf-8"))
    fields = ("name", "modality", "structure", "task", "dim", "diseases")
    return Words(Claim(row_of[n], "imaging-x", n, f, r[f] or "", "", "", Status.READ) for n, r in enumerate(rows) for f in fields)


Scores = Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]]


def scored(knowledge: Knowledge, words: Words, experts: Sequence[Expert]) -> Scores:
    """Collection → our measures of completing it from three seeds, and the words'; what is too small for that is left out."""
    rank = ranker(knowledge)
    return {e.name: (complete(e, rank), complete(e, words.like)) for e in experts if len(e.members) > 3}


def completion(lines: list[str], scores: Scores, sets: Mapping[str, Sequence[Expert]]) -> None:
    """The table of completing collections from three seeds."""
    lines += ["## Completing a collection from three of its members", ""]
    lines += [f"| collections | n | who | {' | '.join(MEASURES)} |", f"|---|---|---|{'---|' * len(MEASURES)}"]
    for label, experts in sets.items():
        found = [scores[e.name] for e in experts if e.name in scores]
        ours, theirs = mean([o for o, _ in found]), mean([t for _, t in found])
        row(lines, label, len(found), "imaging-kg", *ours)
        row(lines, "", "", "words (Jaccard)", *theirs)
        row(lines, "", "", "ratio", *(f"{a / b:.2f}" for a, b in zip(ours, theirs, strict=True)))
        row(lines, "", "", "highest ratio there can be", *(f"{1 / b:.2f}" for b in theirs))
    lines.append("")


def selection(lines: list[str], knowledge: Knowledge, words: Words, sets: Mapping[str, Sequence[Expert]]) -> None:
    """The table of selecting members from a goal, with what could be reached at all."""
    lines += ["## Selecting the members from the words of the goal (narrow collections)", ""]
    lines += ["| collections | n | who | precision | recall |", "|---|---|---|---|---|"]
    for label, experts in sets.items():
        narrow = [e for e in experts if e.narrow]
        chosen = {e.name: chosen_by(knowledge, e) for e in narrow}
        surveyed = frozenset(words.words)
        row(lines, label, len(narrow), "imaging-kg", *shares(narrow, chosen))
        row(
            lines,
            "",
            "",
            "of these what the survey lists",
            *shares(narrow, {n: [i for i in c if i in surveyed] for n, c in chosen.items()}),
        )
        row(lines, "", "", "strict filter over words", *shares(narrow, {e.name: sorted(words.strict(e.wanted)) for e in narrow}))
        row(lines, "", "", f"ours, each cut by one who knows the members at recall {_ENOUGH}", *cut(narrow, chosen))
        row(lines, "", "", "one who knows all lists, one answer to a goal", *memorised(narrow))
    lines.append("")


def shares(experts: Sequence[Expert], chosen: Mapping[str, Sequence[str]]) -> tuple[float, float]:
    """Mean precision and recall."""
    found = [share(e, chosen[e.name]) for e in experts]
    return fmean(p for p, _ in found), fmean(r for _, r in found)


def share(expert: Expert, chosen: Sequence[str]) -> tuple[float, float]:
    """Precision and recall of one selection."""
    left = [i for i in chosen if i not in expert.own]
    hits = len(expert.members.intersection(left))
    return hits / len(left) if left else 0.0, hits / len(expert.members)


def cut(experts: Sequence[Expert], chosen: Mapping[str, Sequence[str]]) -> tuple[float, float]:
    """Each selection cut where it first holds enough of the members."""
    found = []
    for e in experts:
        left = [i for i in chosen[e.name] if i not in e.own]
        depths = (share(e, left[:n]) for n in range(1, len(left) + 1))
        found.append(next((s for s in depths if s[1] >= _ENOUGH), share(e, left)))
    return fmean(p for p, _ in found), fmean(r for _, r in found)


def memorised(experts: Sequence[Expert]) -> tuple[float, float]:
    """The best that one answer to each goal can do for all collections that have this goal."""
    goals: dict[str, list[Expert]] = {}
    for e in experts:
        goals.setdefault(json.dumps(goal(e)), []).append(e)
    found: list[tuple[float, float]] = []
    for same in goals.values():
        taken: dict[str, int] = {}
        for e in same:
            for i in e.members:
                taken[i] = taken.get(i, 0) + 1
        order = sorted(taken, key=lambda i: (-taken[i], i))
        options = [[share(e, order[:n]) for e in same] for n in range(1, len(order) + 1)]
        enough = [o for o in options if fmean(r for _, r in o) >= _ENOUGH]
        found += max(enough, key=lambda o: fmean(p for p, _ in o))
    return fmean(p for p, _ in found), fmean(r for _, r in found)


def speed(lines: list[str], knowledge: Knowledge, experts: Sequence[Expert], rounds: int) -> None:
    """Lines of the speed table."""
    size = len(knowledge.datasets)
    goals = [goal(e) for e in experts]
    places = sorted(knowledge.datasets)
    known = [s for e in experts for s in drawn(e, 3, 1)]
    seeds = [tuple(i if i in knowledge.datasets else places[hash_of(i, size)] for i in s) for s in known]
    row(
        lines,
        f"{size:,}",
        "a goal in words, 50 members as JSON",
        *timed([partial(fuse, knowledge, profile=g) for g in goals], rounds),
    )
    row(
        lines,
        f"{size:,}",
        "three seeds, 50 members as JSON",
        *timed([partial(fuse, knowledge, seeds=s) for s in seeds], rounds),
    )


def hash_of(text: str, size: int) -> int:
    """A place that a text always gets."""
    return sum(n * ord(c) for n, c in enumerate(text, 1)) % size


def timed(questions: Sequence[Callable[[], object]], rounds: int) -> Iterator[float]:
    """CPU milliseconds: median, 95th percentile, slowest; the first round warms up and does not count.

    The answers use one thread, so that this is their time on a machine that does nothing else.
    """
    found = []
    for n in range(rounds + 1):
        for ask in questions:
            start = time.process_time()
            ask()
            if n:
                found.append((time.process_time() - start) * 1000)
    cuts = quantiles(found, n=100)
    yield from (round(v, 1) for v in (cuts[49], cuts[94], max(found)))


def row(lines: list[str], *cells: Any) -> None:
    """One line of a table."""
    lines.append(f"| {' | '.join(f'{c:.3f}' if isinstance(c, float) and c <= 1 else str(c) for c in cells)} |")


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--collections", type=Path, nargs="*", default=[], help="further files of collections")
    parser.add_argument("--survey", type=Path, help="the survey's datasets.json, instead of the claims of our catalogue")
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--release", default=None)
    given = parser.parse_args()
    words = words_of(given.survey)
    held = read_experts(OWN, words)
    further = {path.stem: read_experts(path, words) for path in given.collections}
    lines = ["# Fusion: quality and speed", "", "Written by `python -m benchmarks.fusion`.", ""]
    lines += [
        "Held back: `fusion-collections.json`, written before any answer to it was looked at, from areas that no rule was made for.",
        "",
    ]
    with open_release(given.release) as graph:
        sets = {**further, "held back": held}
        parts = {f"held back, {e}": [x for x in held if x.evidence == e] for e in ("read", "recalled", "composed")}
        bare = without_relations(graph.knowledge, {i for experts in further.values() for x in experts for i in x.own})
        everything = [x for experts in sets.values() for x in experts]
        scores = scored(graph.knowledge, words, everything)
        completion(lines, scores, {**sets, **parts})
        for label, experts in further.items():
            usable = [e for e in experts if len(e.members) > 3]
            lines += [f"{label} without the relations of the collections' own rows: " + ", ".join(
                f"{m} {v:.3f}" for m, v in zip(MEASURES, mean([complete(e, bare) for e in usable]), strict=True)), ""]  # fmt: skip
        selection(lines, graph.knowledge, words, sets)
        lines += [
            "## Speed, CPU milliseconds a question, one process",
            "",
            "| catalogue | what | p50 | p95 | max |",
            "|---|---|---|---|---|",
        ]
        speed(lines, graph.knowledge, everything, 3)
        start = time.process_time()
        large = synthetic(graph.knowledge, given.datasets)
        fuse(large, seeds=[sorted(large.datasets)[0]])
        built = time.process_time() - start
        speed(lines, large, everything[::6], 1)
        lines += ["", f"Making and indexing the {given.datasets:,} synthetic datasets took {built:.1f} s (once, at start)."]
        lines += [
            "One thread answers, so that CPU time is its time on a calm machine. "
            "Of few questions the 95th percentile is extrapolated and may lie above the slowest.",
            "",
        ]
        for label, experts in sets.items():
            lines += [f"## Collection by collection: {label}", ""]
            lines += completed(graph.knowledge, scores, experts)
            lines += selected(graph.knowledge, experts)
    (HERE / "fusion.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


def without_relations(knowledge: Knowledge, ids: set[str]) -> Callable[[tuple[str, ...], str], Sequence[str]]:
    """A ranking over the catalogue in which some datasets stand in no relation."""
    bare = Knowledge(
        (replace(d, related={}) if d.id in ids else d for d in knowledge.datasets.values()),
        knowledge.concepts, knowledge.taxonomy, knowledge.mapped, knowledge.general,
    )  # fmt: skip
    return ranker(bare)


if __name__ == "__main__":
    main()
