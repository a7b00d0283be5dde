"""What is in the graph, asked of the graph itself: graphs, classes, properties, with counts."""

import json
from collections.abc import Callable
from typing import Any, Final

from kg.namespaces import PREFIXES, curie

__all__ = ["schema_of"]

_GRAPHS: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_CLASSES: Final = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c"
_PROPERTIES: Final = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?datasets) (MIN(STR(?o)) AS ?example) WHERE {
  ?s a ikg:ImagingDataset ; ?p ?o
} GROUP BY ?p ORDER BY DESC(?datasets) ?p"""
_STATED: Final = """PREFIX ikg: <https://w3id.org/imaging-kg/ontology/>
PREFIX ikgg: <https://w3id.org/imaging-kg/graph/>
SELECT ?p (MIN(STR(?o)) AS ?example) WHERE { GRAPH ikgg:catalogue { ?s a ikg:ImagingDataset ; ?p ?o } } GROUP BY ?p"""
_WORDS: Final = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?p ?kind ?text WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty } ?p a ?kind . OPTIONAL { ?p skos:definition ?text }
} ORDER BY ?p"""
_TOLD: Final = {
    "catalogue": "what is asserted of datasets", "inferred": "what follows from the ontology", "ontology": "classes and axioms",
    "mappings": "links to other terminologies (skos:exactMatch and its kin)", "provenance": "sources, records, releases",
}  # fmt: skip


def schema_of(run: Callable[[str], bytes]) -> dict[str, Any]:
    """The schema as JSON.

    Args:
        run: Runs a SELECT and gives its result as SPARQL JSON.
    """

    def rows(query: str) -> list[dict[str, str]]:
        found = json.loads(run(query))["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]

    described = {r["p"]: r for r in rows(_WORDS)}
    on_datasets = rows(_PROPERTIES)
    seen = {r["p"] for r in on_datasets}
    stated = {
        r["p"]: r["example"] for r in rows(_STATED)
    }  # a stated value says more than the root of all values, which is inferred
    return {
        "prefixes": PREFIXES,
        "graphs": {
            "note": "Without GRAPH a query sees all of them but the claims.",
            "named": [{"graph": curie(r["g"]), "iri": r["g"], "triples": int(r["n"])} | _about(r["g"]) for r in rows(_GRAPHS)],
        },
        "classes": [{"class": curie(r["c"]), "instances": int(r["n"])} for r in rows(_CLASSES)],
        "properties": {
            "of_datasets": [
                {
                    "property": curie(r["p"]),
                    "datasets": int(r["datasets"]),
                    "triples": int(r["n"]),
                    "example": curie(stated.get(r["p"], r["example"])),
                }
                | _meaning(described.get(r["p"]))
                for r in on_datasets
            ],
            "of_others": [{"property": curie(p)} | _meaning(d) for p, d in described.items() if p not in seen],
        },
    }  # fmt: skip


def _about(graph: str) -> dict[str, str]:
    name = graph.removeprefix(PREFIXES["ikgg"])
    told = "what one source said, a claim each" if name.startswith("claims/") else _TOLD.get(name)
    return {"about": told} if told else {}


def _meaning(described: dict[str, str] | None) -> dict[str, str]:
    return {"meaning": described["text"]} if described and "text" in described else {}
