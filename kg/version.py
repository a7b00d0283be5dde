"""The version, apart from the package's front door so that any layer may read it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
