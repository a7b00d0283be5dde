"""``/v1``: search, fusion, datasets, concepts. The bodies are those of the command line's ``--json``."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from kg.fusion.answer import MOST_MEMBERS
from kg.fusion.choose import CHOICES
from kg.fusion.parsing import CONSTRAINTS
from kg.fusion.rules import PORTAL_RULE
from kg.opened import OpenRelease
from service.authorise import COSTLY, UNAUTHORISED
from service.current import release_of
from service.documented import problems
from service.either import EITHER, either
from service.question import JsonObject

__all__ = ["FusionQuestion", "ReleaseDep", "WhyNotQuestion", "api_router"]


ReleaseDep = Annotated[OpenRelease, Depends(release_of)]
_DATASETS: Final = UNAUTHORISED | problems(404)  # what names datasets and costs more than a read
DatasetName = Annotated[str, Path(max_length=500, description="A dataset: id, name, alias or IRI.", examples=["lidc-idri"])]
ConceptName = Annotated[str, Query(max_length=500, description="A concept: label, synonym, CURIE or IRI.", examples=["lung"])]


class FusionQuestion(BaseModel):
    """Seeds, a profile, a rule of the survey's portal, or several of them."""

    model_config = ConfigDict(extra="forbid")

    seeds: list[str] = Field(
        default=[],
        description="Datasets that belong to the set: ids, names or IRIs.",
        max_length=200,
        examples=[["LiTS", "kits19"]],
    )
    profile: JsonObject = Field(
        default={},
        description="modality, anatomy, task, condition: lists of concepts (label, synonym, CURIE or IRI), of which any will do; "
        "orUnknown: those of the four in which what is unknown will do; "
        f"expression: a class expression in Manchester syntax; constraints: {', '.join(CONSTRAINTS)}; use: what the set is for; "
        f"labels: the labels that the set shall have; choose: {', '.join(CHOICES)}.",
        examples=[{"modality": ["CT"], "expression": "condition some (neoplasm and 'has location' some kidney)"}],
    )
    rules: JsonObject | None = Field(
        default=None, description="A rule of the survey's portal, as it writes it; the keys of the profile stand before it."
    )
    limit: int = Field(default=50, ge=0, le=MOST_MEMBERS, description="How many members at most.")


class WhyNotQuestion(FusionQuestion):
    """A fusion question and the dataset in doubt."""

    dataset: str = Field(description="The dataset: id, name or IRI.", max_length=500, examples=["CHAOS CT"])


def api_router() -> APIRouter:
    """The router of ``/v1``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.post("/fusion", summary="Find datasets that belong together", dependencies=[COSTLY], responses=_DATASETS)
    def fusion(release: ReleaseDep, question: FusionQuestion) -> dict[str, Any]:
        """Members with verdicts and reasons, what is excluded and why, and what the set amounts to."""
        return release.fuse(question.seeds, question.profile, question.limit, rules=question.rules)

    @router.get(
        "/fusion/pair",
        summary="Why do two datasets belong together, or not?",
        responses=EITHER | problems(404),
        response_class=Response,
    )
    def pair(
        request: Request,
        release: ReleaseDep,
        a: Annotated[str, Query(max_length=500, description="A dataset: id, name or IRI.", examples=["lits"])],
        b: Annotated[str, Query(max_length=500, description="Another dataset.", examples=["kits19"])],
    ) -> Response:
        """What joins them, what keeps them apart, what is unknown, the data that they share, and what was made from both."""
        return either(request, "pair.html", release.pair(a, b))

    @router.post("/fusion/why-not", summary="Why is a dataset not in an answer?", dependencies=[COSTLY], responses=_DATASETS)
    def why_not(release: ReleaseDep, question: WhyNotQuestion) -> dict[str, Any]:
        """Its verdict with the reasons, and the smallest relaxations of the question that would let it in."""
        return release.why_not(question.dataset, question.seeds, question.profile, rules=question.rules)

    @router.post("/import/imaging-x", summary="Read a rule of the survey's portal")
    def imaging_x(release: ReleaseDep, rules: Annotated[JsonObject, Body(examples=[PORTAL_RULE])]) -> dict[str, Any]:
        """The rule as a profile, what became of each of its fields, and the fields that no rule has."""
        return release.read_rules(rules)

    @router.get(
        "/explain",
        dependencies=[COSTLY],
        responses=_DATASETS,
        summary="Why does the graph say that a dataset has a concept, or that one concept is a kind or part of another?",
    )
    def explain_any(
        release: ReleaseDep,
        subject: Annotated[str, Query(max_length=500, description="A dataset, or else a concept.", examples=["lidc-idri"])],
        concept: ConceptName,
        prop: Annotated[
            str | None, Query(alias="property", max_length=200, description="By which property; any when left out.")
        ] = None,
    ) -> dict[str, Any]:
        """The fewest facts and axioms from which it follows, as sentences and in functional syntax, and the claims behind the facts."""
        return release.explain(subject, concept, prop)

    @router.get(
        "/datasets/{name:path}/explain", summary="Why does a dataset have a concept?", dependencies=[COSTLY], responses=_DATASETS
    )
    def explain(release: ReleaseDep, name: DatasetName, concept: ConceptName) -> dict[str, Any]:
        """The fewest facts and axioms from which it follows, and the claims behind the facts."""
        return release.explain(name, concept)

    # After the route above: a name may hold slashes, as every IRI does, and takes whatever is left of the path.
    @router.get("/datasets/{name:path}", summary="One dataset", responses=problems(404))
    def dataset(release: ReleaseDep, name: DatasetName) -> dict[str, Any]:
        """Everything that is known of a dataset, with the claims behind it."""
        return release.show(name)

    return router
