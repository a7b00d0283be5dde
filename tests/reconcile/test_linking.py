"""``imaging-kg link``: a table as people have them, linked; and the tables that cannot be."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

import kg.cli.link as command
from kg.cli import app
from kg.cli.tables import Table, written
from kg.errors import KGError, QuestionError
from kg.opened import OpenRelease
from kg.reconcile.linking import ADDED, STATES, Link, Linker, added, values_of

HERE = Path(__file__).parent
MESSY = HERE / "messy.csv"
Run = Callable[..., Result]


@pytest.fixture
def run(release: OpenRelease, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over the release that is open already."""

    class Kept:
        def __enter__(self) -> SimpleNamespace:
            return SimpleNamespace(knowledge=release.knowledge)

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(command, "open_graph", lambda _: Kept())

    def invoke(*arguments: str, text: bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["link", *arguments], input=text)

    return invoke


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


@pytest.mark.parametrize(
    ("column", "options"), [("modality", ()), ("body part", ("--split", ",;")), ("finding", ("--split", ";"))]
)
def test_a_messy_table_is_linked_as_the_golden_file_says(
    run: Run, update_golden: bool, column: str, options: tuple[str, ...]
) -> None:
    done = run(str(MESSY), "--column", column, *options)
    assert done.exit_code == 0, done.output
    golden = HERE / f"messy-{column.replace(' ', '-')}.csv"
    if update_golden:
        golden.write_bytes(done.stdout_bytes)
    assert done.stdout_bytes == golden.read_bytes()
    told = done.stderr
    found = rows(done.stdout)
    for state in STATES:
        count = sum(
            cell.split(f"{options[1][0]} " if options else "\0").count(state) for cell in (r[f"{column}_match"] for r in found)
        )
        assert f"{count} {state}" in told


def test_the_cells_of_the_table_stay_as_they_were(run: Run) -> None:
    done = run(str(MESSY), "--column", "modality")
    before = rows(MESSY.read_text(encoding="utf-8"))
    after = rows(done.stdout)
    assert [{k: r[k] for k in before[0]} for r in after] == before
    assert set(after[0]) - set(before[0]) == {f"modality_{part}" for part in ADDED}


def test_the_type_is_told_or_read_from_the_heading(run: Run) -> None:
    text = b"x,organ\nlung,lung\n"
    assert rows(run("-", "--column", "organ", text=text).stdout)[0]["organ_label"] == "lung"
    assert rows(run("-", "--column", "x", "--type", "modality", text=text).stdout)[0]["x_match"] == "none"
    assert rows(run("-", "--column", "x", "--type", "any", text=text).stdout)[0]["x_label"] == "lung"
    assert rows(run("-", "--column", "x", "--type", "dataset", text=b"x\nLIDC\n").stdout)[0]["x_label"] == "LIDC-IDRI"


def test_json_tells_every_candidate(run: Run) -> None:
    body = json.loads(run(str(MESSY), "--column", "finding", "--format", "json", "--split", ";").stdout)
    assert (body["column"], body["types"]) == ("finding", ["condition"])
    assert len(body["rows"]) == len(rows(MESSY.read_text(encoding="utf-8")))
    first = body["rows"][0]
    assert first["line"] == 2
    assert first["values"][0]["candidates"][0]["label"] == "glioblastoma"


def test_sssom_holds_what_was_linked_and_nothing_else(run: Run) -> None:
    text = run(str(MESSY), "--column", "finding", "--format", "sssom", "--split", ";").stdout
    head = [line for line in text.splitlines() if line.startswith("#")]
    table = rows("\n".join(line for line in text.splitlines() if not line.startswith("#")), "\t")
    assert "#curie_map:" in head
    linked = {r["finding"] for r in rows(MESSY.read_text(encoding="utf-8"))}
    assert table
    for row in table:
        assert any(row["subject_label"] in cell for cell in linked)
        assert f"#  {row['object_id'].partition(':')[0]}:" in "\n".join(head)
        assert row["predicate_id"] in {"skos:exactMatch", "skos:closeMatch"}
        assert 0.8 <= float(row["confidence"]) <= 1
    assert not {"Various", "n/a"} & {r["subject_label"] for r in table}


def test_a_spreadsheet_gets_back_what_it_wrote(run: Run) -> None:
    done = run("-", "--column", "Organ", text='\ufeffid;Organ\r\n1;Leber\r\n2;\r\n\r\n3;"kidny; lung"\r\n'.encode())
    assert done.stdout_bytes.startswith(b"\xef\xbb\xbfid;Organ;Organ_iri;")
    assert done.stdout_bytes.count(b"\r\n") == 4
    assert [r["Organ_label"] for r in rows(done.stdout, ";")][:2] == ["liver", ""]
    wide = run("-", "--column", "Organ", text="id\tOrgan\n1\tLeber\n".encode("utf-16"))
    assert "liver" in wide.stdout
    latin = "organ\npoumon gauché\nlung\n".encode("latin-1")
    assert run("-", "--column", "organ", "--encoding", "latin-1", text=latin).exit_code == 0


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (b"Modality\nCT\n", ("--column", "modalty"), "Modality"),
        (b"a,a\nCT,CT\n", ("--column", "a"), "2 columns"),
        (b"a\nCT\n", ("--column", "a", "--type", "organs"), "anatomy"),
        (b"a\nCT\n", ("--column", "a", "--format", "xlsx"), "sssom"),
        (b"a\nCT\n", ("--column", "a", "--encoding", "utf-99"), "utf-99"),
        (b"a,a_iri\nCT,x\n", ("--column", "a"), "--prefix"),
        (b"a\n\xff\xfe\xfd\n", ("--column", "a"), "--encoding"),
        (b"a,b\nCT,x\nCT,x,y\n", ("--column", "a"), "line 3 has 3 cells"),
        (b"", ("--column", "a"), "empty"),
        (b"\n\n", ("--column", "a"), "empty"),
        (b"a\nCT\n", ("--column", "a", "--out", "no/such/folder/x.csv"), "no folder"),
    ],
)
def test_what_cannot_be_linked_is_told_with_its_remedy(run: Run, text: bytes, options: tuple[str, ...], words: str) -> None:
    done = run("-", *options, text=text)
    assert isinstance(done.exception, QuestionError)
    assert words in str(done.exception)
    assert done.stdout == ""


def test_a_folder_and_a_missing_file_are_no_tables(run: Run, tmp_path: Path) -> None:
    assert isinstance(run(str(tmp_path), "--column", "a").exception, QuestionError)
    assert isinstance(run(str(tmp_path / "none.csv"), "--column", "a").exception, FileNotFoundError)


def test_nothing_is_half_written(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "out.csv"
    kept.write_text("as it was")
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n" + "CT,x\n" * 1000 + "CT,x,y\n")
    assert isinstance(run(str(bad), "--column", "a", "--type", "modality", "--out", str(kept)).exception, QuestionError)
    assert kept.read_text() == "as it was"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.csv", "out.csv"]
    good = tmp_path / "good.csv"
    good.write_text("a\nCT\n")
    assert run(str(good), "--column", "a", "--type", "modality", "--out", str(kept)).exit_code == 0
    assert "computed tomography" in kept.read_text()
    assert run(str(good), "--column", "a", "--type", "modality", "--out", str(good)).exit_code == 0  # over itself
    assert rows(good.read_text())[0]["a_label"] == "computed tomography"


def test_the_real_command_exits_as_its_kind_does(release_dir: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("Modality\nMRT\n")
    base = [
        sys.executable,
        "-c",
        "from kg.cli import main; main()",
        "link",
        str(table),
        "--release",
        str(release_dir),
        "--column",
    ]
    done = subprocess.run([*base, "Modality"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "magnetic resonance imaging" in done.stdout
    assert "1 value as modality: 1 exact" in done.stderr
    wrong = subprocess.run([*base, "Modalty"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Modality" in wrong.stderr


def test_states(release: OpenRelease) -> None:
    link = Linker(release.knowledge, ("dataset",)).link
    assert link("LIDC").state == "exact"
    assert link("KiTS 2019").state == "likely"
    assert link("BraTS").state == "ambiguous"
    assert link("nothing of ours whatever").state == "none"
    assert link("").state == ""
    strict = Linker(release.knowledge, ("dataset",), 99)
    assert strict.link("KiTS 2019").state == "none"
    assert strict.link("KiTS 2019").others[0].name == "KiTS19"


@given(st.lists(st.text(alphabet="abc ;,", max_size=8), max_size=6), st.sampled_from(["", ";", ",;"]))
def test_values_are_the_cell_cut_and_nothing_else(parts: list[str], separators: str) -> None:
    cell = ";".join(parts)
    values = values_of(cell, separators)
    assert values
    assert not any(s in v for v in values for s in separators)
    assert separators or values == (cell,)


def test_positions_are_kept(release: OpenRelease) -> None:
    linker = Linker(release.knowledge, ("anatomy",))
    links = [linker.link(t) for t in ("lung", "qqqq", "liver")]
    assert added(links, "; ")[1] == "lung; ; liver"
    assert added([Link("", "")], "") == [""] * len(ADDED)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_a_table(data: bytes) -> None:
    with suppress(KGError):  # told, and nothing else than that
        table = Table("bytes", io.BytesIO(data), "utf-8", len(data))
        for _, row in table.rows():
            assert len(row) == len(table.header)


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with written(tmp_path / "x.csv") as file:
            file.write("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
