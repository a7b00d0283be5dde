"""From claims to facts: agreement, ties, what is withheld, and nothing lost."""

from itertools import permutations

import pytest

from kg.catalogue.facts import Extent
from kg.catalogue.policy import agreed, facts_of
from kg.catalogue.tables import Catalogue
from kg.model import Claim, DatasetRow, Status


def claim(record: int, prop: str, value: str, status: Status = Status.READ, dataset: str = "a") -> Claim:
    return Claim(dataset, "survey", record, "column", "raw", prop, value, status)


def test_most_records_win() -> None:
    claims = [claim(0, "issued", "2018"), claim(1, "issued", "2020"), claim(2, "issued", "2020")]
    assert {agreed(order) for order in permutations(claims)} == {"2020"}


def test_the_earliest_record_breaks_a_tie() -> None:
    claims = [claim(4, "issued", "2018"), claim(2, "issued", "2021"), claim(9, "issued", "2019")]
    assert {agreed(order) for order in permutations(claims)} == {"2021"}


def test_the_source_stands_before_the_record_in_a_tie() -> None:
    first = Claim("a", "atlas", 9, "year", "", "issued", "2001", Status.VALUE)
    assert agreed([claim(0, "issued", "2002"), first]) == "2001"


def test_nothing_claimed_is_nothing_agreed() -> None:
    assert agreed([]) == ""


@pytest.mark.parametrize(
    ("said", "labelled"),
    [((), None), (("false",), False), (("true",), True), (("false", "true", "false"), True), (("true", "false"), True)],
)
def test_one_labelled_part_makes_a_labelled_dataset(said: tuple[str, ...], labelled: bool | None) -> None:
    (found,) = facts_of(
        Catalogue(
            datasets=(DatasetRow("a", "A"),),
            claims=tuple(claim(n, "labelled", v, Status.VALUE) for n, v in enumerate(said)),
        )
    )
    assert found.labelled is labelled


def test_a_fact_names_every_claim_behind_it() -> None:
    one, two, other = claim(0, "modality", "ikg:CT"), claim(1, "modality", "ikg:CT"), claim(1, "modality", "ikg:MRI")
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=(other, two, one)))
    assert found.concepts == {"modality": ("ikg:CT", "ikg:MRI")}
    assert set(found.claims["modality", "ikg:CT"]) == {one, two}


def test_a_withheld_claim_is_not_asserted_and_not_lost() -> None:
    good, bad = claim(0, "anatomy", "UBERON:0002107"), claim(1, "anatomy", "UBERON:0000970")
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=(good, bad)), frozenset({bad}))
    assert found.concepts == {"anatomy": ("UBERON:0002107",)}
    assert found.withheld == (bad,)
    assert ("anatomy", "UBERON:0000970") not in found.claims


def test_a_fact_stands_while_one_of_its_claims_is_not_withheld() -> None:
    one, two = claim(0, "anatomy", "UBERON:0002107"), claim(1, "anatomy", "UBERON:0002107")
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=(one, two)), frozenset({one}))
    assert found.concepts == {"anatomy": ("UBERON:0002107",)}
    assert found.claims["anatomy", "UBERON:0002107"] == (two,)


@pytest.mark.parametrize("status", [Status.VAGUE, Status.AMBIGUOUS, Status.UNREAD, Status.REJECTED])
def test_a_claim_that_puts_nothing_forward_asserts_nothing(status: Status) -> None:
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=(claim(0, "modality", "ikg:CT", status),)))
    assert found.concepts == {}
    assert found.claims == {}


@pytest.mark.parametrize("status", [Status.READ, Status.OTHER_FACET, Status.OVERRIDDEN])
def test_a_reading_asserts(status: Status) -> None:
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=(claim(0, "modality", "ikg:CT", status),)))
    assert found.concepts == {"modality": ("ikg:CT",)}


def test_counts_that_disagree_all_stay() -> None:
    counts = ("200 volume approximate", "131 volume exact")
    claims = tuple(claim(n, "extent", v, Status.VALUE) for n, v in enumerate(counts))
    (found,) = facts_of(Catalogue(datasets=(DatasetRow("a", "A"),), claims=claims))
    assert found.extents == (Extent(131, "volume", "exact"), Extent(200, "volume", "approximate"))


def test_facts_come_in_id_order_whatever_the_order_of_the_rows() -> None:
    rows = (DatasetRow("b", "B"), DatasetRow("a", "A"))
    claims = (claim(0, "modality", "ikg:CT"), claim(1, "modality", "ikg:MRI", dataset="b"))
    one = facts_of(Catalogue(datasets=rows, claims=claims))
    assert [f.row.id for f in one] == ["a", "b"]
    assert one == facts_of(Catalogue(datasets=rows[::-1], claims=claims[::-1]))
    assert one[1].concepts == {"modality": ("ikg:MRI",)}
