"""``/v1/fusion/plans``: the plan of a fusion question, in the form that is asked for, and again by its link.

The service keeps no plan: it makes it again from the question in the link. The last questions are remembered, so that for a while the id
alone will do; a restart forgets them, and the link works all the same.
"""

from collections import OrderedDict
from threading import Lock
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import QuestionError
from kg.export.plan_forms import PLAN_FORMS, plan_form
from kg.fusion.plan_id import parse_options
from service.authorise import COSTLY, UNAUTHORISED
from service.documented import Responses, describe_problem, sent
from service.negotiate import best
from service.routers.api import FusionQuestion, ReleaseDep

__all__ = ["PlanQuestion", "plans_router"]

_REMEMBERED: Final = 4096
_LONGEST: Final = 16_000  # of a question in a link; what is longer is no address that servers pass on
_DOCUMENTED: Final[Responses] = {
    **sent(*PLAN_FORMS.values(), description="The plan."),
    404: describe_problem("A seed names no dataset, or the id no plan."),
    **UNAUTHORISED,
    406: describe_problem("None of the forms is accepted."),
    422: describe_problem("The question makes no sense; the field is named."),
}
_OTHER: Final[Responses] = {
    409: describe_problem("The plan was made from another release: which, its question, and how to reproduce it.")
}

FormQuery = Annotated[
    str | None, Query(alias="format", description=f"One of {', '.join(PLAN_FORMS)}; wins over the Accept header.")
]
AcceptHeader = Annotated[str | None, Header(include_in_schema=False)]


class PlanQuestion(FusionQuestion):
    """A fusion question and how its plan is made; ``limit`` does nothing here, since a plan has all its members."""

    alpha: float = Field(
        default=0.5, ge=0, le=1, description="Power of a member's size in its weight: 0 all alike, 1 in proportion."
    )
    cap: int | None = Field(default=None, ge=1, description="So many items of one member count at most.")
    testShare: float = Field(default=0.2, ge=0, le=0.5, description="Share of the items for the test side.")  # noqa: N815  # JSON


class _Memory:
    """The last questions by the id of their plan."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def keep(self, body: dict[str, Any]) -> None:
        token = body["link"].partition("?q=")[2]
        if len(token) <= _LONGEST:
            with self._lock:
                self._kept[body["id"]] = token
                self._kept.move_to_end(body["id"])
                while len(self._kept) > _REMEMBERED:
                    self._kept.popitem(last=False)

    def recall(self, plan: str) -> str:
        with self._lock:
            return self._kept.get(plan, "")


def plans_router() -> APIRouter:
    """The router of the plans."""
    router = APIRouter(prefix="/v1/fusion", tags=["API"])
    memory = _Memory()

    @router.post(
        "/plans", summary="Plan the union of datasets", responses=_DOCUMENTED, response_class=Response, dependencies=[COSTLY]
    )
    def make(release: ReleaseDep, question: PlanQuestion, form: FormQuery = None, accept: AcceptHeader = None) -> Response:
        """Members with weights and steps, counts, gaps, access, overlaps, a division for testing; its id, and the link that makes it again."""
        chosen = _form(form, accept)
        options = parse_options({"alpha": question.alpha, "cap": question.cap, "testShare": question.testShare})
        body = release.plan(question.seeds, question.profile, options, rules=question.rules)
        memory.keep(body)
        return _response(body, chosen)

    @router.get(
        "/plans/{plan}",
        summary="A plan again",
        responses={**_DOCUMENTED, **_OTHER},
        response_class=Response,
        dependencies=[COSTLY],
    )
    def again(
        release: ReleaseDep,
        plan: str,
        q: Annotated[str, Query(max_length=_LONGEST, description="The question of the plan, as its link carries it.")] = "",
        form: FormQuery = None,
        accept: AcceptHeader = None,
    ) -> Response:
        """The plan that a link names, made again: the same bytes, as long as the service has the release that the id begins with."""
        chosen = _form(form, accept)
        return _response(release.plan_again(plan, q or memory.recall(plan)), chosen)

    return router


def _form(form: str | None, accept: str | None) -> str:
    """The form to send.

    Raises:
        QuestionError: The form that was named is none.
        HTTPException: None is acceptable.
    """
    if form is not None:
        if form not in PLAN_FORMS:
            raise QuestionError("format", f"{form!r} is none of {', '.join(PLAN_FORMS)}")
        return form
    media = {kind.partition(";")[0]: name for name, kind in PLAN_FORMS.items()}
    wanted = best(accept, tuple(media))
    if wanted is None:
        raise HTTPException(406, f"a plan is sent as {', '.join(media)}; or name a form with ?format=")
    return media[wanted]


def _response(body: dict[str, Any], form: str) -> Response:
    return Response(
        plan_form(body, form), media_type=PLAN_FORMS[form],
        headers={"Vary": "Accept", "ETag": f'"{body["id"]}-{form}"', "Content-Location": f"{body['link']}&format={form}"},
    )  # fmt: skip
