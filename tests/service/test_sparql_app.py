"""`/sparql` within the whole application over the real release: what its middleware, its prefixes and its data add."""

import gzip

import httpx2 as httpx
import pytest

from kg.namespaces import CATALOGUE, PREFIXES
from kg.opened import OpenRelease
from kg.store.prefixes import declared_prefixes, supplied
from service.headers import EXPOSED

KIDNEYS = "SELECT ?d { ?d ikg:relevantTo UBERON:0002113 ; dcterms:title ?t } ORDER BY ?t"


def test_the_declared_prefixes_need_no_declaration(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": KIDNEYS})
    assert response.status_code == 200
    assert len(response.json()["results"]["bindings"]) > 20
    assert response.headers["x-prefixes-supplied"] == "UBERON, dcterms, ikg"
    assert dict(declared_prefixes()) == {name: iri for name, iri in PREFIXES.items() if name in declared_prefixes()}


@pytest.mark.parametrize(
    "text", ["a" * 150_000, "PREFIX " * 20_000, "PREFIX" + " " * 150_000, "ikg:" * 40_000, "PREFIX ikg" * 15_000]
)
def test_prefixes_are_found_in_linear_time(text: str) -> None:
    supplied(text, declared_prefixes())  # a quadratic reading would take minutes here


def test_h5_another_origins_page_may_read_everything(client: httpx.Client) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    for path, status in (("/sparql?query=ASK{}", 200), ("/sparql?query=nonsense", 400), ("/store?graph=urn:none", 404)):
        response = client.get(path, headers=origin)
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        exposed = {name.strip() for name in response.headers["access-control-expose-headers"].split(",")}
        assert {"Link", "ETag", "Content-Location", "Retry-After", "RateLimit", "X-Request-ID", "X-Query-Limits"} <= exposed
        assert exposed == set(EXPOSED)
    for method in ("POST", "QUERY", "DELETE"):
        asked = origin | {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type, x-query-id"}
        preflight = client.options("/sparql", headers=asked)
        assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "*"), method
        assert method in preflight.headers["access-control-allow-methods"]


def test_answers_are_compressed_when_asked(client: httpx.Client) -> None:
    raw = httpx.Client(base_url=client.base_url)
    with raw:
        plain = raw.get("/sparql", params={"query": KIDNEYS}, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        for encoding in ("gzip", "br", "zstd"):
            with raw.stream("GET", "/sparql", params={"query": KIDNEYS}, headers={"Accept-Encoding": encoding}) as response:
                body = b"".join(response.iter_raw())
                assert response.headers["content-encoding"] == encoding
                assert {"Accept", "Accept-Encoding"} <= {v.strip() for v in response.headers["vary"].split(",")}
            assert len(body) < len(plain.content) / 3
            if encoding == "gzip":
                assert gzip.decompress(body) == plain.content


def test_a_large_answer_arrives_whole(client: httpx.Client, release: OpenRelease) -> None:
    with client.stream(
        "GET", "/store", params={"graph": str(CATALOGUE)}, headers={"Accept": "application/n-triples"}
    ) as response:
        assert response.status_code == 200
        size, lines = 0, 0
        for piece in response.iter_bytes():
            size += len(piece)
            lines += piece.count(b"\n")
    assert lines == release.manifest.counts["triples graph/catalogue"]
    assert size > 1 << 20  # more than is held in memory


def test_every_answer_names_the_release(client: httpx.Client, release: OpenRelease) -> None:
    for params in ({"query": "ASK {}"}, {"query": "nonsense"}, {}):
        assert client.get("/sparql", params=params).headers["x-data-release"] == release.manifest.id
