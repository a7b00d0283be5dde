"""The command line, as its user meets it: what it prints, where, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kg.cli.profile_options import OPTIONS
from kg.fusion.choose import CHOICES
from kg.fusion.parsing import CONSTRAINTS, KEYS


def run(*arguments: str, release: Path | None = None, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from kg.cli import main; main()", *arguments]
    command += ["--release", str(release)] if release else []
    return subprocess.run(command, capture_output=True, text=True, input=text, check=False, cwd=Path("/"))


def test_search_prints_the_reading_and_the_hits(release_dir: Path) -> None:
    done = run("search", "GBM MRI", release=release_dir)
    assert done.returncode == 0
    assert "GBM → glioblastoma" in done.stdout
    assert "gbm" in done.stdout
    assert "datasets match" in done.stdout


def test_json_is_the_body_of_the_api(release_dir: Path) -> None:
    body = json.loads(run("search", "renal CT", "--json", release=release_dir).stdout)
    assert {"query", "total", "strict", "near", "sparql", "page"} == set(body)
    assert {"id", "iri", "name", "score", "reasons"} <= set(body["strict"][0])
    assert all(hit["missing"] for hit in body["near"])


def test_fuse_answers_from_seeds_and_from_a_profile(release_dir: Path, tmp_path: Path) -> None:
    seeds = json.loads(run("fuse", "LiTS", "KiTS19", "--json", release=release_dir).stdout)
    assert {"members", "excluded", "set", "sparql"} <= set(seeds)
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"modality": ["CT"], "anatomy": ["UBERON:0002113"]}))
    asked = json.loads(run("fuse", "--profile", str(profile), "--json", release=release_dir).stdout)
    assert {m["verdict"] for m in asked["members"]} >= {"compatible"}


def test_labels_tells_what_each_dataset_needs(release_dir: Path) -> None:
    done = run("labels", "KiTS19", "AMOS22", "a091105", "--to", "kidney", release=release_dir)
    assert done.returncode == 0
    assert "merge left kidney and right kidney into kidney" in done.stdout
    assert "its labels are unknown" in done.stdout
    body = json.loads(run("labels", "LiTS", "AMOS22", "--json", release=release_dir).stdout)
    assert [c["label"] for c in body["shared"]] == ["liver"]
    assert run("labels", "LiTS", "--to", "frobnicate", release=release_dir).returncode == 2
    assert "lesion-in-organ" in run("why-not", "LiTS", "BTCV Abdomen", release=release_dir).stdout


def test_the_options_make_the_profile(release_dir: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"modality": ["MRI"], "constraints": {"since": 2015, "until": 2020}}))
    options = (
        "--modality",
        "CT",
        "--expression",
        "kidney and not MRI",
        "--min-size",
        "10",
        "--unit",
        "patient",
        "--since",
        "2018",
    )
    choice = ("--one-per-family", "--balance", "modality", "--max-datasets", "3", "--storage-gb", "900")
    done = run("fuse", "--profile", str(profile), *options, *choice, "--labelled", "--json", release=release_dir)
    found = json.loads(done.stdout)["profile"]["editable"]
    assert found.pop("expression") == "('relevant to' some kidney) and (not (modality some 'magnetic resonance imaging'))"
    assert found == {
        "modality": ["https://w3id.org/imaging-kg/ontology/CT"],
        "constraints": {"since": 2018, "until": 2020, "minimumSize": 10, "minimumUnit": "patient", "labelled": True},
        "choose": {"onePerFamily": True, "balance": "modality", "maximumDatasets": 3, "storageBudgetGB": 900.0},
    }


def test_every_key_of_a_profile_has_an_option() -> None:
    keys = {(o.part, o.key) for o in OPTIONS}
    assert {k for part, k in keys if part == "constraints"} == set(CONSTRAINTS)
    assert {k for part, k in keys if part == "choose"} == set(CHOICES)
    assert {k for part, k in keys if not part} == set(KEYS) - {"constraints", "choose"}


def test_fuse_prints_steps_conflicts_and_what_a_rule_became(release_dir: Path, tmp_path: Path) -> None:
    steps = run("fuse", "--modality", "CT", "--anatomy", "kidney", "--task", "detection", release=release_dir).stdout
    assert "draw boxes around the masks: image segmentation labels yield object detection labels" in steps
    empty = run("fuse", "--modality", "dermoscopy", "--anatomy", "kidney", release=release_dir).stdout
    assert "no dataset can fit" in empty
    assert "meet modality dermoscopy" in empty
    assert "meet anatomy kidney" in empty
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps({"modalities": ["CT"], "modality": 1, "prefer_labeled": True}))
    told = run("fuse", "--rules", str(rule), release=release_dir).stdout
    assert "rules.modality is no field of a rule and does nothing, did you mean rules.modalities?" in told
    assert "rules.prefer_labeled true: labelled datasets are taken first" in told
    why = run("why-not", "DeepLesion", "--expression", "CT and segmentation", release=release_dir).stdout
    assert "would fit without 'serves task' some 'image segmentation'" in why


def test_plan_prints_writes_and_is_reproduced(release_dir: Path, tmp_path: Path) -> None:
    shown = run("plan", "LiTS", "KiTS19", release=release_dir)
    assert shown.returncode == 0
    assert "test side" in shown.stdout
    target = tmp_path / "plan.json"
    done = run("plan", "LiTS", "KiTS19", "--out", str(target), release=release_dir)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(run("plan", "LiTS", "KiTS19", "--json", release=release_dir).stdout) == json.loads(target.read_bytes())
    assert run("plan", "LiTS", "KiTS19", "--format", "csv", release=release_dir).stdout.startswith("id,name,iri,")
    fused = tmp_path / "fused.json"
    assert run("fuse", "LiTS", "KiTS19", "--plan", str(fused), release=release_dir).returncode == 0
    assert fused.read_bytes() == target.read_bytes()
    again = run("plan", "--reproduce", str(fused), release=release_dir)
    assert again.returncode == 0
    assert "it is the same" in again.stderr


def test_a_plan_that_is_not_the_same_says_what_differs(release_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    run("plan", "LiTS", "KiTS19", "--out", str(path), release=release_dir)
    body = json.loads(path.read_text(encoding="utf-8"))
    old = f"{'0' * 16}-{body['id'].rpartition('-')[2]}"
    gone = {**body, "id": old, "release": "0" * 16, "members": body["members"][1:]}
    path.write_text(json.dumps(gone), encoding="utf-8")
    done = run("plan", "--reproduce", str(path), release=release_dir)
    assert done.returncode == 1
    assert f"made from release {'0' * 16}" in done.stderr
    assert f"{body['members'][0]['name']} is a new member" in done.stderr
    problem = {"status": 409, "plan": old, "release": "0" * 16, "question": body["question"]}
    path.write_text(json.dumps(problem), encoding="utf-8")
    assert run("plan", "--reproduce", str(path), release=release_dir).returncode == 1
    path.write_text(json.dumps({**problem, "plan": body["id"]}), encoding="utf-8")
    assert run("plan", "--reproduce", str(path), release=release_dir).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "LiTS", "--alpha", "2"),
        ("plan", "LiTS", "--format", "pdf"),
        ("plan", "LiTS", "--reproduce", "/plan.json"),
        ("plan", "--reproduce", "{empty}"),
        ("fuse", "--mdfp", "{empty}", "--plan", "x.json"),
    ],
)
def test_a_bad_plan_question_is_a_usage_error(arguments: tuple[str, ...], release_dir: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_text("{}", encoding="utf-8")
    done = run(*(a.format(empty=empty) for a in arguments), release=release_dir)
    assert done.returncode == 2
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_query_reads_standard_input_and_writes_each_format(release_dir: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?d a <https://w3id.org/imaging-kg/ontology/ImagingDataset> }"
    csv = run("query", "-", "--format", "csv", release=release_dir, text=count)
    assert csv.stdout.split()[0] == "n"
    table = run("query", "-", release=release_dir, text=count)
    assert csv.stdout.split()[1] in table.stdout
    short = run("query", "-", release=release_dir, text="ASK { ?d a ikg:ImagingDataset ; dcterms:title ?t }")
    assert (short.returncode, short.stdout.strip()) == (0, "yes"), short.stderr
    graph = run("query", "-", release=release_dir, text="CONSTRUCT { <urn:a> <urn:b> 1 } WHERE {}")
    assert "<urn:a> <urn:b> 1 ." in graph.stdout


def test_show_and_explain_name_the_claims(release_dir: Path) -> None:
    shown = run("show", "LIDC-IDRI", release=release_dir)
    assert "computed tomography" in shown.stdout
    why = run("explain", "BraTS 2020", "head", release=release_dir)
    assert why.returncode == 0
    assert "brain is part of head" in why.stdout
    assert "claim: " in why.stdout


def test_explain_says_no_with_exit_code_1(release_dir: Path) -> None:
    done = run("explain", "UPENN-GBM", "kidney", release=release_dir)
    assert done.returncode == 1
    assert "has no" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "text", "words"),
    [
        (("fuse", "--anatomy", "kidnoy"), "", "kidney"),
        (("fuse", "LIDC-IDRY"), "", "LIDC-IDRI"),
        (("fuse",), "", "seed"),
        (("fuse", "--expression", "CT adn MRI"), "", "line 1, column 4"),
        (("fuse", "--rules", "/no/such/rule.json"), "", "/no/such/rule.json"),
        (("show", "no such dataset at all"), "", "no such dataset at all"),
        (("query", "-"), "SELECT * { ?s ?p }", "line 1"),
        (("query", "-"), "DROP ALL", "read-only"),
        (("query", "-"), "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        (("query", "/no/such/file.rq"), "", "/no/such/file.rq"),
    ],
)
def test_a_wrong_question_is_exit_code_2_and_one_sentence(
    release_dir: Path, arguments: tuple[str, ...], text: str, words: str
) -> None:
    done = run(*arguments, release=release_dir, text=text)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_no_release_says_how_to_build_one(tmp_path: Path) -> None:
    done = run("search", "CT", release=tmp_path)
    assert done.returncode == 1
    assert "imaging-kg build" in done.stderr


def test_a_malformed_catalogue_row_is_named(tmp_path: Path) -> None:
    (tmp_path / "datasets.tsv").write_text("id\tname\taliases\thomepage\tyear\nGood Name\tx\t\t\t\n")
    done = run("catalogue", "lint", "--check", "--catalogue", str(tmp_path))
    assert done.returncode == 1
    assert "datasets.tsv:2: id:" in done.stderr
    assert "Traceback" not in done.stderr


def test_records_prints_a_line_for_each_source_record() -> None:
    lines = [json.loads(line) for line in run("catalogue", "records", "--source", "imaging-x").stdout.splitlines()]
    assert [line["row"] for line in lines] == list(range(1151))
    assert set(lines[0]) == {"row", "dataset", "name", "modality", "anatomy", "task", "condition", "flags"}
    flagged = {line["name"]: {flag["field"] for flag in line["flags"]} for line in lines if line["flags"]}
    assert "diseases" in flagged["CheXpert"]  # a chest radiograph shows no diabetic retinopathy
    assert any("contradiction" in flag["reason"] for line in lines for flag in line["flags"])


def test_importing_a_file_of_the_wrong_shape_names_the_column(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('[{"name": "x", "section": "y"}]')
    done = run("import", "imaging-x", str(wrong), "--catalogue", str(tmp_path / "tables"))
    assert done.returncode == 1
    assert "url" in done.stderr
    assert "Traceback" not in done.stderr


def test_import_gives_the_same_tables_from_json_and_markdown(tmp_path: Path) -> None:
    row = {
        "section": "CT Datasets",
        "name": "Toy",
        "url": "https://example.org/toy",
        "year": "2020",
        "dim": "2D",
        "modality": "CT",
    }
    row |= {"structure": "Lung", "samples": "10", "task": "Seg", "diseases": "Lung cancer"}
    (tmp_path / "a.json").write_text(json.dumps([row | {"label": True}]))
    header = "| # | Dataset | Year | Dim | Modality | Structure | Images | Label | Task | Diseases |\n" + "|---" * 10 + "|\n"
    cells = "| 1 | [Toy](https://example.org/toy) | 2020 | 2D | CT | Lung | 10 | Yes | Seg | Lung cancer |\n"
    (tmp_path / "a.md").write_text("### CT Datasets\n\n" + header + cells)
    empty = tmp_path / "empty"
    found = []
    for name in ("a.json", "a.md"):
        folder = tmp_path / f"{name}.tables"
        empty.mkdir(exist_ok=True)
        folder.mkdir()
        assert run("import", "imaging-x", str(tmp_path / name), "--catalogue", str(folder)).returncode == 0
        found.append((folder / "claims.tsv").read_text())
    assert found[0] == found[1]
    assert "UBERON:0002048" in found[0]
