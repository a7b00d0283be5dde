"""The table format: what is written is read back, one content has one text, and a bad row is named exactly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.catalogue.tables import (
    CLAIMS,
    CURATED,
    DATASETS,
    IDENTITY,
    LINKS,
    OVERRIDES,
    RELATION_KINDS,
    RELATIONS,
    SERIES,
    SOURCES,
    TABLES,
    UNLINKED,
    Catalogue,
    Source,
    load,
)
from kg.catalogue.tsv import Table, replace_file
from kg.errors import CatalogueError
from kg.model import (
    Claim,
    Confidence,
    Curated,
    DatasetRow,
    Flag,
    LinkDecision,
    Override,
    Relation,
    Retired,
    RowIdentity,
    Series,
    Status,
    Unlinked,
)

# Any text that a source cell can hold after its white space was squeezed.
cell = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda t: " ".join(t.split()))
word = cell.filter(bool)
item = word.filter(lambda t: "|" not in t)
slug = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,4})?", fullmatch=True)
number = st.integers(0, 10**6)
year = st.sampled_from(("", "1999", "2024"))
page = st.sampled_from(("", "http://a.org", "https://b.org/?x=ü"))
reading = st.one_of(
    st.just(("", "")),
    st.tuples(st.sampled_from(("modality", "title")), word),
    st.just(("issued", "2019")),
    st.just(("extent", "5 image exact")),
    st.just(("labelled", "false")),
)

ROWS: dict[str, st.SearchStrategy[Any]] = {
    "datasets": st.builds(DatasetRow, slug, word, st.lists(item, max_size=3).map(tuple), page, year),
    "claims": st.builds(
        lambda d, s, n, f, raw, read, status, note: Claim(d, s, n, f, raw, read[0], read[1], status, note),
        slug, word, number, word, cell, reading, st.sampled_from(Status), cell,
    ),
    "identity": st.builds(RowIdentity, word, number, slug, word),
    "relations": st.builds(Relation, slug, st.sampled_from(RELATION_KINDS), slug, cell, word, st.sampled_from(Confidence)),
    "series": st.builds(Series, slug, word, cell),
    "overrides": st.builds(
        Override, word, number, word, cell, st.lists(item, max_size=3).map(tuple), st.sampled_from(Flag), word, cell
    ),
    "curated": st.builds(Curated, slug, st.sampled_from(("modality", "alias")), word, cell, word, cell),
    "links": st.builds(LinkDecision, word, word, st.one_of(slug, st.just("-")), word),
    "retired": st.builds(Retired, slug, st.one_of(slug, st.just("-")), word),
    "unlinked": st.builds(Unlinked, word, number, cell, word, st.lists(item, max_size=3).map(tuple)),
    "sources": st.builds(Source, word, cell, cell, cell, cell, number, cell, cell),
}  # fmt: skip
tables = st.sampled_from(TABLES)
table_and_rows = tables.flatmap(lambda t: st.tuples(st.just(t), st.lists(ROWS[t.name], max_size=6, unique_by=t.key)))

GOOD: dict[str, list[str]] = {
    "datasets": ["lits", "LiTS", "Liver Tumor Segmentation", "https://lits.org", "2017"],
    "claims": ["lits", "imaging-x", "3", "modality", "CT", "modality", "ikg:CT", "read", ""],
    "identity": ["imaging-x", "3", "lits", "single"],
    "relations": ["lits", "partOf", "flare", "all of its cases", "the paper", "high"],
    "series": ["brats", "BraTS", "https://www.synapse.org/brats"],
    "overrides": ["imaging-x", "3", "task", "Reg", "ikg:ImageRegistration", "reading", "it aligns images", ""],
    "curated": ["lits", "modality", "ikg:CT", "computed tomography", "the paper says so", "https://doi.org/x"],
    "links": ["idc", "LiTS", "lits", "the same cases"],
    "retired": ["lits-2017", "lits", "renamed"],
    "unlinked": ["idc", "7", "LiTS-like", "no dataset comes near it", "lits 0.4|chaos 0.2"],
    "sources": ["imaging-x", "The survey", "1", "MIT", "https://x.org", "4", "ab", "2026-11-24"],
}


def written(table: Table[Any], folder: Path, *rows: list[str]) -> Path:
    path = table.path(folder)
    path.write_text("".join("\t".join(r) + "\n" for r in (list(table.columns), *rows)), encoding="utf-8", newline="\n")
    return path


@given(table_and_rows)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, case: tuple[Table[Any], list[Any]]) -> None:
    table, rows = case
    folder = tmp_path_factory.mktemp("round-trip")
    table.write(folder, rows)
    assert table.read(folder) == tuple(sorted(rows, key=table.key))


@given(table_and_rows, st.randoms())
def test_the_text_knows_neither_order_nor_repetition(case: tuple[Table[Any], list[Any]], random: Any) -> None:
    table, rows = case
    shuffled = [*rows, *rows[:2]]
    random.shuffle(shuffled)
    assert table.text(shuffled) == table.text(rows)


@given(table_and_rows)
def test_canonical_text_is_its_own_canonical_text(
    tmp_path_factory: pytest.TempPathFactory, case: tuple[Table[Any], list[Any]]
) -> None:
    table, rows = case
    folder = tmp_path_factory.mktemp("canonical")
    text = table.write(folder, rows).read_bytes()
    assert table.write(folder, table.read(folder)).read_bytes() == text


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_the_examples_of_good_rows_are_good(table: Table[Any], tmp_path: Path) -> None:
    written(table, tmp_path, GOOD[table.name])
    (row,) = table.read(tmp_path)
    assert list(table.cells(row)) == GOOD[table.name]


@pytest.mark.parametrize(
    ("table", "column", "value", "field", "rule"),
    [
        (DATASETS, "id", "LiTS", "id", "no slug"),
        (DATASETS, "id", "a--b", "id", "no slug"),
        (DATASETS, "id", "", "id", "no slug"),
        (DATASETS, "name", "", "name", "must not be empty"),
        (DATASETS, "homepage", "lits.org", "homepage", "no http(s) address"),
        (DATASETS, "homepage", "ftp://lits.org", "homepage", "no http(s) address"),
        (DATASETS, "year", "17", "year", "no year"),
        (DATASETS, "year", "2017-05", "year", "no year"),
        (CLAIMS, "dataset", "Li TS", "dataset", "no slug"),
        (CLAIMS, "source", "", "source", "must not be empty"),
        (CLAIMS, "record", "-1", "record", "no number"),
        (CLAIMS, "record", "3.0", "record", "no number"),
        (CLAIMS, "record", "٣", "record", "no number"),
        (CLAIMS, "field", "", "field", "must not be empty"),
        (CLAIMS, "status", "surmised", "status", "none of read"),
        (CLAIMS, "value", "", "value", "stand together"),
        (CLAIMS, "property", "", "value", "stand together"),
        (IDENTITY, "record", "three", "record", "no number"),
        (IDENTITY, "dataset", "", "dataset", "no slug"),
        (IDENTITY, "rule", "", "rule", "must not be empty"),
        (RELATIONS, "relation", "isLike", "relation", "none of derivedFrom"),
        (RELATIONS, "other", "FLARE", "other", "no slug"),
        (RELATIONS, "evidence", "", "evidence", "must not be empty"),
        (OVERRIDES, "record", "", "record", "no number"),
        (OVERRIDES, "field", "", "field", "must not be empty"),
        (OVERRIDES, "reason", "", "reason", "must not be empty"),
        (OVERRIDES, "flag", "odd", "flag", "none of reading"),
        (RELATIONS, "confidence", "", "confidence", "none of high"),
        (CURATED, "reason", "", "reason", "must not be empty"),
        (CURATED, "value", "", "value", "must not be empty"),
        (CURATED, "property", "", "property", "must not be empty"),
        (LINKS, "dataset", "LiTS", "dataset", "no slug"),
        (LINKS, "reason", "", "reason", "must not be empty"),
        (UNLINKED, "reason", "", "reason", "must not be empty"),
        (SERIES, "name", "", "name", "must not be empty"),
        (SOURCES, "name", "", "name", "must not be empty"),
        (SOURCES, "records", "many", "records", "no number"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, table: Table[Any], *, column: str, value: str, field: str, rule: str) -> None:
    bad = list(GOOD[table.name])
    bad[table.columns.index(column)] = value
    path = written(table, tmp_path, GOOD[table.name], bad)
    with pytest.raises(CatalogueError) as caught:
        table.read(tmp_path)
    assert (caught.value.file, caught.value.line, caught.value.field) == (str(path), 3, field)
    assert rule in caught.value.rule
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("extent", "5"),
        ("extent", "5 image roughly"),
        ("extent", "many image exact"),
        ("extent", "0 image exact"),
        ("labelled", "yes"),
        ("issued", "17"),
        ("landingPage", "lits.org"),
        ("byteSize", "2 GB"),
        ("subjects", "12"),
    ],
)
def test_a_literal_that_the_graph_reads_again_keeps_its_form(prop: str, value: str, tmp_path: Path) -> None:
    row = list(GOOD["claims"])
    row[5:7] = prop, value
    written(CLAIMS, tmp_path, row)
    with pytest.raises(CatalogueError, match=f"no value of {prop}") as caught:
        CLAIMS.read(tmp_path)
    assert caught.value.field == "value"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda cells: cells[:-1], "are wanted"),
        (lambda cells: [*cells, "more"], "are wanted"),
        (lambda cells: [cells[0] + " ", *cells[1:]], "no white space at either end"),
    ],
    ids=["too few cells", "too many cells", "white space"],
)
def test_the_form_of_a_row(table: Table[Any], spoil: Callable[[list[str]], list[str]], rule: str, tmp_path: Path) -> None:
    path = written(table, tmp_path, spoil(GOOD[table.name]))
    with pytest.raises(CatalogueError) as caught:
        table.read(tmp_path)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert rule in caught.value.rule


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_missing_column_is_named(table: Table[Any], tmp_path: Path) -> None:
    table.path(tmp_path).write_text("\t".join(table.columns[1:]) + "\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        table.read(tmp_path)
    assert (caught.value.line, caught.value.field) == (1, "header")
    assert repr(table.columns[0]) in caught.value.rule


def test_columns_in_another_order_are_refused(tmp_path: Path) -> None:
    IDENTITY.path(tmp_path).write_text("\t".join(reversed(IDENTITY.columns)) + "\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="the columns are source, record, dataset, rule"):
        IDENTITY.read(tmp_path)


def test_bytes_that_are_no_text_are_named_by_their_line(tmp_path: Path) -> None:
    path = written(IDENTITY, tmp_path, GOOD["identity"])
    path.write_bytes(path.read_bytes() + b"imaging-x\t4\tlits\t\xff\n")
    with pytest.raises(CatalogueError, match="UTF-8") as caught:
        IDENTITY.read(tmp_path)
    assert caught.value.line == 3


def test_foreign_line_ends_are_seen(tmp_path: Path) -> None:
    path = written(IDENTITY, tmp_path, GOOD["identity"])
    path.write_bytes(path.read_bytes().replace(b"single\n", b"single\r\n"))
    with pytest.raises(CatalogueError, match="no white space at either end") as caught:
        IDENTITY.read(tmp_path)
    assert (caught.value.line, caught.value.field) == (2, "rule")


@pytest.mark.parametrize(
    "row",
    [
        DatasetRow("a", "one\ttwo"),
        DatasetRow("a", "one\ntwo"),
        DatasetRow("a", " padded"),
        DatasetRow("a", "A", ("one|two",)),
        DatasetRow("a", ""),
        DatasetRow("a", "A", year="20"),
    ],
)
def test_a_row_that_would_be_read_as_another_is_not_written(row: DatasetRow, tmp_path: Path) -> None:
    path = DATASETS.write(tmp_path, [DatasetRow("b", "B")])
    before = path.read_bytes()
    with pytest.raises(CatalogueError) as caught:
        DATASETS.write(tmp_path, [row])
    assert (Path(caught.value.file).name, caught.value.line) == ("datasets.tsv", 2)
    assert path.read_bytes() == before


def test_a_file_is_replaced_whole_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "table.tsv"
    replace_file(path, "old\n")
    replace_file(path, "ünïcode\n")
    assert path.read_bytes() == "ünïcode\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["table.tsv"]


def test_a_catalogue_is_all_of_its_tables(tmp_path: Path) -> None:
    assert load(tmp_path) == Catalogue()
    for table in TABLES:
        written(table, tmp_path, GOOD[table.name])
    found = load(tmp_path)
    assert found.datasets[0].aliases == ("Liver Tumor Segmentation",)
    assert found.claims[0].status is Status.READ
    assert found.overrides[0].values == ("ikg:ImageRegistration",)
    assert found.sources[0].records == 4
    assert (found.identity[0].dataset, found.relations[0].other) == ("lits", "flare")
