"""The application: one factory, one lifespan, one place where everything is put together."""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware, add_compress_type

from kg.export.examples import shipped
from kg.opened import OpenRelease, open_release
from kg.release import STORE
from kg.resources import queries_dir
from kg.version import __version__
from service.headers import EXPOSED, CommonHeaders
from service.pages import STATIC
from service.problems import MEDIA_TYPE, install
from service.routers.api import api_router
from service.routers.dumps import dumps_router
from service.routers.examples import examples_router
from service.routers.health import health_router
from service.routers.labels import labels_router
from service.routers.licence import licence_router
from service.routers.linked import linked_router
from service.routers.plans import plans_router
from service.routers.search import search_router
from service.routers.site import site_router
from service.routers.sparql import sparql_router
from service.routers.store import store_router
from service.routers.terms import terms_router
from service.routers.things import things_router
from service.routers.wellknown import wellknown_router
from service.settings import Settings
from service.sparql.desk import Desk
from service.sparql.formats import RESULT_GRAPHS, RESULT_TABLES
from service.sparql.outside import Outside
from service.sparql.pool import SparqlPool
from service.sparql.prefixes import declared_prefixes
from service.sparql.remote import RemoteSparql

__all__ = ["create_app"]

_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY")


def open_chosen(settings: Settings) -> OpenRelease:
    """The release that is set, on a server or in a folder."""
    if settings.store:
        return open_release(store=settings.store, kind=settings.store_kind)
    return open_release(settings.release)


def sparql_of(release: OpenRelease, chosen: Settings) -> SparqlPool | RemoteSparql:
    """What runs free SPARQL over a release: workers of ours over a folder, or the server that holds it."""
    if release.published:
        return RemoteSparql(
            release.published.store, size=chosen.sparql_workers, timeout=chosen.sparql_timeout, cap=chosen.sparql_timeout_cap,
            largest=chosen.sparql_result_bytes, rows=chosen.sparql_result_rows, prefixes=declared_prefixes(),
        )  # fmt: skip
    return SparqlPool(
        (release.folder or Path()) / STORE, size=chosen.sparql_workers, spares=chosen.sparql_spares, timeout=chosen.sparql_timeout,
        cap=chosen.sparql_timeout_cap, memory=chosen.sparql_memory_bytes, largest=chosen.sparql_result_bytes,
        rows=chosen.sparql_result_rows, prefixes=declared_prefixes(),
    )  # fmt: skip


def create_app(settings: Settings | None = None, *, opener: Callable[[Settings], OpenRelease] = open_chosen) -> FastAPI:
    """Make the application; nothing is opened before it starts.

    Args:
        settings: What is set; read from the environment when None.
        opener: How the release is opened.
    """
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        release = opener(chosen)
        pool = sparql_of(release, chosen)
        app.state.release, app.state.sparql = release, pool
        app.state.desk = Desk.over(
            pool,
            concurrency=chosen.sparql_concurrency,
            cpu=chosen.sparql_cpu_seconds,
            cache=chosen.sparql_cache_bytes,
            release=f"{release.manifest.id} {__version__}",
            outside=Outside(chosen.service_allow.split()),
        )
        # Ready is who answers SPARQL; what the search needs is read beside it, and whoever asks sooner reads it himself.
        warming = threading.Thread(target=release.warm, name="warm")
        warming.start()
        try:
            yield
        finally:
            warming.join()
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
    install(app)
    for media_type in (*RESULT_TABLES, *RESULT_GRAPHS, MEDIA_TYPE):
        add_compress_type(media_type)
    app.add_middleware(CompressMiddleware, minimum_size=1000)
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=_METHODS, allow_headers=["*"], expose_headers=EXPOSED)
    app.add_middleware(CommonHeaders)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.state.settings = chosen
    app.state.examples = {query.id: query for query in shipped(queries_dir())}
    for router in (*_api(), *_pages()):
        app.include_router(router)
    _docs(app)
    return app


def _api() -> tuple[APIRouter, ...]:
    """What programs ask."""
    return (
        health_router(), api_router(), labels_router(), licence_router(), plans_router(), search_router(), sparql_router(), store_router(),
    )  # fmt: skip


def _pages() -> tuple[APIRouter, ...]:
    """What is read and linked to."""
    return (
        site_router(), linked_router(), terms_router(), examples_router(), things_router(), wellknown_router(), dumps_router(),
    )  # fmt: skip


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
