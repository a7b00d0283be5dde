"""Fusion against the collections that experts fused and that no rule was made for: floors well below what was measured."""

from pathlib import Path

import pytest

from kg.catalogue.tables import load
from kg.fusion.evaluation import Expert, Words, complete, drawn, figures, goal, mean, ranker, read_experts, selection
from kg.model import Claim, Status
from kg.opened import OpenRelease
from kg.resources import catalogue_dir, checkout

COLLECTIONS = (checkout() or Path()) / "benchmarks" / "fusion-collections.json"
pytestmark = pytest.mark.skipif(not COLLECTIONS.is_file(), reason="the collections travel with the repository alone")


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(load(catalogue_dir()).claims)


@pytest.fixture(scope="module")
def experts(words: Words) -> tuple[Expert, ...]:
    return read_experts(COLLECTIONS, words)


def test_the_collections_are_what_they_say(experts: tuple[Expert, ...], release: OpenRelease) -> None:
    assert len(experts) == len({e.name for e in experts}) >= 20
    assert {e.evidence for e in experts} == {"read", "recalled", "composed"}
    for e in experts:
        assert len(e.members) >= 4, e.name
        assert not e.members & e.own
        assert e.members <= release.knowledge.datasets.keys()


def test_completing_them_beats_the_words_of_the_survey(experts: tuple[Expert, ...], words: Words, release: OpenRelease) -> None:
    known = [e for e in experts if e.evidence != "composed"]
    ours = mean([complete(e, ranker(release.knowledge), draws=2) for e in known])
    theirs = mean([complete(e, words.like, draws=2) for e in known])
    assert ours[0] >= 1.4 * theirs[0], "measured: 1.8 times"
    assert ours[2] >= 1.15 * theirs[2], "measured: 1.3 times"
    assert ours[3] >= 1.05 * theirs[3], "measured: 1.2 times"


def test_their_goals_select_most_members(experts: tuple[Expert, ...], release: OpenRelease) -> None:
    found = [(set(selection(release.knowledge, e)) - e.own, e.members) for e in experts if e.narrow]
    assert sum(len(s & m) / len(m) for s, m in found) / len(found) >= 0.8, "measured: .88"
    assert sum(len(s & m) / max(len(s), 1) for s, m in found) / len(found) >= 0.15, "measured: .21"


def test_the_measures_are_what_their_names_say() -> None:
    assert figures(["a", "x", "b"], {"a", "b"}) == pytest.approx(((1 + 2 / 3) / 2, 1, 1, 1))
    assert figures(["x"] * 19 + ["a"], {"a", "b"}) == pytest.approx((1 / 20 / 2, 0, 0.5, 0.5))
    assert figures([], {"a"}) == (0, 0, 0, 0)


def test_draws_are_the_same_in_every_run_and_leave_something_to_find(experts: tuple[Expert, ...]) -> None:
    for e in experts:
        chosen = drawn(e, 3, 4)
        assert chosen == drawn(e, 3, 4)
        assert all(len(set(s)) == 3 and set(s) < e.members for s in chosen)
    assert drawn(Expert("few", "g", True, frozenset("abc"), frozenset(), ("CT", "Lung", "Seg"), "read"), 3, 2) == []


def test_the_baseline_compares_words_alone() -> None:
    def row(dataset: str, number: int, **cells: str) -> list[Claim]:
        return [Claim(dataset, "imaging-x", number, f, raw, "", "", Status.READ) for f, raw in {"name": dataset, **cells}.items()]

    liver = {"modality": "CT", "structure": "Liver"}
    words = Words(
        [
            *row("a", 0, **liver, task="Seg"),
            *row("b", 1, **liver, task="Seg"),
            *row("c", 2, modality="MR", structure="Brain", task="Seg, Cls"),
            *row("d", 3, modality="CT/MR", structure="Liver"),
        ]
    )
    assert words.like(["a"], "salt")[:2] in (["a", "b"], ["b", "a"])
    assert words.like(["a"], "salt").index("d") == 2
    assert words.strict(("CT", "Liver", "Seg")) == {"a", "b"}
    assert words.strict(("CT, MR", "Multi", "SSL")) == {"a", "b", "c", "d"}
    with pytest.raises(KeyError, match="nobody"):
        words.named(["nobody"])


def test_a_goal_is_said_in_words(experts: tuple[Expert, ...]) -> None:
    by_name = {e.name: goal(e) for e in experts}
    assert by_name["MOTS (DoDNet)"] == {"modality": ["CT"], "anatomy": ["Abdomen"], "task": ["segmentation"]}
    assert by_name["Endo700k (EndoViT)"] == {"modality": ["Endoscopy"], "anatomy": [], "task": []}
