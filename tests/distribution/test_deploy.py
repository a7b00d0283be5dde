"""The files by which the service is deployed, read by the tools that judge such files: no engine is needed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "docs/deploy"
HADOLINT = Path(sys.executable).with_name("hadolint")


def test_the_container_file_has_no_finding() -> None:
    done = subprocess.run([HADOLINT, DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_container_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert "USER 10001" in lines
    assert lines.index("USER 10001") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed (Debian package systemd)")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "imaging-kg.service"
    text = (DEPLOY / "imaging-kg.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/imaging-kg/bin/imaging-kg ", f"{sys.executable} -m kg.cli "), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert unit.name not in done.stderr  # a finding names its unit, whatever the status
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=40", unit], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stdout  # 100 is the most exposed; a unit without any protection has 96
