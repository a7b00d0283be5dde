"""What changed between two catalogues, in words."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from kg.catalogue.facts import Facts
from kg.catalogue.tables import Catalogue
from kg.namespaces import expand

__all__ = ["changes"]


def changes(
    before: tuple[Catalogue, Iterable[Facts]], after: tuple[Catalogue, Iterable[Facts]], label: Callable[[str], str]
) -> Iterator[str]:
    """Every difference as one sentence, sources first, then datasets in id order.

    Args:
        before: A catalogue and what it asserts.
        after: The other one.
        label: Concept IRI → label.
    """
    yield from _sources(before[0], after[0])
    old, new = ({f.row.id: f for f in facts} for facts in (before[1], after[1]))
    for slug in sorted(old.keys() | new.keys()):
        if slug not in old:
            yield f"{slug}: new dataset ({new[slug].row.name})"
        elif slug not in new:
            yield f"{slug}: gone ({old[slug].row.name})"
        else:
            yield from (f"{slug}: {sentence}" for sentence in _facts(old[slug], new[slug], label))
    relations = [Counter((r.dataset, r.relation, r.other) for r in c.relations) for c in (before[0], after[0])]
    for word, rows in (("no longer", relations[0] - relations[1]), ("now", relations[1] - relations[0])):
        yield from (f"{a}: {word} {relation} {b}" for a, relation, b in sorted(rows))


def _sources(before: Catalogue, after: Catalogue) -> Iterator[str]:
    old, new = ({s.name: s for s in c.sources} for c in (before, after))
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield f"source {name}: new, {new[name].records} records"
        elif name not in new:
            yield f"source {name}: gone"
        elif old[name] != new[name]:
            versions = f"version {old[name].version or '?'} → {new[name].version or '?'}"
            yield f"source {name}: {versions}, {old[name].records} → {new[name].records} records"


def _facts(old: Facts, new: Facts, label: Callable[[str], str]) -> Iterator[str]:
    for what in ("name", "homepage", "year"):
        if getattr(old.row, what) != getattr(new.row, what):
            yield f"{what} {getattr(old.row, what) or 'unknown'} → {getattr(new.row, what) or 'unknown'}"
    yield from _sets("alias", {"alias": old.row.aliases}, {"alias": new.row.aliases}, str)
    for prop in sorted(old.concepts.keys() | new.concepts.keys()):
        yield from _sets(prop, old.concepts, new.concepts, lambda c: label(expand(c)))
    for prop in sorted(old.literals.keys() | new.literals.keys()):
        yield from _sets(prop, old.literals, new.literals, str)
    sizes = [{"extent": tuple(f"{e.value} {e.unit} ({e.certainty})" for e in f.extents)} for f in (old, new)]
    yield from _sets("extent", sizes[0], sizes[1], str)
    if old.labelled != new.labelled:
        yield f"labelled {old.labelled} → {new.labelled}"


def _sets(
    prop: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]], say: Callable[[str], str]
) -> Iterator[str]:
    gone, come = set(old.get(prop, ())) - set(new.get(prop, ())), set(new.get(prop, ())) - set(old.get(prop, ()))
    parts = [f"{sign}{say(v)}" for sign, values in (("−", gone), ("+", come)) for v in sorted(values)]
    if parts:
        yield f"{prop} {', '.join(parts)}"
