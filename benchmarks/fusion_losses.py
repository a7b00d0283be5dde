"""The losses of fusion, collection by collection: which members come late or not at all, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean

from kg.fusion.answer import Question
from kg.fusion.evaluation import Expert, drawn, goal
from kg.fusion.similarity import PART_WEIGHTS
from kg.knowledge import Knowledge, grid_of

_FAR = 50
_NAMED = 6


def completed(
    knowledge: Knowledge, scores: Mapping[str, tuple[Sequence[float], Sequence[float]]], experts: Sequence[Expert]
) -> list[str]:
    """The table of completion: figures beside the words', and the members beyond the fiftieth place with what they lack."""
    lines = [
        "| collection | MAP | words | recall@20 | words | beyond place 50, mean place, and where they lose most |",
        "|---|---|---|---|---|---|",
    ]
    for e in experts:
        if e.name in scores:
            ours, theirs = scores[e.name]
            lines.append(
                f"| {e.name} | {ours[0]:.3f} | {theirs[0]:.3f} | {ours[2]:.3f} | {theirs[2]:.3f} | {_late(knowledge, e)} |"
            )
    return [*lines, ""]


def _late(knowledge: Knowledge, expert: Expert) -> str:
    place_of = grid_of(knowledge).place
    places: dict[str, list[int]] = defaultdict(list)
    lacks: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for seeds in drawn(expert, 3, 5):
        question = Question.read(knowledge, seeds)
        ranked = [i for i in question.ranked if i not in expert.own]
        at = {i: n for n, i in enumerate(ranked, 1)}
        first = [place_of[i] for i in ranked[:_FAR]]
        usual = {part: float(row[first].mean()) for part, row in question.judge.alike.items()}
        for member in sorted(expert.members.difference(seeds)):
            places[member].append(at.get(member, len(knowledge.datasets)))
            lacks[member].append({part: usual[part] - float(row[place_of[member]]) for part, row in question.judge.alike.items()})
    late = sorted((fmean(places[m]), m) for m in places if fmean(places[m]) > _FAR)
    told = []
    for place, member in late[:_NAMED]:
        lack = {p: fmean(x[p] for x in lacks[member]) for p in PART_WEIGHTS}
        worst = sorted(lack, key=lambda p: (-lack[p], p))[:2]
        told.append(f"{knowledge.datasets[member].name} {place:.0f} ({', '.join(worst)})")
    return "; ".join(told) + (f"; {len(late) - _NAMED} more" if len(late) > _NAMED else "")


def selected(knowledge: Knowledge, experts: Sequence[Expert]) -> list[str]:
    """The table of selection: size, precision, recall, and what is not selected, each with the reason that the answer gives."""
    lines = ["| goal of | selected | precision | recall | not selected, and why |", "|---|---|---|---|---|"]
    for e in experts:
        question = Question.read(knowledge, (), goal(e))
        fits = {d.id for d in question.fitting} - e.own
        gone = sorted(e.members - fits)
        told = [
            f"{knowledge.datasets[i].name}: {'; '.join(question.judge.judge(knowledge.datasets[i]).missing)}"
            for i in gone[:_NAMED]
        ]
        more = f"; {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        hits = len(e.members & fits)
        precision = hits / len(fits) if fits else 0.0
        lines.append(f"| {e.name} | {len(fits)} | {precision:.3f} | {hits / len(e.members):.3f} | {'; '.join(told)}{more} |")
    return [*lines, ""]
