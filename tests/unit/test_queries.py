"""Headers, prefixes and binding: a value reaches the engine as one term, whatever it holds."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import SH, Graph, Literal, URIRef

from kg.errors import CatalogueError, QuestionError
from kg.namespaces import PREFIXES
from kg.queries import Kind, Query, bind, load_queries, read_query, written
from kg.resources import queries_dir
from kg.store.embedded import EmbeddedStore

HEADER = """#+ id: probe
#+ question: What is bound? A comment may say VALUES ?text { "in vain" }
#+ user: steward
#+ why: Nothing here is real.
#+ parameters:
#+   - {name: text, kind: text, description: A text., default: "a } text"}
#+   - {name: thing, kind: iri, description: A thing., default: "ikg:CT"}
#+   - {name: size, kind: number, description: A size., default: 100}
#+ columns: [text, thing, size]
"""
BODY = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
# VALUES ?text { "a comment is no block" }
SELECT ?text ?thing ?size ("VALUES ?text { }" AS ?string) WHERE {
  VALUES ?text { "a } text" }
  VALUES ?thing { ikg:CT }
  VALUES ?size { 100 }
  FILTER(?size < 1e9)
}
ORDER BY ?text
"""
PROBE = read_query("probe", HEADER + BODY)
STORE = EmbeddedStore.load(b"")
QUIET = settings(deadline=None, database=None, max_examples=150)
HOSTILE = (
    '"', "\\", "\\\\", '\\"', "\\u0022", "\\\\u0022", "\\U00000022", "\\u", "\\U", "\\uZZ", "\\t", "a\tb", "\n", "\r\n",
    "\x00", "\x0b\x85", '" } VALUES ?thing { <urn:leak> } #', '"} ?s ?p ?o #', '"""', "'",
    "VALUES ?thing { <urn:leak> }", "VALUES ?text { }", "#", "}", "{", "\\g<name>", "\\1", "?thing", "<urn:x>",
    "SERVICE <http://example.org/> {}", "é漢字😀", "",
)  # fmt: skip


def _row(text: str) -> tuple[object, ...]:
    (row,) = STORE.select(text).rows
    return row


def _text_by_rdflib(text: str) -> object:
    (row,) = Graph().query(text)
    return row[0]  # type: ignore[index]  # a SELECT gives rows


def _arrives(value: str) -> None:
    bound = bind(PROBE, {"text": value})
    assert _row(bound) == (Literal(value), URIRef(f"{PREFIXES['ikg']}CT"), Literal(100), Literal("VALUES ?text { }"))
    assert _text_by_rdflib(bound) == Literal(value)


@QUIET
@given(st.text())
def test_any_string_arrives_unchanged(value: str) -> None:
    _arrives(value)


@QUIET
@given(st.text(alphabet="\\uU0029\"'{}<>\t\n #?VALUESthing", max_size=40))
def test_a_string_made_of_syntax_arrives_unchanged(value: str) -> None:
    _arrives(value)


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_a_hostile_string_arrives_unchanged(value: str) -> None:
    _arrives(value)


def test_a_value_is_never_read_again_for_a_block() -> None:
    leak = "VALUES ?thing { <urn:leak> } VALUES ?size { 7 }"
    bound = bind(PROBE, {"text": leak, "size": 5, "thing": "urn:kept"})
    assert _row(bound)[:3] == (Literal(leak), URIRef("urn:kept"), Literal(5))


def test_only_the_blocks_change() -> None:
    assert bind(PROBE, {}) == PROBE.text
    assert bind(PROBE, {"text": "a } text", "size": 100}) == PROBE.text
    old = '\n  VALUES ?text { "a } text" }'
    assert bind(PROBE, {"text": "new"}) == PROBE.text.replace(old, old.replace("a } text", "new"))


def test_several_values_may_be_given() -> None:
    rows = STORE.select(bind(PROBE, {"size": [1, 2], "text": ("b", "a")})).rows
    assert sorted((str(r[0]), int(str(r[2]))) for r in rows) == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("value", "kind", "term"),
    [
        ("UBERON:0000955", Kind.IRI, "<http://purl.obolibrary.org/obo/UBERON_0000955>"),
        ("radlex:RID205", Kind.IRI, "<http://radlex.org/RID/RID205>"),
        (" <http://example.org/a?b=c#d> ", Kind.IRI, "<http://example.org/a?b=c#d>"),
        ("http://example.org/é", Kind.IRI, "<http://example.org/é>"),
        (2020, Kind.NUMBER, "2020"),
        ("-1.5e3", Kind.NUMBER, "-1.5e3"),
        (Decimal("0.10"), Kind.NUMBER, "0.10"),
        (1e22, Kind.NUMBER, "1e+22"),
        ("x", Kind.TEXT, '"x"'),
        ("\\u0022", Kind.TEXT, '"\\\\\\U000000750022"'),
    ],
)
def test_a_value_is_written_as_one_term(value: str | float, kind: Kind, term: str) -> None:
    assert written(value, kind) == term


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("kidney", Kind.IRI), ("", Kind.IRI), ("<>", Kind.IRI), ("http://a b", Kind.IRI), ("http://a> } #", Kind.IRI),
        ("urn:a\\u003E", Kind.IRI), ("http://a\nb", Kind.IRI), ("urn:\ud800", Kind.IRI), (7, Kind.IRI),
        ("many", Kind.NUMBER), ("1 2", Kind.NUMBER), ("1 } #", Kind.NUMBER), ("٣", Kind.NUMBER), ("", Kind.NUMBER),
        (True, Kind.NUMBER), (float("nan"), Kind.NUMBER), (float("inf"), Kind.NUMBER), (".5", Kind.NUMBER),
        (7, Kind.TEXT), ("half \ud800", Kind.TEXT),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(value: str | float, kind: Kind) -> None:
    with pytest.raises(QuestionError) as caught:
        written(value, kind, "site")
    assert caught.value.field == "site"


@QUIET
@given(st.text(max_size=30), st.sampled_from([Kind.IRI, Kind.NUMBER]))
def test_what_is_written_as_an_iri_or_number_is_one_term(value: str, kind: Kind) -> None:
    name = "thing" if kind is Kind.IRI else "size"
    try:
        bound = bind(PROBE, {name: value})
    except QuestionError:
        return
    assert bound.count("\n") == PROBE.text.count("\n")
    assert len(STORE.select(bound.replace("FILTER(?size < 1e9)", "")).rows) == 1


@pytest.mark.parametrize("values", [{"taste": "x"}, {"text": []}, {"thing": ["ikg:CT", "kidney"]}, {"?text": "x"}])
def test_a_wrong_binding_names_its_parameter(values: dict[str, str | list[str]]) -> None:
    with pytest.raises(QuestionError) as caught:
        bind(PROBE, values)
    assert caught.value.field == next(iter(values))


def test_a_header_is_read_into_a_query() -> None:
    assert PROBE.id == "probe"
    assert PROBE.columns == ("text", "thing", "size")
    assert [(p.name, p.kind, p.default) for p in PROBE.parameters] == [
        ("text", Kind.TEXT, ("a } text",)), ("thing", Kind.IRI, ("ikg:CT",)), ("size", Kind.NUMBER, (100,)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("#+ id: probe", "#+ id: other", "id"),
        ("#+ user: steward", "#+ user: nobody", "user"),
        ("#+ why: Nothing here is real.\n", "", "why"),
        ("#+ why:", "#+ because: x\n#+ why:", "because"),
        ("#+ columns: [text, thing, size]", "#+ columns: [text", "header"),
        ("kind: iri", "kind: colour", "thing"),
        ("description: A text., ", "", "parameters"),
        ("name: size", "name: weight", "weight"),
        ("default: 100", "default: 101", "size"),
        ("VALUES ?thing { ikg:CT }", "VALUES ?thing { ikg:MRI }", "thing"),
        ("VALUES ?thing { ikg:CT }", "BIND(ikg:CT AS ?thing)", "thing"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(old: str, new: str, field: str) -> None:
    text = (HEADER + BODY).replace(old, new)
    assert text != HEADER + BODY
    with pytest.raises(CatalogueError) as caught:
        read_query("probe", text, "probe.rq")
    assert caught.value.field == field
    assert "probe.rq" in str(caught.value)


@pytest.mark.parametrize("text", ["", "SELECT * WHERE { ?s ?p ?o }", "#+ just a sentence\n"])
def test_a_file_without_a_header_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError, match="YAML mapping"):
        read_query("bare", text)


def test_a_folder_is_read_by_name_and_other_files_are_left(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.rq").write_text((HEADER + BODY).replace("id: probe", f"id: {name}"), encoding="utf-8")
    (tmp_path / "README.md").write_text("no query", encoding="utf-8")
    found: tuple[Query, ...] = load_queries(tmp_path)
    assert [q.id for q in found] == ["a", "b"]


def test_the_prefix_file_declares_the_prefixes_of_the_code() -> None:
    graph = Graph().parse(queries_dir() / "prefixes.ttl")
    nodes = list(graph.objects(None, SH.declare))
    assert len(nodes) == len(PREFIXES)
    assert {str(graph.value(n, SH.prefix)): str(graph.value(n, SH.namespace)) for n in nodes} == PREFIXES
