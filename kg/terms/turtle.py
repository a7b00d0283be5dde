"""The one canonical form of a Turtle file: independent of statement order, with the prefixes that the file uses."""

from rdflib import Graph

__all__ = ["canonical_turtle"]


def canonical_turtle(text: str) -> str:
    """The canonical form of a Turtle text; applying it twice changes nothing. ``#`` comments are lost."""
    return Graph().parse(data=text, format="turtle").serialize(format="longturtle", canon=True)
