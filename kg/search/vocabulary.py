"""What a text is read with: the lexicon's meanings that a question may have, names and families of datasets, identifiers, spelling."""

import re
from functools import cached_property
from typing import Final

from rapidfuzz import fuzz, process

from kg.knowledge import Knowledge, grid_of
from kg.model import WordKind
from kg.namespaces import expand
from kg.search.spelling import Speller
from kg.search.wording import asks
from kg.terms.lexicon import Entry
from kg.terms.text import fold

__all__ = ["FACETS_READ", "Vocabulary", "vocabulary_of"]

FACETS_READ: Final = frozenset(
    (
        "modality", "anatomy", "task", "condition", "dimensionality", "accessLevel", "population", "annotates", "sampling",
        "companionData", "acquisition", "licence", "dataUse", "platform", "topic",
    )
)  # fmt: skip
"""The facets whose concepts a question may name."""

_GUARDED: Final = frozenset(("licence", "dataUse", "topic", "platform", "acquisition"))
"""Facets of which the forms that only a source writes are not words of a question."""

_SHORTEST_NAME: Final = 3
_DIGITS: Final = re.compile(r"(?<=[a-z]) (?=\d)")
_FAMILY_LIMIT: Final = 60


class Vocabulary:
    """The words of a :class:`Knowledge`, as a reader needs them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._lexicon = knowledge.lexicon
        self._names = knowledge.names
        self.longest = min(self._lexicon.longest, 9)
        self._concepts = knowledge.concepts
        self._datasets = knowledge.datasets
        self._forms = list(self._lexicon.forms())
        self._mapped = knowledge.mapped
        self._grid = grid_of(knowledge)
        self.families = _families(knowledge)
        self.general = frozenset(knowledge.general)
        told = (t for d in knowledge.datasets.values() for t in (d.name, d.description, *d.aliases))
        self.speller = Speller(self._lexicon.forms(), (c.definition for c in knowledge.concepts.values()), told)

    def meanings(self, words: str) -> tuple[Entry, ...]:
        """What words may mean in a question: a word of asking is a code only when it is written as one."""
        entries = tuple(
            e
            for e in self._lexicon.meanings(words)
            if e.concept.facet in FACETS_READ and not (e.word.kind is WordKind.HIDDEN and e.concept.facet in _GUARDED)
        )
        if not entries or (len(fold(words)) == 1 and words.isascii()):
            return ()
        return () if " " not in words and asks(words) else entries

    def identified(self, token: str) -> Entry | None:
        """The concept that a CURIE or IRI of any mapped terminology names."""
        if ":" not in token:
            return None
        iri = expand(token)
        concept = self._concepts.get(self._mapped.get(iri.replace("http://www.radlex.org/RID/", "http://radlex.org/RID/"), iri))
        if concept is None or concept.facet not in FACETS_READ:
            return None
        label = next((w for w in concept.words if w.kind is WordKind.LABEL), None)
        return Entry(concept, label) if label else None

    def named(self, words: str) -> tuple[str, ...]:
        """Ids of the datasets, or of the members of the family, that are called so."""
        key = fold(words)
        key = key if key in self._names else _DIGITS.sub("", key)  # "camelyon 16" is CAMELYON16
        found = self._names.get(key, ())
        own = tuple(i for i in found if key in {fold(i), fold(self._datasets[i].name)})
        return own or found or self.families.get(key, ())

    def suggestions(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Labels of concepts and names of datasets that are written nearly like a word that names nothing."""
        key = fold(word)
        forms = process.extract(key, self._forms, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=70)
        names = process.extract(key, list(self._names), scorer=fuzz.ratio, limit=limit, score_cutoff=70)
        found = [(-score, len(form), e.concept.label) for form, score, _ in forms for e in self._lexicon.meanings(form)[:1]]
        found += [(-score, len(name), self._datasets[self._names[name][0]].name) for name, score, _ in names]
        return tuple(dict.fromkeys(label for _, _, label in sorted(found)))[:limit]

    def together(self, facet: str, concept: str, others: tuple[tuple[str, str], ...]) -> int:
        """How many datasets have a concept and the others."""
        found = self._grid.has(facet, concept)
        for other in others:
            found &= self._grid.has(*other)
        return int(found.sum())

    @cached_property
    def family_words(self) -> dict[str, tuple[str, ...]]:
        """The first words of names that nobody would take for a word of the language: ``kvasir`` → the sets that begin so."""
        found: dict[str, set[str]] = {}
        for name, ids in self._names.items():
            first = name.split()[0]
            if len(first) > _SHORTEST_NAME and not first.isdigit():
                found.setdefault(first, set()).update(ids)
        return {
            word: tuple(sorted(ids))
            for word, ids in found.items()
            if 1 < len(ids) <= _FAMILY_LIMIT and not asks(word) and not self._lexicon.meanings(word)
        }


def _families(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for dataset in knowledge.datasets.values():
        for name in dataset.series:
            found.setdefault(fold(name), set()).add(dataset.id)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """The vocabulary of a knowledge, made once."""
    return knowledge.kept(Vocabulary)
