"""The application: one factory, one lifespan, one place where everything is put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from kg.opened import OpenRelease, open_release
from kg.release import STORE
from kg.version import __version__
from service.pages import STATIC
from service.problems import install
from service.routers.api import api_router
from service.routers.health import health_router
from service.routers.labels import labels_router
from service.routers.licence import licence_router
from service.routers.linked import linked_router
from service.routers.reconcile import reconcile_router
from service.routers.search import search_router
from service.routers.sparql import sparql_router
from service.settings import Settings
from service.sparql_pool import SparqlPool

__all__ = ["create_app"]

_EXPOSED: Final = ["Link", "ETag", "Content-Location", "Retry-After", "X-Data-Release"]


def create_app(
    settings: Settings | None = None, *, opener: Callable[[Settings], OpenRelease] = lambda s: open_release(s.release)
) -> FastAPI:
    """Make the application; nothing is opened before it starts.

    Args:
        settings: What is set; read from the environment when None.
        opener: How the release is opened.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        release = opener(chosen)
        pool = SparqlPool(
            release.folder / STORE, size=chosen.sparql_workers, timeout=chosen.sparql_timeout,
            cap=chosen.sparql_timeout_cap, memory=chosen.sparql_memory_bytes, largest=chosen.sparql_result_bytes,
        )  # fmt: skip
        app.state.release, app.state.sparql = release, pool
        release.warm()  # before the first question, not during it
        try:
            yield
        finally:
            pool.close()
            release.close()

    app = FastAPI(
        title="imaging-kg",
        version=__version__,
        description="Medical-imaging datasets as a knowledge graph: SPARQL, semantic search, reasoned fusion, linked data.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.settings = chosen
    install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=_EXPOSED)
    _common_headers(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in (
        health_router(),
        api_router(),
        labels_router(),
        licence_router(),
        search_router(),
        reconcile_router(),
        sparql_router(),
        linked_router(),
    ):
        app.include_router(router)
    _docs(app)
    return app


def _common_headers(app: FastAPI) -> None:
    @app.middleware("http")
    async def headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        release = getattr(request.app.state, "release", None)
        if release is not None:
            response.headers["X-Data-Release"] = release.manifest.id
        return response


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
