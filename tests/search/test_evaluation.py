"""The development queries: the measures are right, the judgements are sound, and the search stays above its floor."""

import json
from math import log2
from pathlib import Path

import pytest

from kg.cli.search_eval import answerers_of
from kg.errors import CatalogueError
from kg.opened import OpenRelease
from kg.search.evaluation import Judged, measure, read_judged, summary

QUERIES = Path(__file__).parent / "queries.jsonl"
FLOORS = {"ndcg@10": 0.90, "recall@20": 0.92, "mrr": 0.93, "success@1": 0.92, "abstained": 1.0}


@pytest.fixture(scope="module")
def judged() -> tuple[Judged, ...]:
    return read_judged(QUERIES)


def test_the_measures_of_a_worked_example() -> None:
    query = Judged("q", "x", (), {"a": 2, "b": 1, "c": 2})
    found = measure(query, ["b", "a"], ["z", "c"])
    gained = 1 / log2(2) + 3 / log2(3) + 3 / log2(5)
    best = 3 / log2(2) + 3 / log2(3) + 1 / log2(4)
    assert found == {"ndcg@10": pytest.approx(gained / best), "recall@20": 1.0, "mrr": 0.5, "success@1": 0.0}
    assert measure(query, ["a", "c"], ["b"])["ndcg@10"] == pytest.approx(1)
    nothing = Judged("n", "y", (), {})
    assert measure(nothing, [], ["a"]) == {"abstained": 1.0}
    assert measure(nothing, ["a"], []) == {"abstained": 0.0}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id": "q1", "query": "CT", "tags": [], "relevant": {}}\n{"id": 2}\n')
    with pytest.raises(CatalogueError) as caught:
        read_judged(file)
    assert caught.value.line == 2


def test_the_judgements_are_sound(judged: tuple[Judged, ...], release: OpenRelease) -> None:
    assert len(judged) >= 100
    assert len({q.id for q in judged}) == len({q.query for q in judged}) == len(judged)
    assert sum(not q.relevant for q in judged) >= 10
    for query in judged:
        assert set(query.relevant) <= set(release.knowledge.datasets), query.id
        assert set(query.relevant.values()) <= {1, 2}
        assert not query.relevant or 2 in query.relevant.values(), query.id
    tags = {t for q in judged for t in q.tags}
    assert tags >= {
        "facet", "synonym", "lay", "german", "french", "spanish", "chinese", "typo", "ambiguity", "compound", "negation", "alternatives",
        "comparison", "date", "access", "licence", "labels", "dimension", "population", "name", "natural", "code", "nothing", "broad",
    }  # fmt: skip


def test_the_search_stays_above_its_floor_and_far_above_its_rivals(judged: tuple[Judged, ...], release: OpenRelease) -> None:
    answerers = answerers_of(release)
    means = {name: summary(judged, answer)["all"] for name, answer in answerers.items()}
    ours = means["imaging-kg"]
    assert {m: v for m, v in FLOORS.items() if ours[m] < v} == {}
    for rival in ("BM25", "exact facets"):
        assert ours["ndcg@10"] > means[rival]["ndcg@10"] + 0.25


@pytest.mark.parametrize("start", [0, 1])
def test_every_judged_querys_sparql_gives_its_strict_set(start: int, judged: tuple[Judged, ...], release: OpenRelease) -> None:
    half = judged[start::2]
    for query in half:
        answer = release.answer(query.query)
        rows = release.store.select(answer.sparql)
        place = [str(v) for v in rows.variables].index("id")
        assert {str(row[place]) for row in rows.rows} == {answer.dataset(p).id for p in answer.strict_order.tolist()}, query.query


def test_the_file_is_one_object_a_line_in_order() -> None:
    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert ids == sorted(ids)
