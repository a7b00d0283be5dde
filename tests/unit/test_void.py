"""VoID counts the graph that it is a part of: what it says holds of the whole, itself included [V1]."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, Literal, URIRef

from kg.catalogue.triples import Triple
from kg.export.void import KG, void_triples
from kg.namespaces import BASE, CATALOGUE, MAPPINGS, VOID, VOID_GRAPH

E = "http://x.example/"
NAMES = st.sampled_from([URIRef(f"{space}{n}") for space in (E, f"{BASE}dataset/", f"{BASE}void#") for n in "abc"])
PREDICATES = st.sampled_from([RDF.type, VOID.triples, URIRef(f"{E}p"), URIRef(f"{BASE}ontology/q")])
TRIPLES = st.frozensets(
    st.tuples(NAMES | st.just(KG), PREDICATES, NAMES | st.sampled_from([KG, VOID.Dataset]) | st.integers(0, 60).map(Literal)),
    max_size=12,
)


def described(asserted: Iterable[Triple]) -> frozenset[Triple]:
    mapped = frozenset({(URIRef(f"{E}a"), SKOS.exactMatch, URIRef("http://snomed.info/id/1"))})
    description = void_triples({CATALOGUE: asserted, MAPPINGS: mapped}, {}, MAPPINGS)
    return description | mapped | frozenset(asserted)


def told(whole: frozenset[Triple], prop: URIRef, of: URIRef = KG) -> set[int]:
    return {int(str(o)) for s, p, o in whole if (s, p) == (of, prop) and isinstance(o, Literal)}


def true_of(whole: frozenset[Triple]) -> dict[URIRef, int]:
    return {
        VOID.classes: len({o for _, p, o in whole if p == RDF.type}),
        VOID.properties: len({p for _, p, _ in whole}),
        VOID.distinctSubjects: len({s for s, _, _ in whole}),
        VOID.entities: len({s for s, _, _ in whole if str(s).startswith(BASE)}),
    }


@given(TRIPLES)
def test_v1_the_description_counts_itself(asserted: frozenset[Triple]) -> None:
    whole = described(asserted)
    # A triple of the asserted may itself be a void:triples of ours: a false one stays beside the true one.
    assert len(whole) in told(whole, VOID.triples)
    for prop, count in true_of(whole).items():
        assert count in told(whole, prop), prop
    partitions = {o: s for s, p, o in whole if p == VOID.property for t in [(KG, VOID.propertyPartition, s)] if t in whole}
    for predicate in {p for _, p, _ in whole}:
        assert sum(p == predicate for _, p, _ in whole) in told(whole, VOID.triples, partitions[predicate])  # type: ignore[arg-type]


def test_v1_a_number_of_objects_that_is_never_true_is_not_said() -> None:
    """To say how many objects there are may add one: then no number is right, and none is told."""
    unsaid = 0
    (usual,) = told(described({(URIRef(f"{E}a"), URIRef(f"{E}p"), Literal(0))}), VOID.distinctObjects)
    for number in range(usual - 9, usual + 9):
        whole = described({(URIRef(f"{E}a"), URIRef(f"{E}p"), Literal(number))})
        objects = {o for _, _, o in whole}
        said = told(whole, VOID.distinctObjects)
        assert len(whole) in told(whole, VOID.triples)
        unsaid += not said
        assert said <= {len(objects)}
    assert unsaid == 1


def test_v1_its_own_graph_is_among_the_named_graphs() -> None:
    description = void_triples({CATALOGUE: (), MAPPINGS: ()}, {}, MAPPINGS)
    assert told(description, VOID.triples, URIRef(f"{BASE}void#graph-void")) == {len(description)}
    assert any(o == VOID_GRAPH for _, _, o in description)
