"""The classification that ships with the ontology, keyed by the hash of its axioms.

When the key fits, no reasoner runs; when the axioms were edited, pyELK classifies anew (seconds, no Java).
"""

from collections.abc import Callable
from pathlib import Path

from rdflib import Graph

from kg.reason.apart import classify_apart
from kg.reason.axioms import classes_of, content_hash
from kg.reason.taxonomy import Taxonomy, read_taxonomy, write_taxonomy
from kg.terms.modules import labels

__all__ = ["classified_file", "reclassify", "taxonomy_for"]


def classified_file(ontology_dir: Path) -> Path:
    """Where the shipped classification lies."""
    return ontology_dir / "classified" / "taxonomy.tsv"


def taxonomy_for(
    graph: Graph, axioms: tuple[str, ...], ontology_dir: Path, tick: Callable[[str], None] = lambda _: None
) -> Taxonomy:
    """The taxonomy of the ontology: the shipped one when it is of these very axioms, else a fresh one."""
    path = classified_file(ontology_dir)
    if path.is_file():
        key, taxonomy = read_taxonomy(path)
        if key == content_hash(axioms):
            return taxonomy
    return classify_apart(axioms, classes_of(graph), tick=tick, label=labels(graph))


def reclassify(graph: Graph, axioms: tuple[str, ...], ontology_dir: Path, tick: Callable[[str], None] = lambda _: None) -> Path:
    """Classify and write the shipped file anew."""
    path = classified_file(ontology_dir)
    write_taxonomy(path, classify_apart(axioms, classes_of(graph), tick=tick, label=labels(graph)), content_hash(axioms))
    return path
