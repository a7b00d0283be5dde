"""Every promise of the port, on every adapter."""

import csv
import io
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from rdflib import BNode, Graph, Literal, URIRef

from kg.errors import KGError, QueryRefused, QuerySyntaxError, StoreUnavailable
from kg.namespaces import CATALOGUE, CLAIMS, INFERRED
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore

Listening = Callable[[], AbstractContextManager[tuple[str, Callable[[], int]]]]
E = "urn:example:"
XSD = "http://www.w3.org/2001/XMLSchema#"
P = f"PREFIX e: <{E}> "
JSON = "application/sparql-results+json"


# --- terms


def test_languages(store: TripleStore) -> None:
    found = {row[0] for row in store.select(P + "SELECT ?l { e:lung e:label ?l }").rows}
    assert {(str(t), getattr(t, "language", None)) for t in found} >= {("lung", "en"), ("Lunge", "de")}
    assert Literal("lung", lang="en") in found


def test_text_of_any_script_and_shape_arrives_unchanged(store: TripleStore) -> None:
    rows = store.select(P + "SELECT ?l { e:lung e:label ?l FILTER(LANGMATCHES(LANG(?l), 'zh')) }").rows
    assert [str(row[0]) for row in rows] == ["肺 – पुफ्फुस 🫁"]
    rows = store.select(P + "SELECT ?n { e:lung e:note ?n }").rows
    assert rows == ((Literal('tab\there, "quote", line\nbreak, back\\slash'),),)


def test_a_query_of_any_script_arrives_unchanged(store: TripleStore) -> None:
    assert store.ask(P + "ASK { e:lung e:label '肺 – पुफ्फुस 🫁'@zh-Hans } # %2B + ü")
    assert store.select("SELECT ?größe { VALUES ?größe { 'a+b%20c&d=é' } }").rows == ((Literal("a+b%20c&d=é"),),)


@pytest.mark.parametrize(
    ("name", "lexical", "datatype"),
    [
        ("count", "1018", f"{XSD}integer"),
        ("share", "0.5", f"{XSD}decimal"),
        ("since", "2011-02-03", f"{XSD}date"),
        ("kind", "weird", f"{E}kind"),
    ],
)
def test_typed_literals(store: TripleStore, name: str, lexical: str, datatype: str) -> None:
    ((term,),) = store.select(f"{P} SELECT ?v {{ e:ct e:{name} ?v }}").rows
    assert isinstance(term, Literal)
    assert (str(term), str(term.datatype)) == (lexical, datatype)


def test_a_plain_literal_has_no_datatype(store: TripleStore) -> None:
    ((term,),) = store.select(P + "SELECT ?v { [] e:unit ?v }").rows
    assert isinstance(term, Literal)
    assert (str(term), term.datatype, term.language) == ("image", None, None)


def test_the_lexical_form_is_kept(store: TripleStore) -> None:
    ((term,),) = store.select(f"SELECT ?v {{ VALUES ?v {{ '007'^^<{XSD}token> }} }}").rows
    assert str(term) == "007"


def test_a_blank_node_is_one_node_within_an_answer(store: TripleStore) -> None:
    ((first, second),) = store.select(P + "SELECT ?x ?y { e:ct e:extent ?x . ?y e:unit 'image' }").rows
    assert isinstance(first, BNode)
    assert first == second


# --- forms


def test_unbound_is_none_and_columns_keep_their_order(store: TripleStore) -> None:
    found = store.select(P + "SELECT ?z ?s ?a { BIND(e:lung AS ?s) OPTIONAL { ?s e:nothing ?z } BIND(1 AS ?a) }")
    assert found.variables == ("z", "s", "a")
    assert found.rows == ((None, URIRef(f"{E}lung"), Literal(1)),)


def test_no_rows(store: TripleStore) -> None:
    found = store.select(P + "SELECT ?x ?y { ?x e:nothing ?y }")
    assert (found.variables, found.rows) == (("x", "y"), ())


def test_order_of_rows(store: TripleStore) -> None:
    rows = store.select("SELECT ?n { VALUES ?n { 3 1 2 } } ORDER BY DESC(?n)").rows
    assert [str(row[0]) for row in rows] == ["3", "2", "1"]


def test_ask(store: TripleStore) -> None:
    assert store.ask(P + "ASK { e:ct e:about e:lung }") is True
    assert store.ask(P + "ASK { e:lung e:about e:ct }") is False


def test_construct(store: TripleStore) -> None:
    graph = store.construct(P + "CONSTRUCT { ?o e:of ?s ; e:has [ e:n ?o ] } { ?s e:about ?o FILTER(?o = e:lung) }")
    assert isinstance(graph, Graph)
    assert (URIRef(f"{E}lung"), URIRef(f"{E}of"), URIRef(f"{E}ct")) in graph
    assert len(graph) == 3


def test_describe(store: TripleStore) -> None:
    graph = store.construct(P + "DESCRIBE e:lung")
    assert (URIRef(f"{E}lung"), URIRef(f"{E}label"), Literal("Lunge", lang="de")) in graph


@pytest.mark.parametrize(("method", "query"), [("select", "ASK {}"), ("ask", "SELECT * {}"), ("construct", "ASK {}")])
def test_the_wrong_form_is_a_mistake(store: TripleStore, method: str, query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="wanted"):
        getattr(store, method)(query)


def test_prefixes_may_be_given_and_a_declaration_of_the_query_wins(store: TripleStore) -> None:
    given = {"e": "urn:example:", "count": "urn:nowhere:"}
    asked = "ASK { e:ct e:about e:lung . FILTER NOT EXISTS { ?s count:about ?o } }"
    assert json.loads(store.serialise(asked, JSON, prefixes=given))["boolean"] is True
    own = "PREFIX e: <urn:other:> PREFIX count: <urn:example:> ASK { count:ct count:about count:lung FILTER NOT EXISTS { ?s e:about ?o } }"
    assert json.loads(store.serialise(own, JSON, prefixes=given))["boolean"] is True
    with pytest.raises(QuerySyntaxError):
        store.serialise("ASK { nowhere:ct e:about ?o }", JSON, prefixes=given)


@pytest.mark.parametrize("media_type", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_a_table_in_every_format(store: TripleStore, media_type: str) -> None:
    body = store.serialise(P + "SELECT ?o { e:ct e:about ?o } ORDER BY ?o", media_type).decode()
    assert f"{E}lung" in body
    assert "only claimed" not in body
    if media_type == JSON:
        assert len(json.loads(body)["results"]["bindings"]) == 2
    if media_type == "text/csv":
        assert list(csv.reader(io.StringIO(body))) == [["o"], [f"{E}chest"], [f"{E}lung"]]


@pytest.mark.parametrize(
    ("media_type", "syntax"), [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml")]
)
def test_a_graph_in_every_format(store: TripleStore, media_type: str, syntax: str) -> None:
    body = store.serialise(P + "CONSTRUCT WHERE { e:lung ?p ?o }", media_type)
    assert len(Graph().parse(data=body, format=syntax)) == 4


def test_a_truth_value(store: TripleStore) -> None:
    assert json.loads(store.serialise("ASK {}", JSON))["boolean"] is True


# --- graphs


def test_the_default_graph_is_the_union_without_the_claims_and_a_set(store: TripleStore) -> None:
    query = P + "SELECT (COUNT(*) AS ?n) { e:ct e:about ?o }"
    assert store.select(query).rows == ((Literal(2),),)


def test_a_named_graph_is_there_claims_included(store: TripleStore) -> None:
    rows = store.select(P + "SELECT ?g { GRAPH ?g { e:ct e:about ?o } } ORDER BY ?g").rows
    assert {str(row[0]) for row in rows} == {str(CATALOGUE), str(INFERRED), str(CLAIMS["survey"])}


def test_from_replaces_the_default_graph(store: TripleStore) -> None:
    rows = store.select(f"{P} SELECT ?o FROM <{CLAIMS['survey']}> {{ e:ct e:about ?o }}").rows  # noqa: S608  # a fixed IRI, not a user's text
    assert rows == ((Literal("only claimed"),),)
    assert not store.ask(f"{P} ASK FROM NAMED <{CATALOGUE}> {{ e:ct e:about ?o }}")


def test_the_protocols_dataset_wins_over_from(store: TripleStore) -> None:
    query = f"{P} SELECT (COUNT(*) AS ?n) FROM <{CATALOGUE}> {{ e:ct e:about ?o }}"  # noqa: S608  # a fixed IRI, not a user's text
    body = store.serialise(query, "text/csv", default_graphs=[str(INFERRED)])
    assert body.split() == [b"n", b"2"]


def test_the_protocols_dataset_is_the_whole_dataset(store: TripleStore) -> None:
    query = P + "SELECT ?g { { e:ct e:about ?o } UNION { GRAPH ?g { e:ct e:about ?o } } }"
    body = store.serialise(query, JSON, named_graphs=[str(CLAIMS["survey"])])
    assert [b["g"]["value"] for b in json.loads(body)["results"]["bindings"]] == [str(CLAIMS["survey"])]
    body = store.serialise(query, JSON, default_graphs=[str(CLAIMS["survey"])])
    assert json.loads(body)["results"]["bindings"] == [{}]


def test_a_graph_that_is_not_there_is_empty_and_not_fetched(store: TripleStore, listening: Listening) -> None:
    with listening() as (address, taken):
        assert store.select(f"SELECT * FROM <{address}> {{ ?s ?p ?o }}").rows == ()  # noqa: S608  # a fixed IRI, not a user's text
    assert taken() == 0


# --- faults


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [("SELECT ?x WHERE {\n ?x ?p\n}", 3, 1), ("SELECT ?x {\n ?x no:prefix ?y }", 2, 5), ("nonsense", 1, 1), ("", 1, 1)],
)
def test_a_syntax_error_has_a_place(store: TripleStore, query: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.select(query)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert isinstance(caught.value.expected, tuple)


def test_service_is_refused_and_nothing_is_fetched(store: TripleStore, listening: Listening) -> None:
    with listening() as (address, taken):
        for call in (f"SERVICE <{address}> {{ ?s ?p ?o }}", f"?s ?p 1e0SERVICESILENT<{address}>{{ ?s ?p ?o }}"):
            for method, head in ((store.select, "SELECT *"), (store.ask, "ASK"), (store.construct, "DESCRIBE ?s")):
                with pytest.raises(QueryRefused):
                    method(f"{head} {{ {call} }}")
            with pytest.raises(QueryRefused):
                store.serialise(f"SELECT * {{ {call} }}", JSON)
    assert taken() == 0


@pytest.mark.parametrize("update", ["INSERT DATA { <urn:a> <urn:a> 1 }", "LOAD <http://127.0.0.1:9/x>", "CLEAR ALL"])
def test_updates_are_refused(store: TripleStore, update: str) -> None:
    for method in (store.select, store.ask, store.construct):
        with pytest.raises(QueryRefused):
            method(update)
    with pytest.raises(QueryRefused):
        store.serialise(update, JSON)


def test_a_function_that_the_engine_lacks_is_the_querys_fault(store: TripleStore) -> None:
    with pytest.raises(KGError):
        store.select("SELECT (<urn:no:function>(?s) AS ?x) { ?s ?p ?o }")


def test_errors_survive_pickling(store: TripleStore) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.select("SELECT ?x {\n ?x no:prefix ?y }")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  # our own bytes
    assert (str(again), again.line, again.column) == (str(caught.value), 2, 5)


# --- threads, processes, closing


def test_an_answer_and_an_error_may_go_to_another_thread(store: TripleStore) -> None:
    def ask_badly() -> BaseException:
        with pytest.raises(KGError) as caught:
            store.select("SELECT (<urn:no:function>(?s) AS ?x) { ?s ?p ?o }")
        return caught.value

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: store.select("SELECT * { ?s ?p ?o }"), range(8)))
        graphs = list(pool.map(lambda _: store.construct("CONSTRUCT WHERE { ?s ?p ?o }"), range(4)))
        errors = list(pool.map(lambda _: ask_badly(), range(4)))
    assert {len(answer.rows) for answer in answers} == {12}
    assert {len(graph) for graph in graphs} == {12}
    del errors  # an engine's object in a traceback would be dropped here, on the wrong thread, and say so


def test_a_closed_store_is_unavailable(store: TripleStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreUnavailable):
        store.ask("ASK {}")


def test_several_processes_read_one_folder_at_once(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from kg.store.embedded import EmbeddedStore\n"
        "store = EmbeddedStore.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.readline()\n"
        "print(len(store.select('SELECT * { ?s ?p ?o }').rows), flush=True)"
    )
    command = [sys.executable, "-c", script, str(folder)]
    others = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    with EmbeddedStore.open(folder) as own:
        for other in others:
            assert other.stdout
            assert other.stdout.readline() == "open\n"
        for other in others:  # only now, with all three open, does any of them read
            out, _ = other.communicate("go\n", timeout=30)
            assert (out, other.returncode) == ("12\n", 0)
        assert len(own.select("SELECT * { ?s ?p ?o }").rows) == 12
