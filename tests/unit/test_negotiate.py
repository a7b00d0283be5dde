"""Accept headers as clients really send them, against what there is (RFC 9110 12.5.1)."""

import pytest

from service.negotiate import DOCUMENTS, GRAPHS, TABLES, best

JSON, XML, CSV, TSV = TABLES
TTL, NT, RDF, JSONLD = GRAPHS
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CROISSANT = 'application/ld+json; profile="http://mlcommons.org/croissant/1.1"'


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("  ", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", CSV),
        (CSV, CSV),
        ("TEXT/CSV", CSV),
        (f"{CSV};q=0.1, {XML};q=0.2", XML),
        (f"{XML}, {JSON}", JSON),
        (f"{JSON};q=0, */*", XML),
        (f"{JSON};q=0", None),
        ("*/*;q=0", None),
        ("image/png", None),
        ("text/turtle", None),
        ("application/json", JSON),
        ("application/xml", XML),
        ("text/xml", XML),
        ("text/csv; charset=utf-8", CSV),
        ("application/sparql-results+json;charset=UTF-8;q=0.5, text/csv;q=0.4", JSON),
        ("*/*;q=0.5, text/tab-separated-values", TSV),
        (BROWSER, XML),
        ("application/sparql-results+json,application/json,text/javascript,application/javascript", JSON),
        (f"{XML};q=0.8,{JSON};q=1.0,*/*;q=0.1", JSON),
        ("garbage", None),
        (",,;;q=", None),
    ],
)
def test_tables(accept: str | None, chosen: str | None) -> None:
    assert best(accept, TABLES) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TTL),
        ("*/*", TTL),
        ("application/rdf+xml", RDF),
        ("application/n-triples;q=0.9, text/turtle;q=0.2", NT),
        ("application/ld+json", JSONLD),
        (CROISSANT, JSONLD),
        ("application/json", JSONLD),
        ("application/xml", RDF),
        ("text/turtle;q=0, application/*;q=0.3", NT),
        ("text/html", None),
        ("application/sparql-results+json", None),
    ],
)
def test_graphs(accept: str | None, chosen: str | None) -> None:
    assert best(accept, GRAPHS) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [(BROWSER, "text/html"), ("application/xhtml+xml", "text/html"), ("text/turtle", TTL), (None, "text/html")],
)
def test_documents(accept: str | None, chosen: str) -> None:
    assert best(accept, DOCUMENTS) == chosen


def test_a_profile_that_there_is_wins_over_the_plain_type() -> None:
    assert best(CROISSANT, (JSONLD, CROISSANT)) == CROISSANT
    assert best(JSONLD, (CROISSANT, JSONLD)) == JSONLD
