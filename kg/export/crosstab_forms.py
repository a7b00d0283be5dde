"""A cross-table of facets in other forms than JSON: CSV, and a picture that says everything in words too (SVG without a script)."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from kg.export.search_forms import cell

__all__ = ["STATS_FORMS", "crosstab_form"]

STATS_FORMS: Final[Mapping[str, str]] = {
    "json": "application/json", "csv": "text/csv; charset=utf-8", "svg": "image/svg+xml",
}  # fmt: skip
"""Name of a form → its media type."""

_TOTAL, _UNKNOWN = "total", "unknown"
# White to dark blue in seven steps; the text on each has a contrast of 4.5:1 at least (a test measures it).
_STEPS: Final = ("#ffffff", "#e3eef8", "#c3dbf0", "#9cc3e4", "#3f77b0", "#235a92", "#0b3c6f")
_DARK_FROM: Final = 4
_INK, _PAPER, _SOFT, _GREY = "#16202a", "#ffffff", "#52606d", "#eef1f4"
_ROW, _GAP, _CHAR, _LONGEST = 26, 8, 7.4, 34


def crosstab_form(body: Mapping[str, Any], form: str) -> str:
    """The text of a cross-table in one of :data:`STATS_FORMS`."""
    if form == "csv":
        return _csv(body)
    if form == "svg":
        return _svg(body)
    return json.dumps(body, ensure_ascii=False)


def _table(body: Mapping[str, Any]) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """The heads of the columns, and each row with its counts: values, then unknown, then total; the last two rows likewise."""
    rows = body["rows"]
    if "columns" not in body:
        lines = [(v["label"], [v["datasets"]]) for v in rows["values"]]
        return [_TOTAL], [*lines, (_UNKNOWN, [rows["unknown"]]), (_TOTAL, [body["total"]])]
    columns, unknown = body["columns"], body["unknown"]
    heads = [*(v["label"] for v in columns["values"]), _UNKNOWN, _TOTAL]
    lines = [
        (v["label"], [*counts, apart, v["datasets"]])
        for v, counts, apart in zip(rows["values"], body["cells"], unknown["rows"], strict=True)
    ]
    lines.append((_UNKNOWN, [*unknown["columns"], unknown["both"], rows["unknown"]]))
    lines.append((_TOTAL, [*(v["datasets"] for v in columns["values"]), columns["unknown"], body["total"]]))
    return heads, lines


def _csv(body: Mapping[str, Any]) -> str:
    heads, lines = _table(body)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    corner = body["rows"]["facet"] + (f" \\ {body['columns']['facet']}" if "columns" in body else "")
    writer.writerow([corner, *(cell(h) for h in heads)])
    for label, counts in lines:
        writer.writerow([cell(label), *counts])
    return text.getvalue()


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _words(body: Mapping[str, Any]) -> tuple[str, str]:
    """Title and description of the picture."""
    rows, columns = body["rows"], body.get("columns")
    title = f"Datasets by {rows['facet']}" + (f" and {columns['facet']}" if columns else "")
    most = max(rows["values"], key=lambda v: v["datasets"], default=None)
    lead = f" Most have the {rows['facet']} {most['label']}: {most['datasets']}." if most else ""
    left = [f"{a['leftOut']} more values of {a['facet']} are left out." for a in (rows, columns) if a and a["leftOut"]]
    return title, f"{body['total']} datasets, each once in a cell.{lead} {' '.join((*left, body['means']))}"


def _text(x: float, y: float, words: str, *more: str, fill: str = _INK) -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{fill}" {" ".join(more)}>{escape(words)}</text>'


def _svg(body: Mapping[str, Any]) -> str:
    heads, lines = _table(body)
    title, told = _words(body)
    left = _GAP + _CHAR * max(len(_short(label)) for label, _ in lines)
    parts, width, height = _heat(heads, lines, left) if "columns" in body else _bars(lines, left)
    width = max(width, _CHAR * 1.3 * len(title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="system-ui, sans-serif" font-size="13">\n'
        f'<title id="title">{escape(title)}</title>\n<desc id="desc">{escape(told)}</desc>\n'
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>\n'
        + _text(_GAP, 22, title, 'font-size="16"', 'font-weight="600"')
        + "\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bars(lines: Sequence[tuple[str, list[int]]], left: float) -> tuple[list[str], float, float]:
    """One bar a value; what is unknown is grey, and the total is a number."""
    scale = 360 / max(1, *(counts[0] for label, counts in lines if label != _TOTAL))
    parts = []
    for number, (label, (count,)) in enumerate(lines):
        y = 36 + number * _ROW
        parts.append(_text(left, y + 17, _short(label), 'text-anchor="end"'))
        if number < len(lines) - 1:
            fill = _SOFT if number == len(lines) - 2 else _STEPS[4]
            parts.append(f'<rect x="{left + _GAP:g}" y="{y + 3}" width="{count * scale:.1f}" height="{_ROW - 6}" fill="{fill}"/>')
        shown = count * scale if number < len(lines) - 1 else 0
        parts.append(_text(left + 2 * _GAP + shown, y + 17, f"{count:,}"))
    return parts, left + 360 + 80, 36 + len(lines) * _ROW + _GAP


def _heat(heads: Sequence[str], lines: Sequence[tuple[str, list[int]]], left: float) -> tuple[list[str], float, float]:
    """One field a cell, darker for more; each holds its number. What is unknown and the totals stand apart in grey."""
    side = 58
    top = 44 + _CHAR * 0.72 * max(len(_short(h)) for h in heads)
    highest = max((n for _, counts in lines[:-2] for n in counts[:-2]), default=0)
    parts = []
    for number, head in enumerate(heads):
        x = left + _GAP + number * side + side / 2
        parts.append(_text(x, top - 6, _short(head), f'transform="rotate(-45 {x:g} {top - 6:g})"'))
    for down, (label, counts) in enumerate(lines):
        y = top + down * _ROW
        parts.append(_text(left, y + 17, _short(label), 'text-anchor="end"'))
        for across, count in enumerate(counts):
            apart = down >= len(lines) - 2 or across >= len(counts) - 2
            step = 0 if not count or apart else 1 + min(len(_STEPS) - 2, int((len(_STEPS) - 1) * (count - 1) / highest))
            x = left + _GAP + across * side
            name = escape(f"{label}, {heads[across]}: {count}")
            fill = _GREY if apart else _STEPS[step]
            ink = _PAPER if step >= _DARK_FROM else _INK
            parts.append(
                f'<g><title>{name}</title><rect x="{x:g}" y="{y:g}" width="{side - 2}" height="{_ROW - 2}" fill="{fill}"/>'
                + _text(x + side / 2 - 1, y + 17, f"{count:,}", 'text-anchor="middle"', fill=ink)
                + "</g>"
            )
    slant = 0.72 * _CHAR * len(_short(heads[-1]))
    return parts, left + 2 * _GAP + len(heads) * side + max(40, slant), top + len(lines) * _ROW + _GAP
