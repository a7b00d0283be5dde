"""What a walk over the words of a text has found so far: mentions in draft, names, bounds, and what was passed over."""

from dataclasses import dataclass, field

from kg.knowledge import Bound
from kg.terms.lexicon import Entry

__all__ = ["Draft", "Notes"]


@dataclass(slots=True)
class Draft:
    """A mention whose meaning is not settled yet."""

    text: str
    entries: tuple[Entry, ...]
    form: str
    negated: bool
    group: int


@dataclass(slots=True)
class Notes:
    """What a walk over the words has found so far."""

    drafts: list[Draft] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    besides: list[str] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    negated: bool = False
    alternative: bool = False
    continued: bool = False

    def mention(self, text: str, entries: tuple[Entry, ...], form: str = "") -> None:
        """Note a mention; after an "or" it joins the group before it."""
        last = self.drafts[-1] if self.drafts else None
        if self.alternative and last is not None:
            group, negated = last.group, last.negated
        else:
            group, negated = (last.group + 1 if last else 1), self.negated or self._carried(entries)
        self.drafts.append(Draft(text, entries, form, negated, group))
        self.negated = self.alternative = self.continued = False

    def _carried(self, entries: tuple[Entry, ...]) -> bool:
        """Whether an "and" carries the negation of the mention before on to this one, which is of the same facet."""
        last = self.drafts[-1] if self.drafts else None
        if last is None or not (self.continued and last.negated):
            return False
        return bool({e.concept.facet for e in last.entries} & {e.concept.facet for e in entries})

    def call(self, ids: tuple[str, ...]) -> None:
        """Note datasets that are named."""
        (self.besides if self.negated else self.names).extend(ids)
        self.negated = False

    def pass_over(self, token: str, *, ordinary: bool = False) -> None:
        """Note a word that names nothing known. "Without contrast, liver" excludes that word and not the liver."""
        if not self.negated:
            (self.asides if ordinary else self.unread).append(token)
        self.negated = self.alternative = False
