"""Which records are the same dataset, and what the dataset is called."""

from kg.identity.decisions import Decision, parse_decisions, write_decisions
from kg.identity.records import SourceRecord, normal_url
from kg.identity.rules import RULES, Cluster, Rule, cluster
from kg.identity.slugs import slug_of

__all__ = [
    "RULES",
    "Cluster",
    "Decision",
    "Rule",
    "SourceRecord",
    "cluster",
    "normal_url",
    "parse_decisions",
    "slug_of",
    "write_decisions",
]
