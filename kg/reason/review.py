"""The review queue: contradictions as a table for a curator and as triples for a query."""

from collections.abc import Iterable, Iterator
from typing import Final

from rdflib import RDF, RDFS, Literal, URIRef

from kg.catalogue.provenance import record_of
from kg.catalogue.triples import Triple
from kg.model import CURATOR, Curated
from kg.namespaces import IKG, IKGD, expand
from kg.reason.contradictions import Contradiction

__all__ = ["REVIEW_COLUMNS", "review_text", "review_triples", "waiting"]

REVIEW_COLUMNS: Final = ("dataset", "source", "record", "field", "raw", "value", "kind", "against", "withheld")


def waiting(found: Iterable[Contradiction], curated: Iterable[Curated]) -> tuple[Contradiction, ...]:
    """What a curator has not settled yet, the most certain doubts first.

    A doubt is settled when its claim was rejected, or when a curator has stated what holds of its property.
    """
    stated = {(row.dataset, row.property) for row in curated}
    left = (
        c for c in found
        if c.claim.asserts and (c.claim.source == CURATOR or (c.claim.dataset, c.claim.property) not in stated)
    )  # fmt: skip
    return tuple(sorted(left, key=lambda c: (-c.certainty, c)))


def review_text(found: Iterable[Contradiction]) -> str:
    """The queue as a table, in the catalogue's format."""
    rows = [
        (c.claim.dataset, c.claim.source, str(c.claim.record), c.claim.field, c.claim.raw, c.claim.value, c.kind,
         "|".join(c.against), "yes" if c.withheld else "no")
        for c in found
    ]  # fmt: skip
    return "".join("\t".join(row) + "\n" for row in (REVIEW_COLUMNS, *rows))


def review_triples(found: Iterable[Contradiction]) -> Iterator[Triple]:
    """The queue as triples, one node a contradiction."""
    for number, c in enumerate(found, 1):
        node = URIRef(f"{record_of(c.claim)}#review-{number}")
        yield node, RDF.type, IKG.Contradiction
        yield node, IKG.about, IKGD[c.claim.dataset]
        yield node, IKG.kind, Literal(c.kind)
        yield node, IKG.field, Literal(c.claim.field)
        yield node, IKG.raw, Literal(c.claim.raw)
        yield node, IKG.reads, URIRef(expand(c.claim.value))
        yield node, IKG.withheld, Literal(c.withheld)
        yield node, RDFS.comment, Literal(c.reason, lang="en")
        for other in c.against:
            yield node, IKG.against, URIRef(expand(other))
