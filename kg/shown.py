"""What a release tells of one dataset or one concept, as JSON: the facts, what follows, the claims behind them."""

from typing import Any

from kg.explained import concept_line
from kg.knowledge import DatasetView, Knowledge
from kg.model import FACETS
from kg.namespaces import CLAIMS, IKG, PREFIXES, curie, local_name
from kg.store.port import Selects

__all__ = ["claims", "shown_concept", "shown_dataset", "summary"]

# The optional parts say again whose claims they are about: Oxigraph answers each apart and joins, and would read every claim of the graph.
_CLAIMS_OF = """PREFIX ikg: <{ikg}> PREFIX rdfs: <{rdfs}> PREFIX prov: <{prov}>
SELECT ?claim ?source ?field ?raw ?status ?property ?value ?note WHERE {{
  GRAPH ?g {{ ?claim ikg:about <{dataset}> ; ikg:field ?field ; ikg:raw ?raw ; ikg:status ?status .
    OPTIONAL {{ ?claim ikg:about <{dataset}> ; ikg:property ?property ; ikg:reads ?value }}
    OPTIONAL {{ ?claim ikg:about <{dataset}> ; rdfs:comment ?note }} }}
  BIND(STRAFTER(STR(?g), "{claims}") AS ?source)
  FILTER(STRSTARTS(STR(?g), "{claims}"))
}} ORDER BY ?claim"""

_TOLD = """PREFIX ikg: <{ikg}> PREFIX rdfs: <{rdfs}> PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?what ?first ?second WHERE {{ VALUES ?d {{ <{dataset}> }}
  {{ ?d dcterms:description ?first BIND("description" AS ?what) }} UNION {{ ?d ikg:byteSize ?first BIND("byteSize" AS ?what) }}
  UNION {{ ?d dcterms:publisher/foaf:name ?first BIND("publisher" AS ?what) }}
  UNION {{ ?d ikg:guessedAccessLevel/rdfs:label ?first BIND("guessedAccessLevel" AS ?what) FILTER(LANG(?first) = "en") }}
  UNION {{ ?d ikg:subjects ?s . ?s ikg:group/rdfs:label ?first ; ikg:value ?second BIND("subjects" AS ?what) FILTER(LANG(?first) = "en") }}
  UNION {{ ?c a ikg:Conflict ; ikg:about ?d ; ikg:property ?first ; ikg:against/rdfs:label ?second BIND("conflicts" AS ?what)
    FILTER(LANG(?second) = "en") }}
}} ORDER BY ?what ?first ?second"""


def shown_dataset(knowledge: Knowledge, store: Selects, dataset: DatasetView) -> dict[str, Any]:
    """One dataset with everything that is known of it."""
    inferred = {p: dataset.entailed[p] - dataset.asserted.get(p, frozenset()) for p in sorted(dataset.entailed)}
    return summary(knowledge, dataset) | {
        "asserted": {p: _named(knowledge, dataset.asserted[p]) for p in sorted(dataset.asserted)},
        "inferred": {p: _named(knowledge, values) for p, values in inferred.items() if values},
        "related": {p: sorted(ids) for p, ids in sorted(dataset.related.items())},
        "claims": claims(store, dataset),
        **_told(store, dataset),
    }


def summary(knowledge: Knowledge, dataset: DatasetView) -> dict[str, Any]:
    """What names a dataset and how large it is."""
    return {
        "id": dataset.id, "iri": dataset.iri, "name": dataset.name, "aliases": list(dataset.aliases),
        "year": dataset.year, "homepage": dataset.homepage, "labelled": dataset.labelled,
        "extent": [{"value": c.value, "unit": c.unit, "certainty": c.certainty} for c in dataset.counts],
        **{f: [knowledge.label(c) for c in sorted(dataset.asserted.get(f, ()))] for f in FACETS},
    }  # fmt: skip


def _told(store: Selects, dataset: DatasetView) -> dict[str, Any]:
    """What is said in words or numbers, and what stands against it: description, publishers, subjects, guesses, conflicts."""
    rows = store.select(_TOLD.format(ikg=IKG, rdfs=PREFIXES["rdfs"], dataset=dataset.iri)).rows
    found: dict[str, list[Any]] = {"publisher": [], "subjects": [], "conflicts": []}
    body: dict[str, Any] = {"description": None, "byteSize": None, "guessedAccessLevel": None}
    told = [[str(t) if t is not None else None for t in row] for row in rows]
    # Sorted here too: Virtuoso mistakes the order of a column that is a number in one branch and a text in another.
    for what, first, second in sorted(told, key=lambda row: [text or "" for text in row]):
        if what == "subjects":
            found[what].append({"group": first, "count": int(second or 0)})
        elif what == "conflicts":
            found[what].append({"property": local_name(first or ""), "claimed": second})
        elif what in found:
            found[what].append(first)
        elif what:
            body[what] = int(first or 0) if what == "byteSize" else first
    return body | found


def claims(store: Selects, dataset: DatasetView) -> list[dict[str, str]]:
    """Every claim about a dataset, as its sources made it."""
    query = _CLAIMS_OF.format(ikg=IKG, rdfs=PREFIXES["rdfs"], prov=PREFIXES["prov"], dataset=dataset.iri, claims=CLAIMS)
    answer = store.select(query)
    names = [str(v) for v in answer.variables]
    return [{n: str(t) for n, t in zip(names, row, strict=True) if t is not None} for row in answer.rows]


def shown_concept(knowledge: Knowledge, text: str) -> dict[str, Any]:
    """One concept: its words, its place, its mappings and how many datasets have it.

    Raises:
        UnknownConcept: The text names none.
    """
    concept = knowledge.concept(text)
    taxonomy = knowledge.taxonomy
    lower = sorted(c for c, above in taxonomy.supers.items() if concept.iri in above)
    return concept_line(knowledge, concept) | {
        "definition": concept.definition,
        "words": [{"text": w.text, "kind": w.kind.value, "lang": w.lang} for w in concept.words if w.kind.shown],
        "broader": _named(knowledge, taxonomy.supers.get(concept.iri, frozenset())),
        "narrower": _named(knowledge, frozenset(lower)),
        "edges": {curie(p): _named(knowledge, found) for p in taxonomy.edges if (found := taxonomy.nearest(p, concept.iri))},
        "mappings": sorted(curie(f) for f, own in knowledge.mapped.items() if own == concept.iri),
    }


def _named(knowledge: Knowledge, iris: frozenset[str]) -> list[dict[str, str]]:
    found = [{"iri": i, "curie": curie(i), "label": knowledge.label(i)} for i in iris]
    return sorted(found, key=lambda c: (c["label"], c["iri"]))
