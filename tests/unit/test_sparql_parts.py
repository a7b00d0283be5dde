"""The small parts of the endpoint: rows counted while they are written, accounts of clients, the cache, formats of IRIs."""

import pyoxigraph as ox
import pytest
from fastapi import HTTPException
from hypothesis import given
from hypothesis import strategies as st

from service.sparql.cache import ResultCache, is_repeatable
from service.sparql.fairness import Fairness, TooMuch
from service.sparql.formats import RESULT_TABLES
from service.sparql.protocol import absolute
from service.sparql.rows import RowCounter

TEXTS = st.text(alphabet=st.sampled_from(list('",\\{}[]<>\n\r\t:ab <result>é')), max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=8), st.sampled_from(RESULT_TABLES), st.integers(1, 40))
def test_rows_are_counted_whatever_they_hold_and_however_they_are_cut(
    rows: list[tuple[str, str]], media_type: str, size: int
) -> None:
    store = ox.Store()
    for number, (one, other) in enumerate(rows):
        node = ox.NamedNode(f"urn:{number}")
        store.add(ox.Quad(node, ox.NamedNode("urn:a"), ox.Literal(one)))
        store.add(ox.Quad(node, ox.NamedNode("urn:b"), ox.Literal(other)))
    found = store.query("SELECT ?s ?a ?b { ?s <urn:a> ?a ; <urn:b> ?b }")
    body = found.serialize(format=ox.QueryResultsFormat.from_media_type(media_type)) or b""  # type: ignore[arg-type]  # a SELECT
    counter = RowCounter(media_type)
    for start in range(0, len(body), size):
        counter.add(body[start : start + size])
    assert counter.rows == len(rows)


@pytest.mark.parametrize("media_type", [*RESULT_TABLES, "text/turtle"])
def test_a_truth_value_and_a_graph_have_no_rows(media_type: str) -> None:
    counter = RowCounter(media_type)
    counter.add(b'{"head":{},"boolean":true}' if "json" in media_type else b"true")
    assert counter.rows == 0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_has_so_many_queries_at_once() -> None:
    fair = Fairness(2, 60, Clock())
    fair.enter("one")
    fair.enter("one")
    fair.enter("two")
    with pytest.raises(TooMuch, match="2 queries of yours"):
        fair.enter("one")
    fair.leave("one", 0)
    fair.enter("one")


def test_a_budget_is_used_up_and_grows_back() -> None:
    clock = Clock()
    fair = Fairness(5, 30, clock)
    fair.enter("one")
    fair.leave("one", 45)  # a query may overdraw what is left
    with pytest.raises(TooMuch, match="30 seconds of a processor") as caught:
        fair.enter("one")
    assert caught.value.wait == 32  # 16 seconds of a budget of 30 a minute
    assert fair.headers("one")["RateLimit"] == '"cpu";r=0;t=90, "parallel";r=5'
    fair.enter("two")
    clock.now += caught.value.wait
    fair.enter("one")
    clock.now += 1000
    assert fair.headers("one")["RateLimit"] == '"cpu";r=30;t=0, "parallel";r=4'  # never more than the whole


def test_clients_that_owe_nothing_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.sparql.fairness._REMEMBERED", 10)
    clock = Clock()
    fair = Fairness(1, 30, clock)
    fair.enter("at work")
    for number in range(9):
        fair.headers(str(number))
    clock.now += 100
    fair.headers("new")
    assert set(fair._accounts) == {"at work", "new"}


def test_the_cache_keeps_what_was_used_last_within_its_size() -> None:
    cache = ResultCache(160)
    assert cache.fits(10)
    assert not cache.fits(11)
    for number in range(20):
        cache.put((number,), b"x" * 10)
        cache.get((0,))
    assert cache.get((0,))
    assert cache.get((1,)) is None
    assert cache.get((19,))
    cache.put((19,), b"")
    assert cache.get((19,)) == b""
    assert not ResultCache(0).fits(1)


@pytest.mark.parametrize(
    ("query", "repeatable"),
    [
        ("SELECT (NOW() AS ?n) {}", False), ("SELECT (now() AS ?n) {}", False), ("SELECT (RAND() AS ?n) {}", False),
        ("SELECT (STRUUID() AS ?n) {}", False), ("SELECT * { ?s ?p 'now' }", True), ("SELECT ?now {} # UUID()", True),
        ("ASK {}", True),
    ],
)  # fmt: skip
def test_what_answers_differently_each_time_is_not_kept(query: str, repeatable: bool) -> None:
    assert is_repeatable(query) is repeatable


@pytest.mark.parametrize(
    "text", ["", "relative", "../up", "http://[", "urn:a b", "urn:<", "urn:\x7f", "a:\ud800", "//host/x", "1a:b"]
)
def test_what_is_no_absolute_iri(text: str) -> None:
    with pytest.raises(HTTPException, match="no absolute IRI"):
        absolute(text, "graph")
    assert absolute("https://w3id.org/imaging-kg/graph/größe", "graph")
