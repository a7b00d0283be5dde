"""The views that the catalogue needs judged, with the reasoner's answer: shipped beside the classification, keyed like it by the axioms' hash.

A build asks the reasoner only for the views that the file lacks, so that editing the catalogue costs little, and editing the ontology is safe.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from kg.catalogue.tsv import replace_file
from kg.namespaces import IKG, curie
from kg.reason.axioms import content_hash
from kg.reason.classify import unsatisfiable

__all__ = ["impossible", "judge", "views_file"]

_PART: Final = re.compile(r"ObjectSomeValuesFrom\(<([^>]+)> <([^>]+)>\)")
_COLUMNS: Final = (str(IKG.viewModality), str(IKG.viewSite), str(IKG.viewCondition))
_HEADER: Final = "modality\tsite\tcondition\tpossible"
Judge = Callable[[Iterable[str]], frozenset[str]]


def views_file(ontology_dir: Path) -> Path:
    """Where the judged views lie."""
    return ontology_dir / "classified" / "views.tsv"


def _row(expression: str) -> str:
    parts = dict(_PART.findall(expression))
    return "\t".join(curie(parts[c]) if c in parts else "" for c in _COLUMNS)


def _known(path: Path, key: str) -> dict[str, bool]:
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    if lines[:2] != [f"# axioms sha256 {key}", _HEADER]:
        return {}
    return {row: answer == "yes" for row, _, answer in (line.rpartition("\t") for line in lines[2:])}


def impossible(axioms: tuple[str, ...], ontology_dir: Path) -> Judge:
    """A judge of views: those of the expressions to which nothing can belong."""
    known = _known(views_file(ontology_dir), content_hash(axioms))

    def answer(expressions: Iterable[str]) -> frozenset[str]:
        wanted = set(expressions)
        new = {e for e in wanted if _row(e) not in known}
        return frozenset(e for e in wanted - new if not known[_row(e)]) | (unsatisfiable(axioms, new) if new else frozenset())

    return answer


def judge(axioms: tuple[str, ...], ontology_dir: Path, expressions: Iterable[str]) -> Path:
    """Judge views and write the file anew: these views and no others."""
    key, path = content_hash(axioms), views_file(ontology_dir)
    wanted = sorted(set(expressions))
    known = _known(path, key)
    new = {e for e in wanted if _row(e) not in known}
    empty = unsatisfiable(axioms, new) if new else frozenset()
    answers = {_row(e): known.get(_row(e), e not in empty) for e in wanted}
    rows = (f"{row}\t{'yes' if possible else 'no'}" for row, possible in sorted(answers.items()))
    replace_file(path, "\n".join((f"# axioms sha256 {key}", _HEADER, *rows)) + "\n")
    return path
