"""The linter finds each broken rule, at its line, and a sound catalogue is found sound."""

from dataclasses import replace
from pathlib import Path

import pytest

from kg.catalogue.lint import check, not_canonical
from kg.catalogue.tables import CLAIMS, DATASETS, TABLES, Catalogue, Source
from kg.model import (
    Claim,
    Concept,
    Curated,
    DatasetRow,
    Flag,
    Override,
    Relation,
    RowIdentity,
    Status,
    Word,
    WordKind,
)
from kg.namespaces import IKG
from kg.terms.lexicon import Lexicon

FOLDER = Path("catalogue")


def concept(name: str, facet: str) -> Concept:
    return Concept(str(IKG[name]), name, facet, (Word(name, WordKind.LABEL, "en"),))


LEXICON = Lexicon({c.iri: c for c in (concept("CT", "modality"), concept("ImageRegistration", "task"))})


def claim(record: int, dataset: str, field: str = "modality", value: str = "ikg:CT", prop: str = "modality") -> Claim:
    return Claim(dataset, "survey", record, field, "raw", prop, value, Status.READ)


SOUND = Catalogue(
    datasets=(DatasetRow("a", "A"), DatasetRow("b", "B")),
    claims=(
        claim(0, "a"),
        claim(1, "b", "task", "ikg:ImageRegistration", "task"),
        claim(2, "b", "name", "MSD: B", "title"),
    ),
    identity=tuple(RowIdentity("survey", n, dataset, "single") for n, dataset in enumerate("abb")),
    relations=(Relation("a", "partOf", "b", "", "seen"),),
    overrides=(Override("survey", 1, "task", "raw", ("ikg:ImageRegistration",), Flag.READING, "because"),),
    sources=(Source("survey", "", "", "", "", 3, ""),),
)


def broken(catalogue: Catalogue) -> list[tuple[str, int, str, str]]:
    return [(Path(e.file).name, e.line, e.field, e.rule) for e in check(FOLDER, catalogue, LEXICON)]


def said(*claims: Claim) -> Catalogue:
    """The sound catalogue with these claims alone."""
    return replace(SOUND, claims=claims, overrides=())


def test_a_sound_catalogue_breaks_no_rule() -> None:
    assert broken(SOUND) == []


@pytest.mark.parametrize(
    ("catalogue", "file", "line", "field", "rule"),
    [
        (
            replace(SOUND, datasets=(*SOUND.datasets, DatasetRow("b", "Another B"))),
            "datasets.tsv", 4, "row", "stands twice: b",
        ),
        (
            replace(SOUND, claims=(*SOUND.claims, replace(SOUND.claims[0], note="n"))),
            "claims.tsv", 5, "row", "stands twice",
        ),
        (
            replace(SOUND, identity=(*SOUND.identity, RowIdentity("survey", 0, "b", "x"))),
            "identity.tsv", 5, "row", "stands twice",
        ),
        (
            replace(SOUND, relations=(*SOUND.relations, Relation("a", "partOf", "b", "", "heard"))),
            "relations.tsv", 3, "row", "stands twice",
        ),
        (
            replace(SOUND, overrides=(*SOUND.overrides, replace(SOUND.overrides[0], reason="other"))),
            "overrides.tsv", 3, "row", "stands twice",
        ),
        (
            replace(SOUND, sources=(*SOUND.sources, Source("survey", "", "2", "", "", 3, ""))),
            "sources.tsv", 3, "row", "stands twice: survey",
        ),
        (said(claim(0, "zzz")), "claims.tsv", 2, "dataset", "'zzz' is not in datasets.tsv"),
        (said(claim(0, "b")), "claims.tsv", 2, "record", "gives record 0 to a"),
        (said(claim(7, "b")), "claims.tsv", 2, "record", "gives record 7 to no dataset"),
        (
            said(replace(SOUND.claims[0], source="hearsay")),
            "claims.tsv", 2, "source", "'hearsay' is not in sources.tsv",
        ),
        (
            said(claim(0, "a", value="ikg:XRayVision")),
            "claims.tsv", 2, "value", "ikg:XRayVision is no concept",
        ),
        (said(claim(0, "a", value="CT")), "claims.tsv", 2, "value", "CT is no concept"),
        (
            said(claim(0, "a", value="nope:CT")),
            "claims.tsv", 2, "value", "nope:CT is no concept",
        ),
        (
            said(claim(0, "a", value="ikg:ImageRegistration")),
            "claims.tsv", 2, "property", "belongs to task, not to modality",
        ),
        (
            replace(said(), identity=(*SOUND.identity[:2], RowIdentity("survey", 2, "zzz", "x"))),
            "identity.tsv", 4, "dataset", "'zzz' is not in datasets.tsv",
        ),
        (
            replace(SOUND, identity=(*SOUND.identity, RowIdentity("hearsay", 0, "a", "x"))),
            "identity.tsv", 5, "source", "'hearsay' is not in sources.tsv",
        ),
        (
            replace(SOUND, identity=(*SOUND.identity, RowIdentity("survey", 3, "a", "x"))),
            "identity.tsv", 5, "record", "survey has 3 records, counted from 0",
        ),
        (
            replace(SOUND, identity=SOUND.identity[:2], claims=SOUND.claims[:2]),
            "identity.tsv", 1, "record", "record 2 of survey belongs to no dataset",
        ),
        (
            replace(SOUND, datasets=(*SOUND.datasets, DatasetRow("c", "C"))),
            "datasets.tsv", 4, "id", "neither a source record nor a curator describes c",
        ),
        (
            replace(SOUND, relations=(Relation("zzz", "partOf", "b", "", "seen"),)),
            "relations.tsv", 2, "dataset", "'zzz' is not in datasets.tsv",
        ),
        (
            replace(SOUND, relations=(Relation("a", "partOf", "zzz", "", "seen"),)),
            "relations.tsv", 2, "other", "'zzz' is not in datasets.tsv",
        ),
        (
            replace(SOUND, relations=(Relation("a", "partOf", "a", "", "seen"),)),
            "relations.tsv", 2, "other", "not related to itself",
        ),
        (
            replace(SOUND, overrides=(replace(SOUND.overrides[0], values=("ikg:XRayVision",)),)),
            "overrides.tsv", 2, "values", "ikg:XRayVision is no concept",
        ),
        (
            replace(SOUND, overrides=(replace(SOUND.overrides[0], raw="never said"),)),
            "overrides.tsv", 2, "raw", "record 1 says no such thing under task",
        ),
    ],
)  # fmt: skip
def test_a_broken_rule_is_found_where_it_is_broken(catalogue: Catalogue, file: str, line: int, field: str, rule: str) -> None:
    found = broken(catalogue)
    assert [f[:3] for f in found if rule in f[3]] == [(file, line, field)]
    # A claim about the wrong dataset or source is no claim of its record either; nothing else is held against the table.
    assert {f[:3] for f in found} <= {(file, line, field), ("claims.tsv", 2, "record")}


def test_every_broken_rule_is_told_and_not_the_first_alone() -> None:
    both = replace(SOUND, datasets=SOUND.datasets[:1], sources=())
    assert {(file, field) for file, _, field, _ in broken(both)} >= {
        ("claims.tsv", "dataset"), ("claims.tsv", "source"), ("identity.tsv", "dataset"), ("relations.tsv", "other"),
    }  # fmt: skip


def write_all(folder: Path) -> None:
    DATASETS.write(folder, SOUND.datasets)
    CLAIMS.write(folder, SOUND.claims)


def test_what_was_written_is_canonical(tmp_path: Path) -> None:
    write_all(tmp_path)
    assert not_canonical(tmp_path) == ()
    assert len(TABLES) > len(list(tmp_path.iterdir())), "a table that is not there is no fault of form"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "".join(text.splitlines(keepends=True)[n] for n in (0, 2, 1)),
        lambda text: text + "\n",
        lambda text: text.rstrip("\n"),
        lambda text: text + text.splitlines(keepends=True)[-1],
        lambda text: text.replace("\tA\t\t", "\tA\t|\t"),
    ],
    ids=["unsorted", "empty line", "no last line end", "row twice", "empty list item"],
)
def test_another_text_of_the_same_rows_is_not_canonical(spoil: object, tmp_path: Path) -> None:
    assert callable(spoil)
    write_all(tmp_path)
    path = DATASETS.path(tmp_path)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    assert not_canonical(tmp_path) == (path,)


def test_a_complete_label_set_has_labels_and_one_answer() -> None:
    def state(value: str) -> Curated:
        return Curated("a", "labelSetComplete", value, "", "because")

    alone = replace(SOUND, curated=(state("true"),))
    assert [(f, n, c) for f, n, c, _ in broken(alone)] == [("curated.tsv", 2, "property")]
    both = replace(SOUND, curated=(state("false"), state("true")))
    assert ("curated.tsv", 3, "value", "a label set is complete or it is not") in broken(both)
