"""What is said of a query: its patterns, what empties it, its unknown words, its traps. On a small graph that holds each case."""

from typing import Any

import pyoxigraph as ox
import pytest

from kg.namespaces import CATALOGUE, CLAIMS, IKG, IKGD, PREFIXES
from kg.store.advice.answer import explain_query
from kg.store.advice.reading import is_recursive, read
from kg.store.advice.vocabulary import Vocabulary
from kg.store.quads import load_quads

RDFS = PREFIXES["rdfs"]
KIDNEY, CT = f"{PREFIXES['UBERON']}0002113", f"{IKG}CT"
LINES = [
    f"<{IKGD}one> <{PREFIXES['rdf']}type> <{IKG}ImagingDataset> <{CATALOGUE}>",
    f"<{IKGD}one> <{IKG}modality> <{CT}> <{CATALOGUE}>",
    f"<{IKGD}two> <{PREFIXES['rdf']}type> <{IKG}ImagingDataset> <{CATALOGUE}>",
    f"<{IKGD}two> <{IKG}anatomy> <{KIDNEY}> <{CATALOGUE}>",
    f'<{IKGD}two> <{PREFIXES["dcterms"]}title> "Two"@en <{CATALOGUE}>',
    f'<{KIDNEY}> <{RDFS}label> "kidney"@en <{CATALOGUE}>',
    f'<{CT}> <{RDFS}label> "computed tomography"@en <{CATALOGUE}>',
    f'<urn:claim> <{IKG}raw> "renal" <{CLAIMS["survey"]}>',
]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    found = ox.Store()
    load_quads(found, "".join(f"{line} .\n" for line in LINES).encode())
    return found


@pytest.fixture(scope="module")
def words(store: ox.Store) -> Vocabulary:
    return Vocabulary(store)


def explain(store: ox.Store, words: Vocabulary, query: str) -> Any:
    return explain_query(store, query, PREFIXES, words)


def kinds(store: ox.Store, words: Vocabulary, query: str) -> set[str]:
    return {w["kind"] for w in explain(store, words, query)["warnings"]}


def test_each_pattern_has_its_matches_and_the_one_without_is_helped(store: ox.Store, words: Vocabulary) -> None:
    told = explain(store, words, "SELECT * { ?d ikg:modality ikg:CT OPTIONAL { ?d ikg:anatomy ikg:CT } }")
    first, second = told["patterns"]
    assert (first["pattern"], first["matches"], first["required"]) == ("?d ikg:modality ikg:CT", 1, True)
    assert (second["matches"], second["required"]) == (0, False)
    assert "object ikg:CT" in second["help"]
    assert told["emptied_by"] is None  # what is optional empties nothing


def test_patterns_that_match_alone_and_not_together(store: ox.Store, words: Vocabulary) -> None:
    told = explain(store, words, "SELECT * { ?d ikg:modality ?m . ?d ikg:anatomy ?a . ?d a ikg:ImagingDataset }")
    assert all(p["matches"] for p in told["patterns"])
    emptied = told["emptied_by"]
    assert {emptied["pattern"], *emptied["joined_with"]} >= {"?d ikg:modality ?m", "?d ikg:anatomy ?a"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * { ?x rdfs:label 'kidney' }", '"kidney"@en does'),
        ("SELECT * { ?x rdfs:label 'Kidney' }", "other capitals"),
        ("SELECT * { ?c ikg:raw ?text }", "only in ikgg:claims/survey"),
        ("SELECT * { ?d ikg:anatomy ikg:CT }", "With any object it matches 1 times"),
        ("SELECT * { ?d ikg:nothing ?x }", "unknown terms"),
    ],
)
def test_help_for_nothing(store: ox.Store, words: Vocabulary, query: str, says: str) -> None:
    (pattern,) = explain(store, words, query)["patterns"]
    assert pattern["matches"] == 0
    assert says in pattern["help"]


@pytest.mark.parametrize(
    ("query", "unknown", "meant"),
    [
        ("SELECT * { ?d ikg:modallity ?m }", "ikg:modallity", "ikg:modality"),
        ("SELECT * { ?d ikg:modality ikg:ct }", "ikg:ct", "ikg:CT"),
        ("SELECT * { ?d ikg:anatomy ikg:Kidney }", "ikg:Kidney", "UBERON:0002113"),
        ("SELECT * { ?d dcterms:titel ?m }", "dcterms:titel", "dcterms:title"),
        ("SELECT * { ?d ikg:modality ?m VALUES ?m { ikg:computed_tomografy } }", "ikg:computed_tomografy", "ikg:CT"),
        ("SELECT * { ?d ikg:anatomy UBERON:0002114 }", "UBERON:0002114", None),  # a number that looks alike means nothing
    ],
)
def test_unknown_terms(store: ox.Store, words: Vocabulary, query: str, unknown: str, meant: str | None) -> None:
    (found,) = explain(store, words, query)["unknown_terms"]
    assert found["curie"] == unknown
    assert [m["curie"] for m in found["did_you_mean"]][:1] == ([meant] if meant else [])


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * { ?a ikg:modality ?m . ?b ikg:anatomy ?c }", "cartesian-product"),
        ("SELECT * { ?a rdfs:subClassOf* UBERON:0002113 }", "naive-path"),
        ("SELECT * { ?a (ikg:partOf/ikg:partOf)+ ?b }", "open-path"),
        ("SELECT * { ?a <http://schema.org/name> ?b }", "schema-org"),
        ("SELECT * { ?a <https://purl.org/dc/terms/title> ?b }", "http-or-https"),
        ("SELECT * { ?a dcterms:title ?b FILTER(REGEX(?b, 'x')) }", "text-scan"),
        ("SELECT * { ?a dcterms:title ?b } OFFSET 5", "page-without-order"),
    ],
)
def test_traps(store: ox.Store, words: Vocabulary, query: str, kind: str) -> None:
    assert kinds(store, words, query) == {kind}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ikg:modality ?m . ?a ikg:anatomy ?c }",
        "SELECT * { ?a ikg:modality ?m . ?b ikg:anatomy ?c FILTER(?a = ?b) }",
        "SELECT * { ?a ikg:modality ?m . { SELECT ?a ?b { ?a ikg:anatomy ?b } } ?b rdfs:label ?l }",
        "SELECT * { ?a ikg:modality ?m . { ?a ikg:anatomy ?b } UNION { ?a ikg:task ?b } ?b rdfs:label ?l }",
        "SELECT * { ikgd:one a ikg:ImagingDataset . ?a ikg:modality ?m }",
        "SELECT * { ?a dcterms:title ?b } ORDER BY ?b OFFSET 5",
        "SELECT * { ?a rdfs:subClassOf UBERON:0002113 }",
    ],
)
def test_what_is_no_trap(store: ox.Store, words: Vocabulary, query: str) -> None:
    assert not kinds(store, words, query)


def test_a_query_that_only_the_engine_reads(store: ox.Store, words: Vocabulary) -> None:
    told = explain(store, words, "VERSION '1.2' SELECT * { <<( ?s ?p ?o )>> ?q ?r }")
    assert told["plan"] is None
    assert "engine reads" in str(told["note"])


def test_recursion_is_seen_through_a_path() -> None:
    found = read("SELECT * { ?a (<urn:a>|^<urn:b>/<urn:c>?)/(<urn:d>*) ?b ; !<urn:e> ?c }", {})
    assert sorted(is_recursive(p.predicate) for p in found.patterns) == [False, True]
    assert {iri for p in found.patterns for iri, role in p.terms() if role == "property"} == {f"urn:{c}" for c in "abcde"}
