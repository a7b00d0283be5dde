"""What kind of query a text is, and what is wrong with a text that is none."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from itertools import pairwise

from kg.errors import QueryRefused, QuerySyntaxError
from kg.store.tokens import Token, place, tokens

__all__ = ["Form", "form_of", "limit_of", "prologue_ends", "syntax_error"]


class Form(StrEnum):
    """The four forms of a SPARQL query."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph; otherwise it is a table or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


_UPDATES = frozenset(
    {
        *("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"),
        *("INSERTDATA", "DELETEDATA", "DELETEWHERE", "LOADSILENT"),
    }
)
# What a mistyped word may have been meant to be: the keywords and functions of two letters or more.
_KEYWORDS = tuple(
    """
    SELECT ASK CONSTRUCT DESCRIBE PREFIX BASE WHERE FROM NAMED DISTINCT REDUCED OPTIONAL FILTER UNION MINUS GRAPH BIND
    VALUES AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET EXISTS NOT IN UNDEF COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT
    SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID
    STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX
    SUBSTR REPLACE true false
    """.split()  # noqa: SIM905  # a list of sixty strings says no more
)
_ENGINE_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PLAIN_WORD = re.compile(r"[A-Za-z]{2,}")
_OPENS = {"(": ")", "[": "]", "{": "}"}
_SHOWN = 40  # characters of a token that are repeated to its writer
_WORTH_SAYING = 12  # the engine's list of what it tried is noise when it is long


def form_of(query: str) -> Form:
    """Tell the form of a query from its text, without running or fully parsing it.

    Args:
        query: The text of a query.

    Returns:
        The form.

    Raises:
        QueryRefused: The text is an update.
        QuerySyntaxError: The text begins like no query.
    """
    stream = tokens(query)
    for token in stream:
        head = token.upper
        # Engines without a scanner accept keywords glued to what follows ("ASKFROM<g>{}"), so only the beginning is compared.
        if head.startswith(("PREFIX", "BASE", "VERSION")) and token.kind in ("word", "prefixed"):
            for skipped in stream:
                if skipped.kind in ("iri", "string"):
                    break
            continue
        if token.kind == "word" and head in _UPDATES:
            raise QueryRefused("updates are not accepted, this store is read-only")
        if token.kind in ("word", "prefixed"):
            for form in Form:
                if head.startswith(form.value):
                    return form
        line, column = place(query, token.at)
        shown = token.text[:_SHOWN]
        meant = get_close_matches(head, [*Form, "PREFIX", "BASE"], 2)
        raise QuerySyntaxError(f"no query begins with {shown!r}", line, column, list(Form), shown, meant)
    line, column = place(query, len(query.rstrip()))
    raise QuerySyntaxError("the text holds no query", line, column, list(Form))


def limit_of(query: str) -> int | None:
    """The LIMIT of the query itself, not of a subquery; None where it has none."""
    outer = [token for token in tokens(query) if not token.depth]
    for token, following in pairwise(outer):
        if token.kind == "word" and token.upper == "LIMIT" and following.kind == "number":
            return int(following.text)
    return None


def prologue_ends(query: str) -> int:
    """Where a SELECT begins behind its PREFIX and BASE lines, as an offset into the text.

    Raises:
        QuerySyntaxError: The text is no SELECT.
    """
    for token in tokens(query):
        if token.kind == "word" and token.upper == Form.SELECT:
            return token.at
    raise QuerySyntaxError("no SELECT", 1, 1, [Form.SELECT])


def syntax_error(query: str, complaint: str, known: Iterable[str] = ()) -> QuerySyntaxError:
    """Make our error from an engine's complaint about a query.

    The engine names the furthest place it tried, which lies behind the fault, and lists what it tried last, which misleads
    for the commonest faults. Those are found here by name; for the rest the place is moved back to the start of the last
    token the engine had read.

    Args:
        query: The text that the engine refused.
        complaint: The engine's own words.
        known: Prefixes that need no declaration.

    Returns:
        The error, to be raised.
    """
    all_tokens = list(tokens(query))
    undeclared = _undeclared_prefix(query, all_tokens, known)
    if undeclared:
        return undeclared
    found = _unbalanced(all_tokens) or _open_string(all_tokens)
    if found:
        (line, column), message = place(query, found[0].at), found[1]
        return QuerySyntaxError(message, line, column, found[2:], found[0].text[:_SHOWN], _mistyped(all_tokens))
    match = _ENGINE_PLACE.search(complaint)
    if not match:
        return QuerySyntaxError(complaint.strip().rstrip(".") or "the engine refused it", did_you_mean=_mistyped(all_tokens))
    told = (int(match[1]), int(match[2]))
    seen = [token for token in all_tokens if place(query, token.at) < told]
    line, column = place(query, seen[-1].at) if seen else told
    entries = [entry.strip() for entry in match[3].split(", ")]
    sentences = [entry.rstrip(",.") for entry in entries if " " in entry and not entry.startswith(("[", "'", '"'))]
    shown = seen[-1].text[:_SHOWN] if seen else ""
    message = sentences[0] if sentences else (f"unexpected {shown!r}" if seen else "unexpected end")
    expected = [entry for entry in entries if _PLAIN_WORD.fullmatch(entry) or entry.startswith('"')]
    expected = [entry.strip('"') for entry in expected if "\\" not in entry]
    if not 1 < len(expected) <= _WORTH_SAYING:
        expected = []
    return QuerySyntaxError(message, line, column, expected, shown, _mistyped(all_tokens))


def _mistyped(all_tokens: list[Token]) -> list[str]:
    """What the first bare word that is none of the language may have been meant to be."""
    language = {word.upper() for word in _KEYWORDS} | {"A"}
    for token in all_tokens:
        if token.kind == "word" and token.upper not in language:
            return get_close_matches(token.upper, _KEYWORDS, 3, 0.7)
    return []


def _undeclared_prefix(query: str, all_tokens: list[Token], known: Iterable[str]) -> QuerySyntaxError | None:
    declared = set(known)
    for number, token in enumerate(all_tokens):
        if token.kind != "prefixed":
            continue
        prefix = token.text.partition(":")[0]
        before = all_tokens[number - 1].upper if number else ""
        if before == "PREFIX":
            declared.add(prefix)
        elif token.upper.startswith("PREFIX") and token.text.endswith(":"):
            declared.add(prefix[len("PREFIX") :])
        elif prefix not in declared:
            line, column = place(query, token.at)
            folded = {name.casefold(): name for name in sorted(declared)}
            near = [f"{folded[name]}:" for name in get_close_matches(prefix.casefold(), folded, 3)]
            return QuerySyntaxError(f"the prefix '{prefix}:' is not declared", line, column, (), token.text[:_SHOWN], near)
    return None


def _unbalanced(all_tokens: list[Token]) -> tuple[Token, str] | tuple[Token, str, str] | None:
    opened: list[Token] = []
    for token in all_tokens:
        if token.kind != "other":
            continue
        if token.text in _OPENS:
            opened.append(token)
        elif token.text in _OPENS.values():
            if not opened:
                return token, f"nothing is open that {token.text!r} could close"
            if _OPENS[opened[-1].text] != token.text:
                return token, f"{token.text!r} cannot close {opened[-1].text!r}", _OPENS[opened[-1].text]
            opened.pop()
    if opened:
        return opened[-1], f"{opened[-1].text!r} is never closed", _OPENS[opened[-1].text]
    return None


def _open_string(all_tokens: list[Token]) -> tuple[Token, str] | None:
    for token in all_tokens:
        if token.kind == "other" and token.text in "\"'":
            return token, "a string is never closed"
    return None
