"""The parts of a plan on their own: groups, weights, division, options, ids and links."""

import pickle
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import PlanOfAnotherRelease, ProfileError, UnknownPlan
from kg.fusion.apart import groups, heaviest
from kg.fusion.plan import changes
from kg.fusion.plan_id import Asked, PlanOptions, asked_by, canonical, parse_options, plan_id, release_of
from kg.fusion.profile import Profile
from kg.fusion.shared import Shared, effective
from kg.fusion.split import TEST, TRAIN, split
from kg.fusion.weights import Size, sizes, unit_of, weights
from kg.knowledge import Count, DatasetView, Knowledge
from kg.namespaces import IKG
from kg.reason.taxonomy import Taxonomy

RELEASE = "0123456789abcdef"
OTHER = "fedcba9876543210"
NAMES = [f"d{n}" for n in range(9)]
PAIRS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()).filter(lambda p: p[0] != p[1]), max_size=12
)


def view(name: str, count: int | None = None, unit: str = "image", **other: Any) -> DatasetView:
    return DatasetView(name, name, counts=() if count is None else (Count(count, unit, "exact"),), **other)


def pair(one: str, other: str, certain: bool = True) -> Shared:
    first, second = sorted((one, other))
    return Shared(first, second, certain, () if certain else (first,))


def known(*members: DatasetView) -> Knowledge:
    return Knowledge(members, {}, Taxonomy({}), {})


@given(PAIRS, st.dictionaries(st.sampled_from(NAMES), st.integers(1, 1000), min_size=1))
def test_groups_part_the_ids_and_the_heaviest_selection_shares_nothing(
    pairs: list[tuple[str, str, bool]], weight: dict[str, int]
) -> None:
    edges = [(a, b) for a, b, _ in pairs]
    ids = sorted(weight)
    found = groups(ids, edges)
    assert sorted(i for g in found for i in g) == ids
    inside = {i: n for n, g in enumerate(found) for i in g}
    assert all(inside[a] == inside[b] for a, b in edges if a in inside and b in inside)
    chosen = heaviest(weight, edges)
    assert not any(a in chosen and b in chosen for a, b in edges)
    assert sum(weight[i] for i in chosen) >= max(weight.values())


def test_a_group_is_connected_through_members_alone() -> None:
    assert groups(["a", "c"], [("a", "b"), ("b", "c")]) == (("a",), ("c",))


def test_the_effective_size_counts_apart_what_only_a_third_one_connects() -> None:
    members = [view("lits", 201), view("kits", 300), view("both", 450), view("alone", 10)]
    pairs = [pair("both", "lits"), pair("both", "kits")]
    size = effective(members, pairs)
    assert size["extent"]["image"] == {"listed": 961, "atLeast": 511}, "lits and kits are different patients: 501 and 10"
    assert size["datasets"] == {"listed": 4, "groups": 2}
    doubtful = effective(members, [*pairs, pair("kits", "lits", certain=False)])
    assert doubtful["extent"]["image"]["atLeast"] == 460, "they may share some: only the largest counts"


def test_a_size_says_where_it_comes_from() -> None:
    members = [view("a", 100), view("b", 300), view("c"), view("d", 40, "patient"), view("e", 9000), view("f", 5000)]
    members[5] = replace(members[5], counts=(*members[5].counts, Count(70, "patient", "exact")))
    found = sizes(members, "image", frozenset({"e", "f"}))
    assert found["a"] == Size(100, "stated")
    assert found["d"] == Size(40, "at least")
    assert found["f"] == Size(70, "at most"), "a mixture: no more than its persons are sure"
    assert (found["c"].basis, found["e"].basis) == ("median", "at most")
    assert found["c"].items == found["e"].items == 85  # of 100, 300, 40 and 70
    assert sizes(members[4:5], "image", frozenset({"e"}))["e"] == Size(9000, "at most")
    assert sizes(members[2:3], "image") == {"c": Size(None, "median")}


def test_the_unit_is_the_one_asked_for_or_the_one_most_members_state() -> None:
    members = [view("a", 1, "patient"), view("b", 1, "volume"), view("c", 1, "series")]
    assert unit_of(members, Profile()) == "volume"
    assert unit_of(members, Profile(choice=replace(Profile().choice, cap=5, unit="slide"))) == "slide"


@given(PAIRS, st.lists(st.integers(1, 10**6), min_size=9, max_size=9), st.floats(0, 1), st.none() | st.integers(1, 1000))
def test_weights_sum_to_one(pairs: list[tuple[str, str, bool]], counts: list[int], alpha: float, cap: int | None) -> None:
    members = [view(i, n) for i, n in zip(NAMES, counts, strict=True)]
    found = weights(members, sizes(members, "image"), [pair(*p) for p in pairs], alpha=alpha, cap=cap)
    assert sum(w.value for w in found.values()) == pytest.approx(1, abs=1e-5)
    assert all(w.value >= 0 for w in found.values())
    assert all(found[m.id].capped == (cap is not None and n > cap) for m, n in zip(members, counts, strict=True))


def test_weights_follow_the_power_the_cap_and_draw_shared_data_once() -> None:
    members = [view("a", 100), view("b", 400), view("c", 400)]
    sized = sizes(members, "image")

    def values(pairs: list[Shared], alpha: float, cap: int | None = None) -> list[float]:
        return [round(w.value, 3) for w in weights(members, sized, pairs, alpha=alpha, cap=cap).values()]

    assert values([], 0) == [0.333] * 3
    assert values([], 1) == [0.111, 0.444, 0.444]
    assert values([], 0.5) == [0.2, 0.4, 0.4]
    assert values([], 1, 100) == [0.333] * 3
    assert values([pair("b", "c")], 0.5) == [0.333, 0.333, 0.333], "b and c are drawn as often together as one of them"
    assert values([pair("b", "c", certain=False)], 0.5) == [0.2, 0.4, 0.4], "what is only possible is never counted"


@given(
    PAIRS,
    st.lists(st.none() | st.integers(1, 10**5), min_size=9, max_size=9),
    st.lists(st.sampled_from(["", "A", "B", "C", "D"]), min_size=9, max_size=9),
    st.floats(0, 0.5),
    st.permutations(range(9)),
)
def test_no_pair_that_shares_data_is_divided(
    pairs: list[tuple[str, str, bool]], counts: list[int | None], publishers: list[str], share: float, order: list[int]
) -> None:
    members = [view(i, n, publishers=(p,) if p else (), labelled=True) for i, n, p in zip(NAMES, counts, publishers, strict=True)]
    sized = sizes(members, "image")
    stated = [pair(*p) for p in pairs]
    found = split(members, sized, stated, known(*members), share=share)
    assert sorted(i for g in found.groups for i in g.ids) == NAMES
    assert all(found.side(p.one) == found.side(p.other) for p in stated)
    body = found.body("image")
    assert body["test"]["share"] <= 1.25 * share + 1e-3
    assert body["train"]["datasets"], "something is left to train on"
    assert all(g.reason for g in found.groups)
    for group in found.groups:
        theirs = {p for i in group.ids for p in members[NAMES.index(i)].publishers}
        others = {p for m in members if m.id not in group.ids for p in m.publishers}
        assert group.external == (all(members[NAMES.index(i)].publishers for i in group.ids) and not theirs & others)
    again = split([members[n] for n in order], sized, stated, known(*members), share=share)
    assert {i: again.side(i) for i in NAMES} == {i: found.side(i) for i in NAMES}


def test_another_publisher_is_tested_on_before_the_same_one() -> None:
    members = [view(f"d{n}", 100, publishers=("A",), labelled=True) for n in range(4)]
    members.append(view("far", 100, publishers=("B",), labelled=True))
    found = split(members, sizes(members, "image"), [], known(*members), share=0.2)
    assert found.body("image")["test"]["datasets"] == ["far"]
    assert "no other member is published by B" in next(g.reason for g in found.groups if g.ids == ("far",))


def test_phantoms_are_not_tested_on_and_a_division_that_cannot_be_says_so() -> None:
    phantom = view("p", 100, labelled=True, entailed={"population": frozenset({str(IKG.Phantom)})})
    members = [view("a", 400, labelled=True), phantom]
    found = split(members, sizes(members, "image"), [], known(*members), share=0.2)
    assert {found.side("a"), found.side("p")} == {TRAIN}
    assert any("no whole group fits" in n for n in found.notes)
    human = replace(phantom, entailed={})
    assert split([members[0], human], sizes(members, "image"), [], known(*members), share=0.2).side("p") == TEST


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"alpha": 1.5}, "alpha"),
        ({"alpha": "half"}, "alpha"),
        ({"alpha": float("nan")}, "alpha"),
        ({"cap": 0}, "cap"),
        ({"cap": 2.5}, "cap"),
        ({"testShare": 0.6}, "testShare"),
        ({"testShare": True}, "testShare"),
        ({"share": 0.2}, "options.share"),
    ],
)
def test_an_option_out_of_range_is_named(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_options(raw)
    assert caught.value.field == field


JSON = st.recursive(
    st.text() | st.integers() | st.booleans(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8
)


@given(st.lists(st.text()), st.dictionaries(st.text(), JSON), st.floats(0, 1), st.none() | st.integers(1))
def test_a_link_carries_its_question(seeds: list[str], profile: dict[str, Any], alpha: float, cap: int | None) -> None:
    asked = Asked(tuple(seeds), profile, PlanOptions(alpha, cap))
    assert Asked.of_token(asked.token()) == asked
    assert asked_by(plan_id(asked, RELEASE), asked.token(), RELEASE) == asked
    assert release_of(plan_id(asked, RELEASE)) == RELEASE
    assert plan_id(asked, RELEASE) != plan_id(asked, OTHER)


def test_an_id_alone_says_which_release_it_belongs_to() -> None:
    asked = Asked((), {"modality": ["ikg:CT"]}, PlanOptions())
    number = plan_id(asked, OTHER)
    with pytest.raises(PlanOfAnotherRelease) as caught:
        asked_by(number, asked.token(), RELEASE)
    error = caught.value
    assert (error.release, error.current, error.question) == (OTHER, RELEASE, asked.body())
    assert OTHER in error.remedy
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (str(copy), copy.question) == (str(error), error.question)
    with pytest.raises(PlanOfAnotherRelease):
        asked_by(number, "", RELEASE)
    with pytest.raises(UnknownPlan):
        asked_by(plan_id(asked, RELEASE), "", RELEASE)


@pytest.mark.parametrize(
    "number", ["", "x", RELEASE, f"{RELEASE}-", f"{RELEASE}-{'g' * 16}", f"{RELEASE}-{OTHER}-{OTHER}", "../etc"]
)
def test_what_is_no_id_is_unknown(number: str) -> None:
    with pytest.raises(UnknownPlan):
        asked_by(number, "", RELEASE)


@pytest.mark.parametrize("token", ["?", "a", "bm8", "W10", "eyJ4IjoxfQ", "eyJzZWVkcyI6MX0", "//8", "ée"])
def test_what_is_no_question_is_refused(token: str) -> None:
    with pytest.raises(ProfileError):
        asked_by(f"{RELEASE}-{OTHER}", token, RELEASE)


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


def test_changes_name_what_came_went_and_changed() -> None:
    old: dict[str, Any] = {
        "release": "r1",
        "software": "1",
        "members": [{"id": "a", "name": "A", "weight": 1}],
        "split": 1,
        "gone": 1,
    }
    assert changes(old, {**old}) == []
    new = {"release": "r2", "software": "1", "members": [{"id": "b", "name": "B", "weight": 1}], "split": 2}
    assert changes(old, new) == [
        "r1 is now r2 (release)", "A is no member any more", "B is a new member", "changed: split",
        "not part of a plan any more: gone",
    ]  # fmt: skip
    (only,) = changes({"members": [{"id": "a", "name": "A", "weight": 1}]}, {"members": [{"id": "a", "name": "A", "weight": 2}]})
    assert only == "A: weight changed"
