"""The SSSOM tables: read with the file's own prefixes, and refused with the place of the fault."""

from pathlib import Path

import pytest
from rdflib import SKOS

from kg.catalogue.mappings import (
    COLUMNS,
    NO_TERM,
    Mapping,
    canonical,
    check_mappings,
    mapping_files,
    read_mappings,
    read_table,
)
from kg.catalogue.policy import facts_of
from kg.catalogue.tables import load
from kg.errors import CatalogueError
from kg.namespaces import IKG, PREFIXES, curie, expand
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.modules import concepts_of, load_modules

HEAD = "#curie_map:\n#  MADEUP: http://made.up/\n#mapping_set_id: x\n"
GOOD = [
    "ikg:CT", "computed tomography", "skos:exactMatch", "MADEUP:7", "Tomography", "semapv:ManualMappingCuration", "0.9",
    "a curator", "", "1.0", "",
]  # fmt: skip
LABELS = {str(IKG.CT): "computed tomography", str(IKG.MRI): "magnetic resonance imaging"}


def changed(**cells: str) -> list[str]:
    row = [*GOOD]
    for name, value in cells.items():
        row[COLUMNS.index(name)] = value
    return row


def table(folder: Path, *rows: list[str], head: str = HEAD, name: str = "one") -> Path:
    path = folder / "mappings" / f"{name}.sssom.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + "".join("\t".join(r) + "\n" for r in (list(COLUMNS), *rows)), encoding="utf-8")
    return path


def test_a_mapping_is_read_into_iris(tmp_path: Path) -> None:
    table(tmp_path, GOOD)
    whole = Mapping(
        str(IKG.CT),
        str(SKOS.exactMatch),
        "http://made.up/7",
        "Tomography",
        "semapv:ManualMappingCuration",
        0.9,
        "a curator",
        "1.0",
    )
    assert read_mappings(tmp_path) == (whole,)


def test_all_files_are_read_in_order_each_mapping_once(tmp_path: Path) -> None:
    later = changed(subject_id="ikg:MRI", object_id="RADLEX:RID10312")
    table(tmp_path, later, GOOD, name="b")
    table(tmp_path, GOOD, name="a")
    found = read_mappings(tmp_path)
    assert [m.subject for m in found] == [str(IKG.CT), str(IKG.MRI)]
    assert found[1].object.startswith("http://radlex.org/RID/")


def test_a_search_that_found_no_term_is_a_row_and_no_mapping(tmp_path: Path) -> None:
    path = table(tmp_path, changed(object_id=NO_TERM, object_label=""))
    assert read_mappings(tmp_path) == ()
    assert len(read_table(path)) == 1


def test_no_folder_is_no_mapping(tmp_path: Path) -> None:
    assert read_mappings(tmp_path) == ()


@pytest.mark.parametrize(
    ("cells", "field", "rule"),
    [
        ({"subject_id": "CT"}, "curie", "'CT' has no declared prefix"),
        ({"subject_id": "ikg:"}, "curie", "'ikg:' has no declared prefix"),
        ({"object_id": "NOWHERE:7"}, "curie", "'NOWHERE:7' has no declared prefix"),
        ({"predicate_id": "owl:sameAs"}, "predicate_id", "'owl:sameAs' is none of skos:exactMatch"),
        ({"predicate_id": ""}, "predicate_id", "'' is none of"),
        ({"mapping_justification": "because"}, "mapping_justification", "'because' is none of"),
        ({"confidence": "high"}, "confidence", "'high' is no number"),
        ({"confidence": "0"}, "confidence", "'0' is no number above 0"),
        ({"confidence": "1.5"}, "confidence", "'1.5' is no number"),
        ({"confidence": "nan"}, "confidence", "'nan' is no number"),
        ({"author_label": ""}, "author_label", "neither an author nor a tool"),
        ({"object_source_version": ""}, "object_source_version", "is missing"),
        ({}, "row", "stands twice"),
    ],
)
def test_a_bad_cell_is_named(cells: dict[str, str], field: str, rule: str, tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, changed(**cells))
    with pytest.raises(CatalogueError) as caught:
        read_mappings(tmp_path)
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), 6, field)
    assert rule in caught.value.rule


def test_a_row_of_another_width_is_named(tmp_path: Path) -> None:
    table(tmp_path, GOOD[:-1])
    with pytest.raises(CatalogueError, match="10 cells where 11 are wanted") as caught:
        read_mappings(tmp_path)
    assert caught.value.line == 5


@pytest.mark.parametrize("text", ["", HEAD, HEAD + "subject_id\tobject_id\n"])
def test_a_table_without_its_header_is_refused(text: str, tmp_path: Path) -> None:
    path = table(tmp_path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="the columns are subject_id") as caught:
        read_mappings(tmp_path)
    assert caught.value.line == text.count("#") + 1


@pytest.mark.parametrize(
    ("cells", "field", "rule"),
    [
        ({"subject_id": "ikg:Gone"}, "subject_id", "ikg:Gone is no concept of the ontology"),
        ({"subject_label": "CAT"}, "subject_label", "is called 'computed tomography', not 'CAT'"),
        ({"object_id": "MADEUP:8"}, "object_id", "two exact matches, MADEUP:7 and MADEUP:8"),
        ({"subject_id": "ikg:MRI", "subject_label": LABELS[str(IKG.MRI)]}, "object_id", "exact match of ikg:CT too"),
    ],
)
def test_a_mapping_that_the_ontology_does_not_bear_is_named(cells: dict[str, str], field: str, rule: str, tmp_path: Path) -> None:
    path = table(tmp_path, GOOD, changed(**cells))
    with pytest.raises(CatalogueError) as caught:
        check_mappings(tmp_path, LABELS)
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), 6, field)
    assert rule in caught.value.rule


def test_sound_tables_pass(tmp_path: Path) -> None:
    near = changed(object_id="MADEUP:8", predicate_id="skos:closeMatch")
    table(tmp_path, GOOD, near, changed(subject_id="ikg:MRI", subject_label=LABELS[str(IKG.MRI)], object_id=NO_TERM))
    check_mappings(tmp_path, LABELS)


def test_the_canonical_form_is_sorted_and_stays(tmp_path: Path) -> None:
    path = table(tmp_path, changed(subject_id="ikg:MRI"), GOOD, GOOD)
    text = canonical(path.read_text(encoding="utf-8"))
    assert [line.split("\t")[0] for line in text.splitlines()[-2:]] == ["ikg:CT", "ikg:MRI"]
    assert text.startswith(HEAD)
    assert canonical(text) == text


def test_the_committed_tables_are_canonical_and_borne_by_the_ontology() -> None:
    labels = {iri: c.label for iri, c in concepts_of(load_modules(ontology_dir())).items()}
    check_mappings(ontology_dir(), labels)
    for path in mapping_files(ontology_dir()):
        text = path.read_text(encoding="utf-8")
        assert text == canonical(text), f"{path.name}: run imaging-kg ontology mappings"
        assert "#mapping_set_version:" in text
        assert "#license:" in text
    assert {"snomed", "radlex", "dicom", "fma", "ncit", "mesh", "doid", "edam", "roadmap"} <= {
        p.name.partition(".")[0] for p in mapping_files(ontology_dir())
    }


def linked(target: str) -> set[str]:
    return {curie(m.subject) for m in read_mappings(ontology_dir()) if m.object.startswith(PREFIXES[target])}


@pytest.mark.parametrize(
    ("facet", "target", "least"), [("anatomy", "SNOMEDCT", 0.95), ("anatomy", "RADLEX", 0.95), ("condition", "SNOMEDCT", 0.85)]
)
def test_what_the_catalogue_uses_is_linked(facet: str, target: str, least: float) -> None:
    """Each use counts: the share of (dataset, concept) pairs whose concept has a link into the target."""
    uses = [v for f in facts_of(load(catalogue_dir())) for v in f.concepts.get(facet, ())]
    assert len(uses) > 500
    have = linked(target)
    assert sum(v in have for v in uses) / len(uses) >= least


def test_a_curator_has_decided_every_modality_region_and_task() -> None:
    """A link, or a row that says that the target was searched and has none."""
    searched: dict[str, set[str]] = {}
    for path in mapping_files(ontology_dir()):
        searched[path.name.partition(".")[0]] = {row[0] for row in read_table(path)}
    concepts = concepts_of(load_modules(ontology_dir()))
    wanted = {"modality": ("dicom", "snomed", "radlex"), "anatomy": ("snomed", "radlex"), "task": ("edam", "roadmap")}
    for facet, targets in wanted.items():
        for target in targets:
            missing = {curie(i) for i, c in concepts.items() if c.facet == facet and "ikg:" in curie(i)} - searched[target]
            assert missing == set(), target
    assert expand("ikg:CT") in concepts
