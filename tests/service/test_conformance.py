"""H6: the OpenAPI document is valid and whole; whatever is merged into the application is held to it, since the tests walk its routes."""

from typing import Any

import httpx2 as httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.app import create_app
from service.problems import MEDIA_TYPE
from service.settings import Settings

APP = create_app(Settings())
DOCUMENT: dict[str, Any] = APP.openapi()
OPERATIONS = [
    (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method in {"get", "post", "put", "patch", "delete"}
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_h6_the_document_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(DOCUMENT).validate()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_h6_every_operation_says_what_it_does_and_how_it_ends(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    responses: dict[str, Any] = operation["responses"]
    assert all(told["description"] for told in responses.values())
    fine = {status: told for status, told in responses.items() if status < "400"}
    assert fine
    for status, told in fine.items():
        assert told.get("content") or told.get("headers") or status in {"204", "206"}, f"{status} says neither what nor where"
    failing = {status: told for status, told in responses.items() if status >= "400"}
    assert "503" in failing
    for told in failing.values():
        assert told["content"][MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
    if operation.get("parameters"):
        assert failing.keys() & {"422", "400", "404"}
    if "requestBody" in operation:
        assert failing.keys() >= {"400", "413", "415", "422"}
    if "security" in operation:
        assert "401" in failing
    assert all(p.get("description") or p["in"] == "path" for p in operation.get("parameters", [])), "parameters say what they are"


def test_h6_no_route_is_forgotten() -> None:
    """What is not in the document is another method or name of what is, or a page that is no part of the API."""
    listed = {path for _, path, _ in OPERATIONS}
    unlisted = set()
    for context in iter_route_contexts(APP.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and not route.include_in_schema:
            path = context.path or ""
            stem = path.partition(".{suffix}")[0].rstrip("/")
            if stem not in listed and path.replace(":path", "") not in listed:
                unlisted.add(path)
    assert unlisted == {
        "/docs", "/datasets", "/robots.txt", "/opensearch.xml", "/llms.txt", "/.well-known/security.txt", "/graph/examples.{suffix}",
        "/dumps", "/dumps/latest", "/dumps/latest/",
    }  # fmt: skip


def exemplified(parameter: dict[str, Any]) -> bool:
    return "examples" in parameter or "examples" in parameter.get("schema", {})


def example(parameter: dict[str, Any]) -> Any:
    """The first example of a parameter, or its default; None for neither."""
    for told in parameter.get("examples", {}).values():
        return told["value"]
    schema = parameter.get("schema", {})
    return schema.get("examples", [schema.get("default")])[0]


@pytest.mark.parametrize(
    ("path", "operation"), [(p, o) for m, p, o in OPERATIONS if m == "get"], ids=[p for m, p, _ in OPERATIONS if m == "get"]
)
def test_h6_the_examples_of_parameters_run(path: str, operation: dict[str, Any], client: httpx.Client) -> None:
    given = {(p["in"], p["name"]): example(p) for p in operation.get("parameters", []) if p.get("required") or exemplified(p)}
    missing = [name for (_, name), value in given.items() if value is None]
    if path in WITHOUT_EXAMPLES:
        pytest.skip(WITHOUT_EXAMPLES[path])
    assert not missing, f"{missing} need an example"
    address = path
    for (place, name), value in given.items():
        if place == "path":
            address = address.replace(f"{{{name}}}", str(value))
    answer = client.get(address, params={name: v for (place, name), v in given.items() if place == "query"})
    assert answer.status_code < 400, answer.text
    assert str(answer.status_code) in operation["responses"]


WITHOUT_EXAMPLES = {
    "/v1/fusion/plans/{plan}": "a plan's id belongs to one release; test_plans_api makes one",
    "/sparql/queries/{id}": "lives as long as its query; test_sparql_server runs one",
    "/release/{name}": "belongs to one release",
    "/dumps/{version}/": "belongs to one release; test_publishing reads it",
    "/dumps/{version}/{name}": "belongs to one release; test_publishing reads it",
}


@pytest.mark.parametrize(
    ("path", "operation"), [(p, o) for m, p, o in OPERATIONS if m == "post"], ids=[p for m, p, _ in OPERATIONS if m == "post"]
)
def test_h6_the_examples_of_bodies_run(path: str, operation: dict[str, Any], client: httpx.Client) -> None:
    content = operation["requestBody"]["content"]
    if "application/json" not in content:
        pytest.skip("a query, which the SPARQL suites send in every form")
    told = content["application/json"]
    schema = resolved(told["schema"])
    bodies = [e["value"] for e in told.get("examples", {}).values()] + list(schema.get("examples", []))
    own = {name: prop["examples"][0] for name, prop in schema.get("properties", {}).items() if prop.get("examples")}
    bodies += [own] if own else []
    assert bodies, "a body needs an example"
    for body in bodies:
        answer = client.post(path, json=body)
        assert answer.status_code == 200, answer.text
