"""Every operation of the OpenAPI document against the running service, with made-up requests: what comes back is what is documented.

The document is the application's, so that a route is tried as soon as it is there. By hand, with more of them:
``IMAGING_KG_EXAMPLES=100 pytest tests/service/test_schemathesis.py``.
"""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from service.app import create_app
from service.settings import Settings

EXAMPLES = int(os.environ.get("IMAGING_KG_EXAMPLES", "6"))
CONFORMING = [status_code_conformance, content_type_conformance, response_schema_conformance]


schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())


@schemathesis.serializer("application/sparql-query")
def query_text(_: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


@schemathesis.serializer("text/turtle", "application/n-triples", "application/rdf+xml")
def rdf_text(_: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_every_answer_is_documented(case: schemathesis.Case[Any], address: str) -> None:
    response = case.call(base_url=address, timeout=60)
    if response.status_code in {400, 414} and response.json().get("instance") == "":
        return  # refused by the parser of HTTP, before there was an operation
    # 503 is an answer too: a query that took too long, which is documented wherever it may come.
    checks = CONFORMING if response.status_code == 503 else [not_a_server_error, *CONFORMING]
    case.validate_response(response, checks=checks)
