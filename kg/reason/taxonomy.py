"""The taxonomy: what the reasoner entails between concepts, and its compact, reviewable form on disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.catalogue.tsv import replace_file
from kg.errors import ReleaseDamaged
from kg.namespaces import BFO_PART_OF, IKG, curie, expand

__all__ = ["FOLLOWED", "SUBCLASS", "Taxonomy", "read_taxonomy", "write_taxonomy"]

SUBCLASS: Final = "rdfs:subClassOf"

FOLLOWED: Final = tuple(
    str(p)
    for p in (
        BFO_PART_OF, IKG.hasLocation, IKG.hasComponent, IKG.images, IKG.comprises, IKG.derivableTo,
        IKG.permits, IKG.prohibits, IKG.requires, IKG.derivativesUnder, IKG.dataUse,
    )
)  # fmt: skip
"""The properties between concepts whose entailed edges are materialised."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Entailed superclasses and edges, complete and transitive, over IRIs.

    Attributes:
        supers: Class → every other named class above it.
        edges: Property → class → every class B with "class ⊑ ∃property.B".
    """

    supers: Mapping[str, frozenset[str]]
    edges: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)

    def up(self, iri: str) -> frozenset[str]:
        """The class itself and everything above it."""
        return self.supers.get(iri, frozenset()) | {iri}

    def kinds(self, concept: str) -> frozenset[str]:
        """CURIE of a class → CURIEs of those above it."""
        return frozenset(curie(above) for above in self.supers.get(expand(concept), ()))

    def is_a(self, sub: str, sup: str) -> bool:
        """Whether ``sub`` is ``sup`` or lies under it."""
        return sub == sup or sup in self.supers.get(sub, frozenset())

    def along(self, prop: str, iri: str) -> frozenset[str]:
        """The classes that ``iri`` is entailed to reach by ``prop``."""
        return self.edges.get(prop, {}).get(iri, frozenset())

    def nearest(self, prop: str, iri: str) -> frozenset[str]:
        """Of the classes that :meth:`along` gives, those from which the others follow as their superclasses.

        Part of the abdomen says that something is part of an anatomical structure, and more.
        """
        return self._lowest(self.along(prop, iri))

    def reduced(self) -> "Taxonomy":
        """Only the most specific pairs; :meth:`expanded` gives the rest back."""
        direct = {c: self._lowest(a for a in above if not self._same(a, c)) | self._twins(c) for c, above in self.supers.items()}
        edges: dict[str, dict[str, frozenset[str]]] = {}
        for prop, reach in self.edges.items():
            kept = edges.setdefault(prop, {})
            for iri, targets in reach.items():
                above = self.supers.get(iri, frozenset()) - self._twins(iri)
                inherited = {t for parent in above for t in reach.get(parent, ())}
                own = self._lowest(targets - inherited)
                if own:
                    kept[iri] = own
        return Taxonomy(direct, edges)

    def _lowest(self, iris: Iterable[str]) -> frozenset[str]:
        found = set(iris)
        return frozenset(i for i in found if not any(i in self.supers.get(o, ()) and not self._same(i, o) for o in found))

    def _twins(self, iri: str) -> frozenset[str]:
        """The other names of the same class."""
        return frozenset(a for a in self.supers.get(iri, ()) if iri in self.supers.get(a, ()))

    def _same(self, a: str, b: str) -> bool:
        return b in self.supers.get(a, ()) and a in self.supers.get(b, ())

    def expanded(self) -> "Taxonomy":
        """The whole taxonomy from a reduced one: transitive superclasses, inherited edges, fillers' superclasses."""
        supers: dict[str, frozenset[str]] = {}
        for iri in self.supers:
            seen: set[str] = set()
            stack = list(self.supers[iri])
            while stack:
                above = stack.pop()
                if above not in seen and above != iri:
                    seen.add(above)
                    stack += self.supers.get(above, ())
            supers[iri] = frozenset(seen)
        edges: dict[str, dict[str, frozenset[str]]] = {}
        for prop, reach in self.edges.items():
            whole = edges.setdefault(prop, {})
            for iri, uppers in supers.items():
                targets = {t for c in (iri, *uppers) for t in reach.get(c, ())}
                if targets:
                    whole[iri] = frozenset(u for t in targets for u in (t, *supers.get(t, ())))
        return Taxonomy(supers, edges)


def write_taxonomy(path: Path, taxonomy: Taxonomy, key: str) -> None:
    """Write the reduced form: a header with the hash of the axioms, then sorted ``subject property object`` in CURIEs."""
    small = taxonomy.reduced()
    rows = {(curie(c), SUBCLASS, curie(above)) for c, aboves in small.supers.items() for above in aboves}
    rows |= {(curie(c), "", "") for c, aboves in small.supers.items() if not aboves}
    for prop, reach in small.edges.items():
        rows |= {(curie(c), curie(prop), curie(t)) for c, targets in reach.items() for t in targets}
    lines = [f"# axioms sha256 {key}", "subject\tproperty\tobject", *("\t".join(row) for row in sorted(rows))]
    replace_file(path, "\n".join(lines) + "\n")


def read_taxonomy(path: Path) -> tuple[str, Taxonomy]:
    """The key and the whole taxonomy of a file.

    Raises:
        ReleaseDamaged: The file is not what :func:`write_taxonomy` writes.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) < 2 or not lines[0].startswith("# axioms sha256 ") or lines[1] != "subject\tproperty\tobject":
        raise ReleaseDamaged(str(path), "no classification", "run: imaging-kg ontology classify")
    supers: dict[str, set[str]] = {}
    edges: dict[str, dict[str, set[str]]] = {}
    for number, line in enumerate(lines[2:], 3):
        cells = line.split("\t")
        if len(cells) != 3:
            raise ReleaseDamaged(str(path), f"line {number} is not three cells", "run: imaging-kg ontology classify")
        subject, prop, target = (expand(cell) for cell in cells)
        own = supers.setdefault(subject, set())
        if prop == expand(SUBCLASS):
            own.add(target)
        elif prop:
            edges.setdefault(prop, {}).setdefault(subject, set()).add(target)
    reduced = Taxonomy(
        {c: frozenset(a) for c, a in supers.items()},
        {p: {c: frozenset(t) for c, t in reach.items()} for p, reach in edges.items()},
    )
    return lines[0].rsplit(" ", 1)[-1], reduced.expanded()
