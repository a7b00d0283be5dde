"""Malformed requests to every route of the running service: nothing breaks, and every refusal is a problem document."""

import json

import httpx2 as httpx
import pytest

from tests.service.astray import routed, routes_of
from tests.service.malformed import answer_of

REQUESTS = 400


@pytest.mark.slow
def test_h1_what_is_malformed_is_refused_and_breaks_nothing(client: httpx.Client, address: str) -> None:
    document = client.get("/v1/openapi.json").json()
    routes = routes_of(document)
    assert {r.path for r in routes} > set(document["paths"])
    answers = [
        (request, answer_of(int(address.rpartition(":")[2]), request))
        for seed in (1, 2)
        for request in routed(seed, REQUESTS, routes)
    ]
    refused = 0
    for request, (status, media, body) in answers:
        assert status < 500 or status == 503, (request, body)
        if status >= 400 and not request.startswith(b"HEAD "):
            assert media.startswith(("application/problem+json", "text/html")), (request, body)
            if media.startswith("application"):
                told = json.loads(body)
                assert told["status"] == status
                assert told["hint"]
            refused += 1
    assert refused > REQUESTS, "most of them are malformed"
    assert client.get("/readyz").status_code == 200
