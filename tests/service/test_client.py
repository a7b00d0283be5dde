"""One contract, two adapters: the graph on this machine and a service in front of it give the same values and the same errors."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

import kg
from kg import errors
from kg.client import LocalSource, Release, RemoteRelease, Source
from kg.client.problems import ERRORS, error_of
from kg.client.remote import RemoteSource
from kg.opened import OpenRelease
from service.problems import TABLE

Ask = Callable[[Release], Any]
CT = {"modality": ["CT"], "anatomy": ["liver"]}
RULE = {"modalities": ["CT"], "task_types": ["Segmentation"], "anatomy_whitelist": ["Liver"], "min_valid_image_n_per_dataset": 10}
SELECT = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
SELECT ?d ?y { ?d a ikg:ImagingDataset OPTIONAL { ?d <urn:no> ?y } } ORDER BY ?d LIMIT 5"""
SECRET = "a token"

QUESTIONS: dict[str, Ask] = {
    "search": lambda g: g.search("renal CT segmentation since 2018", 5, facets=["modality"], explain=True),
    "search, structured": lambda g: g.search({"modality": ["CT"], "anatomy": ["liver", "kidney"]}, 3, sort="-year"),
    "search, fields": lambda g: g.search("kidney", 3, fields=["year", "extent"]),
    "search, next page": lambda g: g.search("kidney", 3, cursor=g.search("kidney", 3).next),
    "search, everything": lambda g: g.search("", 2),
    "search, another script": lambda g: g.search("眼底 青光眼 & % + #", 2),
    "search, none shown": lambda g: g.search("renal CT", 0, facets=["modality"]).json,
    "search, no values": lambda g: g.search("renal CT", 1, facets=["modality"], facet_limit=0),
    "suggest, none": lambda g: (g.suggest("kidn", 0),),
    "fuse, none shown": lambda g: g.fuse(["LiTS"], limit=0).json,
    "suggest": lambda g: g.suggest("kidn", 4),
    "suggest, datasets": lambda g: g.suggest("lit", 2, ("dataset",)),
    "fuse, seeds": lambda g: g.fuse(["LiTS", "KiTS19"], limit=5),
    "fuse, profile": lambda g: g.fuse(profile=CT, limit=3),
    "fuse, rules": lambda g: g.fuse(rules=RULE, limit=3),
    "plan": lambda g: g.plan(["LiTS", "KiTS19"], alpha=0.3, cap=100, test_share=0.1),
    "plan, again": lambda g: g.plan_again(g.plan(["LiTS"]).link),
    "pair": lambda g: g.pair("LiTS", "KiTS19"),
    "why not": lambda g: g.why_not("NLST", ["LiTS"], CT),
    "rules": lambda g: g.read_rules(RULE),
    "licence": lambda g: g.licence(["LiTS", "KiTS19"], "commercial-model"),
    "labels": lambda g: g.labels(["LiTS", "BTCV Abdomen", "KiTS19"], ["liver", "kidney"]),
    "compare": lambda g: g.compare("LiTS", "KiTS19", "MSD03-Liver"),
    "datasets": lambda g: tuple(d["id"] for d in g.datasets()),
    "show": lambda g: g.show("KiTS19"),
    "show, by IRI": lambda g: g.show("https://w3id.org/imaging-kg/dataset/kits19"),
    "provenance": lambda g: g.provenance("KiTS19"),
    "history": lambda g: g.history("KiTS19"),
    "stats": lambda g: g.stats("modality", "task"),
    "stats, of some": lambda g: g.stats(
        "licence",
        "year",
        demands={"modality": ["CT", "MRI"], "year": {"least": 2018, "most": 2022}, "labelled": True},
        counting="stated",
    ),
    "validate": lambda g: g.validate("<urn:x> a <https://w3id.org/imaging-kg/ontology/ImagingDataset> ."),
    "explain": lambda g: g.explain("KiTS19", "abdomen"),
    "explain, not so": lambda g: g.explain("KiTS19", "brain"),
    "explain, by property": lambda g: g.explain("KiTS19", "abdomen", "depictsWithin"),
    "concept": lambda g: g.concept("RADLEX:RID205"),
    "concepts": lambda g: g.concepts("task"),
    "select": lambda g: g.sparql(SELECT),
    "supplied prefixes": lambda g: g.sparql("SELECT ?d { ?d a ikg:ImagingDataset } ORDER BY ?d LIMIT 1"),
    "a prefix of one's own": lambda g: g.sparql(
        "PREFIX ikg: <http://purl.org/dc/terms/> SELECT ?t { ?d a <https://w3id.org/imaging-kg/ontology/ImagingDataset> ; ikg:title ?t }"
        " ORDER BY ?t LIMIT 1"
    ),
    "ask": lambda g: g.sparql("ASK { ?s ?p ?o }"),
    "id": lambda g: g.id,
}

WRONG: dict[str, tuple[type[errors.KGError], Ask]] = {
    "dataset": (errors.UnknownDataset, lambda g: g.show("KiTS19999")),
    "dataset with slashes": (errors.UnknownDataset, lambda g: g.show("no/such?thing#")),
    "dataset without a name": (errors.UnknownDataset, lambda g: g.show("")),
    "dataset with dots": (errors.UnknownDataset, lambda g: g.show("..")),
    "dataset, compared": (errors.UnknownDataset, lambda g: g.compare("LiTS", "Lits of nothing")),
    "compared with nothing": (errors.QuestionError, lambda g: g.compare("LiTS")),
    "compared twice": (errors.QuestionError, lambda g: g.compare("LiTS", "lits")),
    "seed": (errors.UnknownDataset, lambda g: g.fuse(["nonesuch"])),
    "concept": (errors.UnknownConcept, lambda g: g.concept("kidnei")),
    "concept of a profile": (errors.UnknownConcept, lambda g: g.fuse(profile={"modality": ["CTT"]})),
    "profile": (errors.ProfileError, lambda g: g.fuse(profile={"modalities": ["CT"]})),
    "nothing asked": (errors.ProfileError, lambda g: g.fuse()),
    "expression": (errors.ExpressionError, lambda g: g.fuse(profile={"expression": "CT and (kidney"})),
    "sort": (errors.QuestionError, lambda g: g.search("CT", sort="colour")),
    "field": (errors.QuestionError, lambda g: g.search("CT", fields=["colour"])),
    "cursor": (errors.QuestionError, lambda g: g.search("CT", cursor="x")),
    "provenance": (errors.UnknownDataset, lambda g: g.provenance("KiTS19999")),
    "history": (errors.UnknownDataset, lambda g: g.history("../KiTS19999")),
    "facet": (errors.QuestionError, lambda g: g.stats("colour")),
    "demand": (errors.QuestionError, lambda g: g.stats("modality", demands={"topic": ["radiotherapy"]})),
    "demanded concept": (errors.UnknownConcept, lambda g: g.stats("task", demands={"modality": ["CTT"]})),
    "description": (errors.DescriptionError, lambda g: g.validate("<urn:x> nope .")),
    "use": (errors.QuestionError, lambda g: g.licence(["LiTS"], "world-domination")),
    "plan": (errors.UnknownPlan, lambda g: g.plan_again("nonesuch")),
    "plan of another release": (
        errors.PlanOfAnotherRelease,
        lambda g: g.plan_again(g.plan(["LiTS"]).link.replace(g.id, "0" * 16)),
    ),
    "alpha": (errors.ProfileError, lambda g: g.plan(["LiTS"], alpha=3)),
    "limit below none": (errors.QuestionError, lambda g: g.search("CT", -1)),
    "limit beyond all": (errors.QuestionError, lambda g: g.search("CT", 2001)),
    "facet limit": (errors.QuestionError, lambda g: g.search("CT", facet_limit=501)),
    "suggestions": (errors.QuestionError, lambda g: g.suggest("CT", 101)),
    "members": (errors.QuestionError, lambda g: g.fuse(["LiTS"], limit=-1)),
    "dataset, spaced otherwise": (errors.UnknownDataset, lambda g: g.show("lidc idri 2")),
    "syntax": (errors.QuerySyntaxError, lambda g: g.sparql("SELECT * { ?s ?p }")),
    "a prefix that nobody declares": (errors.QuerySyntaxError, lambda g: g.sparql("SELECT * { ?s nowhere:modality ?o }")),
    "no query": (errors.QuerySyntaxError, lambda g: g.sparql("PLEASE")),
    "update": (errors.QueryRefused, lambda g: g.sparql("DELETE WHERE { ?s ?p ?o }")),
    "federation": (errors.QueryRefused, lambda g: g.sparql("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")),
}


@pytest.fixture(scope="session")
def local(release: OpenRelease) -> Release:
    return Release(LocalSource(release))


@pytest.fixture(scope="session")
def remote(address: str) -> Iterator[Release]:
    with kg.connect(address) as found:
        yield found


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_give_the_same_value(name: str, local: Release, remote: Release) -> None:
    here, there = QUESTIONS[name](local), QUESTIONS[name](remote)
    assert here == there
    assert here or name == "explain, not so"  # an empty answer would prove nothing


@pytest.mark.parametrize("name", WRONG)
def test_both_raise_the_same_error(name: str, local: Release, remote: Release) -> None:
    kind, ask = WRONG[name]
    raised = []
    for graph in (local, remote):
        with pytest.raises(errors.KGError) as caught:
            ask(graph)
        raised.append(caught.value)
    here, there = raised
    assert type(here) is type(there) is kind
    assert str(here) == str(there)
    assert here.args == there.args  # suggestions and all
    assert here.remedy == there.remedy
    assert str(pickle.loads(pickle.dumps(there))) == str(here)  # noqa: S301  # our own bytes


def test_both_describe_with_the_same_triples(local: Release, remote: Release) -> None:
    here, there = (g.search("renal CT", 3).to_rdflib() for g in (local, remote))
    assert len(here) > 100
    assert isomorphic(here, there)
    assert {str(h.iri) for h in local.search("renal CT", 3)} <= {str(s) for s in here.subjects()}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=40))
def test_any_text_is_read_alike(local: Release, remote: Release, text: str) -> None:
    def asked(graph: Release) -> Any:
        try:
            return graph.search(text, 2)
        except errors.KGError as error:
            return type(error), str(error)

    assert asked(local) == asked(remote)


def test_the_answers_of_both_fit_the_port(local: Release, remote: Release) -> None:
    """Both adapters have every method of the port: mypy checks the signatures, this that none was forgotten."""
    wanted = {n for n in dir(Source) if not n.startswith("_")}
    for adapter in (LocalSource, RemoteSource):
        assert wanted <= set(dir(adapter))


LEFT_OUT = {
    "GET /v1": "a list of the others",
    "GET /v1/licence": "the same answer as POST, for an address",
    "GET /v1/datasets/{name}/explain": "the same answer as /v1/explain",
}


def test_every_route_is_covered_or_left_out_for_a_reason(address: str, local: Release) -> None:
    """The drift check: a new route of the API either gets a method or a reason."""
    asked: set[str] = set()
    routes = httpx.get(f"{address}/v1/openapi.json").json()["paths"]
    offered = {f"{verb.upper()} {path}" for path, verbs in routes.items() if path.startswith("/v1") for verb in verbs}

    def record(request: httpx.Request) -> httpx.Response:
        asked.add(f"{request.method} {request.url.raw_path.decode().partition('?')[0]}")
        return httpx.Response(500)

    recording = RemoteRelease("http://127.0.0.1:1", transport=httpx.MockTransport(record))
    known = local.plan(["LiTS"]).link
    for name, ask in (QUESTIONS | {"again": lambda g: g.plan_again(known)}).items():
        with pytest.raises(errors.ServiceError):
            ask(recording)
        assert asked, name
    covered = {_template(request, offered) for request in asked}
    assert offered - covered == set(LEFT_OUT)
    assert covered - offered == {"GET /version", "POST /sparql"}


def _template(request: str, offered: set[str]) -> str:
    """The route of a request: itself, or the one with a name in braces in place of its last part."""
    if request in offered:
        return request
    head = request.rpartition("/")[0]
    return next((o for o in offered if o.rpartition("/")[0] == head and "{" in o.rpartition("/")[2]), request)


def test_the_client_knows_every_problem_of_the_service() -> None:
    """The slugs are written twice, since the library imports no service: here they are compared."""
    theirs = {kind.slug: error for error, kind in TABLE.items()}
    assert all(theirs[slug] is error for slug, error in ERRORS.items())
    faults = {
        "query",
        "service",
        "store-closed",
        "publishing",
        "release-damaged",
        "catalogue",
        "source-shape",
        "source-shrank",
        "reasoner",
        "missing-extra",
    }
    assert set(theirs) - set(ERRORS) == faults  # ours or theirs, not the question's


def answering(status: int, body: bytes | dict[str, Any], kind: str = "application/problem+json") -> RemoteRelease:
    def answer(request: httpx.Request) -> httpx.Response:
        if isinstance(body, dict):
            return httpx.Response(status, json=body, headers={"Content-Type": kind})
        return httpx.Response(status, content=body, headers={"Content-Type": kind})

    return RemoteRelease("http://127.0.0.1:1", transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"type": "/errors/unauthorised", "title": "A token is needed", "detail": "Send a bearer token."}, "Send a bearer"),
        (429, {"type": "/errors/too-many", "detail": "slow down"}, "429: slow down"),
        (404, b"<html>nginx</html>", "answers 404"),
        (404, {"type": "/errors/unknown-dataset", "detail": "no text given"}, "no text given"),
        (200, b"<html>a login page</html>", "no JSON"),
        (200, {"hits": []}, "this version of the library"),
        (200, b"[1, 2]", "this version of the library"),
        (302, b"", "answers 302"),
        (500, b'"broken"', "answers 500"),
    ],
)
def test_whatever_answers_is_an_error_of_ours(status: int, body: bytes | dict[str, Any], said: str) -> None:
    with answering(status, body) as graph, pytest.raises(errors.ServiceError, match=said) as caught:
        graph.search("CT")
    assert caught.value.status == (None if status == 200 else status)
    assert caught.value.remedy


@settings(max_examples=100, deadline=None)
@given(
    status=st.integers(400, 599),
    body=st.dictionaries(
        st.sampled_from(["type", "title", "detail", "text", "reason", "field", "line", "seconds", "suggestions", "limit", "resource"]),
        st.none() | st.text(max_size=8) | st.integers() | st.lists(st.text(max_size=4), max_size=2) | st.sampled_from(
            [f"/errors/{slug}" for slug in ERRORS]
        ),
    ),
)  # fmt: skip
def test_any_problem_document_is_an_error_of_ours(status: int, body: dict[str, Any]) -> None:
    error = error_of(status, body)
    assert isinstance(error, errors.KGError)
    assert str(error)


class Refuses(httpx.BaseTransport):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise self.error


@pytest.mark.parametrize(
    ("foreign", "ours", "said"),
    [
        (httpx.ConnectError("refused"), errors.StoreUnavailable, "refused"),
        (httpx.ReadTimeout(""), errors.StoreUnavailable, "within 60 seconds"),
        (httpx.RemoteProtocolError("half an answer"), errors.StoreUnavailable, "half an answer"),
        (httpx.DecodingError("bad gzip"), errors.ServiceError, "bad gzip"),
        (httpx.TooManyRedirects("loop"), errors.ServiceError, "loop"),
    ],
)
def test_nothing_of_the_http_client_escapes(foreign: Exception, ours: type[Exception], said: str) -> None:
    with RemoteRelease("http://127.0.0.1:1", transport=Refuses(foreign)) as graph, pytest.raises(ours, match=said):
        graph.concept("CT")


def test_every_error_of_the_http_client_has_a_place() -> None:
    """A new kind of error in httpx falls under one of those that are caught."""
    kinds = [k for k in vars(httpx).values() if isinstance(k, type) and issubclass(k, Exception)]
    caught = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)
    assert {k.__name__ for k in kinds if not issubclass(k, caught)} == {"CookieConflict"}  # it keeps no cookies


def test_a_closed_graph_says_so(address: str, release_dir: Path) -> None:
    raised = []
    for where in (address, release_dir):
        with kg.connect(where) as graph:
            pass
        with pytest.raises(errors.StoreClosed) as caught:
            graph.sparql("ASK {}")
        raised.append(caught.value)
    for error in raised:
        assert str(error) == "The graph is closed."
        assert "again in a moment" not in error.remedy
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  # our own bytes


def test_a_runaway_is_stopped_by_its_deadline_and_not_by_the_client(address: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with kg.connect(address, timeout=1) as graph, pytest.raises(errors.QueryTimeout) as caught:
        graph.sparql(query)
    assert caught.value.seconds == 1


def test_a_value_that_a_service_finds_invalid_is_a_fault_of_the_question() -> None:
    found = {"pointer": "/query/q", "detail": "String should have at most 10000 characters"}
    body = {"type": "/errors/invalid", "detail": f"{found['pointer']}: {found['detail']}", "errors": [found]}
    with answering(422, body) as graph, pytest.raises(errors.QuestionError) as caught:
        graph.search("CT")
    assert (caught.value.field, caught.value.reason) == (found["pointer"], found["detail"])


def test_a_refusal_keeps_the_remedy_of_who_refuses() -> None:
    body = {"type": "/errors/too-large", "detail": "a request may have 1,000 bytes", "hint": "Ask in parts."}
    with answering(413, body) as graph, pytest.raises(errors.ServiceError) as caught:
        graph.search("CT")
    assert caught.value.remedy == "Ask in parts."
    assert pickle.loads(pickle.dumps(caught.value)).remedy == "Ask in parts."  # noqa: S301  # our own bytes


def test_nobody_there_is_an_error_with_a_remedy() -> None:
    with kg.connect("http://127.0.0.1:9", timeout=5) as graph, pytest.raises(errors.StoreUnavailable) as caught:
        graph.search("CT")
    assert caught.value.remedy


def test_nothing_is_asked_before_a_method_is_called() -> None:
    asked: list[str] = []

    def record(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, json={"release": "x"})

    graph = RemoteRelease("http://127.0.0.1:1/", transport=httpx.MockTransport(record))
    assert repr(graph) == "RemoteRelease('http://127.0.0.1:1')"
    assert asked == []
    assert graph.id == "x"
    assert asked == ["/version"]


@pytest.mark.parametrize(
    ("given", "told", "expected"),
    [("mine", "theirs", "Bearer mine"), (None, "theirs", "Bearer theirs"), ("", "theirs", None), (None, None, None)],
)
def test_the_token(monkeypatch: pytest.MonkeyPatch, given: str | None, told: str | None, expected: str | None) -> None:
    monkeypatch.delenv("IMAGING_KG_TOKEN", raising=False)
    if told:
        monkeypatch.setenv("IMAGING_KG_TOKEN", told)
    seen: list[str | None] = []

    def record(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(200, json={"release": "x"})

    assert RemoteRelease("https://example.org", given, transport=httpx.MockTransport(record)).id == "x"
    assert seen == [expected]


def test_a_token_does_not_travel_in_the_clear() -> None:
    with pytest.raises(errors.ServiceError, match="in the clear"):
        kg.connect("http://example.org", token=SECRET)
    assert SECRET not in repr(kg.connect("http://127.0.0.1:1", token=SECRET))


@pytest.mark.parametrize("address", ["ftp://example.org", "http://", "https:///path", "://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(errors.ServiceError, match="no address of a service"):
        kg.connect(address)


def test_a_folder_without_a_release(tmp_path: Any) -> None:
    with pytest.raises(errors.ReleaseDamaged, match="imaging-kg build"):
        kg.connect(tmp_path)
