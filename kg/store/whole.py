"""Whole answers from servers that cut them: count first, then fetch, in parts where one answer may not hold all.

Servers cap the rows of an answer and do not always say so, and a knowledge that lacks rows would answer wrongly for ever. Parts are
made by the digest of the first column: unlike OFFSET they need no order, and some servers refuse to sort more than 10,000 rows.
"""

from contextlib import suppress
from typing import Final

from kg.errors import QueryFailed, QueryTooLarge
from kg.store.forms import prologue_ends
from kg.store.port import SelectResult, Selects

__all__ = ["WholeAnswers"]

_DIGITS: Final = "0123456789abcdef"
_DEEPEST: Final = 3  # 4,096 parts; a column that a part cannot split is constant


class WholeAnswers:
    """SELECTs whose every row has arrived, or an error. For queries without FROM, ORDER BY, LIMIT and SELECT *.

    Args:
        store: The store to ask.
    """

    def __init__(self, store: Selects) -> None:
        self._store = store

    def select(self, query: str) -> SelectResult:
        """Run a SELECT and see that it is whole.

        Raises:
            QueryFailed: It cannot be had whole; says how many rows there should be.
        """
        begin = prologue_ends(query)
        return self._whole(query[:begin], query[begin:], "")

    def _whole(self, prologue: str, body: str, digits: str, names: tuple[str, ...] = ()) -> SelectResult:
        """The rows of a query, of those only whose first column has a digest that begins with the digits."""
        text = body if not digits else _part_of(body, names, digits)
        expected = self._count(prologue, text)
        found: SelectResult | None = None
        with suppress(QueryTooLarge):
            found = self._store.select(prologue + text)
        if found is not None and len(found.rows) == expected:
            return found
        if found is not None and len(found.rows) > expected:
            raise QueryFailed(f"the server counts {expected:,} rows and sends {len(found.rows):,}; its data are being changed")
        if len(digits) == _DEEPEST:
            raise QueryFailed(f"the server cuts its answers; one of {expected:,} rows cannot be had in smaller parts")
        names = names or self._store.select(f"{prologue}{body} LIMIT 1").variables
        rows = [row for digit in _DIGITS for row in self._whole(prologue, body, digits + digit, names).rows]
        if len(rows) != expected:
            raise QueryFailed(f"the server cuts its answers: {expected:,} rows are there and {len(rows):,} arrived in parts")
        return SelectResult(names, tuple(rows))

    def _count(self, prologue: str, text: str) -> int:
        ((number,),) = self._store.select(f"{prologue}SELECT (COUNT(*) AS ?n) {{ {{ {text} }} }}").rows
        return int(str(number))


def _part_of(body: str, names: tuple[str, ...], digits: str) -> str:
    shown = " ".join(f"?{name}" for name in names)
    return f'SELECT {shown} {{ {{ {body} }} FILTER(STRSTARTS(MD5(STR(?{names[0]})), "{digits}")) }}'
