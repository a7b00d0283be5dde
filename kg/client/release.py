"""The methods that a program calls: questions in, typed values out, whoever answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from rdflib import Graph

from kg.client.port import Profile, Source
from kg.errors import QuestionError, ServiceError
from kg.fusion.answer import MOST_MEMBERS
from kg.fusion.plan_id import PlanOptions, parse_options
from kg.licence import INDEX_ONLY
from kg.queries import Kind, written
from kg.results import (
    Comparison,
    Concept,
    Dataset,
    Explanation,
    FusionResult,
    LabelSpace,
    LicenceResult,
    Pair,
    Plan,
    SearchResult,
    SparqlResult,
    Suggestion,
    WhyNot,
)
from kg.results.sparql import media_type_of
from kg.search.crosstab import Cross
from kg.search.listing import DEMANDS
from kg.search.page import MOST_HITS, MOST_VALUES, View
from kg.search.suggest import KINDS, MOST_SUGGESTED

__all__ = ["Release"]

_NAMING: Final = ("id", "iri", "name", "missing")  # fields that every hit keeps, where it has them
_AT_ONCE: Final = 200  # things described by one query
_PAGE: Final = 500
_USUAL: Final = PlanOptions()
_DESCRIBE: Final = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT {{ ?thing ?p ?o . ?o rdfs:label ?label . ?part ?pp ?po }} WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?thing ?p ?o OPTIONAL {{ ?o rdfs:label ?label }} }}
  UNION {{ ?thing ?link ?part . ?part ?pp ?po FILTER(STRSTARTS(STR(?part), CONCAT(STR(?thing), "#"))) }}
}}"""


class Release:
    """A release of the graph that answers with typed values; :func:`kg.connect` makes one.

    Args:
        source: Who answers.
    """

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def id(self) -> str:
        """Id of the release."""
        return self._source.release_id()

    def search(
        self,
        asked: str | Mapping[str, Any],
        limit: int = 20,
        *,
        cursor: str = "",
        sort: str = "relevance",
        facets: Sequence[str] = (),
        facet_limit: int = 20,
        fields: Sequence[str] = (),
        explain: bool = False,
    ) -> SearchResult:
        """Find datasets by meaning.

        Args:
            asked: Your own words, or a structured question as ``result.json["query"]["structured"]`` holds it.
            limit: How many hits of each kind at most.
            cursor: ``result.next`` of the page before.
            sort: ``relevance``, ``name``, ``year``, ``size`` or ``id``; a minus turns the order round.
            facets: Facets whose values are to be counted, under ``json["facets"]``.
            facet_limit: How many values of each.
            fields: Only these fields of a hit, besides its id, IRI, name and what it lacks.
            explain: Whether each hit carries the steps that lead to it.

        Raises:
            QuestionError: The structured question, the sort, a facet, a field or the cursor is none, or a limit is out of bounds.
        """
        _within("limit", limit, MOST_HITS)
        _within("facet_limit", facet_limit, MOST_VALUES)
        kept = (*_NAMING, *(f for f in fields if f not in _NAMING)) if fields else ()
        view = View(limit, cursor, sort, tuple(facets), facet_limit, kept, explain)
        with _understood():
            return SearchResult.of(self._source.search(asked, view), self.describe)

    def suggest(self, text: str, limit: int = 10, kinds: tuple[str, ...] = KINDS) -> tuple[Suggestion, ...]:
        """Concepts and datasets whose names begin with a text.

        Raises:
            QuestionError: The limit is out of bounds.
        """
        _within("limit", limit, MOST_SUGGESTED)
        with _understood():
            return tuple(Suggestion.of(s) for s in self._source.suggest(text, limit, kinds))

    def fuse(
        self, seeds: Sequence[str] = (), profile: Profile | None = None, limit: int = 50, *, rules: Profile | None = None
    ) -> FusionResult:
        """Find datasets that belong together.

        Args:
            seeds: Datasets that belong to the set: ids, names or IRIs.
            profile: What is wanted and demanded; see docs/fusion.md.
            limit: How many members at most.
            rules: A rule of the survey's portal; the keys of the profile stand before it.

        Raises:
            ProfileError: The profile is not one, or nothing is asked.
            QuestionError: The limit is out of bounds.
            UnknownConcept: It names a concept that is none.
            UnknownDataset: A seed is none.
        """
        _within("limit", limit, MOST_MEMBERS)
        with _understood():
            return FusionResult.of(self._source.fuse(seeds, profile or {}, limit, rules), self.describe)

    def plan(
        self,
        seeds: Sequence[str] = (),
        profile: Profile | None = None,
        *,
        rules: Profile | None = None,
        alpha: float = _USUAL.alpha,
        cap: int | None = None,
        test_share: float = _USUAL.test_share,
    ) -> Plan:
        """The plan of a fusion question: weights, steps, access, a division for testing; see docs/fusion.md for the options."""
        options = parse_options({"alpha": alpha, "cap": cap, "testShare": test_share})
        with _understood():
            return Plan.of(self._source.plan(seeds, profile or {}, options, rules), self.describe)

    def plan_again(self, link: str) -> Plan:
        """The plan that a link names.

        Raises:
            UnknownPlan: There is no such plan.
            PlanOfAnotherRelease: It was made from another release.
        """
        parts = urlsplit(link)
        token = parse_qs(parts.query).get("q", [""])[0]
        with _understood():
            return Plan.of(self._source.plan_again(parts.path.rpartition("/")[2], token), self.describe)

    def pair(self, one: str, other: str) -> Pair:
        """What joins two datasets and what keeps them apart."""
        with _understood():
            return Pair.of(self._source.pair(one, other))

    def why_not(
        self, dataset: str, seeds: Sequence[str] = (), profile: Profile | None = None, *, rules: Profile | None = None
    ) -> WhyNot:
        """One dataset against a fusion question, and what would let it in."""
        with _understood():
            return WhyNot.of(self._source.why_not(dataset, seeds, profile or {}, rules))

    def read_rules(self, rules: Profile) -> Mapping[str, Any]:
        """A rule of the survey's portal as a profile, and what became of each of its fields."""
        return self._source.read_rules(rules)

    def licence(self, datasets: Sequence[str], use: str = INDEX_ONLY.key) -> LicenceResult:
        """Whether datasets may be combined for a use, and under which terms. Not legal advice."""
        with _understood():
            return LicenceResult.of(self._source.licence(datasets, use))

    def labels(self, datasets: Sequence[str], labels: Sequence[str] = ()) -> LabelSpace:
        """The label space of some datasets, with what each lacks for the wanted labels."""
        with _understood():
            return LabelSpace.of(self._source.labels(datasets, labels))

    def compare(self, *datasets: str) -> Comparison:
        """Two or more datasets side by side."""
        with _understood():
            return Comparison.of(self._source.compare(datasets), self.describe)

    def datasets(self) -> Iterator[Mapping[str, Any]]:
        """What names each dataset of the catalogue and how large it is, in the order of their ids."""
        offset, total = 0, 1
        while offset < total:
            with _understood():
                page = self._source.datasets(_PAGE, offset)
                total, found = int(page["total"]), page["datasets"]
            yield from found
            offset += _PAGE

    def show(self, dataset: str) -> Dataset:
        """One dataset with everything that is known of it, and the claims behind it.

        Raises:
            UnknownDataset: The text names none.
        """
        with _understood():
            return Dataset.of(self._source.show(dataset), self.describe)

    def provenance(self, dataset: str) -> Mapping[str, Any]:
        """Per fact of a dataset: who says so, how it was read, what a curator decided, what it follows from."""
        return self._source.provenance(dataset)

    def history(self, dataset: str) -> Mapping[str, Any]:
        """What is dated about a dataset, what has no date, and what changed in its record between releases."""
        return self._source.history(dataset)

    def stats(
        self, rows: str, columns: str = "", *, demands: Profile | None = None, counting: str = "meaning"
    ) -> Mapping[str, Any]:
        """How many datasets have each pair of values of two facets; see docs/http.md.

        Args:
            rows: A facet.
            columns: Another, or none.
            demands: Only the datasets that meet these: facet → concepts, ``year`` → ``least`` and ``most``, ``labelled``.
            counting: ``meaning`` counts for broader concepts too, ``stated`` does not.

        Raises:
            QuestionError: A facet, a demand or the way of counting is none.
            UnknownConcept: A demand names a concept that is none.
        """
        for name in set(demands or {}) - set(DEMANDS):
            raise QuestionError("demands", f"{name!r} is none of: {', '.join(DEMANDS)}")
        return self._source.stats(Cross(rows, columns, counting), demands or {})

    def validate(self, description: str | bytes, media_type: str = "text/turtle") -> Mapping[str, Any]:
        """The SHACL report of a description of a dataset.

        Raises:
            DescriptionError: It cannot be read.
        """
        text = description.encode() if isinstance(description, str) else description
        return self._source.validate(text, media_type)

    def explain(self, subject: str, concept: str, prop: str | None = None) -> Explanation:
        """Why the graph says that a dataset has a concept, or that one concept is a kind or a part of another."""
        with _understood():
            return Explanation.of(self._source.explain(subject, concept, prop))

    def concept(self, text: str) -> Concept:
        """The concept that a label, synonym, CURIE or IRI of any mapped terminology names.

        Raises:
            UnknownConcept: The text names none.
        """
        with _understood():
            return Concept.of(self._source.concept(text))

    def concepts(self, facet: str | None = None) -> tuple[Concept, ...]:
        """The concepts of the four facets, or of one, with how many datasets have each."""
        with _understood():
            return tuple(Concept.of(c) for c in self._source.concepts(facet))

    def sparql(self, query: str) -> SparqlResult:
        """Run a SPARQL query of any form.

        Raises:
            QuerySyntaxError: It cannot be read; line and column are given.
            QueryRefused: It is an update, or asks another server.
        """
        body = self._source.sparql(query, media_type_of(query))
        with _understood():
            return SparqlResult.of(query, body)

    def describe(self, iris: Sequence[str]) -> Graph:
        """What the graph says of things: their triples, asserted and inferred, their parts, and the labels of what they lead to."""
        found = Graph()
        for start in range(0, len(iris), _AT_ONCE):
            things = " ".join(written(iri, Kind.IRI, "iri") for iri in iris[start : start + _AT_ONCE])
            found += self.sparql(_DESCRIBE.format(things=things)).to_rdflib()
        return found

    def close(self) -> None:
        """Let go of files and connections."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _within(name: str, value: int, most: int) -> None:
    """Refuse a limit that a service refuses, before anybody is asked: so it is the same whoever answers."""
    if not 0 <= value <= most:
        raise QuestionError(name, f"{value} is not within 0 and {most:,}")


@contextmanager
def _understood() -> Iterator[None]:
    """A body that lacks what this version reads was written by another one."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceError(
            f"its answer lacks what this version of the library reads ({type(error).__name__}: {error})"
        ) from error
