"""H3, H5: validators that a cache can rely on, over what compresses too; pages of other origins may read every answer."""

import httpx2 as httpx
import pytest

from service.app import create_app
from service.settings import Settings

READ = [
    "/v1/datasets?limit=50", "/v1/datasets/lidc-idri", "/v1/concepts", "/v1/search?q=brain+MRI", "/v1/suggest?q=kid",
    "/v1/fusion/pair?a=lits&b=kits19", "/v1/licence?dataset=lidc-idri", "/v1/openapi.json",
]  # fmt: skip
DOCUMENTS = ["/dataset/lidc-idri.ttl", "/dataset/lidc-idri.html", "/term/ikg:CT.json", "/sitemap.xml", "/errors", "/ontology.ttl"]


@pytest.mark.parametrize("path", [*READ, *DOCUMENTS])
def test_h3_an_answer_carries_a_validator_and_yields_304(path: str, client: httpx.Client) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    tag = plain.headers["etag"]
    assert tag.startswith('"'), "strong where the bytes are as they were made"
    assert plain.headers["cache-control"]
    assert "last-modified" in plain.headers
    assert client.get(path, headers={"Accept-Encoding": "identity"}).content == plain.content
    for value in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = client.get(path, headers={"If-None-Match": value})
        assert (same.status_code, same.content) == (304, b""), value
        assert same.headers["etag"].removeprefix("W/") == tag
        assert "content-type" not in same.headers
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    later = client.get(path, headers={"If-Modified-Since": plain.headers["last-modified"]})
    assert later.status_code == 304


@pytest.mark.parametrize("path", ["/v1/datasets?limit=50", "/v1/concepts", "/dataset/lidc-idri.ttl", "/ontology.ttl"])
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_h3_what_is_compressed_has_no_strong_validator(path: str, coding: str, client: httpx.Client) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    packed = client.get(path, headers={"Accept-Encoding": coding})
    assert packed.headers["content-encoding"] == coding
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "Accept-Encoding" in packed.headers["vary"]
    again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": packed.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (304, packed.headers["etag"])


def test_h3_other_questions_have_other_validators(client: httpx.Client) -> None:
    tags = [
        client.get(path).headers["etag"].removeprefix("W/") for path in (*READ, "/v1/datasets?limit=51", "/v1/search?q=brain+CT")
    ]
    assert len(set(tags)) == len(tags)


def test_h3_a_refusal_has_none(client: httpx.Client) -> None:
    for path in ("/v1/datasets/nosuch", "/v1/datasets?limit=0"):
        answer = client.get(path, headers={"If-None-Match": "*"})
        assert answer.status_code in {404, 422}
        assert "etag" not in answer.headers


@pytest.mark.parametrize("path", READ)
def test_p8_head_is_get_without_the_body(path: str, client: httpx.Client) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-type", "link", "x-data-release"):
        assert head.headers.get(name) == got.headers.get(name)


ORIGIN = {"Origin": "https://example.org"}
WORDS = ("Link", "ETag", "Content-Location", "Retry-After", "RateLimit", "X-Request-ID")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", path, 200) for path in READ), ("GET", "/dataset/lidc-idri", 303), ("GET", "/sparql?query=ASK%7B%7D", 200),
        ("GET", "/v1/datasets/nosuch", 404), ("GET", "/sparql?query=x", 400), ("GET", "/nothing", 404), ("POST", "/v1/search", 422),
        ("DELETE", "/v1/datasets", 405), ("GET", "/static/nothing", 404), ("GET", "/static/site.css", 200), ("PUT", "/store", 405),
    ],
)  # fmt: skip
def test_h5_success_and_error_may_be_read_from_elsewhere(method: str, path: str, status: int, client: httpx.Client) -> None:
    answer = client.request(method, path, headers=ORIGIN, follow_redirects=False)
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"]
    assert all(word in exposed for word in WORDS)


@pytest.mark.parametrize("path", sorted({p.replace("{", "").replace("}", "") for p in create_app(Settings()).openapi()["paths"]}))
def test_h5_every_path_answers_a_preflight(path: str, client: httpx.Client) -> None:
    for method in ("GET", "POST", "QUERY"):
        asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type, x-query-id"}
        answer = client.options(path, headers=ORIGIN | asked)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"
        assert method in answer.headers["access-control-allow-methods"]
        assert "content-type" in answer.headers["access-control-allow-headers"].lower()
