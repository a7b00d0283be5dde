"""The commands that give account of the catalogue: where a fact comes from, what happened when, counts, and what is wrong with a description."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kg.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path("/"))


def test_provenance_names_source_record_and_reason(release_dir: Path) -> None:
    done = run("provenance", "KiTS19", "--property", "licence", "--release", release_dir)
    assert done.returncode == 0
    first, receipt = done.stdout.splitlines()[:2]
    assert first == "licence: Creative Commons Attribution 3.0  asserted"
    assert "source/idc/" in receipt
    assert "not asserted (sources differ" in done.stdout
    body = json.loads(run("provenance", "KiTS19", "--json", "--release", release_dir).stdout)
    assert {f["state"] for f in body["facts"]} >= {"asserted", "inferred"}
    assert run("provenance", "no such set", "--release", release_dir).returncode == 2


def test_history_is_in_order_of_time(release_dir: Path) -> None:
    done = run("history", "BraTS 2021", "--release", release_dir)
    assert done.returncode == 0
    dated = [line.split("  ")[0] for line in done.stdout.splitlines() if line[:2] == "20"]
    assert dated == sorted(dated)
    assert "undated  its id was brats2021" in done.stdout


def test_stats_is_a_table(release_dir: Path) -> None:
    done = run("stats", "modality", "task", "--of", "kidney", "--row-limit", "3", "--column-limit", "3", "--release", release_dir)
    rows = list(csv.reader(done.stdout.splitlines()))
    assert [r[0] for r in rows][-2:] == ["unknown", "total"]
    assert len({len(r) for r in rows}) == 1
    assert run("stats", "colour", "--release", release_dir).returncode == 2


@pytest.mark.parametrize(("year", "status"), [('"2021"^^xsd:gYear', 0), ('"last year"', 1)])
def test_validate_says_what_is_wrong_and_what_to_do(tmp_path: Path, year: str, status: int) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text(
        f"""PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        <urn:mine> a ikg:ImagingDataset ; dcterms:identifier "mine" ; dcterms:title "Mine" ; dcterms:issued {year} ."""
    )
    done = run("validate", file)
    assert done.returncode == status, done.stdout
    assert ("xsd:gYear of four digits" in done.stdout) is bool(status)
    assert run("validate", tmp_path / "mine.docx").returncode == 2
