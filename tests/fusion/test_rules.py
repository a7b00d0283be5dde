"""The survey portal's rule, accepted as it is: what each field became, and what nobody knows listed."""

import copy
import json
from typing import Any

import pytest

from kg.errors import ProfileError, UnknownConcept
from kg.fusion.rules import PORTAL_RULE, RULE_FIELDS, SELECTION_FIELDS, from_rules
from kg.namespaces import IKG
from kg.opened import OpenRelease


def rule(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(dict(PORTAL_RULE)) | changes


def fields(release: OpenRelease, given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["field"]: f for f in from_rules(given, release.knowledge).fields}


def test_the_portals_own_default_is_read_field_by_field(release: OpenRelease) -> None:
    found = fields(release, rule())
    assert set(found) == {f"rules.{f}" for f in RULE_FIELDS[:-1]} | {f"rules.selection.{f}" for f in SELECTION_FIELDS}
    assert all(f["note"] and "given" in f for f in found.values())
    reading = from_rules(rule(), release.knowledge)
    assert not reading.unknown
    assert not reading.unread
    assert reading.profile == {
        "modality": ["computed tomography", "magnetic resonance imaging", "fundus photography"],
        "task": ["image classification", "image segmentation", "object detection", "regression"],
        "constraints": {"dimensionality": ["2D image"], "minimumSize": 100, "minimumUnit": "image"},
        "choose": {"preferLabelled": True},
    }
    json.dumps(reading.body())


@pytest.mark.parametrize(
    ("changes", "part", "became"),
    [
        ({"include_unlabeled": False}, "constraints", {"labelled": True}),
        ({"allow_3d_as_2d_sources": True}, "constraints", {"allowSlicing": True}),
        ({"release_date_min": "2018-05-31"}, "constraints", {"since": 2018}),
        ({"release_date_min": 2018}, "constraints", {"since": 2018}),
        ({"license_allowlist": ["CC BY 4.0", "CC0"]}, "constraints",
         {"licences": ["Creative Commons Attribution 4.0", "CC0 1.0 Universal"]}),
        ({"selection": {"enable": True, "min_datasets_per_modality": 3, "min_orgs_per_modality": 2, "storage_budget_gb": 500}}, "choose",
         {"minimumDatasetsPerModality": 3, "minimumOrganisationsPerModality": 2, "storageBudgetGB": 500.0}),
    ],
)  # fmt: skip
def test_each_field_has_its_place_in_the_profile(
    changes: dict[str, Any], part: str, became: dict[str, Any], release: OpenRelease
) -> None:
    assert became.items() <= from_rules(rule(**changes), release.knowledge).profile[part].items()


def test_what_does_nothing_says_why(release: OpenRelease) -> None:
    found = fields(release, rule(anatomy_whitelist=["Brain"]))
    assert found["rules.anatomy_whitelist"]["became"] == {"anatomy": ["brain"]}
    assert "selection.enable is not true" in found["rules.selection.min_orgs_per_modality"]["note"]
    assert found["rules.selection.min_orgs_per_modality"]["became"] is None
    assert found["rules.license_allowlist"]["note"] == "nothing is demanded"
    for ignored in ("rules.prefer_labeled",):
        assert "the portal's code passes this field over" in found[ignored]["note"]
    on = fields(release, rule(selection={"enable": True, "storage_budget_gb": 1}))
    assert "the portal's code passes this field over" in on["rules.selection.storage_budget_gb"]["note"]
    assert "total data volume" in found["rules.min_valid_image_n_per_dataset"]["note"]


def test_what_no_rule_has_is_listed_and_the_answer_still_comes(release: OpenRelease) -> None:
    given = rule(modality=["CT"], frobnicate=1, license_allowlist=["CC BY 4.0", "House rules"])
    given["selection"]["min_orgs"] = 2
    body = release.fuse(rules=given)
    assert body["profile"]["rules"]["unknown"] == [
        {"field": "rules.frobnicate", "given": 1, "nearest": None},
        {"field": "rules.modality", "given": ["CT"], "nearest": "rules.modalities"},
        {"field": "rules.selection.min_orgs", "given": 2, "nearest": "rules.selection.min_orgs_per_modality"},
    ]
    assert body["profile"]["rules"]["unreadLicences"] == ["House rules"]
    assert body["members"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"modalities": "CT,MR", "dimension": 2}, "rules.dimension"),
        ({"modalities": [5]}, "rules.modalities"),
        ({"include_unlabeled": "yes"}, "rules.include_unlabeled"),
        ({"prefer_labeled": 1}, "rules.prefer_labeled"),
        ({"min_valid_image_n_per_dataset": "100"}, "rules.min_valid_image_n_per_dataset"),
        ({"release_date_min": "yesterday"}, "rules.release_date_min"),
        ({"release_date_min": True}, "rules.release_date_min"),
        ({"license_allowlist": ["House rules"]}, "rules.license_allowlist"),
        ({"license_allowlist": []}, "rules.license_allowlist"),
        ({"selection": [1]}, "rules.selection"),
        ({"selection": {"enable": "on"}}, "rules.selection.enable"),
        ({"selection": {"enable": True, "storage_budget_gb": -1}}, "rules.selection.storage_budget_gb"),
        ({"selection": {"enable": False, "min_datasets_per_modality": 1.5}}, "rules.selection.min_datasets_per_modality"),
    ],
)
def test_a_wrong_type_is_named_by_its_path(changes: dict[str, Any], field: str, release: OpenRelease) -> None:
    with pytest.raises(ProfileError) as caught:
        from_rules(rule(**changes), release.knowledge)
    assert caught.value.field == field


def test_a_rule_of_nothing_or_of_nonsense_is_refused(release: OpenRelease) -> None:
    with pytest.raises(ProfileError, match="nothing by which"):
        release.fuse(rules={})
    with pytest.raises(ProfileError):
        from_rules(["CT"], release.knowledge)
    with pytest.raises(UnknownConcept):
        from_rules(rule(modalities=["CT", "kidnoy"]), release.knowledge)


def test_the_profile_of_a_rule_gives_the_rules_answer(release: OpenRelease) -> None:
    read = release.read_rules(rule())
    by_rule, by_profile = release.fuse(rules=rule(), limit=5000), release.fuse((), read["profile"], 5000)
    assert by_rule["members"] == by_profile["members"]
    assert by_rule["profile"]["rules"] == read["rules"]
    assert "rules" not in by_profile["profile"]
    knowledge = release.knowledge
    for member in by_rule["members"]:
        dataset = knowledge.datasets[member["id"]]
        if member["verdict"].startswith("compatible"):
            assert dataset.has("dimensionality", str(IKG.TwoDimensionalImage))


def test_the_profiles_own_keys_stand_before_the_rules(release: OpenRelease) -> None:
    body = release.fuse((), {"modality": ["MRI"], "constraints": {"minimumSize": 5}}, rules=rule())
    assert [c["label"] for c in body["profile"]["modality"]] == ["magnetic resonance imaging"]
    (size,) = [b for b in body["profile"]["constraints"]["bounds"] if b["field"] == "size"]
    assert (size["least"], size["unit"]) == (5, "image")
    why = release.why_not("kits19", rules=rule())
    assert why["relaxations"]
    assert not why["fits"]
