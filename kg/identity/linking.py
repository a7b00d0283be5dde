"""Which dataset of the catalogue a record of a further source describes: declared pieces of evidence, each with its weight.

A record is linked to the best candidate when the evidence reaches :data:`LINKED` and no other candidate comes near it; between
:data:`REVIEWED` and that it waits on the review list; below, it stands for itself. A curator's decision (``links.tsv``) goes before all
evidence. The weights follow what each piece is worth on the survey: a DOI or a deposit names one dataset, a name nearly does, a year or a
modality only confirms or refutes.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kg.identity.records import archive, collection, distinguishers, doi, normal_url

__all__ = ["EVIDENCE", "LINKED", "REVIEWED", "Candidate", "Link", "Profile", "link"]

LINKED: Final = 0.6
REVIEWED: Final = 0.35
_MARGIN: Final = 0.1
_SHORTEST: Final = 3  # a name of two letters begins too many others
EVIDENCE: Final[Mapping[str, float]] = {
    "same-doi": 0.7,
    "same-deposit": 0.6,
    "same-name": 0.6,
    "name-without-its-parenthesis": 0.5,
    "name-of-an-alias": 0.5,
    "same-address": 0.4,
    "named-by-its-accession": 0.3,
    "same-archive": 0.3,
    "linked-before": 0.2,
    "same-year": 0.1,
    "shared-modality": 0.1,
    "other-number-or-part": -0.5,
    "other-modality": -0.3,
    "years-apart": -0.15,
}
"""What speaks for and against two descriptions being of one dataset, and how much."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What tells a dataset or a record apart.

    Attributes:
        id: Slug of the dataset; empty for a record.
        names: Names, the display name first.
        urls: Addresses.
        years: Years as written.
        modalities: CURIEs.
        linked: For a record: the dataset that it described at the last import.
    """

    id: str
    names: tuple[str, ...]
    urls: tuple[str, ...] = ()
    years: frozenset[str] = frozenset()
    modalities: frozenset[str] = frozenset()
    linked: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A dataset that a record may describe."""

    score: float
    dataset: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What was found for a record: the dataset (empty when none), why, and the candidates, best first."""

    dataset: str
    reason: str
    candidates: tuple[Candidate, ...] = field(default=())


def _plain(name: str) -> str:
    """Letters and digits alone; no plural is folded, because ``BraTS`` is a name."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in text if c.isalnum() and not unicodedata.combining(c))


def _bare(name: str) -> str:
    return _plain(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name))


Kin = Callable[[str, str], bool]


class _Index:
    """The datasets by each key under which a record may find them."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = {p.id: p for p in profiles}
        self.keys: dict[tuple[str, str], set[str]] = {}
        for p in profiles:
            for key in _keys(p):
                self.keys.setdefault(key, set()).add(p.id)

    def near(self, record: Profile) -> tuple[str, ...]:
        return tuple(sorted({d for key in _keys(record) for d in self.keys.get(key, ())}))


def _keys(p: Profile) -> set[tuple[str, str]]:
    found = {("name", k) for n in p.names for k in (_plain(n), _bare(n)) if k}
    for url in p.urls:
        found |= {(kind, key) for kind, key in (("doi", doi(url)), ("deposit", collection(url)), ("url", normal_url(url))) if key}
    return found


def _weigh(record: Profile, dataset: Profile, alike: Mapping[str, int], kin: Kin) -> Candidate:
    found: list[str] = []
    own, theirs = _plain(record.names[0]), [_plain(n) for n in dataset.names]
    others = {k for n in record.names[1:] for k in (_plain(n),) if k}
    if own in theirs:
        found.append("same-name")
    elif {_bare(record.names[0])} & ({_bare(n) for n in dataset.names} - {""}):
        found.append("name-without-its-parenthesis")
    elif others & set(theirs):
        found.append("name-of-an-alias")
    dois, deposits, urls = ({f(u) for u in record.urls} - {""} for f in (doi, collection, normal_url))
    if dois & {doi(u) for u in dataset.urls}:
        found.append("same-doi")
    elif any(d in {collection(u) for u in dataset.urls} and alike.get(d, 0) == 1 for d in deposits):
        found.append("same-deposit")
    elif urls & {normal_url(u) for u in dataset.urls}:
        found.append("same-address")
    # A record that is called by the accession in its address has no other name to compare.
    accession = any(own in re.split(r"[:/]", d) for d in deposits & {collection(u) for u in dataset.urls})
    found += ["named-by-its-accession"] if accession else []
    if {archive(u) for u in record.urls} & ({archive(u) for u in dataset.urls} - {""}):
        found.append("same-archive")
    if record.years and dataset.years:
        gap = min(abs(int(a) - int(b)) for a in record.years for b in dataset.years)
        found += ["same-year"] if gap == 0 else ["years-apart"] if gap > 2 else []
    if record.modalities and dataset.modalities:
        shared = any(kin(a, b) for a in record.modalities for b in dataset.modalities)
        found.append("shared-modality" if shared else "other-modality")
    found += ["linked-before"] if record.linked == dataset.id else []
    named = accession or any(e in found for e in ("same-name", "name-of-an-alias"))
    if not named and all(distinguishers(record.names[0]) != distinguishers(n) for n in dataset.names):
        found.append("other-number-or-part")
    return Candidate(round(sum(EVIDENCE[e] for e in found), 2), dataset.id, tuple(found))


def link(
    records: Sequence[Profile],
    datasets: Sequence[Profile],
    decided: Mapping[str, tuple[str, str]],
    kin: Kin = str.__eq__,
) -> tuple[Link, ...]:
    """Find the dataset of each record.

    Args:
        records: What the source's records say of themselves.
        datasets: The datasets of the catalogue.
        decided: Name of a record → (slug, reason) by a curator; an empty slug: it is none of these.
        kin: Whether two modalities (CURIEs) are the same or one is a kind of the other.

    Returns:
        One link a record, in their order.
    """
    index = _Index(datasets)
    alike: dict[str, int] = {}
    for dataset in datasets:
        for deposit in {collection(u) for u in dataset.urls} - {""}:
            alike[deposit] = alike.get(deposit, 0) + 1
    return tuple(_best(record, index, alike, decided, kin) for record in records)


def _best(record: Profile, index: _Index, alike: Mapping[str, int], decided: Mapping[str, tuple[str, str]], kin: Kin) -> Link:
    if record.names[0] in decided:
        dataset, reason = decided[record.names[0]]
        return Link(dataset, f"decision: {reason}")
    found = _compared(replace(record, linked=""), index, alike, kin)
    return found if found.dataset or not record.linked else _compared(record, index, alike, kin)


def _compared(record: Profile, index: _Index, alike: Mapping[str, int], kin: Kin) -> Link:
    ranked = _ranked(_weigh(record, index.profiles[d], alike, kin) for d in index.near(record))
    if not ranked or ranked[0].score < REVIEWED:
        kin_names = _resembling(record, index)
        if kin_names and not record.linked:
            weighed = {c.dataset for c in ranked}
            more = (Candidate(0.0, d, ("like-name",)) for d in kin_names if d not in weighed)
            return Link("", f"its name resembles that of {kin_names[0]}", (*ranked, *more))
        return Link("", "no dataset comes near it", ranked)
    best = ranked[0]
    if best.score < LINKED:
        return Link("", f"not sure enough ({best.score}: {'+'.join(best.evidence)})", ranked)
    if len(ranked) > 1 and best.score - ranked[1].score < _MARGIN:
        return Link("", f"two datasets come equally near ({best.dataset}, {ranked[1].dataset})", ranked)
    return Link(best.dataset, "+".join(best.evidence), ranked)


def _resembling(record: Profile, index: _Index) -> tuple[str, ...]:
    """Datasets with a name that begins like the record's, or the other way round: an edition, a part, or the family of them.

    A record with a dataset DOI of its own, which no dataset has, is a dataset of its own whatever its name.
    """
    own = _plain(record.names[0])
    if len(own) < _SHORTEST or any(doi(u) for u in record.urls):
        return ()
    like = {
        p.id for p in index.profiles.values() for n in p.names
        if len(other := _plain(n)) >= _SHORTEST and (other.startswith(own) or own.startswith(other))
    }  # fmt: skip
    return tuple(sorted(like))[:5]


def _ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted((c for c in candidates if c.score > 0), key=lambda c: (-c.score, c.dataset))[:5])
