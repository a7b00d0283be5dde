"""What a curator works with: the form, the comparison in words, the queue, the detectors, the report."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from kg.catalogue.compare import changes
from kg.catalogue.form import FIELDS, add
from kg.catalogue.lint import check
from kg.catalogue.policy import facts_of
from kg.catalogue.tables import CURATED, DATASETS, Catalogue, Source, load, save
from kg.cli import app
from kg.errors import CatalogueError, UnknownConcept
from kg.export.quality_html import quality_page
from kg.landscape.figures import figures, inside
from kg.landscape.report import report_of
from kg.model import Claim, Curated, DatasetRow, Flag, LinkDecision, Override, Relation, RowIdentity, Series, Status, Unlinked
from kg.namespaces import expand
from kg.reason.classified import classified_file
from kg.reason.contradictions import Contradiction, needed
from kg.reason.disagreements import disagreements, fits
from kg.reason.judged import Judged
from kg.reason.review import waiting
from kg.reason.taxonomy import Taxonomy, read_taxonomy
from kg.resources import catalogue_dir, ontology_dir
from kg.terms.lexicon import Lexicon
from kg.terms.modules import concepts_of, load_modules

ANSWERS = {
    "name": "Shoulder Set", "homepage": "https://example.org/shoulder", "reason": "Its paper describes it.", "modality": "CT, MRI",
    "anatomy": "shoulder", "task": "segmentation", "condition": "-", "extent": "12 volume exact; 3 patient approximate",
    "licence": "CC BY 4.0", "accessLevel": "open download", "reference": "https://doi.org/10.1/x",
}  # fmt: skip
runner = CliRunner()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(concepts_of(load_modules(ontology_dir())))


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return read_taxonomy(classified_file(ontology_dir()))[1]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A catalogue of two datasets in a folder."""
    folder = tmp_path / "tables"
    whole = load(catalogue_dir())
    ids = {"lidc-idri", "luna16"}
    save(folder, replace(
        whole, datasets=tuple(d for d in whole.datasets if d.id in ids), claims=tuple(c for c in whole.claims if c.dataset in ids),
        identity=tuple(i for i in whole.identity if i.dataset in ids), curated=tuple(c for c in whole.curated if c.dataset in ids),
        relations=tuple(r for r in whole.relations if {r.dataset, r.other} <= ids), overrides=(), links=(), unlinked=(), series=(),
    ))  # fmt: skip
    return folder


def test_answers_become_rows(lexicon: Lexicon) -> None:
    found, slug = add(Catalogue(), ANSWERS, lexicon)
    assert slug == "shoulder-set"
    assert found.datasets == (DatasetRow("shoulder-set", "Shoulder Set", (), "https://example.org/shoulder", ""),)
    assert {(c.property, c.value) for c in found.curated} == {
        ("modality", "ikg:CT"), ("modality", "ikg:MRI"), ("anatomy", "UBERON:0001467"), ("task", "ikg:ImageSegmentation"), ("condition", "-"),
        ("extent", "12 volume exact"), ("extent", "3 patient approximate"), ("licence", "ikg:CCBY40"), ("accessLevel", "ikg:OpenDownload"),
    }  # fmt: skip
    assert {(c.reason, c.reference) for c in found.curated} == {("Its paper describes it.", "https://doi.org/10.1/x")}


def test_answers_about_a_known_dataset_correct_it(lexicon: Lexicon) -> None:
    once, slug = add(Catalogue(), ANSWERS, lexicon)
    again, same = add(once, {**ANSWERS, "modality": "PET"}, lexicon)
    assert (same, len(again.datasets)) == (slug, 1)
    assert [c.value for c in again.curated if c.property == "modality"] == ["ikg:PET"]


@pytest.mark.parametrize("field", [f.name for f in FIELDS if f.needed])
def test_a_needed_answer_that_is_missing_is_named(field: str, lexicon: Lexicon) -> None:
    with pytest.raises(CatalogueError, match="must be answered") as caught:
        add(Catalogue(), {k: v for k, v in ANSWERS.items() if k != field}, lexicon)
    assert caught.value.field == field


def test_bad_answers_are_refused_by_name(lexicon: Lexicon) -> None:
    with pytest.raises(UnknownConcept, match="shoulderx"):
        add(Catalogue(), {**ANSWERS, "anatomy": "shoulderx"}, lexicon)
    with pytest.raises(CatalogueError, match="no http"):
        add(Catalogue(), {**ANSWERS, "homepage": "example.org"}, lexicon)
    with pytest.raises(CatalogueError, match="is no field"):
        add(Catalogue(), {**ANSWERS, "colour": "blue"}, lexicon)


def test_the_issue_form_asks_what_the_command_asks() -> None:
    form = Path(__file__).parents[2] / ".github" / "ISSUE_TEMPLATE" / "dataset.yml"
    body = [b for b in yaml.safe_load(form.read_text(encoding="utf-8"))["body"] if "id" in b]
    asked = [(b["id"], b["attributes"]["description"], b.get("validations", {}).get("required", False)) for b in body]
    assert asked == [(f.name, f.asks, f.needed) for f in FIELDS]


def test_catalogue_add_from_answers_then_lint(small: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yml"
    answers.write_text(yaml.safe_dump(ANSWERS | {"modality": ["CT", "MRI"]}), encoding="utf-8")
    done = runner.invoke(app, ["catalogue", "add", "--answers", str(answers), "--catalogue", str(small)])
    assert done.exit_code == 0, done.output
    assert "shoulder-set" in {d.id for d in DATASETS.read(small)}
    assert [
        e for e in check(small, load(small), Lexicon(concepts_of(load_modules(ontology_dir())))) if "shoulder" in str(e)
    ] == []


def test_catalogue_add_asks(small: Path) -> None:
    told = "\n".join(ANSWERS.get(f.name, "") for f in FIELDS) + "\n"
    done = runner.invoke(app, ["catalogue", "add", "--catalogue", str(small)], input=told)
    assert done.exit_code == 0, done.output
    assert {c.property for c in CURATED.read(small) if c.dataset == "shoulder-set"} >= {"modality", "licence", "extent"}


def test_catalogue_add_from_a_publishers_file(small: Path, tmp_path: Path) -> None:
    body = {"@type": "Dataset", "name": "Elbow Set", "url": "https://example.org/elbow", "keywords": "CT, elbow"}
    file = tmp_path / "elbow.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    for expected in ("a new dataset", "known"):
        done = runner.invoke(app, ["catalogue", "add", str(file), "--catalogue", str(small)])
        assert done.exit_code == 0, done.output
        assert expected in done.output
    (source,) = (s for s in load(small).sources if s.name == "dcat")
    assert source.records == 1


def test_review_shows_both_sides(small: Path) -> None:
    done = runner.invoke(app, ["catalogue", "review", "--json", "--limit", "0", "--catalogue", str(small)])
    assert done.exit_code == 0, done.output
    whole = runner.invoke(app, ["catalogue", "review", "--limit", "3"])
    assert whole.exit_code == 0
    assert {"says", "against"} <= set(whole.output.split())


def test_stats_count(small: Path) -> None:
    done = runner.invoke(app, ["catalogue", "stats", "--json", "--catalogue", str(small)])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["datasets"] == 2
    assert report["coverage"]["modality"] == {"datasets": 2, "share": 1.0, "by a curator": 2}


def test_diff_tells_changes_in_words(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    before = load(small)
    stated = tuple(c for c in before.curated if (c.dataset, c.property) != ("luna16", "modality"))
    save(
        other,
        replace(before, curated=(*stated, Curated("luna16", "modality", "ikg:PET", "positron emission tomography", "seen"))),
    )
    done = runner.invoke(app, ["catalogue", "diff", str(small), str(other)])
    assert done.exit_code == 0, done.output
    assert "luna16: modality −computed tomography, +positron emission tomography" in done.output


def test_changes_of_every_kind() -> None:
    one = Catalogue(
        datasets=(DatasetRow("a", "A", (), "", "2019"), DatasetRow("b", "B")), sources=(Source("s", "", "1", "", "", 3, ""),)
    )
    two = Catalogue(
        datasets=(DatasetRow("a", "A2", ("A",), "https://a.org", "2020"), DatasetRow("c", "C")),
        claims=(
            Claim("a", "s", 0, "x", "", "labelled", "true", Status.VALUE),
            Claim("a", "s", 0, "n", "", "extent", "5 image exact", Status.VALUE),
        ),
        relations=(Relation("a", "partOf", "c", "", "seen"),),
        sources=(Source("s", "", "2", "", "", 4, ""), Source("t", "", "", "", "", 1, "")),
    )  # fmt: skip
    assert list(changes((one, facts_of(one)), (two, facts_of(two)), str)) == [
        "source s: version 1 → 2, 3 → 4 records", "source t: new, 1 records", "a: name A → A2", "a: homepage unknown → https://a.org",
        "a: year 2019 → 2020", "a: alias +A", "a: extent +5 image (exact)", "a: labelled None → True", "b: gone (B)", "c: new dataset (C)",
        "a: now partOf c",
    ]  # fmt: skip


def said(record: int, prop: str, value: str, source: str = "imaging-x", status: Status = Status.READ) -> Claim:
    return Claim("a", source, record, prop, value, prop, value, status)


def test_other_rows_and_other_sources_are_the_second_detector(taxonomy: Taxonomy) -> None:
    heart, lung, thorax = "UBERON:0000948", "UBERON:0002048", "UBERON:0000915"
    (found,) = disagreements(
        [said(0, "anatomy", heart), said(1, "anatomy", lung), said(3, "anatomy", lung)],
        taxonomy,
    )
    assert (found.claim.value, found.against, found.records, found.kind) == (heart, (lung,), 2, "disagreement")
    assert not found.withheld
    assert list(disagreements([said(0, "anatomy", lung), said(1, "anatomy", thorax)], taxonomy)) == []  # a part of it
    assert list(disagreements([said(0, "anatomy", lung), said(1, "anatomy", heart, "portal")], taxonomy)) == []  # no witness


def test_what_fits_together(taxonomy: Taxonomy) -> None:
    judge = fits(taxonomy)
    assert judge("ikg:CT", "ikg:LowDoseCT")
    assert judge("MONDO:0021042", "MONDO:0018177")  # glioma and glioblastoma
    assert not judge("ikg:CT", "ikg:Dermoscopy")


def test_the_queue_leaves_out_what_a_curator_settled() -> None:
    doubts = [
        Contradiction(said(0, "anatomy", "UBERON:1"), "other-site", ()), Contradiction(said(1, "condition", "MONDO:1"), "impossible-view", ()),
        Contradiction(said(2, "condition", "MONDO:2", status=Status.REJECTED), "impossible-view", ()),
    ]  # fmt: skip
    assert [c.claim.record for c in waiting(doubts, ())] == [1, 0]
    assert [c.claim.record for c in waiting(doubts, [Curated("a", "condition", "-", "", "seen")])] == [0]


LANDSCAPE = Catalogue(
    datasets=tuple(DatasetRow(i, i.upper(), (), "", "2020") for i in ("abc", "part", "sub")),
    claims=tuple(
        Claim(d, "imaging-x", n, "x", "", p, v, Status.VALUE if p == "extent" else Status.READ)
        for n, (d, size) in enumerate((("abc", "100"), ("part", "40"), ("sub", "10")))
        for p, v in (("modality", "ikg:LowDoseCT"), ("extent", f"{size} volume exact"))
    ),
    relations=(Relation("part", "partOf", "abc", "", "seen"), Relation("sub", "derivedFrom", "part", "", "seen")),
    identity=(
        *(RowIdentity("imaging-x", n, d, "single") for n, d in enumerate(("abc", "part", "sub"))),
        RowIdentity("imaging-x", 3, "abc", "same"),
    ),
)  # fmt: skip


def test_what_is_inside_another_dataset_is_counted_once(taxonomy: Taxonomy) -> None:
    assert inside(LANDSCAPE.relations) == {"part": {"abc"}, "sub": {"abc", "part"}}
    label = {expand("ikg:CT"): "CT", expand("ikg:LowDoseCT"): "low-dose CT"}
    rows = {"abc": 2, "part": 1, "sub": 1}
    found = figures(facts_of(LANDSCAPE), LANDSCAPE.relations, rows, taxonomy, label)
    (ct,) = (f for f in found["modality"] if f.key == "ikg:CT")  # by being low-dose CT
    assert (ct.rows, ct.datasets, ct.own, ct.sizes, ct.own_sizes) == (4, 3, 1, {"volume": 150}, {"volume": 100})
    assert [f.key for f in found["year"]] == ["2020"]
    assert found["all"][0].datasets == 3


def test_the_report_counts_what_the_detectors_found(taxonomy: Taxonomy) -> None:
    right = said(0, "condition", "MONDO:0021042", status=Status.REJECTED)
    catalogue = Catalogue(
        datasets=(DatasetRow("a", "A"),),
        claims=(right, Claim("a", "m-aryayi", 0, "licence", "ask me", "", "", Status.UNREAD)),
        curated=(Curated("a", "condition", "-", "", "healthy"),),
        overrides=(Override("imaging-x", 0, "condition", "MONDO:0021042", (), Flag.SHIFTED, "seen"),),
        unlinked=(Unlinked("m-aryayi", 4, "X", "no dataset"),),
    )
    judged = Judged((Contradiction(right, "impossible-view", ()),), ())
    report = report_of(catalogue, facts_of(catalogue), judged, taxonomy, {})
    assert report["detectors"]["reasoner"] == {"found": 1, "judged": 1, "confirmed": 1, "precision": 1.0}
    assert report["detectors"]["share of them that a detector found"] == 1.0
    assert report["flags"] == {"shifted in condition": 1}
    assert report["licences"]["texts that name none"] == {"ask me": 1}
    assert report["unknown"]["condition"] == 0  # that none holds is known
    assert report["unknown"]["modality"] == 1
    page = quality_page(report)
    assert "ask me" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


SOUND = Catalogue(
    datasets=(DatasetRow("a", "A"), DatasetRow("b", "B"), DatasetRow("c", "C")),
    identity=tuple(RowIdentity("s", n, d, "single") for n, d in enumerate("abc")),
    sources=(Source("s", "", "", "", "", 3, ""),),
    series=(Series("brats", "BraTS"),),
)


@pytest.mark.parametrize(
    ("broken", "file", "field", "rule"),
    [
        (
            {"relations": tuple(Relation(x, "derivedFrom", y, "", "seen") for x, y in ("ab", "bc", "ca"))},
            "relations.tsv", "other", "goes in a circle: a → b → c → a",
        ),
        ({"relations": (Relation("a", "inSeries", "flare", "", "seen"),)}, "relations.tsv", "other", "'flare' is not in series.tsv"),
        ({"curated": (Curated("z", "modality", "ikg:CT", "computed tomography", "x"),)}, "curated.tsv", "dataset", "'z' is not in datasets.tsv"),
        ({"curated": (Curated("a", "modality", "ikg:Nope", "", "x"),)}, "curated.tsv", "value", "is no concept"),
        ({"curated": (Curated("a", "modality", "UBERON:0002048", "lung", "x"),)}, "curated.tsv", "property", "belongs to anatomy"),
        ({"curated": (Curated("a", "modality", "ikg:CT", "cat scan", "x"),)}, "curated.tsv", "label", "is called 'computed tomography'"),
        ({"curated": (Curated("a", "colour", "blue", "", "x"),)}, "curated.tsv", "property", "no property that a curator states"),
        (
            {"curated": (Curated("a", "condition", "-", "", "x"), Curated("a", "condition", "MONDO:0021042", "glioma", "x"))},
            "curated.tsv", "value", "has no value and a value",
        ),
        ({"links": (LinkDecision("s", "N", "z", "x"),)}, "links.tsv", "dataset", "'z' is not in datasets.tsv"),
        ({"links": (LinkDecision("t", "N", "a", "x"),)}, "links.tsv", "source", "'t' is not in sources.tsv"),
        ({"sources": (Source("s", "", "", "", "", 4, ""),)}, "identity.tsv", "record", "record 3 of s belongs to no dataset"),
    ],
)  # fmt: skip
def test_the_linter_finds(broken: dict[str, object], file: str, field: str, rule: str, lexicon: Lexicon) -> None:
    found = check(Path("catalogue"), replace(SOUND, **broken), lexicon)  # type: ignore[arg-type]  # one table of each kind in turn
    assert [(Path(e.file).name, e.field) for e in found] == [(file, field)]
    assert rule in found[0].rule


def test_a_line_that_nobody_can_review_is_refused(tmp_path: Path, lexicon: Lexicon) -> None:
    long = replace(SOUND, datasets=(replace(SOUND.datasets[0], name="A" * 420), *SOUND.datasets[1:]))
    save(tmp_path, long)
    (error,) = check(tmp_path, long, lexicon)
    assert (error.line, "characters; at most 400" in error.rule) == (2, True)


def test_a_sound_catalogue_is_sound(lexicon: Lexicon) -> None:
    assert check(Path("catalogue"), SOUND, lexicon) == ()


def test_every_view_that_the_catalogue_needs_is_judged() -> None:
    from kg.catalogue.policy import curated_claims
    from kg.reason.axioms import axioms_of, content_hash
    from kg.reason.views import _known, _row, views_file

    catalogue = load(catalogue_dir())
    known = _known(views_file(ontology_dir()), content_hash(axioms_of(load_modules(ontology_dir()))))
    wanted = {_row(e) for e in needed((*catalogue.claims, *curated_claims(catalogue.curated)))}
    assert wanted <= known.keys(), "judge them with: imaging-kg ontology classify"
