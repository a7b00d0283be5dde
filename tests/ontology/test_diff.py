"""What changed between two states of the ontology, and how a state is fetched."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from kg.catalogue.mappings import Mapping
from kg.cli.ontology_states import load_state
from kg.errors import KGError
from kg.model import Word, WordKind
from kg.namespaces import IKG, ONTOLOGY
from kg.reason.diff import OntologyDiff, State, as_json, as_markdown, compare
from kg.reason.taxonomy import Taxonomy
from kg.store.quads import canonical_lines
from kg.terms.modules import labels

HEAD = """
PREFIX ikg: <https://w3id.org/imaging-kg/ontology/> PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
ikg:images a owl:ObjectProperty ; rdfs:label "images"@en .
ikg:Imaging a owl:Class ; rdfs:label "imaging"@en .
ikg:Eye a owl:Class ; rdfs:label "eye"@en .
"""
PHOTO = """ikg:Photo a owl:Class ; rdfs:label "photography"@en ; rdfs:subClassOf ikg:Imaging ; skos:definition "Imaging by light."@en ."""
PHOTO_IRI, IMAGING, EYE = str(IKG.Photo), str(IKG.Imaging), str(IKG.Eye)
SEES = "ikg:Photo rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ikg:images ; owl:someValuesFrom ikg:Eye ] ."
LINES = (
    PHOTO,
    SEES,
    'ikg:Photo skos:altLabel "photo"@en .',
    'ikg:Photo skos:altLabel "Foto"@de .',
    'ikg:Eye ikg:abbreviation "OD" .',
    'ikg:Eye skos:hiddenLabel "eyeball" .',
    'ikg:Eye skos:definition "Sees."@en .',
    "ikg:Eye owl:deprecated true .",
    "ikg:Eye owl:disjointWith ikg:Imaging .",
    "ikg:shows a owl:ObjectProperty ; rdfs:subPropertyOf ikg:images .",
)


def graph(*lines: str) -> Graph:
    return Graph().parse(data=HEAD + "\n".join(lines), format="turtle")


def diff(before: tuple[str, ...], after: tuple[str, ...]) -> OntologyDiff:
    return compare(State(graph(*before)), State(graph(*after)))


def test_a_class_with_what_it_is() -> None:
    found = diff((), (PHOTO,))
    assert found.classes_added == (PHOTO_IRI,)
    assert found.axioms_added == (f"SubClassOf(<{PHOTO_IRI}> <{IMAGING}>)",)
    assert sum(found.counts().values()) == 2  # its words and its definition belong to it and are not told apart


def test_a_property() -> None:
    assert diff((), (LINES[-1],)).properties_added == (str(IKG.shows),)


def test_a_deprecated_class_and_one_that_came_back() -> None:
    assert diff((), (LINES[7],)).deprecated == (EYE,)
    assert diff((LINES[7],), ()).reinstated == (EYE,)


def test_a_label_and_a_definition() -> None:
    other = PHOTO.replace("photography", "light photography").replace("by light", "by visible light")
    found = diff((PHOTO,), (other,))
    assert found.labels == ((PHOTO_IRI, "photography", "light photography"),)
    assert found.definitions == ((PHOTO_IRI, "Imaging by light.", "Imaging by visible light."),)
    assert sum(found.counts().values()) == 2


def test_words_with_their_kind_and_language() -> None:
    foreign = 'ikg:Eye rdfs:label "Auge"@de .'
    found = diff((), (LINES[4], LINES[5], foreign))
    assert found.words_added == (
        (EYE, Word("Auge", WordKind.LABEL, "de")),
        (EYE, Word("OD", WordKind.ABBREVIATION)),
        (EYE, Word("eyeball", WordKind.HIDDEN)),
    )
    assert found.labels == ()


def test_axioms_do_not_depend_on_the_names_of_blank_nodes() -> None:
    assert not diff((PHOTO, SEES), (SEES, PHOTO))
    assert diff((PHOTO,), (PHOTO, SEES)).axioms_added == (
        f"SubClassOf(<{PHOTO_IRI}> ObjectSomeValuesFrom(<{IKG.images}> <{EYE}>))",
    )


def test_mappings_by_what_they_say() -> None:
    one = Mapping(EYE, "urn:exact", "urn:one", "label of the one")
    two = Mapping(EYE, "urn:exact", "urn:two")
    found = compare(State(graph(), mappings=(one,)), State(graph(), mappings=(Mapping(*one_key(one)), two)))
    assert found.mappings_added == (one_key(two),)
    assert not compare(State(graph(), mappings=(one,)), State(graph()))


def one_key(mapping: Mapping) -> tuple[str, str, str]:
    return mapping.subject, mapping.predicate, mapping.object


def test_entailed_pairs_between_what_both_have() -> None:
    before = State(graph(), Taxonomy({EYE: frozenset()}))
    after = State(graph(PHOTO), Taxonomy({EYE: frozenset({IMAGING, PHOTO_IRI}), PHOTO_IRI: frozenset({IMAGING})}))
    assert compare(before, after).subclasses_added == ((EYE, IMAGING),)


MIRROR = {"_added": "_removed", "_removed": "_added"}


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(LINES)), st.sets(st.sampled_from(LINES)))
def test_nothing_changes_from_a_to_a_and_swapping_swaps(before: set[str], after: set[str]) -> None:
    a, b = State(graph(*before)), State(graph(*after))
    assert not compare(a, a)
    there, back = compare(a, b), compare(b, a)
    for name in there.counts():
        stem, sep, end = name.partition("_")
        if sep:
            assert getattr(there, name) == getattr(back, f"{stem}{MIRROR[sep + end]}")
    assert there.deprecated == back.reinstated
    assert [(iri, new, old) for iri, old, new in there.labels] == list(back.labels)
    assert [(iri, new, old) for iri, old, new in there.definitions] == list(back.definitions)


GOLDEN = """\
### Ontology

| change | count |
|---|---:|
| Classes added | 1 |
| Definitions changed | 1 |
| Words added | 2 |
| Axioms added | 2 |
| Mappings added | 1 |

#### Classes added

- photography (`ikg:Photo`)

#### Definitions changed

- ikg:Eye: “” → “Sees.”

#### Words added

- eye: “OD” (abbreviation)
- … and 1 more

#### Axioms added

- photography always shows eye
- … and 1 more

#### Mappings added

- eye skos:exactMatch RADLEX:RID1
"""


def test_markdown_for_a_changelog() -> None:
    match = Mapping(EYE, "http://www.w3.org/2004/02/skos/core#exactMatch", "http://radlex.org/RID/RID1")
    a, b = State(graph(), mappings=()), State(graph(PHOTO, SEES, *LINES[4:7]), mappings=(match,))
    found = compare(a, b)
    assert as_markdown(found, labels(a.graph, b.graph), most=1) == GOLDEN
    assert "Nothing changed" in as_markdown(OntologyDiff(), str)
    assert "photography is a kind of imaging" in as_markdown(found, labels(a.graph, b.graph))
    assert "(`ikg:Photo`)" in as_markdown(compare(b, a), labels(b.graph, a.graph))


def test_json_holds_counts_and_changes() -> None:
    body = json.loads(as_json(diff((), (PHOTO, LINES[4]))))
    assert body["counts"]["classes_added"] == 1
    assert body["classes_added"] == [PHOTO_IRI]
    assert body["words_added"] == [[EYE, {"text": "OD", "kind": "abbreviation", "lang": ""}]]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with two states of a small ontology: the tag ``v1``, and the working tree with a class more."""
    module = tmp_path / "ontology" / "modules" / "m.ttl"
    module.parent.mkdir(parents=True)
    module.write_text(HEAD, encoding="utf-8")
    mapped = tmp_path / "ontology" / "mappings" / "m.sssom.tsv"
    mapped.parent.mkdir()
    # fewer columns than the tables have today: an old state must stay readable
    mapped.write_text(
        "# curie_map:\n#   X: 'urn:x:'\nsubject_id\tpredicate_id\tobject_id\nikg:Eye\tskos:exactMatch\tX:1\n", "utf-8"
    )
    run = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-C", str(tmp_path)]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"], ["tag", "v1"]):
        subprocess.run([*run, *arguments], check=True, capture_output=True)
    module.write_text(f"{HEAD}\n{PHOTO}", encoding="utf-8")
    return tmp_path


def test_a_revision_and_a_folder(repository: Path) -> None:
    old = load_state("v1", repository)
    assert old.mappings == (Mapping(EYE, "http://www.w3.org/2004/02/skos/core#exactMatch", "urn:x:1"),)
    for folder in (repository, repository / "ontology"):
        found = compare(old, load_state(str(folder)))
        assert found.classes_added == (PHOTO_IRI,)
        assert found.mappings_added == found.mappings_removed == ()


def test_a_released_graph(repository: Path) -> None:
    new = load_state(str(repository))
    path = repository / "graph.nq.gz"
    path.write_bytes(gzip.compress("".join(canonical_lines(new.graph, ONTOLOGY)).encode()))
    released = load_state(str(path))
    assert not compare(State(new.graph, new.taxonomy), State(released.graph, released.taxonomy))
    assert released.taxonomy is not None
    assert released.taxonomy.is_a(PHOTO_IRI, IMAGING)


@pytest.mark.parametrize("text", ["v2", "--upload-pack=x", "v1:ontology"])
def test_what_names_no_state_is_said(repository: Path, text: str) -> None:
    with pytest.raises(KGError, match="neither a path nor a revision") as caught:
        load_state(text, repository)
    assert text in str(caught.value)
    assert "git revision" in caught.value.remedy


def test_no_repository_no_modules_no_graph(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="no git repository"):
        load_state("v1", tmp_path)
    with pytest.raises(KGError, match="holds no modules"):
        load_state(str(tmp_path))
    (tmp_path / "graph.nq.gz").write_bytes(b"not gzip")
    with pytest.raises(KGError, match="cannot be read"):
        load_state(str(tmp_path / "graph.nq.gz"))
    (tmp_path / "graph.nq.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(KGError, match="holds no graph"):
        load_state(str(tmp_path / "graph.nq.gz"))


def test_a_module_that_is_no_turtle_is_named(repository: Path) -> None:
    (repository / "ontology" / "modules" / "m.ttl").write_text("nonsense", encoding="utf-8")
    with pytest.raises(KGError, match=r"m\.ttl"):
        load_state(str(repository / "ontology"))
