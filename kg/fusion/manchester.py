"""Class expressions in the Manchester syntax of OWL: text to value and back, with the words of the ontology.

Source: OWL 2 Web Ontology Language, Manchester Syntax, second edition, section 2.4 (https://www.w3.org/TR/owl2-manchester-syntax/). Of its
descriptions these are read: named classes, ``some``, ``and`` (and ``that``), ``or``, parentheses, and ``not`` of a dataset. Names are
labels, synonyms, CURIEs and IRIs; one of several words stands in quotes.
"""

import re
from difflib import get_close_matches
from typing import Final, NoReturn

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from kg.errors import ExpressionError
from kg.fusion.naming import EVERYTHING, FIELD, Place, concept_at, facet_property, leads, name_of
from kg.fusion.properties import DATASET, LEADING_ON, Property, property_named
from kg.knowledge import Knowledge
from kg.namespaces import IKG, expand
from kg.reason.expressions import Anything, Both, ClassExpression, Either, Named, Some, Without, both, either

__all__ = ["parse", "render"]

_PARSER: Final = Lark(
    r"""
    ?start: either
    ?either: both (_OR both)*
    ?both: _primary (_AND _primary)*
    _primary: negated | restriction | name | "(" either ")"
    negated: _NOT _primary
    restriction: _name _SOME _primary
    name: _name
    _name: QUOTED | IRI | WORD
    _AND.3: /(and|that)(?![^\s()'"<>])/i
    _OR.3: /or(?![^\s()'"<>])/i
    _NOT.3: /not(?![^\s()'"<>])/i
    _SOME.3: /some(?![^\s()'"<>])/i
    QUOTED.2: /'(?:[^'\\]|\\.)+'|"(?:[^"\\]|\\.)+"/
    IRI.2: /<[^<>\s]+>/
    WORD: /[^\s()'"<>]+/
    %ignore /\s+/
    """,
    parser="lalr",
    lexer="basic",
)
_EXPECTED: Final = {
    "WORD": "a name", "QUOTED": "a name", "IRI": "a name", "_AND": "and", "_OR": "or", "_NOT": "not", "_SOME": "some", "LPAR": "(",
    "RPAR": ")", "$END": "the end",
}  # fmt: skip
_WORDS: Final = ("and", "or", "not", "some")
_KEYWORDS: Final = frozenset((*_WORDS, "that"))
_BEYOND: Final = frozenset(("only", "min", "max", "exactly", "value", "self", "inverse", "onlysome"))
_LONGEST: Final = 4000
_DEEPEST: Final = 40
_WORD: Final = re.compile(r"[^\s()'\"<>\\]+")
_DATASETS: Final = frozenset((*EVERYTHING, str(IKG.ImagingDataset), "imaging dataset"))


def parse(text: str, knowledge: Knowledge) -> ClassExpression:
    """Read an expression over datasets.

    A name that stands alone asks for the concept in its facet: ``kidney`` is ``'relevant to' some kidney``.

    Raises:
        ExpressionError: It is no expression, or one that the graph cannot answer; carries the place, what was expected, the nearest words.
        UnknownConcept: A name names no concept to which its property leads; carries the nearest labels.
    """
    if len(text) > _LONGEST:
        raise ExpressionError(FIELD, f"the expression has {len(text)} characters; {_LONGEST} are read")
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as error:
        _unread(error, text)
    return _Reader(knowledge).dataset(tree, 0)


def _unread(error: UnexpectedInput, text: str) -> NoReturn:
    if isinstance(error, UnexpectedCharacters):  # only a quote or an angle that is not closed belongs to no token
        what = "a quote" if error.char in "'\"" else "an angle bracket"
        raise ExpressionError(FIELD, f"{what} opens here and is not closed", error.line, error.column) from None
    if not isinstance(error, UnexpectedToken):
        raise error
    token, expected = error.token, tuple(dict.fromkeys(_EXPECTED[e] for e in sorted(error.accepts or error.expected)))
    if token.type == "$END":
        lines = text.rstrip().split("\n") or [""]
        raise ExpressionError(FIELD, "the expression ends too early", len(lines), len(lines[-1]) + 1, expected) from None
    place = (token.line or 1, token.column or 1)
    before = (text[: token.start_pos or 0].split() or [""])[-1].lstrip("('\"")
    if token.casefold() in _BEYOND or before.casefold() in _BEYOND:
        word = token if token.casefold() in _BEYOND else before
        reason = f"{word!s} lies beyond what the graph answers exactly; some, and, or and not are read"
        raise ExpressionError(FIELD, reason, *place, expected) from None
    near = get_close_matches(token.casefold(), _WORDS, 1, 0.5) if token.type == "WORD" else []
    hint = ""
    if not near and token.type == "WORD" and _WORD.fullmatch(before) and before.casefold() not in _KEYWORDS:
        hint = f"; a name of several words stands in quotes: '{before} {token}'"
    raise ExpressionError(FIELD, f"{str(token)!r} cannot stand here{hint}", *place, expected, near) from None


def _text(token: Token) -> str:
    """A name without its quotes or brackets."""
    if token.type == "WORD":
        return str(token)
    inner = str(token)[1:-1]
    return re.sub(r"\\(.)", r"\1", inner) if token.type == "QUOTED" else inner


def _place(token: Token) -> Place:
    return token.line or 1, token.column or 1


def _first(tree: Tree[Token] | Token) -> Token:
    while isinstance(tree, Tree):
        tree = tree.children[0]
    return tree


class _Reader:
    """The tree as a value: names looked up, and what cannot be answered refused where it stands."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def dataset(self, tree: Tree[Token], depth: int) -> ClassExpression:
        """An expression over datasets."""
        parts = self._parts(tree, depth)
        if tree.data == "negated":
            return Without(self.dataset(parts[0], depth + 1))
        if tree.data in {"either", "both"}:
            return (either if tree.data == "either" else both)(self.dataset(p, depth + 1) for p in parts)
        token = _first(tree)
        if tree.data == "restriction":
            prop = self._property(token, DATASET)
            return Some(prop.iri, self._filler(_tree(tree.children[1]), prop, depth + 1))
        text = _text(token)
        if text in _DATASETS or expand(text) in _DATASETS:
            return Anything()
        concept = self._knowledge.concept(text)
        prop_iri = facet_property(concept.facet)
        if prop_iri not in DATASET:
            reason = f"{text!r} is a concept of {concept.facet}, which no dataset has as such; say by which property"
            raise ExpressionError(FIELD, reason, *_place(token))
        return Some(prop_iri, Named(concept.iri))

    def _filler(self, tree: Tree[Token], prop: Property, depth: int) -> ClassExpression:
        """What stands after ``some``: an expression over concepts."""
        parts = self._parts(tree, depth)
        token = _first(tree)
        if tree.data == "negated":
            reason = (
                "not inside a restriction asks for what no fact says of a concept, and the graph cannot tell; "
                f"put it before the restriction: not ({prop.label} some …)"
            )
            raise ExpressionError(FIELD, reason, *_place(token))
        if tree.data in {"either", "both"}:
            return (either if tree.data == "either" else both)(self._filler(p, prop, depth + 1) for p in parts)
        if tree.data == "restriction":
            onward = self._property(token, LEADING_ON)
            return Some(onward.iri, self._filler(_tree(tree.children[1]), onward, depth + 1))
        text = _text(token)
        return Anything() if text in EVERYTHING else Named(concept_at(text, prop, self._knowledge, _place(token)))

    def _parts(self, tree: Tree[Token], depth: int) -> list[Tree[Token]]:
        if depth > _DEEPEST:
            raise ExpressionError(FIELD, f"more than {_DEEPEST} levels are not read", *_place(_first(tree)))
        return [c for c in tree.children if isinstance(c, Tree)]

    def _property(self, token: Token, among: dict[str, Property]) -> Property:
        text = _text(token)
        found = property_named(text, among)
        if found is not None:
            return found
        other = property_named(text, DATASET if among is LEADING_ON else LEADING_ON)
        if other is not None and among is DATASET:
            reason = f"{other.label} leads from a concept to another; ask for it inside: anatomy some ('part of' some …)"
        elif other is not None:
            reason = f"{other.label} is a property of datasets; inside a restriction these lead on: {leads()}"
        else:
            kind = "of datasets" if among is DATASET else "that leads on from a concept"
            reason = f"no property {kind} is called {text!r}; known are {', '.join(sorted(p.label for p in among.values()))}"
        labels = [p.label for p in among.values()]
        raise ExpressionError(FIELD, reason, *_place(token), suggestions=() if other else get_close_matches(text, labels, 3, 0.5))


def _tree(child: Tree[Token] | Token) -> Tree[Token]:
    if isinstance(child, Tree):
        return child
    raise TypeError(child)  # the grammar puts trees there and nothing else


def render(expression: ClassExpression, knowledge: Knowledge) -> str:
    """An expression over datasets in Manchester syntax, with labels; :func:`parse` gives the same value back."""
    return _rendered(expression, None, knowledge)


def _rendered(expression: ClassExpression, prop: Property | None, knowledge: Knowledge) -> str:
    match expression:
        case Anything():
            return "owl:Thing" if prop else "'imaging dataset'"
        case Named(iri) if prop:
            return _quoted(name_of(iri, prop, knowledge))
        case Some(iri, filler):
            own = (LEADING_ON if prop else DATASET)[iri]
            return f"{_quoted(own.label)} some {_grouped(filler, own, knowledge)}"
        case Both(parts):
            return " and ".join(_grouped(p, prop, knowledge) for p in parts)
        case Either(parts):
            return " or ".join(_grouped(p, prop, knowledge) for p in parts)
        case Without(part):
            return f"not {_grouped(part, prop, knowledge)}"
    raise TypeError(expression)  # a named class that stands alone has no meaning over datasets


def _grouped(expression: ClassExpression, prop: Property | None, knowledge: Knowledge) -> str:
    text = _rendered(expression, prop, knowledge)
    return text if isinstance(expression, Named | Anything) else f"({text})"


def _quoted(name: str) -> str:
    if name.startswith("<") or (_WORD.fullmatch(name) and name.casefold() not in _KEYWORDS | _BEYOND | {"thing"}):
        return name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
