"""H6: what will go says so with every answer (RFC 9745, RFC 8594) and in the OpenAPI document."""

from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated

import httpx2 as httpx
import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import MutableHeaders
from starlette.testclient import TestClient

from service.deprecation import KEY, Deprecations, Going
from service.documented import document
from service.methods import Methods
from service.problems import install

SINCE, SUNSET = date(2026, 12, 1), date(2027, 6, 1)
DEPRECATION = f"@{int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())}"


@pytest.fixture(scope="module")
def made_up() -> FastAPI:
    """An application with an operation that will go, one that may, and one that stays."""
    router = APIRouter()

    @router.get("/old", **Going(SINCE, SUNSET, "/new").operation)
    def old(fail: bool = False) -> dict[str, str]:
        if fail:
            raise HTTPException(404, "nothing is here")
        return {"is": "old"}

    @router.post("/dated", **Going(SINCE).operation)
    def dated() -> dict[str, str]:
        return {"is": "dated"}

    @router.get("/new")
    def new(start: Annotated[int, Query(**Going(SINCE).parameter)] = 0, cursor: str = "") -> dict[str, str]:
        return {"is": f"new {start}{cursor}"}

    app = FastAPI()
    install(app)
    app.add_middleware(Deprecations)
    app.add_middleware(Methods)
    app.include_router(router)
    document(app)
    return app


@pytest.fixture(scope="module")
def asking(made_up: FastAPI) -> TestClient:
    return TestClient(made_up)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/old", 200), ("HEAD", "/old", 200), ("GET", "/old?fail=1", 404)])
def test_h6_every_answer_of_what_will_go_says_so(method: str, path: str, status: int, asking: TestClient) -> None:
    answer = asking.request(method, path)
    assert answer.status_code == status
    assert answer.headers["deprecation"] == DEPRECATION
    assert parsedate_to_datetime(answer.headers["sunset"]) == datetime(2027, 6, 1, tzinfo=UTC)
    assert answer.headers["link"] == '</new>; rel="successor-version"'


def test_h6_a_date_that_is_not_decided_is_not_told(asking: TestClient) -> None:
    answer = asking.post("/dated")
    assert answer.headers["deprecation"] == DEPRECATION
    assert not {"sunset", "link"} & set(answer.headers)


def test_h6_what_stays_says_nothing_unless_its_old_parameter_is_given(asking: TestClient) -> None:
    for path in ("/new", "/new?cursor=x", "/new?cursor=start", "/nowhere", "/nowhere?start=1"):
        assert "deprecation" not in asking.get(path).headers, path
    for path in ("/new?start=1", "/new?cursor=x&start=1", "/new?%73tart=2", "/new?start="):
        assert asking.get(path).headers["deprecation"] == DEPRECATION, path


def test_h6_the_document_says_so_too(made_up: FastAPI) -> None:
    paths = made_up.openapi()["paths"]
    old, new = paths["/old"]["get"], paths["/new"]["get"]
    assert old["deprecated"] is True
    assert old[KEY] == {"since": "2026-12-01", "sunset": "2027-06-01", "successor": "/new"}
    assert all({"Deprecation", "Sunset"} <= set(response["headers"]) for response in old["responses"].values())
    assert "deprecated" not in new
    assert not any("headers" in response for response in new["responses"].values())
    assert next(p for p in new["parameters"] if p["name"] == "start")["deprecated"] is True


def test_h6_nothing_is_gone_before_it_is_deprecated() -> None:
    with pytest.raises(ValueError, match="before"):
        Going(SUNSET, SINCE)


days = st.dates(date(1980, 1, 1), date(2200, 1, 1))


@given(days, st.none() | st.integers(0, 5000), st.sampled_from(["", "/v2/x"]))
def test_what_is_declared_is_what_is_told(since: date, later: int | None, successor: str) -> None:
    going = Going(since, None if later is None else since + timedelta(days=later), successor)
    assert Going.of(going.operation["openapi_extra"][KEY]) == going
    headers = MutableHeaders()
    going.mark(headers, "")
    assert datetime.fromtimestamp(int(headers["deprecation"].removeprefix("@")), UTC).date() == since
    if going.sunset:
        assert parsedate_to_datetime(headers["sunset"]).date() == going.sunset


def test_h6_offset_gives_way_to_the_cursor(client: httpx.Client) -> None:
    for method in ("GET", "HEAD"):
        old = client.request(method, "/v1/datasets", params={"offset": "20", "limit": "1"})
        assert (old.status_code, old.headers["deprecation"]) == (200, "@1795996800")
        assert (
            "Deprecation"
            in client.get("/v1/datasets?offset=1", headers={"Origin": "https://a.example"}).headers[
                "access-control-expose-headers"
            ]
        )
    assert "deprecation" not in client.get("/v1/datasets", params={"limit": "1"}).headers
    described = client.get("/v1/openapi.json").json()["paths"]
    (offset,) = (p for p in described["/v1/datasets"]["get"]["parameters"] if p["name"] == "offset")
    assert offset["deprecated"] is True
    told = {m for path in described.values() for m, operation in path.items() if operation.get("deprecated")}
    assert not told, "docs/http.md says that no operation is deprecated"
