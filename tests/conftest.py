"""What every suite shares: one real release, built once from the committed catalogue and ontology."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import kg
from kg.build import build
from kg.opened import OpenRelease
from kg.release import current
from kg.resources import catalogue_dir, ontology_dir

# How long an example takes is no property of the code: it depends on what else the machine does.
settings.register_profile("imaging-kg", deadline=None)
settings.load_profile("imaging-kg")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files, to be reviewed as a diff")


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def release_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder of releases that holds one release of the real catalogue; no test changes it, so the workers of pytest-xdist share it.

    The first that wants it builds it, the others wait, see https://pytest-xdist.readthedocs.io/en/stable/how-to.html.
    """
    if worker_id == "master":
        folder = tmp_path_factory.mktemp("releases")
        build(catalogue_dir(), ontology_dir(), folder)
        return folder
    from filelock import FileLock

    folder = tmp_path_factory.getbasetemp().parent / "releases"
    with FileLock(f"{folder}.lock"):
        if current(folder) is None:
            build(catalogue_dir(), ontology_dir(), folder)
    return folder


@pytest.fixture(scope="session")
def release(release_dir: Path) -> Iterator[OpenRelease]:
    """The real release, open."""
    with kg.open(release_dir) as opened:
        yield opened
