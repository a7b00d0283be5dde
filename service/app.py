"""The application: one factory, one lifespan, one place where everything is put together."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib.util import find_spec

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse
from starlette_compress import CompressMiddleware, add_compress_type

from kg.export.examples import shipped
from kg.opened import OpenRelease
from kg.resources import queries_dir
from kg.version import __version__
from service.assembly import open_chosen, staged
from service.body import Bounded
from service.cors import Cors
from service.deprecation import Deprecations
from service.documented import document
from service.headers import CommonHeaders
from service.logs import access, is_request_id, new_request_id
from service.methods import Methods
from service.metrics import Metrics
from service.observed import Exchange, Observed
from service.once import given_once
from service.pages import STATIC
from service.preconditions import Preconditions
from service.problems import MEDIA_TYPE, install
from service.ranges import Files
from service.revalidate import ConditionalApi
from service.routers.api import api_router
from service.routers.compare import compare_router
from service.routers.dumps import dumps_router
from service.routers.errors import errors_router
from service.routers.examples import examples_router
from service.routers.health import health_router
from service.routers.labels import labels_router
from service.routers.licence import licence_router
from service.routers.linked import linked_router
from service.routers.lists import lists_router
from service.routers.plans import plans_router
from service.routers.provenance import provenance_router
from service.routers.reconcile import reconcile_router
from service.routers.search import search_router
from service.routers.site import site_router
from service.routers.sparql import sparql_router
from service.routers.start import start_router
from service.routers.stats import stats_router
from service.routers.store import store_router
from service.routers.terms import terms_router
from service.routers.things import things_router
from service.routers.validate import validate_router
from service.routers.wellknown import wellknown_router
from service.serving import Leased, Stage, watched
from service.settings import Settings
from service.sparql.formats import RESULT_GRAPHS, RESULT_TABLES

__all__ = ["create_app"]


def create_app(settings: Settings | None = None, *, opener: Callable[[Settings], OpenRelease] = open_chosen) -> FastAPI:
    """Make the application; nothing is opened before it starts.

    Args:
        settings: What is set; read from the environment when None.
        opener: How the release is opened.
    """
    chosen = settings or Settings()

    stage = staged(chosen, opener)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(stage.start)
        serving = stage.lease()

        def warm() -> None:
            try:
                serving.release.warm()
            finally:
                serving.give_back()

        # Ready is who answers SPARQL; what the search needs is read beside it, and whoever asks sooner waits for that.
        warming = threading.Thread(target=warm, name="warm")
        warming.start()
        try:
            async with agents, watched(stage, chosen.reload_seconds):
                yield
        finally:
            await run_in_threadpool(warming.join)
            await run_in_threadpool(stage.stop, chosen.shutdown_seconds)

    app = FastAPI(
        title="imaging-kg",
        version=__version__,
        description="Medical-imaging datasets as a knowledge graph: SPARQL, semantic search, reasoned fusion, linked data.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        dependencies=[Depends(given_once)],
        redirect_slashes=False,  # it would lead to whatever the Host header names; service.addresses does it
    )
    app.state.settings = chosen
    install(app)
    for media_type in (*RESULT_TABLES, *RESULT_GRAPHS, MEDIA_TYPE):
        add_compress_type(media_type)
    app.add_middleware(Deprecations)
    app.add_middleware(Methods)
    app.add_middleware(Bounded)
    app.add_middleware(ConditionalApi)
    app.add_middleware(Preconditions)
    app.add_middleware(CompressMiddleware, minimum_size=1000)
    app.add_middleware(Cors)
    app.add_middleware(CommonHeaders)
    app.add_middleware(Leased, stage=stage)
    observers: list[Callable[[Exchange], object]] = [access]
    if chosen.metrics:
        app.state.metrics = Metrics(stage.figures)
        observers.append(app.state.metrics.count)
    app.add_middleware(Observed, observers=observers)
    app.add_middleware(
        CorrelationIdMiddleware, header_name="X-Request-ID", generator=new_request_id, validator=is_request_id, transformer=None
    )
    app.mount("/static", Files(directory=STATIC), name="static")
    app.state.examples = {query.id: query for query in shipped(queries_dir())}
    for router in (*_api(), *_pages()):
        app.include_router(router)
    _docs(app)
    document(app)
    agents = _agents(app, stage, chosen)
    return app


def _api() -> tuple[APIRouter, ...]:
    """What programs ask, the busiest first: routes are tried in order."""
    return (
        sparql_router(), search_router(), lists_router(), api_router(), compare_router(), labels_router(), licence_router(),
        plans_router(), validate_router(), stats_router(), reconcile_router(), store_router(), health_router(), start_router(),
    )  # fmt: skip


def _pages() -> tuple[APIRouter, ...]:
    """What is read and linked to."""
    return (
        site_router(), provenance_router(), linked_router(), terms_router(), examples_router(), things_router(), wellknown_router(),
        errors_router(), dumps_router(),
    )  # fmt: skip


def _agents(app: FastAPI, stage: Stage, settings: Settings) -> AbstractAsyncContextManager[object]:
    """The tools for agents, where they are wanted and the extra is installed; what must be entered while they run."""
    if not settings.mcp or find_spec("fastmcp") is None:
        return nullcontext()
    from service.mcp.backing import Backing  # noqa: PLC0415  # an optional part
    from service.mcp.http import mount  # noqa: PLC0415

    backing = Backing(
        lambda: stage.serving().release, lambda query, kind, seconds: stage.serving().desk.pool.run(query, kind, timeout=seconds)
    )
    return mount(app, backing, settings.mcp_hosts.split(","))


def _docs(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        """The API's pages, from files of our own: FastAPI's default would load them from elsewhere."""
        return get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title="imaging-kg API",
            swagger_js_url="/static/vendor/swagger-ui-bundle.js",
            swagger_css_url="/static/vendor/swagger-ui.css",
            swagger_favicon_url="/static/icon.svg",
        )
