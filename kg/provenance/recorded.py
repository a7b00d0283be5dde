"""What the provenance graph holds of one dataset, read through SPARQL: records, sources, decisions, conflicts, doubts, relations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.namespaces import IKGD, PREFIXES, PROVENANCE, curie, local_name
from kg.store.port import Selects

__all__ = ["Decision", "Recorded", "recorded", "rows_of"]

_PREFIXES: Final = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("dcat", "dcterms", "ikg", "prov", "rdf", "rdfs"))
_RECORDS: Final = """SELECT ?r ?s ?rule { ?r ikg:describes <%s> . OPTIONAL { ?r dcterms:isPartOf ?s } OPTIONAL { ?r ikg:identifiedBy ?rule } }"""
_SOURCES: Final = """SELECT ?s ?title ?version ?retrieved ?licence ?page { ?s a dcat:Dataset ; dcterms:title ?title ; dcat:version ?version .
  OPTIONAL { ?s ikg:retrieved ?retrieved } OPTIONAL { ?s dcterms:license ?licence } OPTIONAL { ?s dcat:landingPage ?page } }"""
_OVERRIDES: Final = """SELECT ?o ?r ?field ?raw ?flag ?why ?value ?reference { ?r ikg:describes <%s> .
  ?o a ikg:Override ; prov:wasDerivedFrom ?r ; ikg:field ?field ; ikg:raw ?raw ; ikg:flag ?flag ; rdfs:comment ?why .
  OPTIONAL { ?o ikg:reads ?value } OPTIONAL { ?o dcterms:references ?reference } }"""
_CONFLICTS: Final = """SELECT ?c ?p ?v ?chosen { ?c a ikg:Conflict ; ikg:about <%s> ; ikg:property ?p ; ikg:against ?v .
  OPTIONAL { ?c ikg:reads ?chosen } }"""
_DOUBTS: Final = """SELECT ?c ?field ?raw ?value ?why ?withheld { ?c a ikg:Contradiction ; ikg:about <%s> ; ikg:field ?field ; ikg:raw ?raw ;
  ikg:reads ?value ; rdfs:comment ?why ; ikg:withheld ?withheld }"""
_RELATIONS: Final = """SELECT ?n ?from ?p ?to ?evidence ?confidence ?detail {
  { ?n rdf:subject <%s> } UNION { ?n rdf:object <%s> }
  ?n a rdf:Statement ; rdf:subject ?from ; rdf:predicate ?p ; rdf:object ?to ; ikg:evidence ?evidence ; ikg:confidence ?confidence .
  OPTIONAL { ?n rdfs:comment ?detail } }"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A curator's decision on one mention of one cell.

    Attributes:
        iri: Its node.
        flag: What is wrong with the mention.
        reason: Why.
        values: What stands in its place (IRIs); none when it is wrong.
        reference: Where it can be checked.
    """

    iri: str
    flag: str
    reason: str
    values: tuple[str, ...]
    reference: str

    def body(self) -> dict[str, Any]:
        """The decision as JSON."""
        return {
            "iri": self.iri,
            "flag": self.flag,
            "reason": self.reason,
            "values": [curie(v) for v in self.values],
            "reference": self.reference or None,
        }


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the provenance graph holds of a dataset.

    Attributes:
        records: Record (IRI) → what it is, as JSON.
        sources: The sources of the catalogue, as JSON.
        decisions: (record, field, text) → a curator's decision.
        conflicts: Where its sources cannot all be right.
        doubts: What waits for review.
        relations: Relations from it and to it, with evidence and confidence.
    """

    records: Mapping[str, dict[str, Any]]
    sources: tuple[dict[str, Any], ...]
    decisions: Mapping[tuple[str, str, str], Decision]
    conflicts: tuple[dict[str, Any], ...]
    doubts: tuple[dict[str, Any], ...]
    relations: tuple[dict[str, Any], ...]

    def source(self, name: str) -> dict[str, Any]:
        """A source by name; empty for the curators, who are none."""
        return next((s for s in self.sources if s["name"] == name), {})


def rows_of(store: Selects, query: str, graph: str = str(PROVENANCE)) -> Iterator[tuple[str, ...]]:
    """The rows of a SELECT over one graph, sorted, as texts; what is unbound is empty."""
    head, _, body = query.partition("{")
    rows = store.select(f"{_PREFIXES}{head} {{ GRAPH <{graph}> {{ {body} }}").rows
    return iter(sorted({tuple("" if term is None else str(term) for term in row) for row in rows}))


def recorded(store: Selects, iri: str) -> Recorded:
    """Read what the provenance graph holds of a dataset.

    Args:
        store: A store that holds a release.
        iri: The dataset.
    """
    records = {
        record: {"iri": record, "source": local_name(source) if source else record.split("/")[-2], "identifiedBy": rule or None}
        for record, source, rule in rows_of(store, _RECORDS % iri)
    }
    sources = tuple(
        {
            "name": local_name(source),
            "iri": source,
            "title": title,
            "version": version,
            "retrieved": retrieved or None,
            "licence": licence or None,
            "homepage": page or None,
        }
        for source, title, version, retrieved, licence, page in rows_of(store, _SOURCES)
    )
    conflicts: dict[str, dict[str, Any]] = {}
    for _, prop, value, chosen in rows_of(store, _CONFLICTS % iri):
        body = conflicts.setdefault(
            prop, {"property": local_name(prop), "values": [], "asserted": curie(chosen) if chosen else None}
        )
        body["values"].append(curie(value))
    doubts = tuple(
        {
            "iri": node,
            "record": node.partition("#")[0],
            "field": field,
            "raw": raw,
            "value": curie(value),
            "reason": why,
            "withheld": withheld == "true",
        }
        for node, field, raw, value, why, withheld in rows_of(store, _DOUBTS % iri)
    )
    relations = tuple(
        {
            "iri": node,
            "relation": local_name(prop),
            "from": _thing(start),
            "to": _thing(end),
            "evidence": evidence,
            "confidence": confidence,
            "detail": detail or None,
        }
        for node, start, prop, end, evidence, confidence, detail in rows_of(store, _RELATIONS % (iri, iri))
    )
    return Recorded(records, sources, _decisions(store, iri), tuple(conflicts.values()), doubts, relations)


def _thing(iri: str) -> dict[str, str]:
    kind = "dataset" if iri.startswith(str(IKGD)) else "series"
    return {"iri": iri, "id": local_name(iri), "kind": kind}


def _decisions(store: Selects, iri: str) -> dict[tuple[str, str, str], Decision]:
    found: dict[tuple[str, str, str], Decision] = {}
    for node, record, field, raw, flag, why, value, reference in rows_of(store, _OVERRIDES % iri):
        before = found.get((record, field, raw))
        values = (*(before.values if before else ()), *((value,) if value else ()))
        found[record, field, raw] = Decision(node, flag, why, values, reference)
    return found
