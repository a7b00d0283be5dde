"""Answers as values: frozen dataclasses over the JSON bodies that every way of asking gives, with views as tables and as graphs."""

from kg.results.base import Named, Result, Rows
from kg.results.comparison import Compared, Comparison, ComparisonRow
from kg.results.concept import Concept, Explanation
from kg.results.dataset import Claim, Count, Dataset
from kg.results.fusion import FusionResult, Member, Pair, Relaxation, WhyNot
from kg.results.labels import LabelMember, LabelSpace
from kg.results.licence import LicenceMember, LicenceResult
from kg.results.plan import Plan, PlanMember
from kg.results.search import Hit, SearchResult, Suggestion
from kg.results.sparql import SparqlResult

__all__ = [
    "Claim",
    "Compared",
    "Comparison",
    "ComparisonRow",
    "Concept",
    "Count",
    "Dataset",
    "Explanation",
    "FusionResult",
    "Hit",
    "LabelMember",
    "LabelSpace",
    "LicenceMember",
    "LicenceResult",
    "Member",
    "Named",
    "Pair",
    "Plan",
    "PlanMember",
    "Relaxation",
    "Result",
    "Rows",
    "SearchResult",
    "SparqlResult",
    "Suggestion",
    "WhyNot",
]
