"""The notebooks are committed without outputs and run from the first cell to the last on a real release, offline."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from kg.opened import OpenRelease

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))


def read(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def test_there_is_one_for_each_kind_of_user() -> None:
    assert [p.stem for p in NOTEBOOKS] == ["linking-in", "search-and-fusion", "sparql"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_is_committed_without_outputs(path: Path) -> None:
    notebook = read(path)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_runs(path: Path, release: OpenRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGING_KG_RELEASE", str(release.folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = read(path)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = [o for o in cell.outputs if o.output_type != "error"]
            quiet = cell.source.startswith(("import", "graph.close"))
            assert shown or quiet, cell.source
            assert not any(o.output_type == "stream" and o.name == "stderr" for o in cell.outputs), cell.source
