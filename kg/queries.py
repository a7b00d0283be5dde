"""The shipped queries: ``.rq`` files that run as they are, say in a header what they ask, and take parameters.

A header is YAML behind ``#+``, so the file stays plain SPARQL. A parameter is an inline ``VALUES ?name { … }`` block
that holds its default; binding puts other terms into the block. Inline, because a ``VALUES`` at the end of a query
joins after aggregation; as text, because every store and every server reads the same text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from kg.errors import CatalogueError, QuestionError
from kg.namespaces import expand

__all__ = ["USERS", "Kind", "Parameter", "Query", "Value", "bind", "load_queries", "read_query", "written"]

USERS: Final = ("sparql-writer", "ml-engineer", "trial-team", "regulator", "steward", "linker")
"""The people who ask, and for whom each question is kept."""

Value = str | int | float | Decimal
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # not every installation has the one in C


class Kind(StrEnum):
    """What a parameter takes: an IRI or CURIE, a text, or a number."""

    IRI = "iri"
    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A place in a query where a caller may put other terms.

    Attributes:
        name: The variable, without the question mark.
        kind: What it takes.
        description: What it means, for a person.
        default: What the file holds in its place.
    """

    name: str
    kind: Kind
    description: str
    default: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question in SPARQL.

    Attributes:
        id: The file's stem; never reused for another question.
        question: The question in a user's words.
        user: Who asks it, one of :data:`USERS`.
        why: What a match of strings would miss.
        columns: The variables of the answer, in order.
        text: The query with its header; runs as it is.
        parameters: What may be bound.
    """

    id: str
    question: str
    user: str
    why: str
    columns: tuple[str, ...]
    text: str
    parameters: tuple[Parameter, ...] = ()


# Comments, strings and IRIs are read whole, so that nothing inside them is taken for a block.
_STRING: Final = r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n\r])*"|\'(?:\\.|[^\'\\\n\r])*\''
_IRI: Final = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_BLOCK: Final = re.compile(
    rf"#[^\n\r]*|{_STRING}|{_IRI}|\bVALUES\s+\?(?P<name>\w+)\s*\{{(?P<terms>(?:{_STRING}|{_IRI}|[^{{}}<\"'])*)\}}",
    re.IGNORECASE | re.DOTALL,
)
_TERM: Final = re.compile(rf"{_STRING}|{_IRI}|[^\s<\"']+")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20\ud800-\udfff]+")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
# A reader may decode \uXXXX before it looks for strings, even behind an escaped backslash: "\\u0022" would close the
# string. So a "u" that follows a backslash is itself written as an escape, in the long form, taking no more digits.
_SPECIAL: Final = re.compile(r'\\[uU]|[\\"\n\r\t\b\f]')


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    return _ESCAPES[found[0]] + (f"\\U{ord(found[1]):08X}" if len(found) > 1 else "")


def written(value: Value, kind: Kind, field: str = "value") -> str:
    """One value as a SPARQL term.

    Args:
        value: What a caller gave; a CURIE with a declared prefix counts as an IRI.
        kind: What it should be.
        field: The name to complain under.

    Raises:
        QuestionError: The value is not of that kind.
    """
    if kind is Kind.NUMBER:
        text = "" if isinstance(value, bool) else str(value).strip()
        if not _NUMBER.fullmatch(text):
            raise QuestionError(field, f"{value!r} is not a number")
        return text
    if not isinstance(value, str):
        raise QuestionError(field, f"{value!r} is not {'an IRI or CURIE' if kind is Kind.IRI else 'a text'}")
    if kind is Kind.IRI:
        iri = expand(value.strip().removeprefix("<").removesuffix(">"))
        if not _ABSOLUTE.fullmatch(iri):
            raise QuestionError(field, f"{value!r} is not an IRI, nor a CURIE with a known prefix")
        return f"<{iri}>"
    if _SURROGATE.search(value):
        raise QuestionError(field, "half a character (a lone surrogate) is no text")
    return f'"{_SPECIAL.sub(_escaped, value)}"'


def bind(query: Query, values: Mapping[str, Value | Sequence[Value]]) -> str:
    """The query's text with other terms in its parameters' blocks; a parameter that is not named keeps its default.

    The blocks are replaced in one pass over the file's own text, so a value is never read again for a block.

    Args:
        query: The query.
        values: Parameter → one value, or several of which any may match.

    Raises:
        QuestionError: The query has no such parameter, or a value is of another kind.
    """
    known = {p.name: p for p in query.parameters}
    for name in values:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise QuestionError(name, f"query {query.id} has no such parameter; it takes: {takes}")
    terms = {name: _terms(known[name], value) for name, value in values.items()}

    def put(match: re.Match[str]) -> str:
        name = match["name"]
        return f"VALUES ?{name} {{ {terms[name]} }}" if name in terms else match[0]

    return _BLOCK.sub(put, query.text)


def _terms(parameter: Parameter, given: Value | Sequence[Value]) -> str:
    several = [given] if isinstance(given, Value) else list(given)
    if not several:
        raise QuestionError(parameter.name, "no value was given")
    return " ".join(written(value, parameter.kind, parameter.name) for value in several)


def load_queries(folder: Path) -> tuple[Query, ...]:
    """Every ``.rq`` file of a folder, by id.

    Raises:
        CatalogueError: A file's header is incomplete or does not fit its text.
    """
    paths = sorted(folder.glob("*.rq"))
    return tuple(read_query(path.stem, path.read_text(encoding="utf-8"), str(path)) for path in paths)


def read_query(name: str, text: str, file: str = "") -> Query:
    """A query from the text of its file.

    Args:
        name: The id that the header must carry.
        text: Header and SPARQL.
        file: What to call the file in a complaint.

    Raises:
        CatalogueError: The header is incomplete or does not fit the text.
    """
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    header = _yaml(lines, file or name)
    wanted = {"id", "question", "user", "why", "columns"}
    missing, foreign = sorted(wanted - set(header)), sorted(set(header) - wanted - {"parameters"})
    if missing or foreign:
        what = f"lacks {', '.join(missing)}" if missing else f"knows no {', '.join(foreign)}"
        raise CatalogueError(file or name, 1, (missing or foreign)[0], f"the header {what}")
    query = Query(
        id=str(header["id"]),
        question=str(header["question"]).strip(),
        user=str(header["user"]),
        why=str(header["why"]).strip(),
        columns=tuple(str(c) for c in header["columns"]),
        text=text,
        parameters=tuple(_parameter(raw, file or name) for raw in header.get("parameters") or ()),
    )
    for field, rule in _faults(query, name):
        raise CatalogueError(file or name, 1, field, rule)
    return query


def _yaml(lines: Sequence[str], file: str) -> dict[str, Any]:
    try:
        header = yaml.load("\n".join(lines), Loader=_LOADER)  # noqa: S506  # the safe one, in C
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CatalogueError(file, mark.line + 1 if mark else 1, "header", "the lines behind #+ are YAML") from error
    if not isinstance(header, dict):
        raise CatalogueError(file, 1, "header", "the lines behind #+ are a YAML mapping")
    return header


def _parameter(raw: Any, file: str) -> Parameter:
    keys = {"name", "kind", "description", "default"}
    if not isinstance(raw, dict) or set(raw) != keys:
        raise CatalogueError(file, 1, "parameters", f"a parameter has exactly {', '.join(sorted(keys))}")
    if raw["kind"] not in set(Kind):
        raise CatalogueError(file, 1, str(raw["name"]), f"a kind is one of {', '.join(Kind)}")
    default = raw["default"] if isinstance(raw["default"], list) else [raw["default"]]
    return Parameter(str(raw["name"]), Kind(raw["kind"]), str(raw["description"]), tuple(default))


def _faults(query: Query, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a header, as field and rule."""
    if query.id != name:
        yield "id", f"the id is the file's name, {name!r}"
    if query.user not in USERS:
        yield "user", f"a user is one of {', '.join(USERS)}"
    for parameter in query.parameters:
        blocks = [m["terms"] for m in _BLOCK.finditer(query.text) if m["name"] == parameter.name]
        default = [*_plain(_terms(parameter, parameter.default))]
        if not blocks:
            yield parameter.name, f"the text has no block VALUES ?{parameter.name} {{ … }}"
        elif any([*_plain(block)] != default for block in blocks):
            yield parameter.name, "the header's default and every block's are the same"


def _plain(terms: str) -> Iterator[str]:
    """The terms of a block, CURIEs written out, for comparison."""
    for match in _TERM.finditer(terms):
        term = match[0]
        iri = expand(term)
        yield f"<{iri}>" if iri != term and term[0] not in "<\"'" else term
