"""The licence algebra against the tables that an expert would draw, written down here once and apart from the code.

The tables are those of the survey of practice behind this project. ``x``: no derivative may be shared.
"""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.knowledge import DatasetView, Knowledge
from kg.licence import ALLOWED, REFUSED, UNKNOWN, UNSETTLED, USES, Combination, book_of, combine, member_verdict
from kg.namespaces import IKG
from kg.opened import OpenRelease

COLUMNS = ("CC0", "BY", "BY-SA", "BY-NC", "BY-NC-SA", "ND", "ODbL")
MERGED = """
CC0       CC0       BY        BY-SA     BY-NC     BY-NC-SA  x         ODbL
BY        BY        BY        BY-SA     BY-NC     BY-NC-SA  x         ODbL
BY-SA     BY-SA     BY-SA     BY-SA     x         x         x         x
BY-NC     BY-NC     BY-NC     x         BY-NC     BY-NC-SA  x         x
BY-NC-SA  BY-NC-SA  BY-NC-SA  x         BY-NC-SA  BY-NC-SA  x         x
ND        x         x         x         x         x         x         x
ODbL      ODbL      ODbL      x         x         x         x         ODbL
"""
TABLE = {
    (row.split()[0], column): cell
    for row in MERGED.split("\n")
    if row
    for column, cell in zip(COLUMNS, row.split()[1:], strict=True)
}
CLASSES = {
    "CC0": ("CC0", "PDDL", "DbCL10"),
    "BY": ("CCBY40", "CCBY30", "CCBY", "CCBY25", "CCBY20", "ODCBY", "CDLAPermissive20", "MITLicence", "Apache20", "BSD3Clause"),
    "BY-SA": ("CCBYSA40", "CCBYSA30", "CCBYSA"),
    "BY-NC": ("CCBYNC40", "CCBYNC30", "CCBYNC", "CCBYNC25"),
    "BY-NC-SA": ("CCBYNCSA40", "CCBYNCSA30", "CCBYNCSA", "CCBYNCSA20"),
    "ND": ("CCBYND40", "CCBYNCND40", "CCBYND", "CCBYNCND", "CCBYND30", "CCBYNCND30", "CCBYNCND20"),
    "ODbL": ("ODbL",),
}
"""Column → the licences that belong there; the first one stands for it."""
KIND = {
    "CC0": "public-domain", "BY": "attribution", "BY-SA": "share-alike", "BY-NC": "non-commercial",
    "BY-NC-SA": "non-commercial-share-alike", "ODbL": "share-alike",
}  # fmt: skip

USE_TABLE = {
    # use: CC0/BY, SA, NC, ND 4.0, agreement or challenge only, no text
    "index-only": ("yes", "yes", "yes", "yes", "yes", "yes"),
    "redistribute-unmodified": ("yes", "yes", "yes", "yes", "no", "unknown"),
    "redistribute-merged": ("yes", "yes", "yes", "no", "no", "unknown"),
    "private-training": ("yes", "yes", "yes", "yes", "unsettled", "unknown"),
    "commercial-model": ("yes", "yes", "no", "unsettled", "no or unsettled", "unknown"),
}
USE_COLUMNS = {
    "CC0/BY": ("CC0", "CCBY40", "MITLicence", "ODCBY"),
    "SA": ("CCBYSA40", "ODbL", "GPL30"),
    "NC": ("CCBYNC40", "CCBYNCSA40", "CCBYNC"),
    "ND": ("CCBYND40",),
    "agreement": (
        "DataUseAgreementTerms",
        "ChallengeOnly",
        "PhysioNetCredentialed",
        "TCIARestricted",
        "StanfordResearchUse",
        "ADNIDataUse",
    ),
    "no text": ("", "UnknownLicence"),
}
PAIRED = tuple(licences[0] for licences in CLASSES.values())
ANY = tuple(
    sorted(
        {i for ids in CLASSES.values() for i in ids}
        | {i for ids in USE_COLUMNS.values() for i in ids}
        | {"GPL", "GPL20", "AGPL30", "ResearchUseOnly"}
    )
)
BADNESS = ("yes", "unsettled", "unknown", "no")


def view(licence: str, name: str = "one") -> DatasetView:
    """A dataset that has a licence and nothing else; "" for none."""
    said = {"licence": frozenset({str(IKG[licence])})} if licence else {}
    return DatasetView(name, name, asserted=said, entailed=said)


def together(knowledge: Knowledge, licences: tuple[str, ...], use: str = "redistribute-merged") -> Combination:
    return combine(knowledge, [view(licence, f"set-{n}") for n, licence in enumerate(licences)], use)


@pytest.fixture(scope="module")
def knowledge(release: OpenRelease) -> Knowledge:
    return release.knowledge


def test_the_table_is_whole_and_symmetric() -> None:
    assert len(TABLE) == 49
    assert all(TABLE[a, b] == TABLE[b, a] for a, b in TABLE)


@pytest.mark.parametrize(("one", "other"), TABLE)
def test_a_merged_derivative_has_the_licence_of_the_table(one: str, other: str, knowledge: Knowledge) -> None:
    for first, second in product(CLASSES[one], CLASSES[other]):
        found = together(knowledge, (first, second))
        expected = TABLE[one, other]
        assert found.verdict == ("no" if expected == "x" else "yes"), (first, second)
        assert (found.derivative["clash"] is None) == (expected != "x")
        if expected != "x":
            assert found.derivative["kind"] == KIND[expected], (first, second)
    merged = together(knowledge, (CLASSES[one][0], CLASSES[other][0])).derivative
    iri = merged["licence"]["iri"] if merged["licence"] else None
    assert iri == (None if TABLE[one, other] == "x" else str(IKG[CLASSES[TABLE[one, other]][0]]))


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("column", range(6))
def test_each_use_of_each_class_is_as_in_the_table(use: str, column: int, knowledge: Knowledge) -> None:
    for licence in list(USE_COLUMNS.values())[column]:
        assert together(knowledge, (licence,), use).verdict in USE_TABLE[use][column].split(" or "), licence


@pytest.mark.parametrize("use", USES)
def test_pairs_of_classes_are_as_bad_as_the_worse_of_them(use: str, knowledge: Knowledge) -> None:
    licences = [licence for own in USE_COLUMNS.values() for licence in own if licence != "GPL30"]  # copyleft of software: below
    for first, second in product(licences, repeat=2):
        alone = [together(knowledge, (licence,), use).verdict for licence in (first, second)]
        expected = max(alone, key=BADNESS.index)
        if use == "redistribute-merged" and TABLE.get((_column(first), _column(second))) == "x":
            expected = "no"
        assert together(knowledge, (first, second), use).verdict == expected, (first, second)


def _column(licence: str) -> str:
    return next((c for c, ids in CLASSES.items() if licence in ids), "")


def test_only_version_4_of_no_derivatives_lets_adaptations_be_made_in_private(knowledge: Knowledge) -> None:
    found = {i: member_verdict(knowledge, view(i), "private-training").verdict for i in CLASSES["ND"]}
    assert {i for i, v in found.items() if v == ALLOWED} == {"CCBYND40", "CCBYNCND40"}
    assert set(found.values()) == {ALLOWED, UNSETTLED}


def test_no_derivatives_and_non_commercial_forbid_a_commercial_model(knowledge: Knowledge) -> None:
    assert member_verdict(knowledge, view("CCBYNCND40"), "commercial-model").verdict == REFUSED
    assert member_verdict(knowledge, view("CCBYND40"), "commercial-model").verdict == UNSETTLED


@pytest.mark.parametrize(
    ("licences", "label"),
    [
        (("GPL30", "GPL30"), "GNU General Public License 3.0"),
        (("GPL", "GPL30"), "GNU General Public License 3.0"),
        (("GPL30", "CCBY40"), "GNU General Public License 3.0"),
        (("GPL20", "GPL30"), None),
        (("GPL30", "AGPL30"), None),
        (("GPL30", "CCBYSA40"), None),
        (("GPL30", "ODbL"), None),
        (("GPL30", "CCBYNC40"), None),
        (("CCBYSA30", "CCBYSA40"), "Creative Commons Attribution ShareAlike"),
        (("CCBY30", "CCBY40"), "Creative Commons Attribution"),
        (("CC0", "PDDL"), "public domain dedication"),
        (("CC0", "MITLicence"), "MIT License"),
    ],
)
def test_copyleft_keeps_to_its_own_licence(licences: tuple[str, ...], label: str | None, knowledge: Knowledge) -> None:
    found = together(knowledge, licences).derivative
    assert (found["licence"]["label"] if found["licence"] else None) == label
    assert (found["clash"] is None) == (label is not None)


def test_two_attribution_licences_of_different_houses_have_no_single_one(knowledge: Knowledge) -> None:
    found = together(knowledge, ("CCBY40", "ODCBY"))
    assert (found.verdict, found.derivative["kind"], found.derivative["licence"]) == ("yes", "attribution", None)


some = st.lists(st.sampled_from(ANY), min_size=1, max_size=6).map(tuple)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(one=some, other=some, third=some)
def test_demands_form_a_semilattice(
    one: tuple[str, ...], other: tuple[str, ...], third: tuple[str, ...], release: OpenRelease
) -> None:
    book = book_of(release.knowledge)

    def joined(licences: tuple[str, ...]):  # type: ignore[no-untyped-def]  # noqa: ANN202
        demands = [book.of(view(i)).demands for i in licences]
        found = demands[0]
        for demand in demands[1:]:
            found |= demand
        return found

    a, b, c = joined(one), joined(other), joined(third)
    assert a | b == b | a
    assert (a | b) | c == a | (b | c)
    assert a | a == a


@RELAXED
@given(licences=some, more=st.sampled_from(ANY), use=st.sampled_from(sorted(USES)))
def test_a_further_member_never_widens(licences: tuple[str, ...], more: str, use: str, release: OpenRelease) -> None:
    before, after = (together(release.knowledge, own, use) for own in (licences, (*licences, more)))
    assert BADNESS.index(after.verdict) >= BADNESS.index(before.verdict)
    assert {c["condition"] for c in before.body()["conditions"]} <= {c["condition"] for c in after.body()["conditions"]}
    if before.derivative["clash"]:
        assert after.derivative["clash"] == before.derivative["clash"], "the first clash stays the first"
    if after.derivative["licence"]:
        assert before.derivative["kind"] is not None


@RELAXED
@given(licences=some, use=st.sampled_from(sorted(USES)), data=st.data())
def test_the_order_of_the_members_does_not_matter(
    licences: tuple[str, ...], use: str, data: st.DataObject, release: OpenRelease
) -> None:
    other = tuple(data.draw(st.permutations(licences)))
    one, two = (together(release.knowledge, own, use) for own in (licences, other))
    assert one.verdict == two.verdict
    assert (one.derivative["licence"], one.derivative["kind"]) == (two.derivative["licence"], two.derivative["kind"])
    assert (one.derivative["clash"] is None) == (two.derivative["clash"] is None)
    assert len(one.derivative["leaveOut"]) == len(two.derivative["leaveOut"])


@RELAXED
@given(licences=some)
def test_the_rest_can_be_merged_and_nothing_more(licences: tuple[str, ...], release: OpenRelease) -> None:
    knowledge = release.knowledge
    found = together(knowledge, licences)
    left = set(found.derivative["leaveOut"])
    kept = [m for m in found.members if m.id not in left]
    if kept:
        rest = combine(knowledge, kept, "redistribute-merged")
        assert (rest.verdict, rest.derivative["clash"], rest.derivative["leaveOut"]) == ("yes", None, [])
        for gone in found.members:
            if gone.id in left and len(left) == 1:
                assert combine(knowledge, [*kept, gone], "redistribute-merged").verdict != "yes"
    assert (found.verdict == "yes") == (not left)


@pytest.mark.parametrize("use", [u for u in USES if u != "index-only"])
def test_unknown_is_never_yes(use: str, knowledge: Knowledge) -> None:
    for licence in ANY:
        for unknown in ("", "UnknownLicence"):
            found = together(knowledge, (licence, unknown), use)
            assert found.verdict in {"unknown", "no"}
            assert found.derivative["licence"] is None
            assert UNKNOWN in {v.verdict for v in found.verdicts}
