"""The algebra of merging: what a derivative of several works must obey together, and where no licence can obey all of it.

Demands are joined component by component (or, union), so merging is associative, commutative and idempotent by construction, and a
further member never takes a demand away. Whether anything can meet the joint demands is asked of the result alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from kg.licence.terms import ATTRIBUTION, NO_DERIVATIVES, NON_COMMERCIAL, PUBLIC_DOMAIN, SHARE_ALIKE_KIND, SHARE_ALIKE_NC, Terms
from kg.licence.uses import ATTRIBUTE, COMMERCIAL, DERIVE, DISTRIBUTE, NOTICE, SHARE_DERIVATIVE

__all__ = ["Clash", "Demands", "Rules", "first_clash", "largest"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the algebra has to know of licences.

    Attributes:
        above: Licence → the licences that it is a kind of.
        terms: Licence → what it says.
    """

    above: Callable[[str], frozenset[str]]
    terms: Callable[[str], Terms]


@dataclass(frozen=True, slots=True)
class Demands:
    """What a shared derivative must obey. The default demands nothing: it is the neutral element.

    Attributes:
        closed: No derivative may be shared.
        non_commercial: It must not be used commercially.
        credit: Authors must be named or notices kept.
        under: Licences under each of which, and no other, it must be shared.
    """

    closed: bool = False
    non_commercial: bool = False
    credit: bool = False
    under: frozenset[str] = frozenset()

    @classmethod
    def of(cls, terms: Terms) -> "Demands":
        """What one licence demands of derivatives. What it does not permit it forbids here: silence is no permission."""
        return cls(
            not {DERIVE, DISTRIBUTE} <= terms.permits or bool({DERIVE, DISTRIBUTE, SHARE_DERIVATIVE} & terms.prohibits),
            COMMERCIAL in terms.prohibits,
            bool(terms.requires & {ATTRIBUTE, NOTICE}),
            terms.under,
        )

    def __or__(self, other: "Demands") -> "Demands":
        return Demands(
            self.closed or other.closed,
            self.non_commercial or other.non_commercial,
            self.credit or other.credit,
            self.under | other.under,
        )

    @classmethod
    def joined(cls, each: Iterable["Demands"]) -> "Demands":
        """All demands together."""
        return reduce(Demands.__or__, each, cls())

    def targets(self, rules: Rules) -> frozenset[str]:
        """The most specific of the licences that are demanded: "GPL" and "GPL 3.0" are both met by GPL 3.0."""
        return frozenset(u for u in self.under if not any(u in rules.above(o) for o in self.under if o != u))

    def clash(self, rules: Rules) -> str:
        """Why nothing can meet the demands, in words; empty when something can."""
        if self.closed:
            return "no adaptation may be shared"
        targets = sorted(self.targets(rules))
        if len(targets) > 1:
            return "each demands that derivatives have its own licence"
        if targets and self.non_commercial and COMMERCIAL not in rules.terms(targets[0]).prohibits:
            return (
                "one demands its own licence for derivatives, which allows commercial use, and the other forbids commercial use"
            )
        return ""

    def kind(self, rules: Rules) -> str:
        """The kind of licence that meets the demands, one of :data:`kg.licence.terms.KINDS`."""
        if self.clash(rules):
            return NO_DERIVATIVES
        if self.under:
            return SHARE_ALIKE_NC if self.non_commercial else SHARE_ALIKE_KIND
        return NON_COMMERCIAL if self.non_commercial else ATTRIBUTION if self.credit else PUBLIC_DOMAIN


@dataclass(frozen=True, slots=True)
class Clash:
    """Two works (or one with itself) that no licence can cover together: their places, and why."""

    one: int
    other: int
    reason: str


def first_clash(demands: Sequence[Demands], rules: Rules) -> Clash | None:
    """The first work that clashes with itself or with an earlier one, and the first such one: a further work leaves the answer as it is."""
    if not Demands.joined(set(demands)).clash(rules):
        return None
    first = _first_places(
        demands
    )  # a later work with the same demands clashes with nothing that the first one does not clash with
    pairs = (
        (i, j, earlier | later)
        for later, j in first.items()
        for earlier, i in ((later, j), *first.items())
        if i < j or earlier == later
    )
    return next((Clash(i, j, why) for i, j, d in pairs if (why := d.clash(rules))), None)


def _first_places(demands: Sequence[Demands]) -> dict[Demands, int]:
    found: dict[Demands, int] = {}
    for place, demand in enumerate(demands):
        found.setdefault(demand, place)
    return found


def largest(demands: Sequence[Demands], rules: Rules) -> frozenset[int]:
    """Places of the most works that one licence can cover together; of equally many, those that come first.

    Whatever can be covered together has one licence for derivatives or none, so it is enough to try each that is demanded.
    """
    able = {d for d in set(demands) if not d.clash(rules)}
    targets = sorted({u for d in able for u in d.under})
    best: tuple[int, ...] = ()
    for target in (None, *targets):
        allowed = rules.above(target) | {target} if target is not None else frozenset[str]()
        free = target is not None and COMMERCIAL not in rules.terms(target).prohibits
        kept = {d for d in able if d.under <= allowed and not (free and d.non_commercial)}
        places = tuple(n for n, d in enumerate(demands) if d in kept)
        if (-len(places), places) < (-len(best), best):
            best = places
    return frozenset(best)
