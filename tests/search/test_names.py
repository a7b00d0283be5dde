"""What a name or an identifier names, and what one that names nothing is answered with."""

import pytest

from kg.errors import UnknownDataset
from kg.opened import OpenRelease


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Kits 19 challenge", "KiTS19"),
        ("LIDC IDRI dataset", "LIDC-IDRI"),
        ("BRATS 2020 dataset", "BraTS 2020"),
        ("ISLES stroke 2018", "ISLES 2018"),
        ("Kaggle chest xray pneumonia", "Chest X-Ray Images (Pneumonia)"),
        ("ChestXray 14 NIH", "NIH Chest X-ray 14"),
        ("the ADNI data", "ADNI"),
        ("decathlon heart", "MSD02 Heart"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(release: OpenRelease, written: str, meant: str) -> None:
    with pytest.raises(UnknownDataset) as caught:
        release.knowledge.dataset(written)
    assert meant in caught.value.suggestions
    assert len(caught.value.suggestions) == len(set(caught.value.suggestions)) <= 5


def test_every_concept_is_named_by_its_own_iri_even_where_another_is_mapped_to_it(release: OpenRelease) -> None:
    knowledge = release.knowledge
    doubly = [iri for iri in knowledge.mapped if iri in knowledge.concepts]
    assert doubly  # the chest is close to the thoracic segment of the trunk, and both are ours
    for iri in knowledge.concepts:
        assert knowledge.concept(iri).iri == iri
