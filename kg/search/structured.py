"""A structured question: what a text was read as, or what a program asks outright; the same criteria either way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kg.errors import QuestionError
from kg.knowledge import COUNTED, Bound, Criteria, Group, Knowledge
from kg.model import WordKind
from kg.namespaces import curie
from kg.search.reading import Reading
from kg.search.vocabulary import FACETS_READ

__all__ = ["Question"]

_NUMBERS: Final = ("year", "size", "classes")
_KEYS: Final = (
    frozenset(("all", "none", "bounds", "among", "besides", "also", "words", "asides", "text", "not", "labelled", *_NUMBERS))
    | FACETS_READ
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        criteria: What is demanded.
        kinds: Group → the kind of word that asked for it; plain labels where a program asks.
        words: Words that name no concept; the datasets' own texts must hold them.
        asides: Ordinary words that name no concept; datasets whose texts hold them come first.
        reading: The text as it was read; where a program asks, at most the text that orders what is equal otherwise.
    """

    criteria: Criteria
    kinds: Mapping[Group, WordKind] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    reading: Reading = field(default_factory=lambda: Reading(""))

    @classmethod
    def of(cls, reading: Reading, holding: tuple[str, ...] | None = None) -> "Question":
        """The question that a reading makes."""
        criteria = reading.criteria(holding)
        order = list(WordKind)
        kinds: dict[Group, WordKind] = {}
        for group in criteria.groups:
            asked = [m.kind for m in reading.mentions if (m.facet, m.concept) in group.choices and not m.negated]
            kinds[group] = min(asked, key=order.index, default=WordKind.LABEL)
        return cls(criteria, kinds, reading.unread, reading.asides, reading)

    @classmethod
    def parse(cls, body: Mapping[str, Any], knowledge: Knowledge) -> "Question":
        """The question of a JSON body: what :meth:`body` writes, and a shorthand beside it.

        The shorthand names a facet and the concepts of which any will do (``{"modality": ["CT", "MRI"], "not": {"condition":
        ["COVID-19"]}, "year": {"least": 2018}, "labelled": true}``). A concept may be given by label, synonym, CURIE or IRI.

        Raises:
            QuestionError: A key is unknown or a value is not of its kind.
            UnknownConcept: A text names no concept of the facet; carries the nearest.
            UnknownDataset: A text names no dataset; carries the nearest.
        """
        for key in body:
            if key not in _KEYS:
                raise QuestionError(key, f"is no part of a question; it takes: {', '.join(sorted(_KEYS))}")
        kinds: dict[Group, WordKind] = {}
        groups = [_group(item, knowledge, "all", kinds) for item in _list(body, "all")]
        groups += [_group({"facet": f, "any": body[f]}, knowledge, f, kinds) for f in sorted(FACETS_READ & set(body))]
        excluded = [_group(item, knowledge, "none", {}) for item in _list(body, "none")]
        barred = body.get("not", {})
        if not isinstance(barred, Mapping):
            raise QuestionError("not", "is a mapping of facets to lists of concepts")
        excluded += [_group({"facet": f, "any": barred[f]}, knowledge, f"not.{f}", {}) for f in sorted(barred)]
        bounds = [_bound(item) for item in _list(body, "bounds")]
        bounds += [_bound({"field": f, **_mapping(body[f], f)}) for f in _NUMBERS if f in body]
        if "labelled" in body:
            if not isinstance(body["labelled"], bool):
                raise QuestionError("labelled", "is true or false")
            bounds.append(Bound("labelled", least=int(body["labelled"]), text="labelled" if body["labelled"] else "unlabelled"))
        named = {
            k: tuple(dict.fromkeys(knowledge.dataset(_text(v, k)).id for v in _list(body, k)))
            for k in ("among", "besides", "also")
        }
        criteria = Criteria(
            tuple(dict.fromkeys(groups)),
            tuple(dict.fromkeys(excluded)),
            tuple(bounds),
            named["among"],
            named["besides"],
            named["also"],
        )
        words, asides = (tuple(_text(w, k) for w in _list(body, k)) for k in ("words", "asides"))
        return cls(criteria, kinds, words, asides, Reading(_text(body.get("text", ""), "text")))

    def body(self) -> dict[str, Any]:
        """The question as JSON; :meth:`parse` gives it back."""
        criteria = self.criteria
        found: dict[str, Any] = {
            "all": [_written(g) | {"word": self.kinds.get(g, WordKind.LABEL).value} for g in criteria.groups],
            "none": [_written(g) for g in criteria.excluded],
            "bounds": [
                {k: v for k in ("field", "least", "most", "unit", "text") if (v := getattr(b, k)) not in {None, ""}}
                for b in criteria.bounds
            ],
            "among": list(criteria.among), "besides": list(criteria.besides), "also": list(criteria.also), "words": list(self.words),
            "asides": list(self.asides), "text": self.reading.text,
        }  # fmt: skip
        return {key: value for key, value in found.items() if value}


def _written(group: Group) -> dict[str, Any]:
    found: dict[str, Any] = {"facet": group.facet, "any": [curie(c) for c in group.concepts]}
    if group.others:
        found["others"] = [{"facet": f, "concept": curie(c)} for f, c in group.others]
    return found | ({"text": group.text} if group.text else {})


def _list(body: Mapping[str, Any], key: str) -> list[Any]:
    found = body.get(key, [])
    if not isinstance(found, list):
        raise QuestionError(key, "is a list")
    return found


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuestionError(key, "is an object with least, most or both")
    return value


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str):
        raise QuestionError(key, f"{value!r} is not a text")
    return value


def _facet(value: Any, key: str) -> str:
    if value not in FACETS_READ:
        raise QuestionError(key, f"{value!r} is no facet; a facet is one of {', '.join(sorted(FACETS_READ))}")
    return str(value)


def _group(item: Any, knowledge: Knowledge, key: str, kinds: dict[Group, WordKind]) -> Group:
    if not isinstance(item, Mapping):
        raise QuestionError(key, "holds objects with a facet and a list of concepts under any")
    if foreign := set(item) - {"facet", "any", "others", "text", "word"}:
        raise QuestionError(key, f"knows no {', '.join(sorted(foreign))}")
    facet = _facet(item.get("facet"), key)
    asked = [item["any"]] if isinstance(item.get("any"), str) else item.get("any")
    if not isinstance(asked, list) or not asked:
        raise QuestionError(key, "names at least one concept under any")
    concepts = tuple(dict.fromkeys(knowledge.concept(_text(c, key), facet).iri for c in asked))
    others = tuple(
        (other := _facet(_mapping(o, key).get("facet"), key), knowledge.concept(_text(o.get("concept"), key), other).iri)
        for o in item.get("others", [])
    )
    text = _text(item.get("text", ""), key) or " or ".join(knowledge.label(c) for c in concepts)
    group = Group(facet, concepts, text, others)
    word = item.get("word", "label")
    if word not in set(WordKind):
        raise QuestionError(key, f"a word is one of {', '.join(WordKind)}")
    kinds[group] = WordKind(word)
    return group


def _bound(item: Any) -> Bound:
    found = _mapping(item, "bounds")
    if foreign := set(found) - {"field", "least", "most", "unit", "text"}:
        raise QuestionError("bounds", f"knows no {', '.join(sorted(foreign))}")
    name = found.get("field")
    if name not in {*_NUMBERS, "labelled"}:
        raise QuestionError("bounds", f"a field is one of {', '.join((*_NUMBERS, 'labelled'))}")
    limits = {side: found.get(side) for side in ("least", "most")}
    for side, value in limits.items():
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise QuestionError(str(name), f"{side} {value!r} is not a whole number")
    if limits == {"least": None, "most": None}:
        raise QuestionError(str(name), "needs least, most or both")
    unit = found.get("unit", "")
    if unit and (name != "size" or unit not in COUNTED):
        raise QuestionError(str(name), f"a unit belongs to a size and is one of {', '.join(COUNTED)}")
    said = " and ".join(f"{'at least' if s == 'least' else 'at most'} {v}" for s, v in limits.items() if v is not None)
    text = _text(found.get("text", ""), "bounds") or f"{name} {said} {unit}".strip()
    return Bound(str(name), limits["least"], limits["most"], text, str(unit))
