"""Datasets by a text: identifiers, pages, names, names of families, names inside the text, names that look alike."""

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz import fuzz, process

from kg.knowledge import DatasetView, Knowledge
from kg.reconcile.entities import entities_of
from kg.reconcile.hits import PART, Hit
from kg.reconcile.names import UNLIKE, Forms, bare, closed_up, covered, parted, unlike
from kg.terms.text import fold, squeeze

__all__ = ["Datasets", "datasets_of"]

_NAMED: Final = 100.0
_ALIAS: Final = 98.0
_CLOSED_UP: Final = 97.0  # "CAMELYON 16" is CAMELYON16
_BARE: Final = 95.0  # "the LIDC-IDRI dataset"
_BESIDE: Final = 93.0  # "LIDC-IDRI (Lung Image Database Consortium)"
_DATED: Final = 92.0  # "KiTS 2019" is KiTS19
_NUMBERED: Final = 75.0  # "MELA" may be MELA22
_FAMILY: Final = 80.0
_SHARED_PAGE: Final = 80.0
_LIKE: Final = 0.91
_SUBSET: Final = 0.75
_SHORTEST: Final = 4
_LONGEST_NAME: Final = 10


class Datasets:
    """The datasets of a :class:`Knowledge` by what people call them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._names = knowledge.names
        self._forms = Forms(tuple(self._names))
        closed: dict[str, set[str]] = {}
        for dataset in knowledge.datasets.values():
            for name in (dataset.id, dataset.name, *dataset.aliases):
                closed.setdefault(closed_up(name), set()).add(dataset.id)
        self._closed = {key: tuple(sorted(ids)) for key, ids in closed.items()}
        self._bare: dict[str, tuple[str, ...]] = {}
        for dataset in knowledge.datasets.values():
            for name in (dataset.id, dataset.name, *dataset.aliases):
                short = closed_up(bare(name))
                if short and short != closed_up(name):
                    self._bare[short] = tuple(sorted({*self._bare.get(short, ()), dataset.id}))
        families: dict[str, set[str]] = {}
        for dataset in knowledge.datasets.values():
            for name in dataset.series:
                families.setdefault(fold(name), set()).add(dataset.id)
        self._families = {name: tuple(sorted(ids)) for name, ids in families.items()}

    def hits(self, text: str) -> list[Hit]:
        """Every way in which a text leads to datasets."""
        pages = [e for e in entities_of(self._knowledge).identified(text) if isinstance(e, DatasetView)]
        if pages:
            alone = len(pages) == 1
            score = _NAMED if alone else _SHARED_PAGE
            return [Hit(d.iri, score, text, exact=alone, identifier=alone) for d in pages]
        found = [*self._exact(text), *self._family(text)]
        if not any(h.exact for h in found):
            found += [*self._dated(text), *self._shorter(text), *self._beside(text), *self._inside(text)]
        return [*found, *self._alike(text)]

    def _hit(self, key: str, score: float, form: str, *, exact: bool = False, rank: int = 0, kin: bool = False) -> Hit:
        return Hit(self._knowledge.datasets[key].iri, score, form, exact=exact, rank=rank, kin=kin)

    def _exact(self, text: str) -> Iterator[Hit]:
        key, written = fold(text), squeeze(text).casefold()
        for i in self._names.get(key, ()):
            dataset = self._knowledge.datasets[i]
            score = _NAMED if key in {fold(i), fold(dataset.name)} else _ALIAS
            rank = int(written not in {i.casefold(), dataset.name.casefold()})
            yield Hit(dataset.iri, score - rank / 2, self._form(dataset, key), exact=True, rank=rank)
        for i in self._closed.get(closed_up(text), ()):
            yield self._hit(i, _CLOSED_UP, self._knowledge.datasets[i].name, exact=True, rank=1)
        stripped = bare(text)
        if stripped != squeeze(text) and len(closed_up(stripped)) >= _SHORTEST:
            for i in (*self._names.get(fold(stripped), ()), *self._closed.get(closed_up(stripped), ())):
                yield self._hit(i, _BARE, self._knowledge.datasets[i].name, exact=True, rank=1)

    def _shorter(self, text: str) -> Iterator[Hit]:
        """A name without what the catalogue's has at its end: ``IXI`` is the IXI Dataset, ``MELA`` may be MELA22."""
        key = closed_up(text)
        for i in self._bare.get(key, ()):
            yield self._hit(i, _BESIDE, self._knowledge.datasets[i].name)
        if len(key) >= _SHORTEST and not key[-1].isdigit():
            numbered = re.compile(re.escape(key) + r"v?\d{1,4}")
            for name in self._closed:
                if numbered.fullmatch(name):
                    for i in self._closed[name]:
                        yield self._hit(i, _NUMBERED, self._knowledge.datasets[i].name)

    def _dated(self, text: str) -> Iterator[Hit]:
        """A name whose year is written with four digits instead of two, or the other way round: ``KiTS 2019`` is KiTS19."""
        key = closed_up(bare(text))
        for other in sorted(
            {re.sub(r"(?<!\d)20(\d\d)(?!\d)", r"\1", key), re.sub(r"(?<=[a-z])([012]\d)(?!\d)", r"20\1", key)} - {key}
        ):
            for i in self._closed.get(other, ()):
                yield self._hit(i, _DATED, self._knowledge.datasets[i].name)

    @staticmethod
    def _form(dataset: DatasetView, key: str) -> str:
        return next((n for n in (dataset.name, *dataset.aliases) if fold(n) == key), dataset.id)

    def _family(self, text: str) -> Iterator[Hit]:
        for key in sorted({fold(text), fold(bare(text))}):
            for i in self._families.get(key, ()):
                yield self._hit(i, _FAMILY, squeeze(text), kin=True)

    def _beside(self, text: str) -> Iterator[Hit]:
        """A name with its long form beside it, in parentheses or after a colon or a dash."""
        for piece in re.split(r"[()\[\]:;]|\s[-\u2013\u2014]\s", text):
            key = fold(piece)
            if len(key) >= _SHORTEST and not self._knowledge.lexicon.meanings(piece):
                for i in self._names.get(key, ()):
                    yield self._hit(i, _BESIDE, squeeze(piece))

    def _inside(self, text: str) -> Iterator[Hit]:
        least, more = PART

        def look(part: str) -> tuple[str, ...]:
            if len(fold(part)) < _SHORTEST or self._knowledge.lexicon.meanings(part):
                return ()
            return self._names.get(fold(part), ()) or self._closed.get(closed_up(part), ())

        for part, ids in parted(text, _LONGEST_NAME, look):
            share = covered(part, bare(text) or text)
            for i in ids:
                yield Hit(self._knowledge.datasets[i].iri, least + more * share, part, coverage=share)

    def _alike(self, text: str) -> Iterator[Hit]:
        key = fold(bare(text)) or fold(text)
        found = dict(self._forms.similar(key))
        if len(key) >= _SHORTEST and not self._knowledge.lexicon.meanings(key):
            # A name without its year, or with more words than the catalogue knows of it.
            for form, score, _ in process.extract(
                key, tuple(self._names), scorer=fuzz.token_set_ratio, limit=20, score_cutoff=95
            ):
                if len(form) >= _SHORTEST and not self._knowledge.lexicon.meanings(form):
                    worth = score * _SUBSET * (0.6 + 0.4 * fuzz.ratio(key, form) / 100)
                    found[form] = max(found.get(form, 0.0), min(worth, UNLIKE) if unlike(key, form) else worth)
        for form, score in found.items():
            for i in self._names[form]:
                yield self._hit(i, score * _LIKE, self._form(self._knowledge.datasets[i], form))


def datasets_of(knowledge: Knowledge) -> Datasets:
    """The datasets of a knowledge, indexed once."""
    return knowledge.kept(Datasets)
