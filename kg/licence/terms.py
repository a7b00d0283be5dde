"""What a licence says, read off the ontology: actions that it permits, prohibits and requires, its own and inherited ones."""

from dataclasses import dataclass
from typing import Final

from kg.knowledge import Knowledge
from kg.licence.uses import ATTRIBUTE, COMMERCIAL, DERIVE, DISTRIBUTE, NOTICE, REPRODUCE, SHARE_ALIKE, SHARE_DERIVATIVE
from kg.namespaces import IKG, OBO

__all__ = ["AGREEMENT", "ATTRIBUTION", "CUSTOM", "KINDS", "NON_COMMERCIAL", "NO_DERIVATIVES", "NO_TEXT", "PUBLIC_DOMAIN", "SHARE_ALIKE_KIND",
           "SHARE_ALIKE_NC", "Terms", "terms_of"]  # fmt: skip

PUBLIC_DOMAIN: Final = "public-domain"
ATTRIBUTION: Final = "attribution"
SHARE_ALIKE_KIND: Final = "share-alike"
NON_COMMERCIAL: Final = "non-commercial"
SHARE_ALIKE_NC: Final = "non-commercial-share-alike"
NO_DERIVATIVES: Final = "no-derivatives"
AGREEMENT: Final = "agreement"
CUSTOM: Final = "custom"
NO_TEXT: Final = "unknown"
KINDS: Final = (
    PUBLIC_DOMAIN, ATTRIBUTION, SHARE_ALIKE_KIND, NON_COMMERCIAL, SHARE_ALIKE_NC, NO_DERIVATIVES, AGREEMENT, CUSTOM, NO_TEXT,
)  # fmt: skip
"""Kinds of terms. ``agreement``: the data may not be passed on. ``custom``: what they say of the main actions is not in the graph; read
them. ``unknown``: no terms are known."""

_PERMITS, _PROHIBITS, _REQUIRES, _UNDER, _CONDITIONS = (
    str(p) for p in (IKG.permits, IKG.prohibits, IKG.requires, IKG.derivativesUnder, IKG.dataUse)
)
_UNKNOWN: Final = str(IKG.UnknownLicence)
_NO_RESTRICTION: Final = str(OBO.DUO_0000004)  # a permission of everything: no condition to keep


@dataclass(frozen=True, slots=True)
class Terms:
    """What one licence or one condition of use says.

    Attributes:
        iri: The licence or condition.
        permits: Actions that it permits.
        prohibits: Actions that it prohibits.
        requires: Actions that it makes a duty.
        under: Licences under which alone a derivative may be shared, the most specific ones.
        conditions: DUO conditions that it carries, the most specific ones.
    """

    iri: str
    permits: frozenset[str] = frozenset()
    prohibits: frozenset[str] = frozenset()
    requires: frozenset[str] = frozenset()
    under: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether there are terms at all."""
        return self.iri != _UNKNOWN

    @property
    def told(self) -> bool:
        """Whether the graph has what they say of copying, passing on, adapting and commercial use."""
        said = self.permits | self.prohibits
        adapting = {DERIVE, SHARE_DERIVATIVE} & said
        return {REPRODUCE, DISTRIBUTE, COMMERCIAL} <= said and bool(adapting)

    @property
    def kind(self) -> str:
        """One of :data:`KINDS`, computed from what is permitted, prohibited and required."""
        commercial = COMMERCIAL not in self.prohibits
        cases = (
            (not self.known, NO_TEXT),
            (DISTRIBUTE in self.prohibits, AGREEMENT),
            (not self.told, CUSTOM),
            (bool({DERIVE, SHARE_DERIVATIVE} & self.prohibits), NO_DERIVATIVES),
            (SHARE_ALIKE in self.requires, SHARE_ALIKE_KIND if commercial else SHARE_ALIKE_NC),
            (not commercial, NON_COMMERCIAL),
            (bool(self.requires & {ATTRIBUTE, NOTICE}), ATTRIBUTION),
        )
        return next((kind for holds, kind in cases if holds), PUBLIC_DOMAIN)


def terms_of(knowledge: Knowledge, iri: str) -> Terms:
    """What a licence or a condition of use says, with all that it inherits."""
    taxonomy = knowledge.taxonomy

    def reach(prop: str) -> frozenset[str]:
        return taxonomy.along(prop, iri)

    def lowest(iris: frozenset[str]) -> frozenset[str]:
        return frozenset(i for i in iris if not any(i in taxonomy.supers.get(o, ()) for o in iris if o != i))

    return Terms(
        iri, reach(_PERMITS), reach(_PROHIBITS), reach(_REQUIRES), lowest(reach(_UNDER)),
        lowest(reach(_CONDITIONS)) - {_NO_RESTRICTION},
    )  # fmt: skip
