"""``/v1``: search, fusion, datasets, concepts. The bodies are those of the command line's ``--json``."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from kg.fusion.choose import CHOICES
from kg.fusion.parsing import CONSTRAINTS
from kg.fusion.rules import PORTAL_RULE
from kg.opened import OpenRelease
from service.authorise import COSTLY, UNAUTHORISED
from service.current import release_of

__all__ = ["FusionQuestion", "ReleaseDep", "WhyNotQuestion", "api_router"]


ReleaseDep = Annotated[OpenRelease, Depends(release_of)]
Limit = Annotated[int, Query(ge=1, le=2000, description="How many at most.")]


class FusionQuestion(BaseModel):
    """Seeds, a profile, a rule of the survey's portal, or several of them."""

    model_config = ConfigDict(extra="forbid")

    seeds: list[str] = Field(default=[], description="Datasets that belong to the set: ids, names or IRIs.", max_length=200)
    profile: dict[str, Any] = Field(
        default={},
        description="modality, anatomy, task, condition: lists of concepts (label, synonym, CURIE or IRI), of which any will do; "
        "orUnknown: those of the four in which what is unknown will do; "
        f"expression: a class expression in Manchester syntax; constraints: {', '.join(CONSTRAINTS)}; use: what the set is for; "
        f"labels: the labels that the set shall have; choose: {', '.join(CHOICES)}.",
        examples=[{"modality": ["CT"], "expression": "condition some (neoplasm and 'has location' some kidney)"}],
    )
    rules: dict[str, Any] | None = Field(
        default=None, description="A rule of the survey's portal, as it writes it; the keys of the profile stand before it."
    )
    limit: int = Field(default=50, ge=1, le=5000, description="How many members at most.")


class WhyNotQuestion(FusionQuestion):
    """A fusion question and the dataset in doubt."""

    dataset: str = Field(description="The dataset: id, name or IRI.", max_length=500)


def api_router() -> APIRouter:
    """The router of ``/v1``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.post("/fusion", summary="Find datasets that belong together", dependencies=[COSTLY], responses=UNAUTHORISED)
    def fusion(release: ReleaseDep, question: FusionQuestion) -> dict[str, Any]:
        """Members with verdicts and reasons, what is excluded and why, and what the set amounts to."""
        return release.fuse(question.seeds, question.profile, question.limit, rules=question.rules)

    @router.get("/fusion/pair", summary="Why do two datasets belong together, or not?")
    def pair(
        release: ReleaseDep,
        a: Annotated[str, Query(max_length=500, description="A dataset: id, name or IRI.")],
        b: Annotated[str, Query(max_length=500, description="Another dataset.")],
    ) -> dict[str, Any]:
        """What joins them, what keeps them apart, what is unknown, the data that they share, and what was made from both."""
        return release.pair(a, b)

    @router.post("/fusion/why-not", summary="Why is a dataset not in an answer?", dependencies=[COSTLY], responses=UNAUTHORISED)
    def why_not(release: ReleaseDep, question: WhyNotQuestion) -> dict[str, Any]:
        """Its verdict with the reasons, and the smallest relaxations of the question that would let it in."""
        return release.why_not(question.dataset, question.seeds, question.profile, rules=question.rules)

    @router.post("/import/imaging-x", summary="Read a rule of the survey's portal")
    def imaging_x(release: ReleaseDep, rules: Annotated[dict[str, Any], Body(examples=[PORTAL_RULE])]) -> dict[str, Any]:
        """The rule as a profile, what became of each of its fields, and the fields that no rule has."""
        return release.read_rules(rules)

    @router.get("/datasets", summary="List the datasets")
    def datasets(release: ReleaseDep, limit: Limit = 100, offset: Annotated[int, Query(ge=0)] = 0) -> dict[str, Any]:
        """Every dataset in id order, a page at a time."""
        everything = list(release.knowledge.datasets.values())
        return {"total": len(everything), "datasets": [release.summary(d) for d in everything[offset : offset + limit]]}

    @router.get("/datasets/{name}", summary="One dataset")
    def dataset(release: ReleaseDep, name: str) -> dict[str, Any]:
        """Everything that is known of a dataset, with the claims behind it."""
        return release.show(name)

    @router.get(
        "/explain",
        dependencies=[COSTLY],
        responses=UNAUTHORISED,
        summary="Why does the graph say that a dataset has a concept, or that one concept is a kind or part of another?",
    )
    def explain_any(
        release: ReleaseDep,
        subject: Annotated[str, Query(max_length=500, description="A dataset, or else a concept.")],
        concept: Annotated[str, Query(max_length=500, description="A label, synonym, CURIE or IRI.")],
        prop: Annotated[
            str | None, Query(alias="property", max_length=200, description="By which property; any when left out.")
        ] = None,
    ) -> dict[str, Any]:
        """The fewest facts and axioms from which it follows, as sentences and in functional syntax, and the claims behind the facts."""
        return release.explain(subject, concept, prop)

    @router.get(
        "/datasets/{name}/explain", summary="Why does a dataset have a concept?", dependencies=[COSTLY], responses=UNAUTHORISED
    )
    def explain(release: ReleaseDep, name: str, concept: Annotated[str, Query(max_length=500)]) -> dict[str, Any]:
        """The fewest facts and axioms from which it follows, and the claims behind the facts."""
        return release.explain(name, concept)

    @router.get("/concepts", summary="List or look up concepts")
    def concepts(
        release: ReleaseDep,
        facet: Annotated[str | None, Query(description="modality, anatomy, task or condition.")] = None,
        q: Annotated[str | None, Query(max_length=500, description="A label, synonym, CURIE or IRI.")] = None,
    ) -> dict[str, Any]:
        """The concepts of a facet with their counts, or the one that a text names."""
        return release.concept(q) if q else {"concepts": release.concepts(facet)}

    return router
