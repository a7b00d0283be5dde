"""Files of tables, triples in every format, and the commands that write them."""

import csv
import io
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from typer.testing import CliRunner

from kg.cli import app
from kg.errors import MissingExtra, QueryRefused
from kg.export.dumps import DUMPS, Source, dump_named, make_dump, sums_text
from kg.export.table_files import csv_bytes, parquet_bytes, write_sqlite
from kg.export.tables import TABLES, Data, Table
from kg.namespaces import IKG, PREFIXES
from kg.opened import OpenRelease
from kg.store.written import write_triples

RUN = CliRunner()
NONE = cast("Data", None)
ROWS = ((1, "a,b\n“c”", True), (2, None, None), (3, "", False))
TOY = Table("toy", "a toy", {"n": "integer", "text": "text", "yes": "boolean"}, lambda _: ROWS)


def test_csv_says_unknown_by_an_empty_cell() -> None:
    text = csv_bytes(TOY, NONE).decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["n", "text", "yes"],
        ["1", "a,b\n“c”", "true"],
        ["2", "", ""],
        ["3", "", "false"],
    ]


def test_parquet_and_sqlite_tell_unknown_from_empty(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(parquet_bytes(TOY, NONE)))
    assert table.to_pylist() == [dict(zip(TOY.columns, row, strict=True)) for row in ROWS]
    assert pq.read_table(io.BytesIO(parquet_bytes(Table("e", "none", {"x": "text"}, lambda _: ()), NONE))).num_rows == 0
    write_sqlite([TOY], NONE, tmp_path / "toy.sqlite")
    base = sqlite3.connect(tmp_path / "toy.sqlite")
    assert base.execute("SELECT * FROM toy").fetchall() == [(1, "a,b\n“c”", 1), (2, None, None), (3, "", 0)]
    assert base.execute("SELECT row FROM about WHERE name = 'toy'").fetchone() == ("a toy",)
    base.close()


def test_a_missing_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match="'parquet'") as caught:
        parquet_bytes(TOY, NONE)
    assert caught.value.remedy == "pip install 'imaging-kg[parquet]'"


def test_tables_of_the_release_are_rectangular_and_typed(release: OpenRelease) -> None:
    data = Data(release.knowledge, release.records, release.store)
    kinds: dict[str, Any] = {"text": str, "integer": int, "boolean": bool}
    for table in TABLES:
        if table.name == "claims":
            continue  # the slow suite reads them
        count = 0
        for row in table.rows(data):
            count += 1
            assert len(row) == len(table.columns), table.name
            assert all(c is None or type(c) is kinds[k] for c, k in zip(row, table.columns.values(), strict=True)), (
                table.name,
                row,
            )
        assert count, table.name


def test_a_dump_is_whole_or_not_there(tmp_path: Path) -> None:
    from dataclasses import replace

    def broken(source: Source, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    source = Source(tmp_path, lambda: NONE)
    with pytest.raises(OSError, match="disk full"):
        make_dump(replace(DUMPS[0], write=broken), source, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert sums_text(tmp_path) == ""
    assert dump_named("../manifest.json") is None


FORMS = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
iris = st.sampled_from(
    [URIRef(f"{IKG}CT"), URIRef("http://example.org/a/b#c"), URIRef("https://w3id.org/imaging-kg/dataset/x"), IKG.modality]
)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)
literals = st.one_of(
    texts.map(Literal), texts.map(lambda t: Literal(t, lang="en")), st.integers().map(Literal), st.booleans().map(Literal),
    st.just(Literal("2011", datatype=URIRef(f"{PREFIXES['xsd']}gYear"))),
)  # fmt: skip
nodes = st.sampled_from([BNode("a"), BNode("b")])
triples = st.lists(st.tuples(st.one_of(iris, nodes), iris, st.one_of(iris, nodes, literals)), max_size=8)


@given(triples)
def test_triples_are_the_same_in_every_format_whatever_their_order(found: list[tuple[Any, Any, Any]]) -> None:
    wanted = graph_of(found)
    for media, form in FORMS.items():
        body = write_triples(found, media)
        assert body == write_triples(reversed(found), media)
        assert isomorphic(Graph().parse(data=body, format=form), wanted), (media, body)


def graph_of(found: Iterable[tuple[Any, Any, Any]]) -> Graph:
    graph = Graph()
    for triple in found:
        graph.add(triple)
    return graph


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(QueryRefused):
        write_triples([], "image/png")


def test_export_writes_each_form(release_dir: Path, tmp_path: Path) -> None:
    def out(*arguments: str) -> str:
        done = RUN.invoke(app, ["export", *arguments, "--release", str(release_dir)])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "@misc{lidc-idri," in out("bibtex", "LIDC-IDRI")
    assert '"http://mlcommons.org/croissant/1.1"' in out("croissant", "lidc-idri")
    assert "dcat:Distribution" in out("dcat", "lidc-idri")
    assert "ikg:relevantTo" in out("rdf", "lidc-idri")
    assert "void:propertyPartition" in out("void")
    folder = tmp_path / "csl"
    out("csl", "--out", f"{folder}/")
    assert (folder / "lidc-idri.csl.json").is_file()
    assert len(list(folder.iterdir())) > 1000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rdf"], "dumps"),
        (["void", "lidc-idri"], "whole graph"),
        (["dcat", "lidc-idri", "-f", "xlsx"], "xlsx"),
        (["bibtex", "no such set"], "no such set"),
    ],
)
def test_export_says_what_is_wrong(release_dir: Path, arguments: list[str], said: str) -> None:
    done = RUN.invoke(app, ["export", *arguments, "--release", str(release_dir)])
    assert done.exit_code != 0
    assert said in str(done.exception)
