"""Fusion for an intended use: who is excluded, whom to ask, and what the set may be used for."""

from typing import Any

import pytest

from kg.errors import ProfileError
from kg.licence import ALLOWED, USES, combine, member_verdict
from kg.opened import OpenRelease

LIVER = {"modality": ["CT"], "anatomy": ["liver"], "task": ["segmentation"]}


def every(release: OpenRelease, use: str | None, **more: Any) -> dict[str, Any]:
    return release.fuse(profile={**LIVER, **({"use": use} if use else {}), **more}, limit=2000)


def ids(items: list[dict[str, Any]]) -> set[str]:
    return {i["id"] for i in items}


@pytest.mark.parametrize("use", USES)
def test_a_use_keeps_those_whose_terms_allow_it(use: str, release: OpenRelease) -> None:
    knowledge = release.knowledge
    fitting = {"compatible", "compatible-after-harmonisation"}
    free = {m["id"] for m in every(release, None)["members"] if m["verdict"] in fitting}
    answer = every(release, use)
    kept = {m["id"] for m in answer["members"] if m["verdict"] in fitting}
    assert kept == {i for i in free if member_verdict(knowledge, knowledge.datasets[i], use).verdict == ALLOWED}
    assert answer["set"]["licence"]["use"] == use
    assert set(answer["set"]["licence"]["allowed"]) == kept
    assert ids(answer["set"]["toAsk"]) <= free - kept
    open_ones = {i for i in free if member_verdict(knowledge, knowledge.datasets[i], use).verdict in {"unknown", "unsettled"}}
    assert ids(answer["set"]["toAsk"]) == open_ones or len(answer["set"]["toAsk"]) == 50


@pytest.mark.parametrize("use", USES)
def test_the_sparql_gives_the_same_rows(use: str, release: OpenRelease) -> None:
    answer = every(release, use, constraints={"since": 2010})
    found = release.store.select(answer["sparql"])
    place = list(found.variables).index("id")
    fitting = {m["id"] for m in answer["members"] if m["verdict"] in {"compatible", "compatible-after-harmonisation"}}
    assert {str(row[place]) for row in found.rows} == fitting
    assert fitting
    assert ("ikg:permits" in answer["sparql"]) == (use != "index-only"), "a pattern that a stranger can read, no list of names"


def test_the_reason_stands_in_the_excluded_list(release: OpenRelease) -> None:
    reasons = {m["id"]: " ".join(m["reasons"]) for m in every(release, "commercial-model")["excluded"]}
    refused = {i for i, text in reasons.items() if "prohibits commercial use; commercial-model is intended" in text}
    unknown = {i for i, text in reasons.items() if "its licence is unknown; commercial-model is intended" in text}
    assert refused
    assert unknown
    kits = release.why_not("kits21", profile={**LIVER, "anatomy": ["kidney"], "use": "commercial-model"})
    assert any("ShareAlike 4.0, prohibits commercial use" in r for r in kits["dataset"]["reasons"])
    assert [r["leaveOut"] for r in kits["relaxations"]] == [["use commercial-model"]]


def test_whom_to_ask(release: OpenRelease) -> None:
    asked = {a["id"]: a for a in every(release, "redistribute-merged")["set"]["toAsk"]}
    assert asked["flare23"]["where"].startswith("https://")
    assert "licence" in asked["flare23"]["ask"]
    assert asked["flare23"]["why"] == "its licence is unknown"


def test_seeds_are_kept_and_asked_about(release: OpenRelease) -> None:
    answer = release.fuse(["flare23", "amos22"], {"use": "commercial-model"})
    assert answer["set"]["licence"]["verdict"] == "unknown", "a seed stays in the set, and the set is told what that means"
    assert answer["set"]["licence"]["unknown"] == ["flare23"]
    assert answer["set"]["toAsk"][0]["id"] == "flare23"


def test_without_a_use_what_is_known_is_said_all_the_same(release: OpenRelease) -> None:
    answer = every(release, None)
    found = answer["set"]["licence"]
    assert (found["use"], found["verdict"], found["refused"]) == ("index-only", "yes", [])
    assert found["derivative"]["licence"] is None
    assert len(found["derivative"]["clash"]) in {1, 2}
    assert answer["set"]["licenceUnknown"] == len(found["licenceUnknown"]) > 10
    assert answer["set"]["toAsk"] == []


def test_the_set_that_is_left_is_as_good_as_its_members(release: OpenRelease) -> None:
    knowledge = release.knowledge
    answer = every(release, "private-training")
    allowed = [knowledge.datasets[i] for i in answer["set"]["licence"]["allowed"]]
    assert combine(knowledge, allowed, "private-training").verdict == answer["set"]["licence"]["verdict"] == "yes"


@pytest.mark.parametrize("use", ["selling", ["index-only", "merged"], 3])
def test_a_use_that_is_none_is_named(use: Any, release: OpenRelease) -> None:
    with pytest.raises(ProfileError) as caught:
        release.fuse(profile={**LIVER, "use": use})
    assert caught.value.field == "profile.use"


def test_an_empty_answer_names_no_licence(release: OpenRelease) -> None:
    answer = release.fuse(profile={**LIVER, "use": "commercial-model", "constraints": {"since": 2400}})
    assert answer["set"]["licence"] is None
