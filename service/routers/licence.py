"""``/v1/licence``: may datasets be combined for a use? The body is that of the command line."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from kg.licence import INDEX_ONLY, USES
from service.documented import problems
from service.routers.api import ReleaseDep

__all__ = ["LicenceQuestion", "licence_router"]

_MOST = 5000
_USE = f"What they are for: {', '.join(USES)}."


class LicenceQuestion(BaseModel):
    """Datasets and what they are for."""

    model_config = ConfigDict(extra="forbid")

    datasets: list[Annotated[str, Field(max_length=500)]] = Field(
        description="Ids, names, aliases or IRIs.", max_length=_MOST, examples=[["lidc-idri", "NLST"]]
    )
    use: str = Field(default=INDEX_ONLY.key, max_length=100, description=_USE, examples=["redistribute-merged"])


def licence_router() -> APIRouter:
    """The router of ``/v1/licence``."""
    router = APIRouter(prefix="/v1", tags=["API"])

    @router.get("/licence", summary="May datasets be combined for a use?", responses=problems(404))
    def licence(
        release: ReleaseDep,
        dataset: Annotated[
            list[str],
            Query(max_length=200, description="A dataset: id, name, alias or IRI; may be given again.", examples=[["lidc-idri"]]),
        ],
        use: Annotated[str, Query(max_length=100, description=_USE)] = INDEX_ONLY.key,
    ) -> dict[str, Any]:
        """Verdict and members, the strictest clause, the licence of a merged derivative, what to keep, whom to name and to ask."""
        return release.licence(dataset, use)

    @router.post("/licence", summary="May many datasets be combined for a use?", responses=problems(404))
    def licences(release: ReleaseDep, question: LicenceQuestion) -> dict[str, Any]:
        """The same answer for a list in the body."""
        return release.licence(question.datasets, question.use)

    return router
