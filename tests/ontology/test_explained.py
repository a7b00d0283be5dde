"""Every inferred triple can be justified: by a minimal set of axioms from which, and only from all of which, it follows."""

import random

import pytest
from rdflib import RDFS

from kg.namespaces import IKGD, INFERRED, local_name
from kg.opened import OpenRelease
from kg.reason.elk import reasoner

# Not traced: coverage's tracer doubles the time of such loops, and quicker tests run the same lines.
pytestmark = [pytest.mark.slow, pytest.mark.no_cover]

Triple = tuple[str, str, str]


def drawn(release: OpenRelease, pattern: str, count: int) -> list[Triple]:
    rows = release.store.select(f"SELECT ?s ?p ?o {{ GRAPH <{INFERRED}> {{ ?s ?p ?o }} {pattern} FILTER(?s != ?o) }}").rows
    found = sorted((str(s), str(p), str(o)) for s, p, o in rows)
    return random.Random(2026).sample(found, count)


def test_inferred_triples_of_datasets_are_justified_from_their_facts(release: OpenRelease) -> None:
    properties = set()
    for s, p, o in drawn(release, f'FILTER(STRSTARTS(STR(?s), "{IKGD}"))', 25):
        body = release.explain(s, o, local_name(p))
        assert body["holds"], (s, p, o)
        assert body["property"] == local_name(p)
        assert body["facts"], (s, p, o)
        assert len(body["axioms"]) == len(body["functional"])
        assert body["axioms"] or p, "a fact alone is no inference"
        assert body["claims"], "each fact has a claim behind it"
        properties.add(p)
    assert len(properties) > 2


def test_inferred_triples_of_concepts_are_justified_and_minimally(release: OpenRelease) -> None:
    properties = set()
    known = release.knowledge.concepts
    for s, p, o in drawn(release, f'FILTER(!STRSTARTS(STR(?s), "{IKGD}"))', 25):
        if s not in known or o not in known:
            continue
        body = release.explain(s, o, local_name(p))
        assert body["holds"], (s, p, o)
        axioms = body["functional"]
        assert axioms
        goal = "urn:x:goal"
        restriction = f"ObjectSomeValuesFrom(<{p}> <{o}>)"
        defined = f"SubClassOf(<{o}> <{goal}>)" if p == str(RDFS.subClassOf) else f"EquivalentClasses(<{goal}> {restriction})"

        def follows(part: list[str], subject: str = s, known: str = defined, goal: str = goal) -> bool:
            with reasoner((*part, known, f"Declaration(Class(<{subject}>))")) as engine:
                return goal in engine.above(subject)

        assert follows(axioms)
        for left_out in axioms:
            assert not follows([a for a in axioms if a != left_out]), left_out
        properties.add(p)
    assert len(properties) > 2


@pytest.mark.parametrize(
    ("subject", "concept", "words"),
    [
        ("brain", "head", ("brain is part of head",)),
        ("PET/CT", "CT", ("PET-CT includes computed tomography",)),
        ("fundus photography", "eye", ("always shows",)),
        ("glioblastoma", "brain", ("sits in brain",)),
        ("CC BY-NC 4.0", "non-commercial licence", ("prohibits commercial use", "is exactly")),
        ("image segmentation", "object detection", ("yields labels for",)),
    ],
)
def test_what_a_radiologist_knows_is_told_in_sentences(
    subject: str, concept: str, words: tuple[str, ...], release: OpenRelease
) -> None:
    body = release.explain(subject, concept)
    assert body["holds"], body
    told = " / ".join(body["axioms"])
    assert all(w in told for w in words), told


def test_what_does_not_follow_is_denied_with_a_reason(release: OpenRelease) -> None:
    body = release.explain("kidney", "head")
    assert not body["holds"]
    assert "kidney" in body["reason"]
    assert release.explain("brain", "head", "hasLocation")["holds"] is False
