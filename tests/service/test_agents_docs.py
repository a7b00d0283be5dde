"""docs/mcp.md and docs/library.md say what is so, and the service runs without the extra."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastmcp import Client

import service.app
from kg.client import Release
from kg.client.connect import _opened
from kg.opened import OpenRelease
from service.app import create_app
from service.mcp.backing import Backing
from service.mcp.server import make_server
from service.settings import Settings

ROOT = Path(__file__).parents[2]
MCP = (ROOT / "docs/mcp.md").read_text(encoding="utf-8")
LIBRARY = (ROOT / "docs/library.md").read_text(encoding="utf-8")


def test_the_table_of_tools_is_that_of_the_server(release: OpenRelease) -> None:
    server = make_server(Backing(lambda: release, lambda *_: b""))

    async def listed() -> dict[str, list[str]]:
        async with Client(server) as client:
            return {t.name: list(t.input_schema["properties"]) for t in await client.list_tools()}

    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", MCP, re.MULTILINE)
    assert {name: re.findall(r"`(\w+)`", arguments) for name, arguments in rows} == asyncio.run(listed())


def test_every_method_is_in_the_table_of_the_library() -> None:
    table = "\n".join(line for line in LIBRARY.splitlines() if line.startswith("| `"))
    public = {n for n, v in vars(Release).items() if not n.startswith("_") and callable(v)} - {"close"}
    assert {n for n in public if f"`{n}(" not in table} == set()


def test_the_code_of_the_page_runs(release: OpenRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGING_KG_RELEASE", str(release.folder))
    _opened.cache_clear()
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", LIBRARY, re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block.replace("with kg.connect() as graph:", "if graph := kg.connect():"), "docs/library.md", "exec"), names)  # noqa: S102
    assert names["frame"] is not None
    _opened.cache_clear()


def paths(app: object) -> set[str]:
    return {str(getattr(route, "path", "")) for route in app.router.routes}  # type: ignore[attr-defined]


def test_without_the_extra_there_is_no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "/mcp" in paths(create_app(Settings()))
    assert "/mcp" not in paths(create_app(Settings(mcp=False)))
    monkeypatch.setattr(service.app, "find_spec", lambda _: None)
    assert "/mcp" not in paths(create_app(Settings()))


def test_the_command_names_the_extra_that_is_missing() -> None:
    code = "import sys; sys.modules['fastmcp'] = None; from kg.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "mcp"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "pip install 'imaging-kg[mcp]'" in done.stderr
