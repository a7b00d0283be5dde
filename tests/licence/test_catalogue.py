"""Answers about the real catalogue, as somebody would judge them who has read the licences."""

from collections import Counter
from dataclasses import replace

import pytest

from kg.errors import QuestionError, UnknownDataset
from kg.licence import ALLOWED, REFUSED, UNKNOWN, UNSETTLED, USES, allowed_pattern, book_of, combine, member_verdict, parse_use
from kg.licence.terms import CUSTOM, KINDS, NO_TEXT
from kg.namespaces import IKG, PREFIXES
from kg.opened import OpenRelease

ABOVE = {
    "AttributionLicence", "CreativeCommonsLicence", "CustomLicence", "Licence", "LicenceForCommercialUse", "NoDerivativesLicence",
    "NonCommercialLicence", "OpenDataCommonsLicence", "RedistributableLicence", "ShareAlikeLicence", "SoftwareLicence",
}  # fmt: skip
"""Families of licences: what holds of all members is known, and no text."""
OWN_TERMS = {
    "BIRNLicence", "HCPOpenAccess", "KaggleCompetitionRules", "NLMTerms", "NonCommercialTerms", "OASISDataUse", "ResearchUseOnly",
}  # fmt: skip
"""Terms whose text the ontology does not tell enough of: they must be read."""


def test_every_licence_of_the_ontology_has_a_kind(release: OpenRelease) -> None:
    book = book_of(release.knowledge)
    kinds = {
        c.iri.removeprefix(str(IKG)): book.terms(c.iri).kind for c in release.knowledge.concepts.values() if c.facet == "licence"
    }
    assert len(kinds) >= 70
    assert set(kinds.values()) <= set(KINDS)
    assert {i for i, kind in kinds.items() if kind == CUSTOM} == ABOVE | OWN_TERMS
    assert {i for i, kind in kinds.items() if kind == NO_TEXT} == {"UnknownLicence"}


def test_every_licence_that_demands_its_like_says_what_that_is(release: OpenRelease) -> None:
    book = book_of(release.knowledge)
    for concept in release.knowledge.concepts.values():
        if concept.facet == "licence" and concept.iri != str(IKG.ShareAlikeLicence):
            terms = book.terms(concept.iri)
            assert bool(terms.under) == (f"{PREFIXES['cc']}ShareAlike" in terms.requires), concept.label


def test_every_licence_for_non_commercial_use_prohibits_the_other(release: OpenRelease) -> None:
    book = book_of(release.knowledge)
    for concept in release.knowledge.concepts.values():
        if concept.facet == "licence":
            terms = book.terms(concept.iri)
            bound = {i for c in terms.conditions for i in book.terms(c).prohibits}
            assert bound <= terms.prohibits, concept.label


@pytest.mark.parametrize("use", USES)
def test_the_pattern_finds_those_that_are_allowed(use: str, release: OpenRelease) -> None:
    knowledge = release.knowledge
    allowed = {d.id for d in knowledge.datasets.values() if member_verdict(knowledge, d, use).allowed}
    query = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("cc", "dcterms", "ikg", "ikgg", "odrl"))
    query += f"SELECT ?id {{ ?dataset a ikg:ImagingDataset ; dcterms:identifier ?id . {allowed_pattern(use)} }}"
    found = {str(row[0]) for row in release.store.select(query).rows}
    apart = {i for i in found - allowed if len(book_of(knowledge).of(knowledge.datasets[i]).parts) > 1}
    assert found - apart == allowed
    assert len(apart) <= 1
    assert use == "index-only" or 100 < len(allowed) < 700


@pytest.mark.parametrize("use", USES)
def test_no_dataset_without_a_licence_is_allowed_more_than_an_index(use: str, release: OpenRelease) -> None:
    knowledge = release.knowledge
    verdicts = Counter(
        member_verdict(knowledge, d, use).verdict for d in knowledge.datasets.values() if not d.asserted.get("licence")
    )
    assert sum(verdicts.values()) > 400
    assert set(verdicts) == {ALLOWED} if use == "index-only" else set(verdicts) <= {UNKNOWN, REFUSED}


def test_kidney_and_liver_sets_in_a_commercial_model(release: OpenRelease) -> None:
    body = release.licence(["KiTS23", "AMOS22", "WORD", "LiTS", "FLARE23", "MSD03 Liver"], "commercial")
    verdicts = {m["id"]: m["verdict"] for m in body["members"]}
    assert body["verdict"] == "no"
    assert verdicts == {
        "kits23": REFUSED, "amos22": ALLOWED, "word": ALLOWED, "lits": REFUSED, "flare23": UNKNOWN, "msd03-liver": ALLOWED,
    }  # fmt: skip
    lits = next(m for m in body["members"] if m["id"] == "lits")
    assert lits["reason"].startswith("its sources differ on the licence")
    assert lits["reason"].endswith("each prohibits commercial use")
    assert {c["condition"]: c["by"] for c in body["conditions"]}["share-alike"] == ["word", "msd03-liver"]
    assert [a["id"] for a in body["toAsk"]] == ["flare23"]


def test_sets_of_one_archive_merge(release: OpenRelease) -> None:
    body = release.licence(["LIDC-IDRI", "nlst", "RIDER Lung CT"], "redistribute-merged")
    assert (body["verdict"], body["derivative"]["licence"]["label"]) == ("yes", "Creative Commons Attribution")
    assert body["strictest"]["clause"] == "attribution"
    assert [line.split(".")[0] for line in body["attribution"]] == [
        "LIDC-IDRI (2011)", "National Lung Screening Trial (NLST) (2013)", "RIDER Lung CT (2015)",
    ]  # fmt: skip
    assert "https://creativecommons.org/licenses/by/3.0/" in body["attribution"][0]
    assert "National Cancer Institute" in body["attribution"][1]


def test_share_alike_sets_that_clash_are_named(release: OpenRelease) -> None:
    body = release.licence(["AMOS22", "MSD03 Liver", "MSD07 Pancreas", "WORD", "KiTS21"], "redistribute-merged")
    assert body["verdict"] == "no"
    assert [c["id"] for c in body["derivative"]["clash"]] == ["msd03-liver", "word"]
    assert body["derivative"]["leaveOut"] == ["word", "kits21"]
    assert body["reason"].startswith(
        "MSD03-Liver (Creative Commons Attribution ShareAlike 4.0) and WORD (GNU General Public License 3.0)"
    )
    rest = release.licence(["AMOS22", "MSD03 Liver", "MSD07 Pancreas"], "redistribute-merged")
    assert rest["derivative"]["licence"]["iri"] == str(IKG.CCBYSA40)


def test_chest_radiographs_under_agreements(release: OpenRelease) -> None:
    names = ["CheXpert", "MIMIC-CXR"]
    assert {m["verdict"] for m in release.licence(names, "private-training")["members"]} == {UNSETTLED}
    passed_on = release.licence(names, "redistribute-unmodified")
    assert {m["verdict"] for m in passed_on["members"]} == {REFUSED}
    assert passed_on["strictest"]["clause"] == "no-redistribution"
    kept = {c["meaning"] for c in release.licence(names, "private-training")["conditions"]}
    assert {
        "data use condition: not for profit, non commercial use only",
        "data use condition: user specific restriction",
    } <= kept


def test_a_licence_of_the_annotations_counts_beside_that_of_the_images(release: OpenRelease) -> None:
    knowledge = release.knowledge
    lidc = knowledge.datasets["lidc-idri"]
    labelled = replace(lidc, asserted={**lidc.asserted, "annotationLicence": frozenset({str(IKG.CCBYNCND40)})})
    assert member_verdict(knowledge, lidc, "commercial-model").verdict == ALLOWED
    found = member_verdict(knowledge, labelled, "commercial-model")
    assert found.verdict == REFUSED
    assert "annotations" in found.reason
    coded = replace(lidc, asserted={**lidc.asserted, "codeLicence": frozenset({str(IKG.AllRightsReserved)})})
    assert member_verdict(knowledge, coded, "commercial-model").verdict == ALLOWED, "the licence of the code counts nowhere"


def test_a_data_use_condition_binds_beside_the_licence(release: OpenRelease) -> None:
    knowledge = release.knowledge
    lidc = knowledge.datasets["lidc-idri"]
    bound = replace(lidc, asserted={**lidc.asserted, "dataUse": frozenset({f"{PREFIXES['DUO']}0000046"})})
    assert member_verdict(knowledge, bound, "commercial-model").verdict == REFUSED
    assert combine(knowledge, [bound], "redistribute-merged").derivative["kind"] == "non-commercial"


def test_sources_that_differ_are_told_and_never_a_yes(release: OpenRelease) -> None:
    knowledge = release.knowledge
    lidc = knowledge.datasets["lidc-idri"]
    without = {k: v for k, v in lidc.asserted.items() if k != "licence"}
    both = replace(lidc, asserted=without, disputed={"licence": frozenset({str(IKG.CC0), str(IKG.CCBY40)})})
    found = member_verdict(knowledge, both, "commercial-model")
    assert (found.verdict, "CC0 1.0 Universal" in found.reason) == (UNKNOWN, True)
    body = combine(knowledge, [both], "redistribute-merged").body()
    assert "Licence unknown, sources differ: CC0 1.0 Universal or Creative Commons Attribution 4.0" in body["attribution"][0]
    assert (body["derivative"]["licence"], body["licenceUnknown"]) == (None, ["lidc-idri"])
    assert body["strictest"] is None, "CC0 asks for nothing, and it may be CC0"
    either = replace(both, disputed={"licence": frozenset({str(IKG.CCBYNCND40), str(IKG.CCBYNCSA40)})})
    strictest = combine(knowledge, [either], "private-training").body()["strictest"]
    assert strictest["clause"] == "non-commercial", "whichever it is, it says that"
    assert " or " in strictest["by"][0]["licence"]
    differing = [d for d in knowledge.datasets.values() if book_of(knowledge).of(d).differing]
    assert len(differing) >= 5, "the catalogue has such sets"


def test_another_licence_that_some_source_gives_is_noted(release: OpenRelease) -> None:
    body = release.licence(["KiTS19"], "commercial-model")
    assert any(
        "KiTS19: another source gives Creative Commons Attribution NonCommercial ShareAlike 4.0" in n for n in body["notes"]
    )


def test_a_set_that_draws_on_a_closed_one_is_noted(release: OpenRelease) -> None:
    body = release.licence(["CT-ORG", "CoronaHack", "LIDC-IDRI"], "commercial-model")
    assert body["verdict"] == "yes", "by their own terms"
    drawn = [n.partition(",")[0] for n in body["notes"]]
    assert drawn == ["CT-ORG draws on LiTS", "CoronaHack draws on COVID-19-Image"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("commercial model", "commercial-model"), ("Commercial", "commercial-model"), ("PRIVATE_TRAINING", "private-training"),
        ("index", "index-only"), (" merged ", "redistribute-merged"), ("side by side", "redistribute-unmodified"),
        *((u, u) for u in USES), *((u.label, u.key) for u in USES.values()),
    ],
)  # fmt: skip
def test_uses_are_read_in_any_spelling(text: str, key: str) -> None:
    assert parse_use(text) == key


@pytest.mark.parametrize("text", ["", "redistribute", "sell it", "commercial models"])
def test_an_unknown_use_is_answered_with_the_known_ones(text: str) -> None:
    with pytest.raises(QuestionError, match="index-only, private-training, commercial-model, redistribute-unmodified") as caught:
        parse_use(text, "profile.use")
    assert caught.value.field == "profile.use"


def test_bad_input_is_named(release: OpenRelease) -> None:
    with pytest.raises(UnknownDataset, match="LIDC-IDRI"):
        release.licence(["LIDC-IDRJ"], "index-only")
    with pytest.raises(QuestionError, match="at least one"):
        release.licence([], "index-only")


def test_every_answer_says_that_it_is_no_legal_advice(release: OpenRelease) -> None:
    assert release.licence(["lits"])["notice"].startswith("Not legal advice")
    assert release.licence(["lits", "LiTS"])["members"] == release.licence(["lits"])["members"], "named twice, counted once"
