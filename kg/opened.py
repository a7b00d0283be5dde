"""An opened release: the one value that the command line, the service and a user's own code ask."""

import gzip
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rdflib import Dataset

from kg.errors import ProfileError, ReleaseDamaged
from kg.explained import concept_line, explain
from kg.fusion.answer import fuse
from kg.fusion.labels import labels_body
from kg.fusion.rules import from_rules
from kg.fusion.why import pair, why_not
from kg.knowledge import DatasetView, Knowledge, load_knowledge
from kg.licence import INDEX_ONLY, combine
from kg.model import FACETS, Concept
from kg.namespaces import CLAIMS, IKG, PREFIXES, curie, local_name
from kg.reconcile.match import candidates
from kg.reconcile.reading import read_10
from kg.reconcile.values import QueryFault
from kg.reconcile.writing import result_10
from kg.release import GRAPH, INDEX, STORE, Manifest, current, default_dir, verify
from kg.search.answer import SearchAnswer
from kg.search.ask import ask
from kg.search.index import TextIndex
from kg.search.page import View, page
from kg.search.suggest import KINDS, suggester_of
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore

__all__ = ["OpenRelease", "open_release"]

_CLAIMS_OF = """PREFIX ikg: <{ikg}> PREFIX rdfs: <{rdfs}> PREFIX prov: <{prov}>
SELECT ?claim ?source ?field ?raw ?status ?property ?value ?note WHERE {{
  GRAPH ?g {{ ?claim ikg:about <{dataset}> ; ikg:field ?field ; ikg:raw ?raw ; ikg:status ?status .
    OPTIONAL {{ ?claim ikg:property ?property ; ikg:reads ?value }} OPTIONAL {{ ?claim rdfs:comment ?note }} }}
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


class OpenRelease:
    """A release that answers: SPARQL, search, fusion, and why.

    Attributes:
        folder: The release's folder.
        manifest: What it says of itself.
        store: The store, for SPARQL.
    """

    def __init__(self, folder: Path, manifest: Manifest, store: TripleStore) -> None:
        self.folder, self.manifest, self.store = folder, manifest, store

    @cached_property
    def knowledge(self) -> Knowledge:
        """The graph in memory, read on first use."""
        return load_knowledge(self.store)

    def search(self, text: str, limit: int = 20) -> dict[str, Any]:
        """Answer a text; the body of ``/v1/search``."""
        return self.page(self.answer(text), View(limit=limit))

    def page(self, answer: SearchAnswer, view: View) -> dict[str, Any]:
        """One page of an answer, as JSON.

        Raises:
            ProfileError: The view is not one, or its cursor belongs to another question or release.
        """
        return page(answer, self.knowledge, view, self.manifest.id)

    def suggest(self, text: str, limit: int = 10, kinds: tuple[str, ...] = KINDS) -> list[dict[str, Any]]:
        """Concepts and datasets whose names begin with a text; the body of ``/v1/suggest``."""
        return suggester_of(self.knowledge).find(text, limit=limit, kinds=kinds)

    def reconcile(self, text: str, kind: str = "", limit: int = 10) -> list[dict[str, Any]]:
        """What a cell of a table may name, the likeliest first; the candidates of ``/reconcile/v1/match``.

        Args:
            text: The cell.
            kind: A type: ``dataset``, a facet, or ``""`` for anything.
            limit: How many at most.

        Raises:
            ProfileError: There is no such type, or the text is too long or empty.
        """
        query = read_10({"type": kind, "limit": limit, "conditions": [{"matchType": "name", "propertyValue": text}]})
        if isinstance(query, QueryFault):
            raise ProfileError(query.field, query.reason)
        found: list[dict[str, Any]] = result_10(candidates(self.knowledge, query))["candidates"]
        return found

    def warm(self) -> None:
        """Read and index what answers need, so that the first question need not wait for it."""
        self.search("brain MRI segmentation")
        self.suggest("brain")

    def answer(self, asked: str | Mapping[str, Any]) -> SearchAnswer:
        """The whole answer to a text or to a structured question.

        Raises:
            ProfileError: The structured question is not one.
            UnknownConcept: It names a concept that is none.
            UnknownDataset: It names a dataset that is none.
        """
        return ask(asked, self.knowledge, self.texts)

    @cached_property
    def texts(self) -> TextIndex:
        """The index of names and texts."""
        return TextIndex(self.folder / INDEX)

    def fuse(
        self,
        seeds: Sequence[str] = (),
        profile: Mapping[str, Any] | None = None,
        limit: int = 50,
        *,
        rules: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Answer a fusion question; the body of ``/v1/fusion``."""
        return fuse(self.knowledge, seeds=seeds, profile=profile, rules=rules, limit=limit)

    def pair(self, one: str, other: str) -> dict[str, Any]:
        """What joins two datasets and what keeps them apart; the body of ``/v1/fusion/pair``."""
        return pair(self.knowledge, one, other)

    def labels(self, datasets: Sequence[str], labels: Sequence[str] = ()) -> dict[str, Any]:
        """The label space of some datasets; the body of ``/v1/fusion/labels``."""
        return labels_body(self.knowledge, datasets, labels)

    def why_not(
        self,
        dataset: str,
        seeds: Sequence[str] = (),
        profile: Mapping[str, Any] | None = None,
        *,
        rules: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """One dataset against a fusion question, and what would let it in; the body of ``/v1/fusion/why-not``."""
        return why_not(self.knowledge, dataset, seeds=seeds, profile=profile, rules=rules)

    def read_rules(self, rules: Mapping[str, Any]) -> dict[str, Any]:
        """A rule of the survey's portal as a profile, with what became of each field; the body of ``/v1/import/imaging-x``."""
        reading = from_rules(rules, self.knowledge)
        return {"profile": dict(reading.profile), "rules": reading.body()}

    def licence(self, datasets: Sequence[str], use: str = INDEX_ONLY.key) -> dict[str, Any]:
        """Whether datasets may be combined for a use, and under which terms; the body of ``/v1/licence``.

        Raises:
            UnknownDataset: A text names no dataset.
            ProfileError: There is no dataset, or the use is none.
        """
        return combine(self.knowledge, [self.knowledge.dataset(d) for d in datasets], use).body()

    def show(self, name: str) -> dict[str, Any]:
        """One dataset with everything that is known of it; the body of ``/v1/datasets/{id}``.

        Raises:
            UnknownDataset: The text names none.
        """
        dataset = self.knowledge.dataset(name)
        inferred = {p: dataset.entailed[p] - dataset.asserted.get(p, frozenset()) for p in sorted(dataset.entailed)}
        return self.summary(dataset) | {
            "asserted": {p: self._named(dataset.asserted[p]) for p in sorted(dataset.asserted)},
            "inferred": {p: self._named(values) for p, values in inferred.items() if values},
            "related": {p: sorted(ids) for p, ids in sorted(dataset.related.items())},
            "claims": self._claims(dataset),
            **self._told(dataset),
        }

    def summary(self, dataset: DatasetView) -> dict[str, Any]:
        """What names a dataset and how large it is, as JSON."""
        return {
            "id": dataset.id, "iri": dataset.iri, "name": dataset.name, "aliases": list(dataset.aliases),
            "year": dataset.year, "homepage": dataset.homepage, "labelled": dataset.labelled,
            "extent": [{"value": c.value, "unit": c.unit, "certainty": c.certainty} for c in dataset.counts],
            **{f: [self.knowledge.label(c) for c in sorted(dataset.asserted.get(f, ()))] for f in FACETS},
        }  # fmt: skip

    def _told(self, dataset: DatasetView) -> dict[str, Any]:
        """What is said in words or numbers, and what stands against it: description, publishers, subjects, guesses, conflicts."""
        rows = self.store.select(_TOLD.format(ikg=IKG, rdfs=PREFIXES["rdfs"], dataset=dataset.iri)).rows
        found: dict[str, list[Any]] = {"publisher": [], "subjects": [], "conflicts": []}
        body: dict[str, Any] = {"description": None, "byteSize": None, "guessedAccessLevel": None}
        for what, first, second in ([str(t) if t is not None else None for t in row] for row in rows):
            if what == "subjects":
                found[what].append({"group": first, "count": int(second or 0)})
            elif what == "conflicts":
                found[what].append({"property": local_name(first or ""), "claimed": second})
            elif what in found:
                found[what].append(first)
            elif what:
                body[what] = int(first or 0) if what == "byteSize" else first
        return body | found

    def _named(self, iris: frozenset[str]) -> list[dict[str, str]]:
        found = [{"iri": i, "curie": curie(i), "label": self.knowledge.label(i)} for i in iris]
        return sorted(found, key=lambda c: (c["label"], c["iri"]))

    def _claims(self, dataset: DatasetView) -> list[dict[str, str]]:
        query = _CLAIMS_OF.format(ikg=IKG, rdfs=PREFIXES["rdfs"], prov=PREFIXES["prov"], dataset=dataset.iri, claims=CLAIMS)
        answer = self.store.select(query)
        names = [str(v) for v in answer.variables]
        return [{n: str(t) for n, t in zip(names, row, strict=True) if t is not None} for row in answer.rows]

    def concept(self, text: str) -> dict[str, Any]:
        """One concept: its words, its place, its mappings and how many datasets have it.

        Raises:
            UnknownConcept: The text names none.
        """
        concept = self.knowledge.concept(text)
        taxonomy = self.knowledge.taxonomy
        lower = sorted(c for c, above in taxonomy.supers.items() if concept.iri in above)
        return self._concept_line(concept) | {
            "definition": concept.definition,
            "words": [{"text": w.text, "kind": w.kind.value, "lang": w.lang} for w in concept.words if w.kind.shown],
            "broader": self._named(taxonomy.supers.get(concept.iri, frozenset())),
            "narrower": self._named(frozenset(lower)),
            "edges": {
                curie(p): self._named(taxonomy.along(p, concept.iri)) for p in taxonomy.edges if taxonomy.along(p, concept.iri)
            },
            "mappings": sorted(curie(f) for f, own in self.knowledge.mapped.items() if own == concept.iri),
        }

    def concepts(self, facet: str | None = None) -> list[dict[str, Any]]:
        """Every concept of the facets (or of one), with how many datasets have it, asserted or inferred."""
        wanted = (facet,) if facet else FACETS
        found = [self._concept_line(c) for c in self.knowledge.concepts.values() if c.facet in wanted]
        return sorted(found, key=lambda c: (c["facet"], -c["datasets"], c["label"]))

    def _concept_line(self, concept: Concept) -> dict[str, Any]:
        return concept_line(self.knowledge, concept)

    def explain(self, subject: str, concept: str, prop: str | None = None) -> dict[str, Any]:
        """Why the graph says that a dataset has a concept, or that one concept is a kind or a part of another.

        Args:
            subject: A dataset, or else a concept.
            concept: The concept in question.
            prop: Local name of the property in question; None for the first by which the two are linked.

        Raises:
            UnknownDataset: The first text names neither a dataset nor a concept.
            UnknownConcept: The second names no concept.
        """
        return explain(self.knowledge, subject, concept, prop, self._claims, str(self.folder / GRAPH))

    def dataset(self) -> Dataset:
        """The whole graph as an rdflib ``Dataset``, named graphs and all."""
        found = Dataset(default_union=True)
        with gzip.open(self.folder / GRAPH, "rb") as file:
            found.parse(data=file.read(), format="nquads")
        return found

    def close(self) -> None:
        """Let go of the store."""
        if "texts" in self.__dict__:
            self.texts.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_release(folder: Path | str | None = None) -> OpenRelease:
    """Open the current release of a folder.

    Args:
        folder: A folder of releases or a release; None for the default one.

    Raises:
        ReleaseDamaged: There is none, or a file of it is missing or altered.
    """
    where = Path(folder) if folder is not None else default_dir()
    release = current(where)
    if release is None:
        raise ReleaseDamaged(str(where), "holds no release", "build one with: imaging-kg build")
    manifest = verify(release)
    return OpenRelease(release, manifest, EmbeddedStore.open(release / STORE))
