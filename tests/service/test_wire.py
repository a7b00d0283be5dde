"""H1 at the edges: what the parser, the middleware and the library of /mcp refuse are problem documents like all others."""

import http.client
import json
import logging
import socket
import time
from typing import Any

import httpx2 as httpx
import pytest

from service.wire import LONGEST

PROBLEM = "application/problem+json"
CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"
SECRET = b"a-secret-that-a-client-sent"
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
}  # fmt: skip
KINDS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def raw(address: str, *parts: bytes) -> bytes:
    """Whatever comes back for some bytes, to the end of the connection."""
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=20) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(0.05 if len(parts) > 1 else 0)
        found = b""
        while piece := line.recv(65_536):
            found += piece
        return found


def parsed(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}, body


def problem(address: str, client: httpx.Client, *parts: bytes) -> dict[str, Any]:
    """The one answer to some bytes, which has to be a whole problem document, and all of it."""
    status, headers, body = parsed(raw(address, *parts))
    assert headers["content-type"] == PROBLEM
    assert int(headers["content-length"]) == len(body)
    assert headers["connection"] == "close"
    assert headers["access-control-allow-origin"] == "*"
    told: dict[str, Any] = json.loads(body)
    assert (told["status"], told["request_id"]) == (status, headers["x-request-id"])
    assert told["detail"]
    assert len(told["hint"]) > 20
    assert SECRET not in body
    assert client.get(told["type"]).json()["status"] == status
    return told


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + SECRET + b"\r\n\r\n",  # a client that speaks TLS
        b"GET /" + SECRET + b" HTTP/9.9\r\n" + CLOSE,
        b"GET /" + "é".encode() + SECRET + b" HTTP/1.1\r\n" + CLOSE,
        b"GET http://[::" + SECRET + b"/ HTTP/1.1\r\n" + CLOSE,
        b"POST /v1/search HTTP/1.1\r\nContent-Length: " + SECRET + b"\r\n" + CLOSE,
        b"POST /v1/search HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" + CLOSE,
        b"GET /healthz HTTP/1.1\r\n" + SECRET + b"\x00: 1\r\n" + CLOSE,
    ],
    ids=["tls", "version", "target", "authority", "length", "both lengths", "header"],
)
def test_h1_what_is_no_request_is_a_problem(
    sent: bytes, address: str, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        told = problem(address, client, sent)
    assert (told["type"], told["status"]) == ("/errors/bad-request", 400)
    assert told["request_id"] in caplog.text
    assert SECRET.decode() not in caplog.text


@pytest.mark.parametrize("length", [LONGEST + 1, 1_000_000])
def test_h1_a_target_that_is_too_long_is_414(length: int, address: str, client: httpx.Client) -> None:
    target = b"/sparql?query=" + SECRET
    long = target + b"x" * (length - len(target))
    lines = b" HTTP/1.1\r\nX-Request-ID: my-own-id-12345\r\n" + CLOSE
    told = problem(address, client, b"GET " + long[:2000], long[2000:] + lines)
    assert (told["type"], told["request_id"]) == ("/errors/uri-too-long", "my-own-id-12345")
    status, headers, body = parsed(raw(address, b"HEAD " + long + lines))
    assert (status, headers["content-type"], body) == (414, PROBLEM, b"")


def test_the_longest_target_is_read(address: str) -> None:
    target = b"/nothing?" + b"x" * (LONGEST - 9)
    status, _, body = parsed(raw(address, b"GET " + target + b" HTTP/1.1\r\n" + CLOSE))
    assert (status, json.loads(body)["type"]) == (404, "/errors/not-found")


def test_an_answer_that_is_on_its_way_is_not_broken_into(address: str) -> None:
    ask = b"GET /v1/datasets?limit=2000 HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=20) as line:
        line.sendall(ask)
        first = line.recv(10)
        line.sendall(b"\x00\x01 garbage\r\n\r\n")
        found = first
        while piece := line.recv(65_536):
            found += piece
    status, headers, body = parsed(found)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert b"HTTP/1.1 400" not in body[: int(headers["content-length"])]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"Access-Control-Request-Method": "BREW"}, "method"),
        ({"Access-Control-Request-Method": "GET", "Access-Control-Request-Private-Network": "true"}, "private-network"),
    ],
)
def test_h5_a_preflight_that_is_refused_is_a_problem(asked: dict[str, str], named: str, client: httpx.Client) -> None:
    answer = client.options("/v1/search", headers={"Origin": "https://example.org"} | asked)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["type"] == "/errors/bad-request"
    assert named in answer.json()["detail"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "QUERY" in answer.headers["access-control-allow-methods"]
    assert {"Accept", "Origin", "Access-Control-Request-Method"} <= set(answer.headers["vary"].split(", "))


@pytest.mark.parametrize(
    ("method", "headers", "status", "slug"),
    [
        ("POST", {"Host": "evil.example"}, 421, "misdirected"),
        ("POST", {"Origin": "https://evil.example"}, 403, "forbidden"),
        ("GET", {"Accept": "text/event-stream"}, 405, "method-not-allowed"),
        ("PUT", {}, 405, "method-not-allowed"),
        ("POST", {"Content-Type": "text/plain"}, 400, "bad-request"),
        ("POST", {"MCP-Protocol-Version": "2026-07-28", "Accept": "image/png"}, 406, "not-acceptable"),
    ],
)
def test_h1_what_the_library_of_the_protocol_refuses_in_text_is_a_problem(
    method: str, headers: dict[str, str], status: int, slug: str, client: httpx.Client
) -> None:
    answer = client.request(method, "/mcp", json=HELLO, headers=KINDS | headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    told = answer.json()
    assert (told["type"], told["status"], told["instance"]) == (f"/errors/{slug}", status, "/mcp")
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["detail"]
    assert len(told["hint"]) > 20
    assert client.get(told["type"]).status_code == 200
    assert ("allow" in answer.headers) is (status == 405)


def test_errors_of_json_rpc_stay_as_they_are(client: httpx.Client) -> None:
    for body, status in ((b"{", 400), (b'{"jsonrpc": "2.0", "id": 1, "method": "nonesuch"}', 200)):
        answer = client.post("/mcp", content=body, headers=KINDS)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
        assert answer.json()["error"]["code"] in {-32700, -32601}


def test_a_person_who_strays_to_mcp_gets_a_page(client: httpx.Client) -> None:
    answer = client.get("/mcp", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert "Model Context Protocol" in answer.text


def test_a_connection_goes_on_after_a_refusal_of_mcp(address: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(address.rpartition(":")[2]), timeout=20)
    for _ in range(2):
        line.request("GET", "/mcp")
        answer = line.getresponse()
        assert (answer.status, answer.headers["content-type"]) == (405, PROBLEM)
        json.loads(answer.read())
    line.close()
