"""Which releases a build keeps: those that were built last, whatever was done in their folders since."""

from pathlib import Path

from kg import build
from kg.release import MANIFEST


def test_files_made_in_an_old_release_do_not_make_it_younger(tmp_path: Path) -> None:
    def built(key: str) -> None:
        part = tmp_path / f".building-{key}"
        part.mkdir()
        (part / MANIFEST).write_text("{}", encoding="utf-8")
        build._publish(tmp_path, part, key, 2)  # the whole build takes half a minute

    built("one")
    built("two")
    (tmp_path / "one" / "dumps").mkdir()  # somebody asked for a dump of it
    built("three")
    assert {p.name for p in tmp_path.iterdir() if p.is_dir()} == {"two", "three"}
