"""The tools for agents, driven by a real client of the protocol: over HTTP against the real server, and over stdio."""

import asyncio
import json
import os
import sys
import typing
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from kg.licence import USES
from kg.opened import OpenRelease
from service.mcp import asking
from service.mcp.backing import Backing
from service.mcp.server import make_server

ROOT = Path(__file__).parents[2]
IKG = "PREFIX ikg: <https://w3id.org/imaging-kg/ontology/> "
TOOLS = {"search", "get", "compare", "fuse", "why_not", "licence", "sparql", "schema", "examples"}
Call = tuple[str, dict[str, Any]]

GOOD: dict[str, Call] = {
    "search": ("search", {"question": "renal CT segmentation since 2018", "limit": 2}),
    "search, empty": ("search", {"question": "purple kidney unicorn MRI since 2024"}),
    "search, counted": (
        "search",
        {"question": "kidney", "limit": 1, "fields": ["year"], "facets": ["modality"], "sort": "-year"},
    ),
    "get": ("get", {"name": "KiTS19", "inferred": True}),
    "get a concept": ("get", {"name": "RADLEX:RID205"}),
    "compare": ("compare", {"datasets": ["LiTS", "KiTS19", "MSD07-Pancreas"]}),
    "fuse": ("fuse", {"seeds": ["LiTS", "KiTS19"], "limit": 3}),
    "fuse, words": (
        "fuse",
        {
            "modality": ["CT"],
            "anatomy": ["liver"],
            "constraints": {"labelled": True},
            "receipts": False,
            "limit": 2,
            "choose": {"maximumDatasets": 1},
        },
    ),
    "why not": ("why_not", {"dataset": "NLST", "seeds": ["LiTS"]}),
    "licence": ("licence", {"datasets": ["LiTS", "KiTS19"], "use": "commercial-model"}),
    "sparql": ("sparql", {"query": IKG + "SELECT ?d { ?d a ikg:ImagingDataset } ORDER BY ?d", "limit": 3}),
    "sparql, typo": ("sparql", {"query": IKG + "SELECT ?d { ?d ikg:hasModality ikg:ComputedTomography }"}),
    "sparql, supplied": ("sparql", {"query": "SELECT ?d { ?d ikg:hasModality ikg:ComputedTomography }"}),
    "sparql, path": ("sparql", {"query": "PREFIX ikg: <https://w3id.org/imaging-kg/dataset/> SELECT ?d { ?d a/ikg:nosuch ?o }"}),
    "sparql, ask": ("sparql", {"query": "ASK { ?s ?p ?o }"}),
    "sparql, graph": ("sparql", {"query": IKG + "CONSTRUCT WHERE { ?d ikg:relabels ?o }", "limit": 2}),
    "schema": ("schema", {}),
    "schema, part": ("schema", {"topic": "prefixes"}),
    "examples": ("examples", {"words": "leakage subjects"}),
    "example": ("examples", {"id": "cq014-leakage-between-datasets"}),
}
BAD: dict[str, tuple[Call, str, str]] = {  # the call, the kind of error, what its answer must hold
    "dataset": (("compare", {"datasets": ["LiTS", "KiTS"]}), "unknown-dataset", "KiTS19"),
    "name": (("get", {"name": "kidnei"}), "unknown-name", "kidney"),
    "dataset only": (("get", {"name": "kidney", "kind": "dataset"}), "unknown-dataset", "search"),
    "concept": (("fuse", {"modality": ["CTT"]}), "unknown-concept", "computed tomography"),
    "nothing": (("fuse", {}), "profile", "give seeds"),
    "constraint": (("fuse", {"modality": ["CT"], "constraints": {"size": 3}}), "profile", "minimumSize"),
    "expression": (("fuse", {"expression": "CT and (kidney"}), "expression", "column"),
    "once": (("compare", {"datasets": ["LiTS", "lits"]}), "question", "already"),
    "field": (("search", {"question": "CT", "fields": ["colour"]}), "question", "extent"),
    "syntax": (("sparql", {"query": "SELECT * { ?s nowhere:modality ?o }"}), "query-syntax", "column 15"),
    "update": (("sparql", {"query": "DROP ALL"}), "query-refused", "read-only"),
    "federation": (("sparql", {"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}), "query-refused", "SERVICE"),
    "slow": (
        ("sparql", {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "timeout": 0.5}),
        "query-timeout", "0.5",
    ),
    "example": (("examples", {"id": "cq014"}), "unknown-example", "cq014-leakage-between-datasets"),
    "use": (("licence", {"datasets": ["LiTS"], "use": "world-domination"}), "invalid-arguments", "private-training"),
    "missing": (("get", {}), "invalid-arguments", "name"),
    "foreign": (("get", {"name": "LiTS", "colour": 1}), "invalid-arguments", "colour"),
    "range": (("search", {"question": "CT", "limit": 0}), "invalid-arguments", "greater than or equal to 1"),
    "type": (("compare", {"datasets": "LiTS"}), "invalid-arguments", "list"),
}  # fmt: skip


def talk(client: Client[Any], what: Callable[[Client[Any]], Awaitable[Any]]) -> Any:
    async def session() -> Any:
        async with client:
            return await what(client)

    return asyncio.run(session())


def told(result: Any) -> Any:
    """What the model reads."""
    return json.loads(result.content[0].text)


async def answers(client: Client[Any]) -> dict[str, Any]:
    """Every call's outcome: is it an error, its text and its structure."""
    calls = GOOD | {f"bad {name}": call for name, (call, _, _) in BAD.items()}
    found = {}
    for name, (tool, arguments) in calls.items():
        result = await client.call_tool(tool, arguments, raise_on_error=False)
        assert told(result) == result.structured_content, name
        found[name] = (result.is_error, result.structured_content)
    return found


@pytest.fixture(scope="session")
def over_http(address: str) -> dict[str, Any]:
    found: dict[str, Any] = talk(Client(f"{address}/mcp"), answers)
    return found


@pytest.mark.parametrize("name", GOOD)
def test_every_good_call_is_answered(over_http: dict[str, Any], name: str, release: OpenRelease) -> None:
    is_error, body = over_http[name]
    assert not is_error, body
    assert body["release"] == release.manifest.id
    assert len(json.dumps(body)) < 30_000  # compact: an agent pays for what it reads


@pytest.mark.parametrize("name", BAD)
def test_every_error_says_what_was_wrong_and_what_to_do(over_http: dict[str, Any], name: str) -> None:
    is_error, body = over_http[f"bad {name}"]
    _, kind, holds = BAD[name]
    assert is_error
    assert body["error"] == kind
    assert body["detail"]
    assert body["remedy"]
    assert holds in json.dumps(body, ensure_ascii=False)
    assert "Traceback" not in json.dumps(body)
    assert "pydantic" not in json.dumps(body)


def test_answers_carry_receipts(over_http: dict[str, Any]) -> None:
    facts = over_http["get"][1]["facts"]
    kidney = next(f for f in facts["anatomy"] if f["label"] == "kidney")
    assert {"source", "field", "said", "claim"} == set(kidney["claims"][0])
    assert kidney["claims"][0]["claim"].startswith("https://w3id.org/imaging-kg/source/")
    member = over_http["fuse"][1]["members"][0]
    assert any(r["triples"] and r["axioms"] for r in member["receipts"])
    first, second = over_http["fuse, words"][1]["members"]
    assert "receipts" not in first
    assert "left_out" not in first
    assert second["left_out"]
    assert over_http["licence"][1]["verdict"] == "no"
    assert "Not legal advice" in over_http["licence"][1]["notice"]


def test_a_cut_answer_says_so(over_http: dict[str, Any], release: OpenRelease) -> None:
    body = over_http["sparql"][1]
    assert body["truncated"]
    assert body["total"] == release.manifest.counts["datasets"]
    assert body["note"].startswith(f"3 of {body['total']} rows")
    assert over_http["sparql, graph"][1]["truncated"]
    assert not over_http["examples"][1]["truncated"]


def test_an_empty_answer_names_the_terms_that_nobody_uses(over_http: dict[str, Any]) -> None:
    for call in ("sparql, typo", "sparql, supplied"):  # the prefix declared, and supplied
        found = {t["term"]: t["did_you_mean"] for t in over_http[call][1]["unknown_terms"]}
        assert found.keys() == {"ikg:hasModality", "ikg:ComputedTomography"}
        assert found["ikg:hasModality"][0] == "ikg:modality"
        assert "ikg:CT" in found["ikg:ComputedTomography"]
    # A declaration of the writer's own wins, and the steps of a path count.
    assert [t["term"] for t in over_http["sparql, path"][1]["unknown_terms"]] == ["ikgd:nosuch"]


def test_the_unknown_terms_are_those_of_the_explanation(over_http: dict[str, Any], client: httpx.Client) -> None:
    for call in ("sparql, typo", "sparql, supplied", "sparql, path"):
        told = client.get("/sparql/explain", params={"query": GOOD[call][1]["query"]}).json()["unknown_terms"]
        assert {t["term"] for t in over_http[call][1]["unknown_terms"]} == {t["curie"] for t in told}, call


def test_what_is_common_is_told_by_meaning(over_http: dict[str, Any]) -> None:
    rows = {r["property"]: r for r in over_http["compare"][1]["rows"]}
    assert rows["anatomy"]["state"] == "common"
    assert "ikg:AbdominalOrgan abdominal organ" in rows["anatomy"]["common"]
    assert rows["licence"]["unknown_of"] == ["lits"]


def test_the_schema_is_enough_to_write_a_query(over_http: dict[str, Any], address: str) -> None:
    """Every property that it lists, with the example that it gives, finds a dataset."""
    schema = over_http["schema"][1]
    prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in schema["prefixes"].items())
    properties = schema["properties"]["of_datasets"]
    assert {"ikg:modality", "ikg:anatomy", "dcterms:title"} <= {p["property"] for p in properties}
    wanted = [p for p in properties if p["example"].startswith(("ikg:", "UBERON:", "MONDO:"))]
    asked = [f"{prefixes}SELECT ?d {{ ?d {p['property']} {p['example']} }} LIMIT 1" for p in wanted]

    async def ask(client: Client[Any]) -> list[int]:
        return [(await client.call_tool("sparql", {"query": q})).structured_content["total"] for q in asked]  # type: ignore[index]

    assert len(asked) > 10
    assert talk(Client(f"{address}/mcp"), ask) == [1] * len(asked)


def test_every_example_runs_as_a_tool(address: str) -> None:
    async def run(client: Client[Any]) -> None:
        listed = (await client.call_tool("examples", {"limit": 100})).structured_content
        assert listed is not None
        assert listed["total"] >= 42
        for example in listed["examples"][::6]:
            query = (await client.call_tool("examples", {"id": example["id"]})).structured_content
            assert query is not None
            found = (await client.call_tool("sparql", {"query": query["query"]})).structured_content
            assert found is not None
            assert found["columns"] == query["columns"]
            assert found["rows"]

    talk(Client(f"{address}/mcp"), run)


def test_the_tools_describe_themselves(address: str) -> None:
    async def listed(client: Client[Any]) -> Any:
        return await client.list_tools(), client.instructions

    tools, instructions = talk(Client(f"{address}/mcp"), listed)
    assert {t.name for t in tools} == TOOLS
    for tool in tools:
        assert len(tool.description) > 150
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        for name, argument in tool.input_schema["properties"].items():
            assert argument.get("description"), (tool.name, name)
    assert all(f"`{name}`" in instructions for name in TOOLS)
    assert typing.get_args(asking.Use) == tuple(USES)


def test_resources(address: str, release: OpenRelease) -> None:
    async def read(client: Client[Any]) -> Any:
        templates = {t.uri_template for t in await client.list_resource_templates()}
        one = json.loads((await client.read_resource("imaging-kg://dataset/lits"))[0].text)  # type: ignore[union-attr]
        other = json.loads((await client.read_resource("imaging-kg://concept/UBERON:0002113"))[0].text)  # type: ignore[union-attr]
        for absent, near in (("dataset/litss", "LiTS"), ("concept/kidnei", "kidney")):
            with pytest.raises(MCPError, match="Did you mean") as caught:
                await client.read_resource(f"imaging-kg://{absent}")
            assert caught.value.error.code == INVALID_PARAMS  # what the protocol says of a resource that is not there
            assert near in caught.value.error.data["did_you_mean"]
        return templates, one, other

    templates, one, other = talk(Client(f"{address}/mcp"), read)
    assert templates == {"imaging-kg://dataset/{name}", "imaging-kg://concept/{name}"}
    assert one == release.show("lits")
    assert other["label"] == "kidney"


@pytest.mark.slow
def test_stdio_answers_as_http_does(over_http: dict[str, Any], release_dir: Path, tmp_path: Path) -> None:
    start = "from kg.cli import main; main()"
    log = tmp_path / "stderr"
    transport = StdioTransport(
        sys.executable, ["-c", start, "mcp", "--release", str(release_dir)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, keep_alive=False, log_file=log,
    )  # fmt: skip
    assert talk(Client(transport), answers) == over_http
    assert "Traceback" not in log.read_text(encoding="utf-8")


HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}  # fmt: skip
KINDS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "evil.example:8000"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:3000"}, 200),
    ],
)
def test_a_rebound_name_reaches_nothing(address: str, headers: dict[str, str], status: int) -> None:
    """Transports, Security Warning: servers MUST validate the Origin header; the Host tells a rebound name from ours."""
    assert httpx.post(f"{address}/mcp", json=HELLO, headers=KINDS | headers).status_code == status


def test_its_answers_carry_the_headers_of_the_service(address: str, release: OpenRelease) -> None:
    found = httpx.post(f"{address}/mcp", json=HELLO, headers=KINDS)
    assert found.headers["X-Data-Release"] == release.manifest.id
    assert found.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("method", "body", "kinds"),
    [
        ("POST", b"{", KINDS),
        ("POST", b"[]", KINDS),
        ("POST", b'{"jsonrpc": "2.0", "id": 1, "method": "nonesuch"}', KINDS),
        ("POST", b"\xff\xfe", KINDS),
        ("POST", b"", KINDS),
        ("POST", b"{}", {"Content-Type": "text/plain"}),
        ("DELETE", b"", KINDS),
        ("GET", b"", {"Accept": "text/event-stream"}),
        ("GET", b"", {"Accept": "text/html"}),
        ("PUT", b"{}", KINDS),
    ],
)
def test_malformed_requests_are_refused_at_once(address: str, method: str, body: bytes, kinds: dict[str, str]) -> None:
    found = httpx.request(method, f"{address}/mcp", content=body, headers=kinds, timeout=10)
    assert found.status_code < 500
    assert found.status_code != 200 or "error" in found.json()


def backing_of(release: OpenRelease) -> Backing:
    return Backing(lambda: release, lambda query, kind, _: release.store.serialise(query, kind))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**19) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
ARGUMENTS = st.sampled_from(
    ["question", "name", "datasets", "dataset", "seeds", "modality", "anatomy", "expression", "constraints", "use", "query", "id",
     "words", "topic", "limit", "near", "fields", "facets", "cursor", "timeout", "kind"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tool=st.sampled_from(sorted(TOOLS)), arguments=st.dictionaries(ARGUMENTS, JSON, max_size=4))
def test_odd_input_never_breaks_a_session(release: OpenRelease, tool: str, arguments: dict[str, Any]) -> None:
    async def ask(client: Client[Any]) -> None:
        odd = await client.call_tool(tool, arguments, raise_on_error=False)
        body = told(odd)
        assert body.get("error") != "internal", body
        assert not odd.is_error or body["remedy"]
        good = await client.call_tool("get", {"name": "lits"})
        assert good.structured_content is not None
        assert good.structured_content["id"] == "lits"

    talk(Client(make_server(backing_of(release))), ask)


def test_what_breaks_on_our_side_is_not_told_to_the_world(release: OpenRelease, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> OpenRelease:
        raise RuntimeError("a path on our machine")

    async def ask(client: Client[Any]) -> Any:
        return await client.call_tool("get", {"name": "lits"}, raise_on_error=False)

    found = talk(Client(make_server(Backing(broken, lambda *_: b""))), ask)
    assert found.is_error
    assert found.structured_content["error"] == "internal"
    assert "our machine" not in json.dumps(found.structured_content)
    assert "a path on our machine" in caplog.text
