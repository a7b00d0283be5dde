"""``/v1/fusion/labels`` over HTTP."""

import json

import httpx2 as httpx
import pytest

from kg.opened import OpenRelease

PAGE = "/v1/fusion/labels"


def test_the_body_is_that_of_the_library(client: httpx.Client, release: OpenRelease) -> None:
    asked = {"datasets": ["LiTS", "BTCV Abdomen"], "labels": ["liver", "MONDO:0024477"]}
    answer = client.post(PAGE, json=asked)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(release.labels(asked["datasets"], asked["labels"])))
    assert {"shared", "sharedInPart", "union", "target", "conflicts", "members", "labelsUnknown", "unserved"} <= set(
        answer.json()
    )


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"datasets": ["no such set at all"]}, 404, "no such set at all"),
        ({"datasets": ["LiTS"], "labels": ["frobnicate"]}, 404, "frobnicate"),
        ({"datasets": []}, 422, "datasets"),
        ({"datasets": ["LiTS"], "labls": ["liver"]}, 422, "labls"),
    ],
)
def test_bad_input_is_named(client: httpx.Client, asked: dict[str, list[str]], status: int, words: str) -> None:
    answer = client.post(PAGE, json=asked)
    assert answer.status_code in {status, 400, 422}
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert words in answer.text
