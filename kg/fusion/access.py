"""What stands between a reader and the files of the members, the least effort first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kg.knowledge import DatasetView, Knowledge
from kg.namespaces import IKG

__all__ = ["EFFORTS", "Access", "access_of", "by_effort"]

EFFORTS: Final = tuple(
    str(i)
    for i in (
        IKG.OpenDownload, IKG.RegistrationAccess, IKG.ChallengeAccess, IKG.DataUseAgreementAccess, IKG.ControlledAccess,
        IKG.ApplicationAccess, IKG.UnknownAccess, IKG.WithdrawnAccess,
    )
)  # fmt: skip
"""The levels of access in order of effort: minutes for an account, days for an agreement, months for a committee; then what is not
known, and what cannot be had."""
_UNKNOWN: Final = EFFORTS.index(str(IKG.UnknownAccess))


@dataclass(frozen=True, slots=True)
class Access:
    """How one dataset is obtained.

    Attributes:
        effort: Place in :data:`EFFORTS`.
        guessed: Whether the level is only concluded from the host of the address.
        platforms: (IRI, what one does there; "" when the ontology does not say), sorted.
    """

    effort: int
    guessed: bool
    platforms: tuple[tuple[str, str], ...]

    def body(self, knowledge: Knowledge) -> dict[str, Any]:
        """The access as JSON."""
        level = EFFORTS[self.effort]
        return {
            "effort": self.effort, "level": level, "label": knowledge.label(level), "guessed": self.guessed,
            "platforms": [{"iri": p, "label": knowledge.label(p)} | ({"steps": s} if s else {}) for p, s in self.platforms],
        }  # fmt: skip


def access_of(dataset: DatasetView, knowledge: Knowledge) -> Access:
    """How a dataset is obtained; of several levels the one that takes most effort counts."""
    stated = dataset.asserted.get("accessLevel", frozenset())
    levels = stated or dataset.asserted.get("guessedAccessLevel", frozenset())
    effort = max((EFFORTS.index(i) for i in levels if i in EFFORTS), default=_UNKNOWN)
    platforms = sorted(dataset.asserted.get("platform", ()))
    return Access(effort, bool(levels) and not stated, tuple((p, knowledge.access_steps.get(p, "")) for p in platforms))


def by_effort(members: Sequence[DatasetView], knowledge: Knowledge) -> list[dict[str, Any]]:
    """The members by level of access in order of effort, with what is done on each platform, as JSON."""
    own = {m.id: access_of(m, knowledge) for m in members}
    found = []
    for effort in sorted({a.effort for a in own.values()}):
        ids = [m.id for m in members if own[m.id].effort == effort]
        platforms: dict[tuple[str, str], list[str]] = {}
        for i in ids:
            for platform in own[i].platforms:
                platforms.setdefault(platform, []).append(i)
        found.append({
            "effort": effort, "level": EFFORTS[effort], "label": knowledge.label(EFFORTS[effort]), "datasets": ids,
            "guessed": [i for i in ids if own[i].guessed],
            "platforms": [
                {"iri": p, "label": knowledge.label(p), "datasets": users} | ({"steps": s} if s else {})
                for (p, s), users in sorted(platforms.items())
            ],
            "withoutPlatform": [i for i in ids if not own[i].platforms],
        })  # fmt: skip
    return found
