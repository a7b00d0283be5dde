"""What has to be done to a dataset before it can join a set."""

from dataclasses import dataclass

__all__ = ["Step"]


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One harmonisation step.

    Attributes:
        kind: ``slice`` | ``boxes-from-masks`` | ``labels-from-masks`` | ``derive-labels`` | ``labels-of-another-set`` | ``label-map`` |
            ``sub-label-masking`` | ``loss-masking`` | ``resample``.
        text: The step in words.
    """

    kind: str
    text: str

    def body(self) -> dict[str, str]:
        """The step as JSON."""
        return {"kind": self.kind, "text": self.text}
