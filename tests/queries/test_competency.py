"""The competency questions: each file is tested by being there, against the answer that was reviewed with it."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import pytest
from rdflib import Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

from kg.namespaces import PREFIXES, curie
from kg.opened import OpenRelease
from kg.queries import USERS, Query, bind, load_queries
from kg.resources import queries_dir
from kg.store.port import SelectResult

FOLDER: Final = queries_dir() / "competency"
GOLDEN: Final = Path(__file__).parent / "golden"
QUERIES: Final = load_queries(FOLDER)
BY_ID: Final = {q.id.split("-")[0]: q for q in QUERIES}
MOST_ROWS: Final = 60
"""An answer is read by a reviewer; a query that has more to say counts or stops."""

each = pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.id)


def _plain(term: Node | None) -> str | int | bool | None:
    if isinstance(term, URIRef):
        return curie(str(term))
    if isinstance(term, Literal) and isinstance(term.value, int):
        return term.value
    return None if term is None else str(term)


def _answer(found: SelectResult) -> dict[str, Any]:
    return {"columns": list(found.variables), "rows": [[_plain(term) for term in row] for row in found.rows]}


def _first(found: SelectResult) -> set[str]:
    return {str(row[0]) for row in found.rows}


def _written(answer: dict[str, Any]) -> str:
    """One line a row, so that a changed answer reads as a diff."""
    rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in answer["rows"])
    return f'{{\n  "columns": {json.dumps(answer["columns"])},\n  "rows": [\n{rows}\n  ]\n}}\n'


def test_there_are_enough_questions_from_everybody() -> None:
    assert len(QUERIES) >= 24
    assert len(BY_ID) == len(QUERIES) == len({q.question for q in QUERIES})
    assert {q.user for q in QUERIES} == set(USERS)


def test_every_golden_answer_belongs_to_a_question() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == {q.id for q in QUERIES}


@each
def test_a_header_says_what_is_asked_and_why(query: Query) -> None:
    assert re.fullmatch(r"cq\d{3}(-[a-z0-9]+)+", query.id)
    assert query.question.endswith("?")
    assert re.fullmatch(r"[^.]+\.", query.why)
    assert query.columns
    assert all(p.description.endswith(".") for p in query.parameters)


@each
def test_the_answer_has_an_order_and_the_prefixes_are_ours(query: Query) -> None:
    tail = query.text.rpartition("}")[2]
    assert re.search(r"^ORDER BY ", tail, re.MULTILINE)
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", query.text, re.MULTILINE))
    assert declared.items() <= PREFIXES.items()


@each
def test_both_engines_read_it(query: Query) -> None:
    prepareQuery(query.text)
    _run_on_nothing(query.text)


def _run_on_nothing(text: str) -> None:
    """In a frame of its own: rdflib's parser may keep the caller's frame, and with it the engine's result, alive."""
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


@each
def test_the_answer_is_the_reviewed_one(query: Query, release: OpenRelease, update_golden: bool) -> None:
    answer = _answer(release.store.select(query.text))
    path = GOLDEN / f"{query.id}.json"
    if update_golden:
        path.write_text(_written(answer), encoding="utf-8")
    assert answer["columns"] == list(query.columns)
    assert 1 <= len(answer["rows"]) <= MOST_ROWS
    assert answer == json.loads(path.read_text(encoding="utf-8"))


@each
def test_binding_the_defaults_changes_nothing(query: Query, release: OpenRelease) -> None:
    bound = bind(query, {p.name: p.default for p in query.parameters})
    assert release.store.select(bound) == release.store.select(query.text)


@pytest.mark.parametrize("identifier", ["SNOMEDCT:64033007", "FMA:7203", "MESH:D007668", "http://radlex.org/RID/RID205"])
def test_the_kidney_is_the_same_by_any_identifier(identifier: str, release: OpenRelease) -> None:
    query = BY_ID["cq001"]
    assert release.store.select(bind(query, {"identifier": identifier})) == release.store.select(query.text)


def test_a_narrower_disease_answers_with_fewer_and_different_words(release: OpenRelease) -> None:
    query = BY_ID["cq004"]
    whole = re.compile(r"LIMIT \d+")  # the first lines of two lists need not be of one another
    gliomas = _first(release.store.select(whole.sub("", query.text)))
    glioblastomas = _first(release.store.select(whole.sub("", bind(query, {"condition": "MONDO:0018177"}))))
    assert glioblastomas < gliomas
    assert len(glioblastomas) > 10


def test_a_foreign_and_an_own_identifier_of_a_disease_agree(release: OpenRelease) -> None:
    foreign = release.store.select(bind(BY_ID["cq005"], {"identifier": "NCIT:C3058"}))
    own = release.store.select(bind(BY_ID["cq004"], {"condition": "MONDO:0018177"}))
    assert foreign == own


def test_higher_demands_leave_fewer(release: OpenRelease) -> None:
    query = BY_ID["cq012"]
    some = _first(release.store.select(bind(query, {"least": 1000})))
    few = _first(release.store.select(bind(query, {"least": "10000", "since": 2023})))
    assert few
    assert few < some


def test_every_question_is_in_the_folder_readme() -> None:
    readme = (queries_dir() / "README.md").read_text(encoding="utf-8")
    for query in QUERIES:
        assert f"| [{query.id}](competency/{query.id}.rq) | {query.user} | {query.question} |" in readme
