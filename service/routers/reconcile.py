"""``/reconcile``: the Reconciliation Service API, versions 0.2 and (under ``/reconcile/v1``) 1.0-draft.

See https://reconciliation-api.github.io/specs/0.2/ and https://reconciliation-api.github.io/specs/1.0-draft/. OpenRefine speaks 0.2.
"""

import json
from typing import Annotated, Any, Final, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi import Path as PathParameter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from kg.reconcile.match import FEATURES
from kg.reconcile.suggest import properties_suggested, types_suggested
from kg.reconcile.writing import BATCH, extend_02, extend_10, manifest_02, manifest_10, property_body, type_body
from service import reconciling
from service.addresses import absolute
from service.documented import Responses, problems
from service.routers.api import ReleaseDep

__all__ = ["reconcile_router"]

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_SUGGESTED: Final = 10
_QUERIES: Final = '{"q0":{"query":"Renal","type":"anatomy","limit":3}}'
_EXTEND: Final = '{"ids":["ikgd:kits19"],"properties":[{"id":"modality"},{"id":"year"}]}'
_BODY_02: Final = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {"type": "object", "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}}},
            "examples": {"match": {"value": {"queries": _QUERIES}}, "extend": {"value": {"extend": _EXTEND}}},
        }
    },
}
_BODY_MATCH: Final = {
    "required": True,
    "content": {
        _JSON: {
            "schema": {
                "type": "object",
                "required": ["queries"],
                "properties": {"queries": {"type": "array", "maxItems": BATCH}},
            },
            "examples": {
                "names": {
                    "value": {"queries": [{"type": "anatomy", "conditions": [{"matchType": "name", "propertyValue": "Renal"}]}]}
                }
            },
        }
    },
}
_BODY_EXTEND: Final = {
    "required": True,
    "content": {
        _JSON: {
            "schema": {"type": "object", "required": ["ids", "properties"]},
            "examples": {"two": {"value": json.loads(_EXTEND)}},
        }
    },
}

_PAGE: Final[Responses] = {200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}}

Prefix = Annotated[str, Query(max_length=200, description="What has been typed; empty for everything.", examples=["kid"])]
Skipped = Annotated[int, Query(ge=0, le=100_000, description="How many to skip.")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
TypeNames = Annotated[list[str], Query(alias="type", max_length=20, description="Ids of types; none for any.")]
TypeName = Annotated[str, Query(alias="type", max_length=500, description="Id of a type.", examples=["dataset"])]
EntityId = Annotated[
    str, Query(alias="id", max_length=2000, description="IRI, CURIE or id of an entity.", examples=["ikgd:kits19"])
]


def reconcile_router() -> APIRouter:
    """The router of both versions."""
    router = APIRouter(prefix="/reconcile", tags=["Reconciliation"], responses=problems(400, 404, 413, 415, 422))
    _version_02(router)
    _version_10(router)

    @router.get("/features/{name}", summary="What a feature of a score means")
    def feature(
        name: Annotated[str, PathParameter(max_length=100, description="The feature.", examples=[next(iter(FEATURES))])],
    ) -> dict[str, str]:
        """A ground of a candidate's score, in words."""
        if name not in FEATURES:
            raise HTTPException(404, f"there is no feature {name!r}; there are {', '.join(FEATURES)}")
        return {"id": name, "name": FEATURES[name]}

    return router


def _version_02(router: APIRouter) -> None:
    @router.get("", summary="Manifest of version 0.2; with `queries` or `extend`, as POST")
    def root(
        request: Request,
        release: ReleaseDep,
        queries: Annotated[
            str | None, Query(max_length=100_000, description="A batch of queries, in JSON.", examples=[_QUERIES])
        ] = None,
        extend: Annotated[
            str | None, Query(max_length=100_000, description="A data extension query, in JSON.", examples=[_EXTEND])
        ] = None,
    ) -> dict[str, Any]:
        """What the service offers, when nothing is asked of it."""
        if queries is not None:
            return reconciling.match_02(release.knowledge, queries)
        if extend is not None:
            return reconciling.extend(release.knowledge, reconciling.parsed(extend, "extend"), extend_02)
        return manifest_02(absolute(request, ""))

    @router.post("", summary="Candidates for names, or values of properties (0.2)", openapi_extra={"requestBody": _BODY_02})
    async def post(request: Request, release: ReleaseDep) -> dict[str, Any]:
        """`queries`: candidates for each query of a batch. `extend`: values of properties of reconciled entities.

        A query that cannot be answered has an empty `result` and an `error` beside it; the rest of its batch is answered.
        """
        body = await reconciling.body_of(request, _FORM)
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=20)
        except ValueError as error:
            raise HTTPException(400, f"the form cannot be read: {error}") from error
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise HTTPException(400, "the form gives a field twice; give each once")
        if "queries" in fields:
            return await run_in_threadpool(reconciling.match_02, release.knowledge, fields["queries"])
        if "extend" in fields:
            return await run_in_threadpool(
                reconciling.extend, release.knowledge, reconciling.parsed(fields["extend"], "extend"), extend_02
            )
        raise HTTPException(400, "the form has neither 'queries' nor 'extend'")

    @router.get("/suggest/entity", summary="Complete the name of an entity")
    def entity(release: ReleaseDep, prefix: Prefix = "", cursor: Skipped = 0, types: TypeNames = []) -> dict[str, Any]:  # noqa: B006  # FastAPI copies it
        """Datasets and concepts whose names begin with the text, or that it identifies."""
        return reconciling.entities(release.knowledge, prefix, types, _SUGGESTED, cursor)

    @router.get("/suggest/type", summary="Complete the name of a type")
    def kind(prefix: Prefix = "", cursor: Skipped = 0) -> dict[str, Any]:
        """Types of which a word begins with the text."""
        return {"result": [type_body(t) for t in types_suggested(prefix)[cursor:]]}

    @router.get("/suggest/property", summary="Complete the name of a property")
    def prop(prefix: Prefix = "", cursor: Skipped = 0, types: TypeNames = []) -> dict[str, Any]:  # noqa: B006
        """Properties of which a word begins with the text."""
        return {"result": [property_body(p) for p in properties_suggested(prefix, reconciling.types_named(types))[cursor:]]}

    @router.get("/flyout/{kind}", summary="A few words about an entity, a type or a property")
    def flyout(
        request: Request,
        release: ReleaseDep,
        kind: Annotated[Literal["entity", "type", "property"], PathParameter(description="What it is.", examples=["entity"])],
        name: EntityId,
    ) -> dict[str, str]:
        """HTML to show beside a suggestion over which a pointer rests; OpenRefine puts it into its own page."""
        return reconciling.flyout(request, release.knowledge, kind, name)

    @router.get("/preview", summary="A small page about an entity", response_class=Response, responses=_PAGE)
    def preview(request: Request, release: ReleaseDep, name: EntityId) -> Response:
        """HTML that loads nothing, for a frame of 430 by 300 pixels."""
        return reconciling.preview(request, release.knowledge, name)

    @router.get("/extend/propose", summary="Properties that entities of a type have")
    def propose(name: TypeName = "", limit: Limit = 100) -> dict[str, Any]:
        """What a reconciled column may be extended with."""
        return reconciling.propose(name, limit)


def _version_10(router: APIRouter) -> None:
    @router.get("/v1", summary="Manifest of version 1.0-draft")
    @router.get("/v1/", include_in_schema=False)
    def manifest(request: Request) -> dict[str, Any]:
        """What the service offers."""
        return manifest_10(absolute(request, ""))

    @router.post("/v1/match", summary="Candidates for names (1.0-draft)", openapi_extra={"requestBody": _BODY_MATCH})
    async def match(request: Request, release: ReleaseDep) -> dict[str, Any]:
        """Candidates for each query of a batch, in its order; a query that cannot be answered has an `error` and no candidates."""
        body = reconciling.parsed(await reconciling.body_of(request, _JSON), "the body")
        return await run_in_threadpool(reconciling.match_10, release.knowledge, body)

    @router.get("/v1/suggest/entity", summary="Complete the name of an entity (1.0-draft)")
    def entity(
        release: ReleaseDep, prefix: Prefix = "", limit: Limit = _SUGGESTED, offset: Skipped = 0, types: TypeNames = []  # noqa: B006
    ) -> dict[str, Any]:  # fmt: skip
        """Datasets and concepts whose names begin with the text, or that it identifies."""
        return reconciling.entities(release.knowledge, prefix, types, limit, offset)

    @router.get("/v1/suggest/type", summary="Complete the name of a type (1.0-draft)")
    def kind(prefix: Prefix = "", limit: Limit = 100, offset: Skipped = 0) -> dict[str, Any]:
        """Types of which a word begins with the text."""
        return {"result": [type_body(t) for t in types_suggested(prefix)[offset : offset + limit]]}

    @router.get("/v1/suggest/property", summary="Complete the name of a property (1.0-draft)")
    def prop(prefix: Prefix = "", limit: Limit = 100, offset: Skipped = 0, types: TypeNames = []) -> dict[str, Any]:  # noqa: B006
        """Properties of which a word begins with the text, with the qualifiers by which their values can be compared."""
        found = properties_suggested(prefix, reconciling.types_named(types))[offset : offset + limit]
        return {"result": [property_body(p, qualifiers=True) for p in found]}

    @router.get("/v1/preview", summary="A small page about an entity (1.0-draft)", response_class=Response, responses=_PAGE)
    def preview(request: Request, release: ReleaseDep, name: EntityId) -> Response:
        """HTML that loads nothing, for a frame of 430 by 300 pixels."""
        return reconciling.preview(request, release.knowledge, name)

    @router.post("/v1/extend", summary="Values of properties (1.0-draft)", openapi_extra={"requestBody": _BODY_EXTEND})
    async def extend(request: Request, release: ReleaseDep) -> dict[str, Any]:
        """Values of properties of reconciled entities, a row for each id in the order asked for."""
        body = reconciling.parsed(await reconciling.body_of(request, _JSON), "the body")
        return await run_in_threadpool(reconciling.extend, release.knowledge, body, extend_10)

    @router.get("/v1/extend/propose", summary="Properties that entities of a type have (1.0-draft)")
    def propose(name: TypeName = "", limit: Limit = 100) -> dict[str, Any]:
        """What a reconciled column may be extended with."""
        return reconciling.propose(name, limit)
