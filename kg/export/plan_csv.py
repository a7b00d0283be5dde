"""The members of a plan as CSV, one row each."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from kg.export.search_forms import cell

__all__ = ["plan_csv"]

_COLUMNS: Final = (
    "id", "name", "iri", "role", "verdict", "weight", "items", "unit", "items_basis", "side", "access", "access_guessed", "platforms",
    "licences", "bytes", "labelled", "year", "publishers", "modality", "anatomy", "task", "condition", "dimensionality", "population",
    "acquisition", "steps", "homepage", "doi",
)  # fmt: skip


def plan_csv(body: Mapping[str, Any]) -> str:
    """The members as RFC 4180 CSV; several values of a cell are parted by a bar."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for member in body["members"]:
        row = {
            **member, "unit": body["unit"], "items_basis": member["itemsBasis"], "access": member["access"]["label"],
            "access_guessed": member["access"]["guessed"], "platforms": [p["label"] for p in member["access"]["platforms"]],
            "licences": [one["label"] for one in member["licence"]], "steps": [s["text"] for s in member["steps"]],
        }  # fmt: skip
        writer.writerow([cell(row[column]) for column in _COLUMNS])
    return text.getvalue()
