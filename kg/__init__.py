"""imaging-kg: an open knowledge graph of medical-imaging datasets."""

__version__ = "0.1.0"
