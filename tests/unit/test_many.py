"""A count with its noun."""

import pytest

from kg.terms.text import many


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, "patient", "1 patient"),
        (1200, "study", "1,200 studies"),
        (3, "series", "3 series"),
        (2, "patch", "2 patches"),
        (0, "image", "0 images"),
    ],
)
def test_a_count_is_said_in_english(count: int, noun: str, said: str) -> None:
    assert many(count, noun) == said
