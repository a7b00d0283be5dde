"""Fusion: which datasets belong together, with reasons."""
