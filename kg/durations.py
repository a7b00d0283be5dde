"""Times as sentences say them."""

__all__ = ["in_seconds"]


def in_seconds(number: float) -> str:
    """A time as a sentence says it: 1 second, 2.5 seconds."""
    return f"{number:g} second" if number == 1 else f"{number:g} seconds"
