"""The guard, the tokens and the forms. A listener on the loopback counts what an engine would really have fetched."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryRefused, QuerySyntaxError
from kg.store.forms import Form, form_of, syntax_error
from kg.store.guard import MAX_QUERY, check
from kg.store.tokens import place, tokens

P = "PREFIX : <URL> PREFIX e: <URL> PREFIX service: <URL> "
B = "{?s ?p ?o}"

# Each of these made pyoxigraph 0.5.13 open a connection when no guard stood before it.
FETCHING = [
    f"SELECT * {{ SERVICE <URL> {B} }}",
    f"SELECT*{{service<URL>{B}}}",
    f"SELECT * {{ SERVICE SILENT <URL> {B} }}",
    f"SELECT * {{SERVICESILENT<URL>{B}}}",
    f"SELECT * {{ SERVICEe: {B} }}",
    f"SELECT * {{ SERVICE:a {B} }}",
    f"SELECT * {{ service:a {B} }}",
    f"SELECT * {{ ?s ?p trueSERVICE<URL>{B} }}",
    f"SELECT * {{ ?s ?p 1e5SERVICE<URL>{B} }}",
    f"SELECT * {{ ?s ?p trueSERVICE:a{B} }}",
    f"SELECT * {{ ?s ?p 1e5SERVICEe:a{B} }}",
    f"SELECT * {{ BIND(1 AS ?a) FILTER(?a<'>' || true) SERVICE <URL> {B} FILTER(?a>'' || true) }}",
    f"SELECT * {{ BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>'''\n) SERVICE <URL> {B} }} #'''",
    f"SELECT * {{ BIND(1 AS ?a) FILTER(EXISTS {{}}<'>' || true) SERVICE <URL> {B} FILTER(?a>'' || true) }}",
    f"SELECT * {{ ?s ?p ?o.SERVICE<URL>{B} }}",
    f"SELECT * {{ {{}}SERVICE<URL>{B} }}",
    f"SELECT * {{ SERVICE#\n<URL>{B} }}",
    f"SELECT * {{ LATERAL {{ SERVICE<URL>{B} }} }}",
    f"ASK {{ SERVICE <URL> {B} }}",
    f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <URL> {B} }}",
    f"DESCRIBE ?s {{ SERVICE <URL> {B} }}",
    f"SELECT * {{ {{ SELECT * {{ SERVICE <URL> {B} }} }} }}",
]
# A call that this engine happens not to make here, or that others make because they decode escapes before they read.
OTHERS = [
    f"SELECT * {{ VALUES ?x {{ <URL> }} SERVICE ?x {B} }}",
    f"SELECT * {{ GRAPH service:a {{}} SERVICE:a {B} }}",
    f"SELECT * {{ \\u0053ERVICE <URL> {B} }}",
    f"SELECT * {{ BIND('\\u0027 AS ?x) SERVICE <URL> {B} #' AS ?x) }}",
    f"SELECT * {{ ?s ?p '\\U00000027 . SERVICE <URL> {B} #' }}",
]
HARMLESS = [
    'SELECT ?service WHERE { ?s <http://x/SERVICE> "SERVICE <x> {}" }',
    "PREFIX service: <urn:s:> SELECT * { ?s service:SERVICE ?o } # SERVICE <x> {}",
    "PREFIX service: <urn:s:> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    'SELECT * { ?s ?p """a " SERVICE "" b""" }',
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT * { ?s a dcat:DataService ; dcat:servesDataset ?d }",
    "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> FILTER(?a < 3 && ?b > 2) }",
    "SELECT * { VALUES (?a ?b) { (<urn:a#b> <urn:service#d>) (<urn:a#e> <urn:c#f>) } ?a ?p ?b }",
    "PREFIX x: <urn:x> SELECT * { ?a x:service|x:q* ?b FILTER(?x<?y) ?c a <urn:SERVICE> }",
    "SELECT * { ?s ?p 'it''s' FILTER(?a<?b&&?c>?d) }",
]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            hits.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815  # the library's name

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", hits
    server.shutdown()
    thread.join()
    server.server_close()


def _store() -> ox.Store:
    store, node = ox.Store(), ox.NamedNode("urn:a")
    store.add(ox.Quad(node, node, ox.Literal(True)))
    store.add(ox.Quad(node, node, ox.Literal("1e5", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double"))))
    return store


@pytest.mark.parametrize("query", FETCHING)
def test_what_would_fetch_is_refused(listener: tuple[str, list[str]], query: str) -> None:
    url, hits = listener
    text = (P + query).replace("URL", url)
    hits.clear()
    with contextlib.suppress(RuntimeError):  # a malformed answer does not matter here, that it was asked for does
        found = _store().query(text)
        _ = bool(found) if isinstance(found, ox.QueryBoolean) else list(found)
    assert hits, "the engine no longer fetches on this; the case proves nothing any more"
    with pytest.raises(QueryRefused, match=r"service|SERVICE"):
        check(text)


@pytest.mark.parametrize("query", OTHERS)
def test_what_another_engine_would_fetch_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        check(P + query)


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_harmless(query: str) -> None:
    check(query)
    with contextlib.suppress(SyntaxError):  # one of them is no SPARQL, and harmless all the same
        _store().query(query)


@given(st.text(alphabet=st.sampled_from(list("SERVICEservice<>'\"\\#{}()?:.@_ \n\taeu0053")), max_size=60))
def test_whatever_stands_before_it_a_plain_call_is_seen_or_hidden_from_the_engine_too(noise: str) -> None:
    query = f"SELECT * {{ {noise} SERVICE <urn:nowhere> {{ ?s ?p ?o }} }}"
    try:
        check(query)
    except QueryRefused:
        return
    # Not refused: then the engine must see no call either. It would say that it cannot reach urn:nowhere.
    try:
        found = _store().query(query)
        _ = bool(found) if isinstance(found, ox.QueryBoolean) else list(found)
    except SyntaxError:
        pass


@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000,
        "<" * 200_000,
        "'''" * 60_000 + "'",
        "?" * 200_000,
        "((((" * 50_000,
        "x:" * 100_000,
        "\\u0027" * 30_000,
        '"' * 199_999,
    ],
)
def test_any_text_is_read_in_linear_time(text: str) -> None:
    began = time.process_time()  # a busy machine must not fail this; a quadratic reading would take minutes
    with contextlib.suppress(QueryRefused):
        check((text + " service")[-MAX_QUERY:])
    assert time.process_time() - began < 10


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(QueryRefused, match="longer"):
        check("ASK {} #" + "x" * MAX_QUERY)


@pytest.mark.parametrize(
    "clause", ["FROM <urn:g>", "FROM NAMED <urn:g>", "from e:", "FROM<urn:g>FROM NAMED<urn:h>"]
)  # fmt: skip
def test_foreign_graphs_are_refused_where_an_engine_would_fetch_them(clause: str) -> None:
    query = f"PREFIX e: <urn:g> SELECT * {clause} {{ ?s ?p 'FROM <urn:z>' }}"
    check(query)
    check(query, graphs={"urn:g", "urn:h"})
    with pytest.raises(QueryRefused, match="FROM"):
        check(query, graphs={"urn:other"})


@pytest.mark.parametrize("query", ["SELECT*FROMNAMED<urn:g>{}", "PREFIX e: <urn:g> SELECT*FROMe:{}", "SELECT * FROM x:y {}"])
def test_foreign_graphs_in_disguise_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused, match="FROM"):
        check(query, graphs={"urn:other"})


def test_from_inside_a_group_is_no_clause() -> None:
    check("PREFIX from: <urn:f> SELECT * { ?from from:x 'FROM' } # FROM <urn:g>", graphs=())


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", Form.SELECT),
        ("# ASK\nselect*{}", Form.SELECT),
        ("PREFIX ask: <urn:ask> BASE <urn:b> ASK {}", Form.ASK),
        ("PREFIXe:<x:>ASKFROM<x:y>{}", Form.ASK),
        ("VERSION '1.2' CONSTRUCT WHERE {}", Form.CONSTRUCT),
        ("PREFIXe:<x:>DESCRIBEe:x", Form.DESCRIBE),
    ],
)
def test_form(query: str, form: Form) -> None:
    assert form_of(query) is form
    _store().query(query)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        "PREFIX e: <urn:e> delete where { ?s ?p ?o }",
        "LOAD <http://x/>",
        "WITH <urn:g> DELETE {} WHERE {}",
        *("CLEAR ALL", "DROP ALL", "CREATE GRAPH <urn:g>", "ADD <urn:g> TO DEFAULT", "MOVE <urn:g> TO <urn:h>"),
        "COPY DEFAULT TO <urn:g>",
    ],
)
def test_updates_are_refused(update: str) -> None:
    with pytest.raises(QueryRefused, match="read-only"):
        form_of(update)


@pytest.mark.parametrize(
    ("text", "line", "column"), [("", 1, 1), ("hello world", 1, 1), ("\n\n  <x>", 3, 3), ("PREFIX e: <urn:e>\n", 1, 18)]
)
def test_nonsense_has_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        form_of(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert set(caught.value.expected) == set(Form)


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("SELECT ?x {\n ?s ?p ?o ;\n  ex:a 3 }", 3, 3, "'ex:' is not declared"),
        ("SELECT * { ?s ?p ?o }}", 1, 22, "nothing is open"),
        ("SELECT * {\n ( ?s ?p ?o }", 2, 13, "cannot close"),
        ("ASK { ?s ?p ?o", 1, 5, "never closed"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "never closed"),
        ("SELECT ?x WHERE {\n ?x ?p\n}", 3, 1, "unexpected '}'"),
        ("SELECT * {\n\n  ?s ?p ?o .\n  garbage here\n}", 4, 3, "garbage"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 29, "Duplicated variable"),
        ("SELECT * { ?é ?p }", 1, 18, "unexpected"),
    ],
)
def test_a_fault_is_placed_where_a_person_would_look(query: str, line: int, column: int, says: str) -> None:
    with pytest.raises(SyntaxError) as caught:
        _store().query(query)
    error = syntax_error(query, str(caught.value))
    assert (error.line, error.column) == (line, column), str(error)
    assert says in str(error)


@given(st.text())
def test_tokens_keep_the_text_and_never_fail(text: str) -> None:
    for token in tokens(text):
        assert text[token.at : token.at + len(token.text)] == token.text
    assert place(text, len(text)) >= (1, 1)
