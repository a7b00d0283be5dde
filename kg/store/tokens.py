"""SPARQL text as tokens, in linear time: enough to see form, prologue, dataset clauses and forbidden words.

Not a parser. It errs on one side only: whatever it cannot place is left visible as a bare word, so that a forbidden word is
never hidden by a mistake made here. The one place where two readings are possible is `<`, which opens an IRI or compares;
a token whose reading is in doubt says so (`doubtful`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Token", "place", "tokens"]

_TOKEN = re.compile(
    r'''
  (?P<string>"""(?:\\.|[^\\])*?"""|\'\'\'(?:\\.|[^\\])*?\'\'\'|"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*')
| (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
| (?P<comment>\#[^\n\r]*)
| (?P<variable>[?$]\w+)
| (?P<blank>_:[\w.\-]*)
| (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
| (?P<name>[^\W\d][\w.\-]*+(?P<local>:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)?
          |(?P<bare>:(?:[\w.\-:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+))
| (?P<number>\d+)
| (?P<space>\s+)
| (?P<other>.)
''',
    re.VERBOSE | re.DOTALL,
)
_SHORT = 4_000  # characters up to which the tokens of a text are kept
_CLOSES = {")": "(", "]": "[", "}": "{"}
# After one of these an IRI may stand and a comparison may not.
_BEFORE_IRI = frozenset("(,=+-*/|&^!<{")


@dataclass(frozen=True, slots=True)
class Token:
    """One token that is neither space nor comment.

    `kind` is string, iri, variable, blank, language, word, prefixed, number or other; `at` counts characters from 0;
    `depth` is the number of brackets open before it; `doubtful` marks a `<…>` that another reading would end elsewhere.
    """

    kind: str
    text: str
    at: int
    depth: int = 0
    doubtful: bool = False

    @property
    def upper(self) -> str:
        """The text for comparison with keywords, which know no case."""
        return self.text.upper()


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a text, whatever the text is.

    Args:
        query: Any text, a query or not.

    Returns:
        The tokens in order, without space and comments.
    """
    return iter(_kept(query)) if len(query) <= _SHORT else _scanned(query)


@lru_cache(maxsize=64)
def _kept(query: str) -> tuple[Token, ...]:
    """A text is looked at for several reasons on its way, and many are asked again."""
    return tuple(_scanned(query))


def _scanned(query: str) -> Iterator[Token]:
    # An open bracket and whether it is a list of terms (a row of VALUES, a collection), where nothing is compared.
    brackets: list[tuple[str, bool]] = []
    before = ""
    after_terms = False
    for match in _TOKEN.finditer(query):
        kind, text = match.lastgroup or "other", match.group()
        if kind in ("space", "comment"):
            continue
        if kind in ("name", "local", "bare"):
            kind = "prefixed" if match.group("local") or match.group("bare") else "word"
        depth = len(brackets)
        doubtful = (
            kind == "iri"
            and ("#" in text or "'" in text)
            and bool(brackets)
            and brackets[-1] == ("(", False)
            and before not in _BEFORE_IRI
        )
        closed_terms = False
        if text in ("(", "[", "{"):
            terms = text == "(" and (before == "{" or (before == ")" and after_terms) or _within_terms(brackets))
            brackets.append((text, terms))
        elif text in _CLOSES and brackets and brackets[-1][0] == _CLOSES[text]:
            closed_terms = brackets.pop()[1]
        yield Token(kind, text, match.start(), depth, doubtful)
        before, after_terms = text, closed_terms


def _within_terms(brackets: list[tuple[str, bool]]) -> bool:
    return bool(brackets) and brackets[-1] == ("(", True)


def place(query: str, at: int) -> tuple[int, int]:
    """Turn a character offset into line and column, both from 1.

    Args:
        query: The text.
        at: An offset into it, from 0.

    Returns:
        Line and column.
    """
    line = query.count("\n", 0, at) + 1
    return line, at - (query.rfind("\n", 0, at) + 1) + 1
