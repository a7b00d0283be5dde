"""The store: a narrow port, and its adapters."""
