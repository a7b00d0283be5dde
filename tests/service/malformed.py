"""Malformed requests without end, the same for the same seed: bytes as they go over the wire, and a client that reads what comes."""

import contextlib
import http.client
import random
import socket
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx2 as httpx
import zstandard

__all__ = ["Answer", "answer_of", "requests", "status_of"]

_QUERIES: Final = (
    "SELECT * { ?s ?p ?o } LIMIT 5",
    "PREFIX e: <urn:e:> SELECT ?s (COUNT(?o) AS ?n) { ?s e:p ?o FILTER(?o > 3 && REGEX(STR(?s), '^urn')) } GROUP BY ?s ORDER BY DESC(?n)",
    "ASK { GRAPH ?g { <urn:d:1> <urn:size> 1 } }",
    "CONSTRUCT { ?s <urn:x> [ <urn:y> ?o ] } WHERE { ?s (<urn:a>|^<urn:b>/<urn:c>?)+ ?o OPTIONAL { ?o a ?t } }",
    "DESCRIBE <urn:d:1> FROM <urn:g> FROM NAMED <urn:h>",
    'SELECT * { VALUES (?a ?b) { ("x"@en 1.5e3) (UNDEF true) } BIND(CONCAT(?a, """long""", \'\\u00e4\') AS ?c) MINUS { ?s a ?a } }',
    "INSERT DATA { <urn:a> <urn:b> 1 }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
)
_PIECES: Final = (
    "{", "}", "(", ")", "<", ">", '"', "'", "\\", "\\u12", "\\U0011ffff", "\x00", "\x0b", "\ufeff", "\U0010ffff", "é", "?", "$",
    "_:", "@", "^^", ";", ",", ".", "|", "/", "*", "+", "!", "=", "#", "\n", "SELECT", "UNION", "FILTER", "NOT", "EXISTS", "1e",
    "<<", ">>", "a:b", ":", "%zz", "%", "&", "+", "-", "9" * 400, "(" * 300, "{" * 300, "'''", '"""', "SERVICE", "FROM", "BASE",
)  # fmt: skip
_ACCEPTS: Final = (
    "*/*", "text/html", "image/png", "application/sparql-results+json;q=0", "text/csv;q=2;;", ",,,", "a/b;q=nan", "text/*;q=0.1, */*;q=0",
    "application/ld+json; profile=\"", "é", "text/turtle;q=1.5", ";" * 200, "application/n-quads", "text/tab-separated-values",
)  # fmt: skip
_TYPES: Final = (
    "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update", "text/plain", "", ";", "a",
    "application/sparql-query; charset=utf-16", "application/x-www-form-urlencoded; charset=\"", "multipart/form-data; boundary=",
    "application/json",
)  # fmt: skip
_NAMES: Final = (
    "query", "query", "query", "update", "timeout", "default-graph-uri", "named-graph-uri", "using-graph-uri", "graph", "default",
    "version", "QUERY", "", "x",
)  # fmt: skip
_PATHS: Final = (
    "/sparql",
    "/sparql",
    "/sparql",
    "/sparql/explain",
    "/store",
    "/sparql/queries/abcdefgh",
    "/sparql/",
    "/sparql/queries/",
)
_METHODS: Final = ("GET", "GET", "POST", "POST", "QUERY", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "get", "FOO")


def _mutated(draw: random.Random, text: str) -> str:
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(text) + 1)
        match draw.randrange(4):
            case 0:
                text = text[:at] + draw.choice(_PIECES) + text[at:]
            case 1:
                text = text[:at] + text[at + draw.randrange(1, 8) :]
            case 2:
                text = text[:at] + text[at : at + 10] * draw.randrange(1, 4) + text[at + 10 :]
            case _:
                text = text[:at] + chr(draw.randrange(1, 0x3000)) + text[at + 1 :]
    return text


def _value(draw: random.Random, name: str) -> str:
    if name.lower() in ("query", "update"):
        return _mutated(draw, draw.choice(_QUERIES))
    if name == "timeout":
        return draw.choice(("0.3", "0", "-1", "nan", "inf", "1e999", "x", "", "0.2"))
    if name in ("default", "version"):
        return draw.choice(("", "1.2"))
    return _mutated(draw, draw.choice(("urn:g", "https://w3id.org/imaging-kg/graph/catalogue", "relative", "http://[", "")))


def _parameters(draw: random.Random) -> bytes:
    parts = []
    for _ in range(draw.randrange(4)):
        name = draw.choice(_NAMES)
        value = _value(draw, name)
        encoded = quote(value) if draw.random() < 0.8 else quote(value, safe="{}?$<>\"'()*/;:@&=+,!|^`~[]\\%")
        parts.append(f"{name}={encoded}")
    return "&".join(parts).encode()


def requests(seed: int, count: int) -> Iterator[bytes]:
    """Requests as bytes, most of them wrong in one way or several."""
    draw = random.Random(seed)  # chance for a test, no secret
    for _ in range(count):
        method, path = draw.choice(_METHODS), draw.choice(_PATHS).encode()
        query = _parameters(draw)
        kind = draw.choice(_TYPES)
        body = b""
        if draw.random() < 0.5:
            body = _parameters(draw) if "form" in kind else _mutated(draw, draw.choice(_QUERIES)).encode("utf-8", "surrogatepass")
            if draw.random() < 0.1:
                body = draw.randbytes(draw.randrange(1, 200))
        lines = [f"{method} ".encode() + path + (b"?" + query if query else b"") + b" HTTP/1.1", b"Host: x", b"Connection: close"]
        lines += [f"Accept: {draw.choice(_ACCEPTS)}".encode()] if draw.random() < 0.5 else []
        lines += [f"Content-Type: {kind}".encode()] if body or draw.random() < 0.2 else []
        lines += [b"Content-Length: %d" % len(body)] if body else []
        for name, values in (
            ("Prefer", ("wait=1", "wait=0", "wait=x", "wait=", "a;wait=2")), ("X-Query-Id", ("abcdefgh", "é", "a", "x" * 80)),
            ("If-None-Match", ("*", 'W/"x"', '"', ",,")), ("Accept-Encoding", ("gzip", "zstd", "br", "x;q=z")),
        ):  # fmt: skip
            lines += [f"{name}: {draw.choice(values)}".encode()] if draw.random() < 0.1 else []
        yield b"\r\n".join(lines) + b"\r\n\r\n" + body


class Answer(NamedTuple):
    """An answer: its status, 0 when the server hung up without one; its media type; its body."""

    status: int
    media: str
    body: bytes


def answer_of(port: int, request: bytes) -> Answer:
    """Send a request and read the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        with contextlib.suppress(OSError):  # it may answer before it has read everything
            line.sendall(request)
        response = http.client.HTTPResponse(line, method=request.partition(b" ")[0].decode("latin-1"))
        try:
            response.begin()
            body = _unpacked(response.read(), response.headers.get("content-encoding", "identity"))
            return Answer(response.status, response.headers.get("content-type", ""), body)
        except (http.client.HTTPException, OSError):
            return Answer(0, "", b"")
        finally:
            response.close()


def _unpacked(body: bytes, coding: str) -> bytes:
    if coding == "zstd" and body:  # for which httpx2 would need a library of its own
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return httpx.Response(200, headers={"content-encoding": coding}, content=body).content


def status_of(port: int, request: bytes) -> tuple[int, bytes]:
    """Send a request and read the answer: its status and body; status 0 when the server hung up without one."""
    answer = answer_of(port, request)
    return answer.status, answer.body
