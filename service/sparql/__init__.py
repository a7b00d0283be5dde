"""SPARQL over HTTP: worker processes, fairness, results, and what the protocol asks for."""
