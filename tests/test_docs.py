"""The documents say what is so: commands, settings, decisions, versions."""

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from kg.catalogue.tables import TABLES
from kg.cli import app
from kg.version import __version__
from service.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_runs_exactly_the_two_commands_of_the_readme() -> None:
    first, second = re.findall(r"```sh\n(python3 -m venv .*|\.venv/bin/pip install -q --group test .*)\n```", README)
    script = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert first in script
    assert second in script


def test_every_command_is_named_somewhere() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") + (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]  # the root command is a group
        assert f"imaging-kg {name}" in text or f"`{name}`" in text, name


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["catalogue", "--help"], ["ontology", "--help"]])
def test_help_is_there(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"IMAGING_KG_{name.upper()}" in text


def test_every_table_is_described() -> None:
    text = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    for table in TABLES:
        assert f"`{table.name}.tsv`" in text
        for column in table.columns:
            assert f"`{column}`" in text


def test_decisions_are_numbered_and_have_their_parts() -> None:
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [f.name[:4] for f in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    for file in files:
        text = file.read_text(encoding="utf-8")
        for part in ("Status:", "## Context", "## Decision", "## Consequences"):
            assert part in text, (file.name, part)


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_machine_path_in_the_repository() -> None:
    hidden = re.compile(r"(?<![\w/])/(?:work|root|tmp|home/\w+)/")
    for folder in ("kg", "service", "docs", "ontology/modules", "queries"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".md", ".ttl", ".rq", ".html"}:
                assert not hidden.search(path.read_text(encoding="utf-8")), path
