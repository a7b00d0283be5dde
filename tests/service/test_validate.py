"""Section 6: ``/v1/validate``. What the build refuses is refused here too, with a remedy; and nothing is fetched."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from rdflib import RDF, Graph, Literal
from rdflib.namespace import SH

from kg.errors import DescriptionError
from kg.namespaces import PREFIXES
from kg.reason.described import DESCRIBED, MOST_TRIPLES, described, report_of
from kg.reason.shapes import shapes_of
from kg.resources import ontology_dir
from service.app import create_app
from service.settings import Settings

HEAD = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("dcat", "dcterms", "ikg", "xsd"))
GOOD = HEAD + '<urn:x> a ikg:ImagingDataset ; dcterms:identifier "x" ; dcterms:title "X" ; dcterms:issued "2024"^^xsd:gYear .'
BAD = (
    HEAD
    + '<urn:x> a ikg:ImagingDataset ; dcterms:identifier "X y" ; dcterms:title "X" ; ikg:modality "CT" ; ikg:extent [ ikg:value 0 ] .'
)
FORMATS = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/n-triples": "nt", "application/rdf+xml": "xml"}


def post(client: httpx.Client, body: str | bytes, media: str = "text/turtle", accept: str = "application/json") -> httpx.Response:
    return client.post("/v1/validate", content=body, headers={"Content-Type": media, "Accept": accept})


@pytest.mark.parametrize("media", DESCRIBED)
def test_every_format_is_read_alike(client: httpx.Client, media: str) -> None:
    for text, conforms in ((GOOD, True), (BAD, False)):
        body = Graph().parse(data=text, format="turtle").serialize(format=FORMATS[media])
        answer = post(client, body, media)
        assert answer.status_code == 200, answer.text
        assert answer.json()["conforms"] is conforms
        assert answer.json()["checked"] == ["urn:x"]


def test_each_result_says_where_what_and_what_to_do(client: httpx.Client) -> None:
    results = {r["path"]: r for r in post(client, BAD).json()["results"]}
    assert results.keys() == {"dcterms:identifier", "ikg:modality", "ikg:extent"}
    assert results["ikg:modality"]["value"] == '"CT"'
    assert "IRI of a concept" in results["ikg:modality"]["remedy"]
    assert {d["path"] for d in results["ikg:extent"]["details"]} == {"ikg:value", "ikg:unit", "ikg:certainty"}
    report = Graph().parse(data=post(client, BAD, accept="text/turtle").content, format="turtle")
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(node, SH.conforms) == Literal(False)
    assert len(list(report.objects(node, SH.result))) == len(results)


def test_every_shape_has_a_message_and_a_remedy() -> None:
    shapes = shapes_of(ontology_dir())
    properties = set(shapes.subjects(SH.path))
    assert properties
    for shape in properties:
        assert shapes.value(shape, SH.message), shapes.value(shape, SH.path)
        assert shapes.value(shape, SH.description), shapes.value(shape, SH.path)


def test_our_own_datasets_conform(client: httpx.Client) -> None:
    for slug in ("lidc-idri", "brats-2020"):
        answer = post(client, client.get(f"/dataset/{slug}.ttl").content)
        assert answer.status_code == 200, answer.text
        assert f"https://w3id.org/imaging-kg/dataset/{slug}" in answer.json()["checked"]


def test_what_is_no_dataset_conforms_and_is_told_so(client: httpx.Client) -> None:
    body = post(client, "<urn:x> <urn:p> 3 .").json()
    assert (body["conforms"], body["checked"]) == (True, [])
    assert "no shape applies" in body["note"]


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that counts who comes."""
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched(client: httpx.Client, elsewhere: tuple[str, list[str]]) -> None:
    at, asked = elsewhere
    for context in (f"{at}/c.jsonld", [f"{at}/c.jsonld"], {"@import": f"{at}/c.jsonld", "@version": 1.1}):
        answer = post(client, json.dumps({"@context": context, "@id": "urn:x", "urn:p": "v"}), "application/ld+json")
        assert answer.status_code == 400
        assert "never fetched" in answer.json()["detail"]
    imports = f"<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <{at}/o.ttl> ."
    assert post(client, imports).status_code == 200
    dtd = f'<!DOCTYPE r SYSTEM "{at}/d.dtd"><rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}"/>'
    assert post(client, dtd, "application/rdf+xml").status_code == 400
    assert asked == []


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        ("<urn:x> nope .", "text/turtle", 400), ("", "text/turtle", 400), (b"\xff\xfe", "text/turtle", 400), ("{}", "application/json", 415),
        (b"<urn:a> <urn:b> <urn:c> .\n" * 50_000, "text/turtle", 413), ("[" * 100_000, "application/ld+json", 400),
        ("".join(f"<urn:a> <urn:b> <urn:{n}> .\n" for n in range(MOST_TRIPLES + 1)), "application/n-triples", 400),
        ("<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .", "text/turtle", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem(client: httpx.Client, body: str | bytes, media: str, status: int) -> None:
    answer = post(client, body, media)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    assert answer.json()["hint"]
    assert post(client, GOOD, accept="image/png").status_code == 406


def test_a_fault_has_its_line(client: httpx.Client) -> None:
    problem = post(client, "<urn:x> <urn:p> 3 .\n<urn:x> ikg:p 3 .").json()
    assert (problem["line"], problem["column"]) == (2, 9)


def test_it_needs_the_token_where_there_is_one(release_dir: Path) -> None:
    with TestClient(create_app(Settings(release=release_dir, token=SecretStr("0123456789abcdef")))) as guarded:
        headers = {"Content-Type": "text/turtle"}
        assert guarded.post("/v1/validate", content=GOOD, headers=headers).status_code == 401
        assert (
            guarded.post("/v1/validate", content=GOOD, headers=headers | {"Authorization": "Bearer 0123456789abcdef"}).status_code
            == 200
        )


def test_others_are_answered_meanwhile(client: httpx.Client, address: str) -> None:
    heavy = HEAD + "".join(f"<urn:{n}> a ikg:ImagingDataset ; ikg:labelled 3 ; ikg:modality 4 .\n" for n in range(300))
    done = threading.Event()

    def check() -> None:
        with httpx.Client(base_url=address, timeout=120) as own:
            assert post(own, heavy).status_code == 200
        done.set()

    thread = threading.Thread(target=check)
    thread.start()
    answered = 0
    while not done.is_set() and answered < 3:
        assert client.get("/healthz").status_code == 200
        answered += not done.is_set()
    assert answered == 3, "the health of the service is told while a description is checked"
    thread.join()


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=300), media=st.sampled_from(sorted(DESCRIBED)))
def test_whatever_is_sent_is_read_or_refused(body: bytes, media: str) -> None:
    try:
        graph = described(body, media)
    except DescriptionError as error:
        assert error.remedy  # noqa: PT017  # which of the two it is does not matter
        return
    assert report_of(graph, ontology_dir()).conforms in {True, False}
