"""A catalogue as the ontology judges it: the doubts, those that wait for a curator, and what may be asserted."""

from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph

from kg.catalogue.facts import Facts
from kg.catalogue.policy import curated_claims, facts_of
from kg.catalogue.tables import Catalogue
from kg.reason.contradictions import Contradiction, find
from kg.reason.disagreements import disagreements
from kg.reason.review import waiting
from kg.reason.taxonomy import Taxonomy
from kg.reason.views import impossible
from kg.terms.modules import platforms_of

__all__ = ["Judged", "assert_facts", "doubts_of"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the two detectors make of a catalogue.

    Attributes:
        doubts: All that they found, cells that a curator has rejected included.
        queue: What waits for a curator, the most certain first.
    """

    doubts: tuple[Contradiction, ...]
    queue: tuple[Contradiction, ...]


def doubts_of(catalogue: Catalogue, axioms: tuple[str, ...], taxonomy: Taxonomy, ontology_dir: Path) -> Judged:
    """Ask both detectors: the axioms, and the other records of each dataset.

    Args:
        catalogue: The curated tables.
        axioms: The ontology in functional syntax.
        taxonomy: Its classification.
        ontology_dir: The ontology's folder, for the views that were judged before.
    """
    claims = (*catalogue.claims, *curated_claims(catalogue.curated))
    found = (*find(claims, impossible(axioms, ontology_dir)), *disagreements(catalogue.claims, taxonomy))
    return Judged(found, waiting(found, catalogue.curated))


def assert_facts(catalogue: Catalogue, judged: Judged, taxonomy: Taxonomy, ontology: Graph) -> tuple[Facts, ...]:
    """What the graph asserts: everything that the policy gives and no axiom withholds."""
    withheld = frozenset(c.claim for c in judged.queue if c.withheld)
    return facts_of(catalogue, withheld, taxonomy.kinds, platforms_of(ontology))
