"""The SSSOM tables: read with the file's own prefixes, and refused with the place of the fault."""

from pathlib import Path

import pytest
from rdflib import SKOS

from kg.catalogue.mappings import COLUMNS, Mapping, read_mappings
from kg.errors import CatalogueError
from kg.namespaces import IKG
from kg.resources import ontology_dir
from kg.terms.modules import concepts_of, load_modules

HEAD = "#curie_map:\n#  MADEUP: http://made.up/\n#mapping_set_id: x\n"
GOOD = ["ikg:CT", "computed tomography", "skos:exactMatch", "MADEUP:7", "Tomography", "semapv:ManualMappingCuration"]


def table(folder: Path, *rows: list[str], head: str = HEAD, name: str = "one") -> Path:
    path = folder / "mappings" / f"{name}.sssom.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + "".join("\t".join(r) + "\n" for r in (list(COLUMNS), *rows)), encoding="utf-8")
    return path


def test_a_mapping_is_read_into_iris(tmp_path: Path) -> None:
    table(tmp_path, GOOD)
    assert read_mappings(tmp_path) == (Mapping(str(IKG.CT), str(SKOS.exactMatch), "http://made.up/7", "Tomography"),)


def test_all_files_are_read_in_order_each_mapping_once(tmp_path: Path) -> None:
    later = ["ikg:MRI", "", "skos:closeMatch", "RADLEX:RID10312", "", "x"]
    table(tmp_path, later, GOOD, name="b")
    table(tmp_path, GOOD, name="a")
    found = read_mappings(tmp_path)
    assert [m.subject for m in found] == [str(IKG.CT), str(IKG.MRI)]
    assert found[1].object.startswith("http://radlex.org/RID/")


def test_no_folder_is_no_mapping(tmp_path: Path) -> None:
    assert read_mappings(tmp_path) == ()


@pytest.mark.parametrize(
    ("place", "value", "field", "rule"),
    [
        (0, "CT", "curie", "'CT' has no declared prefix"),
        (0, "ikg:", "curie", "'ikg:' has no declared prefix"),
        (3, "NOWHERE:7", "curie", "'NOWHERE:7' has no declared prefix"),
        (2, "owl:sameAs", "predicate_id", "'owl:sameAs' is none of skos:exactMatch"),
        (2, "", "predicate_id", "'' is none of"),
    ],
)
def test_a_bad_cell_is_named(place: int, value: str, field: str, rule: str, tmp_path: Path) -> None:
    bad = [*GOOD]
    bad[place] = value
    path = table(tmp_path, GOOD, bad)
    with pytest.raises(CatalogueError) as caught:
        read_mappings(tmp_path)
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), 6, field)
    assert rule in caught.value.rule


def test_a_row_of_another_width_is_named(tmp_path: Path) -> None:
    table(tmp_path, GOOD[:-1])
    with pytest.raises(CatalogueError, match="5 cells where 6 are wanted") as caught:
        read_mappings(tmp_path)
    assert caught.value.line == 5


@pytest.mark.parametrize("text", ["", HEAD, HEAD + "subject_id\tobject_id\n"])
def test_a_table_without_its_header_is_refused(text: str, tmp_path: Path) -> None:
    path = table(tmp_path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="the columns are subject_id") as caught:
        read_mappings(tmp_path)
    assert caught.value.line == text.count("#") + 1


def test_the_committed_mappings_start_from_concepts_of_the_ontology() -> None:
    concepts = concepts_of(load_modules(ontology_dir()))
    found = read_mappings(ontology_dir())
    assert len(found) > 1000
    assert sorted({m.subject for m in found} - set(concepts)) == []
    exact: dict[str, set[str]] = {}
    for m in found:
        if m.predicate == str(SKOS.exactMatch):
            exact.setdefault(m.object, set()).add(m.subject)
    assert {o: s for o, s in exact.items() if len(s) > 1} == {}, "one foreign concept means exactly two of ours"
