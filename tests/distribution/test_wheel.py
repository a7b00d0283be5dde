"""The wheel alone, in a fresh virtual environment, from another folder, does what the checkout does."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (found,) = out.glob("*.whl")
    return found


def test_the_wheel_holds_the_data_and_no_strange_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"kg", "service"}
    for wanted in (
        "kg/py.typed", "kg/catalogue/tables/claims.tsv", "kg/_data/ontology/modules/core.ttl",
        "kg/_data/ontology/classified/taxonomy.tsv", "kg/_data/ontology/shapes/dataset.ttl", "kg/_data/queries/prefixes.ttl",
        "service/templates/home.html", "service/static/vendor/swagger-ui-bundle.js",
    ):  # fmt: skip
        assert wanted in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    here = {p.relative_to(ROOT / "ontology/modules").as_posix() for p in (ROOT / "ontology/modules").glob("*.ttl")}
    assert {n.removeprefix("kg/_data/ontology/modules/") for n in names if "_data/ontology/modules/" in n} == here


def test_installed_alone_it_builds_the_same_release_and_answers(wheel: Path, tmp_path: Path, release_dir: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    python = venv / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_", "IMAGING_KG"))}

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [str(venv / "bin" / "imaging-kg"), *arguments],
            cwd=elsewhere, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    command("build", "--out", "release")
    built = elsewhere / "release" / (elsewhere / "release" / "CURRENT").read_text().strip()
    ours = release_dir / (release_dir / "CURRENT").read_text().strip()
    assert (built / "graph.nq.gz").read_bytes() == (ours / "graph.nq.gz").read_bytes()
    body = json.loads(command("search", "renal CT", "--limit", "100", "--json", "--release", "release"))
    assert "kits19" in {hit["id"] for hit in body["strict"]}
    assert len(command("catalogue", "records").splitlines()) == 1151
    command("catalogue", "lint", "--check")
    command("explain", "UPENN-GBM", "head", "--release", "release")
    subprocess.run(
        [str(python), "-c", "from service.app import create_app; create_app()"], cwd=elsewhere, env=environment, check=True
    )
