"""Malformed requests to every route of an OpenAPI document, without end and the same for the same seed, as bytes on the wire."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

__all__ = ["Route", "routed", "routes_of"]

_TEXTS: Final = (
    "", " ", "x", "CT", "lidc-idri", "liver", "é", "\u0000", "\ufeff", "\U0010ffff", "\ud800", "%", "%25", "%zz",
    "../../etc/passwd", "..\\", "//", "a/b",
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${x}", "urn:x", "http://[", "UBERON:0002107", "ikg:CT", ":", "::", "_:b",
    "-1", "0", "1e999", "nan", "9" * 400, "true", "null", "[]", "a" * 3000, "\r\nX-Injected: 1", "?", "#", ";", "&", "=", "+",
    ".ttl", ".html", ".json",
    "lidc-idri.croissant.json", "x.linkset", "1,2", "*", "\\", '"', "`", "|", "^", "\x7f", "\x80", "\u0600", "\u202e",
)  # fmt: skip
_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 2**63, -(2**70), 1e308, 0.5, [], {}, [[]], [None], {"": None}, [1, "a", None],
    {"any": ["CT"]}, "CT", "", "x" * 2000,
    {"facet": "modality", "any": []}, {"least": "x"}, ["CT"] * 50,
)  # fmt: skip
_HEADERS: Final[Mapping[str, Sequence[str]]] = {
    "Accept": ("*/*", "text/html", "image/png", "text/turtle;q=0", ",,,", "a/b;q=nan", "text/html;q=2", "application/json;x=\"",
    "é", ";" * 200, "*"),
    "Accept-Encoding": ("gzip", "br", "zstd", "gzip;q=x", "*;q=0", "identity;q=0", ",", "gzip, " * 50),
    "Range": ("bytes=0-1", "bytes=9-1", "bytes=-", "bytes=99999999999-", "lines=1-2", "bytes=0-1,5-6,", "x", "bytes=0-" + "9" * 300),
    "If-None-Match": ("*", '"x"', 'W/"x"', '"', ",,", "é", '"' * 300), "If-Modified-Since": ("x",
    "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 100),
    "If-Range": ('"x"', "x"), "Authorization": ("Bearer", "Bearer x", "Basic !!!", "é", "Bearer " + "x" * 2000), "Cookie": ("=",
    "a=b; ;;", "\x01"),
    "X-Request-ID": ("x", "é", "x" * 300, "abcdefgh12345678"), "X-Forwarded-For": ("x", "::1", "127.0.0.1, x"),
    "Forwarded": ("for=;", "host=\""),
    "X-Forwarded-Host": ("evil.example",), "X-HTTP-Method-Override": ("DELETE",), "Prefer": ("wait=1", "wait=x",
    "wait=" + "9" * 30, ",;="),
    "Origin": ("https://example.org", "null", "é"), "Expect": ("100-continue", "x"), "Upgrade": ("h2c", "x"), "Host": ("", "a b",
    "x" * 500),
    "Transfer-Encoding": ("chunked", "gzip", "x"), "Content-Encoding": ("gzip", "x"), "Accept-Language": ("xx-" * 100,),
    "TE": ("x",), "X-Query-Id": ("é", "a" * 99),
}  # fmt: skip
_METHODS: Final = (
    "GET",
    "GET",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "DELETE",
    "PATCH",
    "QUERY",
    "TRACE",
    "CONNECT",
    "FOO",
    "get",
    "",
)
_TYPES: Final = (
    "application/json", "application/json", "application/json", "application/json; charset=utf-16", "text/plain", "", ";",
    "application/ld+json",
    "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=\"", "é/é",
)  # fmt: skip
_BROKEN: Final = (
    b"", b"{", b"[", b'{"a"', b'{"a":}', b"nul", b"\xff\xfe", b'"\\ud800"', b"NaN",
    b"[" * 5000, b'{"a":' * 3000, b"1" * 6000, b"-", b"1e99999", b"\x00",
    b'{"a":1,"a":2}', b"// x", b"{} {}", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--", b"a=b&c",
    b'{"__proto__":{}}',
)  # fmt: skip
_LARGE: Final = 1_100_000


@dataclass(frozen=True, slots=True)
class Route:
    """A route as the document tells it: method, path, names of parameters in the query, and a body that it takes."""

    method: str
    path: str
    parameters: tuple[str, ...]
    body: Any = None


def routes_of(document: Mapping[str, Any]) -> list[Route]:
    """The routes of an OpenAPI document, with the places besides that are in none."""
    schemas = document["components"]["schemas"]
    found = [
        Route("GET", path, ())
        for path in ("/static/site.css", "/static/../pages.py", "/docs", "/robots.txt", "/graph/examples.ttl", "/prefixes.ttl",
        "/nothing", "//", "*", "")
    ]  # fmt: skip
    for path, item in document["paths"].items():
        for method, operation in item.items():
            names = tuple(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
            told = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            schema = told.get("schema", {})
            schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            own = {name: one.get("examples", [None])[0] for name, one in schema.get("properties", {}).items()}
            examples = [e["value"] for e in told.get("examples", {}).values()] + list(schema.get("examples", []))
            found.append(Route(method.upper(), path, names, (examples or [own])[0] if told else None))
    return found


def routed(seed: int, count: int, routes: Sequence[Route]) -> Iterator[bytes]:
    """Requests as bytes, to every route in turn, each wrong in one way or several."""
    draw = random.Random(seed)  # chance for a test, no secret
    for number in range(count):
        yield _request(draw, routes[(number + seed) % len(routes)])


def _request(draw: random.Random, route: Route) -> bytes:
    method = route.method if draw.random() < 0.85 else draw.choice(_METHODS)
    lines = [f"{method} ".encode() + _target(draw, route) + (b" HTTP/1.1" if draw.random() < 0.99 else b" HTTP/9.9")]
    headers = {"Host": "x", "Connection": "close"}
    for name in draw.sample(sorted(_HEADERS), draw.choice((0, 0, 1, 1, 2, 4))):
        headers[name] = draw.choice(_HEADERS[name])
    body = _body(draw, route) if route.body is not None or draw.random() < 0.05 else b""
    if body or route.body is not None:
        headers["Content-Type"] = draw.choice(_TYPES)
        if headers.get("Transfer-Encoding") != "chunked":
            headers["Content-Length"] = str(len(body)) if draw.random() < 0.98 else draw.choice(("-1", "x", "0", "9" * 30))
    if headers.get("Transfer-Encoding") == "chunked":
        body = _chunked(draw, body)
    lines += [f"{name}: {value}".encode("utf-8", "surrogatepass") for name, value in headers.items()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _target(draw: random.Random, route: Route) -> bytes:
    path = "".join(
        _escaped(draw, draw.choice(_TEXTS)) if part.startswith("{") else part
        for part in route.path.replace("{", "\n{").replace("}", "}\n").split("\n")
    )
    if draw.random() < 0.1:
        path += draw.choice((".ttl", ".html", "/", "//", "/x", "%2F..", ";a=b", ".", "%00", "%ff"))
    names = [
        draw.choice((*route.parameters, *route.parameters, "_mediatype", "_profile", "x", "")) for _ in range(draw.randrange(4))
    ]
    query = "&".join(f"{name}={_escaped(draw, draw.choice(_TEXTS))}" for name in names)
    return (f"{path}?{query}" if query else path).encode("utf-8", "surrogatepass")


def _escaped(draw: random.Random, text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return quote(raw, safe="") if draw.random() < 0.9 else quote(raw, safe="/:?#[]@!$&'()*+,;=%<>{}|\\^`\"")


def _body(draw: random.Random, route: Route) -> bytes:
    chance = draw.random()
    if chance < 0.3:
        return draw.choice(_BROKEN)
    if chance < 0.31:
        return b'{"a":"' + b"x" * _LARGE + b'"}'
    if chance < 0.35:
        return draw.randbytes(draw.randrange(1, 200))
    return json.dumps(_spoiled(draw, route.body), ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")


def _spoiled(draw: random.Random, value: Any, depth: int = 0) -> Any:
    """A body with some of its values replaced by others, or by a text that should not be there."""
    if draw.random() < (0.1 if depth else 0.05):
        return draw.choice((*_VALUES, *_TEXTS))
    if isinstance(value, dict):
        found = {name: _spoiled(draw, one, depth + 1) for name, one in value.items() if draw.random() < 0.9}
        return found | ({draw.choice(_TEXTS): draw.choice(_VALUES)} if draw.random() < 0.15 else {})
    if isinstance(value, list):
        return [_spoiled(draw, one, depth + 1) for one in value] * draw.choice((1, 1, 1, 2, 0))
    return value


def _chunked(draw: random.Random, body: bytes) -> bytes:
    """A body in a chunk, sound or not, and never one that lets the server wait for more."""
    sound = b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n" if body else b"0\r\n\r\n"
    return (
        sound
        if draw.random() < 0.8
        else draw.choice((b"zz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\n", b"1;" + b"x" * 500 + b"\r\na\r\n0\r\n\r\n"))
    )
