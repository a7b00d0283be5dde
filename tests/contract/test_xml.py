"""XML that is well-formed and says what was asked for, or an error that says why not and what can; the same from every adapter."""

import re
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from kg.errors import AnswerUnwritable
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore
from kg.store.results import read_table
from kg.store.written import write_triples

RDF_XML = "application/rdf+xml"
TABLE_XML = "application/sparql-results+xml"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
UNNAMED = ("http://x.example/123", "urn:x:", "http://x.example/p?q=1&b=2", f"{RDF}li")


@pytest.mark.parametrize("predicate", UNNAMED)
def test_a_predicate_without_a_name_is_an_error(store: TripleStore, predicate: str) -> None:
    with pytest.raises(AnswerUnwritable) as caught:
        store.serialise(f'CONSTRUCT {{ <urn:a> <{predicate}> "x" }} WHERE {{}}', RDF_XML)
    assert "predicate" in caught.value.reason
    assert predicate.startswith(RDF) or f"<{predicate}>" in caught.value.reason
    for media_type in caught.value.formats:
        body = store.serialise(f'CONSTRUCT {{ <urn:a> <{predicate}> "x" }} WHERE {{}}', media_type)
        assert [q.predicate.value for q in ox.parse(body, format=ox.RdfFormat.from_media_type(media_type))] == [predicate]


@pytest.mark.parametrize("character", ["\\u0001", "\\u000B", "\\uFFFE", "\\uFFFF"])
def test_a_character_that_xml_lacks_is_an_error(store: TripleStore, character: str) -> None:
    for query, media_type in (
        (f'CONSTRUCT {{ <urn:a> <urn:p> "x{character}" }} WHERE {{}}', RDF_XML),
        (f'SELECT ("x{character}" AS ?x) {{}}', TABLE_XML),
    ):
        with pytest.raises(AnswerUnwritable, match=character.replace("\\u", r"U\+")) as caught:
            store.serialise(query, media_type)
        for other in caught.value.formats:
            assert store.serialise(query, other)


def test_a_carriage_return_comes_back(store: TripleStore) -> None:
    text = 'a\r\nb\rc\nd\t<&>"'
    written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")
    body = store.serialise(f'CONSTRUCT {{ <urn:a> <urn:p> "{written}" }} WHERE {{}}', RDF_XML)
    assert [str(o) for o in Graph().parse(data=body, format="xml").objects()] == [text]
    assert [str(q.object.value) for q in ox.parse(body, format=ox.RdfFormat.RDF_XML)] == [text]
    table = read_table(store.serialise(f'SELECT ("{written}" AS ?x) {{}}', TABLE_XML), TABLE_XML)
    assert not isinstance(table, bool)
    assert [str(x) for (x,) in table.rows] == [text]


def test_an_answer_in_many_pieces_is_read_as_one() -> None:
    """Pieces are read back one by one: the fault, and the characters, may stand on either side of any border."""
    with EmbeddedStore.load(b"") as store:
        for length in range(0, 70_000, 6_997):
            values = " ".join(f'"{"x" * length}"' if n == 1 else f'"é\\r{n}"' for n in range(3000))
            query = f"SELECT ?x {{ VALUES ?x {{ {values} }} }}"
            table = read_table(store.serialise(query, TABLE_XML), TABLE_XML)
            assert not isinstance(table, bool)
            assert [str(x) for (x,) in table.rows][2:] == [f"é\r{n}" for n in range(2, 3000)]
            graph = f"CONSTRUCT {{ <urn:a> <urn:p> ?x . <urn:b> <http://x.example/1> ?x }} WHERE {{ VALUES ?x {{ {values} }} }}"
            with pytest.raises(AnswerUnwritable, match=r"<http://x.example/1>"):
                store.serialise(graph, RDF_XML)


TAILS = st.text("abé1/?&=:.-_'()", max_size=8)
IRIS = st.builds(lambda space, tail: ox.NamedNode(f"http://x.example/{space}{tail}"), st.sampled_from(["", "a#", "1/"]), TAILS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.text("\r\n\t <>&\"']]>\x0b\x7f\x85\u2028", max_size=8)
LITERALS = (
    st.builds(ox.Literal, TEXTS)
    | TEXTS.map(lambda t: ox.Literal(t, language="de"))
    | st.builds(lambda text, kind: ox.Literal(text, datatype=kind), TEXTS, IRIS)
)


def _read(body: bytes) -> set[str]:
    return {str(q) for q in ox.parse(body, format=ox.RdfFormat.RDF_XML)}


def _read_by_rdflib(body: bytes) -> set[str]:
    lines = Graph().parse(data=body, format="xml").serialize(format="nt", encoding="utf-8")
    return {str(q) for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("read", [_read, _read_by_rdflib])
@given(triples=st.lists(st.tuples(IRIS, IRIS, IRIS | LITERALS), max_size=4))
def test_rdf_xml_is_the_graph_or_an_error(
    read: Callable[[bytes], set[str]], triples: list[tuple[object, object, object]]
) -> None:
    try:
        body = write_triples(triples, RDF_XML)
    except AnswerUnwritable:
        # Not without a reason: the same graph with named predicates and plain texts is written.
        assert any(not _named(p.value) for _, p, _ in triples) or any(  # type: ignore[attr-defined]
            not all(_is_xml(c) for c in o.value) for *_, o in triples if isinstance(o, ox.Literal)
        )
        return
    assert read(body) == {str(ox.Triple(s, p, o)) for s, p, o in triples}  # type: ignore[arg-type]


def _named(iri: str) -> bool:
    return re.search("[abé_][abé1._-]*$", iri) is not None  # NCName, of the letters that occur here


def _is_xml(character: str) -> bool:
    return character in "\t\n\r" or (character >= " " and character not in "\ufffe\uffff")
