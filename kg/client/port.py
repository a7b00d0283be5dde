"""The port: who answers, in JSON bodies. The contract suite tests that the graph itself and a service in front of it answer alike."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kg.fusion.plan_id import PlanOptions
from kg.search.crosstab import Cross
from kg.search.page import View

__all__ = ["Body", "Profile", "Source"]

Body = dict[str, Any]
Profile = Mapping[str, Any]


class Source(Protocol):
    """Something that answers every question of the library with the bodies of ``/v1``.

    Every source promises: the same body for the same question on the same release; an error of :mod:`kg.errors` for a question that is
    wrong, the same one whoever answers; :class:`~kg.errors.StoreUnavailable` when nobody answers; and nothing asked of anyone before a
    method is called.
    """

    def release_id(self) -> str:
        """Id of the release that answers."""
        ...

    def search(self, asked: str | Mapping[str, Any], view: View) -> Body:
        """``/v1/search``."""
        ...

    def suggest(self, text: str, limit: int, kinds: tuple[str, ...]) -> list[Body]:
        """``/v1/suggest``: the suggestions."""
        ...

    def fuse(self, seeds: Sequence[str], profile: Profile, limit: int, rules: Profile | None) -> Body:
        """``/v1/fusion``."""
        ...

    def plan(self, seeds: Sequence[str], profile: Profile, options: PlanOptions, rules: Profile | None) -> Body:
        """``POST /v1/fusion/plans``."""
        ...

    def plan_again(self, plan: str, question: str) -> Body:
        """``GET /v1/fusion/plans/{id}``: by the id and the question of a plan's link."""
        ...

    def pair(self, one: str, other: str) -> Body:
        """``/v1/fusion/pair``."""
        ...

    def why_not(self, dataset: str, seeds: Sequence[str], profile: Profile, rules: Profile | None) -> Body:
        """``/v1/fusion/why-not``."""
        ...

    def read_rules(self, rules: Profile) -> Body:
        """``/v1/import/imaging-x``."""
        ...

    def licence(self, datasets: Sequence[str], use: str) -> Body:
        """``/v1/licence``."""
        ...

    def labels(self, datasets: Sequence[str], labels: Sequence[str]) -> Body:
        """``/v1/fusion/labels``."""
        ...

    def compare(self, datasets: Sequence[str]) -> Body:
        """``/v1/compare``."""
        ...

    def datasets(self, limit: int, offset: int) -> Body:
        """``/v1/datasets``."""
        ...

    def show(self, name: str) -> Body:
        """``/v1/datasets/{id}``."""
        ...

    def provenance(self, name: str) -> Body:
        """``/dataset/{slug}/provenance``, as JSON."""
        ...

    def history(self, name: str) -> Body:
        """``/dataset/{slug}/history``, as JSON."""
        ...

    def stats(self, cross: Cross, demands: Profile) -> Body:
        """``/v1/stats``; the demands are those of a structured question in its shorthand."""
        ...

    def validate(self, description: bytes, media_type: str) -> Body:
        """``/v1/validate``."""
        ...

    def explain(self, subject: str, concept: str, prop: str | None) -> Body:
        """``/v1/explain``."""
        ...

    def concept(self, text: str) -> Body:
        """``/v1/concepts?q=``."""
        ...

    def concepts(self, facet: str | None) -> list[Body]:
        """``/v1/concepts``: the concepts."""
        ...

    def sparql(self, query: str, media_type: str) -> bytes:
        """``/sparql``: the serialised result."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...
