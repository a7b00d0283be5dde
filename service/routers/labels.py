"""``/v1/fusion/labels``: what the labels of some datasets share, where they differ in grain, and what each lacks for a target."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.authorise import COSTLY, UNAUTHORISED
from service.documented import problems
from service.routers.api import ReleaseDep

__all__ = ["LabelQuestion", "labels_router"]


class LabelQuestion(BaseModel):
    """Datasets, and the labels that are wanted of them."""

    model_config = ConfigDict(extra="forbid")

    datasets: list[str] = Field(
        description="Datasets: ids, names or IRIs.", min_length=1, max_length=500, examples=[["LiTS", "BTCV Abdomen", "AMOS22"]]
    )
    labels: list[str] = Field(
        default=[],
        description="The wanted labels: words, CURIEs or IRIs. Without any: the labels that at least two of the datasets can serve.",
        max_length=500,
    )


def labels_router() -> APIRouter:
    """The router of ``/v1/fusion/labels``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.post(
        "/fusion/labels",
        summary="Bring the labels of some datasets together",
        dependencies=[COSTLY],
        responses=UNAUTHORISED | problems(404),
    )
    def labels(release: ReleaseDep, question: LabelQuestion) -> dict[str, Any]:
        """The shared labels, the union, the target, the differences in grain; for each dataset its states, its label map and its steps."""
        return release.labels(question.datasets, question.labels)

    return router
