"""Reasoning: what the ontology's axioms entail, what they make of the catalogue, what cannot be, and why."""
