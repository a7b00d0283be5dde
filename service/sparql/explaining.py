"""What a worker does when it is asked to explain a query; its reading of the store's words lasts as long as the worker."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kg.store.advice.answer import explain_query
from kg.store.advice.vocabulary import Vocabulary
from kg.store.engine import parse

__all__ = ["explanation"]


@lru_cache(maxsize=1)
def _vocabulary(store: ox.Store) -> Vocabulary:
    return Vocabulary(store)


def explanation(store: ox.Store, query: str, prefixes: Mapping[str, str]) -> dict[str, Any]:
    """The explanation of a query.

    Raises:
        QuerySyntaxError: It does not parse.
    """
    parse(query, prefixes)
    return explain_query(store, query, prefixes, _vocabulary(store))
