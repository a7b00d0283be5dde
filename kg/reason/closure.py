"""The closure: everything that follows for concepts and datasets, as plain triples, so that every query is a join and never a path.

It is the ontology's chains (see ``core.ttl``) worked out over the taxonomy that the OWL reasoner gave. A test compares it with the
reasoner's own instance retrieval.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rdflib import RDFS, URIRef

from kg.catalogue.facts import Facts
from kg.catalogue.triples import Triple
from kg.namespaces import BFO_PART_OF, IKG, IKGD, expand
from kg.reason.rules import Rule
from kg.reason.taxonomy import Taxonomy

__all__ = ["concept_closure", "dataset_closure", "entailed"]

_PART_OF: Final = str(BFO_PART_OF)
_LOCATION: Final = str(IKG.hasLocation)
_COMPONENT: Final = str(IKG.hasComponent)
_COMPRISES: Final = str(IKG.comprises)
_IMAGES: Final = str(IKG.images)
_DERIVABLE: Final = str(IKG.derivableTo)


def _up(taxonomy: Taxonomy, iris: Iterable[str]) -> frozenset[str]:
    return frozenset(above for iri in iris for above in taxonomy.up(iri))


def _along(taxonomy: Taxonomy, prop: str, iris: Iterable[str]) -> frozenset[str]:
    return frozenset(target for iri in iris for target in taxonomy.along(prop, iri))


def entailed(concepts: Mapping[str, Iterable[str]], taxonomy: Taxonomy, rules: Iterable[Rule] = ()) -> dict[str, frozenset[str]]:
    """Everything that follows for a dataset with these asserted concepts.

    Args:
        concepts: Property (local name) → asserted concept IRIs.
        taxonomy: What the reasoner entails between concepts.
        rules: The ontology's dataset rules.

    Returns:
        Property → every concept IRI that follows, the asserted ones included; with ``depictsWithin``, ``relevantTo`` and ``servesTask``.
    """
    facts = {prop: frozenset(values) for prop, values in concepts.items()}
    while True:
        found = _chained(facts, taxonomy)
        new = {
            rule.conclusion
            for rule in rules
            if rule.conclusion[1] not in found.get(rule.conclusion[0], ())
            and all(concept in found.get(prop, ()) for prop, concept in rule.premises)
        }
        if not new:
            return found
        for prop, concept in new:
            facts[prop] = facts.get(prop, frozenset()) | {concept}


def _chained(concepts: Mapping[str, frozenset[str]], taxonomy: Taxonomy) -> dict[str, frozenset[str]]:
    """What follows by the class hierarchy and the property chains of ``core.ttl``."""
    found = {prop: _up(taxonomy, values) for prop, values in concepts.items()}
    modality = found.get("modality", frozenset())
    while parts := _along(taxonomy, _COMPONENT, modality) - modality:  # a part may have parts of its own
        modality |= parts
    found["modality"] = modality
    stated = found.get("anatomy", frozenset()) | found.get("fieldOfView", frozenset())
    # Only what is stated is resolved into its parts: a brain lies in the head and neck and yet shows no neck.
    sites = stated | _along(taxonomy, _COMPRISES, stated) | _along(taxonomy, _IMAGES, modality)
    within = sites | _along(taxonomy, _PART_OF, sites)
    marked = found.get("annotatesStructure", frozenset())
    located = _along(taxonomy, _LOCATION, found.get("condition", frozenset()) | found.get("annotates", frozenset()))
    found["depictsWithin"] = within
    found["relevantTo"] = within | marked | located | _along(taxonomy, _PART_OF, marked | located)
    tasks = found.get("task", frozenset())
    found["servesTask"] = tasks | _along(taxonomy, _DERIVABLE, tasks)
    return {prop: values for prop, values in found.items() if values}


def dataset_closure(facts: Iterable[Facts], taxonomy: Taxonomy, rules: Iterable[Rule] = ()) -> Iterator[Triple]:
    """What follows for each dataset and is not asserted already."""
    rules = tuple(rules)
    for fact in facts:
        asserted = {prop: [expand(v) for v in values] for prop, values in fact.concepts.items()}
        for prop, values in entailed(asserted, taxonomy, rules).items():
            for value in sorted(values - set(asserted.get(prop, ()))):
                yield IKGD[fact.row.id], IKG[prop], URIRef(value)


def concept_closure(taxonomy: Taxonomy) -> Iterator[Triple]:
    """Superclasses (each class is its own, as RDFS has it) and entailed edges between concepts."""
    for iri, above in taxonomy.supers.items():
        for sup in (iri, *sorted(above)):
            yield URIRef(iri), RDFS.subClassOf, URIRef(sup)
    for prop, reach in taxonomy.edges.items():
        for iri, targets in reach.items():
            for target in sorted(targets):
                yield URIRef(iri), URIRef(prop), URIRef(target)
