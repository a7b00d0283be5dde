"""Readable identifiers: a dataset's slug comes from its name, and stays.

``LIDC-IDRI`` becomes ``lidc-idri``. Where two datasets would get the same slug, all of them are told apart by the first
qualifier that does it: year, platform, modality, then their combinations; the row number is the last resort. A slug
that was published is pinned by a ``slug`` decision, because a later homonym would otherwise rename it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["SLUG", "Naming", "assign_slugs", "slug_of"]

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST: Final = 80
_WORDS: Final = {"&": " and ", "+": " plus ", "\u00b5": "mu", "\u03bc": "mu", "\u03b1": "alpha", "\u03b2": "beta"}
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019\u02bc`]")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a slug is made of: the display name, and the qualifiers in case another dataset has the same name."""

    name: str
    record: int
    year: str = ""
    platform: str = ""
    modality: str = ""


def slug_of(name: str) -> str:
    """The slug of a name; ``dataset`` when the name has no Latin letter and no digit."""
    text = _APOSTROPHES.sub("", name)
    for sign, word in _WORDS.items():
        text = text.replace(sign, word)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    while len(words) > 1 and len("-".join(words)) > _LONGEST:
        words.pop()
    return "-".join(words)[:_LONGEST] or "dataset"


def _candidates(naming: Naming) -> Iterator[str]:
    """Slugs to try, best first. The last is unique within one source."""
    base = slug_of(naming.name)
    yield base
    qualifiers = [slug_of(text) if text else "" for text in (naming.year, naming.platform, naming.modality)]
    for word in qualifiers:
        yield f"{base}-{word}" if word else ""
    year, host, modality = qualifiers
    yield f"{base}-{year}-{host}" if year and host else ""
    yield f"{base}-{host}-{modality}" if host and modality else ""
    yield f"{base}-row-{naming.record}"


def assign_slugs(namings: Sequence[Naming], fixed: Mapping[int, str]) -> tuple[str, ...]:
    """Give each dataset its slug, whatever the order they come in.

    Args:
        namings: One entry a dataset; `record` is the smallest row number of the dataset.
        fixed: Slugs that a curator fixed, by `record`.

    Returns:
        The slugs, in the order of the input.

    Raises:
        ValueError: Two datasets were given the same slug, or a fixed slug is not one.
    """
    given: dict[int, str] = {naming.record: fixed[naming.record] for naming in namings if naming.record in fixed}
    _check_fixed(given)
    waiting = {naming.record: _candidates(naming) for naming in namings if naming.record not in given}
    while waiting:
        proposed = {record: next(tries, f"dataset-row-{record}") for record, tries in waiting.items()}
        taken = set(given.values())
        often = Counter(proposed.values())
        for record, slug in proposed.items():
            # Two that want the same slug both go on: neither is more entitled to the bare name.
            if slug and slug not in taken and often[slug] == 1:
                given[record] = slug
                del waiting[record]
    return tuple(given[naming.record] for naming in namings)


def _check_fixed(given: Mapping[int, str]) -> None:
    owner: dict[str, int] = {}
    for record, slug in sorted(given.items()):
        if not SLUG.fullmatch(slug):
            raise ValueError(f"record {record}: {slug!r} is not a slug")
        if slug in owner:
            raise ValueError(f"records {owner[slug]} and {record} are both to be called {slug!r}")
        owner[slug] = record
