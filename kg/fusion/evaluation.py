"""How a fusion answer is judged against collections that experts fused: completing one from seeds, and selecting it from its goal.

A dataset that no expert took is not proven unfit, so that precision is a lower bound; recall is the safer figure. The rival is a baseline
over the survey's own words, so that both see the same facts.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from kg.fusion.answer import Question
from kg.knowledge import Knowledge
from kg.model import Claim

__all__ = ["MEASURES", "Expert", "Words", "complete", "drawn", "figures", "goal", "mean", "ranker", "read_experts", "selection"]

MEASURES: Final = ("MAP", "recall@10", "recall@20", "recall@50")
_SURVEY: Final = "imaging-x"
_SHOWN: Final = 300
_WEIGHTS: Final = {"modality": 1.0, "structure": 1.0, "task": 1.0, "dim": 0.5, "diseases": 0.5}
_EMPTY: Final = frozenset({"na", "and", "of", "the", "multi", "unknown"})
# What the survey's abbreviations mean, as a user would say it.
_TASKS: Final = {
    "Seg": "segmentation", "Cls": "classification", "Det": "detection", "Reg": "registration", "VQA": "visual question answering",
}  # fmt: skip
_MODALITIES: Final = {"MR": "MRI", "US": "ultrasound", "Fundus": "fundus photography", "X-Ray": "X-ray"}


@dataclass(frozen=True, slots=True)
class Expert:
    """A collection that experts fused.

    Attributes:
        members: Ids of its members in the catalogue.
        own: Ids of the collection's own datasets, which answer nothing.
        wanted: Its goal in the survey's abbreviations: modality, anatomy, task.
        evidence: ``read`` | ``recalled`` | ``composed``: how its member list is known.
    """

    name: str
    group: str
    narrow: bool
    members: frozenset[str]
    own: frozenset[str]
    wanted: tuple[str, str, str]
    evidence: str


class Words:
    """The survey's own words of each dataset, and the baselines over them."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self.words: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._named: dict[str, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.source == _SURVEY and claim.field == "name":
                self._named[claim.raw].add(claim.dataset)
            elif claim.source == _SURVEY and claim.field in _WEIGHTS:
                self.words[claim.dataset][claim.field] |= _words(claim.raw)

    def named(self, names: Iterable[str]) -> frozenset[str]:
        """Ids of the datasets that the survey calls by some names.

        Raises:
            KeyError: It has no row of a name.
        """
        return frozenset(i for name in names for i in self._named[name] or _missing(name))

    def like(self, seeds: Sequence[str], salt: str) -> list[str]:
        """Every dataset, the most like the seeds first: Jaccard over words, field by field; ties by a salted draw."""
        draw = random.Random(salt)  # noqa: S311  # a tie-break, no secret
        worth = {i: sum(self._alike(i, s) for s in seeds) for i in sorted(self._named_ids())}
        ties = {i: draw.random() for i in worth}
        return sorted(worth, key=lambda i: (-worth[i], ties[i]))

    def strict(self, wanted: tuple[str, str, str]) -> frozenset[str]:
        """Datasets whose words hold one of the wanted words of each field; what a filter over the survey's table gives."""
        asked = [
            [_words(part) for part in text.split(", ")] if text not in {"Multi", "Full Body"} and "SSL" not in text else []
            for text in wanted
        ]
        fields = ("modality", "structure", "task")
        return frozenset(
            i
            for i in self._named_ids()
            if all(not parts or any(p <= self.words[i][f] for p in parts) for f, parts in zip(fields, asked, strict=True))
        )

    def _named_ids(self) -> frozenset[str]:
        return frozenset(i for ids in self._named.values() for i in ids)

    def _alike(self, one: str, other: str) -> float:
        a, b = self.words[one], self.words[other]
        return sum(w * len(a[f] & b[f]) / len(a[f] | b[f]) for f, w in _WEIGHTS.items() if a[f] and b[f])


def _words(text: str) -> set[str]:
    return {t for t in re.split(r"[^a-z0-9]+", text.lower()) if t and t not in _EMPTY}


def _missing(name: str) -> Iterable[str]:
    raise KeyError(f"the survey has no row {name!r}")


def read_experts(path: Path, words: Words) -> tuple[Expert, ...]:
    """Read a file of collections: a JSON list with ``collection``, ``datasets`` and ``exclude`` in the survey's names, and the goal."""
    found = []
    for c in json.loads(path.read_text(encoding="utf-8")):
        own = words.named(c.get("exclude", ()))
        wanted = (c["target_modality"], c["target_anatomy"], c["target_task"])
        members = words.named(c["datasets"]) - own
        narrow = c["breadth"] == "narrow"
        found.append(Expert(c["collection"], c["group"], narrow, members, own, wanted, c.get("evidence", "read")))
    return tuple(found)


def goal(expert: Expert) -> dict[str, list[str]]:
    """The goal of a collection as a profile, in words."""
    modality, anatomy, task = expert.wanted
    return {
        "modality": [] if modality == "Multi" else [_MODALITIES.get(m, m) for m in modality.split(", ")],
        "anatomy": [] if anatomy in {"Full Body", "Multi"} else [re.sub(r" \(.*", "", a) for a in anatomy.split(", ")],
        "task": [] if "SSL" in task else [_TASKS[t] for t in task.split(", ") if t in _TASKS],
    }


def drawn(expert: Expert, seeds: int, draws: int) -> list[tuple[str, ...]]:
    """Seeds drawn from the members, the same in every run; none when nothing would be left to find."""
    if len(expert.members) <= seeds:
        return []
    salts = (f"{expert.name}|{seeds}|{n}" for n in range(draws))
    return [tuple(random.Random(s).sample(sorted(expert.members), seeds)) for s in salts]  # noqa: S311  # a draw, no secret


def figures(ranked: Sequence[str], relevant: Collection[str]) -> tuple[float, ...]:
    """The :data:`MEASURES` of a ranking."""
    hits, total = 0, 0.0
    for place, item in enumerate(ranked[:_SHOWN], 1):
        if item in relevant:
            hits += 1
            total += hits / place
    found = [len(set(ranked[:most]) & set(relevant)) for most in (10, 20, 50)]
    whole = len(relevant)
    return total / whole, found[0] / min(10, whole), found[1] / whole, found[2] / whole


def complete(
    expert: Expert, rank: Callable[[tuple[str, ...], str], Sequence[str]], *, seeds: int = 3, draws: int = 5
) -> tuple[float, ...]:
    """The measures of completing a collection from seeds, averaged over the draws.

    Args:
        expert: The collection.
        rank: (seeds, salt) → ids, best first.
        seeds: How many members are given.
        draws: How often.
    """
    found = []
    for n, chosen in enumerate(drawn(expert, seeds, draws)):
        banned = {*chosen, *expert.own}
        ranked = [i for i in rank(chosen, f"{expert.name}{n}") if i not in banned]
        found.append(figures(ranked, expert.members - banned))
    return mean(found)


def mean(rows: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The mean of each column."""
    return tuple(fmean(column) for column in zip(*rows, strict=True))


def ranker(knowledge: Knowledge) -> Callable[[tuple[str, ...], str], Sequence[str]]:
    """The fusion answer as a ranking from seeds."""
    return lambda seeds, _: Question.read(knowledge, seeds).ranked


def selection(knowledge: Knowledge, expert: Expert) -> tuple[str, ...]:
    """Ids of what fits a goal, at once or after a step, in rank order."""
    return tuple(d.id for d in Question.read(knowledge, (), goal(expert)).fitting)
