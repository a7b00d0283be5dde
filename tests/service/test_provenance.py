"""Section 6: ``/dataset/{slug}/provenance`` and ``/dataset/{slug}/history``. Every fact has a receipt, and no receipt is without its fact."""

import os
import re
import shutil
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import PROV, RDF, Graph, URIRef

from kg.namespaces import BASE, CATALOGUE, IKG, INFERRED
from kg.opened import OpenRelease, open_release
from kg.provenance import receipt_triples, receipts
from kg.provenance.facts import known_facts
from kg.reason.closure import entailed
from kg.reason.rules import Rule, rules_of
from kg.resources import ontology_dir
from kg.store.port import TripleStore
from kg.store.written import write_triples
from kg.terms.modules import load_modules

ASPECTS = ("provenance", "history")
LIDC = f"{BASE}dataset/lidc-idri"
PARSERS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
SAMPLED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def shipped_rules() -> tuple[Rule, ...]:
    return rules_of(load_modules(ontology_dir()))


@SAMPLED
@given(data=st.data())
def test_what_follows_follows_from_its_premises_and_from_nothing_less(release: OpenRelease, data: st.DataObject) -> None:
    """Each premise alone entails the fact; where it takes several, all of them do and no one can be left out."""
    knowledge = release.knowledge
    view = knowledge.datasets[data.draw(st.sampled_from(sorted(knowledge.datasets)))]
    rules = shipped_rules()

    def holds(pairs: list[tuple[str, str]], prop: str, value: str) -> bool:
        concepts: dict[str, list[str]] = {}
        for own, concept in pairs:
            concepts.setdefault(own, []).append(concept)
        return value in entailed(concepts, knowledge.taxonomy, rules).get(prop, ())

    for fact in known_facts(knowledge, release.store, view):
        if fact.state != "inferred":
            continue
        pairs = [pair for pair, _ in fact.premises]
        assert pairs, (view.id, fact)
        assert all(value in view.asserted[prop] for prop, value in pairs)
        if fact.together:
            assert holds(pairs, fact.property, fact.value)
            assert not any(holds([p for p in pairs if p != left], fact.property, fact.value) for left in pairs)
        else:
            assert all(holds([pair], fact.property, fact.value) for pair in pairs)


def triples_of(store: TripleStore, graph: str, iri: str) -> set[tuple[str, str, str]]:
    rows = store.select(f"SELECT ?p ?o {{ GRAPH <{graph}> {{ <{iri}> ?p ?o }} }}").rows
    return {(iri, str(p), str(o)) for p, o in rows}


@SAMPLED
@given(data=st.data())
def test_every_statement_is_a_triple_of_the_graph_that_it_names(release: OpenRelease, data: st.DataObject) -> None:
    view = release.knowledge.datasets[data.draw(st.sampled_from(sorted(release.knowledge.datasets)))]
    graph = Graph()
    triples = receipt_triples(release.store, receipts(release.knowledge, release.store, view))
    graph.parse(data=write_triples(triples, "application/n-triples"), format="nt")
    for name in (CATALOGUE, INFERRED):
        held = triples_of(release.store, str(name), view.iri)
        told = set()
        for node in graph.subjects(RDF.type, RDF.Statement):
            if (node, URIRef("http://purl.org/dc/terms/isPartOf"), name) in graph:
                told.add(tuple(str(graph.value(node, p)) for p in (RDF.subject, RDF.predicate, RDF.object)))
        assert told <= held, told - held
        # What is in the graph and has no receipt of its own: what kind of thing it is, its licence's page, and relations, which have one.
        rest = {prop for _, prop, _ in held - told}
        assert not {p for p in rest if p.startswith(str(IKG))} - {str(IKG.relabels), str(IKG.sharesSubjectsWith)}, rest


def test_a_receipt_names_source_version_method_and_decision(client: httpx.Client) -> None:
    body = client.get("/dataset/lidc-idri/provenance.json").json()
    facts = {(f["property"], f["value"]["text"]): f for f in body["facts"]}
    ct = facts["modality", "computed tomography"]
    assert ct["state"] == "asserted"
    archive = next(s for s in ct["statements"] if s["source"] == "idc")
    assert archive["version"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", archive["retrieved"])
    assert archive["standing"] == "the publisher's or archive's own record"
    assert archive["identifiedBy"].startswith("same-name")
    lost = facts["modality", "computed radiography"]
    assert lost["state"] == "not asserted"
    assert lost["decidedBy"]
    assert all("/source/curator/lidc-idri#modality" in claim for claim in lost["decidedBy"])
    assert {r["confidence"] for r in body["relations"]} <= {"high", "medium", "low"}


def test_an_overridden_cell_shows_who_decided_and_why(client: httpx.Client, release: OpenRelease) -> None:
    query = f"""SELECT ?d ?why {{ ?o a <{IKG.Override}> ; <{PROV.wasDerivedFrom}> ?r ; <{IKG.flag}> "wrong" ;
      <http://www.w3.org/2000/01/rdf-schema#comment> ?why . ?r <{IKG.describes}> ?d }} ORDER BY ?d LIMIT 3"""
    for dataset, why in release.store.select(query).rows:
        body = client.get(f"/{str(dataset).removeprefix(BASE)}/provenance.json").json()
        statements = [s for f in body["facts"] for s in f["statements"]] + body["unread"]
        assert str(why) in {s["decision"]["reason"] for s in statements if s["decision"]}
        assert str(why) in unescape(client.get(f"/{str(dataset).removeprefix(BASE)}/provenance.html").text)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_l1_l2_l3_documents_of_both(client: httpx.Client, aspect: str) -> None:
    path = f"/dataset/lidc-idri/{aspect}"
    for accept, suffix in (
        ("text/html", "html"),
        ("text/turtle", "ttl"),
        ("application/json", "json"),
        ("application/ld+json", "jsonld"),
    ):
        found = client.get(path, headers={"Accept": accept})
        assert (found.status_code, found.headers["location"]) == (303, f"{path}.{suffix}")
        assert client.get(path, params={"_mediatype": accept}).headers["location"] == f"{path}.{suffix}"
        document = client.get(f"{path}.{suffix}")
        assert document.headers["content-type"].startswith(accept)
        assert document.headers["content-location"] == f"{path}.{suffix}"
        tag = document.headers["etag"]
        assert client.get(f"{path}.{suffix}", headers={"If-None-Match": tag}).status_code == 304
        assert client.head(f"{path}.{suffix}").status_code == 200
    sizes = {len(Graph().parse(data=client.get(f"{path}.{s}").content, format=form)) for s, form in PARSERS.items()}
    assert len(sizes) == 1
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406
    for wrong, status in ((f"{path}.docx", 404), (f"/dataset/nosuch/{aspect}", 404), (f"/dataset/aanlib/{aspect}.json", 410)):
        answer = client.get(wrong)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), wrong
    moved = client.get(f"/dataset/brats2020/{aspect}.ttl")
    assert (moved.status_code, moved.headers["location"]) == (301, f"/dataset/brats-2020/{aspect}.ttl")


def test_f1_the_documents_of_a_dataset_lead_to_both(client: httpx.Client) -> None:
    for suffix in ("html", "ttl", "croissant.json"):
        header = client.get(f"/dataset/lidc-idri.{suffix}").headers["link"]
        assert '</dataset/lidc-idri/provenance>; rel="http://www.w3.org/ns/prov#has_provenance"' in header
        assert '</dataset/lidc-idri/history>; rel="version-history"' in header
    page = client.get("/dataset/lidc-idri.html").text
    assert 'href="/dataset/lidc-idri/provenance.html"' in page
    assert 'href="/dataset/lidc-idri/history.html"' in page
    sets = {one["anchor"]: one for one in client.get("/dataset/lidc-idri.linkset.json").json()["linkset"]}
    assert sets[f"{LIDC}.html"]["version-history"] == [{"href": f"{LIDC}/history"}]


def test_history_is_in_order_and_tells_what_it_does_not_know(client: httpx.Client) -> None:
    body = client.get("/dataset/brats-2020/history.json").json()
    dates = [e["date"] for e in body["dated"]]
    assert dates == sorted(dates)
    kinds = {e["kind"] for e in body["dated"]}
    assert {"publication", "family", "relative", "retrieved"} <= kinds
    assert [e["id"] for e in body["undated"] if e["kind"] == "former-id"] == ["brats2020"]
    assert all("date" not in e for e in body["undated"])
    assert "The decisions of curators have no dates in the tables." in body["notes"]


def test_history_tells_what_changed_between_releases(release: OpenRelease, tmp_path: Path) -> None:
    """An older release beside it, whose store lacks one fact of the dataset, has another, and knows it by its former id."""
    import pyoxigraph as ox

    home = release.home
    for name in ("older", "newer"):
        shutil.copytree(home, tmp_path / name)
    os.utime(tmp_path / "older" / "manifest.json", (1_700_000_000, 1_700_000_000))
    store = ox.Store(str(tmp_path / "older" / "store"))
    graph, new, old = (ox.NamedNode(i) for i in (str(CATALOGUE), f"{BASE}dataset/brats-2020", f"{BASE}dataset/brats2020"))
    modality, title = ox.NamedNode(str(IKG.modality)), ox.NamedNode("http://purl.org/dc/terms/title")
    named = new.value, f"{new.value}#"

    def before(term: Any) -> Any:
        """The dataset and its parts under the former id."""
        own = isinstance(term, ox.NamedNode) and (term.value == named[0] or term.value.startswith(named[1]))
        return ox.NamedNode(term.value.replace(new.value, old.value, 1)) if own else term

    for quad in list(store.quads_for_pattern(None, None, None, graph)):
        if before(quad.subject) != quad.subject:
            store.remove(quad)
            if quad.predicate != modality:
                store.add(ox.Quad(before(quad.subject), quad.predicate, before(quad.object), graph))
    store.add(ox.Quad(old, title, ox.Literal("BRATS 2020 as it was"), graph))
    store.flush()
    del store
    with open_release(tmp_path / "newer") as opened:
        body = opened.history("brats-2020")
    first, second = body["releases"]
    assert first["date"] == "2023-11-14T22:13:20Z"
    assert (first["since"], first["added"], first["removed"]) == (None, [], [])
    added = {(f["state"], f["property"]) for f in second["added"]}
    assert added == {("asserted", "modality")}
    assert [(f["property"], f["text"]) for f in second["removed"]] == [("title", "BRATS 2020 as it was")]
