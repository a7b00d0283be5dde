"""Why something follows: a part of the axioms that suffices and of which none can be spared, as sentences."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.namespaces import BFO_PART_OF, IKG, local_name
from kg.reason.axioms import some
from kg.reason.explain import justify, leading_to, module_of
from kg.reason.why import Why, _holds, sentence, why

PART = str(BFO_PART_OF)


def one(name: str) -> str:
    return str(IKG[name])


def sub(a: str, b: str) -> str:
    return f"SubClassOf(<{one(a)}> <{one(b)}>)"


def edge(a: str, prop: str, b: str) -> str:
    return f"SubClassOf(<{one(a)}> {some(prop, one(b))})"


def chain(target: str, *links: str) -> str:
    return f"SubObjectPropertyOf(ObjectPropertyChain({' '.join(f'<{link}>' for link in links)}) <{target}>)"


WITHIN = f"SubObjectPropertyOf(<{one('anatomy')}> <{one('depictsWithin')}>)"
INTO_THE_WHOLE = chain(one("depictsWithin"), one("depictsWithin"), PART)
ALWAYS_SHOWS = chain(one("depictsWithin"), one("modality"), one("images"))
AXIOMS = (
    f"Declaration(Class(<{one('Lung')}>))",
    sub("Lobe", "LungPart"),
    edge("Lung", PART, "Chest"),
    edge("Chest", PART, "Trunk"),
    edge("LungPart", PART, "Lung"),
    sub("ChestRadiography", "Radiography"),
    edge("ChestRadiography", one("images"), "Lung"),
    sub("Liver", "Organ"),
    edge("Liver", PART, "Abdomen"),
    f"TransitiveObjectProperty(<{PART}>)",
    WITHIN,
    INTO_THE_WHOLE,
    ALWAYS_SHOWS,
    f"SubClassOf(ObjectIntersectionOf(<{IKG.ImagingDataset}> {some(one('anatomy'), one('Chest'))} "
    f"{some(one('modality'), one('Radiography'))}) {some(one('modality'), one('ChestRadiography'))})",
)


# ---- minimal parts, over a made-up entailment: the goal follows from any of a few sets of numbered axioms

NUMBERS = st.sets(st.integers(0, 11), max_size=5).map(frozenset)
SUPPORTS = st.lists(NUMBERS, min_size=1, max_size=4)


def follows_from(supports: Sequence[frozenset[int]], part: Sequence[str]) -> bool:
    return any(support <= {int(a) for a in part} for support in supports)


@given(SUPPORTS, st.permutations([str(n) for n in range(12)]))
def test_a_justification_suffices_and_none_of_it_can_be_spared(supports: list[frozenset[int]], candidates: list[str]) -> None:
    found = justify(candidates, lambda part: follows_from(supports, part))
    assert follows_from(supports, found)
    for axiom in found:
        assert not follows_from(supports, [a for a in found if a != axiom])


@given(st.lists(NUMBERS.filter(bool), min_size=1, max_size=4))
def test_what_does_not_follow_has_no_justification(supports: list[frozenset[int]]) -> None:
    beyond = [frozenset(n + 100 for n in s) for s in supports]
    assert justify([str(n) for n in range(12)], lambda part: follows_from(beyond, part)) == ()


@pytest.mark.parametrize("candidates", [(), ("a",), ("a", "b", "c")])
def test_what_follows_from_nothing_needs_nothing(candidates: tuple[str, ...]) -> None:
    assert justify(candidates, lambda _: True) == ()


def test_earlier_axioms_are_preferred() -> None:
    assert justify(["1", "2", "3"], lambda part: bool({"1", "3"} & set(part))) == ("1",)


# ---- the module of a seed


def test_the_module_holds_what_the_seed_reaches_and_every_property_axiom() -> None:
    found = set(module_of(AXIOMS, frozenset({one("Lobe")})))
    assert {sub("Lobe", "LungPart"), edge("LungPart", PART, "Lung"), edge("Chest", PART, "Trunk")} <= found
    assert {WITHIN, INTO_THE_WHOLE, ALWAYS_SHOWS} <= found
    assert not {sub("Liver", "Organ"), edge("Liver", PART, "Abdomen")} & found
    assert set(module_of(AXIOMS, frozenset())) == {a for a in AXIOMS if a.startswith(("SubObject", "Transitive"))}


def test_a_general_axiom_is_reached_when_all_the_classes_on_its_left_are() -> None:
    left = frozenset({str(IKG.ImagingDataset), one("Chest"), one("Radiography")})
    assert AXIOMS[-1] in module_of(AXIOMS, left)
    for missing in left:
        assert AXIOMS[-1] not in module_of(AXIOMS, left - {missing})


def test_a_definition_is_reached_from_its_name_or_from_all_of_its_right_side() -> None:
    definition = f"EquivalentClasses(<{one('LungDisease')}> ObjectIntersectionOf(<{one('Disease')}> {some(one('hasLocation'), one('Lung'))}))"
    assert definition in module_of([definition], frozenset({one("LungDisease")}))
    assert definition in module_of([definition], frozenset({one("Disease"), one("Lung")}))
    assert module_of([definition], frozenset({one("Disease")})) == ()


# ---- what leads to a goal


def test_only_what_can_conclude_the_goal_is_kept_in_its_order() -> None:
    found = leading_to(AXIOMS, one("Chest"), one("depictsWithin"))
    assert found == (
        sub("Lobe", "LungPart"), edge("Lung", PART, "Chest"), edge("LungPart", PART, "Lung"),
        sub("ChestRadiography", "Radiography"), edge("ChestRadiography", one("images"), "Lung"),
        f"TransitiveObjectProperty(<{PART}>)", WITHIN, INTO_THE_WHOLE, ALWAYS_SHOWS, AXIOMS[-1],
    )  # fmt: skip
    assert leading_to(AXIOMS, one("Organ")) == (sub("Liver", "Organ"),)


def test_all_is_kept_where_anything_at_all_may_lead_to_the_goal() -> None:
    everything = (*AXIOMS, f"SubClassOf(<http://www.w3.org/2002/07/owl#Thing> {some(PART, one('Universe'))})")
    assert leading_to(everything, one("Universe"), PART) == everything


NAMED = st.sampled_from("ABCDEF")
ROLES = st.sampled_from((PART, one("images"), one("depictsWithin")))
MEETING = st.builds(lambda a, p, b: f"ObjectIntersectionOf(<{one(a)}> {some(p, one(b))})", NAMED, ROLES, NAMED)
LEFT = st.one_of(st.builds(lambda p, a: some(p, one(a)), ROLES, NAMED), MEETING)
DRAWN = st.lists(
    st.one_of(
        st.builds(sub, NAMED, NAMED),
        st.builds(edge, NAMED, ROLES, NAMED),
        st.builds(lambda left, b: f"SubClassOf({left} <{one(b)}>)", LEFT, NAMED),
        st.builds(lambda left, p, b: f"SubClassOf({left} {some(p, one(b))})", LEFT, ROLES, NAMED),
        st.builds(lambda a, both: f"EquivalentClasses(<{one(a)}> {both})", NAMED, MEETING),
        st.sampled_from((f"TransitiveObjectProperty(<{PART}>)", INTO_THE_WHOLE, ALWAYS_SHOWS)),
    ),
    min_size=4, max_size=14, unique=True,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(DRAWN, NAMED, ROLES)
def test_what_leads_to_a_goal_is_enough_for_it(axioms: list[str], concept: str, prop: str) -> None:
    """The reasoner says of a subject the same from all axioms and from those alone."""
    subject = f"SubClassOf(<urn:imaging-kg:this-dataset> <{one('A')}>)"
    kept = leading_to((subject, *axioms), one(concept), prop)
    assert _holds(kept, local_name(prop), one(concept)) == _holds((subject, *axioms), local_name(prop), one(concept))


# ---- why, with the real reasoner


def entails(found: Why, concept: str) -> bool:
    """Whether the facts and axioms of a justification alone entail it."""
    dataset = "urn:imaging-kg:this-dataset"
    kind = f"SubClassOf(<{dataset}> <{IKG.ImagingDataset}>)"
    facts = [f"SubClassOf(<{dataset}> {some(one(p), c)})" for p, c in found.facts]
    return _holds((*facts, kind, *found.axioms), found.property, one(concept))


FACTS = (("anatomy", one("Lobe")), ("anatomy", one("Liver")), ("modality", one("ChestRadiography")))


@pytest.mark.parametrize(
    ("facts", "prop", "concept", "needed"),
    [
        (FACTS, "anatomy", "LungPart", ({"Lobe"}, {sub("Lobe", "LungPart")})),
        (FACTS, "depictsWithin", "Abdomen", ({"Liver"}, {edge("Liver", PART, "Abdomen"), WITHIN, INTO_THE_WHOLE})),
        (FACTS[2:], "depictsWithin", "Chest",
         ({"ChestRadiography"},
          {edge("ChestRadiography", one("images"), "Lung"), edge("Lung", PART, "Chest"), ALWAYS_SHOWS, INTO_THE_WHOLE})),
        ((("anatomy", one("Chest")), ("modality", one("Radiography"))), "modality", "ChestRadiography",
         ({"Chest", "Radiography"}, {AXIOMS[-1]})),
        (FACTS, "anatomy", "Liver", ({"Liver"}, set())),
    ],
)  # fmt: skip
def test_why_names_exactly_what_is_needed(
    facts: tuple[tuple[str, str], ...], prop: str, concept: str, needed: tuple[set[str], set[str]]
) -> None:
    found = why(AXIOMS, facts, prop, one(concept))
    assert found is not None
    assert ({local_name(c) for _, c in found.facts}, set(found.axioms)) == needed
    assert entails(found, concept)
    for axiom in found.axioms:
        fewer = Why(found.property, found.facts, tuple(a for a in found.axioms if a != axiom))
        assert not entails(fewer, concept), axiom
    for fact in found.facts:
        assert not entails(Why(found.property, tuple(f for f in found.facts if f != fact), found.axioms), concept), fact


@pytest.mark.parametrize(("prop", "concept"), [("anatomy", "Chest"), ("modality", "Lung"), ("task", "Liver")])
def test_what_is_not_entailed_has_no_why(prop: str, concept: str) -> None:
    assert why(AXIOMS, FACTS, prop, one(concept)) is None


def test_without_facts_nothing_follows() -> None:
    assert why(AXIOMS, (), "anatomy", one("Lung")) is None


@pytest.mark.parametrize(
    ("axiom", "words"),
    [
        (sub("Lobe", "LungPart"), "Lobe is a kind of LungPart"),
        (edge("Lung", PART, "Chest"), "Lung is part of Chest"),
        (edge("Glioma", one("hasLocation"), "Brain"), "Glioma sits in Brain"),
        (edge("A", one("unheardOf"), "B"), "A unheardOf B"),
        (WITHIN, "what has anatomy a thing, depicts within it"),
        (f"TransitiveObjectProperty(<{PART}>)", "“is part of” is passed on"),
        (INTO_THE_WHOLE, "what depicts within something that is part of a thing, depicts within that thing"),
    ],
)
def test_an_axiom_is_one_plain_sentence(axiom: str, words: str) -> None:
    assert sentence(axiom, local_name) == words


def test_any_other_axiom_still_shows_its_names() -> None:
    shown = sentence(AXIOMS[-1], local_name)
    assert "<" not in shown
    assert all(word in shown for word in ("has anatomy", "Chest", "Radiography", "has modality", "ChestRadiography"))
