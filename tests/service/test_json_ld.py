"""JSON-LD says what the other formats say: every kind of document, read by two readers; and the prefixes are a context."""

import random

import httpx2 as httpx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from kg.namespaces import BASE, OBO, PREFIXES, curie, expand, json_ld_context
from kg.opened import OpenRelease
from kg.store.written import write_triples

JSON_LD = "application/ld+json"
# Of concepts that are not ours each terminology is a kind of its own: a prefix a kind.
TERMINOLOGIES = ("UBERON", "CL", "MONDO", "DUO", "bfo")
FIXED = (
    "", "catalogue", "examples", "prefixes", "void", "ontology", "dataset/lidc-idri.dcat", "term/UBERON:0002113",
)  # fmt: skip


def _set(quads: object) -> set[str]:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(q) for q in dataset}


def by_oxigraph(body: bytes, media_type: str) -> set[str]:
    return _set(ox.parse(body, format=ox.RdfFormat.from_media_type(media_type), base_iri="http://none.example/"))


def by_rdflib(body: bytes, form: str) -> set[str]:
    text = Graph().parse(data=body, format=form, publicID="http://none.example/").serialize(format="nt", encoding="utf-8")
    return _set(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


def _paths(release: OpenRelease) -> list[str]:
    """Some documents of each kind."""
    kinds: dict[str, set[str]] = {}
    for (iri,) in release.store.select("SELECT DISTINCT ?s { ?s ?p ?o FILTER(isIRI(?s)) }").rows:
        text = str(iri)
        if text.startswith(BASE) and "#" not in text:
            path = text.removeprefix(BASE)
            kinds.setdefault(path.partition("/")[0], set()).add(path)
        elif text.startswith(str(OBO)):
            kinds.setdefault(curie(text).partition(":")[0], set()).add(f"term/{curie(text)}")
    assert kinds.keys() > {"dataset", "ontology", "source", "organisation", "series", "examples", "UBERON", "CL", "MONDO"}
    chance = random.Random(11)
    return [*FIXED, *(path for kind in sorted(kinds) for path in chance.sample(sorted(kinds[kind]), min(2, len(kinds[kind]))))]


def _about_others(statements: set[str], place: str) -> set[str]:
    return {s for s in statements if not s.startswith(f"<{place}>")}


def test_every_kind_of_document_says_in_json_ld_what_it_says_in_n_triples(client: httpx.Client, release: OpenRelease) -> None:
    read = 0
    for path in _paths(release):
        parts = {}
        for media_type in (JSON_LD, "application/n-triples"):
            if path.endswith(".dcat"):
                answer = client.get(f"/{path}.{'jsonld' if media_type == JSON_LD else 'nt'}")
            else:
                answer = client.get(f"/{path}", headers={"Accept": media_type}, follow_redirects=True)
            parts[media_type] = answer
        if {a.status_code for a in parts.values()} != {200}:
            assert {a.status_code for a in parts.values()} <= {404, 410}, path  # withdrawn, or nothing but mentioned
            continue
        linked, plain = parts.values()
        here, there = (f"{BASE}{a.url.path.removeprefix('/')}" for a in (linked, plain))
        assert _about_others(by_oxigraph(linked.content, JSON_LD), here) == _about_others(
            by_oxigraph(plain.content, "application/n-triples"), there
        ), path
        assert _about_others(by_rdflib(linked.content, "json-ld"), here) == _about_others(
            by_rdflib(plain.content, "nt"), there
        ), path
        read += 1
    assert read > 30


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_curie_of_every_prefix_is_its_iri_in_the_context_that_is_published(client: httpx.Client, prefix: str) -> None:
    body = client.get("/prefixes.json").json()
    document = body | {"@id": f"{prefix}:0002113", f"{prefix}:0000050": {"@id": f"{prefix}:1"}}
    text = httpx.Request("POST", "http://none.example/", json=document).content
    wanted = f"<{PREFIXES[prefix]}0002113> <{PREFIXES[prefix]}0000050> <{PREFIXES[prefix]}1>"
    assert by_oxigraph(text, JSON_LD) == {wanted}
    assert by_rdflib(text, "json-ld") == {wanted}


NAMES = st.text("abcXYZ0123_-", min_size=1, max_size=6)
IRIS = st.builds(lambda p, name: f"{PREFIXES[p]}{name}", st.sampled_from(sorted(PREFIXES)), NAMES)
LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(ox.Literal),
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)), NAMES, IRIS),
    NAMES.map(lambda text: ox.Literal(text, language="en")),
)
TRIPLES = st.lists(
    st.tuples(IRIS.map(ox.NamedNode), IRIS.map(ox.NamedNode), st.one_of(IRIS.map(ox.NamedNode), LITERALS)), max_size=6
)


@given(TRIPLES)
def test_any_triples_with_names_of_our_prefixes_come_back_from_json_ld(triples: list[tuple[object, object, object]]) -> None:
    nothing = ox.DefaultGraph()
    wanted = _set(ox.Quad(s, p, o, nothing) for s, p, o in triples)  # type: ignore[arg-type]
    assert by_oxigraph(write_triples(triples, JSON_LD), JSON_LD) == wanted


@given(st.sampled_from(sorted(PREFIXES)), st.text("/ab:#", min_size=1, max_size=5))
def test_a_short_name_leads_back_to_its_iri(prefix: str, local: str) -> None:
    iri = f"{PREFIXES[prefix]}{local}"
    short = curie(iri)
    assert short == iri or expand(short) == iri


def test_only_a_prefix_that_ends_in_no_delimiter_says_that_it_is_one() -> None:
    assert json_ld_context({"a": "http://a.example/", "b": "http://a.example/b_"}) == {
        "a": "http://a.example/", "b": {"@id": "http://a.example/b_", "@prefix": True},
    }  # fmt: skip
