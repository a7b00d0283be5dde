"""Asking: a text or a structured question against a knowledge and its texts."""

from collections.abc import Mapping
from typing import Any, Final

from kg.knowledge import Knowledge
from kg.search.answer import SearchAnswer, search
from kg.search.index import TextIndex
from kg.search.reader import read
from kg.search.structured import Question

__all__ = ["ask"]

_RANKED: Final = 2000  # beyond that the words say nothing about the order


def ask(asked: str | Mapping[str, Any], knowledge: Knowledge, texts: TextIndex) -> SearchAnswer:
    """The whole answer to a text or to a structured question.

    Words that name no concept are looked for in the datasets' own texts: those that nobody knows must be there, ordinary ones help.

    Raises:
        QuestionError: The structured question is not one.
        UnknownConcept: It names a concept that is none.
        UnknownDataset: It names a dataset that is none.
    """
    question = Question.of(read(asked, knowledge)) if isinstance(asked, str) else Question.parse(asked, knowledge)
    loose = (*question.words, *question.asides)
    whole = texts.find(question.reading.text.split() or [g.text for g in question.criteria.groups], _RANKED)
    if not loose:
        return search(question, knowledge, whole=whole)
    everything = len(knowledge.datasets)
    holding = tuple(sorted(texts.find(question.words, everything, every=True))) if question.words else None
    return search(question, knowledge, lexical=texts.find(loose, _RANKED), holding=holding, whole=whole)
