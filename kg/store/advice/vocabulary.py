"""The words that a store uses, and which of them somebody may have meant by one that it does not."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.namespaces import IKGD, PREFIXES, curie, local_name

__all__ = ["Vocabulary"]

_LABEL: Final = "http://www.w3.org/2000/01/rdf-schema#label"
_SHOWN: Final = 3
_NEAR: Final = 75.0  # of 100; below, two names are not taken for each other
_LETTERS: Final = 3  # letters that a name needs to be compared: two numbers that look alike have nothing to do with each other


def _known_space(iri: str) -> bool:
    """Whether an IRI is of a vocabulary that is used here as subjects and objects are; a datatype is not."""
    return any(iri.startswith(space) and iri != space for prefix, space in PREFIXES.items() if prefix != "xsd")


def _local(iri: str) -> str:
    """The name of an IRI within its vocabulary."""
    short = curie(iri)
    return short.partition(":")[2] if short != iri else local_name(iri)


def _words(name: str) -> str:
    """A local name as a label would have it: ``BrainTumour`` and ``brain_tumour`` are ``brain tumour``."""
    spaced = "".join(f" {c}" if c.isupper() and not before.isupper() else c for before, c in zip(" " + name, name, strict=False))
    return " ".join(spaced.replace("_", " ").replace("-", " ").split()).casefold()


class Vocabulary:
    """The names in a store; reading them takes part of a second, once.

    Args:
        store: The store.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        things = f"SELECT DISTINCT ?x {{ ?x a ?t FILTER(STRSTARTS(STR(?x), '{IKGD}')) }}"
        self._property_names = {_words(_local(iri)): iri for iri in self._iris("SELECT DISTINCT ?x { ?s ?x ?o }")}
        self._names = self._labelled() | {_words(_local(iri)): iri for iri in self._iris(things)} | self._property_names

    def _iris(self, query: str) -> list[str]:
        found = self._store.query(query)
        try:
            return sorted(row[0].value for row in found if isinstance(row[0], ox.NamedNode))  # type: ignore[union-attr]  # a SELECT
        finally:
            del found

    def _labelled(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(_LABEL), None, ox.DefaultGraph()):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                names.setdefault(quad.object.value.casefold(), quad.subject.value)
                names.setdefault(_words(_local(quad.subject.value)), quad.subject.value)
        return names

    def used(self, iri: str) -> bool:
        """Whether any graph uses an IRI, as subject, predicate, object or its own name."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        places = ((node, None, None), (None, node, None), (None, None, node))
        return self._store.contains_named_graph(node) or any(
            next(iter(self._store.quads_for_pattern(*place)), None) is not None for place in places
        )

    def twin(self, iri: str) -> str | None:
        """The same IRI under the other of http and https, when that one is used."""
        other = f"http://{iri[8:]}" if iri.startswith("https://") else f"https://{iri[7:]}" if iri.startswith("http://") else ""
        return other if other and not self.used(iri) and self.used(other) else None

    def near(self, iri: str, role: str) -> list[dict[str, str]]:
        """What somebody may have meant by an IRI that nothing uses."""
        name = _local(iri)
        pool: Mapping[str, str] = self._property_names if role == "property" else self._names
        if _words(name) not in pool and sum(c.isalpha() for c in name) < _LETTERS:
            return []
        found = process.extract(_words(name), list(pool), scorer=fuzz.ratio, limit=10, score_cutoff=_NEAR)
        iris = dict.fromkeys(pool[str(key)] for key, *_ in found)
        # Of names equally near, one of the same vocabulary is the likelier.
        space = iri[: len(iri) - len(name)]
        ordered = sorted(iris, key=lambda i: not i.startswith(space))
        return [{"iri": i, "curie": curie(i)} for i in ordered[:_SHOWN]]

    def unknown(self, terms: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        """The terms of known vocabularies that no graph uses, each with what may have been meant.

        Args:
            terms: IRIs and their roles: property, value, graph.
        """
        found: dict[str, dict[str, Any]] = {}
        for iri, role in terms:
            if iri not in found and _known_space(iri) and not self.used(iri):
                found[iri] = {"iri": iri, "curie": curie(iri), "role": role, "did_you_mean": self.near(iri, role)}
        return list(found.values())
