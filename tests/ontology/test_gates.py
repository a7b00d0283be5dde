"""The quality gates: the ontology passes them, each rule bites, and the rules' files are checked as they are read."""

from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDFS, SKOS, Graph, URIRef

from kg.catalogue.mappings import Mapping, read_mappings
from kg.catalogue.properties import CONCEPT_PROPERTIES
from kg.catalogue.tables import load
from kg.errors import CatalogueError
from kg.namespaces import IKG, curie, expand
from kg.reason.axioms import axioms_of
from kg.reason.classified import classified_file, taxonomy_for
from kg.reason.gates import STALE, Exemption, Finding, Rule, findings, gate_graph, read_exemptions, read_rules
from kg.reason.taxonomy import Taxonomy, read_taxonomy
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.modules import load_modules, named_superclasses

CASES = Path(__file__).parent / "rules"
RULES = {rule.name: rule for rule in read_rules(ontology_dir())}
CLAIMED = URIRef("urn:imaging-kg:gate:claimed")
MATCHES = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)


def told(found: tuple[Finding, ...]) -> list[str]:
    return [f"{f.severity} {f.rule} | {f.message}" for f in found]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    folder = ontology_dir()
    graph = load_modules(folder)
    values = {claim.value for claim in load(catalogue_dir()).claims if claim.property in CONCEPT_PROPERTIES}
    used = {expand(value) for value in values if expand(value) != value}
    return gate_graph(graph, taxonomy_for(graph, axioms_of(graph), folder), read_mappings(folder), used)


def test_the_ontology_has_no_error(store: ox.Store) -> None:
    exemptions = read_exemptions(ontology_dir(), RULES.values())
    found = findings(store, RULES.values(), exemptions)
    assert told(tuple(f for f in found if f.severity == "ERROR")) == []


def test_what_the_rules_ask_is_there(store: ox.Store) -> None:
    sizes = {
        name: sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(f"urn:imaging-kg:gate:{name}")))
        for name in ("asserted", "entailed", "mappings", "extra")
    }
    assert min(sizes.values()) > 500, sizes
    found = findings(store, [RULES["unused"]])
    assert 0 < len(found) < sizes["asserted"] / 10, "some concepts are used, some are not"


def case(path: Path) -> ox.Store:
    """A snippet as the rules see it; what follows from it is worked out from the named superclasses alone."""
    graph = Graph().parse(path, format="turtle")
    mappings = [Mapping(str(s), str(p), str(o)) for p in MATCHES for s, o in graph.subject_objects(p)]
    used = [str(s) for s in graph.subjects(CLAIMED)]
    for predicate in (*MATCHES, CLAIMED):
        graph.remove((None, predicate, None))
    direct = {
        str(c): frozenset(str(a) for a in named_superclasses(graph, c)) for c in set(graph.subjects()) if isinstance(c, URIRef)
    }
    edges: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for some, prop in graph.subject_objects(OWL.onProperty):
        fillers = frozenset(str(f) for f in graph.objects(some, OWL.someValuesFrom) if isinstance(f, URIRef))
        for cls in graph.subjects(RDFS.subClassOf, some):
            edges[str(prop)][str(cls)] = fillers
    return gate_graph(graph, Taxonomy(direct, edges).expanded(), mappings, used)


def test_every_rule_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    named = {path.name for path in CASES.iterdir()}
    assert named == {f"{rule}.{kind}.ttl" for rule in RULES for kind in ("bad", "good")}
    assert len(RULES) > 30


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_what_breaks_it_and_nothing_else(name: str) -> None:
    path = CASES / f"{name}.bad.ttl"
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    found = findings(case(path), [RULES[name]])
    assert {curie(f.entity) for f in found} == set(first.removeprefix("# breaks: ").split()), told(found)
    assert {(f.rule, f.severity) for f in found} == {(name, RULES[name].severity)}
    assert all(f.message.startswith(f"{curie(f.entity)}: {RULES[name].title}") for f in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_lets_the_repaired_case_pass(name: str) -> None:
    assert told(findings(case(CASES / f"{name}.good.ttl"), [RULES[name]])) == []


def test_a_cycle_names_the_relation_that_closes_it() -> None:
    found = findings(case(CASES / "edge-cycle.bad.ttl"), [RULES["edge-cycle"]])
    properties = {curie(f.property) for f in found}
    assert properties == {"bfo:0000050", "ikg:hasLocation", "ikg:hasComponent", "ikg:images", "ikg:derivableTo"}


def test_a_header_names_what_it_lacks() -> None:
    found = findings(case(CASES / "ontology-header.bad.ttl"), [RULES["ontology-header"]])
    assert {f.entity.removeprefix("urn:test:") for f in found} == {curie(f.property).partition(":")[2] for f in found}
    assert len(found) == 7


@pytest.mark.parametrize(
    ("entity", "value", "left"),
    [
        ("ikg:CineMRI", "*", {"ikg:LGEMRI"}),
        ("ikg:CineMRI", "cine SSFP", {"ikg:LGEMRI"}),
        ("https://w3id.org/imaging-kg/ontology/CineMRI", "*", {"ikg:LGEMRI"}),
        ("ikg:CineMRI", "cine", {"ikg:LGEMRI", "ikg:CineMRI", STALE}),
        ("ikg:CT", "*", {"ikg:LGEMRI", "ikg:CineMRI", STALE}),
    ],
)
def test_an_exemption_spares_its_entity_with_its_value(entity: str, value: str, left: set[str]) -> None:
    row = Exemption("abbreviation-form", entity, value, "a reason")
    found = findings(case(CASES / "abbreviation-form.bad.ttl"), [RULES["abbreviation-form"]], [row])
    assert {STALE if f.rule == STALE else curie(f.entity) for f in found} == left


def test_an_exemption_spares_by_an_iri_in_short_too() -> None:
    row = Exemption("mapping-two-targets", "ikg:Lung", "MESH:D000001", "a reason")
    found = findings(case(CASES / "mapping-two-targets.bad.ttl"), [RULES["mapping-two-targets"]], [row])
    assert [curie(f.value) for f in found] == ["MESH:D008168"]


def test_the_gravest_findings_come_first() -> None:
    graph = case(CASES / "abbreviation-form.bad.ttl")
    found = findings(graph, RULES.values(), [Exemption("unused", "ikg:CT", "*", "a reason")])
    assert [f.severity for f in found] == sorted((f.severity for f in found), key=("ERROR", "WARN", "INFO").index)
    assert found == findings(graph, reversed(RULES.values()), [Exemption("unused", "ikg:CT", "*", "a reason")])


def test_a_stale_exemption_is_an_error() -> None:
    row = Exemption("abbreviation-form", "ikg:CT", "*", "there was one")
    (found,) = findings(case(CASES / "abbreviation-form.good.ttl"), [RULES["abbreviation-form"]], [row])
    assert (found.rule, found.severity, found.entity) == (STALE, "ERROR", expand("ikg:CT"))
    assert "abbreviation-form" in found.message
    assert "there was one" in found.message


QUERY = (
    "# No class is odd.\nSELECT DISTINCT ?entity ?property ?value WHERE {\n  GRAPH ?property { ?entity a ?value }\n}\n"
    "ORDER BY ?entity ?property ?value\n"
)
PROFILE = "severity\trule\ttitle\nERROR\todd\tis odd\n"
EXEMPTIONS = "rule\tentity\tvalue\treason\nodd\tikg:CT\t*\tfor now\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    (folder / "rules").mkdir()
    for name, text in ({"odd.rq": QUERY, "profile.tsv": PROFILE, "exemptions.tsv": EXEMPTIONS} | files).items():
        if text:
            (folder / "rules" / name).write_text(text, encoding="utf-8")
    return folder


def test_sound_files_are_read(tmp_path: Path) -> None:
    folder = written(tmp_path, {})
    assert read_rules(folder) == (Rule("odd", "ERROR", "is odd", QUERY),)
    assert read_exemptions(folder, read_rules(folder)) == (Exemption("odd", "ikg:CT", "*", "for now"),)


@pytest.mark.parametrize(
    ("files", "place", "rule"),
    [
        ({"odd.rq": ""}, "profile.tsv:2", "there is no odd.rq"),
        ({"even.rq": QUERY}, "even.rq:1", "no line for even"),
        ({"profile.tsv": ""}, "profile.tsv:1", "exists"),
        ({"profile.tsv": PROFILE.replace("ERROR", "FATAL")}, "profile.tsv:2", "none of ERROR, WARN, INFO"),
        ({"profile.tsv": PROFILE.replace("title", "name")}, "profile.tsv:1", "missing column 'title'"),
        ({"profile.tsv": PROFILE + "WARN\teven\tis even\n", "even.rq": QUERY}, "profile.tsv:1", "sorted"),
        ({"profile.tsv": PROFILE + "WARN\todd\tis odd\n"}, "profile.tsv:3", "there is no odd.rq"),
        ({"odd.rq": QUERY.replace("a ?value", "?value")}, "odd.rq:3", "expected"),
        ({"odd.rq": QUERY.replace("}\n}", "}\n  BIND(1 AS ?value)\n}")}, "odd.rq:6", "expected"),
        ({"odd.rq": QUERY.partition("\n")[2]}, "odd.rq:1", "comment"),
        ({"odd.rq": QUERY.replace(" ?property ?value WHERE", " ?value WHERE")}, "odd.rq:2", "SELECT DISTINCT"),
        ({"odd.rq": "# No class is odd.\nASK { ?entity ?property ?value }\n"}, "odd.rq:2", "SELECT DISTINCT"),
        ({"odd.rq": QUERY.partition("ORDER")[0]}, "odd.rq:2", "ORDER BY"),
        ({"exemptions.tsv": ""}, "exemptions.tsv:1", "exists"),
        ({"exemptions.tsv": EXEMPTIONS.replace("for now", "")}, "exemptions.tsv:2", "no cell may be empty"),
        ({"exemptions.tsv": EXEMPTIONS.replace("odd", "even")}, "exemptions.tsv:2", "no rule 'even'"),
        ({"exemptions.tsv": EXEMPTIONS + "\n"}, "exemptions.tsv:1", "sorted"),
    ],
)
def test_a_malformed_file_is_refused_with_its_place(tmp_path: Path, files: dict[str, str], place: str, rule: str) -> None:
    folder = written(tmp_path, files)
    with pytest.raises(CatalogueError) as caught:
        read_exemptions(folder, read_rules(folder))
    assert f"{Path(caught.value.file).name}:{caught.value.line}" == place
    assert rule in caught.value.rule


def test_a_defect_that_is_put_into_the_ontology_is_found() -> None:
    graph = load_modules(ontology_dir())
    graph.parse(data=f'<{IKG}odd_task> a <{OWL.Class}> ; <{RDFS.label}> "Segmentation "@en .', format="turtle")
    _, taxonomy = read_taxonomy(classified_file(ontology_dir()))
    broken = gate_graph(graph, taxonomy, read_mappings(ontology_dir()), ())
    found = {f.rule for f in findings(broken, RULES.values()) if f.entity == str(IKG.odd_task) and f.severity == "ERROR"}
    assert found == {"class-name", "definition-missing", "facet-missing", "superclass-missing", "word-space"}
