"""Bringing a further source into the catalogue: entries → links to datasets → claims, new datasets, and a review list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.catalogue.tables import Catalogue, Source
from kg.errors import CatalogueError, SourceShrank
from kg.identity import slug_of
from kg.identity.linking import Link, Profile, link
from kg.identity.records import normal_url, platform
from kg.model import NOTHING, Claim, Confidence, DatasetRow, Relation, RowIdentity, Unlinked
from kg.sources.mentions import Entry
from kg.terms.text import fold

__all__ = ["SHRINKAGE", "Imported", "import_entries", "import_one", "refuse_shrinkage"]

SHRINKAGE: Final = 0.1
"""The share of its records that a source may lose between two imports before a curator is asked."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        catalogue: The catalogue with the source in it.
        linked: How many records describe a dataset that was known.
        founded: Slugs of the datasets that are new.
        review: How many records wait for a curator.
    """

    catalogue: Catalogue
    linked: int
    founded: tuple[str, ...]
    review: int


def refuse_shrinkage(catalogue: Catalogue, source: str, records: int, *, accept: bool) -> None:
    """Stop when a source lost more than a tenth of its records since the last import.

    Raises:
        SourceShrank: It did, and nobody accepted it.
    """
    before = next((s.records for s in catalogue.sources if s.name == source), 0)
    if not accept and records < before * (1 - SHRINKAGE):
        raise SourceShrank(source, before, records)


def import_entries(
    source: Source,
    entries: Sequence[Entry],
    catalogue: Catalogue,
    tick: Callable[[str], None] = lambda _: None,
    *,
    only: int | None = None,
    kin: Callable[[str, str], bool] = str.__eq__,
) -> Imported:
    """Put a source's entries in the place of what the catalogue held from it; other sources' rows stay as they are.

    Args:
        source: What to write about the source.
        entries: Its records.
        catalogue: The catalogue so far.
        tick: Called with the name of each stage.
        only: The one record that is replaced; None for all of the source.
        kin: Whether two modalities (CURIEs) are the same or one is a kind of the other.

    Raises:
        CatalogueError: ``links.tsv`` gives a record to a dataset that the catalogue does not have.
    """

    def stale(name: str, record: int) -> bool:
        return name == source.name and only in {None, record}

    tick("finding the datasets")
    profiles = _profiles(catalogue, source.name)
    decided = {d.name: ("" if d.dataset == NOTHING else d.dataset, d.reason) for d in catalogue.links if d.source == source.name}
    _refuse_unknown(catalogue, decided)
    before = _before(catalogue, source.name)
    links = link([_profile(e, before.get(e.name, "")) for e in entries], profiles, decided, kin)
    home, founded, unlinked = _homes(source.name, entries, links, catalogue)
    tick("writing the claims")
    claims = tuple(m.claim(home[e.record][0], source.name, e.record) for e in entries if e.record in home for m in e.mentions)
    identity = tuple(RowIdentity(source.name, record, slug, rule) for record, (slug, rule) in home.items())
    kept = tuple(i for i in catalogue.identity if not stale(i.source, i.record))
    described = {i.dataset for i in (*kept, *identity)} | {c.dataset for c in catalogue.curated}
    known = {d.id: d for d in (*catalogue.datasets, *founded)}
    found = replace(
        catalogue,
        datasets=tuple(d for slug, d in sorted(known.items()) if slug in described),
        claims=(*claims, *(c for c in catalogue.claims if not stale(c.source, c.record))),
        identity=(*identity, *kept),
        sources=(source, *(s for s in catalogue.sources if s.name != source.name)),
        unlinked=(*unlinked, *(u for u in catalogue.unlinked if not stale(u.source, u.record))),
        relations=_relations(source, entries, home, catalogue) if only is None else catalogue.relations,
    )
    new = tuple(sorted(d.id for d in founded))
    return Imported(found, len(home) - sum(slug in new for slug, _ in home.values()), new, len(unlinked))


def _refuse_unknown(catalogue: Catalogue, decided: Mapping[str, tuple[str, str]]) -> None:
    known = {d.id for d in catalogue.datasets}
    for line, row in enumerate(sorted(catalogue.links), 2):
        if row.name in decided and row.dataset != NOTHING and row.dataset not in known:
            raise CatalogueError("links.tsv", line, "dataset", f"{row.dataset!r} is not in datasets.tsv")


def import_one(name: str, title: str, entry: Entry, catalogue: Catalogue, digest: str, retrieved: str) -> tuple[Imported, str]:
    """Add the dataset of one publisher's file, or renew it when the same name came from such a file before.

    Returns:
        What was done, and the slug; the slug is empty when the record waits for a curator.
    """
    before = {c.record: c.value for c in catalogue.claims if c.source == name and c.property == "title"}
    record = next((r for r, known in sorted(before.items()) if known == entry.name), max(before, default=-1) + 1)
    count = max(record + 1, next((s.records for s in catalogue.sources if s.name == name), 0))
    source = Source(name, title, "", "as each file says", "", count, digest, retrieved)
    done = import_entries(source, [replace(entry, record=record)], catalogue, only=record)
    slug = next((i.dataset for i in done.catalogue.identity if i.source == name and i.record == record), "")
    return done, slug


def _before(catalogue: Catalogue, source: str) -> dict[str, str]:
    """Name of a record → the dataset that it described at the last import, where all records of that name describe one."""
    home = {i.record: i.dataset for i in catalogue.identity if i.source == source}
    found: dict[str, set[str]] = {}
    for claim in catalogue.claims:
        if claim.source == source and claim.property in {"title", "alias"} and claim.record in home:
            found.setdefault(claim.raw, set()).add(home[claim.record])
    return {name: next(iter(slugs)) for name, slugs in found.items() if len(slugs) == 1}


def _profile(entry: Entry, before: str) -> Profile:
    years = frozenset((entry.year,)) if entry.year else frozenset[str]()
    return Profile("", (entry.name, *entry.aliases), (entry.url,) if entry.url else (), years, entry.concepts("modality"), before)


def _profiles(catalogue: Catalogue, source: str) -> list[Profile]:
    """The datasets as every other source tells of them; the source itself only where nobody else does."""
    others = {i.dataset for i in catalogue.identity if i.source != source}
    said: dict[str, list[Claim]] = {}
    for claim in catalogue.claims:
        if claim.value and (claim.source != source or claim.dataset not in others):
            said.setdefault(claim.dataset, []).append(claim)
    stated: dict[str, set[str]] = {}
    aliases: dict[str, set[str]] = {}
    for row in catalogue.curated:
        if row.property == "modality":
            stated.setdefault(row.dataset, set()).add(row.value)
        if row.property == "alias":
            aliases.setdefault(row.dataset, set()).add(row.value)
    found = []
    for d in catalogue.datasets:
        claims = said.get(d.id, [])
        urls = {c.value for c in claims if c.property == "landingPage"} | ({d.homepage} if d.homepage else set())
        names = (
            d.name,
            *d.aliases,
            *sorted({c.value for c in claims if c.property in {"alias", "title"}} | aliases.get(d.id, set())),
        )
        modalities = frozenset(stated.get(d.id) or {c.value for c in claims if c.property == "modality" and c.asserts})
        years = frozenset({d.year} - {""})
        found.append(Profile(d.id, tuple(dict.fromkeys(names)), tuple(sorted(urls)), years, modalities))
    return found


Homes = dict[int, tuple[str, str]]


def _homes(
    source: str, entries: Iterable[Entry], links: Iterable[Link], catalogue: Catalogue
) -> tuple[Homes, tuple[DatasetRow, ...], tuple[Unlinked, ...]]:
    """Record → (dataset, rule); the datasets that are new; the records that have none."""
    home: Homes = {}
    new: dict[str, DatasetRow] = {}
    unlinked: list[Unlinked] = []
    taken = {d.id for d in catalogue.datasets}
    elsewhere = {i.dataset for i in catalogue.identity if i.source != source}
    for entry, found in zip(entries, links, strict=True):
        if found.dataset:
            own = found.dataset not in elsewhere
            home[entry.record] = (found.dataset, f"first described by {source}" if own else found.reason)
        elif entry.founds and not found.reason.startswith(("not sure", "two datasets", "decision", "its name")):
            key = fold(entry.name)
            row = new.get(key) or _found(entry, taken | {r.id for r in new.values()})
            new[key] = row
            home[entry.record] = (row.id, f"first described by {source}")
        else:
            candidates = tuple(f"{c.dataset} {c.score}" for c in found.candidates)
            unlinked.append(Unlinked(source, entry.record, entry.name.replace("|", "/"), found.reason, candidates))
    return home, tuple(new.values()), tuple(unlinked)


def _found(entry: Entry, taken: set[str]) -> DatasetRow:
    base = slug_of(entry.name)
    words = (base, f"{base}-{slug_of(platform(entry.url) or 'dataset')}", f"{base}-{slug_of(normal_url(entry.url))}"[:80])
    slug = next((w.strip("-") for w in words if w.strip("-") not in taken), f"{base}-{entry.record}")
    usable = entry.url.startswith(("http://", "https://")) and " " not in entry.url
    aliases = tuple(sorted({a.replace("|", "/") for a in entry.aliases} - {entry.name}))
    return DatasetRow(slug, entry.name, aliases, entry.url if usable else "", entry.year)


def _relations(source: Source, entries: Iterable[Entry], home: Homes, catalogue: Catalogue) -> tuple[Relation, ...]:
    """The relations that the source states; they replace those that it stated before."""
    mark = f"{source.title}: "
    by_name = {e.name: home[e.record][0] for e in entries if e.record in home}
    stated = {
        (by_name[e.name], by_name[parent])
        for e in entries
        for parent in e.parents
        if e.name in by_name and parent in by_name and by_name[e.name] != by_name[parent]
    }
    own = tuple(
        Relation(child, "derivedFrom", parent, "", f"{mark}sources of an analysis result", Confidence.HIGH)
        for child, parent in sorted(stated)
    )
    by_hand = tuple(r for r in catalogue.relations if not r.evidence.startswith(mark))
    have = {(r.dataset, r.relation, r.other) for r in by_hand}
    return (*by_hand, *(r for r in own if (r.dataset, r.relation, r.other) not in have))
