"""What search and fusion know: a release's graph, read once through SPARQL into values. Works over any store."""

from kg.knowledge.criteria import Bound, Criteria, Group
from kg.knowledge.loading import load_knowledge
from kg.knowledge.matching import Match, match, match_group, nearness
from kg.knowledge.values import Count, DatasetView, Knowledge

__all__ = [
    "Bound",
    "Count",
    "Criteria",
    "DatasetView",
    "Group",
    "Knowledge",
    "Match",
    "load_knowledge",
    "match",
    "match_group",
    "nearness",
]
