"""What search and fusion know: a release's graph, read once through SPARQL into values. Works over any store."""

from kg.knowledge.criteria import COUNTED, Bound, Criteria, Group
from kg.knowledge.grid import Flags, Grid, Weights, grid_of
from kg.knowledge.loading import load_knowledge
from kg.knowledge.matching import Match, match, match_group, nearness
from kg.knowledge.values import Count, DatasetView, Knowledge

__all__ = [
    "COUNTED",
    "Bound",
    "Count",
    "Criteria",
    "DatasetView",
    "Flags",
    "Grid",
    "Group",
    "Knowledge",
    "Match",
    "Weights",
    "grid_of",
    "load_knowledge",
    "match",
    "match_group",
    "nearness",
]
