"""The SPARQL of an answer, run on the store, gives exactly the datasets of the answer."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.knowledge import COUNTED, Bound, Criteria, Group
from kg.opened import OpenRelease

TEXTS = (
    "CT", "renal", "GBM", "thorax", "brain MRI", "CXR", "PET", "PET/CT", "CT or MRI of the liver", "lung or heart or breast",
    "segmentation", "detection of polyps in colonoscopy", "chest x-ray not COVID-19", "not CT or MRI", "brain MRI not ADNI",
    "kidney without tumor, CT, since 2015", "fundus photography since 2018", "MRI before 2015", "OCT between 2018 and 2020",
    "CT more than 1,000", "microscopy at most 100 images", "labelled ultrasound", "unlabelled CT since 2010",
    "3D open access CT", "paediatric radiography", "LIDC-IDRI", "BraTS 2021 glioma", "LIDC-IDRI or CheXpert", "dermoscopy kidney",
    "not dermoscopy", "except LIDC-IDRI", "since 2023", "more than 100k labelled since 2015 not radiography",
    "more than 500 patients", "CT at most 100 volumes", "at least 100 patients, at most 500 patients", "more than 1,000 images of the liver",
)  # fmt: skip


def rows(release: OpenRelease, sparql: str) -> list[str]:
    answer = release.store.select(sparql)
    place = list(answer.variables).index("id")
    return [str(row[place]) for row in answer.rows]


@pytest.mark.parametrize("text", TEXTS)
def test_the_answers_sparql_gives_the_strict_set(text: str, release: OpenRelease) -> None:
    answer = release.search(text, limit=5000)
    found = rows(release, answer["sparql"])
    assert found == sorted(found), "in id order"
    assert len(found) == len(set(found)), "each once"
    assert set(found) == {h["id"] for h in answer["strict"]}


def test_the_texts_ask_for_every_kind_of_thing(release: OpenRelease) -> None:
    """The comparison above would be empty praise if the texts were all of one kind, or found nothing."""
    queries = [release.search(text, limit=5000) for text in TEXTS]
    facets = {m["facet"] for q in queries for m in q["query"]["mentions"]}
    assert facets >= {"modality", "anatomy", "task", "condition", "dimensionality", "accessLevel", "population"}
    assert {c["field"] for q in queries for c in q["query"]["constraints"]} == {"year", "size", "labelled"}
    assert any(m["negated"] for q in queries for m in q["query"]["mentions"])
    assert any(q["query"]["datasets"] for q in queries)
    assert any(q["query"]["besides"] for q in queries)
    assert sum(bool(q["strict"]) for q in queries) >= len(TEXTS) - 3
    assert [q["query"]["unread"] for q in queries if q["query"]["unread"]] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_criteria_mean_the_same_in_memory_and_in_sparql(data: st.DataObject, release: OpenRelease) -> None:
    knowledge = release.knowledge
    facets = ("modality", "anatomy", "task", "condition", "dimensionality", "accessLevel")
    concepts = {f: sorted(c.iri for c in knowledge.concepts.values() if c.facet == f) for f in facets}
    group = st.sampled_from(facets).flatmap(
        lambda f: st.builds(Group, st.just(f), st.lists(st.sampled_from(concepts[f]), min_size=1, max_size=3).map(tuple))
    )
    least, most = st.none() | st.integers(0, 3000), st.none() | st.integers(0, 3000)
    bound = st.one_of(
        st.builds(Bound, st.sampled_from(("year", "size")), least, most),
        st.builds(Bound, st.just("size"), least, most, unit=st.sampled_from(sorted(COUNTED))),
        st.builds(Bound, st.just("labelled"), st.sampled_from((0, 1))),
    )
    ids = st.lists(st.sampled_from(sorted(knowledge.datasets)), max_size=4, unique=True).map(tuple)
    criteria = data.draw(
        st.builds(
            Criteria,
            st.lists(group, max_size=2).map(tuple),
            st.lists(group, max_size=2).map(tuple),
            st.lists(bound, max_size=2).map(tuple),
            st.just(()) | ids,
            ids,
        )
    )
    wanted = [d.id for d in knowledge.datasets.values() if criteria.met_by(d)]
    assert rows(release, criteria.sparql()) == wanted


def seconds(release: OpenRelease, bound: Bound) -> float:
    """Seconds of the processor that the SPARQL of a bound takes, the least of three."""

    def once() -> float:
        began = time.process_time()
        rows(release, Criteria(bounds=(bound,)).sparql())
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize("unit", COUNTED)
def test_a_count_in_a_unit_costs_about_as_much_as_one_in_any(release: OpenRelease, unit: str) -> None:
    """It was forty times as much. Both are measured here, so the machine does not matter."""
    of_any = seconds(release, Bound("size", 100, 500))
    assert seconds(release, Bound("size", 100, 500, unit=unit)) < 10 * of_any
