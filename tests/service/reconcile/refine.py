"""OpenRefine as its own pages drive it: tables, reconciliation, columns from reconciled values."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx2 as httpx

__all__ = ["Cell", "Refine", "Table"]

_ALL_ROWS: Final = json.dumps({"facets": [], "mode": "row-based"})
_SECONDS: Final = 60.0  # that a process of OpenRefine may take


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its value, the name and IRI that it is matched with, and the names of the candidates from which one may choose."""

    value: Any
    match: str | None = None
    iri: str | None = None
    candidates: tuple[str, ...] = ()


class Refine:
    """A running OpenRefine, and the reconciliation service that it is to use."""

    def __init__(self, address: str, service: str) -> None:
        self.address, self.service = address, service
        self._client = httpx.Client(base_url=f"{address}/command/core", timeout=60)
        self.manifest = httpx.get(service, timeout=60).json()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def read(self, command: str, **params: Any) -> Any:
        """The answer to a command that changes nothing."""
        return self._client.get(f"/{command}", params=params).raise_for_status().json()

    def ask(self, command: str, params: Mapping[str, Any], form: Mapping[str, Any] | None = None) -> Any:
        """The answer to a command, which carries the token that each needs."""
        body = {**(form or {}), "csrf_token": self.read("get-csrf-token")["token"]}
        return self._client.post(f"/{command}", params=params, data=body).raise_for_status().json()

    def table(self, name: str, text: str) -> "Table":
        """A new project of comma-separated values, all of them texts."""
        options = {"separator": ",", "headerLines": 1, "guessCellValueTypes": False}
        answer = self._client.post(
            "/create-project-from-upload",
            params={"csrf_token": self.read("get-csrf-token")["token"]},
            data={"project-name": name, "format": "text/line-based/*sv", "options": json.dumps(options)},
            files={"project-file": (f"{name}.csv", text.encode(), "text/csv")},
        )
        assert answer.status_code == 302, answer.text
        return Table(self, answer.headers["location"].rpartition("=")[2])


@dataclass(frozen=True, slots=True)
class Table:
    """A project of OpenRefine."""

    refine: Refine
    id: str

    @property
    def page(self) -> str:
        """Address of its page."""
        return f"{self.refine.address}/project?project={self.id}"

    def guessed(self, column: str) -> list[str]:
        """Ids of the types that are proposed for a column; the first is chosen beforehand."""
        params = {"project": self.id, "columnName": column, "service": self.refine.service}
        answer = self.refine.ask("guess-types-of-column", params)
        assert answer["code"] == "ok", answer
        return [t["id"] for t in answer["types"]]

    def reconcile(self, column: str, kind: str | None, properties: Mapping[str, str] | None = None, limit: int = 0) -> None:
        """Reconcile a column with entities of a type, other columns as properties."""
        manifest = self.refine.manifest
        config = {
            "mode": "standard-service", "service": self.refine.service, "identifierSpace": manifest["identifierSpace"],
            "schemaSpace": manifest["schemaSpace"], "type": {"id": kind, "name": kind} if kind else None, "autoMatch": True, "limit": limit,
            "columnDetails": [{"column": c, "property": {"id": p, "name": p}} for c, p in (properties or {}).items()],
        }  # fmt: skip
        self._run("reconcile", {"columnName": column, "config": json.dumps(config), "engine": _ALL_ROWS})

    def preview(self, column: str, rows: Sequence[int], properties: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """The rows that the dialogue *Add columns from reconciled values* shows."""
        form = {"rowIndices": json.dumps(rows), "extension": json.dumps({"properties": properties})}
        answer = self.refine.ask("preview-extend-data", {"project": self.id, "columnName": column}, form)
        assert answer["code"] == "ok", answer
        found: list[list[Any]] = answer["rows"]
        return found

    def extend(self, column: str, properties: Sequence[Mapping[str, Any]]) -> None:
        """Add columns from reconciled values, right of all others."""
        manifest = self.refine.manifest
        form = {
            "baseColumnName": column, "endpoint": self.refine.service, "identifierSpace": manifest["identifierSpace"],
            "schemaSpace": manifest["schemaSpace"], "columnInsertIndex": len(self._columns()),
            "extension": json.dumps({"properties": properties}), "engine": _ALL_ROWS,
        }  # fmt: skip
        self._run("extend-data", form)

    def cells(self, column: str) -> list[Cell]:
        """The cells of a column, from the first row to the last; an empty one has no value."""
        place = self._columns()[column]
        body = self.refine.ask("get-rows", {"project": self.id, "start": 0, "limit": 1000}, {"engine": _ALL_ROWS})
        pool = body["pool"]["recons"]
        rows = [row["cells"][place] if place < len(row["cells"]) else None for row in body["rows"]]
        return [_cell(raw, pool) for raw in rows]

    def _columns(self) -> dict[str, int]:
        model = self.refine.read("get-models", project=self.id)["columnModel"]
        return {c["name"]: c["cellIndex"] for c in model["columns"]}

    def _run(self, command: str, form: Mapping[str, Any]) -> None:
        """Start a process, and wait until it has ended."""
        answer = self.refine.ask(command, {"project": self.id}, form)
        assert answer["code"] in {"ok", "pending"}, answer
        deadline = time.monotonic() + _SECONDS
        while self.refine.read("get-processes", project=self.id)["processes"]:
            assert time.monotonic() < deadline, f"{command} did not end"
            time.sleep(0.1)


def _cell(raw: Any, pool: Mapping[str, Any]) -> Cell:
    if not raw:
        return Cell(None)
    recon = pool[str(raw["r"])] if "r" in raw else {}
    match = recon.get("m") or {}
    return Cell(raw.get("v"), match.get("name"), match.get("id"), tuple(c["name"] for c in recon.get("c", ())))
