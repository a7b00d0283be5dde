"""The terms of every dataset of a catalogue, each distinct combination worked out once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.knowledge import DatasetView, Knowledge
from kg.licence.merge import Demands, Rules
from kg.licence.terms import Terms, terms_of
from kg.licence.uses import COMMERCIAL, DERIVE, DISTRIBUTE, SHARE_DERIVATIVE
from kg.namespaces import IKG

__all__ = ["DATA", "LABELS", "LicenceBook", "OwnTerms", "book_of"]

DATA: Final = "data"
LABELS: Final = "annotations"
_ACCESS: Final = "accessLevel"
_OPEN: Final = str(IKG.OpenDownload)


@dataclass(frozen=True, eq=False)
class OwnTerms:
    """The terms of one dataset. A book makes each distinct combination once, so that it is equal to itself alone.

    Attributes:
        parts: (scope, terms) of each licence: of the data, and of the annotations where they have another one. A dataset with several
            licences consists of parts; all of them count.
        conditions: DUO conditions of the dataset itself, as terms.
        differing: The licences between which the sources differ where none is asserted.
        also_said: Licences that some source gives beside the asserted one.
        access: What has to be done before the download: access levels other than an open download.
    """

    parts: tuple[tuple[str, Terms], ...]
    conditions: tuple[Terms, ...] = ()
    differing: tuple[str, ...] = ()
    also_said: tuple[str, ...] = ()
    access: tuple[str, ...] = ()

    @cached_property
    def known(self) -> bool:
        """Whether the licence of the data is known."""
        data = [terms for scope, terms in self.parts if scope == DATA]
        return bool(data) and all(terms.known for terms in data)

    @cached_property
    def silent(self) -> bool:
        """Whether some known terms neither permit nor forbid that a derivative be shared."""
        return any(
            terms.known
            and not {DERIVE, DISTRIBUTE} <= terms.permits
            and not {DERIVE, DISTRIBUTE, SHARE_DERIVATIVE} & terms.prohibits
            for _, terms in self.parts
        )

    @cached_property
    def demands(self) -> Demands:
        """What they demand of a derivative; an unknown licence closes it."""
        own = Demands.joined(Demands.of(terms) for _, terms in self.parts)
        bound = Demands(not self.known, any(COMMERCIAL in c.prohibits for c in self.conditions))
        return own | bound


class LicenceBook:
    """What all licences of a knowledge say, and the terms of its datasets."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._terms: dict[str, Terms] = {}
        self._own: dict[tuple[frozenset[str], ...], OwnTerms] = {}

    def terms(self, iri: str) -> Terms:
        """What a licence or a condition says."""
        if iri not in self._terms:
            self._terms[iri] = terms_of(self._knowledge, iri)
        return self._terms[iri]

    @cached_property
    def rules(self) -> Rules:
        """What the algebra has to know."""
        supers = self._knowledge.taxonomy.supers
        return Rules(lambda iri: supers.get(iri, frozenset()), self.terms)

    def of(self, dataset: DatasetView) -> OwnTerms:
        """The terms of a dataset."""
        said = dataset.asserted
        none: frozenset[str] = frozenset()
        key = (
            said.get("licence", none), said.get("annotationLicence", none), said.get("dataUse", none), said.get(_ACCESS, none),
            dataset.disputed.get("licence", none),
        )  # fmt: skip
        if key not in self._own:
            self._own[key] = self._read(*key)
        return self._own[key]

    def _read(
        self, data: frozenset[str], labels: frozenset[str], uses: frozenset[str], access: frozenset[str], disputed: frozenset[str]
    ) -> OwnTerms:
        # A licence of the code counts nowhere: nothing that is done with the data copies it.
        scoped = ((DATA, data), (LABELS, labels - data))
        return OwnTerms(
            tuple((scope, self.terms(iri)) for scope, iris in scoped for iri in sorted(iris)),
            tuple(self.terms(iri) for iri in sorted(uses)),
            tuple(sorted(disputed)) if not data else (),
            tuple(sorted(disputed - data)) if data else (),
            tuple(sorted(access - {_OPEN})),
        )


def book_of(knowledge: Knowledge) -> LicenceBook:
    """The book of a knowledge, made once."""
    return knowledge.kept(LicenceBook)
