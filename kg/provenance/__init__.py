"""Where what is said of a dataset comes from, and how it came about: receipts, and history."""

from kg.provenance.history import history
from kg.provenance.rdf import history_triples, receipt_triples
from kg.provenance.receipts import receipts
from kg.provenance.releases import changes

__all__ = ["changes", "history", "history_triples", "receipt_triples", "receipts"]
