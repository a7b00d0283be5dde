"""Rows as a pandas table and as HTML for a notebook."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from kg.errors import MissingExtra

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["frame", "html_table", "told"]


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> "pd.DataFrame":
    """Rows as a pandas table.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        import pandas as pd  # noqa: PLC0415  # an optional part
    except ImportError:
        raise MissingExtra("pandas") from None
    return pd.DataFrame([dict(r) for r in rows], columns=None if columns is None else list(columns))


def told(value: Any) -> str:
    """A value as a cell's text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(told(v) for v in value)
    return str(value)


def html_table(heading: str, rows: Sequence[Mapping[str, Any]], more: str = "") -> str:
    """Rows as an HTML table under a heading; whatever they hold is escaped."""
    columns = list(dict.fromkeys(c for row in rows for c in row))
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(told(row.get(c)))}</td>" for c in columns) + "</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if rows else ""
    return f"<div><p>{escape(heading)}</p>{table}{f'<p>{escape(more)}</p>' if more else ''}</div>"
