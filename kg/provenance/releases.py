"""What changed in the record of a dataset from one release to the next, where older releases lie beside the one that is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from kg.errors import ReleaseDamaged, StoreUnavailable
from kg.namespaces import CATALOGUE, IKGD, INFERRED, PREFIXES, curie, local_name
from kg.release import MANIFEST, STORE, Kept, kept_in, read_kept
from kg.store.embedded import EmbeddedStore
from kg.store.port import Selects

__all__ = ["Change", "changes", "older_than"]

_MOST: Final = 12  # releases that are read; a build keeps two unless told
_STATES: Final = {"asserted": CATALOGUE, "inferred": INFERRED}
_FACTS: Final = """SELECT ?p ?o ?label WHERE {{ GRAPH <{graph}> {{ <{iri}> ?p ?o }}
  OPTIONAL {{ ?o <{rdfs}label> ?label FILTER(LANG(?label) = "en") }} }}"""
_PARTS: Final = """SELECT ?link ?part ?p ?o WHERE {{ GRAPH <{graph}> {{ <{iri}> ?link ?part . ?part ?p ?o }}
  FILTER(STRSTARTS(STR(?part), "{iri}#")) }}"""

Told = tuple[str, str, str]  # state, property, what it says


@dataclass(frozen=True, slots=True)
class Change:
    """A release, and what it says of a dataset that the one before did not, and the other way round.

    Attributes:
        release: Its id.
        date: When it came to this machine: releases carry no date, so that equal inputs give equal bytes.
        since: The release before; ``""`` for the oldest that is there, which has nothing to be compared with.
        known: Whether the dataset is in it.
        added: Facts, as JSON.
        removed: Facts, as JSON.
    """

    release: str
    date: str
    since: str
    known: bool
    added: tuple[dict[str, str], ...]
    removed: tuple[dict[str, str], ...]

    def body(self) -> dict[str, Any]:
        """The change as JSON."""
        return {
            "release": self.release, "date": self.date, "since": self.since or None, "known": self.known,
            "added": list(self.added), "removed": list(self.removed),
        }  # fmt: skip


def _came(release: Path) -> float:
    try:
        return (release / MANIFEST).stat().st_mtime
    except OSError:  # removed between two looks
        return 0


def older_than(release: Path) -> list[Kept]:
    """The releases that lie beside a release and came to this machine before it, the oldest first."""
    mark = _came(release)
    found = [k for k in kept_in(release.parent) if k.folder != release and (k.folder / STORE).is_dir() and _came(k.folder) < mark]
    return found[:_MOST][::-1]


def changes(release: Path, slugs: Sequence[str]) -> tuple[Change, ...]:
    """The releases of a folder up to one of them, the oldest first, with what each changed in the record of a dataset.

    Args:
        release: The folder of the release that is open.
        slugs: The slugs of the dataset, today's first: older releases may know it by another.
    """
    found: list[Change] = []
    before: dict[Told, str] | None = None
    since = ""
    served = read_kept(release)
    for kept in (*older_than(release), *((served,) if served else ())):
        name, folder = kept.id, kept.folder
        try:
            held = dict(_told(folder, tuple(slugs)))
        except (ReleaseDamaged, StoreUnavailable):
            continue
        added, removed = ((), ()) if before is None else (_apart(held, before), _apart(before, held))
        date = datetime.fromtimestamp(_came(folder), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        found.append(Change(name, date, since, bool(held), added, removed))
        before, since = held, name
    return tuple(found)


def _apart(these: dict[Told, str], those: dict[Told, str]) -> tuple[dict[str, str], ...]:
    """The facts of these that are not among those; of what follows, too."""
    return tuple(
        {"state": state, "property": prop, "value": curie(said), "text": these[state, prop, said]}
        for state, prop, said in sorted(these.keys() - those.keys())
    )


@lru_cache(maxsize=512)
def _told(folder: Path, slugs: tuple[str, ...]) -> tuple[tuple[Told, str], ...]:
    """What a release says of a dataset, with a text for each fact. A release never changes, so that once is enough."""
    store = EmbeddedStore.open(folder / STORE)
    try:
        return tuple(fact for slug in slugs for fact in _facts(store, str(IKGD[slug])).items())
    finally:
        store.close()


def _facts(store: Selects, iri: str) -> dict[Told, str]:
    found: dict[Told, str] = {}
    for state, graph in _STATES.items():
        for prop, value, label in store.select(_FACTS.format(graph=graph, iri=iri, rdfs=PREFIXES["rdfs"])).rows:
            if not str(value).startswith(f"{iri}#"):
                found[state, local_name(str(prop)), str(value)] = str(value if label is None else label)
        parts: dict[tuple[str, str], dict[str, str]] = {}
        for link, part, own, member in store.select(_PARTS.format(graph=graph, iri=iri)).rows:
            parts.setdefault((local_name(str(link)), str(part)), {})[local_name(str(own))] = local_name(str(member))
        for (name_of_link, _), members in parts.items():
            said = " ".join(members[name] for name in ("group", "value", "unit", "certainty") if name in members)
            found[state, name_of_link, said] = said
    return found
