"""Reading a text: mentions of concepts by longest match over the lexicon, constraints, dataset names, and what stays unread."""

from dataclasses import replace
from typing import Final

from kg.knowledge import Bound, Knowledge
from kg.search.constraints import bare_year, read_bounds
from kg.search.notes import Notes
from kg.search.reading import Mention, Reading
from kg.search.settling import settled
from kg.search.tokens import BAR, clean, is_han, tokens
from kg.search.vocabulary import Vocabulary, vocabulary_of
from kg.search.wording import ALTERNATIVES, CONTINUED, NEGATIONS, asks
from kg.terms.lexicon import Entry
from kg.terms.text import fold

__all__ = ["Mention", "Reading", "read"]

_NAME_WORDS: Final = 8
_LONGEST_HAN: Final = 12
_SHORTEST_COMPOUND: Final = 9
_SHORTEST_PART: Final = 3
_MANNER: Final = ("ly", "ed", "ing")  # adverbs and participles tell how, not what


def read(text: str, knowledge: Knowledge) -> Reading:
    """Read a text into mentions and constraints.

    An exact dataset name is the whole reading, unless it is made of nothing but words for concepts (``Brain MRI``): then both are meant.
    """
    text = clean(text)
    vocabulary = vocabulary_of(knowledge)
    named = vocabulary.named(text) or vocabulary.named(_bare(text))
    if named and not vocabulary.meanings(text):
        telling = _walk(text, vocabulary, ()) if " " in text else None
        if telling is None or not _only_concepts(telling):
            return Reading(text, datasets=named)
    rest, bounds = read_bounds(text)
    notes = _walk(rest, vocabulary, bounds)
    if named and _only_concepts(notes):
        return replace(settled(text, notes, vocabulary), also=named)
    if not (notes.drafts or notes.names or notes.besides):
        notes.unread, notes.asides = [*notes.unread, *notes.asides], []
        notes = _family(notes, vocabulary)
    return settled(text, notes, vocabulary)


def _bare(text: str) -> str:
    """The text without words of asking at its ends: ``the ADNI dataset`` is ADNI."""
    words = text.strip(" .?!").split()
    while len(words) > 1 and asks(words[0]):
        words = words[1:]
    while len(words) > 1 and asks(words[-1]):
        words = words[:-1]
    return " ".join(words)


def _only_concepts(notes: Notes) -> bool:
    return bool(notes.drafts) and not (notes.unread or notes.asides or notes.names or notes.besides)


def _family(notes: Notes, vocabulary: Vocabulary) -> Notes:
    """Words that begin the names of several datasets, where the text says nothing else: that family is meant."""
    found = [vocabulary.family_words.get(fold(w), ()) for w in notes.unread]
    if any(found):
        notes.names = [i for ids in found for i in ids]
        notes.unread = [w for w, ids in zip(notes.unread, found, strict=True) if not ids]
    return notes


def _walk(text: str, vocabulary: Vocabulary, bounds: tuple[Bound, ...]) -> Notes:
    words = tokens(text)
    notes = Notes(bounds=list(bounds))
    at = 0
    while at < len(words):
        at += _take(words, at, vocabulary, notes)
    return notes


def _take(words: list[str], at: int, vocabulary: Vocabulary, notes: Notes) -> int:
    """Read what begins at a word; returns how many words that was."""
    token = words[at]
    if token == BAR:
        notes.negated = notes.alternative = False
        return 1
    size, entries = _longest(words, at, vocabulary)
    length, ids = _name(words, at, vocabulary)
    if ids and length >= size and (length > size or not entries):
        notes.call(ids)
        return length
    if entries:
        _shared_head(words[at : at + size], entries, vocabulary, notes)
        notes.mention(" ".join(words[at : at + size]), entries)
        return size
    key = token.casefold()
    if key in NEGATIONS or fold(token) in NEGATIONS:
        notes.negated = True
    elif key in CONTINUED:
        notes.continued = True
    elif key in ALTERNATIVES:
        notes.alternative = bool(notes.drafts)
    elif (entry := vocabulary.identified(token)) is not None:
        notes.mention(token, (entry,))
    elif (year := bare_year(token)) is not None:
        notes.bounds.append(year)
    elif not asks(token) and fold(token):
        _unknown(words, at, vocabulary, notes)
    return 1


def _shared_head(run: list[str], entries: tuple[Entry, ...], vocabulary: Vocabulary, notes: Notes) -> None:
    """In "lung or kidney cancer" the head noun belongs to both: the mention before is read with it, where that names something."""
    if not notes.alternative or len(run) < 2 or not notes.drafts:
        return
    last = notes.drafts[-1]
    facets = {e.concept.facet for e in entries}
    whole = tuple(e for e in vocabulary.meanings(f"{last.text} {run[-1]}") if e.concept.facet in facets)
    if whole and not {e.concept.facet for e in last.entries} & facets:
        last.text, last.entries = f"{last.text} {run[-1]}", whole


def _unknown(words: list[str], at: int, vocabulary: Vocabulary, notes: Notes) -> None:
    """A word that is no mention as it stands: Chinese without spaces, a compound, a negating prefix, a slip of the pen."""
    token = words[at]
    if is_han(token):
        _han(token, vocabulary, notes)
        return
    prefix, hyphen, rest = token.partition("-")
    if hyphen and rest and prefix.casefold() in NEGATIONS:
        notes.negated = True
        _take([rest], 0, vocabulary, notes)
        return
    parts = _parts(token, vocabulary)
    if parts:
        for part, entries in parts:
            notes.mention(part, entries)
        return
    form = vocabulary.speller.right(token)
    entries = vocabulary.meanings(form) if form else ()
    if entries and form:
        notes.mention(token, entries, form)
    else:
        notes.pass_over(token, ordinary=vocabulary.speller.ordinary(token) or token.casefold().endswith(_MANNER))


def _parts(token: str, vocabulary: Vocabulary) -> list[tuple[str, tuple[Entry, ...]]]:
    """The parts of a word that joins two (``Lebersegmentierung``, ``non-COVID``, ``brain-tumour``), or nothing."""
    if "-" in token.strip("-"):
        pieces = [p for p in token.split("-") if p]
        found = [
            (p, vocabulary.meanings(p) or vocabulary.meanings(vocabulary.speller.right(p) or "")) for p in pieces if not asks(p)
        ]
        return found if found and all(entries for _, entries in found) else []
    key = fold(token)
    if len(key) < _SHORTEST_COMPOUND or not key.isalpha() or vocabulary.speller.knows(key):
        return []
    for cut in range(len(key) - _SHORTEST_PART, _SHORTEST_PART, -1):
        tail = vocabulary.meanings(key[cut:])
        if tail:
            for end in (cut, cut - 1):  # German joins with an s or n
                head = vocabulary.meanings(key[:end])
                if head:
                    return [(key[:end], head), (key[cut:], tail)]
    return []


def _han(token: str, vocabulary: Vocabulary, notes: Notes) -> None:
    """Chinese is read by the longest known run of characters."""
    at, rest = 0, ""
    while at < len(token):
        for end in range(min(len(token), at + _LONGEST_HAN), at, -1):
            run = token[at:end]
            entries = vocabulary.meanings(run)
            if entries:
                notes.mention(run, entries)
            elif run in NEGATIONS:
                notes.negated = True
            elif run in ALTERNATIVES:
                notes.alternative = bool(notes.drafts)
            elif not asks(run):
                continue
            rest = _left(rest, notes)
            at = end
            break
        else:
            rest += token[at]
            at += 1
    _left(rest, notes)


def _left(rest: str, notes: Notes) -> str:
    if rest:
        notes.pass_over(rest, ordinary=len(rest) == 1)
    return ""


def _longest(words: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, tuple[Entry, ...]]:
    """The longest run of words from ``at`` that names a concept, and its meanings."""
    for size in range(min(vocabulary.longest, len(words) - at), 0, -1):
        run = words[at : at + size]
        if BAR in run or not (fold(run[0]) and fold(run[-1])):  # no run begins or ends with a bare stroke
            continue
        entries = vocabulary.meanings(" ".join(run))
        if not entries and size > 1:
            entries = _respelt(run, vocabulary)
        if entries:
            return size, entries
    return 1, ()


def _respelt(run: list[str], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """The meanings of a run of which one word is misspelt (``optic dsic``)."""
    right = [(vocabulary.speller.right(w) or w) for w in run]
    return vocabulary.meanings(" ".join(right)) if right != run else ()


def _name(words: list[str], at: int, vocabulary: Vocabulary) -> tuple[int, tuple[str, ...]]:
    """A dataset's or a family's name that begins at ``at``: its length and the ids.

    Inside a text one word must look like a name (a capital inside it, a digit or a hyphen, or a word unknown otherwise), and a name
    made of words for concepts alone is read as those.
    """
    for size in range(min(_NAME_WORDS, len(words) - at), 0, -1):
        run = words[at : at + size]
        text = " ".join(run)
        if BAR in run or len(fold(text)) <= 3:
            continue
        ids = vocabulary.named(text)
        if ids and not (size == 1 and (asks(text) or not _looks_named(text, vocabulary))):
            pieces = [p for w in run for p in w.replace("-", " ").replace("_", " ").split() if fold(p)]
            if not all(vocabulary.meanings(p) or asks(p) or (size > 1 and vocabulary.speller.ordinary(p)) for p in pieces):
                return size, ids
    return 1, ()


def _looks_named(word: str, vocabulary: Vocabulary) -> bool:
    plain = word[1:].islower() and word.isalpha()
    return not plain or not vocabulary.speller.ordinary(word)
