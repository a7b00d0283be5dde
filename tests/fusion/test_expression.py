"""Class expressions over the real catalogue: read and written back, judged in memory and by SPARQL alike, told in sentences."""

import pickle
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ExpressionError, UnknownConcept
from kg.fusion.answer import COMPATIBLE, HARMONISE, RELATED
from kg.fusion.expression import Expression, parse_expression
from kg.fusion.manchester import parse, render
from kg.fusion.properties import DATASET, LEADING_ON, Property, property_named
from kg.knowledge import Knowledge, grid_of
from kg.namespaces import IKG, PREFIXES
from kg.opened import OpenRelease
from kg.reason.expressions import Anything, ClassExpression, Named, Some, Without, both, either, satisfies
from kg.reason.taxonomy import Taxonomy
from kg.resources import ontology_dir
from kg.terms.modules import load_modules

ALL = 5000
PREFIXED = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
SLOW = [HealthCheck.too_slow]
untraced = pytest.mark.no_cover
"""For hundreds of drawn examples: coverage's tracer doubles their time, and the tests of single cases run the same lines."""


@cache
def names(prop: Property, knowledge: Knowledge) -> tuple[str, ...]:
    """The classes to which a property may lead."""
    if prop.facets:
        return tuple(sorted(c.iri for c in knowledge.concepts.values() if c.facet in prop.facets))
    return tuple(sorted({t for reached in knowledge.taxonomy.edges[prop.iri].values() for t in reached}))


@cache
def fillers(prop: Property, knowledge: Knowledge, depth: int) -> st.SearchStrategy[ClassExpression]:
    """Expressions that may stand after a property."""
    leaf: st.SearchStrategy[ClassExpression] = st.one_of(
        st.builds(Named, st.sampled_from(names(prop, knowledge))), st.just(Anything())
    )
    if not depth:
        return leaf
    inner = fillers(prop, knowledge, depth - 1)
    onward = st.sampled_from(sorted(LEADING_ON)).flatmap(
        lambda iri: st.builds(Some, st.just(iri), fillers(LEADING_ON[iri], knowledge, depth - 1))
    )
    return st.one_of(
        leaf, onward, st.lists(inner, min_size=2, max_size=3).map(both), st.lists(inner, min_size=2, max_size=3).map(either)
    )


def expressions(knowledge: Knowledge) -> st.SearchStrategy[ClassExpression]:
    """Expressions over datasets, "not" included."""
    restriction = st.sampled_from(sorted(DATASET)).flatmap(
        lambda iri: st.builds(Some, st.just(iri), fillers(DATASET[iri], knowledge, 2))
    )
    leaf: st.SearchStrategy[ClassExpression] = st.one_of(restriction, restriction, restriction, st.just(Anything()))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(both),
            st.lists(inner, min_size=2, max_size=3).map(either),
            st.builds(Without, inner),
        ),
        max_leaves=6,
    )


@untraced
@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(data=st.data())
def test_what_is_written_is_read_back(data: st.DataObject, release: OpenRelease) -> None:
    expression = data.draw(expressions(release.knowledge))
    assert parse(render(expression, release.knowledge), release.knowledge) == expression


@untraced
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(data=st.data())
def test_sparql_and_the_grid_find_the_same_datasets(data: st.DataObject, release: OpenRelease) -> None:
    expression = Expression(data.draw(expressions(release.knowledge)))
    grid, knowledge = grid_of(release.knowledge), release.knowledge
    query = f"{PREFIXED}SELECT DISTINCT ?dataset {{ ?dataset a ikg:ImagingDataset . {expression.sparql()} }}"
    found = {str(row[0]) for row in release.store.select(query).rows}
    flags = expression.flags(grid)
    assert found == {knowledge.datasets[i].iri for i, on in zip(grid.ids, flags, strict=True) if on}


@untraced
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(data=st.data())
def test_a_dataset_is_told_why_or_why_not_and_never_both(data: st.DataObject, release: OpenRelease) -> None:
    knowledge = release.knowledge
    expression = Expression(data.draw(expressions(knowledge)))
    flags = expression.flags(grid_of(knowledge))
    for place, dataset in list(enumerate(knowledge.datasets.values()))[::40]:
        assert expression.holds(dataset, knowledge) == flags[place]
        assert bool(expression.missing(dataset, knowledge)) != flags[place]
        if flags[place]:
            told = expression.told(dataset, knowledge)
            assert told.reasons or expression.value in {Anything()} or "imaging dataset" in expression.manchester(knowledge)
            assert all(e["reason"] in told.reasons for e in told.evidence)


def test_conjuncts_are_the_whole(release: OpenRelease) -> None:
    grid = grid_of(release.knowledge)
    whole = parse_expression("CT and kidney and (segmentation or detection) and not MRI", release.knowledge)
    parts = whole.conjuncts()
    assert len(parts) == 4
    assert np.array_equal(np.logical_and.reduce([p.flags(grid) for p in parts]), whole.flags(grid))
    assert parse_expression("CT or MRI", release.knowledge).conjuncts() == (parse_expression("CT or MRI", release.knowledge),)


@pytest.mark.parametrize(
    "text",
    [
        "modality some CT and 'relevant to' some kidney",
        "modality some 'computed tomography' and relevantTo some renal",
        'CT and "kidney"',
        "ikg:CT AND UBERON:0002113",
        f"<{IKG}modality> some <{IKG}CT> that (((kidneys)))",
        "'CT scan'\n  and (ikg:relevantTo some SNOMEDCT:64033007)",
        "CT and CT and (kidney and CT) and 'imaging dataset'",
    ],
)
def test_one_expression_in_many_words_is_one(text: str, release: OpenRelease) -> None:
    found = parse(text, release.knowledge)
    assert render(found, release.knowledge) == "(modality some 'computed tomography') and ('relevant to' some kidney)"


def test_and_binds_closer_than_or(release: OpenRelease) -> None:
    k = release.knowledge
    assert parse("CT and kidney or MRI", k) == parse("(CT and kidney) or MRI", k) != parse("CT and (kidney or MRI)", k)
    assert parse("not CT and kidney", k) == parse("(not CT) and kidney", k)


@pytest.mark.parametrize(
    ("text", "line", "column", "expected", "said"),
    [
        ("CT adn MRI", 1, 4, "and", "Did you mean and?"),
        ("modality smoe CT", 1, 10, "some", "Did you mean some?"),
        ("CT and", 1, 7, "a name", "ends too early"),
        ("CT\n  and and MRI", 2, 7, "a name", "'and' cannot stand here"),
        ("(CT and MRI", 1, 12, ")", "ends too early"),
        ("CT) and MRI", 1, 3, "the end", "')' cannot stand here"),
        ("", 1, 1, "a name", "ends too early"),
        ("modality some computed tomography", 1, 24, "and", "stands in quotes: 'computed tomography'"),
        ("CT and 'MRI", 1, 8, "", "a quote opens here and is not closed"),
        ("modality only CT", 1, 10, "some", "only lies beyond"),
        ("modality min 2 CT", 1, 10, "some", "min lies beyond"),
        ("inverse modality some CT", 1, 9, "some", "inverse lies beyond"),
        ("modalty some CT", 1, 1, "", "Did you mean modality?"),
        ("CT and 'part of' some thorax", 1, 8, "", "ask for it inside"),
        ("condition some (modality some CT)", 1, 17, "", "inside a restriction these lead on: "),
        ("condition some ('sits in' some liver)", 1, 17, "", "no property that leads on"),
        ("condition some (neoplasm and not ('has location' some kidney))", 1, 35, "", "put it before the restriction"),
        ("modality some kidney", 1, 15, "", "'kidney' is a concept of anatomy; modality leads to one of modality"),
        ("licence some (permits some comercialuse)", 1, 28, "", "Did you mean CommercialUse"),
        ("CT and 'not stated'", 1, 8, "", "which no dataset has as such"),
        ("not " * 50 + "CT", 1, 201, "", "levels"),
        ("(" * 3000 + "CT" + ")" * 3000, 1, 1, "", "6002 characters; 4000 are read"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    text: str, line: int, column: int, expected: str, said: str, release: OpenRelease
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, release.knowledge)
    error = caught.value
    assert (error.field, error.line, error.column) == ("profile.expression", line, column)
    assert expected in error.expected if expected else not error.expected
    assert said in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  # our own bytes


@pytest.mark.parametrize("text", ["kidnoy", "CT and (anatomy some kidnoy)", "condition some ('has location' some kidnoy)"])
def test_a_name_of_nothing_is_answered_with_the_nearest(text: str, release: OpenRelease) -> None:
    with pytest.raises(UnknownConcept) as caught:
        parse(text, release.knowledge)
    assert caught.value.text == "kidnoy"
    assert "kidney" in caught.value.suggestions


def test_the_properties_are_the_ontologys_own() -> None:
    from rdflib import RDFS, URIRef

    graph = load_modules(ontology_dir())
    for prop in (*DATASET.values(), *LEADING_ON.values()):
        labels = {str(label) for label in graph.objects(URIRef(prop.iri), RDFS.label)}
        assert labels == {prop.label}, prop.iri
    for prop in DATASET.values():
        for text in (prop.name, prop.label, prop.iri, f"ikg:{prop.name}", prop.label.upper()):
            assert property_named(text, DATASET) == prop
    assert property_named("nonsense", DATASET) is None


def test_every_property_of_a_dataset_with_concepts_can_be_asked(release: OpenRelease) -> None:
    held = {p for d in release.knowledge.datasets.values() for p in d.entailed}
    assert held - {p.name for p in DATASET.values()} == {"license"}, "dcterms:license says again what ikg:licence says"


def test_a_class_lies_under_what_the_taxonomy_says() -> None:
    tree = Taxonomy({"a": frozenset({"b"}), "b": frozenset()}, {"p": {"a": frozenset({"c"})}, "q": {"c": frozenset({"b"})}})
    b, c = Named("b"), Named("c")
    assert satisfies(both((b, Some("p", c))), "a", tree)
    assert satisfies(Some("p", Some("q", b)), "a", tree)
    assert satisfies(either((c, b)), "a", tree)
    assert not satisfies(c, "a", tree)
    assert not satisfies(Some("p", Named("d")), "a", tree)
    assert satisfies(Without(c), "a", tree)
    with pytest.raises(ValueError, match="nothing"):
        either(())


def fitting(answer: dict[str, Any]) -> set[str]:
    return {m["id"] for m in answer["members"] if m["verdict"] in {COMPATIBLE, HARMONISE}}


@pytest.mark.parametrize(
    ("profile", "compiled"),
    [
        ({"modality": ["CT"], "anatomy": ["kidney"]}, "(modality some 'computed tomography') and ('relevant to' some kidney)"),
        (
            {"modality": ["CT", "MRI"], "constraints": {"dimensionality": ["2D"], "allowSlicing": True, "population": ["adult"]}},
            "(modality some ('computed tomography' or 'magnetic resonance imaging')) and (dimensionality some ('2D image' or '3D volume'))"
            " and (population some 'adult subject')",
        ),
        ({"task": ["segmentation"], "expression": "CT and not MRI"}, "('serves task' some 'image segmentation') and "
         "(modality some 'computed tomography') and (not (modality some 'magnetic resonance imaging'))"),
        ({"constraints": {"since": 2024}}, "'imaging dataset'"),
    ],
)  # fmt: skip
def test_every_profile_shows_its_class_expression(profile: dict[str, Any], compiled: str, release: OpenRelease) -> None:
    answer = release.fuse((), profile, limit=ALL)
    assert answer["profile"]["classExpression"] == compiled
    assert render(parse(compiled, release.knowledge), release.knowledge) == compiled
    bounds = {k: v for k, v in profile.get("constraints", {}).items() if k == "since"}
    again = release.fuse((), {"expression": compiled} | ({"constraints": bounds} if bounds else {}), limit=ALL)
    lent = {m["id"] for m in answer["members"] if any(s["kind"] == "labels-of-another-set" for s in m.get("steps", ()))}
    assert fitting(again) == fitting(answer) - lent, "a class expression knows nothing of labels that another set lends"
    assert fitting(again)


def test_the_answers_sparql_holds_an_expression(release: OpenRelease) -> None:
    text = "condition some (neoplasm and 'has location' some kidney) and (CT or not MRI) or dermoscopy"
    answer = release.fuse((), {"expression": text, "constraints": {"since": 2010}}, limit=ALL)
    rows = release.store.select(answer["sparql"])
    place = list(rows.variables).index("id")
    assert {str(r[place]) for r in rows.rows} == fitting(answer) != set()


def test_an_expression_is_answered_with_facts_and_axioms(release: OpenRelease) -> None:
    text = "CT and condition some (neoplasm and 'has location' some kidney)"
    answer = release.fuse((), {"expression": text}, limit=ALL)
    wilms = next(m for m in answer["members"] if m["id"] == "aren0532")
    assert wilms["verdict"] == COMPATIBLE
    assert "condition is Wilms tumor; Wilms tumor is a kind of neoplasm; Wilms tumor sits in kidney" in wilms["reasons"]
    (proof,) = [e for e in wilms["evidence"] if e["triples"][0]["predicate"] == str(IKG.condition)]
    assert [a["text"] for a in proof["axioms"]] == [
        "'Wilms tumor' SubClassOf 'neoplasm'",
        "'Wilms tumor' SubClassOf 'has location' some 'kidney'",
    ]
    related = {m["id"]: m["reasons"] for m in answer["members"] if m["verdict"] == RELATED}
    assert (
        "condition is liver and intrahepatic bile duct neoplasm, not (neoplasm and ('has location' some kidney))"
        in related["3d-ircadb"]
    )
    assert all(m["score"] == pytest.approx(sum(m["parts"].values()), abs=5e-4) for m in answer["members"])


def test_labels_that_an_expression_wants_may_have_to_be_derived(release: OpenRelease) -> None:
    by_facets = release.fuse((), {"modality": ["CT"], "anatomy": ["kidney"], "task": ["detection"]}, limit=ALL)
    by_words = release.fuse((), {"expression": "CT and kidney and detection"}, limit=ALL)
    told = {m["id"]: (m["verdict"], m.get("steps")) for m in by_words["members"] if m["verdict"] != RELATED}
    lent = {m["id"] for m in by_facets["members"] if any(s["kind"] == "labels-of-another-set" for s in m.get("steps", ()))}
    assert told == {
        m["id"]: (m["verdict"], m.get("steps")) for m in by_facets["members"] if m["verdict"] != RELATED and m["id"] not in lent
    }
    assert "boxes-from-masks" in {s["kind"] for _, steps in told.values() for s in steps or ()}
    stated = release.fuse((), {"expression": "CT and kidney and task some detection"}, limit=ALL)
    assert fitting(stated) == {i for i, (verdict, _) in told.items() if verdict == COMPATIBLE}, "the stated task alone"


def test_not_is_about_what_is_known(release: OpenRelease) -> None:
    everything = len(release.knowledge.datasets)
    known = len(fitting(release.fuse((), {"expression": "population some adult"}, limit=ALL)))
    answer = release.fuse((), {"expression": "not (population some adult)"}, limit=ALL)
    assert len(fitting(answer)) == everything - known
    assert all("what is unknown counts as not" in m["reasons"][0] for m in answer["members"][:20])
    unknown = release.fuse((), {"expression": "not (population some owl:Thing)"}, limit=ALL)
    assert fitting(unknown) == {i for i, d in release.knowledge.datasets.items() if not d.asserted.get("population")}


def test_why_not_relaxes_one_conjunct(release: OpenRelease) -> None:
    body = release.why_not("lits", (), {"expression": "CT and kidney and segmentation"})
    assert [r["leaveOut"] for r in body["relaxations"]] == [["'relevant to' some kidney"]]
    assert body["dataset"]["verdict"] == RELATED
