"""Bringing a release to a SPARQL server, so that many may ask it: brought graph by graph, counted, then declared to be there."""

from kg.publish.plan import BATCH, Plan, batches, plan_of
from kg.publish.steps import Step, publish
from kg.publish.target import Target

__all__ = ["BATCH", "Plan", "Step", "Target", "batches", "plan_of", "publish"]
