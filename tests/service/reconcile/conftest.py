"""Asking both versions, every answer held against a schema of its version."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from jsonschema import Draft202012Validator

HERE = Path(__file__).parent
Hold = Callable[[Any, str, str], Any]
Good = Callable[[httpx.Response, str, str], Any]


@pytest.fixture(scope="session")
def schemas() -> dict[str, Any]:
    """The schemas by version, written for these tests from the specifications."""
    return {v: json.loads((HERE / f"schemas-{v}.json").read_text(encoding="utf-8")) for v in ("0.2", "1.0-draft")}


@pytest.fixture(scope="session")
def hold(schemas: dict[str, Any]) -> Hold:
    """Gives back a body that the schema of a version allows."""

    def held(body: Any, version: str, part: str) -> Any:
        schema = schemas[version] | {"$ref": f"#/$defs/{part}"}
        faults = [f"{e.json_path}: {e.message}" for e in Draft202012Validator(schema).iter_errors(body)]
        assert not faults, faults
        return body

    return held


@pytest.fixture(scope="session")
def good(hold: Hold) -> Good:
    """Gives back the body of an answer that is one."""

    def checked(answer: httpx.Response, version: str, part: str) -> Any:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/json")
        return hold(answer.json(), version, part)

    return checked


@pytest.fixture(scope="session")
def match_02(client: httpx.Client, good: Good) -> Callable[[Any], Any]:
    """Sends a batch of version 0.2."""

    def match(batch: Any) -> Any:
        return good(client.post("/reconcile", data={"queries": json.dumps(batch)}), "0.2", "result-batch")

    return match


@pytest.fixture(scope="session")
def match_10(client: httpx.Client, good: Good) -> Callable[[list[Any]], list[Any]]:
    """Sends a batch of version 1.0-draft."""

    def match(queries: list[Any]) -> list[Any]:
        results: list[Any] = good(client.post("/reconcile/v1/match", json={"queries": queries}), "1.0-draft", "result-batch")[
            "results"
        ]
        assert len(results) == len(queries)
        return results

    return match


@pytest.fixture(scope="session")
def named() -> Callable[..., dict[str, Any]]:
    """Makes a query of version 1.0-draft."""

    def query(text: Any, kind: str | None = None, *more: dict[str, Any], **fields: Any) -> dict[str, Any]:
        conditions = [{"matchType": "name", "propertyValue": text}, *({"matchType": "property", **m} for m in more)]
        return {"conditions": conditions, **({"type": kind} if kind else {}), **fields}

    return query
