"""The examples of docs/fusion.md are run, and what it lists is all there is."""

import json
import re
from pathlib import Path

from kg.fusion.choose import CHOICES
from kg.fusion.parsing import CONSTRAINTS, KEYS
from kg.fusion.properties import DATASET, LEADING_ON
from kg.fusion.rules import RULE_FIELDS, SELECTION_FIELDS
from kg.opened import OpenRelease

TEXT = (Path(__file__).parents[2] / "docs/fusion.md").read_text(encoding="utf-8")
EXPRESSIONS = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)[0].splitlines()


def test_the_profile_of_the_documents_has_every_key_and_an_answer(release: OpenRelease) -> None:
    profile = json.loads(re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)[0])
    assert set(profile) == set(KEYS)
    assert set(profile["constraints"]) == set(CONSTRAINTS)
    assert set(profile["choose"]) == set(CHOICES)
    answer = release.fuse((), profile)
    assert answer["set"]["datasets"], answer["profile"]["conflicts"]
    again = release.fuse((), answer["profile"]["editable"])
    assert again["members"] == answer["members"]


def test_the_expressions_of_the_documents_have_answers(release: OpenRelease) -> None:
    assert len(EXPRESSIONS) >= 6
    for text in EXPRESSIONS:
        assert release.fuse((), {"expression": text})["set"]["datasets"], text


def test_the_documents_name_every_property_and_every_field() -> None:
    for name in (*(p.label for p in (*DATASET.values(), *LEADING_ON.values())), *RULE_FIELDS, *SELECTION_FIELDS):
        assert re.search(rf"\b{re.escape(name)}\b", TEXT), name
