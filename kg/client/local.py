"""The graph on this machine as a source."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.client.port import Body, Profile
from kg.client.release import Release
from kg.fusion.plan_id import PlanOptions
from kg.opened import OpenRelease, open_release
from kg.reason.described import described, report_of
from kg.resources import ontology_dir
from kg.search.crosstab import Cross
from kg.search.page import View

__all__ = ["LocalRelease", "LocalSource"]


class LocalSource:
    """An opened release behind the port."""

    def __init__(self, opened: OpenRelease) -> None:
        self._opened = opened

    def release_id(self) -> str:
        """Id of the release; see :class:`kg.client.port.Source` for this and what follows."""
        return self._opened.manifest.id

    def search(self, asked: str | Mapping[str, Any], view: View) -> Body:
        """A page of an answer."""
        return self._opened.page(self._opened.answer(asked), view)

    def suggest(self, text: str, limit: int, kinds: tuple[str, ...]) -> list[Body]:
        """Completions."""
        return self._opened.suggest(text, limit, kinds)

    def fuse(self, seeds: Sequence[str], profile: Profile, limit: int, rules: Profile | None) -> Body:
        """A fusion."""
        return self._opened.fuse(seeds, profile, limit, rules=rules)

    def plan(self, seeds: Sequence[str], profile: Profile, options: PlanOptions, rules: Profile | None) -> Body:
        """A plan."""
        return self._opened.plan(seeds, profile, options, rules=rules)

    def plan_again(self, plan: str, question: str) -> Body:
        """A plan by its link."""
        return self._opened.plan_again(plan, question)

    def pair(self, one: str, other: str) -> Body:
        """A pair."""
        return self._opened.pair(one, other)

    def why_not(self, dataset: str, seeds: Sequence[str], profile: Profile, rules: Profile | None) -> Body:
        """A dataset in doubt."""
        return self._opened.why_not(dataset, seeds, profile, rules=rules)

    def read_rules(self, rules: Profile) -> Body:
        """A rule of the portal."""
        return self._opened.read_rules(rules)

    def licence(self, datasets: Sequence[str], use: str) -> Body:
        """Terms."""
        return self._opened.licence(datasets, use)

    def labels(self, datasets: Sequence[str], labels: Sequence[str]) -> Body:
        """Labels."""
        return self._opened.labels(datasets, labels)

    def compare(self, datasets: Sequence[str]) -> Body:
        """A comparison."""
        return self._opened.compare(datasets)

    def datasets(self, limit: int, offset: int) -> Body:
        """A page of the catalogue."""
        everything = list(self._opened.knowledge.datasets.values())
        return {"total": len(everything), "datasets": [self._opened.summary(d) for d in everything[offset : offset + limit]]}

    def show(self, name: str) -> Body:
        """A dataset."""
        return self._opened.show(name)

    def provenance(self, name: str) -> Body:
        """Receipts."""
        return self._opened.provenance(name)

    def history(self, name: str) -> Body:
        """What happened when."""
        return self._opened.history(name)

    def stats(self, cross: Cross, demands: Profile) -> Body:
        """Counts."""
        return self._opened.stats(cross, demands)

    def validate(self, description: bytes, media_type: str) -> Body:
        """A report."""
        return report_of(described(description, media_type), ontology_dir()).body()

    def explain(self, subject: str, concept: str, prop: str | None) -> Body:
        """A why."""
        return self._opened.explain(subject, concept, prop)

    def concept(self, text: str) -> Body:
        """A concept."""
        return self._opened.concept(text)

    def concepts(self, facet: str | None) -> list[Body]:
        """Concepts."""
        return self._opened.concepts(facet)

    def sparql(self, query: str, media_type: str) -> bytes:
        """A result."""
        return self._opened.sparql(query, media_type)

    def close(self) -> None:
        """Let go of the store."""
        self._opened.close()


class LocalRelease(Release):
    """A release on this machine.

    Args:
        folder: A folder of releases or a release; None for the default one.

    Raises:
        ReleaseDamaged: There is none, or a file of it is missing or altered.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        self._opened = open_release(folder)
        super().__init__(LocalSource(self._opened))

    @property
    def opened(self) -> OpenRelease:
        """The release itself, for its JSON bodies and its store."""
        return self._opened

    def __repr__(self) -> str:
        return f"LocalRelease({str(self._opened.folder)!r})"
