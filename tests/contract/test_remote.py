"""What servers do wrong, and what becomes of it: a clear error, or a whole answer."""

import http.server
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from rdflib import BNode, Literal, URIRef

from kg.errors import QueryFailed, QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge, StoreUnavailable
from kg.publish import Target, plan_of, publish
from kg.published import UNION, open_published
from kg.release import Manifest
from kg.store.address import Credentials, checked_address, credentials_for, may_travel
from kg.store.dialects import GENERIC, OXIGRAPH, VIRTUOSO, recognised
from kg.store.embedded import EmbeddedStore
from kg.store.port import SelectResult
from kg.store.remote import Layout, RemoteStore
from kg.store.results import read_table, write_table
from kg.store.whole import WholeAnswers
from tests.servers import Server, virtuoso

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
XSD = "http://www.w3.org/2001/XMLSchema#"
Handler = http.server.BaseHTTPRequestHandler
Serving = Callable[[Callable[[Handler], None]], AbstractContextManager[str]]


def answering(body: bytes, status: int = 200, **headers: str) -> Callable[[Handler], None]:
    def reply(handler: Handler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def table(rows: int) -> bytes:
    return json.dumps(
        {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "urn:a"}}] * rows}}
    ).encode()


# --- addresses and credentials


@pytest.mark.parametrize("url", ["", "store", "ftp://host/x", "http://", "http://host:port/x", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        RemoteStore(url)


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(StoreUnavailable, match="holds credentials") as caught:
        checked_address("https://me:a-secret@host.example/sparql")
    assert "a-secret" not in str(caught.value)


def test_credentials_come_from_the_environment_or_from_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine host.example login me password of-netrc\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    assert credentials_for("https://host.example/sparql") == Credentials("me", "of-netrc")
    assert credentials_for("https://other.example/sparql") is None
    monkeypatch.setenv("IMAGING_KG_STORE_USER", "you")
    with pytest.raises(StoreUnavailable, match="IMAGING_KG_STORE_PASSWORD"):
        credentials_for("https://host.example/sparql")
    monkeypatch.setenv("IMAGING_KG_STORE_PASSWORD", "of-environment")
    assert credentials_for("https://host.example/sparql") == Credentials("you", "of-environment")


def test_a_password_in_clear_goes_to_this_machine_or_over_tls_only() -> None:
    assert may_travel("https://host.example/x")
    assert may_travel("http://127.0.0.1:8890/x")
    assert not may_travel("http://host.example/x")


def test_a_password_is_sent_when_asked_for(serving: Serving) -> None:
    seen: list[str | None] = []

    def reply(handler: Handler) -> None:
        seen.append(handler.headers.get("Authorization"))
        if seen[-1]:
            answering(b'{"boolean": true}')(handler)
        else:
            answering(b"", 401, WWW_Authenticate='Basic realm="x"', Content_Length="0")(handler)

    with serving(reply) as address:
        assert RemoteStore(address, 5, credentials=Credentials("me", "word")).ask("ASK {}")
    assert seen == [None, "Basic bWU6d29yZA=="]


# --- answers that are none


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"<!DOCTYPE html><html><body>Welcome</body></html>", "text/html", StoreUnavailable),
        (b"<html>", "application/sparql-results+json", StoreUnavailable),
        (b"hello", "text/plain", QueryFailed),
        (b'{"head":{"vars":["x"]},"results":{"bindings":[', JSON, QueryFailed),
        (b'{"other": 1}', JSON, QueryFailed),
        (b"<sparql xmlns='http://www.w3.org/2005/sparql-results#'><head>", XML, QueryFailed),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><sparql xmlns='http://www.w3.org/2005/sparql-results#'/>", XML, QueryFailed),
        (b"<other/>", XML, QueryFailed),
    ],
)
def test_an_answer_that_is_none_is_told(body: bytes, kind: str, error: type[Exception], serving: Serving) -> None:
    with serving(answering(body, Content_Type=kind)) as address, pytest.raises(error):
        RemoteStore(address, 5).select("SELECT * {}")


def test_a_page_in_place_of_an_endpoint_names_the_address(serving: Serving) -> None:
    with serving(answering(b"<html>", Content_Type="text/html")) as address, pytest.raises(StoreUnavailable) as caught:
        RemoteStore(address, 5).ask("ASK {}")
    assert address in str(caught.value)


def test_a_redirect_is_not_followed_and_told(serving: Serving) -> None:
    with (
        serving(answering(b"", 301, Location="http://127.0.0.1:9/elsewhere?token=x", Content_Length="0")) as address,
        pytest.raises(StoreUnavailable, match=r"redirects to http://127\.0\.0\.1:9/elsewhere;"),
    ):
        RemoteStore(address, 5, credentials=Credentials("me", "word")).ask("ASK {}")


def test_a_page_of_error_is_one_short_line(serving: Serving) -> None:
    page = b"<html><head><title>x</title></head><body><h1>Out of\n memory</h1>" + b"<p>row</p>" * 100_000
    with serving(answering(page, 500)) as address, pytest.raises(QueryFailed) as caught:
        RemoteStore(address, 5).ask("ASK {}")
    assert str(caught.value).startswith("The query could not be run: Out of memory row")
    assert len(str(caught.value)) < 400


def test_an_answer_that_was_stopped_halfway_is_a_timeout(serving: Serving) -> None:
    with serving(answering(table(1), Content_Type=JSON, X_SQL_State="S1TAT")) as address, pytest.raises(QueryTimeout):
        RemoteStore(address, 5).select("SELECT * {}")


def test_an_answer_that_reached_the_servers_cap_is_refused_unless_no_more_was_asked_for(serving: Serving) -> None:
    with serving(answering(table(3), Content_Type=JSON, X_SPARQL_MaxRows="3")) as address:
        store = RemoteStore(address, 5)
        with pytest.raises(QueryTooLarge, match="no more than 3 rows"):
            store.select("SELECT * { { SELECT * { ?a ?b ?c } LIMIT 3 } }")
        with pytest.raises(QueryTooLarge):
            store.serialise("SELECT * {}", "text/csv")
        assert len(store.select("SELECT * { ?a ?b ?c } LIMIT 3").rows) == 3


def test_a_syntax_error_has_a_place_whatever_the_server_says(serving: Serving) -> None:
    with serving(answering(b"no", 400)) as address, pytest.raises(QuerySyntaxError) as caught:
        RemoteStore(address, 5).select("SELECT ?x {\n ?x ?p\n}")
    assert (caught.value.line, caught.value.column) == (3, 1)


# --- what is sent


def test_the_layout_and_the_deadline_are_sent_in_the_servers_own_way(serving: Serving) -> None:
    seen: list[bytes] = []

    def reply(handler: Handler) -> None:
        seen.append(handler.rfile.read(int(handler.headers["Content-Length"])))
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.end_headers()
        handler.wfile.write(b'{"boolean": true}')

    layout = Layout("urn:union", ("urn:a", "urn:b"))
    with serving(reply) as address:
        for dialect in (VIRTUOSO, GENERIC, OXIGRAPH):
            assert RemoteStore(address, 5, layout=layout, dialect=dialect).ask("ASK {}")
        assert RemoteStore(address, 5, layout=layout, dialect=OXIGRAPH).ask("ASK FROM <urn:a> {}")
        with pytest.raises(QueryRefused):
            RemoteStore(address, 5, layout=layout, dialect=GENERIC).ask("ASK FROM <http://169.254.169.254/x> {}")
        with pytest.raises(QueryRefused):
            RemoteStore(address, 5, layout=layout).serialise("ASK {}", JSON, default_graphs=["http://127.0.0.1/x"])
    graphs = b"&default-graph-uri=urn%3Aunion&named-graph-uri=urn%3Aa&named-graph-uri=urn%3Ab"
    ask = b"query=ASK+%7B%7D"
    parts = [sorted(body.split(b"&")) for body in seen]
    assert parts[0] == sorted((ask + graphs + b"&timeout=5000").split(b"&"))
    assert parts[1] == sorted((ask + graphs + b"&timeout=5").split(b"&"))
    assert parts[2] == sorted((ask + graphs).split(b"&"))
    assert parts[3] == [b"query=ASK+FROM+%3Curn%3Aa%3E+%7B%7D"]


def test_servers_are_recognised() -> None:
    assert recognised("Virtuoso/07.20.3229 (Linux)", None) is VIRTUOSO
    assert recognised("nginx", "urn:imaging-kg") is VIRTUOSO
    assert recognised("Oxigraph/0.5.13", None) is OXIGRAPH
    assert recognised(None, None) is GENERIC


# --- formats


def test_both_formats_are_read_alike_and_oddities_are_made_good() -> None:
    raw = {
        "u": {"type": "uri", "value": "urn:a"}, "b": {"type": "bnode", "value": "nodeID://b1"},
        "t": {"type": "typed-literal", "datatype": f"{XSD}boolean", "value": "1"},
        "l": {"type": "literal", "xml:lang": "de", "value": " Lünge\n"}, "s": {"type": "literal", "value": "", "datatype": f"{XSD}string"},
    }  # fmt: skip
    body = json.dumps({"head": {"vars": [*raw, "none"]}, "results": {"bindings": [raw]}}).encode()
    names = "".join(f'<variable name="{n}"/>' for n in (*raw, "none"))
    xml = f"""<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{names}
      </head><results><result><binding name="u"><uri>urn:a</uri></binding><binding name="b"><bnode>nodeID://b1</bnode></binding>
      <binding name="t"><literal datatype="{XSD}boolean">1</literal></binding><binding name="l"><literal xml:lang="de"> Lünge
</literal></binding><binding name="s"><literal/></binding></result></results></sparql>"""
    row = (
        URIRef("urn:a"), BNode("b1"), Literal("true", datatype=URIRef(f"{XSD}boolean"), normalize=False),
        Literal(" Lünge\n", lang="de"), Literal(""), None,
    )  # fmt: skip
    expected = SelectResult((*raw, "none"), (row,))
    assert read_table(body, JSON) == read_table(xml.encode(), XML) == expected
    for kind in (JSON, XML):
        assert read_table(write_table(expected, kind), kind) == expected
    assert write_table(True, XML).count(b"true") == 1
    assert b'" L\xc3\xbcnge\n"' in write_table(expected, "text/csv")


# --- whole answers


class Cutting:
    """A store that gives no more than so many rows, and may not say so."""

    def __init__(self, store: EmbeddedStore, most: int, *, honest: bool) -> None:
        self.store, self.most, self.honest = store, most, honest

    def select(self, query: str) -> SelectResult:
        found = self.store.select(query)
        if len(found.rows) > self.most and self.honest:
            raise QueryTooLarge("rows", self.most)
        return SelectResult(found.variables, found.rows[: self.most])


QUERY = "PREFIX x: <urn:x:>\nSELECT ?s ?o { GRAPH ?g { ?s x:p ?o } }"


@pytest.mark.parametrize("honest", [True, False])
@pytest.mark.parametrize("most", [7, 40, 1000])
def test_a_cut_answer_is_fetched_in_parts(most: int, honest: bool) -> None:
    quads = "".join(f'<urn:s:{n % 150}> <urn:x:p> "{n}" <urn:g> .\n' for n in range(300)).encode()
    with EmbeddedStore.load(quads) as store:
        found = WholeAnswers(Cutting(store, most, honest=honest)).select(QUERY)
        assert sorted(found.rows) == sorted(store.select(QUERY).rows)
        assert found.variables == ("s", "o")


def test_an_answer_that_no_part_can_hold_is_an_error() -> None:
    quads = "".join(f'<urn:s> <urn:x:p> "{n}" <urn:g> .\n' for n in range(30)).encode()
    with EmbeddedStore.load(quads) as store, pytest.raises(QueryFailed, match="30 rows"):
        WholeAnswers(Cutting(store, 7, honest=True)).select(QUERY)


# --- Virtuoso itself


@pytest.fixture(scope="module")
def cutting_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Virtuoso that gives 100 rows, with a release of 900 triples."""
    with virtuoso(tmp_path_factory.mktemp("cutting") / "db", rows=100) as server:
        lines = [f'<urn:s:{n}> <urn:x:p> "{n}" <https://w3id.org/imaging-kg/graph/catalogue> .\n' for n in range(900)]
        manifest = Manifest("cut", "0", "urn:example:release", "", {}, {}, [])
        with Target(server.query, server.update, server.graph_store, Credentials("dba", "dba"), 60) as target:
            publish(manifest, plan_of(lines), {}, target)
        yield server


@pytest.mark.virtuoso
def test_virtuoso_cuts_and_is_found_out(cutting_virtuoso: Server) -> None:
    found = open_published(cutting_virtuoso.query, timeout=20)
    with pytest.raises(QueryTooLarge, match="100 rows"):
        found.store.select("SELECT * { ?s ?p ?o }")
    whole = WholeAnswers(found.store).select(QUERY)
    assert len(set(whole.rows)) == 900
    assert found.triples[str(UNION)] == 900


@pytest.mark.virtuoso
def test_virtuoso_stops_at_a_deadline_and_what_it_has_by_then_is_no_answer(cutting_virtuoso: Server) -> None:
    store = open_published(cutting_virtuoso.query, timeout=20).store
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f && ?i != ?l) }"
    with pytest.raises(QueryTimeout):
        store.serialise(heavy, JSON, timeout=2)
    assert store.ask("ASK { ?s ?p ?o }")


@pytest.mark.virtuoso
def test_virtuoso_cannot_follow_a_path_from_nowhere(cutting_virtuoso: Server) -> None:
    with pytest.raises(QueryFailed, match="transitive start not given"):
        open_published(cutting_virtuoso.query, timeout=20).store.select("SELECT * { ?s <urn:x:p>* ?o }")
