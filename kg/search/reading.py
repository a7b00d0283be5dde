"""A text as it was understood: mentions, constraints, names, what was passed over; and the criteria that it makes."""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.knowledge import Bound, Criteria, Group
from kg.model import WordKind

__all__ = ["Mention", "Reading"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of the text and the concept that they were read as.

    Attributes:
        text: The words.
        concept: IRI.
        facet: Facet of the concept.
        form: The written form that matched, when it is not the words themselves (a corrected spelling).
        kind: What kind of word of the concept it is.
        negated: Whether the text asks for its absence.
        group: Mentions of one group are alternatives of each other.
        instead: IRIs of what the words mean elsewhere: the other mentions decided against them.
        absorbed: Whether a more specific mention beside it says the same, so that it demands nothing (``stroke lesion``).
    """

    text: str
    concept: str
    facet: str
    form: str
    kind: WordKind
    negated: bool
    group: int
    instead: tuple[str, ...] = ()
    absorbed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was understood.

    Attributes:
        datasets: Ids of the datasets that are named: no other can answer.
        besides: Ids of those that are named to be left out.
        unread: Words that name nothing known and are no words of the field's prose either: a dataset's own texts must hold them.
        asides: Words that name nothing and are ordinary: datasets whose texts hold them come first.
        also: Ids of the datasets whose name is the whole text, which otherwise reads as concepts.
    """

    text: str
    mentions: tuple[Mention, ...] = ()
    bounds: tuple[Bound, ...] = ()
    datasets: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()

    def criteria(self, holding: Iterable[str] | None = None) -> Criteria:
        """The reading as criteria: one group a mention (or a set of alternatives), all of which must be met.

        Args:
            holding: Ids of the datasets whose own texts hold all unread words; None leaves those words out of account.
        """
        asking = [m for m in self.mentions if not m.absorbed]
        groups: list[Group] = []
        excluded: list[Group] = []
        for number in dict.fromkeys(m.group for m in asking):
            mentions = [m for m in asking if m.group == number]
            choices = list(dict.fromkeys((m.facet, m.concept) for m in mentions))
            facet = choices[0][0]
            own = tuple(c for f, c in choices if f == facet)
            others = tuple(pair for pair in choices if pair[0] != facet)
            (excluded if mentions[0].negated else groups).append(Group(facet, own, " or ".join(m.text for m in mentions), others))
        held = tuple(sorted(holding)) if holding is not None and self.unread else None
        return Criteria(
            tuple(dict.fromkeys(groups)),
            tuple(dict.fromkeys(excluded)),
            self.bounds,
            self.datasets,
            self.besides,
            self.also,
            held,
        )
