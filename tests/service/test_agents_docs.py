"""docs/mcp.md and docs/library.md say what is so, and the service runs without the extra."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastmcp import Client

import service.app
from kg.client import Release
from kg.client.connect import _opened
from kg.opened import OpenRelease
from service.app import create_app
from service.mcp.backing import Backing
from service.mcp.http import mount
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


def test_the_code_of_the_page_runs_as_it_stands(release: OpenRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGING_KG_RELEASE", str(release.folder))
    _opened.cache_clear()
    names: dict[str, object] = {}
    blocks = re.findall(r"```python\n(.*?)```", LIBRARY, re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block, "docs/library.md", "exec"), names)  # noqa: S102
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


def test_the_protocol_is_loaded_by_the_first_question() -> None:
    """The library of the protocol takes most of a second to load: a service that no agent asks does not wait for it."""
    code = "import sys; from service.app import create_app as c; from service.settings import Settings as S; c(S()); "
    code += "sys.exit('fastmcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_it_answers_to_the_names_that_are_set(release: OpenRelease) -> None:
    app = FastAPI()
    app.state.settings = Settings()
    running = mount(app, Backing(lambda: release, lambda *_: b""), ["graph.example.org", " "])
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
    }  # fmt: skip

    async def ask() -> list[int]:
        found = []
        kinds = {"Accept": "application/json, text/event-stream"}
        async with running, httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            for headers in (
                {"Host": "graph.example.org", "Origin": "https://graph.example.org"},
                {"Host": "other.example.org"},
                {"Host": "graph.example.org", "Origin": "https://other.example.org"},
            ):
                found.append((await client.post("/mcp", json=hello, headers=kinds | headers)).status_code)
        return found

    assert asyncio.run(ask()) == [200, 421, 403]


def test_what_cannot_be_made_is_an_error_each_time_and_ends_all_the_same() -> None:
    app = FastAPI()
    app.state.settings = Settings()

    def broken() -> OpenRelease:
        raise RuntimeError

    running = mount(app, Backing(broken, lambda *_: b""))
    (inside,) = [r.app for r in app.router.routes if getattr(r, "path", "") == "/mcp"]  # type: ignore[attr-defined]
    inside._make = broken

    async def ask() -> None:
        async with running, httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            for _ in range(2):
                with pytest.raises(RuntimeError):
                    await client.post("/mcp", json={})

    asyncio.run(ask())
