"""Settings: the environment over the file over the defaults, and what is wrong is named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from service.settings import FILE, Settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "imaging-kg.toml"
    file.write_text('sparql_workers = 3\nlog_level = "warning"\n', encoding="utf-8")
    monkeypatch.setenv(FILE, str(file))
    monkeypatch.setenv("IMAGING_KG_SPARQL_WORKERS", "5")
    found = Settings()
    assert (found.sparql_workers, found.log_level, found.sparql_timeout) == (5, "warning", 10.0)


@pytest.mark.parametrize(
    ("text", "named"),
    [("sparql_worker = 3\n", "sparql_worker"), ('log_level = "loud"\n', "log_level"), ("sparql_timeout = 0\n", "sparql_timeout")],
)
def test_what_is_wrong_in_the_file_is_named(text: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "imaging-kg.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv(FILE, str(file))
    with pytest.raises(ValidationError, match=named):
        Settings()


def test_a_token_is_never_shown_and_never_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGING_KG_TOKEN", "a-long-enough-secret")
    assert "a-long-enough-secret" not in repr(Settings())
    monkeypatch.setenv("IMAGING_KG_TOKEN", "short")
    with pytest.raises(ValidationError, match="token"):
        Settings()
