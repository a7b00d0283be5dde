"""Two real servers, and a small release to bring to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.namespaces import CATALOGUE, CLAIMS, INFERRED, ONTOLOGY
from kg.publish import Plan, Target, plan_of
from kg.release import Manifest, digest
from kg.store.address import Credentials
from tests.servers import Server, oxigraph, virtuoso

LINES = (
    *(f'<urn:s:{n:04}> <urn:p> "text {n}" <{CATALOGUE}> .\n' for n in range(900)),
    *(f"<urn:s:{n:04}> <urn:q> <urn:o:{n % 7}> <{INFERRED}> .\n" for n in range(300)),
    *(f"<urn:c:{n}> <urn:has> _:r{n} <{ONTOLOGY}> .\n_:r{n} <urn:some> _:l{n} <{ONTOLOGY}> .\n" for n in range(100)),
    f'<urn:s:0001> <urn:p> "claimed" <{CLAIMS["survey"]}> .\n',
)
TEXT = "one\n"


@dataclass(frozen=True, slots=True)
class Small:
    """A release that is small."""

    manifest: Manifest
    plan: Plan
    files: dict[str, str]


def credentials_of(server: Server) -> Credentials | None:
    return Credentials(server.user, server.password or "") if server.user else None


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    file = tmp_path_factory.mktemp("files") / "review.tsv"
    file.write_text(TEXT, encoding="utf-8")
    files = {name: digest(Path(file)) for name in ("review.tsv",)}
    plan = plan_of(line for text in LINES for line in text.splitlines(keepends=True))
    return Small(Manifest("small", "0", "urn:release:small", "", {"datasets": 0}, {}, [], files), plan, {"review.tsv": TEXT})


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph") / "store") as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso") / "db") as server:
        yield server


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.virtuoso)])
def server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def target(server: Server) -> Iterator[Target]:
    with Target(server.query, server.update, server.graph_store, credentials_of(server), 60) as opened:
        yield opened
