"""H1: every problem says what it is, what to do and which request it was; its type leads to a page; people get it as HTML."""

import re
from html import unescape

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kg import errors
from service.kinds import HTTP, OTHER, TABLE, every
from service.problems import install

PROBLEM = "application/problem+json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
KINDS = list(every())


def test_h1_every_error_of_the_library_has_its_kind() -> None:
    own = {getattr(errors, name) for name in errors.__all__} - {errors.KGError}
    assert own == set(TABLE)
    slugs = [kind.slug for kind in KINDS]
    assert len(slugs) == len(set(slugs)) == len(TABLE) + len(HTTP) + 1


@pytest.mark.parametrize("kind", KINDS, ids=[kind.slug for kind in KINDS])
def test_h1_every_type_dereferences_to_meaning_and_remedy(kind: object, client: httpx.Client) -> None:
    slug, title, status = kind.slug, kind.title, kind.status  # type: ignore[attr-defined]
    told = client.get(f"/errors/{slug}", headers={"Accept": "application/json"})
    assert told.status_code == 200
    body = told.json()
    assert (body["type"], body["title"], body["status"]) == (f"/errors/{slug}", title, status)
    assert len(body["meaning"]) > 20
    assert len(body["hint"]) > 20
    assert "\n\n\n" not in body["meaning"]
    page = client.get(f"/errors/{slug}", headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert f"<h1>{title}</h1>" in unescape(page.text)
    assert "What to do" in page.text


def test_h1_the_list_of_kinds(client: httpx.Client) -> None:
    listed = client.get("/errors").json()["problems"]
    assert {p["type"] for p in listed} == {f"/errors/{kind.slug}" for kind in KINDS}
    page = client.get("/errors", headers={"Accept": BROWSER}).text
    assert all(f'href="/errors/{kind.slug}"' in page for kind in KINDS)
    assert OTHER.slug in page


JSON = {"Content-Type": "application/json"}
FAULTS = [
    ("GET", "/nothing/here", {}, 404, "not-found"),
    ("GET", "/static/nothing", {}, 404, "not-found"),
    ("GET", "/dataset/nosuch", {}, 404, "unknown-dataset"),
    ("GET", "/errors/nosuch", {}, 404, "not-found"),
    ("GET", "/term/nosuch", {}, 404, "not-found"),
    ("GET", "/dataset/lidc-idri", {"headers": {"Accept": "image/png"}}, 406, "not-acceptable"),
    ("GET", "/errors", {"headers": {"Accept": "image/png"}}, 406, "not-acceptable"),
    ("GET", "/sparql?query=SELECT", {}, 400, "query-syntax"),
    ("GET", "/sparql?query=INSERT+DATA+%7B%7D", {}, 400, "query-refused"),
    ("GET", "/resolve", {}, 400, "bad-request"),
    ("DELETE", "/v1/search", {}, 405, "method-not-allowed"),
    ("HEAD", "/v1/fusion", {}, 405, "method-not-allowed"),
    ("POST", "/sparql", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
    ("POST", "/v1/search", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported-media-type"),
    ("POST", "/v1/search", {"content": b"{}"}, 415, "unsupported-media-type"),
    ("POST", "/v1/search", {"content": b"\xff", "headers": {"Content-Type": "application/json"}}, 400, "bad-request"),
    ("POST", "/v1/fusion", {"content": b" " * 1_048_577, "headers": {"Content-Type": "application/json"}}, 413, "too-large"),
    ("POST", "/v1/fusion", {"json": {"profile": {"anatomy": ["kidnoy"]}}}, 422, "unknown-concept"),
    ("POST", "/v1/fusion", {"json": {"profile": {"expression": "CT and"}}}, 422, "expression"),
    ("POST", "/v1/fusion", {"json": {"seeds": 5}}, 422, "invalid"),
    ("POST", "/v1/search", {"content": b'{"modality": "\\ud800"}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/search", {"content": b'{"\\ud800": 1}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/import/imaging-x", {"content": b'{"x": NaN}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/import/imaging-x", {"content": b'{"task_types": "\\ud800"}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/fusion", {"content": b'{"profile": {"anatomy": ["\\udfff"]}}', "headers": JSON}, 422, "invalid"),
    ("POST", "/v1/fusion", {"content": b'{"seeds": ["\\udfff"]}', "headers": JSON}, 404, "unknown-dataset"),
    ("POST", "/v1/licence", {"content": b'{"datasets": ["\\udfff"]}', "headers": JSON}, 422, "invalid"),
    ("POST", "/sparql/explain", {"content": b'{"query": "ASK {} # \\ud800"}', "headers": JSON}, 400, "bad-request"),
    ("POST", "/v1/fusion", {"content": b'{"profile": ' + b'{"a":' * 3000, "headers": JSON}, 400, "bad-request"),
    ("GET", "/v1/datasets?modality=CTT", {}, 422, "unknown-concept"),
    ("GET", "/v1/datasets?limit=x", {}, 422, "invalid"),
    ("GET", "/v1/fusion/plans/nosuch", {}, 404, "unknown-plan"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "sent", "status", "slug"), FAULTS, ids=[f"{f[0]} {f[1]} {f[4]}" for f in FAULTS])
def test_h1_every_fault_is_a_problem_document(
    method: str, path: str, sent: dict[str, object], status: int, slug: str, client: httpx.Client
) -> None:
    answer = client.request(method, path, **sent)  # type: ignore[arg-type]  # the table's values fit their keys
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    if method == "HEAD":
        return
    body = answer.json()
    assert (body["type"], body["status"]) == (f"/errors/{slug}", status)
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["instance"] == path.partition("?")[0]
    assert len(body["hint"]) > 20
    assert body["detail"]
    assert client.get(body["type"]).status_code == 200


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", PROBLEM, "text/turtle", "application/json, text/html;q=0.9"])
def test_h1_programs_get_problem_documents(accept: str | None, client: httpx.Client) -> None:
    headers = {"Accept": accept} if accept else {}
    assert client.get("/dataset/nosuch", headers=headers).headers["content-type"] == PROBLEM


def test_h1_people_get_a_page(client: httpx.Client) -> None:
    for path, status in (("/dataset/nosuch", 404), ("/nothing", 404), ("/term/nosuch", 404), ("/dataset?page=0", 422)):
        answer = client.get(path, headers={"Accept": BROWSER})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert "Accept" in answer.headers["vary"]
        assert answer.headers["x-request-id"] in answer.text
        assert "Content-Security-Policy" in answer.headers
        types = re.findall(r'href="(/errors/[^"]+)"', answer.text)
        assert [client.get(t).status_code for t in types] == [200]
    unfit = client.get("/dataset/lidc-idri?_mediatype=image/png", headers={"Accept": BROWSER})
    assert (unfit.status_code, unfit.headers["content-type"]) == (406, "text/html; charset=utf-8")
    assert "rel=" in unfit.headers["link"]


def test_h1_what_was_asked_is_escaped_on_the_page(client: httpx.Client) -> None:
    page = client.get("/dataset/%3Cscript%3Ealert(1)%3C%2Fscript%3E", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<script>alert" not in page.text


def test_h1_a_pointer_escapes_what_is_its_own(client: httpx.Client) -> None:
    body = client.post("/v1/fusion", json={"a/b~c": 1}).json()
    assert body["errors"][0]["pointer"] == "/body/a~1b~0c"


def test_h1_a_part_of_a_file_that_there_is_not(client: httpx.Client) -> None:
    path = client.get("/dumps/latest/imaging-kg.nq.gz", follow_redirects=False).headers["location"]
    part = client.get(path, headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10)
    beyond = client.get(path, headers={"Range": "bytes=999999999999-"})
    assert (beyond.status_code, beyond.json()["type"]) == (416, "/errors/range")
    assert beyond.headers["content-range"].startswith("bytes */")
    for own in (path, "/static/site.css"):
        for wrong in ("lines=1-2", "bytes=9-1", "bytes=", "x"):
            assert client.get(own, headers={"Range": wrong}).json()["type"] == "/errors/bad-request"
    assert client.get("/static/site.css", headers={"Range": "bytes=9999999-"}).json()["type"] == "/errors/range"


def test_h1_what_breaks_on_our_side_is_told_without_its_reason(client: httpx.Client) -> None:
    app = FastAPI()
    install(app)

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("secret")

    with TestClient(app, raise_server_exceptions=False) as asking:
        answer = asking.get("/broken", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "secret" not in answer.text
    assert client.get(answer.json()["type"]).status_code == 200


@pytest.mark.parametrize(("seconds", "said"), [(1, "1 second."), (0.5, "0.5 seconds."), (2, "2 seconds.")])
def test_a_time_is_in_the_number_that_it_is(seconds: float, said: str) -> None:
    assert str(errors.QueryTimeout(seconds)).endswith(f"after {said}")


def test_a_query_that_is_too_long_is_not_told_of_seeds(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"query": "#" * 2_000_000})
    assert answer.status_code == 413
    assert "bytes" in answer.json()["detail"]
    assert "seed" not in answer.json()["hint"]


@pytest.mark.parametrize(
    "path",
    [
        "/examples/cq001-renal-is-kidney/run?nope=1",
        "/v1/search?q=CT&cursor=x",
        "/v1/search?q=CT&sort=colour",
        "/v1/compare?id=LiTS",
    ],
)
def test_a_wrong_value_is_not_told_of_a_profile(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/errors/question")
    assert "profile" not in answer.text.casefold()
