"""Reading a text: mentions of concepts by longest match over the lexicon, constraints, dataset names, and what stays unread."""

import re
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz, process

from kg.knowledge import Bound, Criteria, Group, Knowledge
from kg.model import WordKind
from kg.search.constraints import read_bounds
from kg.terms.lexicon import Entry
from kg.terms.text import fold, squeeze

__all__ = ["Mention", "Reading", "read"]

_FACETS: Final = frozenset(
    ("modality", "anatomy", "task", "condition", "dimensionality", "accessLevel", "population", "annotates", "sampling", "companionData")
)  # fmt: skip
_NEGATIONS: Final = frozenset(("not", "without", "except", "excluding", "no", "minus"))
_ALTERNATIVES: Final = frozenset(("or", "/", "oder", "ou", "o"))
# Words of the language of asking. They name nothing, and as codes (ALL, US, IT) they count only when written as codes.
_STOP: Final = frozenset(
    (  # noqa: SIM905  # a word a line would hide the list
        "a about all am an and any anything are as at be both by can collection collections das data dataset datasets de der "
        "die du en et find for from give have i image images imaging in into is it la le like list look looking me medical "
        "my of on or our set sets show similar some that the their there these this those to und us use used using want was "
        "we what where which who will with y you "
    ).split()
)
_TOKEN: Final = re.compile(r"[^\s,;()\[\]?!\"\u201c\u201d]+")


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
    """

    text: str
    concept: str
    facet: str
    form: str
    kind: WordKind
    negated: bool
    group: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was understood."""

    text: str
    mentions: tuple[Mention, ...] = ()
    bounds: tuple[Bound, ...] = ()
    datasets: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    def criteria(self) -> Criteria:
        """The reading as criteria: one group a mention (or a set of alternatives), all of which must be met."""
        numbers = dict.fromkeys(m.group for m in self.mentions)
        groups: list[Group] = []
        excluded: list[Group] = []
        for number in numbers:
            mentions = [m for m in self.mentions if m.group == number]
            for facet in dict.fromkeys(m.facet for m in mentions):
                own = [m for m in mentions if m.facet == facet]
                group = Group(facet, tuple(dict.fromkeys(m.concept for m in own)), " or ".join(m.text for m in own))
                (excluded if own[0].negated else groups).append(group)
        unlike = tuple(dict.fromkeys(excluded))
        return Criteria(tuple(dict.fromkeys(groups)), unlike, self.bounds, self.datasets, self.besides, self.also)


def _usable(token: str, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Drop forms that a text of this shape does not mean: a stop word is a code only when it is written as one."""
    if fold(token) in _STOP and not (token.isupper() and len(token) > 1):
        return ()
    if len(fold(token)) == 1 and token.isascii():
        return ()
    return tuple(e for e in entries if e.concept.facet in _FACETS)


def _best(entries: tuple[Entry, ...], context: frozenset[str]) -> Entry:
    """Of several meanings the one whose facet the text has not filled yet; then the more trusted kind of word."""
    order = ["modality", "anatomy", "condition", "task"]

    def rank(entry: Entry) -> tuple[bool, int, int]:
        facet = entry.concept.facet
        place = order.index(facet) if facet in order else len(order)
        return (facet in context, list(WordKind).index(entry.word.kind), place)

    return min(entries, key=rank)


def _spelling(token: str, knowledge: Knowledge) -> str | None:
    """The form of the lexicon that a misspelt word stands for. Short words never drift."""
    word = fold(token)
    if len(word) < 5 or not word.isalpha():
        return None
    near = process.extractOne(word, list(knowledge.lexicon.forms()), scorer=fuzz.ratio, score_cutoff=86)
    return near[0] if near and near[0][0] == word[0] else None


def _corrected(entry: Entry) -> str:
    """The right spelling of a known misspelling: the concept's own word that is nearest to it."""
    if entry.word.kind is not WordKind.MISSPELLING:
        return ""
    right = (fold(w.text) for w in entry.concept.words if w.kind.shown)
    return max(right, key=lambda word: fuzz.ratio(word, fold(entry.word.text)), default="")


def read(text: str, knowledge: Knowledge) -> Reading:
    """Read a text into mentions and constraints.

    An exact dataset name is the whole reading, unless it is made of nothing but words for concepts (``Brain MRI``): then both are meant.
    """
    text = squeeze(text)
    named = knowledge.names.get(fold(text), ())
    if named and " " not in text and not knowledge.lexicon.meanings(text):
        return Reading(text, datasets=named)
    rest, bounds = read_bounds(text)
    found = _mentions(text, _split(rest), knowledge, bounds)
    if not named:
        return found
    telling = found.mentions and not (found.unread or found.datasets or found.besides)
    return replace(found, also=named) if telling else Reading(text, datasets=named)


def _split(text: str) -> list[str]:
    spaced = re.sub(r"(?<=[^\W\d_])/(?=[^\W\d_]{2,})", " / ", text) if "/" in text else text
    return [t.strip(".:") or t for t in _TOKEN.findall(re.sub(r"([\u3400-\u9fff]+)", r" \1 ", spaced))]


def _mentions(text: str, tokens: list[str], knowledge: Knowledge, bounds: tuple[Bound, ...]) -> Reading:
    found: list[Mention] = []
    unread: list[str] = []
    names: list[str] = []
    besides: list[str] = []
    at, group, negated, alternative = 0, 0, False, False
    while at < len(tokens):
        token = tokens[at]
        size, entries, form = _longest(tokens, at, knowledge)
        if not entries and fold(token) in _NEGATIONS:
            negated, at = True, at + 1
            continue
        if not entries and token.casefold() in _ALTERNATIVES:
            alternative, at = bool(found), at + 1
            continue
        if entries:
            context = frozenset(m.facet for m in found if m.group != group or not alternative)
            entry = _best(entries, context)
            same = alternative and found and found[-1].facet == entry.concept.facet
            if same:
                group, negated = found[-1].group, found[-1].negated
            else:
                group = (found[-1].group if found else 0) + 1
            words = " ".join(tokens[at : at + size])
            form = form or _corrected(entry)
            found.append(Mention(words, entry.concept.iri, entry.concept.facet, form, entry.word.kind, negated, group))
            negated = alternative = False
        elif (name := _name(tokens, at, knowledge)) is not None:
            size, ids = name
            (besides if negated else names).extend(ids)
            negated = False
        elif fold(token) and fold(token) not in _STOP:
            unread.append(token)
            negated = alternative = False  # "without contrast, liver" excludes the unread word and not the liver
        elif "|" in token:
            negated = alternative = False
        at += max(size, 1)
    asked, barred = tuple(dict.fromkeys(names)), tuple(dict.fromkeys(besides))
    return Reading(text, tuple(found), bounds, asked, barred, tuple(unread))


def _longest(tokens: list[str], at: int, knowledge: Knowledge) -> tuple[int, tuple[Entry, ...], str]:
    """The longest run of tokens from ``at`` that names a concept: its length, its meanings, the corrected form if any."""
    for size in range(min(knowledge.lexicon.longest, len(tokens) - at), 0, -1):
        words = " ".join(tokens[at : at + size])
        if "|" in words or not (fold(tokens[at]) and fold(tokens[at + size - 1])):  # no run begins or ends with a bare stroke
            continue
        entries = _usable(words, knowledge.lexicon.meanings(words))
        if entries:
            return size, entries, ""
    token = tokens[at]
    if fold(token) in knowledge.names or fold(token) in _STOP or fold(token) in _NEGATIONS:
        return 1, (), ""
    form = _spelling(token, knowledge)
    entries = _usable(token, knowledge.lexicon.meanings(form)) if form else ()
    return 1, entries, (form or "") if entries else ""


def _name(tokens: list[str], at: int, knowledge: Knowledge) -> tuple[int, tuple[str, ...]] | None:
    """A dataset's name that begins at ``at``; one word of fewer than four letters is no name inside a text."""
    for size in range(min(6, len(tokens) - at), 0, -1):
        key = fold(" ".join(tokens[at : at + size]))
        if key in knowledge.names and len(key) > 3 and key not in _STOP:
            return size, knowledge.names[key]
    return None
