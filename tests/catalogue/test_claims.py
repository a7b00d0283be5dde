"""From a cell to claims: what was read, what was not, why, and what a curator put in its place."""

from dataclasses import replace

import pytest

from kg.model import Claim, Concept, Flag, Override, Status, Word, WordKind
from kg.namespaces import IKG
from kg.sources.claims import claims_of
from kg.sources.imaging_x import SurveyRecord
from kg.terms.lexicon import Lexicon

RECORD = SurveyRecord(
    7, "CT Datasets", "LiTS", "https://lits.org", "2017", "3D", "CT", "Liver", "131", "Yes", "Seg", "Liver tumor",
    "open",
)  # fmt: skip


def concept(name: str, facet: str, *words: str) -> Concept:
    label, *synonyms = words
    forms = (Word(label, WordKind.LABEL, "en"), *(Word(w, WordKind.SYNONYM, "en") for w in synonyms))
    return Concept(str(IKG[name]), label, facet, forms)


LEXICON = Lexicon(
    {
        c.iri: c
        for c in (
            concept("CT", "modality", "computed tomography", "CT"),
            concept("MRI", "modality", "magnetic resonance imaging", "MR"),
            concept("PET", "modality", "positron emission tomography", "PET"),
            concept("PETCT", "modality", "PET/CT"),
            concept("Liver", "anatomy", "liver"),
            concept("Lung", "anatomy", "lung", "pulmo"),
            concept("OpticDisc", "anatomy", "optic disc and cup"),
            concept("LiverTumor", "condition", "liver tumor"),
            concept("Covid", "condition", "COVID-19"),
            concept("ColdOne", "condition", "common cold", "cold"),
            concept("ColdTwo", "condition", "cold sore", "cold"),
            concept("ImageSegmentation", "task", "segmentation", "Seg"),
            concept("ImageRegression", "task", "regression"),
            concept("ImageRegistration", "task", "registration"),
            concept("Healthy", "population", "healthy"),
            concept("Various", "unspecified", "various"),
            concept("Open", "accessLevel", "open"),
            concept("Volume", "dimensionality", "3D"),
        )
    }
)


def claims(record: SurveyRecord, *overrides: Override) -> list[Claim]:
    return list(claims_of([record], {7: "lits"}, LEXICON, overrides))


def with_cell(field: str, cell: str) -> SurveyRecord:
    return replace(RECORD, **{field: cell})  # type: ignore[arg-type]  # every field that a test names is a text


def read(field: str, cell: str, *overrides: Override) -> list[tuple[str, str, str, Status]]:
    """(raw, property, value, status) of a column's claims."""
    found = claims(with_cell(field, cell), *overrides)
    return [(c.raw, c.property, c.value.removeprefix("ikg:"), c.status) for c in found if c.field == field]


def decision(raw: str, *values: str, field: str = "task", source: str = "imaging-x", record: int = 7) -> Override:
    return Override(
        source, record, field, raw, values, Flag.READING if values else Flag.WRONG, "the paper says so", "https://doi.org/x"
    )


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("PET/CT", [("PET/CT", "PETCT")]),
        ("PET-CT", [("PET-CT", "PETCT")]),
        ("CT/ PET", [("CT", "CT"), ("PET", "PET")]),
        ("CT, MR", [("CT", "CT"), ("MR", "MRI")]),
        ("CT & MR", [("CT", "CT"), ("MR", "MRI")]),
        ("CT, CT", [("CT", "CT")]),
        ("PET/CT, MR", [("PET", "PET"), ("CT", "CT"), ("MR", "MRI")]),
    ],
)
def test_a_whole_name_stands_before_its_parts(cell: str, found: list[tuple[str, str]]) -> None:
    assert read("modality", cell) == [(raw, "modality", value, Status.READ) for raw, value in found]


def test_a_name_with_an_and_in_it_is_one_name() -> None:
    assert read("structure", "optic disc and cup") == [("optic disc and cup", "anatomy", "OpticDisc", Status.READ)]


def test_a_cell_left_open_is_not_stated() -> None:
    (claim,) = (c for c in claims(replace(RECORD, diseases="-")) if c.field == "diseases")
    assert (claim.raw, claim.value, claim.property, claim.status) == ("-", "", "", Status.VAGUE)
    assert claim.note == "not stated"
    assert not claim.asserts


def test_a_word_of_another_facet_is_asserted_where_it_belongs() -> None:
    (claim,) = (c for c in claims(replace(RECORD, diseases="Healthy")) if c.field == "diseases")
    assert (claim.property, claim.value, claim.status) == ("population", "ikg:Healthy", Status.OTHER_FACET)
    assert claim.note == "names a population"
    assert claim.asserts


def test_a_vague_word_asserts_nothing() -> None:
    assert read("diseases", "Various") == [("Various", "", "", Status.VAGUE)]


def test_a_word_of_two_meanings_asserts_neither() -> None:
    (claim,) = (c for c in claims(replace(RECORD, diseases="cold")) if c.field == "diseases")
    assert (claim.value, claim.status) == ("", Status.AMBIGUOUS)
    assert claim.note == "may mean common cold or cold sore"


def test_an_unknown_word_is_kept_as_it_stands() -> None:
    assert read("structure", "Liver, Zzyzx") == [
        ("Liver", "anatomy", "Liver", Status.READ),
        ("Zzyzx", "", "", Status.UNREAD),
    ]


def test_names_inside_a_phrase_are_found_and_the_rest_is_kept() -> None:
    assert read("diseases", "Lung COVID-19 quickly") == [
        ("Lung", "anatomy", "Lung", Status.OTHER_FACET),
        ("COVID-19", "condition", "Covid", Status.READ),
        ("quickly", "", "", Status.UNREAD),
    ]


def test_an_override_replaces_what_would_be_read() -> None:
    assert read("task", "regression", decision("Regression", "ikg:ImageRegistration")) == [
        ("regression", "task", "ImageRegistration", Status.OVERRIDDEN)
    ]
    (claim,) = (c for c in claims(replace(RECORD, task="Reg"), decision("Reg", "ikg:ImageRegistration")) if c.field == "task")
    assert claim.note == "the paper says so"
    assert claim.asserts


def test_an_override_may_put_several_values_in_the_place_of_one() -> None:
    found = read("task", "Seg, Reg", decision("Reg", "ikg:ImageRegistration", "ikg:Healthy"))
    assert found == [
        ("Seg", "task", "ImageSegmentation", Status.READ),
        ("Reg", "task", "ImageRegistration", Status.OVERRIDDEN),
        ("Reg", "population", "Healthy", Status.OVERRIDDEN),
    ]


def test_an_override_without_a_value_rejects() -> None:
    (claim,) = (c for c in claims(replace(RECORD, task="Seg"), decision("Seg")) if c.field == "task")
    assert (claim.raw, claim.property, claim.value, claim.status) == ("Seg", "task", "ikg:ImageSegmentation", Status.REJECTED)
    assert claim.note == "the paper says so"
    assert not claim.asserts


@pytest.mark.parametrize("stray", [{"field": "diseases"}, {"record": 8}, {"source": "another"}])
def test_an_override_holds_for_its_own_cell_alone(stray: dict[str, object]) -> None:
    override = replace(decision("Seg"), **stray)  # type: ignore[arg-type]  # one field of each type in turn
    assert read("task", "Seg", override) == [("Seg", "task", "ImageSegmentation", Status.READ)]


def test_the_literals_of_a_record() -> None:
    said = {c.field: (c.property, c.value, c.status) for c in claims(RECORD) if c.status is Status.VALUE}
    assert said == {
        "name": ("title", "LiTS", Status.VALUE),
        "section": ("section", "CT Datasets", Status.VALUE),
        "url": ("landingPage", "https://lits.org", Status.VALUE),
        "year": ("issued", "2017", Status.VALUE),
        "samples": ("extent", "131 image exact", Status.VALUE),
        "label": ("labelled", "true", Status.VALUE),
    }


@pytest.mark.parametrize(
    ("section", "unit"), [("CT Datasets", "image"), ("3D CT Datasets", "volume"), ("Video Datasets", "sample")]
)
def test_the_unit_is_that_of_the_tables_header(section: str, unit: str) -> None:
    assert read_value(replace(RECORD, section=section), "samples") == f"131 {unit} exact"


def read_value(record: SurveyRecord, field: str) -> str:
    (claim,) = (c for c in claims(record) if c.field == field)
    assert (claim.property == "") == (claim.value == "")
    return claim.value


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("year", "NA"), ("year", "217"), ("year", "1899"), ("samples", "0"), ("samples", "many"), ("label", "partly"),
        ("url", "lits.org"), ("url", "https://lits.org and elsewhere"), ("url", "ftp://lits.org"),
    ],
)  # fmt: skip
def test_a_literal_that_says_nothing_usable_is_kept_without_a_value(field: str, cell: str) -> None:
    record = with_cell(field, cell)
    assert read_value(record, field) == ""
    (claim,) = (c for c in claims(record) if c.field == field)
    assert claim.raw == cell
    assert not claim.asserts


def test_the_access_column_is_marked_as_a_guess() -> None:
    (claim,) = (c for c in claims(RECORD) if c.field == "access")
    assert (claim.value, claim.note) == ("ikg:Open", "guessed from the host name")
