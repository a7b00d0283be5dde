"""``/v1/licence`` over HTTP and ``imaging-kg licence``: one body, and errors that name the remedy."""

import json

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from kg.cli import app
from kg.opened import OpenRelease


def test_the_body_is_that_of_the_library(client: httpx.Client, release: OpenRelease) -> None:
    names, use = ["LIDC-IDRI", "kits21"], "redistribute-merged"
    expected = json.loads(json.dumps(release.licence(names, use)))
    got = client.get("/v1/licence", params={"dataset": names, "use": use})
    assert got.json() == expected
    assert client.post("/v1/licence", json={"datasets": names, "use": use}).json() == expected
    assert expected["verdict"] == "yes"
    assert expected["derivative"]["kind"] == "non-commercial-share-alike"


def test_without_a_use_an_index_is_meant(client: httpx.Client) -> None:
    body = client.get("/v1/licence", params={"dataset": "flare23"}).json()
    assert (body["use"], body["verdict"], body["licenceUnknown"]) == ("index-only", "yes", ["flare23"])


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"datasets": ["LIDC-IDRJ"]}, 404, "LIDC-IDRI"),
        ({"datasets": ["lits"], "use": "redistribute"}, 422, "redistribute-unmodified"),
        ({"datasets": []}, 422, "at least one"),
        ({"datasets": ["lits"], "uses": "index-only"}, 422, "uses"),
    ],
)
def test_bad_input_is_a_problem_document(client: httpx.Client, asked: dict[str, object], status: int, told: str) -> None:
    got = client.post("/v1/licence", json=asked)
    assert got.status_code == status, got.text
    assert got.headers["content-type"].startswith("application/problem+json")
    assert told in got.text


def test_a_question_without_a_dataset_is_refused(client: httpx.Client) -> None:
    assert client.get("/v1/licence", params={"use": "index-only"}).status_code in {400, 422}


def test_the_command_prints_the_same_body(release: OpenRelease) -> None:
    where = ["--release", str(release.home.parent)]
    done = CliRunner().invoke(app, ["licence", "LIDC-IDRI", "kits21", "--use", "redistribute merged", "--json", *where])
    assert json.loads(done.output) == json.loads(json.dumps(release.licence(["LIDC-IDRI", "kits21"], "redistribute-merged")))


def test_the_command_tells_a_person_everything(release: OpenRelease) -> None:
    where = ["--release", str(release.home.parent)]
    done = CliRunner().invoke(app, ["licence", "LiTS", "FLARE23", "LIDC-IDRI", "MSD03 Liver", "WORD", "--use", "merged", *where])
    assert done.exit_code == 0
    for told in (
        "redistribute-merged: no",
        "strictest",
        "merged no licence",
        "without",
        "keep",
        "ask for FLARE23",
        "credit",
        "Not legal",
    ):
        assert told in done.output, told
