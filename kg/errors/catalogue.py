"""What may be wrong with the curated tables and the files that they are made from."""

# ruff: noqa: N818  # the names say what happened; that they are errors is their base
from collections.abc import Iterable
from os import PathLike, fspath

from kg.errors.base import KGError

__all__ = [
    "CatalogueError",
    "SourceShapeError",
    "SourceShrank",
]


class SourceShrank(KGError):
    """A source lost more than a tenth of its records since the last import: it may have been cut off."""

    remedy = "Look at the file; if the loss is real, import again with --accept-shrink."

    def __init__(self, source: str, before: int, now: int) -> None:
        self.source = source
        self.before = before
        self.now = now
        super().__init__(source, before, now)

    def __str__(self) -> str:
        return f"{self.source} had {self.before} records and now has {self.now}; nothing was written."


class CatalogueError(KGError):
    """A row of the curated catalogue breaks a rule. Lines count from 1, the header being line 1."""

    remedy = "Correct the row; the rule says what it must hold."

    def __init__(self, file: str | PathLike[str], line: int, field: str, rule: str) -> None:
        self.file = fspath(file)
        self.line = line
        self.field = field
        self.rule = rule
        super().__init__(self.file, line, field, rule)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.rule}"


class SourceShapeError(KGError):
    """An upstream file lacks what its adapter reads: it has changed its shape."""

    remedy = "Compare the file with the version that the adapter names."

    def __init__(self, path: str | PathLike[str], missing: Iterable[str]) -> None:
        self.path = fspath(path)
        self.missing = (missing,) if isinstance(missing, str) else tuple(missing)
        super().__init__(self.path, self.missing)

    def __str__(self) -> str:
        return f"{self.path} lacks {', '.join(self.missing)}."
