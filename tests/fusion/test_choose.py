"""Each rule of choice on the real catalogue: what it takes, and a reason for everything that it leaves out."""

from collections import Counter
from typing import Any

import pytest

from kg.errors import ProfileError
from kg.fusion.answer import Question
from kg.fusion.choose import CHOICES
from kg.fusion.shared import shared
from kg.knowledge import DatasetView
from kg.opened import OpenRelease

WANTED: dict[str, Any] = {"modality": ["CT", "MRI", "ultrasound"], "task": ["segmentation"]}


def chosen(release: OpenRelease, profile: dict[str, Any] | None = None, seeds: tuple[str, ...] = (), **choose: Any) -> Question:
    question = Question.read(release.knowledge, seeds, (profile or WANTED) | {"choose": choose})
    taken = {d.id for d in question.chosen.members}
    left = [i for i, _ in question.chosen.left]
    assert len(set(left)) == len(left)
    assert taken | set(left) == {d.id for d in (*question.seeds, *question.fitting)}
    assert not taken & set(left)
    assert all(reason for _, reason in question.chosen.left)
    place = {d.id: n for n, d in enumerate(question.fitting)}
    assert [place[i] for i in left] == sorted(place[i] for i in left)
    return question


def members(question: Question) -> tuple[DatasetView, ...]:
    return question.chosen.members


def test_no_rule_leaves_nothing_out(release: OpenRelease) -> None:
    question = chosen(release)
    assert members(question) == question.fitting
    assert not question.chosen.left


def test_one_per_family_leaves_no_two_that_certainly_share(release: OpenRelease) -> None:
    question = chosen(release, onePerFamily=True)
    pairs = shared((d.id for d in members(question)), release.knowledge)
    assert not [p for p in pairs if p.certain]
    series = Counter(s for d in members(question) for s in d.series)
    assert max(series.values()) == 1
    assert any("shares data with" in r for _, r in question.chosen.left)
    assert any("is of the family" in r for _, r in question.chosen.left)


def test_labelled_first(release: OpenRelease) -> None:
    question = chosen(release, {"modality": ["CT"]}, preferLabelled=True)
    flags = [bool(d.labelled) for d in members(question)]
    assert flags == sorted(flags, reverse=True)
    assert not all(flags)


def test_a_maximum_counts_the_seeds(release: OpenRelease) -> None:
    question = chosen(release, maximumDatasets=4, seeds=("lits", "kits19"))
    assert len(members(question)) == 4
    assert {d.id for d in members(question)} > {"lits", "kits19"}
    assert {r for _, r in question.chosen.left} == {"maximum of 4 datasets is reached"}


def test_a_balance_lets_the_values_take_turns(release: OpenRelease) -> None:
    knowledge = release.knowledge
    profile = {"modality": ["CT", "dermoscopy", "fundus photography"], "task": ["segmentation"]}
    iris = [knowledge.concept(m, "modality").iri for m in profile["modality"]]
    even = chosen(release, profile, balance="modality", maximumDatasets=9)
    plain = chosen(release, profile, maximumDatasets=9)

    def fewest(question: Question) -> int:
        return min(sum(d.has("modality", m) for d in members(question)) for m in iris)

    assert (fewest(even), fewest(plain)) == (3, 0)
    asked = chosen(release, profile, balance="modality")
    stated = chosen(release, {"anatomy": ["liver"]}, balance="modality")
    for whole, values in (
        (asked, lambda d: {m for m in iris if d.has("modality", m)}),
        (stated, lambda d: d.asserted["modality"]),
    ):
        assert {d.id for d in members(whole)} == {d.id for d in whole.fitting}, "without a budget a balance only orders"
        count: Counter[str] = Counter()
        waiting = list(whole.fitting)
        for dataset in members(whole):  # always the best of those whose most frequent value has the fewest so far
            fits = [(max(count[v] for v in values(d)), n) for n, d in enumerate(waiting)]
            assert waiting[min(fits)[1]] is dataset
            waiting.remove(dataset)
            count.update(values(dataset))


def test_a_storage_budget_is_kept_and_what_is_unknown_told(release: OpenRelease) -> None:
    question = chosen(release, storageBudgetGB=200)
    assert sum(d.size or 0 for d in members(question)) <= 200 * 10**9
    assert all("exceed what is left of the budget of 200 GB" in r for _, r in question.chosen.left)
    assert question.chosen.left
    unknown = sum(d.size is None for d in members(question))
    (note,) = question.chosen.notes
    assert note.startswith(f"the storage budget cannot count {unknown} members")


def test_a_size_budget_counts_its_unit_and_a_cap_stretches_it(release: OpenRelease) -> None:
    def images(d: DatasetView) -> int:
        return max((c.value for c in d.counts if c.unit in {"image", "frame", "slide", "patch", "clip"}), default=0)

    plain = chosen(release, sizeBudget=50_000)
    assert sum(images(d) for d in members(plain)) <= 50_000
    assert all("images exceed what is left of the budget of 50000" in r for _, r in plain.chosen.left)
    capped = chosen(release, sizeBudget=50_000, cap=500)
    assert sum(min(images(d), 500) for d in members(capped)) <= 50_000
    assert len(members(capped)) > len(members(plain))
    patients = chosen(release, sizeBudget=1000, sizeUnit="patient")
    assert sum(max((c.value for c in d.counts if c.unit == "patient"), default=0) for d in members(patients)) <= 1000


def test_a_modality_with_too_little_is_dropped_as_a_whole(release: OpenRelease) -> None:
    knowledge = release.knowledge
    profile = {"modality": ["CT", "dermoscopy"]}
    question = chosen(release, profile, minimumDatasetsPerModality=50)
    dermoscopy = knowledge.concept("dermoscopy", "modality").iri
    gone = {i for i, r in question.chosen.left if r.startswith("dermoscopy has ")}
    assert gone == {
        d.id for d in question.fitting if d.has("modality", dermoscopy) and not d.has("modality", knowledge.concept("CT").iri)
    }
    assert gone
    publishers = chosen(release, profile, minimumOrganisationsPerModality=10)
    assert any("known publisher" in r for _, r in publishers.chosen.left)


def test_a_total_is_judged_in_its_own_unit(release: OpenRelease) -> None:
    def total(**constraints: Any) -> dict[str, Any]:
        found: dict[str, Any] = release.fuse((), {**WANTED, "constraints": constraints})["set"]["minimumTotal"]
        return found

    patients = total(minimumTotal=100, minimumUnit="patient")
    assert (patients["unit"], patients["met"]) == ("patient", True)
    assert patients["atLeast"] < total(minimumTotal=100)["atLeast"]
    assert total(minimumTotal=10**9, minimumUnit="patient")["met"] is False
    raw = release.fuse((), {**WANTED, "constraints": {"minimumTotal": 100, "minimumUnit": "patient"}})["profile"]["editable"]
    assert raw["constraints"] == {"minimumTotal": 100, "minimumUnit": "patient"}


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("value", [[1], "nonsense", {"a": 1}, -1])
def test_a_rule_of_the_wrong_kind_is_named(key: str, value: Any, release: OpenRelease) -> None:
    with pytest.raises(ProfileError) as caught:
        Question.read(release.knowledge, (), WANTED | {"choose": {key: value}})
    assert caught.value.field == f"profile.choose.{key}"
