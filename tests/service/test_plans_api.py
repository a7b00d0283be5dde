"""Plans over HTTP: every form, the link, and what is said when a plan cannot be had."""

import json

import httpx2 as httpx
import pytest

from kg.export.plan_forms import PLAN_FORMS, plan_form
from kg.opened import OpenRelease

QUESTION = {"seeds": ["LiTS", "KiTS19"], "profile": {"anatomy": ["abdomen"]}, "alpha": 0.4, "testShare": 0.25}


def made(client: httpx.Client) -> dict[str, object]:
    found: dict[str, object] = client.post("/v1/fusion/plans", json=QUESTION).json()
    return found


def test_a_plan_is_the_librarys(client: httpx.Client, release: OpenRelease) -> None:
    body = made(client)
    assert body["question"]["alpha"] == 0.4  # type: ignore[index]
    assert body["question"]["seeds"] == ["kits19", "lits"]  # type: ignore[index]
    again = client.get(str(body["link"]), headers={"Accept-Encoding": "identity"})
    assert again.json() == body
    assert again.headers["etag"] == f'"{body["id"]}-json"'


@pytest.mark.parametrize("form", PLAN_FORMS)
def test_a_form_by_name_and_by_media_type(form: str, client: httpx.Client) -> None:
    body = made(client)
    named = client.post("/v1/fusion/plans", json=QUESTION, params={"format": form})
    accepted = client.get(str(body["link"]), headers={"Accept": PLAN_FORMS[form].partition(";")[0]})
    assert named.status_code == accepted.status_code == 200
    assert named.headers["content-type"] == accepted.headers["content-type"] == PLAN_FORMS[form]
    assert named.text == accepted.text == plan_form(body, form)
    assert client.get(named.headers["content-location"]).text == named.text


def test_the_id_alone_will_do_for_a_while(client: httpx.Client) -> None:
    body = made(client)
    assert client.get(f"/v1/fusion/plans/{body['id']}").json() == body


def test_a_plan_of_another_release_is_a_conflict_that_says_how_to_reproduce_it(
    client: httpx.Client, release: OpenRelease
) -> None:
    body = made(client)
    number, token = str(body["id"]), str(body["link"]).partition("?q=")[2]
    other = "0" * 16
    foreign = number.replace(release.manifest.id, other)
    answer = client.get(f"/v1/fusion/plans/{foreign}", params={"q": token})
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert (problem["release"], problem["current"]) == (other, release.manifest.id)
    assert "imaging-kg plan --reproduce" in problem["hint"]
    assert other in problem["hint"]
    assert client.post("/v1/fusion/plans", json=problem["question"]).json() == body
    bare = client.get(f"/v1/fusion/plans/{foreign}").json()
    assert bare["status"] == 409
    assert "question" not in bare


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/fusion/plans/nothing", 404),
        ("/v1/fusion/plans/{release}-0123456789abcdef", 404),
        ("/v1/fusion/plans/{release}-0123456789abcdef?q={q}", 404),
        ("/v1/fusion/plans/{release}-0123456789abcdef?q=!!", 422),
        ("/v1/fusion/plans/{id}?q={q}&format=pdf", 422),
    ],
)
def test_what_cannot_be_had_is_a_problem(path: str, status: int, client: httpx.Client, release: OpenRelease) -> None:
    body = made(client)
    q = str(body["link"]).partition("?q=")[2]
    answer = client.get(path.format(release=release.manifest.id, q=q, id=body["id"]))
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({}, 422),
        ({"seeds": ["no such set at all"]}, 404),
        ({"profile": {"organ": ["kidney"]}}, 422),
        ({"profile": {"anatomy": ["frobnicate"]}}, 422),
        ({"seeds": ["LiTS"], "alpha": 2}, 422),
        ({"seeds": ["LiTS"], "cap": 0}, 422),
        ({"seeds": ["LiTS"], "testShare": 0.9}, 422),
        ({"seeds": ["LiTS"], "beta": 1}, 422),
    ],
)
def test_a_bad_question_is_refused_as_elsewhere(question: dict[str, object], status: int, client: httpx.Client) -> None:
    answer = client.post("/v1/fusion/plans", json=question)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_no_acceptable_form(client: httpx.Client) -> None:
    answer = client.post("/v1/fusion/plans", json=QUESTION, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.json()["detail"]


def test_the_responses_are_documented(client: httpx.Client) -> None:
    paths = client.get("/v1/openapi.json").json()["paths"]
    assert {"200", "404", "406", "422"} <= set(paths["/v1/fusion/plans"]["post"]["responses"])
    responses = paths["/v1/fusion/plans/{plan}"]["get"]["responses"]
    assert {"200", "404", "406", "409", "422"} <= set(responses)
    assert set(responses["200"]["content"]) >= {m.partition(";")[0] for m in PLAN_FORMS.values()}
    assert json.dumps(responses["409"]).count("problem+json") == 1
