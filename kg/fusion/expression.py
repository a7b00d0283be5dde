"""An OWL class expression over datasets, as a part of a profile."""

from dataclasses import dataclass

from kg.errors import ProfileError
from kg.knowledge import DatasetView, Flags, Grid, Knowledge

__all__ = ["Expression", "parse_expression"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A class expression."""

    text: str

    def flags(self, grid: Grid) -> Flags:
        """Which datasets are instances, in id order."""
        return grid.named(())

    def reasons(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """Why a dataset is an instance, in sentences."""
        return ()

    def missing(self, dataset: DatasetView, knowledge: Knowledge) -> tuple[str, ...]:
        """What a dataset lacks to be an instance, in sentences."""
        return ()

    def manchester(self, knowledge: Knowledge) -> str:
        """The expression in Manchester syntax with labels."""
        return self.text

    def sparql(self) -> str:
        """A graph pattern on ``?dataset`` that holds for the instances alone."""
        return ""


def parse_expression(text: str, knowledge: Knowledge) -> Expression:
    """Read an expression."""
    raise ProfileError("profile.expression", "class expressions are not read yet")
