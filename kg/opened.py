"""An opened release: the one value that the command line, the service and a user's own code ask."""

import gzip
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rdflib import Dataset

from kg.compared import compare
from kg.errors import QuestionError, ReleaseDamaged, StoreUnavailable
from kg.explained import concept_line, explain
from kg.export.describe import Retirement, retired_of
from kg.export.record import Record, records_of
from kg.fusion.answer import fuse
from kg.fusion.labels import labels_body
from kg.fusion.plan_id import PlanOptions
from kg.fusion.plan_of import plan_again, plan_of
from kg.fusion.rules import from_rules
from kg.fusion.why import pair, why_not
from kg.knowledge import DatasetView, Knowledge, load_knowledge
from kg.licence import INDEX_ONLY, combine
from kg.model import FACETS
from kg.provenance import changes, history, receipts
from kg.published import Published, open_published
from kg.reconcile.match import candidates
from kg.reconcile.reading import read_10
from kg.reconcile.values import QueryFault
from kg.reconcile.writing import result_10
from kg.release import GRAPH, INDEX, STORE, Manifest, current, default_dir, verify
from kg.search.answer import SearchAnswer
from kg.search.ask import ask
from kg.search.crosstab import Cross, crosstab
from kg.search.index import TextIndex, rows_of
from kg.search.page import View, page
from kg.search.suggest import KINDS, suggester_of
from kg.shown import claims, shown_concept, shown_dataset, summary
from kg.store.embedded import EmbeddedStore
from kg.store.port import TripleStore
from kg.store.prefixes import declared_prefixes
from kg.store.whole import WholeAnswers

__all__ = ["OpenRelease", "open_release"]


class OpenRelease:
    """A release that answers: SPARQL, search, fusion, and why.

    Attributes:
        folder: The release's folder; None when it is on a server.
        manifest: What it says of itself.
        store: The store, for SPARQL.
        published: The release on a server; None when it is in a folder.
    """

    def __init__(self, folder: Path | None, manifest: Manifest, store: TripleStore, published: Published | None = None) -> None:
        self.folder, self.manifest, self.store, self.published = folder, manifest, store, published
        self._reading = threading.Lock()
        self._read: Knowledge | None = None

    @property
    def place(self) -> str:
        """Where the graph is, for a message: a file or an address."""
        return str(self.folder / GRAPH) if self.folder else self.published.store.endpoint if self.published else ""

    @cached_property
    def knowledge(self) -> Knowledge:
        """The graph in memory, read on first use: once, however many ask at the same time."""
        with self._reading:
            if self._read is None:
                self._read = load_knowledge(WholeAnswers(self.store) if self.published else self.store)
            return self._read

    @cached_property
    def records(self) -> dict[str, Record]:
        """The datasets as the published forms have them, by id."""
        return records_of(self.knowledge, self.store)

    @cached_property
    def retired(self) -> dict[str, Retirement]:
        """What became of the slugs that named a dataset once."""
        return retired_of(self.store)

    def sparql(self, query: str, media_type: str) -> bytes:
        """Run a query of any form; the prefixes of ``queries/prefixes.ttl`` need no declaration, as at ``/sparql``."""
        return self.store.serialise(query, media_type, prefixes=declared_prefixes())

    def search(self, text: str, limit: int = 20) -> dict[str, Any]:
        """Answer a text; the body of ``/v1/search``."""
        return self.page(self.answer(text), View(limit=limit))

    def page(self, answer: SearchAnswer, view: View) -> dict[str, Any]:
        """One page of an answer, as JSON.

        Raises:
            QuestionError: The view is not one, or its cursor belongs to another question or release.
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
            QuestionError: There is no such type, or the text is too long or empty.
        """
        query = read_10({"type": kind, "limit": limit, "conditions": [{"matchType": "name", "propertyValue": text}]})
        if isinstance(query, QueryFault):
            raise QuestionError(query.field, query.reason)
        found: list[dict[str, Any]] = result_10(candidates(self.knowledge, query))["candidates"]
        return found

    def warm(self) -> None:
        """Read and index what answers need, so that the first question need not wait for it."""
        self.search("brain MRI segmentation")
        self.suggest("brain")

    def answer(self, asked: str | Mapping[str, Any]) -> SearchAnswer:
        """The whole answer to a text or to a structured question.

        Raises:
            QuestionError: The structured question is not one.
            UnknownConcept: It names a concept that is none.
            UnknownDataset: It names a dataset that is none.
        """
        return ask(asked, self.knowledge, self.texts)

    @cached_property
    def texts(self) -> TextIndex:
        """The index of names and texts."""
        return TextIndex(self.folder / INDEX) if self.folder else TextIndex.of(rows_of(self.knowledge))

    @property
    def home(self) -> Path:
        """The release's folder, for what needs its files.

        Raises:
            StoreUnavailable: The release is on a server and has none.
        """
        if self.folder is None:
            raise StoreUnavailable(
                "this needs the files of a release, and the release is on a server; open a folder that holds it"
            )
        return self.folder

    def file(self, name: str) -> bytes:
        """A file of the release that is meant to be read by people or programs, such as the quality report.

        Raises:
            ReleaseDamaged: The server that holds the release does not have it.
        """
        return self.published.file(name) if self.published else (self.folder or Path()).joinpath(name).read_bytes()

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

    def plan(
        self,
        seeds: Sequence[str] = (),
        profile: Mapping[str, Any] | None = None,
        options: PlanOptions | None = None,
        *,
        rules: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The plan of a fusion question; the body of ``POST /v1/fusion/plans``."""
        found = plan_of(self.knowledge, self.manifest.id, seeds=seeds, profile=profile, rules=rules, options=options)
        return found.body(self.knowledge)

    def plan_again(self, plan: str, question: str) -> dict[str, Any]:
        """The plan of a link; the body of ``GET /v1/fusion/plans/{id}``.

        Raises:
            UnknownPlan: There is no such plan.
            PlanOfAnotherRelease: It was made from another release.
        """
        return plan_again(self.knowledge, self.manifest.id, plan, question).body(self.knowledge)

    def pair(self, one: str, other: str) -> dict[str, Any]:
        """What joins two datasets and what keeps them apart; the body of ``/v1/fusion/pair``."""
        return pair(self.knowledge, one, other)

    def compare(self, datasets: Sequence[str]) -> dict[str, Any]:
        """Datasets side by side; the body of ``/v1/compare``."""
        return compare(self.knowledge, datasets)

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
            QuestionError: There is no dataset, or the use is none.
        """
        return combine(self.knowledge, [self.knowledge.dataset(d) for d in datasets], use).body()

    def show(self, name: str) -> dict[str, Any]:
        """One dataset with everything that is known of it; the body of ``/v1/datasets/{id}``.

        Raises:
            UnknownDataset: The text names none.
        """
        return shown_dataset(self.knowledge, self.store, self.knowledge.dataset(name))

    def provenance(self, name: str) -> dict[str, Any]:
        """The receipt of every fact about a dataset; the body of ``/dataset/{slug}/provenance.json``."""
        return receipts(self.knowledge, self.store, self.knowledge.dataset(name))

    def history(self, name: str) -> dict[str, Any]:
        """What is dated about a dataset, and what changed in its record; the body of ``/dataset/{slug}/history.json``."""
        view = self.knowledge.dataset(name)
        former = [slug for slug, what in self.retired.items() if what.replacement == view.id]
        releases = changes(self.folder, (view.id, *sorted(former))) if self.folder else None
        return history(self.knowledge, view, receipts(self.knowledge, self.store, view), self.retired, releases)

    def stats(self, cross: Cross, asked: str | Mapping[str, Any] = "") -> dict[str, Any]:
        """How many datasets of an answer have each pair of values of two facets; the body of ``/v1/stats``.

        Raises:
            QuestionError: It names a facet that is none, or the question is none.
            UnknownConcept: The question names a concept that is none.
        """
        return crosstab(self.answer(asked), self.knowledge, cross)

    def summary(self, dataset: DatasetView) -> dict[str, Any]:
        """What names a dataset and how large it is, as JSON."""
        return summary(self.knowledge, dataset)

    def concept(self, text: str) -> dict[str, Any]:
        """One concept: its words, its place, its mappings and how many datasets have it; the body of ``/v1/concepts?q=``.

        Raises:
            UnknownConcept: The text names none.
        """
        return shown_concept(self.knowledge, text)

    def concepts(self, facet: str | None = None) -> list[dict[str, Any]]:
        """Every concept of the facets (or of one), with how many datasets have it, asserted or inferred."""
        wanted = (facet,) if facet else FACETS
        found = [concept_line(self.knowledge, c) for c in self.knowledge.concepts.values() if c.facet in wanted]
        return sorted(found, key=lambda c: (c["facet"], -c["datasets"], c["label"]))

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
        return explain(self.knowledge, subject, concept, prop, partial(claims, self.store), self.place)

    def dataset(self) -> Dataset:
        """The whole graph as an rdflib ``Dataset``, named graphs and all."""
        found = Dataset(default_union=True)
        if self.published:
            return found.parse(data=self.published.nquads(), format="nquads")
        with gzip.open((self.folder or Path()) / GRAPH, "rb") as file:
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


def open_release(folder: Path | str | None = None, *, store: str | None = None, kind: str | None = None) -> OpenRelease:
    """Open the current release of a folder, or the one that a SPARQL server holds.

    Args:
        folder: A folder of releases or a release; None for the default one.
        store: Address of a SPARQL 1.1 server to which a release was published; ``$IMAGING_KG_STORE`` when neither is given.
        kind: What kind of server it is (generic, oxigraph, virtuoso); ``$IMAGING_KG_STORE_KIND`` when None, else it is recognised.

    Raises:
        ReleaseDamaged: There is none, or a file of it is missing or altered.
        StoreUnavailable: The server does not answer.
        TypeError: Both are given.
    """
    if folder is not None and store is not None:
        msg = "a release is opened from a folder or from a store, not from both"
        raise TypeError(msg)
    address = store or (os.environ.get("IMAGING_KG_STORE") if folder is None else None)
    if address:
        published = open_published(address, kind=kind or os.environ.get("IMAGING_KG_STORE_KIND", "auto"))
        return OpenRelease(None, published.manifest, published.store, published)
    where = Path(folder) if folder is not None else default_dir()
    release = current(where)
    if release is None:
        raise ReleaseDamaged(str(where), "holds no release", "build one with: imaging-kg build")
    manifest = verify(release)
    return OpenRelease(release, manifest, EmbeddedStore.open(release / STORE))
