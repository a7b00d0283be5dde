"""Publishing to real servers: whole or not there, resumable, counted, and silent about passwords."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rdflib import Literal

from kg.errors import PublishingFailed, ReleaseDamaged, StoreUnavailable
from kg.namespaces import CATALOGUE, CLAIMS, INFERRED, ONTOLOGY
from kg.publish import Target, publish
from kg.published import PUBLISHED, UNION, open_published
from kg.store.address import Credentials
from tests.remote.conftest import TEXT, Small, credentials_of
from tests.servers import Server

ROOT = Path(__file__).parents[2]


class Killed(Exception):  # noqa: N818  # what happens to a process, not an error of ours
    """The run ends here."""


class Counting(Target):
    """A target that remembers what it was sent, and may die or lose a line."""

    dies_after = 10_000
    loses: str = ""

    def add(self, graph: str, lines: Sequence[str]) -> None:
        self.sent: list[tuple[str, int]] = [*getattr(self, "sent", []), (graph, len(lines))]
        if len(self.sent) > self.dies_after:
            raise Killed
        super().add(graph, lines[1:] if graph == self.loses else lines)


def counting(server: Server) -> Counting:
    return Counting(server.query, server.update, server.graph_store, credentials_of(server), 60)


def test_a_published_release_is_opened_whole(server: Server, target: Target, small: Small) -> None:
    counts = publish(small.manifest, small.plan, small.files, target, batch=250)
    assert counts == {str(CATALOGUE): 900, str(INFERRED): 300, str(ONTOLOGY): 200, str(CLAIMS["survey"]): 1, str(UNION): 1400}
    found = open_published(server.query)
    assert found.manifest == small.manifest
    assert found.triples == counts
    assert found.file("review.tsv") == TEXT.encode()
    assert len(found.nquads().splitlines()) == 1401
    with pytest.raises(ReleaseDamaged, match=r"quality\.json"):
        found.file("quality.json")
    with found.store as store:
        assert store.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").rows == ((Literal(1400),),)
        graphs = {str(g) for (g,) in store.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows}
        assert graphs == set(counts) - {str(UNION)}
        # The nodes of the union are those of the graph, and no portion has split one.
        joined = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{ONTOLOGY}> {{ ?c <urn:has> ?r }} ?r <urn:some> ?l }}"
        assert store.select(joined).rows == ((Literal(100),),)


def test_a_release_without_a_graph_store_is_brought_by_updates(server: Server, small: Small) -> None:
    with Target(server.query, server.update, None, credentials_of(server), 60) as target:
        assert publish(small.manifest, small.plan, small.files, target, batch=400)[str(ONTOLOGY)] == 200
    assert open_published(server.query).manifest == small.manifest


def test_nobody_there_is_told_apart_from_half_an_upload(small: Small) -> None:
    with (
        Target("http://127.0.0.1:9/query", "http://127.0.0.1:9/update", timeout=5) as dead,
        pytest.raises(PublishingFailed, match="this run has brought nothing; check the address") as caught,
    ):
        publish(small.manifest, small.plan, small.files, dead)
    assert "still there" not in str(caught.value)


def test_what_is_half_brought_is_no_release_and_is_resumed(server: Server, small: Small) -> None:
    with counting(server) as dying:
        dying.dies_after = 5
        with pytest.raises(Killed):
            publish(small.manifest, small.plan, small.files, dying, batch=200)
    with pytest.raises(ReleaseDamaged, match="being brought"):
        open_published(server.query)
    with counting(server) as again:
        publish(small.manifest, small.plan, small.files, again, batch=200, resume=True)
    # The catalogue was there whole (5 portions); what follows it was not.
    assert str(CATALOGUE) not in {graph for graph, _ in again.sent}
    assert sum(count for _, count in again.sent) == 501
    assert open_published(server.query).triples[str(UNION)] == 1400


def test_a_graph_with_blank_nodes_is_begun_again(server: Server, small: Small) -> None:
    with counting(server) as dying:
        dying.dies_after = 9  # within the ontology
        with pytest.raises(Killed):
            publish(small.manifest, small.plan, small.files, dying, batch=120)
        sent = [graph for graph, _ in dying.sent]
    with counting(server) as again:
        publish(small.manifest, small.plan, small.files, again, batch=120, resume=True)
    assert sent[-1] in {str(INFERRED), str(ONTOLOGY)}
    assert open_published(server.query).triples[str(ONTOLOGY)] == 200


def test_another_release_is_not_mixed_with_one_that_was_half_brought(server: Server, small: Small) -> None:
    with counting(server) as dying:
        dying.dies_after = 3
        with pytest.raises(Killed):
            publish(small.manifest, small.plan, small.files, dying, batch=200)
    other = dataclasses.replace(small.manifest, id="other")
    with counting(server) as again:
        publish(other, small.plan, small.files, again, resume=True)
    assert sum(count for _, count in again.sent) == 1401
    assert open_published(server.query).manifest.id == "other"


def test_a_graph_that_the_server_lost_lines_of_is_named_and_nothing_is_there(server: Server, small: Small) -> None:
    with counting(server) as lossy:
        lossy.loses = str(INFERRED)
        with pytest.raises(PublishingFailed, match=r"graph/inferred> has 300 triples and 29\d of them"):
            publish(small.manifest, small.plan, small.files, lossy, batch=100)
    with pytest.raises(ReleaseDamaged):
        open_published(server.query)


def test_an_address_that_is_no_graph_store_is_told(server: Server, small: Small) -> None:
    with (
        Target(server.query, server.update, server.query + "/no-such", credentials_of(server), 20) as target,
        pytest.raises((PublishingFailed, StoreUnavailable)) as caught,
    ):
        publish(small.manifest, small.plan, small.files, target)
    assert "no-such" in str(caught.value)


@pytest.mark.virtuoso
def test_a_password_that_is_wrong_or_missing_is_told_and_not_shown(virtuoso_server: Server, small: Small) -> None:
    for credentials in (None, Credentials("dba", "a-wrong-secret")):
        with (
            Target(virtuoso_server.query, virtuoso_server.update, virtuoso_server.graph_store, credentials, 20) as target,
            pytest.raises(StoreUnavailable, match="asks for credentials") as caught,
        ):
            publish(small.manifest, small.plan, small.files, target)
        assert "secret" not in str(caught.value)
    assert "secret" not in repr(Credentials("dba", "a-wrong-secret"))


# --- the command


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(release_dir: Path) -> Run:
    def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        code = "from kg.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True, text=True, timeout=300, cwd=ROOT, check=False,
            env={**os.environ, "IMAGING_KG_RELEASE": str(release_dir), "NETRC": os.devnull, "COLUMNS": "200", **environment},
        )  # fmt: skip

    return command


def test_a_dry_run_counts_and_writes_nothing(oxigraph_server: Server, run: Run, small: Small) -> None:
    with counting(oxigraph_server) as target:
        publish(small.manifest, small.plan, small.files, target)
        before = {graph: target.count(graph) for graph in (str(CATALOGUE), str(PUBLISHED))}
        done = run("publish", "--to", oxigraph_server.query, "--dry-run")
        assert done.returncode == 0, done.stderr
        assert "nothing was written" in done.stderr
        assert "900" in next(line for line in done.stdout.splitlines() if " catalogue " in line)
        assert before == {graph: target.count(graph) for graph in before}


def test_the_command_says_what_is_wrong_without_a_secret(run: Run) -> None:
    done = run("publish", "--to", "http://someone:hidden-word@127.0.0.1:9/query")
    assert done.returncode == 1
    assert "holds credentials" in done.stderr
    assert "hidden-word" not in done.stdout + done.stderr
    done = run("publish", "--to", "http://127.0.0.1:9/query", "--user", "me")
    assert done.returncode == 1
    assert "IMAGING_KG_STORE_PASSWORD" in done.stderr
    done = run("publish", "--to", "http://127.0.0.1:9/query")
    assert done.returncode == 1
    assert "http://127.0.0.1:9/" in done.stderr
    assert "Traceback" not in done.stderr
